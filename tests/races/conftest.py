"""The cast of the journeys, in a hurry; and places where time is stretched so that a race has room."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tests.journeys.conftest import customer, workers

__all__ = ["customer", "no_constraint", "slow_down", "workers"]


@pytest.fixture
def slow_down(monkeypatch: Any) -> Callable[..., None]:
    """Make a function take 40 ms longer: long enough for everybody to arrive in the middle of it."""

    def stretch(owner: Any, name: str, seconds: float = 0.04) -> None:
        real = getattr(owner, name)

        def slowly(*args: Any, **named: Any) -> Any:
            time.sleep(seconds)
            return real(*args, **named)

        monkeypatch.setattr(owner, name, slowly)

    return stretch


@pytest.fixture
def no_constraint() -> Iterator[None]:
    """A lot may be oversold meanwhile: for controls that take the last guard away as well."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_lot DROP CONSTRAINT lot_never_oversold")
    yield
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_lot SET reserved = least(reserved, on_hand)")
        cursor.execute(
            "ALTER TABLE catalog_lot ADD CONSTRAINT lot_never_oversold CHECK (reserved <= on_hand)"
        )
