"""Two imports at the same moment: they wait for each other, and nothing is half written."""

import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from catalog import importing
from catalog.importing import AnotherImport, applying
from catalog.models import PriceChange, Product, Variant
from tests.builders import make_market
from tests.catalog import ledger
from tests.catalog.sheets import as_csv, row, run

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_imports_that_cross_both_come_to_their_end() -> None:
    """In opposite order: without the import lock these two make the same brands, and PostgreSQL ends one."""
    make_market()
    rows = [
        row(sku=f"S-{n}", product=f"p-{n}", name=f"P {n}", brand=f"B {n}", barcode="") for n in range(200)
    ]
    files = [as_csv(*rows), as_csv(*reversed(rows))]
    together, ended = threading.Barrier(2), list[importing.Report]()

    def bring(content: bytes) -> None:
        together.wait()
        try:
            ended.append(run(content))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=bring, args=[content]) for content in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [(report.rows, report.refused) for report in ended] == [(200, []), (200, [])]
    assert sum(report.created for report in ended) == 200
    assert (Product.objects.count(), Variant.objects.count()) == (200, 200)
    assert PriceChange.objects.count() == 400


def test_an_import_that_waits_too_long_says_so_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(applying, "PATIENCE", "200ms")
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [applying.LOCK])
            holding.set()
            done.wait(timeout=30)
        connections.close_all()

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert holding.wait(timeout=30)
        before = ledger.read_all()
        with pytest.raises(AnotherImport):
            run(as_csv(row()))
        (tmp_path / "list.csv").write_bytes(as_csv(row()))
        with pytest.raises(CommandError, match="Another import is running") as ended:
            call_command("import_catalogue", str(tmp_path / "list.csv"))
        assert ended.value.returncode == 2
        assert ledger.read_all() == before
    finally:
        done.set()
        other.join(timeout=30)
    assert run(as_csv(row())).created == 1
