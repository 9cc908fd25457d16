"""An adverse report from the first word to the last: what is known, what is due, and what was done."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from catalog.models import RegulatoryStatus
from orders import dispatch, incident_duties, incidents, seriousness
from orders.incidents import DutiesOpen, ProofMissing
from orders.models import Incident, IncidentDuty, Order
from tests.builders import NOW, make_lot, make_product
from tests.builders.incidents import make_incident
from tests.builders.markets import make_delivery, make_market
from tests.builders.orders import make_order, pay_order
from tests.builders.staff import make_staff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def duties(incident: Incident) -> list[tuple[str, date, bool]]:
    rows = incident.duties.order_by("due_on", "pk")
    return [(row.kind, row.due_on, row.done_at is not None) for row in rows]


def diary(incident: Incident) -> list[tuple[str, str]]:
    return list(incident.events.order_by("pk").values_list("kind", "note"))


def on(days: int) -> date:
    return (NOW + days * DAY).date()


def learn(incident: Incident, *, now: datetime = NOW + DAY, **changes: Any) -> Incident:
    return incidents.learn_more(incident_id=incident.pk, changes=changes, now=now)


def finish(incident: Incident, kind: str, *, now: datetime = NOW + DAY) -> IncidentDuty:
    duty = incident.duties.get(kind=kind, done_at=None)
    return incidents.finish_duty(duty_id=duty.pk, proof="Case 17", now=now)


def business(days: int, *, start: int = 0) -> date:
    return seriousness.add_business_days(on(start), days)


def test_a_report_that_is_not_serious_goes_to_the_maker() -> None:
    incident = make_incident()
    assert (incident.is_serious, incident.jurisdiction, incident.lot) == (False, "us", None)
    assert duties(incident) == [("FORWARD", business(10), False)]
    assert diary(incident) == [("REPORTED", "Not serious by what is known")]
    assert incident.duties.get().to == "The responsible person of Maren Ostby"


@pytest.mark.parametrize(
    ("country", "criterion", "serious"),
    [
        ("US", "infection", True),
        ("DE", "infection", False),
        ("DE", "functional", True),
        ("US", "functional", False),
        ("GB", "hospital", True),
        ("JP", "infection", True),
        ("JP", "functional", True),
    ],
)
def test_the_country_decides_what_is_serious(country: str, criterion: str, serious: bool) -> None:
    assert make_incident(country=country, criteria=[criterion]).is_serious is serious


def test_an_over_the_counter_drug_has_another_list_in_the_us() -> None:
    product = make_product()
    RegulatoryStatus.objects.create(
        product=product,
        jurisdiction="us",
        regulatory_class="otc_drug",
        grade="A",
        source="Label",
        reviewed_by="Ada",
        reviewed_on=NOW.date(),
    )
    assert not make_incident(product, criteria=["infection"]).is_serious
    assert make_incident(product, criteria=["hospital"]).is_serious


def test_hospital_makes_it_serious_and_the_clock_begins_when_we_learn_of_it() -> None:
    incident = make_incident()
    finish(incident, "FORWARD")
    known = learn(incident, criteria=["hospital"], now=NOW + 3 * DAY)
    assert known.is_serious
    assert duties(known) == [
        ("FORWARD", business(1, start=3), False),
        ("FORWARD", business(10), True),
        ("REPORT", business(15, start=3), False),
    ]
    assert diary(known)[-1] == ("CHANGED", "criteria: none named → Hospital stay. serious from now on")


def test_what_is_open_goes_when_it_was_not_serious_after_all_and_what_is_done_stays() -> None:
    incident = make_incident(criteria=["hospital"])
    finish(incident, "FORWARD")
    known = learn(incident, criteria=[])
    assert not known.is_serious
    assert duties(known) == [("FORWARD", business(1), True)]
    assert diary(known)[-1][1] == "criteria: Hospital stay → none named. not serious any more"


def test_another_country_is_another_law() -> None:
    incident = make_incident(country="US", criteria=["hospital"])
    assert [row.to for row in incident.duties.filter(kind="REPORT")] == [
        "FDA, by whoever's name is on the label"
    ]
    known = learn(incident, country="DE")
    assert known.jurisdiction == "eu"
    report = known.duties.get(kind="REPORT")
    assert report.to == "The authority for cosmetics of the country where it happened"
    assert report.due_on == on(20)
    finish(known, "REPORT")
    again = learn(known, country="GB")
    assert {row.to for row in again.duties.filter(kind="REPORT")} == {
        report.to,
        "The Secretary of State (OPSS)",
    }


def test_what_becomes_known_after_the_report_is_followed_up_once_until_it_is_sent() -> None:
    incident = make_incident(criteria=["hospital"])
    learn(incident, outcome="RECOVERING")
    assert not incident.duties.filter(kind="FOLLOW_UP").exists()  # it goes into the report itself
    finish(incident, "REPORT", now=NOW + 5 * DAY)
    learn(incident, name="Mara", now=NOW + 6 * DAY)
    assert not incident.duties.filter(kind="FOLLOW_UP").exists()  # a name is no medical news
    learn(incident, outcome="RECOVERED", now=NOW + 7 * DAY)
    learn(incident, treatment="Cortisone", now=NOW + 8 * DAY)
    [follow_up] = incident.duties.filter(kind="FOLLOW_UP")
    assert follow_up.due_on == business(15, start=7)
    finish(incident, "FOLLOW_UP", now=NOW + 8 * DAY)
    learn(incident, treatment="None", now=NOW + 7 * DAY)  # the same day as before: a day of its own
    assert [row.due_on for row in incident.duties.filter(kind="FOLLOW_UP").order_by("pk")] == [
        follow_up.due_on,
        follow_up.due_on - DAY,
    ]


def test_every_change_stands_in_the_diary_before_and_after() -> None:
    ada = make_staff("support")
    incident = make_incident(by=ada)
    incidents.learn_more(
        incident_id=incident.pk,
        changes={"outcome": "RECOVERED", "came_back_on_reuse": False, "onset_on": date(2026, 11, 3)},
        now=NOW + DAY,
        by=ada,
        note="She called",
    )
    event = incident.events.order_by("-pk")[0]
    assert (event.kind, event.actor, event.at) == ("CHANGED", ada, NOW + DAY)
    assert event.note == (
        "outcome: not known → Recovered. came back when used again: not known → no. "
        "began on: not known → 3 November 2026. She called"
    )


def test_learning_what_is_known_already_changes_nothing() -> None:
    incident = make_incident(outcome="RECOVERED")
    learn(incident, outcome="RECOVERED", symptoms=incident.symptoms)
    assert len(diary(incident)) == 1


def test_a_duty_is_done_by_something_that_can_be_shown() -> None:
    incident = make_incident()
    duty = incident.duties.get()
    with pytest.raises(ProofMissing):
        incidents.finish_duty(duty_id=duty.pk, proof="  ", now=NOW)
    assert IncidentDuty.objects.get().done_at is None
    incidents.finish_duty(duty_id=duty.pk, proof=" Mail of 22 November ", now=NOW)
    incidents.finish_duty(duty_id=duty.pk, proof="Another", now=NOW + DAY)
    duty.refresh_from_db()
    assert (duty.proof, duty.done_at) == ("Mail of 22 November", NOW)
    assert diary(incident)[1:] == [
        (
            "DONE",
            "Forward to the responsible person: The responsible person of Maren Ostby. Mail of 22 November",
        )
    ]


def test_it_is_closed_when_nothing_is_due_and_opened_by_news() -> None:
    incident = make_incident()
    with pytest.raises(DutiesOpen) as refusal:
        incidents.close_incident(incident_id=incident.pk, now=NOW)
    assert refusal.value.what == [f"Forward to the responsible person, due {business(10)}"]
    finish(incident, "FORWARD")
    assert incidents.close_incident(incident_id=incident.pk, now=NOW + DAY).closed_at == NOW + DAY
    incidents.close_incident(incident_id=incident.pk, now=NOW + 2 * DAY)
    known = learn(incident, criteria=["death"], now=NOW + 9 * DAY)
    assert known.closed_at is None
    assert diary(known)[-1][1] == "criteria: none named → Death. serious from now on. opened again"
    assert {kind for kind, _, done in duties(known) if not done} == {"FORWARD", "REPORT"}


def test_the_same_report_of_a_day_is_one_incident_and_a_stranger_is_another() -> None:
    product = make_product()
    one = make_incident(product, email="mara@customer.example", source="API")
    assert make_incident(product, email="mara@customer.example", now=NOW + timedelta(hours=23)).pk == one.pk
    others = [
        make_incident(product, email="mara@customer.example", now=NOW + DAY),
        make_incident(product, email="mara@customer.example", symptoms="Now it burns."),
        make_incident(product, email="ida@example.org"),
        make_incident(product),
        make_incident(product),
    ]
    assert len({one.pk, *(each.pk for each in others)}) == 6


def test_what_is_due_soon_or_overdue_is_found() -> None:
    incident = make_incident(criteria=["hospital"], now=NOW)
    forward = business(1)
    assert [row.kind for row in incident_duties.due_soon(forward - 4 * DAY)] == []
    assert [row.kind for row in incident_duties.due_soon(forward - 3 * DAY)] == ["FORWARD"]
    assert [row.kind for row in incident_duties.due_soon(on(60))] == ["FORWARD", "REPORT"]
    finish(incident, "FORWARD")
    assert [row.kind for row in incident_duties.due_soon(on(60))] == ["REPORT"]


# -- of which lot it was


def sent_order(units: int = 2, **lot: Any) -> Order:
    make_market()
    make_delivery()
    variant = make_product(sku="QC-50").variants.get()
    make_lot(variant, units=1, code="AB-12", other_codes=["F99"], **lot)
    make_lot(variant, units=5, code="CD 34")
    order = make_order({variant: units})
    pay_order(order)
    dispatch.dispatch_order(order_id=order.pk, carrier="DHL", tracking_code="", tracking_url="", now=NOW)
    return order


def lot_of(order: Order | None, code: str = "") -> str | None:
    product = order.lines.get().variant.product if order else make_product()
    incident = make_incident(product, order=order, lot_code=code)
    return incident.lot.code if incident.lot else None


def test_the_lot_is_the_one_that_is_printed_on_the_pack() -> None:
    order = sent_order()
    assert lot_of(order, "ab 12") == "AB-12"
    assert lot_of(order, "f99") == "AB-12"
    assert lot_of(order, "CD34") == "CD 34"
    assert lot_of(order, "ZZ") is None  # what was read is kept, and no lot is guessed


def test_without_a_code_the_lot_is_the_only_one_that_was_sent() -> None:
    assert lot_of(sent_order(units=1)) == "AB-12"
    assert lot_of(None) is None


def test_two_lots_in_one_order_are_no_lot() -> None:
    assert lot_of(sent_order(units=2)) is None


def test_a_lot_whose_code_nobody_noted_is_no_lot() -> None:
    assert lot_of(sent_order(units=1, code_known=False)) is None


def test_a_code_that_is_learned_later_finds_the_lot() -> None:
    order = sent_order(units=2)
    incident = make_incident(order.lines.get().variant.product, order=order)
    known = learn(incident, lot_code="CD34")
    assert known.lot is not None
    assert known.lot.code == "CD 34"
