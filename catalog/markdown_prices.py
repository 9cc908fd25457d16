"""Which lower price to propose for what is near its last day: as arithmetic, without a database."""

from collections.abc import Iterable
from decimal import ROUND_FLOOR, Decimal

from catalog.money import minor_digits

# (days left at most, percent off): an offer for those who use it up soon, dearer for us the later it comes
STEPS = ((14, 50), (30, 30), (60, 20))
WITHIN_DAYS = STEPS[-1][0]


def percent_off(days_left: int) -> int | None:
    """How much off when so many days are left; None: it is not near."""
    return next((percent for most, percent in STEPS if days_left <= most), None)


def propose_price(
    *, price_cents: int, full_cents: int, lowest_cents: int, days_left: int, currency: str, floor_percent: int
) -> int | None:
    """The price to propose, in minor units, or None when no lower one makes sense.

    Takes   `price_cents`: what it costs now; `full_cents`: before any markdown of ours, of which percent and
            floor are counted, so that one markdown upon another never goes below the floor; `lowest_cents`:
            the lowest of the last 30 days, below which an announced reduction must stay.
    """
    percent = percent_off(days_left)
    if percent is None or price_cents <= (wanted := full_cents * (100 - percent) // 100):
        return None
    least, most = -(-full_cents * floor_percent // 100), min(price_cents, lowest_cents) - 1
    step = _step_between_prices(wanted, currency)
    found = end_alike(min(wanted, most), like=full_cents, step=step)
    if found < least:  # the first such price that is not below the floor
        found = end_alike(least + step - 1, like=full_cents, step=step)
    return found if max(1, least) <= found <= most else None


def end_alike(ceiling: int, *, like: int, step: int) -> int:
    """The highest amount up to `ceiling` that ends as that price does: 16.90 below 16.95, after 20.90.

    What a market's prices end in is taken from the price itself: nobody has to tell us that Japan's end in
    80 and ours in 90.
    """
    return ceiling - (ceiling - like) % step


def _step_between_prices(cents: int, currency: str) -> int:
    """Whole units (hundreds of yen) for most things, tenths of that for cheap ones."""
    whole: int = 10 ** (minor_digits(currency) or 2)
    return whole if cents >= 5 * whole else whole // 10


def lowest_of(current: int, changes: Iterable[tuple[int | None, int]]) -> int:
    """The lowest price that stood in a time. Takes  (from, to) of each change in that time.

    Source  Directive 98/6/EC, article 6a: the price before a reduction is the lowest of 30 days.
    """
    stood = [current]
    for before, after in changes:
        stood += [after] if before is None else [before, after]
    return min(stood)


def percent_below(cents: int, than: int) -> int:
    """How many whole percent below: what may be announced, never rounded up."""
    return int((Decimal(than - cents) * 100 / than).quantize(Decimal(1), ROUND_FLOOR))
