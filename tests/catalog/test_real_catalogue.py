"""445 rows that somebody else wrote, through a mapping of ours."""

from collections import Counter
from pathlib import Path

import pytest

from catalog import importing
from catalog.importing import Report
from catalog.models import Brand, Formula, PriceChange, Product, PublishedPage, Variant
from tests.builders import NOW, make_market
from tests.catalog import ledger

FILE = Path(__file__).parents[3] / "shared" / "data" / "catalogues" / "sephora_2026_skincare.csv"
MAPPING = Path(__file__).parent / "mappings" / "sephora_2026.toml"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE.exists(), reason=f"the real catalogue is not on this machine: {FILE.name}"),
]


def run() -> Report:
    rules = importing.read_rules(MAPPING.read_text(encoding="utf-8"))
    return importing.import_catalogue(content=FILE.read_bytes(), name=FILE.name, now=NOW, rules=rules)


def test_of_445_real_rows_426_come_in_and_19_are_refused_for_reasons() -> None:
    make_market("us")
    report = run()
    assert (report.rows, report.created, report.refused_rows) == (445, 426, 19)
    assert Counter((bad.column, bad.reason.split(" (")[0][:30]) for bad in report.refused) == {
        ("size", "says 1.7 without a unit such a"): 2,
        ("size", "says 5 without a unit such as "): 2,
        ("size", "says 2.0 without a unit such a"): 1,
        ("size", "says 8.4 without a unit such a"): 1,
        ("size", "says 1.35 without a unit such "): 1,
        ("size", "contradicts itself: 0.2 oz are"): 1,
        ("size", "contradicts itself: 0.01 oz ar"): 1,
        ("size", "contradicts itself: 3.8 oz are"): 1,
        ("size", "contradicts itself: 2.2 oz are"): 1,
        ("price_usd", "is not a number like 19.90"): 5,
        ("ingredients", "is a spreadsheet's error, not "): 2,
        ("description", "holds the control character U+"): 1,
    }
    assert (Product.objects.count(), Variant.objects.count(), PriceChange.objects.count()) == (426, 426, 426)
    assert PublishedPage.objects.count() == 426
    assert Brand.objects.count() == len({note.value for note in report.notes if note.column == "brand"})
    unknown = Product.objects.filter(current_formula=None).count()
    assert (unknown, Formula.objects.count()) == (2, 424)
    assert Variant.objects.filter(net_quantity=None).count() == 16


def test_the_second_import_rewrites_not_one_row() -> None:
    make_market("us")
    first = run()
    before = ledger.read_all()
    second = run()
    assert (second.created, second.changed, second.unchanged, second.refused_rows) == (0, 0, 426, 19)
    assert second.refused == first.refused
    assert ledger.read_all() == before
