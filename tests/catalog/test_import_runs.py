"""A worker brings a file in: told as it goes, exactly once, whatever becomes of the worker."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from catalog import history, importing, tasks
from catalog.importing import applying, runs
from catalog.models import ImportRun, PriceChange, Product
from shop.models import User
from tests.builders import NOW, make_market
from tests.builders.staff import make_staff, sign_in
from tests.catalog.sheets import as_csv, row
from tests.races.crowd import held_at, rush

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + runs.LEASE


@pytest.fixture(autouse=True)
def market() -> None:
    make_market()


def goods(many: int) -> bytes:
    rows = [row(sku=f"S-{n}", product=f"p-{n}", name=f"P {n}", barcode="") for n in range(many)]
    return as_csv(*rows, row(sku="BAD", product="bad", size="fifty", barcode=""))


def ask(many: int = 3, agreement: str = "agreed", by: User | None = None) -> ImportRun:
    return runs.ask_import(
        content=goods(many), name="goods.csv", rows=many + 1, by=by, agreement=agreement, now=NOW
    )


def small_batches(monkeypatch: Any) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)


def cut_off_after(monkeypatch: Any, batches: int) -> None:
    """The worker vanishes when so many batches are in, and says nothing any more."""
    real: Callable[..., Any] = applying.apply_products
    done: list[int] = []

    def apply(*args: Any, **given: Any) -> Any:
        if len(done) == batches:
            raise SystemExit
        done.append(1)
        return real(*args, **given)

    monkeypatch.setattr(applying, "apply_products", apply)


def figures(run: ImportRun) -> tuple[int, int, int, int]:
    run.refresh_from_db()
    told = runs.read_report(run)
    return told.created, told.changed, told.unchanged, told.refused_rows


def test_a_run_is_done_once_and_keeps_what_became_of_every_row() -> None:
    her = make_staff("curator")
    run = ask(by=her)
    assert runs.run_import(run_id=run.pk, now=NOW)
    assert not runs.run_import(run_id=run.pk, now=LATER), "it is over"
    assert figures(run) == (3, 0, 0, 1)
    assert (run.content, run.due_at, run.rows_done, run.attempts) == (None, None, 4, 1)
    assert [(bad.line, bad.column) for bad in runs.read_report(run).refused] == [(5, "size")]
    assert {change.changed_by for change in PriceChange.objects.all()} == {her}


def test_agreeing_twice_even_at_once_is_one_run() -> None:
    found = rush(*[lambda: ask().pk] * 4)
    assert len(set(found)) == 1
    assert ImportRun.objects.count() == 1


def test_what_a_killed_worker_had_brought_in_is_counted_and_the_rest_follows(monkeypatch: Any) -> None:
    small_batches(monkeypatch)
    run = ask(5)
    with monkeypatch.context() as dying:
        cut_off_after(dying, 2)
        with pytest.raises(SystemExit):
            runs.run_import(run_id=run.pk, now=NOW)
    run.refresh_from_db()
    assert (run.created, run.rows_done, run.done_at) == (2, 2, None)
    assert Product.objects.count() == 2
    assert not runs.run_import(run_id=run.pk, now=NOW + timedelta(minutes=4)), "the lease is not over"

    assert runs.run_import(run_id=run.pk, now=LATER + timedelta(minutes=1))
    assert figures(run) == (5, 0, 0, 1), "as if nothing had happened"
    assert Product.objects.count() == 5
    told = list(PriceChange.objects.values_list("variant", "currency"))
    assert len(told) == len(set(told)), "no price was set twice"


def test_who_was_overtaken_writes_nothing_any_more(monkeypatch: Any) -> None:
    small_batches(monkeypatch)
    run = ask(3)
    begun: list[bool] = []

    def slow() -> None:
        begun.append(runs.run_import(run_id=run.pk, now=NOW))

    with held_at(monkeypatch, applying, "wait_for_other_imports", slow):
        assert runs.run_import(run_id=run.pk, now=LATER + timedelta(seconds=1))
        with transaction.atomic():
            history.act_as("test")
            Product.objects.update(name="Renamed since")
    assert begun == [False]
    assert {product.name for product in Product.objects.all()} == {"Renamed since"}
    assert figures(run) == (3, 0, 0, 1)
    assert run.attempts == 2


def test_two_workers_with_one_message_do_it_once() -> None:
    run = ask(3)
    done = rush(*[lambda: runs.run_import(run_id=run.pk, now=NOW)] * 2)
    assert sorted(done) == [False, True]
    assert figures(run) == (3, 0, 0, 1)


def test_a_run_that_never_ends_is_given_up_and_says_so(monkeypatch: Any) -> None:
    run = ask(1)
    now = NOW
    with monkeypatch.context() as dying:
        cut_off_after(dying, 0)
        for _ in range(runs.MOST_TRIES):
            with pytest.raises(SystemExit):
                runs.run_import(run_id=run.pk, now=now)
            now += runs.LEASE + timedelta(seconds=1)
    assert not runs.run_import(run_id=run.pk, now=now)
    run.refresh_from_db()
    assert run.why.startswith("It was begun 10 times and never came to its end.")
    page = sign_in("curator").get(f"/admin/catalog/import/{run.pk}/").content.decode()
    assert "was not imported to its end" in page
    assert run.why in page


def test_while_another_import_holds_the_catalogue_it_waits(monkeypatch: Any) -> None:
    monkeypatch.setattr(applying, "PATIENCE", "20ms")
    run = ask(1)
    with held_at(monkeypatch, applying, "_write", lambda: importing.import_catalogue(
        content=goods(2), name="other.csv", now=NOW
    )):  # fmt: skip
        for turn in range(runs.MOST_TRIES + 1):  # waiting is no failure, however long the other one takes
            begun_at = NOW + turn * runs.LEASE
            assert not runs.run_import(run_id=run.pk, now=begun_at)
    run.refresh_from_db()
    assert (run.done_at, run.attempts) == (None, 0)
    assert run.due_at is not None
    assert begun_at + runs.WAIT <= run.due_at < begun_at + runs.WAIT * 2
    assert runs.run_import(run_id=run.pk, now=run.due_at)
    assert figures(run) == (0, 0, 1, 1), "the other one brought it in"


def test_a_page_tells_how_far_it_is_and_then_what_became_of_it(monkeypatch: Any) -> None:
    small_batches(monkeypatch)
    curator = sign_in("curator")
    file = SimpleUploadedFile("goods.csv", goods(3), "text/csv")
    agreed = curator.post("/admin/catalog/import/", {"file": file}).context["agreed"]
    address = curator.post("/admin/catalog/import/", {"agreed": agreed})["Location"]
    run = ImportRun.objects.get()
    assert address == f"/admin/catalog/import/{run.pk}/"
    waiting = curator.get(address)
    assert "It waits for a worker." in waiting.content.decode()
    assert waiting["Refresh"] == "2"
    assert not Product.objects.exists()

    with monkeypatch.context() as dying:
        cut_off_after(dying, 2)
        with pytest.raises(SystemExit):
            runs.run_import(run_id=run.pk, now=run.asked_at)
    assert "2 of 4 rows" in curator.get(address).content.decode()

    assert runs.run_import(run_id=run.pk, now=run.asked_at + runs.LEASE * 2)
    over = curator.get(address)
    assert "goods.csv is imported" in over.content.decode()
    assert (over.context["report"].created, over.context["report"].refused_rows) == (3, 1)
    assert "Refresh" not in over.headers
    assert sign_in("warehouse").get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_old_runs_are_forgotten_and_unfinished_ones_are_not(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    old, waiting = ask(1, "one"), ask(1, "two")
    runs.run_import(run_id=old.pk, now=NOW)
    time_machine.move_to(NOW + tasks.IMPORTS_KEPT + timedelta(hours=1), tick=False)
    tasks.forget_imports()
    assert [run.pk for run in ImportRun.objects.all()] == [waiting.pk]
