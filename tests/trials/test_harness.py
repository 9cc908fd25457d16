"""What the trials are made of: chance that repeats, shelves that do not lie, checks that see damage."""

import math
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F

from catalog.models import Lot
from orders.models import Allocation, Order
from tests.builders import NOW
from tests.builders.house import furnish
from tests.builders.orders import make_order
from tests.trials import truth
from tests.trials.buyers import quantile
from tests.trials.careless import GUARDS
from tests.trials.crowd import Crowd
from tests.trials.killing import GAP_S, KINDS, plan_kills
from tests.trials.races import FULL, SMALL
from tests.trials.racing import RACES, seed_of
from tests.trials.shelves import Shelves
from tests.trials.shop import descendants, kill_tree
from tests.trials.verdict import receipts_by_customer

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_same_seed_kills_the_same_things_and_forgets_none() -> None:
    plan = plan_kills(7, count=23)
    assert plan == plan_kills(7, count=23)
    assert plan != plan_kills(8, count=23)
    for start in range(0, 18, len(KINDS)):
        assert {kill.kind for kill in plan[start : start + len(KINDS)]} == set(KINDS)
    assert all(GAP_S[0] <= kill.gap_s <= GAP_S[1] for kill in plan)


def test_each_repeat_of_each_race_has_a_seed_of_its_own() -> None:
    seeds = [seed_of(1, race, number) for race in RACES for number in range(20)]
    assert len(set(seeds)) == len(RACES) * 20
    assert seed_of(1, RACES[0], 3) == seed_of(1, RACES[0], 3)


def test_goods_are_what_the_issue_asks_for() -> None:
    for size in (FULL, SMALL):
        for race in RACES:
            goods = race.goods(3, size)
            assert len({each.sku for each in goods}) == len(goods)
    flash = next(each for race in RACES for each in race.goods(1, FULL) if each.sku == "FLASH-000")
    assert (len(flash.lots), flash.units, {place for place, _ in flash.lots}) == (3, 100, {"BER", "PAR"})


def test_the_books_owe_what_was_stolen_until_somebody_counts() -> None:
    shelves = Shelves({1: 10, 2: 5})
    shelves.take({1: 3})
    shelves.bring(2, 4)
    shelves.steal(1, at=NOON)
    assert shelves.units == {1: 6, 2: 9}
    assert shelves.compare({1: 7, 2: 9}) == []  # nobody knows of the theft
    shelves.note_count(1, at=NOON - timedelta(seconds=1))
    assert shelves.expected() == {1: 7, 2: 9}  # that count was before it
    shelves.note_count(1, at=NOON + timedelta(seconds=1))
    assert shelves.expected() == {1: 6, 2: 9}
    assert shelves.compare({1: 7, 2: 8}) == [
        "lot 1: the books say 7, not 6: 1 invented",
        "lot 2: the books say 8, not 9: 1 lost",
    ]


def test_quantiles_are_nearest_ranks() -> None:
    seconds = [each / 100 for each in range(100)]
    assert (quantile(seconds, 0.5), quantile(seconds, 0.99), quantile([], 0.5)) == (0.5, 0.99, 0.0)


def test_a_crowd_gives_the_results_in_the_order_of_the_tasks_and_raises_what_an_act_raised() -> None:
    with closing(Crowd(processes=2)) as crowd:
        assert crowd.send(math.log2, [1, 2, 4, 8, 16], clients=4) == [0, 1, 2, 3, 4]
        with pytest.raises(ValueError, match="math domain error"):
            crowd.send(math.log2, [1, 0], clients=2)


GRANDPARENT = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_kill_reaches_children_in_groups_of_their_own() -> None:
    with subprocess.Popen([sys.executable, "-c", GRANDPARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert descendants(parent.pid) == [child]
        kill_tree(parent.pid)
        assert parent.wait(10) == -9
    end = time.monotonic() + 5
    while _is_running(child) and time.monotonic() < end:
        time.sleep(0.01)
    assert not _is_running(child)


def _is_running(pid: int) -> bool:
    """A zombie has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_every_guard_that_a_control_takes_away_is_still_there() -> None:
    assert {race.guard_off for race in RACES} <= set(GUARDS)
    for where, name, careless in GUARDS.values():
        assert callable(getattr(where, name))
        assert getattr(where, name) is not careless


def test_receipts_are_told_apart_by_their_message_id(tmp_path: Path) -> None:
    for number, message_id in enumerate(["<a>", "<a>", "<b>"]):
        letter = f"To: ida@example.org\nMessage-ID: {message_id}\nContent-Type: application/pdf\n\nx"
        (tmp_path / f"{number}.eml").write_text(letter)
    (tmp_path / "9.eml").write_text("To: ida@example.org\nMessage-ID: <c>\n\nno receipt")
    assert Counter(receipts_by_customer(tmp_path)["ida@example.org"]) == {"<a>": 2, "<b>": 1}


def broken() -> set[str]:
    with connection.cursor() as cursor:
        found = set()
        for rule, sql in truth.CHECKS.items():
            cursor.execute(sql)
            if cursor.fetchall():
                found.add(rule)
        return found


@pytest.mark.django_db
def test_our_own_checks_are_content_with_a_good_house_and_name_what_is_broken() -> None:
    furnish()
    order = make_order(email="another@example.org")
    assert broken() == set()
    lot = Allocation.objects.get().lot
    Lot.objects.filter(pk=lot.pk).update(on_hand=F("on_hand") + 1)
    assert broken() == {"a lot's counters are the sum of its movements"}
    Lot.objects.filter(pk=lot.pk).update(on_hand=F("on_hand") - 1)
    Allocation.objects.update(units=F("units") - 1)
    assert broken() == {
        "what is reserved is promised, all of it, to orders",
        "an open order holds all its units, or has sent them",
    }
    Allocation.objects.update(units=F("units") + 1)
    Order.objects.filter(pk=order.pk).update(status="LAPSED", closed_at=NOW)
    assert broken() == {"a closed order holds nothing"}
