"""The packing list: place by place, soonest expiry first, and stops on top."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from catalog import lots
from catalog.models import Lot
from orders import packing
from orders.models import Order
from orders.packing import PackingList
from tests.builders import NOW, make_lot, make_product
from tests.builders.markets import make_delivery, make_market
from tests.builders.orders import make_order, pay_order

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def paid(**units_by_code: int) -> Order:
    """An order that holds exactly these lots: each is the only one of its size."""
    variants = {Lot.objects.get(code=code).variant: units for code, units in units_by_code.items()}
    order = make_order(variants)
    pay_order(order, now=NOW + timedelta(minutes=Order.objects.count()))
    order.refresh_from_db()
    return order


@pytest.fixture(autouse=True)
def house() -> None:
    make_market()
    make_delivery()
    for code, location, expires_on in (
        ("LATE", "BER", date(2030, 1, 31)),
        ("SOON", "BER", date(2028, 1, 31)),
        ("NEVER", "BER", None),
        ("FAR", "HAM", date(2028, 5, 31)),
    ):
        variant = make_product().variants.get()
        make_lot(variant, units=9, code=code, location=location, expires_on=expires_on)


def told(drawn: PackingList) -> list[tuple[str, list[tuple[str, int, list[tuple[str, int]]]]]]:
    return [
        (
            place.location.code,
            [
                (lot.lot.code, lot.units, [(pick.line.order.reference, pick.units) for pick in lot.picks])
                for lot in place.lots
            ],
        )
        for place in drawn.places
    ]


def test_by_place_soonest_expiry_first_and_by_order_the_longest_paid_first() -> None:
    first, second = paid(NEVER=1, LATE=2, FAR=1), paid(SOON=3, LATE=1)
    make_order({Lot.objects.get(code="FAR").variant: 1})  # nobody has paid it
    one, two = first.reference, second.reference

    drawn = packing.draw_packing_list(on=TODAY)

    assert told(drawn) == [
        ("BER", [("SOON", 3, [(two, 3)]), ("LATE", 3, [(one, 2), (two, 1)]), ("NEVER", 1, [(one, 1)])]),
        ("HAM", [("FAR", 1, [(one, 1)])]),
    ]
    assert (drawn.orders, drawn.stops) == ([first, second], [])
    assert drawn.places[0].units == 7


def test_chosen_orders_at_one_place() -> None:
    first, second = paid(LATE=2, FAR=1), paid(SOON=3)
    one, two = first.reference, second.reference
    assert told(packing.draw_packing_list(on=TODAY, order_ids=[second.pk])) == [
        ("BER", [("SOON", 3, [(two, 3)])])
    ]
    at_one = packing.draw_packing_list(on=TODAY, location_code="HAM")
    assert told(at_one) == [("HAM", [("FAR", 1, [(one, 1)])])]
    assert at_one.orders == [first]
    assert told(packing.draw_packing_list(on=TODAY, order_ids=[])) == []


def test_an_order_with_a_lot_that_may_not_leave_stands_on_top_and_nothing_is_taken_for_it() -> None:
    first, second = paid(LATE=2, FAR=1), paid(LATE=1)
    far = Lot.objects.get(code="FAR")
    with transaction.atomic():
        lots.recall_lots(lot_ids=[far.pk], note="x", now=NOW)

    drawn = packing.draw_packing_list(on=TODAY)

    (stop,) = drawn.stops
    name = first.lines.get(variant=far.variant_id).product_name
    assert (stop.order, stop.why) == (first, [f"1 × {name}: lot FAR is recalled"])
    assert told(drawn) == [("BER", [("LATE", 1, [(second.reference, 1)])])]
    assert drawn.orders == [second]


def test_a_stop_is_seen_at_every_place() -> None:
    first = paid(LATE=2, FAR=1)
    with transaction.atomic():
        lots.block_lots(lot_ids=[Lot.objects.get(code="FAR").pk], note="x", now=NOW)
    drawn = packing.draw_packing_list(on=TODAY, location_code="BER")
    assert [stop.order for stop in drawn.stops] == [first]
    assert drawn.places == []


def test_why_a_lot_may_not_leave() -> None:
    lot = Lot.objects.get(code="SOON")
    assert packing.say_unfit(lot, on=date(2028, 1, 30)) == ""
    assert packing.say_unfit(lot, on=date(2028, 1, 31)) == "lot SOON is over its date"
    for status, words in (("QUARANTINE", "in quarantine"), ("BLOCKED", "blocked"), ("RECALLED", "recalled")):
        lot.status = status
        assert packing.say_unfit(lot, on=TODAY) == f"lot SOON is {words}"


@pytest.mark.parametrize("orders", [1, 12])
def test_it_takes_one_statement_however_many_orders(orders: int, django_assert_num_queries: object) -> None:
    for _ in range(orders):
        make_lot(make_product().variants.get(), code=f"X{Lot.objects.count()}")
        paid(**{f"X{Lot.objects.count() - 1}": 1})
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(packing.draw_packing_list(on=TODAY).orders) == orders
