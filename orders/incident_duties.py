"""What must be done about an incident, and until when: it follows what is known, and what is done stays."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from catalog import law
from orders import incident_lots, seriousness
from orders.models import Incident, IncidentDuty
from orders.seriousness import Duty

Kind = IncidentDuty.Kind


def conclude(incident: Incident, *, now: datetime) -> None:
    """What follows from what is known: whose law, which lot, whether it is serious. Not saved."""
    incident.jurisdiction = law.jurisdiction_of(incident.country)
    incident.lot = incident_lots.find_lot(incident)
    incident.is_serious = seriousness.is_serious(incident.criteria, law_for(incident, on=now.date()))


def law_for(incident: Incident, *, on: date) -> seriousness.Law:
    """The law that counts: that of the country where it happened, for what the product is there."""
    classes = law.classes_of(incident.product, on=on)
    return seriousness.law_of(incident.jurisdiction, classes.get(incident.jurisdiction or ""))


def begin_duties(incident: Incident, *, now: datetime) -> None:
    """The first duties of a report. Writes  IncidentDuty."""
    _keep(incident, _first(incident, since=now.date()))


def move_duties(incident: Incident, *, was_serious: bool, is_medical: bool, now: datetime) -> None:
    """What is open follows what is known now; what is done stays, and may have to be followed up.

    Takes   `is_medical`: whether what was learned is news to whoever was told.
    """
    became_serious = incident.is_serious and not was_serious
    # Became serious: we could not know before. Else the clock runs from when we learned of it at all.
    since = now.date() if became_serious else incident.aware_at.date()
    done = set(incident.duties.filter(done_at__isnull=False).values_list("kind", "to"))
    wanted = [
        duty
        for duty in _first(incident, since=since)
        # Who was told of a rash must hear of the hospital.
        if (duty.kind, duty.to) not in done or (became_serious and duty.kind == Kind.FORWARD)
    ]
    _keep(incident, wanted)
    if is_medical and incident.is_serious:
        _follow_up(incident, on=now.date())


def _first(incident: Incident, *, since: date) -> list[Duty]:
    return seriousness.first_duties(
        law_for(incident, on=since),
        serious=incident.is_serious,
        brand=incident.product.brand.name,
        since=since,
    )


def _keep(incident: Incident, wanted: Iterable[Duty]) -> None:
    """Exactly these are open, besides what must be followed up. A day once set is never put off."""
    standing = {duty.kind: duty for duty in incident.duties.filter(done_at=None).exclude(kind=Kind.FOLLOW_UP)}
    for duty in wanted:
        row = standing.pop(duty.kind, None)
        if row is None:
            _write(incident, duty)
        else:
            due_on = min(row.due_on, duty.due_on) if row.to == duty.to else duty.due_on
            row.due_on = _free_day(incident, row.kind, due_on, besides=row.pk)
            row.to, row.source = duty.to, duty.source
            row.save(update_fields=["due_on", "to", "source"])
    for row in standing.values():
        row.delete()


def _follow_up(incident: Incident, *, on: date) -> None:
    """Medical news after the report: owed once until it is sent, whatever else becomes known meanwhile."""
    rule = law_for(incident, on=on)
    first = Kind.REPORT if rule.report_to else Kind.FORWARD
    told = incident.duties.filter(kind=first, done_at__isnull=False).order_by("done_at").first()
    if (
        told is None
        or told.done_at is None
        or incident.duties.filter(kind=Kind.FOLLOW_UP, done_at=None).exists()
    ):
        return
    brand = incident.product.brand.name
    duty = seriousness.follow_up(rule, brand=brand, reported_on=told.done_at.date(), on=on)
    if duty is not None:
        _write(incident, duty)


def _write(incident: Incident, duty: Duty) -> None:
    IncidentDuty.objects.create(
        incident=incident,
        kind=duty.kind,
        to=duty.to,
        due_on=_free_day(incident, duty.kind, duty.due_on),
        source=duty.source,
    )


def _free_day(incident: Incident, kind: str, due_on: date, *, besides: int | None = None) -> date:
    """Of two of a kind that fall on one day, the second is due a day sooner."""
    rows = incident.duties.filter(kind=kind).values_list("pk", "due_on")
    taken = {day for pk, day in rows if pk != besides}
    while due_on in taken:
        due_on -= timedelta(1)
    return due_on


def due_soon(on: date, *, within_days: int = 3) -> QuerySet[IncidentDuty]:
    """What must be done by then, the latest first of all: also what is overdue."""
    rows = IncidentDuty.objects.filter(done_at=None, due_on__lte=on + timedelta(within_days))
    return rows.select_related("incident").order_by("due_on", "pk")
