"""Adverse reports: somebody's skin, or more, reacted to what we sold. Taken down, followed, reported in time.

Whether one is serious, and what is due when, is computed (`orders.seriousness`) each time that something
becomes known. What was done stays; what is still to do moves with it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from catalog.models import Product
from orders import incident_duties, incident_words
from orders.models import Incident, IncidentDuty, IncidentEvent, Order

Event = IncidentEvent.Kind
# What may be learned later, and which of it is medical news that a report must be told of.
MEDICAL = frozenset(
    "age_years onset_on symptoms treatment outcome came_back_on_reuse confirmed_by_doctor criteria".split()
)
LEARNABLE = MEDICAL | frozenset("country product order lot_code reporter name email started_using_on".split())
SAME_REPORT = timedelta(days=1)


@dataclass(eq=False)
class DutiesOpen(Exception):
    """An incident is not closed while something must still be done about it."""

    what: list[str]


@dataclass(eq=False)
class ProofMissing(Exception):
    """A duty is done when somebody can say by what: a case number, the date of a letter."""


@dataclass(eq=False)
class KnownMeanwhile(Exception):
    """Somebody else wrote about the incident since this person looked at it."""


@dataclass(frozen=True)
class Told:
    """What a report says. What nobody said is None or empty, never guessed."""

    product: Product
    country: str
    symptoms: str
    order: Order | None = None
    lot_code: str = ""
    reporter: str = Incident.Reporter.CONSUMER
    name: str = ""
    email: str = ""
    age_years: int | None = None
    started_using_on: date | None = None
    onset_on: date | None = None
    treatment: str = ""
    outcome: str | None = None
    came_back_on_reuse: bool | None = None
    confirmed_by_doctor: bool | None = None
    criteria: Collection[str] = field(default=())


def report_incident(told: Told, *, source: str, now: datetime, by: Any = None) -> Incident:
    """The incident of a report. The same report by the same address within a day is the same incident.

    Takes   `source`: Incident.Source; `now`: when we learned of it, from which the clock runs.
    Writes  Incident, what must be done about it, its diary.
    """
    with transaction.atomic(durable=True):
        return open_incident(told, source=source, now=now, by=by)


def open_incident(told: Told, *, source: str, now: datetime, by: Any = None) -> Incident:
    """As `report_incident`, for whoever has begun a story: a return in which the skin reacted."""
    assert connection.in_atomic_block, "open_incident() joins its caller's transaction"
    if told.email:
        _queue_up(told.email)
        known = _find_same(told, since=now - SAME_REPORT)
        if known is not None:
            return known
    facts = {name: getattr(told, name) for name in LEARNABLE} | {"criteria": sorted(set(told.criteria))}
    incident = Incident(source=source, aware_at=now, **facts)
    incident_duties.conclude(incident, now=now)
    incident.save(force_insert=True)
    incident_duties.begin_duties(incident, now=now)
    words = "Serious" if incident.is_serious else "Not serious by what is known"
    _write_diary(incident, Event.REPORTED, now=now, by=by, note=words)
    return incident


def _queue_up(email: str) -> None:
    """Two clicks at once are one report: the second waits for the first. Released at the end of the story."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"incident {email}"])


def _find_same(told: Told, *, since: datetime) -> Incident | None:
    rows = Incident.objects.filter(email=told.email, product=told.product, aware_at__gt=since)
    for incident in rows.order_by("pk"):
        if all(getattr(incident, name) == getattr(told, name) for name in LEARNABLE - {"criteria"}):
            return incident
    return None


def learn_more(
    *,
    incident_id: int,
    changes: Mapping[str, Any],
    now: datetime,
    by: Any = None,
    note: str = "",
    seen: int | None = None,
) -> Incident:
    """The incident with what became known. Every change stands in the diary, before and after.

    Takes   `changes`: {name of LEARNABLE: what it is}; what is as before changes nothing.
            `seen`: how many lines the diary had when somebody looked.
    Writes  Incident (a closed one is open again), its duties, its diary.
    Locks   the incident.
    Raises  KnownMeanwhile: the diary has grown since. Nothing is written then.
    """
    assert set(changes) <= LEARNABLE, set(changes) - LEARNABLE
    with transaction.atomic(durable=True):
        incident = lock_incident(incident_id)
        if seen is not None and seen != incident.events.count():
            raise KnownMeanwhile
        before = {name: getattr(incident, name) for name in changes}
        was_serious = incident.is_serious
        for name, value in changes.items():
            setattr(incident, name, sorted(set(value)) if name == "criteria" else value)
        changed = [name for name in changes if before[name] != getattr(incident, name)]
        if not changed:
            return incident
        words = [incident_words.tell_change(name, before[name], getattr(incident, name)) for name in changed]
        incident_duties.conclude(incident, now=now)
        if was_serious != incident.is_serious:
            words.append("serious from now on" if incident.is_serious else "not serious any more")
        if incident.closed_at:
            incident.closed_at = None
            words.append("opened again")
        incident.save()
        incident_duties.move_duties(
            incident, is_medical=bool(MEDICAL & set(changed)), was_serious=was_serious, now=now
        )
        _write_diary(incident, Event.CHANGED, now=now, by=by, note=". ".join([*words, *filter(None, [note])]))
    return incident


def finish_duty(*, duty_id: int, proof: str, now: datetime, by: Any = None) -> IncidentDuty:
    """The duty, done, and by what one can see it. Doing it twice changes nothing: the first proof stands.

    Locks   the incident. Raises ProofMissing.
    """
    if not proof.strip():
        raise ProofMissing
    with transaction.atomic(durable=True):
        duty = IncidentDuty.objects.get(pk=duty_id)
        incident = lock_incident(duty.incident_id)
        duty.refresh_from_db()
        if duty.done_at is None:
            duty.done_at, duty.done_by, duty.proof = now, by, proof.strip()[:300]
            duty.save(update_fields=["done_at", "done_by", "proof"])
            words = f"{duty.get_kind_display()}: {duty.to}. {duty.proof}"
            _write_diary(incident, Event.DONE, now=now, by=by, note=words)
    return duty


def close_incident(*, incident_id: int, now: datetime, by: Any = None, note: str = "") -> Incident:
    """The incident, closed: nothing is due any more. Whatever is learned later opens it again.

    Locks   the incident. Raises DutiesOpen.
    """
    with transaction.atomic(durable=True):
        incident = lock_incident(incident_id)
        if incident.closed_at is None:
            waiting = incident.duties.filter(done_at=None).order_by("due_on")
            if open_ones := [f"{duty.get_kind_display()}, due {duty.due_on}" for duty in waiting]:
                raise DutiesOpen(open_ones)
            incident.closed_at = now
            incident.save(update_fields=["closed_at"])
            _write_diary(incident, Event.CLOSED, now=now, by=by, note=note)
    return incident


def add_note(*, incident_id: int, note: str, now: datetime, by: Any) -> IncidentEvent:
    """A line in the diary, by a person."""
    return _write_diary(Incident.objects.get(pk=incident_id), Event.NOTED, now=now, by=by, note=note)


def lock_incident(incident_id: int) -> Incident:
    """Locks   the incident."""
    assert connection.in_atomic_block, "lock_incident() joins its caller's transaction"
    rows = Incident.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("product__brand", "order", "lot").get(pk=incident_id)


def _write_diary(incident: Incident, kind: str, *, now: datetime, by: Any, note: str) -> IncidentEvent:
    return IncidentEvent.objects.create(incident=incident, kind=kind, at=now, actor=by, note=note)
