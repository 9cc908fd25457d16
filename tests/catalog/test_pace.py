"""What will be left of a lot: arithmetic by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.pace import Stand, days_of_cover, forecast_left

TODAY = date(2026, 11, 20)


def until(days: int) -> date:
    """So that so many days are left, today included."""
    return TODAY + timedelta(days=days - 1)


@pytest.mark.parametrize(
    ("free", "shipped", "days"), [(0, 0, 0), (0, 9, 0), (5, 0, None), (28, 28, 28), (10, 28, 10), (1, 280, 0)]
)
def test_days_of_cover(free: int, shipped: int, days: int | None) -> None:
    assert days_of_cover(free, shipped) == days


def test_one_unit_a_day_for_ten_days_leaves_the_rest() -> None:
    assert forecast_left([Stand(1, 30, until(10))], shipped=28, on=TODAY) == {1: 20}


def test_the_soonest_lot_is_sold_first_and_the_next_gets_what_time_is_left() -> None:
    stands = [Stand(2, 10, until(20)), Stand(1, 8, until(10)), Stand(3, 99, None)]
    assert forecast_left(stands, shipped=28, on=TODAY) == {1: 0, 2: 0, 3: 0}
    assert forecast_left(stands, shipped=14, on=TODAY) == {1: 3, 2: 5, 3: 0}


def test_what_nobody_buys_is_all_left_unless_it_never_ends() -> None:
    assert forecast_left([Stand(1, 3, until(60)), Stand(2, 4, None)], shipped=0, on=TODAY) == {1: 3, 2: 0}


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 90)), max_size=6), st.integers(0, 400), st.data()
)
def test_never_more_is_sold_than_the_pace_allows_nor_less_left_than_nothing(
    lots: list[tuple[int, int]], shipped: int, chance: st.DataObject
) -> None:
    stands = [Stand(pk, free, until(days)) for pk, (free, days) in enumerate(lots)]
    left = forecast_left(chance.draw(st.permutations(stands)), shipped=shipped, on=TODAY)
    assert all(0 <= left[one.lot_id] <= one.free for one in stands)
    for end in {one.sell_until_on for one in stands if one.sell_until_on}:
        within = [one for one in stands if one.sell_until_on and one.sell_until_on <= end]
        sold = sum(one.free - left[one.lot_id] for one in within)
        assert sold <= ((end - TODAY).days + 1) * shipped // 28
