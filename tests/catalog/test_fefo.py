"""First expired, first out, as arithmetic."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.fefo import Shelf, split_units


def test_units_are_taken_in_the_order_given_until_there_are_enough() -> None:
    shelves = [Shelf(7, 2), Shelf(3, 5), Shelf(9, 5)]
    assert split_units(1, shelves) == ({7: 1}, 0)
    assert split_units(2, shelves) == ({7: 2}, 0)
    assert split_units(4, shelves) == ({7: 2, 3: 2}, 0)
    assert split_units(12, shelves) == ({7: 2, 3: 5, 9: 5}, 0)
    assert split_units(15, shelves) == ({7: 2, 3: 5, 9: 5}, 3)
    assert split_units(3, []) == ({}, 3)
    assert split_units(0, shelves) == ({}, 0)


def test_empty_shelves_are_passed_by() -> None:
    assert split_units(1, [Shelf(1, 0), Shelf(2, -3), Shelf(3, 1)]) == ({3: 1}, 0)


@given(
    wanted=st.integers(0, 300),
    free=st.lists(st.integers(0, 50), max_size=12),
)
def test_nothing_is_taken_twice_nothing_is_lost_and_the_front_goes_first(
    wanted: int, free: list[int]
) -> None:
    shelves = [Shelf(number, units) for number, units in enumerate(free)]
    taken, short = split_units(wanted, shelves)
    assert sum(taken.values()) + short == wanted
    assert all(0 < units <= free[number] for number, units in taken.items())
    assert short == max(0, wanted - sum(free))
    if taken:
        last = max(taken)
        assert all(taken.get(number, 0) == free[number] for number in range(last))
