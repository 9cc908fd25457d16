"""A recall from draft to close: the shelf is blocked first, buyers are found, and told if it goes so deep.

Whatever is decided here may be decided twice: the second time changes nothing. What turns up later (a
delivery with such a code, a parcel whose lot becomes known) is found by `watch_recall`, a round.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from catalog.contention import begin_again_when_blocked
from orders import recall_grasp, recall_letters
from orders.models import Recall, RecallEvent, RecallLot
from orders.recall_codes import NamedLot
from orders.recall_grasp import Grasp

State, Depth = Recall.State, Recall.Depth
Kind = RecallEvent.Kind


@dataclass(eq=False)
class NoSuchRecall(Exception):
    """No recall has that reference."""

    reference: str


@dataclass(eq=False)
class RecallNotReady(Exception):
    """Something is missing; `why` says all of it."""

    why: list[str]


@dataclass(eq=False)
class RecallOver(Exception):
    """The recall is not in the state that this needs: a draft that was opened, an open one that is closed."""

    state: str


@dataclass(frozen=True)
class Draft:
    """What a recall says. `texts`: {language: {subject, text, where}}."""

    title: str
    source: str
    reason: str
    announced_on: date
    named: Sequence[NamedLot] = ()
    authority: str = ""
    depth: str = Depth.RETAIL
    remedy: str = Recall.Remedy.NONE
    product_id: int | None = None
    formula_id: int | None = None
    texts: dict[str, dict[str, str]] | None = None


def find_recall(reference: str) -> Recall:
    """Raises NoSuchRecall."""
    found = Recall.objects.filter(reference=reference.strip().upper()).first()
    if found is None:
        raise NoSuchRecall(reference)
    return found


def write_draft(*, draft: Draft, recall_id: int | None = None) -> Recall:
    """A draft, new or changed. Nothing else in the house knows of it.

    Raises  RecallOver: it is open, and stays as it was opened; see `name_more_lots`.
    """
    with transaction.atomic(durable=True):
        recall = lock_recall(recall_id) if recall_id is not None else Recall()
        if recall.state != State.DRAFT:
            raise RecallOver(recall.state)
        for name in ("title", "source", "reason", "announced_on", "authority", "depth", "remedy"):
            setattr(recall, name, getattr(draft, name))
        recall.product_id, recall.formula_id = draft.product_id, draft.formula_id
        recall.texts = draft.texts or {}
        recall.save()
        recall.lots.all().delete()
        _name_lots(recall, draft.named)
    return recall


def name_more_lots(*, recall_id: int, named: Sequence[NamedLot], now: datetime, by: Any = None) -> Grasp:
    """What further lots of an open recall have brought: the authority has added to its list.

    Raises  RecallOver: it is closed.
    """

    def name_them() -> None:
        with transaction.atomic(durable=True):
            recall = _lock_open(recall_id)
            if added := _name_lots(recall, named):
                words = "1 more lot named." if added == 1 else f"{added} more lots named."
                _write(recall, Kind.NOTED, now=now, by=by, note=words)

    begin_again_when_blocked(name_them)
    return watch_recall(recall_id=recall_id, now=now, by=by)


def open_recall(*, recall_id: int, now: datetime, by: Any = None) -> Grasp:
    """What opening it did: its lots can be neither promised nor sent from now on. Twice changes nothing.

    Two stories: the lots first, quickly, for others wait for them; then the buyers. Should we be killed in
    between, the round finds them.
    Writes  Recall(OPEN), Lot.status with LotDecision; then RecallNotice, at consumer depth the mails.
    Locks   the recall, then the lots.
    Raises  RecallNotReady. RecallOver: it is closed.
    """

    def block() -> Grasp | None:
        with transaction.atomic(durable=True):
            recall = lock_recall(recall_id)
            if recall.state == State.OPEN:
                return None
            if recall.state != State.DRAFT:
                raise RecallOver(recall.state)
            if why := find_gaps(recall):
                raise RecallNotReady(why)
            recall.state, recall.opened_at = State.OPEN, now
            recall.save(update_fields=["state", "opened_at"])
            grasp = recall_grasp.block_lots(recall, now=now, by=by)
            _write(recall, Kind.OPENED, now=now, by=by, note=f"{recall.get_depth_display()}. {grasp.say()}.")
        return grasp

    blocked = begin_again_when_blocked(block)
    return Grasp() if blocked is None else blocked + watch_recall(recall_id=recall_id, now=now, by=by)


def deepen_recall(*, recall_id: int, now: datetime, by: Any = None) -> Grasp:
    """The open recall, taken to consumers: every buyer is owed a mail. Twice changes nothing.

    Raises  RecallNotReady: there is no text. RecallOver: it is a draft, or closed.
    """
    with transaction.atomic(durable=True):
        recall = _lock_open(recall_id)
        if recall.depth == Depth.CONSUMER:
            return Grasp()
        if why := recall_letters.find_faults(recall):
            raise RecallNotReady(why)
        recall.depth = Depth.CONSUMER
        recall.save(update_fields=["depth"])
        grasp = recall_grasp.find_buyers(recall, now=now, by=by)
        _write(recall, Kind.DEEPENED, now=now, by=by, note=f"{grasp.say()}.")
    return grasp


def watch_recall(*, recall_id: int, now: datetime, by: Any = None) -> Grasp:
    """What has turned up since: lots that came in, then buyers that became known. A round, twice harmless."""
    blocked = begin_again_when_blocked(lambda: _look(recall_id, recall_grasp.block_lots, now=now, by=by))
    return blocked + _look(recall_id, recall_grasp.find_buyers, now=now, by=by)


def _look(recall_id: int, take: Callable[..., Grasp], *, now: datetime, by: Any) -> Grasp:
    with transaction.atomic(durable=True):
        recall = lock_recall(recall_id)
        if recall.state != State.OPEN:
            return Grasp()
        grasp = take(recall, now=now, by=by)
        if grasp:
            _write(recall, Kind.FOUND, now=now, by=by, note=f"{grasp.say()}.")
    return grasp


def close_recall(*, recall_id: int, note: str, now: datetime, by: Any = None) -> Recall:
    """The recall, closed: nobody looks for more. Its lots stay recalled. Twice changes nothing.

    Raises  RecallNotReady: nothing is said about how it ended. RecallOver: it is a draft.
    """
    with transaction.atomic(durable=True):
        recall = lock_recall(recall_id)
        if recall.state == State.CLOSED:
            return recall
        recall = _lock_open(recall_id)
        if not note.strip():
            raise RecallNotReady(["Say in a sentence how it ended."])
        recall.state, recall.closed_at, recall.closing_note = State.CLOSED, now, note.strip()[:500]
        recall.save(update_fields=["state", "closed_at", "closing_note"])
        _write(recall, Kind.CLOSED, now=now, by=by, note=recall.closing_note)
    return recall


def find_gaps(recall: Recall) -> list[str]:
    """What must still be said before it can be opened."""
    gaps = []
    if recall.product_id is None and recall.formula_id is None and not recall.lots.exists():
        gaps.append("It names no lot, no formula and no product.")
    if recall.depth == Depth.CONSUMER:
        gaps += recall_letters.find_faults(recall)
    return gaps


def lock_recall(recall_id: int) -> Recall:
    """The recall as it is now, held until the transaction ends.

    Locks   the recall, before any lot.
    """
    assert connection.in_atomic_block, "lock_recall() joins its caller's transaction"
    return Recall.objects.select_for_update(no_key=True).get(pk=recall_id)


def _lock_open(recall_id: int) -> Recall:
    recall = lock_recall(recall_id)
    if recall.state != State.OPEN:
        raise RecallOver(recall.state)
    return recall


def _name_lots(recall: Recall, named: Sequence[NamedLot]) -> int:
    """How many lots the recall names that it did not name before."""
    known = {(one.product_id, one.code) for one in recall.lots.all()}
    fresh = {(one.product_id, one.code): one for one in named if (one.product_id, one.code) not in known}
    RecallLot.objects.bulk_create(
        RecallLot(recall=recall, product_id=one.product_id, code=one.code, note=one.note)
        for one in fresh.values()
    )
    return len(fresh)


def _write(recall: Recall, kind: Kind, *, now: datetime, note: str, by: Any = None) -> None:
    RecallEvent.objects.create(recall=recall, kind=kind, at=now, actor=by, note=note[:500])
