"""Which law calls what serious, and by which day it wants to know: the tables, held to the laws' words."""

from datetime import date

import pytest

from orders import seriousness
from orders.models import Incident, IncidentDuty
from orders.seriousness import ELSEWHERE, EU, UK, US_COSMETIC, US_OTC_DRUG, Duty, Law

Kind = IncidentDuty.Kind
FRIDAY = date(2026, 11, 20)
ALL = set(Incident.Criterion.values)


@pytest.mark.parametrize(
    ("law", "not_serious"),
    [
        (US_COSMETIC, {"functional"}),
        (US_OTC_DRUG, {"functional", "infection", "disfigurement"}),
        (EU, {"infection", "disfigurement", "intervention"}),
        (UK, {"infection", "disfigurement", "intervention"}),
        (ELSEWHERE, set()),
    ],
    ids=["us", "us drug", "eu", "uk", "elsewhere"],
)
def test_each_law_has_its_own_list(law: Law, not_serious: set[str]) -> None:
    assert {one for one in ALL if not seriousness.is_serious([one], law)} == not_serious
    assert not seriousness.is_serious([], law)
    assert not seriousness.is_serious(not_serious, law)
    assert law.criteria_source


@pytest.mark.parametrize(
    ("jurisdiction", "regulatory_class", "law"),
    [
        ("us", "cosmetic", US_COSMETIC),
        ("us", None, US_COSMETIC),
        ("us", "otc_drug", US_OTC_DRUG),
        ("eu", "cosmetic", EU),
        ("eu", "otc_drug", EU),
        ("uk", None, UK),
        (None, None, ELSEWHERE),
    ],
)
def test_the_law_is_that_of_the_country_for_what_it_is_there(
    jurisdiction: str | None, regulatory_class: str | None, law: Law
) -> None:
    assert seriousness.law_of(jurisdiction, regulatory_class) is law


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # a Friday: Monday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # a Saturday
        (date(2026, 11, 22), 1, date(2026, 11, 23)),  # a Sunday
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2026, 11, 20), 15, date(2026, 12, 11)),
        (date(2026, 12, 24), 15, date(2027, 1, 14)),  # holidays are not known: rather too early
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
    ],
)
def test_days_of_business_are_monday_to_friday(start: date, days: int, end: date) -> None:
    assert seriousness.add_business_days(start, days) == end


def due(law: Law, *, serious: bool) -> list[tuple[str, date]]:
    duties = seriousness.first_duties(law, serious=serious, brand="Maren Ostby", since=FRIDAY)
    assert all(duty.to and duty.source for duty in duties)
    return [(duty.kind, duty.due_on) for duty in duties]


def test_what_is_due_first() -> None:
    soon, forward = (Kind.FORWARD, date(2026, 11, 23)), (Kind.FORWARD, date(2026, 12, 4))
    assert due(US_COSMETIC, serious=True) == [soon, (Kind.REPORT, date(2026, 12, 11))]
    assert due(US_OTC_DRUG, serious=True) == [soon, (Kind.REPORT, date(2026, 12, 11))]
    assert due(EU, serious=True) == [soon, (Kind.REPORT, date(2026, 12, 10))]
    assert due(UK, serious=True) == [soon, (Kind.REPORT, date(2026, 12, 10))]
    assert due(ELSEWHERE, serious=True) == [soon]
    for law in (US_COSMETIC, EU, UK, ELSEWHERE):
        assert due(law, serious=False) == [forward]


def follow(law: Law, on: date) -> Duty | None:
    return seriousness.follow_up(law, brand="Maren Ostby", reported_on=FRIDAY, on=on)


def test_news_is_followed_up_within_a_year_in_the_us_and_without_end_in_europe() -> None:
    last, late = date(2027, 11, 20), date(2027, 11, 21)
    in_time = follow(US_COSMETIC, last)
    assert in_time is not None
    assert (in_time.kind, in_time.due_on) == (Kind.FOLLOW_UP, date(2027, 12, 10))
    assert follow(US_COSMETIC, late) is None
    for law in (EU, UK):
        duty = follow(law, late)
        assert duty is not None
        assert (duty.to, duty.due_on) == (law.report_to, date(2027, 12, 11))
    elsewhere = follow(ELSEWHERE, late)
    assert elsewhere is not None
    assert (elsewhere.to, elsewhere.due_on) == ("The responsible person of Maren Ostby", date(2027, 11, 22))
