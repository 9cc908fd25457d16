"""What a container's health check asks: has a worker's heart beaten lately?"""

import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from shop import heart


@pytest.fixture(autouse=True)
def _stillness() -> None:
    cache.delete(heart.KEY)


def test_a_shop_whose_worker_beats_is_well() -> None:
    heart.beat(now=timezone.now() - timedelta(seconds=heart.ALIVE_S - 5))
    said = io.StringIO()
    call_command("feel_pulse", stdout=said)
    assert said.getvalue() == "beating, 25 s ago\n"


def test_a_worker_that_fell_silent_is_not() -> None:
    heart.beat(now=timezone.now() - timedelta(seconds=heart.ALIVE_S + 5))
    with pytest.raises(CommandError, match=r"The last heartbeat was 35 s ago\."):
        call_command("feel_pulse")


def test_nor_is_one_that_never_spoke() -> None:
    with pytest.raises(CommandError, match=r"No heartbeat was ever seen\."):
        call_command("feel_pulse")
