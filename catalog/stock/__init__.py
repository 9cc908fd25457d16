"""How much there is, and to whom it is promised. The only writer of a lot's counters.

Every change of a counter and the Movement that explains it are one statement, so a lot's counters are
always the sum of its movements. Lots are locked in the order of their ids, by everybody.
"""

from catalog.stock.arrivals import Delivery, receive, receive_all, take_back
from catalog.stock.ledger import Correction, LotNotFit, correct_counts, lock_lots
from catalog.stock.promises import (
    OutOfStock,
    Shares,
    ask_for_free_units,
    ask_for_lots,
    free_units,
    plan,
    release,
    reserve,
    share_out,
    ship,
    take,
)
from catalog.stock.shelves import BelowReserved, count_lot, move_units, write_off

__all__ = [
    "BelowReserved",
    "Correction",
    "Delivery",
    "LotNotFit",
    "OutOfStock",
    "Shares",
    "ask_for_free_units",
    "ask_for_lots",
    "correct_counts",
    "count_lot",
    "free_units",
    "lock_lots",
    "move_units",
    "plan",
    "receive",
    "receive_all",
    "release",
    "reserve",
    "share_out",
    "ship",
    "take",
    "take_back",
    "write_off",
]
