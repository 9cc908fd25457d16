"""Two clicks at once on "send" are one report; without the lock they are two."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from catalog.models import Product
from orders import incidents
from orders.models import Incident
from tests.builders import make_product
from tests.builders.incidents import make_incident

pytestmark = pytest.mark.django_db(transaction=True)
CLICKS = 4


def click(product: Product) -> list[str]:
    """The references that come back."""
    start = Barrier(CLICKS)

    def send(_: int) -> str:
        try:
            start.wait(10)
            return str(make_incident(product, email="mara@customer.example").reference)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(CLICKS) as people:
        return list(people.map(send, range(CLICKS)))


def test_clicks_at_once_are_one_report() -> None:
    references = click(make_product())
    assert len(set(references)) == 1
    assert Incident.objects.get().events.count() == 1


def test_without_the_lock_they_are_several(monkeypatch: pytest.MonkeyPatch) -> None:
    together = Barrier(CLICKS)
    find = incidents._find_same

    def find_together(*told: Any, **since: Any) -> Incident | None:
        found = find(*told, **since)
        together.wait(10)  # all of them have looked, none has written
        return found

    monkeypatch.setattr(incidents, "_queue_up", lambda email: None)
    monkeypatch.setattr(incidents, "_find_same", find_together)
    assert len(set(click(make_product()))) == CLICKS
