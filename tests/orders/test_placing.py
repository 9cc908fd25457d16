"""Placing: everything is checked, then everything is written; a refusal writes nothing."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.models import Lot, MarketCountry, Movement, Variant
from catalog.stock import OutOfStock
from orders import placing
from orders.delivery import NoSuchDelivery
from orders.models import Allocation, DeliveryMethod, Order, OrderEvent, OrderLine
from orders.models.order import ALPHABET, new_reference, new_secret
from orders.placing import EmptyOrder, NotForSale, NotShippable, PriceChanged, TooExpensive
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import HOME

pytestmark = pytest.mark.django_db


@pytest.fixture
def jar(db: None) -> Variant:
    make_market()
    make_delivery()
    variant = make_product("Quiet Cream", sku="QC-50").variants.get()
    make_lot(variant, units=3, code="L1")
    return variant


def place(quantities: dict[int, int], **changes: Any) -> Order:
    asked: dict[str, Any] = {
        "key": "a key",
        "email": "ida@example.org",
        "address": HOME,
        "delivery_code": "standard",
        "quantities": quantities,
        "seen_cents": 4488,
        "seen_currency": "EUR",
        "now": NOW,
    } | changes
    with transaction.atomic():
        return placing.place_order(**asked)


def assert_nothing_written() -> None:
    assert not any(kind.objects.exists() for kind in (Order, OrderLine, Allocation, OrderEvent))
    assert list(Movement.objects.values_list("kind", flat=True)) == ["RECEIVED"]
    assert Lot.objects.get().reserved == 0


def test_an_order_freezes_words_prices_tax_and_address(jar: Variant) -> None:
    order = place({jar.pk: 2})
    order.refresh_from_db()
    assert (order.status, order.email, order.placed_at) == ("PLACED", "ida@example.org", NOW)
    assert order.pay_before == NOW + placing.PAYMENT_WINDOW
    assert (order.recipient, order.street, order.postcode, order.city, order.country) == (
        "Ida Łukasiewicz",
        "Kastanienallee 7",
        "10435",
        "Berlin",
        "DE",
    )
    assert (order.market, order.currency, order.prices_include_tax) == ("eu", "EUR", True)
    assert (order.delivery_name, order.delivery_net_cents, order.delivery_tax_cents) == ("Standard", 412, 78)
    assert (order.net_cents, order.tax_cents, order.total_cents) == (3360 + 412, 638 + 78, 4488)
    line = OrderLine.objects.get()
    assert (line.sku, line.product_name, line.variant_name) == ("QC-50", "Quiet Cream", "30 ml")
    assert (line.units, line.unit_cents, line.tax_bp) == (2, 1999, 1900)
    assert (line.net_cents, line.tax_cents, line.total_cents) == (3360, 638, 3998)
    allocation = Allocation.objects.get()
    assert (allocation.line, allocation.lot.code, allocation.units) == (line, "L1", 2)
    assert (Lot.objects.get().on_hand, Lot.objects.get().reserved) == (3, 2)
    assert Movement.objects.latest("id").cause == order.reference
    event = OrderEvent.objects.get()
    assert (event.kind, event.at, event.actor) == ("PLACED", NOW, None)
    assert str(event) == "Placed"
    assert (str(order), str(line), str(allocation)) == (
        order.reference,
        "2 × QC-50",
        f"2 from lot {allocation.lot_id}",
    )


def test_a_line_may_be_filled_from_several_lots(jar: Variant) -> None:
    make_lot(jar, units=5, code="L2")
    place({jar.pk: 4}, seen_cents=4 * 1999)
    shares = Allocation.objects.order_by("id").values_list("lot__code", "units")
    assert list(shares) == [("L1", 3), ("L2", 1)]


def refuse(error: type[Exception], quantities: dict[int, int], **changes: Any) -> Any:
    with pytest.raises(error) as refused:
        place(quantities, **changes)
    assert_nothing_written()
    return refused.value


def test_what_cannot_be_promised_is_refused_and_writes_nothing(jar: Variant) -> None:
    abroad = replace(HOME, country="NZ")
    refuse(EmptyOrder, {})
    assert refuse(NotShippable, {jar.pk: 2}, address=abroad).country == "NZ"
    assert refuse(NotShippable, {jar.pk: 2}, seen_currency="USD").country == "DE"
    missing = refuse(NoSuchDelivery, {jar.pk: 2}, delivery_code="pigeon")
    assert (missing.method, missing.country) == ("pigeon", "DE")
    changed = refuse(PriceChanged, {jar.pk: 2}, seen_cents=4487)
    assert (changed.seen_cents, changed.total_cents, changed.currency) == (4487, 4488, "EUR")
    assert refuse(OutOfStock, {jar.pk: 5}, seen_cents=5 * 1999).missing == {jar.pk: 2}
    dear = refuse(TooExpensive, {jar.pk: 60_000})
    assert (dear.total_cents, dear.currency) == (60_000 * 1999, "EUR")
    Variant.objects.update(retired_at=timezone.now())
    assert refuse(NotForSale, {jar.pk: 2}).skus == ["QC-50"]


def test_a_retired_way_to_send_things_is_not_offered(jar: Variant) -> None:
    DeliveryMethod.objects.update(retired_at=NOW)
    refuse(NoSuchDelivery, {jar.pk: 2})


def test_the_country_decides_the_market_and_its_currency(jar: Variant) -> None:
    make_market("uk")
    MarketCountry.objects.filter(country="DE").update(market_id=make_market("uk").pk)
    refuse(NotShippable, {jar.pk: 2})
    refuse(NoSuchDelivery, {jar.pk: 2}, seen_currency="GBP")


def test_the_same_key_twice_is_refused_by_the_database(jar: Variant) -> None:
    place({jar.pk: 1}, seen_cents=2489)
    with pytest.raises(IntegrityError, match="orders_order_key"):
        place({jar.pk: 1}, seen_cents=2489)
    assert Order.objects.count() == 1
    assert Lot.objects.get().reserved == 1


def test_references_can_be_read_out_and_secrets_cannot_be_guessed() -> None:
    references = {new_reference() for _ in range(2000)}
    assert len(references) == 2000
    assert all(len(code) == 9 and code[4] == "-" for code in references)
    assert set("".join(references)) - {"-"} <= set(ALPHABET)
    assert not set(ALPHABET) & set("01OILU")
    secrets = {new_secret() for _ in range(2000)}
    assert len(secrets) == 2000
    assert {len(secret) for secret in secrets} == {32}  # 192 bits in base 64


@pytest.mark.django_db(transaction=True)
def test_placing_joins_somebodys_transaction() -> None:
    with pytest.raises(AssertionError, match="joins its caller's transaction"):
        placing.place_order(
            key="",
            email="",
            address=HOME,
            delivery_code="",
            quantities={},
            seen_cents=1,
            seen_currency="EUR",
            now=NOW,
        )
