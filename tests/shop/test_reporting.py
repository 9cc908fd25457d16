"""Reports of reactions over the API: taken in as they are told, and never given out again."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from config import api
from orders import dispatch
from orders.models import Incident, Order
from tests.builders import make_lot, make_product, make_variant
from tests.builders.markets import make_delivery, make_market
from tests.builders.orders import make_order, pay_order

pytestmark = pytest.mark.django_db
WHERE = "/api/v1/incidents/"
STORY = "Red cheeks.\nAfter an hour."


@pytest.fixture(autouse=True)
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = {**api.Throttle.THROTTLE_RATES, "incident": "1000/s"}
    monkeypatch.setattr(api.Throttle, "THROTTLE_RATES", rates)


@pytest.fixture
def order() -> Order:
    make_market()
    make_delivery()
    size = make_product("Quiet Cream", sku="QC-50").variants.get()
    make_lot(size, units=3, code="AB-12")
    order = make_order({size: 1})
    pay_order(order)
    dispatch.dispatch_order(
        order_id=order.pk, carrier="DHL", tracking_code="", tracking_url="", now=timezone.now()
    )
    return order


def send(**told: Any) -> Any:
    return Client().post(WHERE, told, content_type="application/json")


def refuse(**told: Any) -> list[tuple[str, str]]:
    answer = send(**told)
    assert answer.status_code == 400, answer.content
    assert not Incident.objects.exists()
    return [(one["pointer"], one["detail"]) for one in answer.json()["errors"]]


def opened(order: Order) -> dict[str, str]:
    return {"reference": order.reference, "secret": order.secret}


def test_a_reference_comes_back_and_nothing_else(order: Order) -> None:
    answer = send(product="quiet-cream", country="US", symptoms=STORY)
    incident = Incident.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"reference": incident.reference}
    assert (incident.source, incident.symptoms, incident.country) == ("API", STORY, "US")
    assert (incident.outcome, incident.came_back_on_reuse, incident.criteria) == (None, None, [])
    assert (incident.order, incident.lot, incident.reporter) == (None, None, "CONSUMER")


def test_all_that_somebody_knows_is_kept(order: Order) -> None:
    answer = send(
        order=opened(order),
        lot_code="ab12",
        symptoms=STORY,
        criteria=["hospital", "life-threatening"],
        started_using_on="2026-11-01",
        onset_on="2026-11-02",
        treatment="Cortisone",
        outcome="not-recovered",
        came_back_on_reuse=True,
        confirmed_by_doctor=False,
        reporter="professional",
        name="Dr. Ida Roth",
        email="Roth@Clinic.example",
        age_years=34,
    )
    assert answer.status_code == 201, answer.content
    incident = Incident.objects.get()
    assert (incident.order, incident.country, incident.is_serious) == (order, "DE", True)
    assert incident.lot is not None
    assert (incident.lot.code, incident.lot_code) == ("AB-12", "ab12")
    assert incident.criteria == ["hospital", "life_threatening"]
    assert (incident.onset_on, incident.outcome) == (date(2026, 11, 2), "NOT_RECOVERED")
    assert (incident.came_back_on_reuse, incident.confirmed_by_doctor) == (True, False)
    assert (incident.reporter, incident.email, incident.age_years) == (
        "PROFESSIONAL",
        "roth@clinic.example",
        34,
    )
    assert incident.duties.count() == 2


def test_sending_it_twice_is_one_report(order: Order) -> None:
    told = {"product": "quiet-cream", "country": "DE", "symptoms": STORY, "email": "Mara@customer.example"}
    first, second = send(**told), send(**told)
    assert first.json() == second.json()
    assert Incident.objects.count() == 1


def test_a_wrong_secret_a_wrong_order_and_a_wrong_product_are_nothing(order: Order) -> None:
    for wrong in (
        {"order": {"reference": order.reference, "secret": "guess"}},
        {"order": {"reference": "2222-2222", "secret": order.secret}},
        {"product": "no-such-jar", "country": "DE"},
    ):
        answer = send(symptoms=STORY, **wrong)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert not Incident.objects.exists()


def test_what_cannot_be_meant_is_pointed_at(order: Order) -> None:
    assert refuse(symptoms=STORY) == [
        ("/product", "Say this, or name the order."),
        ("/country", "Say this, or name the order."),
    ]
    good = {"product": "quiet-cream", "country": "DE", "symptoms": STORY}
    today = timezone.now().date()
    for wrong in (
        {"symptoms": ""},
        {"symptoms": "   "},
        {"symptoms": "a\x00b"},
        {"symptoms": 7},
        {"symptoms": "x" * 4001},
        {"country": "XX"},
        {"criteria": ["fright"]},
        {"criteria": "death"},
        {"onset_on": today.replace(year=today.year + 1).isoformat()},
        {"onset_on": "yesterday"},
        {"onset_on": 20261102},
        {"outcome": "RECOVERED"},
        {"came_back_on_reuse": "yes"},
        {"age_years": 121},
        {"age_years": 3.5},
        {"email": "mara"},
        {"lot_code": "A\nB"},
        {"skin": "dry"},
        {"order": {"reference": order.reference}},
    ):
        pointers = [pointer for pointer, _ in refuse(**good | wrong)]
        assert pointers[0].startswith(f"/{next(iter(wrong))}"), (wrong, pointers)


def test_an_order_with_several_products_must_be_told_which(order: Order) -> None:
    toner = make_product("Calm Toner", sku="CT-1")
    two = order.lines.get().variant
    three = make_variant(two.product, sku="QC-100", name="100 ml")
    for size in (toner.variants.get(), three):
        make_lot(size, units=3)
    big = make_order({two: 1, three: 1, toner.variants.get(): 1})
    words = "Name one that the order holds: calm-toner, quiet-cream."
    assert refuse(order=opened(big), symptoms=STORY) == [("/product", words)]
    make_product("Stranger")
    assert refuse(order=opened(big), product="stranger", symptoms=STORY) == [("/product", words)]
    assert send(order=opened(big), product="calm-toner", symptoms=STORY).status_code == 201
    assert Incident.objects.get().product == toner


def test_a_product_that_is_hidden_by_now_can_still_be_reported(order: Order) -> None:
    product = order.lines.get().variant.product
    product.hidden_at = timezone.now()
    product.save(update_fields=["hidden_at"])
    assert send(product=product.slug, country="DE", symptoms=STORY).status_code == 201


def test_nothing_of_it_can_be_read_over_the_api(order: Order) -> None:
    send(order=opened(order), symptoms="CANARY in every field", name="CANARY")
    reference = Incident.objects.get().reference
    for address in (WHERE, f"{WHERE}{reference}/"):
        assert Client().get(address).status_code in (404, 405)
    shown = Client().get(f"/api/v1/orders/{order.reference}/", headers={"Order-Secret": order.secret})
    assert shown.status_code == 200
    assert b"CANARY" not in shown.content
    assert reference.encode() not in shown.content


def test_too_many_from_one_address_are_told_to_wait(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.Throttle, "THROTTLE_RATES", {"incident": "2/min"})
    cache.clear()
    told = {"product": "quiet-cream", "country": "DE", "symptoms": STORY}
    assert [send(**told).status_code for _ in range(3)] == [201, 201, 429]
