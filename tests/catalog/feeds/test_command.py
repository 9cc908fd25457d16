"""`manage.py run_feed`: one feed now, told as JSON."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalog.feeds import scheduling
from catalog.models import Feed
from tests.builders import make_lot, make_product
from tests.builders.feeds import make_feed
from tests.catalog.feeds.conftest import Feeding

pytestmark = pytest.mark.django_db


def test_it_runs_a_feed_that_is_not_due_and_tells_its_diary(feeding: Feeding) -> None:
    make_lot(make_product(sku="OAT-150").variants.get(), units=10, code="L-1")
    feeding.open(name="Nordlicht", due_at=timezone.now() + timedelta(days=9))
    feeding.serve("sku,lot,units\nOAT-150,L-1,7\nOAT-150,L-1,-3\n")
    said = io.StringIO()

    call_command("run_feed", "Nordlicht", stdout=said)

    told = json.loads(said.getvalue())
    assert (told["state"], told["applied"], told["units_down"]) == ("APPLIED", 1, 3)
    assert told["reasons"] == {"bad-units": 1}


def test_it_ends_with_1_when_the_run_failed(feeding: Feeding) -> None:
    feeding.open(name="Nordlicht")
    feeding.serve("")
    said = io.StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("run_feed", "Nordlicht", stdout=said)

    assert ended.value.code == 1
    assert json.loads(said.getvalue())["why"] == "The file is empty."


def test_it_says_why_it_cannot_run() -> None:
    feed = make_feed(name="Nordlicht", due_at=timezone.now())
    with pytest.raises(CommandError, match=r"There is no feed “Sud”. There are: Nordlicht\."):
        call_command("run_feed", "Sud")
    scheduling.take_turn(feed_id=feed.pk, now=timezone.now())
    with pytest.raises(CommandError, match="under way"):
        call_command("run_feed", "Nordlicht")
    Feed.objects.update(paused_at=timezone.now())
    with pytest.raises(CommandError, match="paused"):
        call_command("run_feed", "Nordlicht")
