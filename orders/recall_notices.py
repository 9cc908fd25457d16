"""Telling buyers of a recall, and what they answer. A notice is the proof for one order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, transaction

from orders import lifecycle, recall_reactions
from orders.models import OrderEvent, Recall, RecallNotice
from orders.models.recalls import new_token
from orders.recall_finding import Buyer

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
            about = {"order_id": buyer.order_id, "sort": buyer.sort.value, "units": buyer.units}
            new.append(about | {"lot_codes": buyer.lot_codes, "token": new_token()})
        elif _learn(notice, buyer):
            changed.append(notice)
    with connection.cursor() as cursor:
        cursor.execute(NOTICES_SQL, [recall.pk, now, orjson.dumps(new).decode()])
    RecallNotice.objects.bulk_update(changed, ["sort", "units", "lot_codes"], batch_size=BATCH)
    return Noted(len(new), len(changed))


# One statement for all: a popular lot has tens of thousands of buyers.
NOTICES_SQL = """
INSERT INTO orders_recallnotice (recall_id, order_id, sort, units, lot_codes, token, found_at)
SELECT %s, told.order_id, told.sort, told.units,
       ARRAY(SELECT jsonb_array_elements_text(told.lot_codes)), told.token, %s
  FROM jsonb_to_recordset(%s::jsonb)
       AS told(order_id bigint, sort text, units int, lot_codes jsonb, token text)
"""


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
    told: dict[str, Any] = {
        "recall": recall.pk,
        "holders": [buyer.order_id for buyer in buyers],
        "now": now,
        "by": by.pk if by is not None else None,
        "note": f"Recall {recall.reference}: the buyer is told.",
    }
    with connection.cursor() as cursor:
        cursor.execute(OWED_SQL, told)
        told["notices"] = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(MAILS_SQL, told)
        cursor.execute(DIARIES_SQL, told)
    return len(told["notices"])


OWED_SQL = """
UPDATE orders_recallnotice SET owed_at = %(now)s
 WHERE recall_id = %(recall)s AND owed_at IS NULL AND order_id = ANY(%(holders)s)
RETURNING id
"""
MAILS_SQL = """
INSERT INTO orders_ordermail (order_id, kind, about, due_at, attempts, failures, last_error, sent_to)
SELECT order_id, 'RECALLED', id, %(now)s, 0, 0, '', '' FROM orders_recallnotice
 WHERE id = ANY(%(notices)s)
 ORDER BY id
    ON CONFLICT (order_id, kind, about) DO NOTHING
"""
DIARIES_SQL = """
INSERT INTO orders_orderevent (order_id, kind, at, actor_id, note)
SELECT order_id, 'RECALLED', %(now)s, %(by)s::bigint, %(note)s FROM orders_recallnotice
 WHERE id = ANY(%(notices)s)
 ORDER BY id
"""


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
