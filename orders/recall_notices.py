"""Telling buyers of a recall, and what they answer. A notice is the proof for one order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from orders import lifecycle, recall_reactions
from orders.models import OrderEvent, OrderMail, Recall, RecallNotice
from orders.recall_finding import Buyer

Kind = OrderMail.Kind
BATCH = 1_000


@dataclass(eq=False)
class NoSuchNotice(Exception):
    """No notice that was sent has that token."""


@dataclass(frozen=True)
class Noted:
    """How many buyers were not known before, and of how many we know more by now."""

    found: int
    changed: int


def write_notices(*, recall: Recall, buyers: Iterable[Buyer], now: datetime) -> Noted:
    """A notice for each buyer, once per order; whoever was written down as unknown may turn out known.

    What has been told stays as it was told, but for the lot: that can only become clearer.
    """
    assert connection.in_atomic_block, "write_notices() joins its caller's transaction"
    known = {notice.order_id: notice for notice in RecallNotice.objects.filter(recall=recall)}
    new, changed = [], []
    for buyer in buyers:
        notice = known.get(buyer.order_id)
        if notice is None:
            about = {"order_id": buyer.order_id, "sort": buyer.sort, "units": buyer.units}
            new.append(RecallNotice(recall=recall, lot_codes=buyer.lot_codes, found_at=now, **about))
        elif _learn(notice, buyer):
            changed.append(notice)
    RecallNotice.objects.bulk_create(new, batch_size=BATCH)
    RecallNotice.objects.bulk_update(changed, ["sort", "units", "lot_codes"], batch_size=BATCH)
    return Noted(len(new), len(changed))


def _learn(notice: RecallNotice, buyer: Buyer) -> bool:
    before = (notice.sort, notice.units, notice.lot_codes)
    if buyer.sort == RecallNotice.Sort.KNOWN_LOT:
        notice.sort, notice.lot_codes = buyer.sort, sorted({*notice.lot_codes, *buyer.lot_codes})
    if notice.owed_at is None:
        notice.units = buyer.units
    return before != (notice.sort, notice.units, notice.lot_codes)


def owe_notices(*, recall: Recall, buyers: Iterable[Buyer], now: datetime, by: Any = None) -> int:
    """How many buyers are to be told by mail who were not before. Twice owes once.

    Writes  RecallNotice.owed_at, OrderMail, and a line in each order's diary.
    """
    assert connection.in_atomic_block, "owe_notices() joins its caller's transaction"
    holders = {buyer.order_id for buyer in buyers}
    rows = RecallNotice.objects.filter(recall=recall, owed_at=None).order_by("id")
    notices = [notice for notice in rows if notice.order_id in holders]
    RecallNotice.objects.filter(pk__in=[notice.pk for notice in notices]).update(owed_at=now)
    OrderMail.objects.bulk_create(
        [
            OrderMail(order_id=notice.order_id, kind=Kind.RECALLED, about=notice.pk, due_at=now)
            for notice in notices
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    note = f"Recall {recall.reference}: the buyer is told."
    OrderEvent.objects.bulk_create(
        [
            OrderEvent(order_id=notice.order_id, kind=OrderEvent.Kind.RECALLED, at=now, actor=by, note=note)
            for notice in notices
        ],
        batch_size=BATCH,
    )
    return len(notices)


def find_notice(token: str) -> RecallNotice:
    """The notice that was sent with this token. Raises NoSuchNotice."""
    notices = RecallNotice.objects.select_related("recall", "order")
    notice = notices.filter(token=token, owed_at__isnull=False).first()
    if notice is None:
        raise NoSuchNotice
    return notice


def answer_notice(*, token: str, reply: RecallNotice.Reply, now: datetime, words: str = "") -> RecallNotice:
    """The notice with the buyer's answer; a later one takes its place, and the diary keeps both.

    Takes   `words`: what happened, when the skin reacted.
    Writes  RecallNotice, the order's diary; for a reaction an Incident, whose clock runs from now.
    Locks   the notice.
    Raises  NoSuchNotice.
    """
    found = find_notice(token)
    with transaction.atomic(durable=True):
        notice = RecallNotice.objects.select_for_update(no_key=True).get(pk=found.pk)
        known = recall_reactions.find_reaction(found)
        if reply == RecallNotice.Reply.REACTION and known is None:
            recall_reactions.take_down(found, words=words, now=now)
        if notice.reply != reply:
            notice.reply, notice.replied_at = reply, now
            notice.save(update_fields=["reply", "replied_at"])
            # The diary of an order is read by many: what happened to the skin stands in the incident.
            said = "has answered" if reply == RecallNotice.Reply.REACTION else f"answers “{reply.label}”"
            note = f"Recall {found.recall.reference}: the buyer {said}."
            lifecycle.write_diary(found.order, OrderEvent.Kind.NOTED, now=now, note=note)
    if known is not None and words:
        recall_reactions.add_words(known, words=words, now=now)
    return notice
