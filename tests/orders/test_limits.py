"""Purchase limits: so many units of a strong thing to one customer in a time, and not one more."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product, Variant
from orders import lifecycle, limits
from orders.limits import LimitReached, Reached
from orders.models import Order, Shipment, ShipmentLine
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product, make_variant
from tests.builders.knowledge import learn
from tests.builders.orders import make_order, pay_order
from tests.builders.waiting import make_limit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def peel() -> Variant:
    """A strong thing with plenty of units, of which two are sold in sixty days."""
    make_market()
    make_delivery()
    variant = make_product("Quiet Peel", sku="PEEL-30").variants.get()
    make_lot(variant, units=50)
    make_limit(product=variant.product)
    return variant


def assert_refused(already: int, asked: int, skus: list[str], **order: Any) -> None:
    before = Order.objects.count()
    with pytest.raises(LimitReached) as refused:
        make_order(**order)
    assert refused.value.limits == [Reached(skus, 2, 60, already, asked, "Too much of it burns.")]
    assert Order.objects.count() == before


def test_up_to_the_limit_is_sold_and_not_one_more(peel: Variant) -> None:
    make_order({peel: 1})
    assert_refused(1, 2, ["PEEL-30"], quantities={peel: 2})
    make_order({peel: 1})
    assert_refused(2, 1, ["PEEL-30"], quantities={peel: 1})


def test_somebody_else_may_buy_and_the_same_address_in_capitals_is_the_same_customer(peel: Variant) -> None:
    make_order({peel: 2}, email="ida@example.org")
    make_order({peel: 2}, email="jonas@example.org")
    assert_refused(2, 1, ["PEEL-30"], quantities={peel: 1}, email="IDA@Example.org")


def test_the_time_is_counted_back_from_each_order(peel: Variant) -> None:
    make_order({peel: 2}, now=NOW)
    assert_refused(2, 1, ["PEEL-30"], quantities={peel: 1}, now=NOW + 60 * DAY - timedelta(seconds=1))
    make_order({peel: 2}, now=NOW + 60 * DAY)


@pytest.mark.parametrize("end", [lifecycle.lapse_order, lifecycle.cancel_order])
def test_what_lapsed_or_was_cancelled_does_not_count(peel: Variant, end: Any) -> None:
    order = make_order({peel: 2})
    with transaction.atomic():
        end(order.pk, now=NOW)
    make_order({peel: 2})


def test_what_came_back_does_not_count(peel: Variant) -> None:
    order = make_order({peel: 2})
    pay_order(order)
    parcel = Shipment.objects.create(order=order, carrier="DHL", shipped_at=NOW)
    lot = peel.lots.get()
    ShipmentLine.objects.create(shipment=parcel, line=order.lines.get(), lot=lot, units=2, returned_units=1)
    assert_refused(1, 2, ["PEEL-30"], quantities={peel: 2})
    make_order({peel: 1})


def test_the_sizes_of_a_product_count_together(peel: Variant) -> None:
    large = make_variant(peel.product, sku="PEEL-50")
    make_lot(large)
    make_order({peel: 1})
    assert_refused(1, 2, ["PEEL-30", "PEEL-50"], quantities={peel: 1, large: 1})


def test_a_class_counts_over_all_products_that_hold_it_today() -> None:
    learn()
    make_market()
    make_delivery()
    night, day, plain = (
        make_product(name, sku=sku, label_text=label).variants.get()
        for name, sku, label in (
            ("Night", "NIGHT", "Aqua, Niacinamide"),
            ("Day", "DAY", "Aqua, Niacinamide, Glycerin"),
            ("Plain", "PLAIN", "Aqua, Glycerin"),
        )
    )
    for variant in (night, day, plain):
        make_lot(variant)
    make_limit(ingredient_class="niacinamide")
    make_order({plain: 9})
    make_order({night: 1})
    assert_refused(1, 2, ["DAY"], quantities={day: 2, plain: 5})
    Product.objects.filter(pk=night.product_id).update(current_formula=None)
    make_order({day: 2})


@pytest.mark.parametrize(
    "when", [{"ended_on": NOW.date()}, {"ended_on": NOW.date() - DAY}, {"since_on": NOW.date() + DAY}]
)
def test_a_limit_that_is_over_or_to_come_stops_nobody(peel: Variant, when: dict[str, Any]) -> None:
    peel.product.limits.update(**when)
    make_order({peel: 9})


def test_every_limit_that_would_be_passed_is_named_at_once(peel: Variant) -> None:
    make_limit(product=peel.product, most=1, days=7, words="One a week.")
    with pytest.raises(LimitReached) as refused:
        make_order({peel: 3})
    assert [(one.most, one.words) for one in refused.value.limits] == [
        (2, "Too much of it burns."),
        (1, "One a week."),
    ]


def test_an_order_that_no_limit_touches_costs_one_statement(
    peel: Variant, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other = make_product("Quiet Cream").variants.get()
    for statements, quantities in ((1, {other.pk: 9}), (3, {other.pk: 9, peel.pk: 2})):
        with django_assert_num_queries(statements):
            touched = limits.ask_for_touched(quantities, on=NOW.date()).ask()
            limits.check_limits(touched, email="ida@example.org", quantities=quantities, now=NOW)


def test_a_cart_is_measured_without_knowing_whose_it_is(peel: Variant) -> None:
    make_order({peel: 2})
    touched = limits.ask_for_touched([peel.pk], on=NOW.date()).ask()
    assert limits.find_over(touched, {peel.pk: 2}) == []
    (over,) = limits.find_over(touched, {peel.pk: 3})
    assert (over.skus, over.asked, over.already) == (["PEEL-30"], 3, 0)
