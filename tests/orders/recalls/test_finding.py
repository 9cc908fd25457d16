"""Who has what a recall means, and what we never had."""

import pytest

from catalog import lots as lot_verbs
from catalog.models import Lot
from orders import recall_finding, recall_scope
from orders.models import OrderLine, ShipmentLine
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import make_order, pay_order
from tests.builders.recalls import make_lots, make_recall, send_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market() -> None:
    make_market()
    make_delivery()


def codes(lots: list[Lot]) -> list[str]:
    return [lot.code for lot in lots]


def test_a_code_is_found_however_it_is_written_and_whichever_of_the_packs_codes_it_is() -> None:
    gel = make_product().variants.get()
    make_lots(gel, "23 09328", "V3305A")
    make_lot(gel, code="OTHER", other_codes=["F.I.L. C12-1"])
    scope = recall_scope.find_scope(
        make_recall((gel, "2309328"), (gel, "v 3305a"), (gel, "fil c121"), (gel, "Z9"))
    )
    assert codes(scope.affected) == ["23 09328", "V3305A", "OTHER"]
    assert [one.code for one in scope.never_had] == ["Z9"]
    assert scope.unsure == []


def test_the_same_code_of_another_product_is_not_meant_but_said() -> None:
    gel, cream = make_product("Clear Gel").variants.get(), make_product("Quiet Cream").variants.get()
    make_lot(cream, code="X1")
    scope = recall_scope.find_scope(make_recall((gel, "x-1")))
    assert (scope.affected, scope.unsure) == ([], [])
    assert recall_scope.find_elsewhere(scope.never_had) == {"x-1": ["Quiet Cream"]}


def test_a_lot_that_nobody_noted_is_unsure_and_so_are_its_buyers() -> None:
    gel = make_product().variants.get()
    unknown = make_lot(gel, code="AUTO-1", code_known=False, units=3)
    order = send_order(gel, 2, lot=unknown)
    scope = recall_scope.find_scope(make_recall((gel, "AUTO-1")))
    assert (scope.affected, codes(scope.unsure)) == ([], ["AUTO-1"])  # our own name for it is no code
    (buyer,) = recall_finding.find_buyers(scope)
    assert (buyer.order_id, buyer.sort, buyer.units, buyer.lot_codes) == (order.pk, "UNKNOWN_LOT", 2, [])


def test_buyers_are_found_by_the_lot_in_their_parcel_and_the_others_are_counted() -> None:
    gel = make_product().variants.get()
    bad, good = make_lots(gel, "BAD", "GOOD", units=3)
    has = send_order(gel, 2, lot=bad)
    both = send_order(gel, 2)  # the last one of BAD, and one of GOOD
    fine = send_order(gel, 1, lot=good)
    scope = recall_scope.find_scope(make_recall((gel, "BAD")))
    buyers = recall_finding.find_buyers(scope)
    assert [(one.order_id, one.sort, one.units, one.lot_codes) for one in buyers] == [
        (has.pk, "KNOWN_LOT", 2, ["BAD"]),
        (both.pk, "KNOWN_LOT", 1, ["BAD"]),
    ]
    assert recall_finding.count_unaffected(scope, buyers) == 1
    assert fine.pk not in {one.order_id for one in buyers}
    assert recall_finding.sum_cost(buyers) == {"EUR": 3 * 1999}


def test_what_came_back_is_with_nobody() -> None:
    gel = make_product().variants.get()
    (bad,) = make_lots(gel, "BAD")
    order = send_order(gel, 2, lot=bad)
    ShipmentLine.objects.filter(lot=bad).update(returned_units=1)
    scope = recall_scope.find_scope(make_recall((gel, "BAD")))
    assert [one.units for one in recall_finding.find_buyers(scope)] == [1]
    ShipmentLine.objects.filter(lot=bad).update(returned_units=2)
    assert recall_finding.find_buyers(scope) == []
    assert recall_finding.count_unaffected(scope, []) == 0  # they had it: neither a holder nor unaffected
    assert order.shipments.count() == 1


def test_a_parcel_without_noted_lots_counts_as_unknown() -> None:
    gel = make_product().variants.get()
    (lot,) = make_lots(gel, "GOOD")
    old = send_order(gel, 2, lot=lot)
    ShipmentLine.objects.filter(lot=lot).delete()  # as in the days before lots were noted
    assert OrderLine.objects.get(order=old).shipped_units == 2
    scope = recall_scope.find_scope(make_recall((gel, "BAD")))
    assert [(one.order_id, one.sort, one.units) for one in recall_finding.find_buyers(scope)] == [
        (old.pk, "UNKNOWN_LOT", 2)
    ]
    whole = recall_scope.find_scope(make_recall(product_id=gel.product_id))
    assert [one.sort for one in recall_finding.find_buyers(whole)] == ["KNOWN_LOT"]


def test_a_formula_means_its_lots_and_a_lot_that_nobody_compared_may_be_one() -> None:
    product = make_product()
    gel = product.variants.get()
    product.refresh_from_db()
    lot, unread = make_lots(gel, "A", "B")
    make_lot(gel, code="C", released=False)
    Lot.objects.filter(pk=unread.pk).update(formula=None)
    scope = recall_scope.find_scope(make_recall(formula_id=product.current_formula_id))
    assert (codes(scope.affected), codes(scope.unsure)) == (["A"], ["B", "C"])
    assert lot.pk in scope.lot_ids


def test_orders_still_to_be_sent_are_found_and_whether_other_lots_can_stand_in() -> None:
    gel = make_product().variants.get()
    bad, good = make_lots(gel, "BAD", "GOOD", units=3)
    small, large = make_order({gel: 1}), make_order({gel: 2})
    pay_order(large)
    scope = recall_scope.find_scope(make_recall((gel, "BAD")))
    found = recall_finding.find_promised(scope, on=NOW.date())
    assert [(one.order.pk, one.units, one.lot_codes, one.others_can_stand_in) for one in found] == [
        (small.pk, 1, ["BAD"], True),
        (large.pk, 2, ["BAD"], True),
    ]
    Lot.objects.filter(pk=good.pk).update(on_hand=1)
    found = recall_finding.find_promised(scope, on=NOW.date())
    assert [one.others_can_stand_in for one in found] == [True, False]
    assert lot_verbs.codes_of(bad) == ["BAD"]
