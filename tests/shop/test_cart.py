"""The cart: it holds wishes and reserves nothing, and tells what has changed as data."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from catalog import pricing
from catalog.models import Lot, Variant
from orders.models import Order
from shop import cart, cart_view
from shop.cart import CartClosed, CartFull, NoSuchCart, NoSuchMarket, NoSuchVariant
from shop.models import Cart, CartLine
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product, make_variant
from tests.builders.orders import make_order, pay_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def jar() -> Variant:
    make_market()
    make_delivery()
    variant = make_product("Quiet Cream", sku="QC-50").variants.get()
    make_lot(variant, units=5)
    return variant


@pytest.fixture
def token(jar: Variant) -> str:
    return cart.open_cart(market="eu", now=NOW).token


def put(token: str, sku: str = "QC-50", units: int = 1, now: Any = NOW) -> None:
    cart.put_line(token=token, sku=sku, units=units, now=now)


def look(token: str, country: str | None = None, delivery_code: str | None = None) -> cart_view.CartView:
    return cart_view.read_cart(token=token, country=country, delivery_code=delivery_code, now=NOW)


def troubles(token: str, **where: Any) -> list[tuple[str, str]]:
    return [(trouble.code, trouble.sku) for trouble in look(token, **where).troubles]


def test_a_new_cart_is_empty_and_hard_to_guess(token: str) -> None:
    view = look(token)
    assert (view.lines, view.troubles, view.totals.total_cents, view.country) == ([], [], 0, "DE")
    assert len(token) == 32
    assert len({cart.open_cart(market="eu", now=NOW).token for _ in range(20)}) == 20
    assert str(Cart.objects.get(token=token)).startswith("cart ")


def test_a_market_that_we_do_not_have(jar: Variant) -> None:
    with pytest.raises(NoSuchMarket) as refused:
        cart.open_cart(market="mars", now=NOW)
    assert refused.value.market == "mars"
    assert Cart.objects.count() == 0


def test_putting_twice_is_the_same_as_once_and_the_last_number_counts(token: str) -> None:
    put(token, units=2)
    put(token, units=2)
    assert list(CartLine.objects.values_list("units", "seen_unit_cents", "added_at")) == [(2, 1999, NOW)]
    later = NOW + timedelta(minutes=5)
    put(token, units=3, now=later)
    line = CartLine.objects.get()
    assert (line.units, line.added_at) == (3, NOW)  # it keeps its place
    assert Cart.objects.get().touched_at == later
    assert str(line) == f"3 × {line.variant_id}"
    assert Lot.objects.get().reserved == 0


def test_dropping_what_is_there_and_what_is_not(token: str) -> None:
    put(token)
    cart.drop_line(token=token, sku="NOTHING", now=NOW)
    assert CartLine.objects.count() == 1
    for _ in range(2):
        cart.drop_line(token=token, sku="QC-50", now=NOW)
        assert CartLine.objects.count() == 0


def test_choosing_again_accepts_the_new_price(token: str, jar: Variant) -> None:
    put(token)
    with transaction.atomic():
        pricing.set_price(variant=jar, currency="EUR", amount_cents=2199, cause="a test", now=NOW)
    (trouble,) = look(token).troubles
    assert (trouble.code, trouble.sku, trouble.facts) == (
        "price-changed",
        "QC-50",
        {"seen": 1999, "now": 2199},
    )
    assert look(token).totals.goods_cents == 2199
    put(token)
    assert look(token).troubles == []


@pytest.mark.parametrize(
    ("units", "told"),
    [(5, []), (6, [("few-left", "We have 5 of these.")])],
)
def test_too_many_of_plenty(token: str, units: int, told: Any) -> None:
    put(token, units=units)
    assert [(trouble.code, trouble.detail) for trouble in look(token).troubles] == told


def test_too_many_of_few_and_none_at_all(token: str) -> None:
    put(token, units=5)
    Lot.objects.update(on_hand=2)
    (trouble,) = look(token).troubles
    assert (trouble.code, trouble.detail, trouble.facts) == ("few-left", "Only 2 left.", {"available": 2})
    Lot.objects.update(on_hand=0)
    (trouble,) = look(token).troubles
    assert (trouble.code, trouble.facts) == ("sold-out", {"available": 0})


def test_where_it_goes_decides_tax_delivery_and_troubles(token: str) -> None:
    put(token, units=2)
    make_market("uk")
    here = look(token, country="DE", delivery_code="standard")
    assert (here.totals.total_cents, here.troubles) == (3998 + 490, [])
    assert here.delivery is not None
    assert look(token, country="DE").delivery is None
    assert troubles(token, country="DE", delivery_code="pigeon") == [("no-such-delivery", "")]
    assert troubles(token, country="GB", delivery_code="standard") == [("not-shippable", "")]
    assert troubles(token, country="AT", delivery_code="standard") == [("not-shippable", "")]  # no way there
    make_market("isles", rates={"IE": 2300})
    make_delivery(country="IE")  # a way, in this currency, of another market
    assert troubles(token, country="IE", delivery_code="standard") == [("not-shippable", "")]
    assert troubles(token, delivery_code="standard") == [("no-such-delivery", "")]
    assert look(token, country="FR").totals.by_rate == [(2000, 3332, 666)]


def test_the_units_of_its_own_waiting_order_are_there_for_the_cart(token: str, jar: Variant) -> None:
    put(token, units=5)
    order = make_order({jar: 4})
    assert troubles(token) == [("few-left", "QC-50")]
    Cart.objects.update(order=order)
    assert troubles(token) == []
    Order.objects.update(status="LAPSED", closed_at=NOW)  # its units would be free again by themselves
    assert troubles(token) == [("few-left", "QC-50")]


def test_a_cart_that_became_a_paid_order_is_closed_for_good(token: str, jar: Variant) -> None:
    put(token)
    order = make_order({jar: 1})
    Cart.objects.update(order=order)
    put(token, units=2)  # it waits for money: minds may change
    pay_order(order)
    for change in (
        lambda: put(token, units=3),
        lambda: cart.drop_line(token=token, sku="QC-50", now=NOW),
        lambda: _lock(token),
    ):
        with pytest.raises(CartClosed) as refused:
            change()
        assert refused.value.reference == order.reference
    assert CartLine.objects.get().units == 2
    assert look(token).head.order_status == "PAID"


def _lock(token: str) -> Cart:
    with transaction.atomic():
        return cart.lock_cart(token)


def test_an_open_cart_can_be_held(token: str) -> None:
    assert _lock(token).token == token


def test_nobody_has_a_cart_of_that_name(token: str) -> None:
    for ask in (
        lambda: put("nowhere"),
        lambda: cart.drop_line(token="nowhere", sku="QC-50", now=NOW),
        lambda: look("nowhere"),
        lambda: _lock("nowhere"),
    ):
        with pytest.raises(NoSuchCart):
            ask()
    assert CartLine.objects.count() == 0


def test_what_is_not_sold_in_its_market_does_not_get_in(token: str, jar: Variant) -> None:
    make_variant(jar.product, sku="USD-ONLY", prices={"USD": 100})
    Variant.objects.filter(pk=make_variant(jar.product, sku="OLD").pk).update(retired_at=NOW)
    make_product("Tomorrow", sku="SOON", published_at=NOW + timedelta(days=1))
    for sku in ("NOWHERE", "USD-ONLY", "OLD", "SOON"):
        with pytest.raises(NoSuchVariant) as refused:
            put(token, sku)
        assert refused.value.sku == sku
    assert CartLine.objects.count() == 0


def test_a_full_cart_takes_more_of_what_it_holds_and_nothing_else(
    token: str, jar: Variant, monkeypatch: Any
) -> None:
    monkeypatch.setattr(cart, "MOST_LINES", 2)
    make_variant(jar.product, sku="B")
    make_variant(jar.product, sku="C")
    put(token)
    put(token, "B")
    with pytest.raises(CartFull) as refused:
        put(token, "C")
    assert refused.value.most_lines == 2
    put(token, "B", units=7)
    assert dict(CartLine.objects.values_list("variant__sku", "units")) == {"QC-50": 1, "B": 7}


@pytest.mark.parametrize("units", [0, -1, 100])
def test_the_door_checks_the_range_and_the_verb_insists(token: str, units: int) -> None:
    with pytest.raises(AssertionError, match="the door checks the range"):
        put(token, units=units)
