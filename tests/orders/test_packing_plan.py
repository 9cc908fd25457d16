"""What goes into a parcel and what stays promised, as arithmetic."""

import pytest

from orders.packing_plan import LotNotFree, NotLeft, Plan, plan_parcel, write_seen

HELD = {1: {10: 2, 11: 1}, 2: {20: 4}}


def test_all_that_is_promised_goes_unless_somebody_says_less() -> None:
    plan = plan_parcel(HELD, None)
    assert plan.parcel == {10: 2, 11: 1, 20: 4}
    assert plan.left == {10: 0, 11: 0, 20: 0}
    assert (plan.swapped, plan.spare) == ({}, {})
    assert plan.units_by_line() == {1: 3, 2: 4}
    assert plan.lots_of(1) == [10, 11]


def test_a_part_goes_and_the_rest_stays_promised() -> None:
    plan = plan_parcel(HELD, {1: {10: 1}, 2: {20: 0}})
    assert plan.parcel == {10: 1}
    assert plan.left == {10: 1, 11: 1, 20: 4}
    assert plan.spare == {}


@pytest.mark.parametrize(
    ("taken", "swapped", "spare", "left"),
    [
        ({99: 1}, {99: 1}, {10: 1}, {10: 1, 11: 1}),  # instead of the lot that expires first
        ({99: 3}, {99: 3}, {10: 2, 11: 1}, {10: 0, 11: 0}),
        ({10: 1, 99: 2}, {99: 2}, {10: 1, 11: 1}, {10: 0, 11: 0}),
        ({10: 3}, {10: 1}, {11: 1}, {10: 0, 11: 0}),  # more of a promised lot than is promised of it
    ],
)
def test_another_lot_takes_the_place_of_a_promised_one(
    taken: dict[int, int], swapped: dict[int, int], spare: dict[int, int], left: dict[int, int]
) -> None:
    plan = plan_parcel({1: HELD[1]}, {1: taken})
    assert (plan.parcel, plan.swapped, plan.spare, plan.left) == (taken, swapped, spare, left)
    still_out(plan)


def still_out(plan: Plan) -> None:
    """Whatever is sent, promised before is sent or left or let go; and nothing else is sent than was owed."""
    assert sum(plan.left.values()) == 3 - sum(plan.parcel.values())
    assert sum(plan.swapped.values()) == sum(plan.spare.values())


@pytest.mark.parametrize("wanted", [{1: {10: 4}}, {1: {10: 2, 99: 2}}, {1: {10: -1, 11: 2}}, {3: {30: 1}}])
def test_more_than_is_left_of_a_line_or_less_than_nothing_is_refused(
    wanted: dict[int, dict[int, int]],
) -> None:
    with pytest.raises(NotLeft) as refused:
        plan_parcel(HELD, wanted)
    assert refused.value.left == {1: 3, 2: 4}


@pytest.mark.parametrize("wanted", [{}, {1: {10: 0}}, {1: {}}])
def test_an_empty_parcel_is_no_parcel(wanted: dict[int, dict[int, int]]) -> None:
    with pytest.raises(NotLeft):
        plan_parcel(HELD, wanted)


def test_a_lot_stands_for_one_line_only() -> None:
    with pytest.raises(LotNotFree) as refused:
        plan_parcel(HELD, {1: {20: 1}})
    assert refused.value.lot_ids == [20]


def test_what_is_seen_tells_promises_apart_and_nothing_else() -> None:
    assert write_seen(HELD) == "1/10/2 1/11/1 2/20/4"
    assert write_seen({2: {20: 4}, 1: {11: 1, 10: 2}}) == write_seen(HELD)
    assert write_seen({}) == ""
