"""The cast of the journeys, in a hurry; and places where time is stretched so that a race has room."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import customer, workers

__all__ = ["customer", "slow_down", "workers"]


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
