"""Two loads at the same moment: they take turns, and the second finds nothing to do."""

import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from catalog import knowing
from catalog.knowing import Loading, turns
from catalog.models import Ingredient, IngredientName, KnowledgeChange
from tests.builders.clock import NOW
from tests.catalog.knowing import trees

pytestmark = pytest.mark.django_db(transaction=True)


def load_twice(folder: Path) -> tuple[list[Loading], list[Exception]]:
    together, ended, failed = threading.Barrier(2), list[Loading](), list[Exception]()

    def load() -> None:
        together.wait()
        try:
            ended.append(knowing.load_knowledge(folder=folder, now=NOW))
        except Exception as error:  # noqa: BLE001 (whatever ends a thread is what the test looks at)
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ended, failed


def test_two_loads_write_every_row_once(tmp_path: Path) -> None:
    ended, failed = load_twice(trees.plant(tmp_path))
    assert failed == []
    assert sorted(loading.tally.has_changed() for loading in ended) == [False, True]
    assert (Ingredient.objects.count(), IngredientName.objects.count()) == (4, 9)
    assert KnowledgeChange.objects.count() == 1


def test_control_without_turns_one_of_them_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = threading.Barrier(2)
    monkeypatch.setattr(turns, "wait_for_turn", lambda: None)
    write = knowing._write

    def write_together(*args: object) -> None:
        meeting.wait(timeout=30)
        write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(knowing, "_write", write_together)
    ended, failed = load_twice(trees.plant(tmp_path))
    assert (len(ended), len(failed)) == (1, 1)


def test_a_load_that_waits_too_long_says_so_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", "200ms")
    trees.plant(tmp_path)
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [turns.LOCK])
            holding.set()
            done.wait(timeout=30)
        connections.close_all()

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert holding.wait(timeout=10)
        with pytest.raises(CommandError, match="Another load is running") as refused:
            call_command("load_knowledge", "--folder", str(tmp_path))
        assert refused.value.returncode == 2
    finally:
        done.set()
        other.join(timeout=10)
    assert not Ingredient.objects.exists()
