"""Whether a recall works: what became of the units, who was told and how we know, who has answered."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from catalog.models import Lot, Movement
from orders import mail, recall_scope
from orders.models import OrderMail, Recall, RecallNotice, ShipmentLine
from orders.recall_scope import Scope

Sort, Reply = RecallNotice.Sort, RecallNotice.Reply
STATES = ("accepted", "waiting", "failing", "parked", "not owed")


@dataclass(frozen=True)
class LotFate:
    """What became of the units of one lot. `sold` are in parcels; `returned` came back of those."""

    lot: Lot
    surely: bool
    received: int
    on_hand: int
    promised: int
    destroyed: int
    sold: int
    returned: int


@dataclass(frozen=True)
class Proof:
    """One buyer: what we owe, what the mail server took and when, what was answered."""

    notice: RecallNotice
    mail: OrderMail | None
    state: str  # one of STATES
    message_id: str

    @property
    def sent_to(self) -> str:
        return self.mail.sent_to if self.mail is not None else ""


@dataclass(frozen=True)
class Day:
    on: date
    accepted: int
    replied: int


@dataclass(frozen=True)
class Report:
    recall: Recall
    lots: list[LotFate]
    never_had: list[Any]
    proofs: list[Proof]
    days: list[Day]
    made_at: datetime

    def count(self, sort: str) -> int:
        return sum(proof.notice.sort == sort for proof in self.proofs)

    @property
    def by_state(self) -> dict[str, int]:
        counted = Counter(proof.state for proof in self.proofs)
        return {state: counted[state] for state in STATES}

    @property
    def by_reply(self) -> dict[str, int]:
        counted = Counter(proof.notice.reply for proof in self.proofs if proof.notice.reply)
        return {reply.value: counted[reply.value] for reply in Reply}

    @property
    def figures(self) -> dict[str, int]:
        """What the report comes to; `open` are told and have not answered."""
        told, replied = self.by_state["accepted"], sum(self.by_reply.values())
        units = {
            name: sum(getattr(fate, name) for fate in self.lots)
            for name in ("received", "on_hand", "promised", "destroyed", "sold", "returned")
        }
        return units | {
            "buyers": len(self.proofs),
            "known_lot": self.count(Sort.KNOWN_LOT),
            "unknown_lot": self.count(Sort.UNKNOWN_LOT),
            "owed": len(self.proofs) - self.by_state["not owed"],
            **{name.replace(" ", "_"): count for name, count in self.by_state.items()},
            "replied": replied,
            "open": told - sum(bool(p.notice.reply) for p in self.proofs if p.state == "accepted"),
            "reply_rate_percent": round(100 * replied / told) if told else 0,
        }


def write_report(recall: Recall, *, now: datetime) -> Report:
    """The report as of now. Reading only."""
    scope = recall_scope.find_scope(recall)
    proofs = _find_proofs(recall)
    return Report(recall, _follow_units(scope), scope.never_had, proofs, _count_days(proofs), now)


def _follow_units(scope: Scope) -> list[LotFate]:
    moved = Movement.objects.filter(lot__in=scope.lot_ids).order_by().values("lot", "kind")
    units = {(row["lot"], row["kind"]): row["all"] for row in moved.annotate(all=Sum("on_hand_change"))}
    sent = ShipmentLine.objects.filter(lot__in=scope.lot_ids).order_by().values("lot")
    parcels = {row["lot"]: row for row in sent.annotate(out=Sum("units"), back=Sum("returned_units"))}
    surely = {lot.pk for lot in scope.affected}
    return [
        LotFate(
            lot=lot,
            surely=lot.pk in surely,
            received=units.get((lot.pk, Movement.Kind.RECEIVED), 0),
            on_hand=lot.on_hand,
            promised=lot.reserved,
            destroyed=-units.get((lot.pk, Movement.Kind.WRITTEN_OFF), 0),
            sold=parcels[lot.pk]["out"] if lot.pk in parcels else 0,
            returned=parcels[lot.pk]["back"] if lot.pk in parcels else 0,
        )
        for lot in [*scope.affected, *scope.unsure]
    ]


def _find_proofs(recall: Recall) -> list[Proof]:
    notices = list(RecallNotice.objects.filter(recall=recall).select_related("order").order_by("id"))
    recalled = OrderMail.objects.filter(
        kind=OrderMail.Kind.RECALLED, order__recall_notices__recall=recall
    ).order_by("id")
    mails: dict[int, OrderMail] = {}
    earlier: dict[int, int] = {}  # an order may be told of several recalls: that numbers its mails
    before: Counter[int] = Counter()
    for owed in recalled:
        mails[owed.about], earlier[owed.pk] = owed, before[owed.order_id]
        before[owed.order_id] += 1
    return [_prove(notice, mails.get(notice.pk), earlier) for notice in notices]


def _prove(notice: RecallNotice, owed: OrderMail | None, earlier: dict[int, int]) -> Proof:
    message_id = ""
    if owed is not None:
        owed.order = notice.order
        message_id = mail.message_id_of(owed, earlier[owed.pk])
    return Proof(notice, owed, _name_state(owed), message_id)


def _name_state(owed: OrderMail | None) -> str:
    if owed is None:
        return "not owed"
    if owed.done_at is not None:
        return "accepted"
    if owed.due_at is None:
        return "parked"
    return "failing" if owed.failures else "waiting"


def _count_days(proofs: Sequence[Proof]) -> list[Day]:
    def day(at: datetime) -> date:
        return timezone.localtime(at).date()

    accepted = Counter(day(one.mail.done_at) for one in proofs if one.mail and one.mail.done_at)
    replied = Counter(day(one.notice.replied_at) for one in proofs if one.notice.replied_at)
    return [Day(on, accepted[on], replied[on]) for on in sorted({*accepted, *replied})]


COLUMNS = (
    *("order", "placed_on", "country", "e-mail", "sort", "units", "lots", "found_at", "owed_at"),
    *("mail", "accepted_at", "sent_to", "message_id", "attempts", "failures", "last_error"),
    *("reply", "replied_at"),
)


def say_reply(notice: RecallNotice, *, sees_reactions: bool) -> str:
    """The answer in words; that the skin reacted is for those who may read adverse reports."""
    if notice.reply == Reply.REACTION and not sees_reactions:
        return "Has answered"
    return str(notice.get_reply_display() or "")


def list_proofs(report: Report, *, sees_reactions: bool) -> Iterator[Sequence[str]]:
    """Every buyer with the proof, header first: for `catalog.exporting.write_csv`."""
    yield COLUMNS
    for proof in report.proofs:
        notice, owed = proof.notice, proof.mail
        yield [
            notice.order.reference,
            notice.order.placed_at.date().isoformat(),
            notice.order.country,
            notice.order.email,
            notice.get_sort_display(),
            str(notice.units),
            " ".join(notice.lot_codes),
            _moment(notice.found_at),
            _moment(notice.owed_at),
            proof.state,
            _moment(owed.done_at if owed else None),
            proof.sent_to,
            proof.message_id,
            str(owed.attempts if owed else 0),
            str(owed.failures if owed else 0),
            owed.last_error if owed else "",
            say_reply(notice, sees_reactions=sees_reactions),
            _moment(notice.replied_at),
        ]


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
