"""Totals always add up: lines and delivery, any rates, both tax habits; and so do Stripe's lines."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.pricing import Offer
from catalog.tax import CountryRates
from orders import totals
from orders.delivery import Choice
from orders.models import Order
from payments import sessions
from tests.builders import NOW, make_category, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import make_order

CENTS = st.integers(1, 99_999_999)
GOODS = st.lists(st.tuples(CENTS | st.none(), st.integers(1, 99), st.integers(0, 3)), max_size=8)
CHOICES = st.none() | st.tuples(st.integers(0, 50_000), st.none() | st.integers(0, 10**7))
RATES = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))


def offer(number: int, cents: int | None, shelf: int) -> Offer:
    return Offer(number, f"SKU-{number}", "50 ml", "jar", "Jar", (1, shelf) if shelf else (), cents)


def choose(price_cents: int, free_over_cents: int | None) -> Choice:
    return Choice(1, "standard", "Standard", "DHL", "EUR", price_cents, free_over_cents, 1, 2)


def add_up(goods: Any, choice: Any, rates: tuple[int, int, int], included: bool) -> totals.Totals:
    return totals.add_up(
        {number: offer(number, cents, shelf) for number, (cents, _, shelf) in enumerate(goods)},
        {number: units for number, (_, units, _) in enumerate(goods)},
        rates=CountryRates(rates[0], {2: rates[1], 3: rates[2]}),
        prices_include_tax=included,
        delivery=choose(*choice) if choice else None,
    )


@given(goods=GOODS, choice=CHOICES, rates=RATES, included=st.booleans())
def test_lines_and_delivery_make_the_total_whatever_the_rates(
    goods: Any, choice: Any, rates: tuple[int, int, int], included: bool
) -> None:
    sums = add_up(goods, choice, rates, included)
    assert sums.goods_cents == sum(cents * units for cents, units, _ in goods if cents is not None)
    assert sums.net_cents + sums.tax_cents == sums.total_cents
    assert sum(net for _, net, _ in sums.by_rate) == sums.net_cents
    assert sum(tax for _, _, tax in sums.by_rate) == sums.tax_cents
    assert [rate for rate, _, _ in sums.by_rate] == sorted(
        {part.rate_bp for part in sums.parts}, reverse=True
    )
    shown_delivery = 0
    if choice:
        price, free_over = choice
        shown_delivery = 0 if free_over is not None and sums.goods_cents >= free_over else price
        assert sums.delivery is not None
        assert sums.delivery.rate_bp == rates[0]
    assert (sums.total_cents if included else sums.net_cents) == sums.goods_cents + shown_delivery
    for line in sums.lines:
        assert line.taxed.net_cents + line.taxed.tax_cents == line.taxed.total_cents
        shown = line.taxed.total_cents if included else line.taxed.net_cents
        assert shown == line.units * line.unit_cents


@given(goods=GOODS.filter(len), choice=CHOICES.filter(bool), rates=RATES, included=st.booleans())
def test_stripes_lines_add_up_to_the_order_whatever_it_holds(
    goods: Any, choice: Any, rates: tuple[int, int, int], included: bool
) -> None:
    """The order is made by hand from the sums, as placing writes it: no database."""
    sums = add_up(goods, choice, rates, included)
    assert sums.delivery is not None
    lines = [
        SimpleNamespace(product_name="Jar", variant_name="", units=line.units, unit_cents=line.unit_cents)
        for line in sums.lines
    ]
    order: Any = SimpleNamespace(
        reference="AAAA-BBBB",
        email="mara@customer.example",
        currency="EUR",
        prices_include_tax=included,
        lines=SimpleNamespace(order_by=lambda _: lines),
        delivery_name="Standard",
        delivery_cents=sums.delivery.total_cents,
        delivery_net_cents=sums.delivery.net_cents,
        tax_cents=sums.tax_cents,
    )
    attempt: Any = SimpleNamespace(id="attempt", expires_at=NOW + timedelta(minutes=35))
    asked = sessions.write_params(order, attempt)["line_items"]
    assert sum(line["quantity"] * line["price_data"]["unit_amount"] for line in asked) == sums.total_cents
    assert all(line["quantity"] >= 1 and line["price_data"]["unit_amount"] >= 0 for line in asked)
    assert {line["price_data"]["currency"] for line in asked} == {"eur"}
    assert len(asked) <= len(goods) + 2


def test_the_threshold_counts_what_the_customer_was_shown() -> None:
    choice = choose(490, 4900)
    assert [choice.price_for(cents) for cents in (0, 4899, 4900, 10_000)] == [490, 490, 0, 0]
    assert choose(490, None).price_for(10**9) == 490
    assert choose(490, 0).price_for(0) == 0


def test_lines_stand_in_the_order_of_their_variants() -> None:
    sums = totals.add_up(
        {5: offer(5, 100, 0), 2: offer(2, 200, 0), 9: offer(9, None, 0)},
        {5: 1, 9: 1, 2: 1},
        rates=CountryRates(0, {}),
        prices_include_tax=True,
        delivery=None,
    )
    assert [line.offer.variant_id for line in sums.lines] == [2, 5]
    assert (sums.delivery, sums.total_cents) == (None, 300)


@pytest.mark.django_db
@pytest.mark.parametrize(("market", "country", "currency"), [("eu", "DE", "EUR"), ("us", "US", "USD")])
def test_a_placed_order_holds_these_totals_line_by_line(market: str, country: str, currency: str) -> None:
    make_market(market, category_rates=[(country, make_category("Books"), 700)])
    make_delivery(country=country, currency=currency, price_cents=795, free_over_cents=None)
    jar = make_product(prices={currency: 2333}).variants.get()
    book = make_product(category="Books", prices={currency: 1001}).variants.get()
    for variant in (jar, book):
        make_lot(variant, units=9)
    order = make_order({jar: 3, book: 1}, country=country, currency=currency)
    assert sum(line.total_cents for line in order.lines.all()) + order.delivery_cents == order.total_cents
    assert sum(line.net_cents for line in order.lines.all()) + order.delivery_net_cents == order.net_cents
    assert sum(line.tax_cents for line in order.lines.all()) + order.delivery_tax_cents == order.tax_cents
    rates = {line.variant_id: line.tax_bp for line in order.lines.all()}
    standard = {"DE": 1900, "US": 825}[country]
    assert rates == {jar.pk: standard, book.pk: 700}
    assert order.delivery_tax_bp == standard
    shown = 3 * 2333 + 1001 + 795
    assert (order.total_cents if order.prices_include_tax else order.net_cents) == shown
    asked = sessions.write_params(order, SimpleNamespace(id="a", expires_at=NOW))["line_items"]  # type: ignore[arg-type]
    assert sum(line["quantity"] * line["price_data"]["unit_amount"] for line in asked) == order.total_cents
    assert Order.objects.get() == order
