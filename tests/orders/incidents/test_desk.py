"""The desk of reactions: who may see it, what stands first, and that nothing is saved twice or unseen."""

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Formula
from orders.incident_trends import Heap
from orders.models import Incident, IncidentDuty
from tests.builders import make_lot, make_product
from tests.builders.incidents import make_incident
from tests.builders.orders import make_order
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db
DESK = "/admin/orders/incident/"
DAY = timedelta(days=1)


def page(client: Client, address: str = DESK) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def fill(incident: Incident | None = None, **changes: Any) -> dict[str, Any]:
    """The form as a browser sends it back."""
    told = {
        "product": incident.product.slug if incident else "quiet-cream",
        "country": incident.country if incident else "US",
        "symptoms": incident.symptoms if incident else "Red cheeks",
        "criteria": incident.criteria if incident else [],
        "seen": str(incident.events.count()) if incident else "",
    }
    return told | changes


@pytest.mark.parametrize(
    ("role", "reads", "writes", "exports"),
    [
        ("owner", True, True, True),
        ("support", True, True, False),
        ("dermatologist", True, False, False),
        ("warehouse", False, False, False),
        ("curator", False, False, False),
    ],
)
def test_health_data_is_for_those_whose_work_it_is(
    role: str, reads: bool, writes: bool, exports: bool
) -> None:
    incident = make_incident(name="CANARY", symptoms="CANARY")
    duty = incident.duties.get()
    client = sign_in(role)
    read, write, export = (200 if may else 403 for may in (reads, writes, exports))
    assert client.get(DESK).status_code == read
    assert client.get(f"{DESK}{incident.pk}/change/").status_code == read
    for address in ("add/", f"{incident.pk}/learn/", f"{incident.pk}/note/", f"duty/{duty.pk}/"):
        assert client.get(f"{DESK}{address}").status_code == write, address
    assert client.post(f"{DESK}{incident.pk}/close/").status_code == (422 if writes else 403)
    for kind in ("csv", "json"):
        assert client.get(f"{DESK}export.{kind}").status_code == export
    assert client.post(f"{DESK}{incident.pk}/delete/", {"post": "yes"}).status_code == 403
    assert ("CANARY" in client.get(f"{DESK}?stage=all").content.decode()) is False
    if not writes:
        assert client.post(f"{DESK}add/", fill()).status_code == 403
        assert "More is known" not in client.get(f"{DESK}{incident.pk}/change/").content.decode()
    assert Incident.objects.count() == 1


def test_a_report_is_taken_down_and_its_clock_stands_on_its_page() -> None:
    make_product("Quiet Cream", sku="QC-50")
    client = sign_in("support")
    told = fill(product="QC-50", criteria=["hospital"], came_back_on_reuse="no", note="She called")
    answer = client.post(f"{DESK}add/", told)
    incident = Incident.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"{DESK}{incident.pk}/change/"
    assert (incident.source, incident.is_serious, incident.came_back_on_reuse) == ("DESK", True, False)
    assert [event.note for event in incident.events.order_by("pk")] == ["Serious", "She called"]
    shown = page(client, answer["Location"])
    for words in (
        "Serious",
        "FDA, by whoever&#x27;s name is on the label",
        "21 U.S.C. 364a (b)",
        "Serious or not is read from: 21 U.S.C. 364 (5).",
        "This is a reminder, and no legal advice.",
    ):
        assert words in shown


def test_a_return_in_which_a_skin_reacted_brings_what_it_knows() -> None:
    order = make_order()
    product = order.lines.get().variant.product
    client = sign_in("support")
    address = f"{DESK}add/?order={order.pk}&product={product.pk}"
    shown = page(client, address)
    for known in (order.reference, product.slug, order.email, order.recipient):
        assert f'value="{known}"' in shown
    told = fill(product=product.slug, order=order.reference, country="DE")
    assert client.post(address, told).status_code == 302
    incident = Incident.objects.get()
    assert (incident.source, incident.order) == ("RETURN", order)
    for nonsense in ("order=x&product=1", "order=9&product=9999999", f"order={10**30}&product=1"):
        assert 'name="order" value=' not in page(client, f"{DESK}add/?{nonsense}")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"product": "no-such-jar"}, "No product has this SKU or slug."),
        ({"order": "2222-2222"}, "No order has this reference."),
        ({"country": ""}, "This field is required."),
        ({"symptoms": " "}, "This field is required."),
        ({"age_years": "130"}, "less than or equal to 120"),
        ({"criteria": ["fright"]}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(wrong: dict[str, Any], words: str) -> None:
    make_product("Quiet Cream")
    answer = sign_in("support").post(f"{DESK}add/", fill(**wrong))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Incident.objects.exists()


def test_what_became_known_is_saved_and_an_untouched_form_changes_nothing() -> None:
    began = {"onset_on": date(2026, 11, 2)}
    incident = make_incident(symptoms="Red\ncheeks", came_back_on_reuse=True, email="a@b.example", **began)
    client = sign_in("support")
    address = f"{DESK}{incident.pk}/learn/"
    assert 'value="2026-11-02"' in page(client, address)
    known = {
        "onset_on": "2026-11-02",
        "came_back_on_reuse": "yes",
        "email": "a@b.example",
        "symptoms": "Red\r\ncheeks",
    }
    client.post(address, fill(incident, **known))
    assert incident.events.count() == 1
    client.post(address, fill(incident, **known, outcome="RECOVERED"))
    incident.refresh_from_db()
    assert incident.outcome == "RECOVERED"
    assert incident.events.order_by("-pk")[0].note == "outcome: not known → Recovered"


def test_two_people_at_once_do_not_undo_each_other() -> None:
    incident = make_incident()
    ada = sign_in("support")
    stale = fill(incident, name="Mara")
    ada.post(f"{DESK}{incident.pk}/learn/", fill(incident, outcome="RECOVERED"))
    answer = ada.post(f"{DESK}{incident.pk}/learn/", stale)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Somebody wrote about this in the meantime. Nothing was saved" in shown
    assert 'value="Mara"' in shown
    assert 'name="seen" value="2"' in shown
    incident.refresh_from_db()
    assert (incident.outcome, incident.name) == ("RECOVERED", "")


def test_a_duty_is_done_with_proof_and_then_it_is_closed() -> None:
    incident = make_incident()
    duty = incident.duties.get()
    client = sign_in("support")
    refused = client.post(f"{DESK}{incident.pk}/close/", {"note": ""})
    assert "Something must still be done: Forward to the responsible person" in refused.content.decode()
    assert client.post(f"{DESK}duty/{duty.pk}/", {"proof": ""}).status_code == 422
    client.post(f"{DESK}duty/{duty.pk}/", {"proof": "Mail of 20 November"})
    duty.refresh_from_db()
    assert duty.proof == "Mail of 20 November"
    assert duty.done_by is not None
    assert client.get(f"{DESK}duty/{duty.pk}/").status_code == 302
    client.post(f"{DESK}{incident.pk}/close/", {"note": "Over"})
    incident.refresh_from_db()
    assert incident.closed_at is not None
    assert f"{incident.reference} is closed." in page(client)
    assert incident.reference not in page(client)
    assert incident.reference in page(client, f"{DESK}?stage=closed")
    assert incident.reference in page(client, f"{DESK}?q={incident.reference}")


def test_what_is_overdue_stands_first_and_is_counted() -> None:
    now = timezone.now()
    later = make_incident(now=now, symptoms="one")
    overdue = make_incident(now=now - 30 * DAY, symptoms="two")
    soon = make_incident(now=now, symptoms="three", criteria=["death"])
    done = make_incident(now=now - 40 * DAY, symptoms="four")
    IncidentDuty.objects.filter(incident=done).update(done_at=now, proof="x")
    shown = page(sign_in("support"))
    order = [shown.index(each.reference) for each in (overdue, soon, later, done)]
    assert order == sorted(order)
    assert "1 duty is overdue." in shown
    assert "overdue since" in shown


def test_heaps_are_counted_by_lot_product_and_class() -> None:
    now = timezone.now()
    product = make_product("Quiet Cream", label_text="Aqua, Glycerin")
    for number in range(3):
        make_incident(product, now=now, symptoms=str(number), criteria=["death"] if number == 0 else [])
    make_incident(product, now=now - 91 * DAY, symptoms="long ago")
    other = make_product("Slow Peel", label_text="Aqua, Retinol")
    make_incident(other, now=now, lot_code="L7")
    make_lot(other.variants.get(), code="L7")
    make_incident(other, now=now, symptoms="of a lot", lot_code="l 7")
    Formula.objects.filter(product=product).update(class_ranks={"humectant": 2})
    Formula.objects.filter(product=other).update(class_ranks={"humectant": 3, "retinoid": 2})
    client = sign_in("dermatologist")
    trends = client.get(DESK).context["trends"]
    assert trends.reports == 5
    assert trends.by_product == [Heap("Quiet Cream", 3, 1, 0), Heap("Slow Peel", 2, 0, 0)]
    assert trends.by_lot == [Heap("L7, Slow Peel", 1, 0, 0)]
    assert trends.by_class == [Heap("Humectants", 5, 1), Heap("Retinoids", 2, 0)]
    assert "5 reports in 90 days" in page(client)


def test_the_export_is_whole_and_no_spreadsheet_runs_it() -> None:
    incident = make_incident(name="=1+1", symptoms="+cmd\nsecond line", criteria=["death"])
    client = sign_in("owner")
    told = b"".join(client.get(f"{DESK}export.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    [row] = csv.DictReader(io.StringIO(told))
    assert (row["reference"], row["serious"], row["name"]) == (incident.reference, "yes", "'=1+1")
    assert row["what happened"] == "'+cmd\nsecond line"
    assert row["age"] == ""
    assert "Report to the authority, FDA, by whoever's name is on the label, due" in row["duties"]
    answer = client.get(f"{DESK}export.json")
    assert "no-store" in answer["Cache-Control"]
    [one] = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert (one["name"], one["criteria"], one["age_years"]) == ("=1+1", ["death"], None)
    assert [duty["kind"] for duty in one["duties"]] == ["FORWARD", "REPORT"]
    assert [event["note"] for event in one["diary"]] == ["Serious"]


def test_an_empty_desk_says_what_to_do() -> None:
    client = sign_in("support")
    assert "when a customer sends it, or when you take it down" in page(client)
    assert "No report has been closed yet." in page(client, f"{DESK}?stage=closed")
    assert json.loads(b"".join(sign_in("owner").get(f"{DESK}export.json").streaming_content)) == []  # type: ignore[attr-defined]
