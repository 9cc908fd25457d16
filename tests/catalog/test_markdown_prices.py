"""Which price is proposed: by the time left, ending as the market's prices end, never too low."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.markdown_prices import lowest_of, percent_below, percent_off, propose_price


def propose(price: int, **changes: Any) -> int | None:
    given: dict[str, Any] = {
        "price_cents": price,
        "full_cents": price,
        "lowest_cents": price,
        "days_left": 45,
        "currency": "EUR",
        "floor_percent": 50,
    }
    return propose_price(**given | changes)


@pytest.mark.parametrize(
    ("days", "percent"), [(61, None), (60, 20), (31, 20), (30, 30), (15, 30), (14, 50), (1, 50)]
)
def test_the_less_time_the_more_off(days: int, percent: int | None) -> None:
    assert percent_off(days) == percent


@pytest.mark.parametrize(
    ("price", "changes", "proposed"),
    [
        (2090, {}, 1590),  # 20 % off is 16.72
        (2090, {"days_left": 30}, 1390),  # 30 % off is 14.63
        (2090, {"days_left": 10}, 1090),  # half is 10.45, and 9.90 would be below the floor
        (1999, {}, 1599),
        (2000, {}, 1600),
        (390, {}, 310),  # a cheap thing keeps its last digit only
        (2980, {"currency": "JPY"}, 2380),
        (12900, {"currency": "KWD"}, 9900),
        (2090, {"days_left": 61}, None),
        (1590, {"full_cents": 2090}, None),  # it costs 20 % less already
        (1590, {"full_cents": 2090, "lowest_cents": 1590, "days_left": 20}, 1390),
        (2090, {"lowest_cents": 1500}, 1490),  # it was cheaper three weeks ago: below that, or nothing
        (2090, {"lowest_cents": 1000}, None),  # below that lies the floor
        (2090, {"floor_percent": 90}, 1890),
        (1, {}, None),
    ],
)
def test_the_proposed_price(price: int, changes: dict[str, Any], proposed: int | None) -> None:
    assert propose(price, **changes) == proposed


@given(
    price=st.integers(1, 200_000),
    above=st.integers(0, 50_000),
    below=st.integers(0, 50_000),
    days=st.integers(1, 70),
    floor=st.integers(1, 99),
    currency=st.sampled_from(["EUR", "JPY", "KWD", "USD"]),
)
def test_a_proposal_is_a_reduction_that_may_be_announced_and_not_below_the_floor(
    price: int, above: int, below: int, days: int, floor: int, currency: str
) -> None:
    full, lowest = price + above, max(1, price - below)
    found = propose_price(
        price_cents=price,
        full_cents=full,
        lowest_cents=lowest,
        days_left=days,
        currency=currency,
        floor_percent=floor,
    )
    if found is not None:
        assert 0 < found < min(price, lowest)
        assert found * 100 >= full * floor


@pytest.mark.parametrize(
    ("now", "changes", "lowest"),
    [
        (1999, [], 1999),
        (1999, [(1599, 1999)], 1599),
        (1999, [(2499, 1799), (1799, 1999)], 1799),
        (1999, [(None, 1999)], 1999),
        (1599, [(1999, 1599)], 1599),
    ],
)
def test_the_lowest_price_of_a_time(now: int, changes: Any, lowest: int) -> None:
    assert lowest_of(now, changes) == lowest


def test_what_is_announced_is_never_rounded_up() -> None:
    assert percent_below(1590, 2090) == 23  # 23.9
