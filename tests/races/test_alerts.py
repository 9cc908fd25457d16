"""Two rounds at the same shelves: everybody is told once. Without the rows' lock some are told twice."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from shop import alerts, shelf_watch
from shop.models import AlertMail, StockAlert
from tests.builders import make_lot, make_product
from tests.builders.waiting import make_alert
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 12


def let_rounds_meet(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    jar = make_product("Quiet Cream", sku="QC-50").variants.get()
    now = timezone.now()
    for number in range(PEOPLE):
        make_alert(jar, f"p{number}@customer.example", now=now)
    AlertMail.objects.all().delete()
    make_lot(jar, units=PEOPLE)
    monkeypatch.setattr(shelf_watch, "BATCH", 3)
    return rush(*[lambda: shelf_watch.watch_shelves(now=now)] * 4)


def test_rounds_that_meet_share_the_people_among_them(
    slow_down: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_down(alerts, "owe_mail")
    told = let_rounds_meet(monkeypatch)
    assert sum(told) == PEOPLE
    assert StockAlert.objects.filter(state="TOLD").count() == PEOPLE
    assert AlertMail.objects.filter(kind="BACK").count() == PEOPLE


def test_control_without_the_lock_people_are_told_by_several_rounds(
    slow_down: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_down(alerts, "owe_mail")
    kind = type(StockAlert.objects.all())
    monkeypatch.setattr(kind, "select_for_update", lambda rows, **_: rows)
    told = let_rounds_meet(monkeypatch)
    assert sum(one for one in told if isinstance(one, int)) > PEOPLE
    assert AlertMail.objects.filter(kind="BACK").count() == PEOPLE  # the constraint is the last guard


def test_the_same_asked_by_six_at_once_is_one_alert_and_one_mail() -> None:
    jar = make_product("Quiet Cream", sku="QC-50").variants.get()
    now = timezone.now()
    asked = {"sku": jar.sku, "market": "eu", "email": "mara@customer.example", "now": now}
    results = rush(*[lambda: alerts.ask_alert(**asked)] * 6)
    assert [one for one in results if isinstance(one, IntegrityError)] == []
    assert results == [None] * 6
    assert StockAlert.objects.count() == AlertMail.objects.count() == 1
