"""Laying hands on what a recall means: block it here, and write down who has the rest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from catalog import lots, stock
from catalog.models import Lot
from orders import recall_finding, recall_notices, recall_scope
from orders.models import Recall


@dataclass(frozen=True)
class Grasp:
    """What one look at the house has changed."""

    blocked: tuple[Lot, ...] = ()  # recalled now, and not before
    set_aside: tuple[Lot, ...] = ()  # back into quarantine until somebody reads their code
    found: int = 0  # buyers that were not known before
    cleared_up: int = 0  # buyers of whom we know more by now
    owed: int = 0  # mails that we owe since now

    def __bool__(self) -> bool:
        return bool(self.blocked or self.set_aside or self.found or self.cleared_up or self.owed)

    def __add__(self, other: "Grasp") -> "Grasp":
        return Grasp(
            (*self.blocked, *other.blocked),
            (*self.set_aside, *other.set_aside),
            self.found + other.found,
            self.cleared_up + other.cleared_up,
            self.owed + other.owed,
        )

    def say(self) -> str:
        parts = [
            (len(self.blocked), "lot recalled", "lots recalled"),
            (len(self.set_aside), "lot set aside", "lots set aside"),
            (self.found, "buyer found", "buyers found"),
            (self.cleared_up, "buyer’s lot cleared up", "buyers’ lots cleared up"),
            (self.owed, "mail owed", "mails owed"),
        ]
        said = [f"{count} {one if count == 1 else many}" for count, one, many in parts if count]
        return ", ".join(said) or "nothing new"


def block_lots(recall: Recall, *, now: datetime, by: Any = None) -> Grasp:
    """Block what is here. Joins a transaction that holds the recall.

    Lots of which nobody noted the code go back into quarantine if they were for sale: whoever reads the
    code on the pack may release them, or finds that they are recalled.
    Writes  Lot.status, LotDecision.
    Locks   the lots whose status changes, in id order.
    """
    assert connection.in_atomic_block, "block_lots() joins its caller's transaction"
    scope = recall_scope.find_scope(recall)
    at_large = [lot.pk for lot in scope.affected if lot.status != Lot.Status.RECALLED]
    for_sale = [lot.pk for lot in scope.unsure if lot.status == Lot.Status.RELEASED]
    stock.lock_lots([*at_large, *for_sale])  # both at once: everybody locks lots in the order of their ids
    name = sign(recall)
    blocked = lots.recall_lots(lot_ids=at_large, note=(name + recall.title)[:300], now=now, by=by)
    aside = lots.quarantine_lots(lot_ids=for_sale, note=name + "read its code on the pack.", now=now, by=by)
    return Grasp(tuple(blocked), tuple(aside))


def find_buyers(recall: Recall, *, now: datetime, by: Any = None) -> Grasp:
    """Write down who has the rest; at consumer depth owe them the mail. Joins a transaction that holds
    the recall, but no lot: there may be many buyers, and others wait for lots.

    To be called once the lots are blocked: whoever was still served before that is found.
    Writes  RecallNotice; at consumer depth OrderMail and the orders' diaries.
    """
    assert connection.in_atomic_block, "find_buyers() joins its caller's transaction"
    buyers = recall_finding.find_buyers(recall_scope.find_scope(recall))
    noted = recall_notices.write_notices(recall=recall, buyers=buyers, now=now)
    owed = 0
    if recall.depth == Recall.Depth.CONSUMER:
        owed = recall_notices.owe_notices(recall=recall, buyers=buyers, now=now, by=by)
    return Grasp(found=noted.found, cleared_up=noted.changed, owed=owed)


def sign(recall: Recall) -> str:
    """How a decision about a lot begins that this recall has made."""
    return f"Recall {recall.reference}: "
