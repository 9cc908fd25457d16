"""What makes an adverse report serious, and what that asks of whom until when: one table per law.

Not legal advice, and no substitute for reading the laws: docs/incidents.md says what was read where.
Days of business are Monday to Friday; holidays are not known, so a day is too early rather than too late.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from catalog.models import Jurisdiction, RegulatoryClass
from orders.models import Incident, IncidentDuty

Criterion, Kind = Incident.Criterion, IncidentDuty.Kind

OWN_RULE = "Our own rule: no law that we know names a day for a shop."
GRAVE = {Criterion.DEATH, Criterion.LIFE_THREATENING, Criterion.HOSPITAL, Criterion.CONGENITAL}


@dataclass(frozen=True)
class Law:
    """How one law counts. `report_days` are of business when `in_business_days`."""

    criteria: frozenset[Incident.Criterion]
    criteria_source: str
    report_to: str  # "" where we know of no report
    report_days: int
    in_business_days: bool
    report_source: str
    follow_up_source: str
    follow_up_until_days: int | None  # after the report; None: no end is known


US_COSMETIC = Law(
    criteria=frozenset(
        GRAVE | {Criterion.DISABILITY, Criterion.INFECTION, Criterion.DISFIGUREMENT, Criterion.INTERVENTION}
    ),
    criteria_source="21 U.S.C. 364 (5)",
    report_to="FDA, by whoever's name is on the label",
    report_days=15,
    in_business_days=True,
    report_source="21 U.S.C. 364a (b): the responsible person reports within 15 business days",
    follow_up_source="21 U.S.C. 364a (b): new medical information within a year, within 15 business days",
    follow_up_until_days=365,
)
US_OTC_DRUG = Law(
    criteria=frozenset(GRAVE | {Criterion.DISABILITY, Criterion.INTERVENTION}),
    criteria_source="21 U.S.C. 379aa (a) (3)",
    report_to="FDA (MedWatch), by whoever's name is on the label",
    report_days=15,
    in_business_days=True,
    report_source="21 U.S.C. 379aa (c): the responsible person reports within 15 business days",
    follow_up_source="21 U.S.C. 379aa (c): new medical information within a year, within 15 business days",
    follow_up_until_days=365,
)
EU = Law(
    criteria=frozenset(GRAVE | {Criterion.DISABILITY, Criterion.FUNCTIONAL}),
    criteria_source="Reg. (EC) 1223/2009 art. 2 (1) (p)",
    report_to="The authority for cosmetics of the country where it happened",
    report_days=20,
    in_business_days=False,
    report_source="Reg. (EC) 1223/2009 art. 23: distributors too, without delay; SUE guidelines: 20 days",
    follow_up_source="The form of the SUE guidelines takes updates; the day is our own rule",
    follow_up_until_days=None,
)
UK = Law(
    criteria=EU.criteria,
    criteria_source="Reg. (EC) 1223/2009 art. 2 (1) (p), as retained in UK law",
    report_to="The Secretary of State (OPSS)",
    report_days=20,
    in_business_days=False,
    report_source="Art. 23 as retained: distributors too, without delay; 20 days as in the EU's guidelines",
    follow_up_source="As for the report; the day is our own rule",
    follow_up_until_days=None,
)
# Where we know no law, whatever is serious under any is serious, and nobody is told but the maker.
ELSEWHERE = Law(
    criteria=frozenset(US_COSMETIC.criteria | EU.criteria),
    criteria_source="Our own rule: serious under any law that we know",
    report_to="",
    report_days=0,
    in_business_days=False,
    report_source="",
    follow_up_source=OWN_RULE,
    follow_up_until_days=None,
)
FORWARD_SERIOUS, FORWARD_OTHERS = 1, 10  # business days


def law_of(jurisdiction: str | None, regulatory_class: str | None) -> Law:
    """The law that counts for what a product is in a jurisdiction; an unknown class counts as a cosmetic."""
    if jurisdiction == Jurisdiction.US:
        return US_OTC_DRUG if regulatory_class == RegulatoryClass.OTC_DRUG else US_COSMETIC
    return {Jurisdiction.EU: EU, Jurisdiction.UK: UK}.get(jurisdiction or "", ELSEWHERE)  # type: ignore[call-overload,no-any-return]


def is_serious(criteria: Collection[str], law: Law) -> bool:
    return bool(law.criteria & {Criterion(each) for each in criteria})


@dataclass(frozen=True)
class Duty:
    kind: IncidentDuty.Kind
    to: str
    due_on: date
    source: str


def first_duties(law: Law, *, serious: bool, brand: str, since: date) -> list[Duty]:
    """What must be done about a report that we have known of since that day."""
    days = FORWARD_SERIOUS if serious else FORWARD_OTHERS
    duties = [Duty(Kind.FORWARD, _maker(brand), add_business_days(since, days), OWN_RULE)]
    if serious and law.report_to:
        duties.append(Duty(Kind.REPORT, law.report_to, _report_day(law, since), law.report_source))
    return duties


def follow_up(law: Law, *, brand: str, reported_on: date, on: date) -> Duty | None:
    """What must be done with something medical that was learned on that day, after the report went out."""
    late = law.follow_up_until_days is not None and on > reported_on + timedelta(law.follow_up_until_days)
    if late:
        return None
    if not law.report_to:
        due_on = add_business_days(on, FORWARD_SERIOUS)
        return Duty(Kind.FOLLOW_UP, _maker(brand), due_on, law.follow_up_source)
    return Duty(Kind.FOLLOW_UP, law.report_to, _report_day(law, on), law.follow_up_source)


def add_business_days(start: date, days: int) -> date:
    """The day that many days of business after `start`, which itself does not count. No holidays."""
    day = start
    while days:
        day += timedelta(1)
        days -= day.weekday() < 5
    return day


def _report_day(law: Law, since: date) -> date:
    if law.in_business_days:
        return add_business_days(since, law.report_days)
    return since + timedelta(law.report_days)


def _maker(brand: str) -> str:
    return f"The responsible person of {brand}"[:120]
