"""A catalogue comes in: made, changed, left alone; and what a second import does."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from catalog.models import (
    Brand,
    Category,
    Concern,
    Formula,
    PriceChange,
    Product,
    PublishedPage,
    Variant,
)
from tests.builders import NOW, make_brand, make_market, make_product
from tests.catalog import ledger, sheets
from tests.catalog.sheets import as_csv, reasons, row, run

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _two_markets() -> None:
    make_market("eu")
    make_market("us")


def test_a_good_row_becomes_a_product_that_customers_can_read() -> None:
    report = run(as_csv(row(description="Thin and slippery.\r\n\r\nRinse or wipe.")))
    assert (report.rows, report.created, report.refused) == (1, 1, [])
    variant = Variant.objects.select_related("product__brand", "product__category").get()
    product = variant.product
    assert (product.slug, product.name, product.brand.name) == ("oat-milk", "Oat Milk", "Maren Ostby")
    assert (product.summary, product.description) == (
        "A milk without perfume.",
        "Thin and slippery.\n\nRinse or wipe.",
    )
    assert (product.created_at, product.published_at) == (NOW, NOW)
    assert [shelf.name for shelf in Category.objects.order_by("id")] == ["Face", "Cleansers"]
    assert sorted(product.concerns.values_list("slug", "name")) == [
        ("dryness", "Dryness"),
        ("fine-lines", "Fine lines"),
    ]
    assert (variant.sku, variant.name, variant.net_quantity, variant.net_unit) == (
        "OAT-150",
        "150 ml",
        Decimal(150),
        "ml",
    )
    assert (variant.barcode, variant.weight_g) == ("2001100010706", 188)
    assert sorted(variant.prices.values_list("currency", "amount_cents")) == [("EUR", 1390), ("USD", 1500)]
    assert {change.cause for change in PriceChange.objects.all()} == {"import of list.csv"}
    formula = Formula.objects.get()
    assert (product.current_formula, formula.label_text, formula.version) == (formula, "Aqua, Glycerin", 1)
    assert sorted(PublishedPage.objects.values_list("market", "price_from_cents")) == [
        ("eu", 1390),
        ("us", 1500),
    ]


def test_new_shelves_are_named_in_the_report() -> None:
    report = run(as_csv(row(), row(sku="OAT-400", barcode="", size="400 ml", variant="")))
    assert sorted((note.column, note.value) for note in report.notes) == [
        ("brand", "Maren Ostby"),
        ("category", "Face > Cleansers"),
        ("concerns", "dryness"),
        ("concerns", "fine-lines"),
    ]


def test_the_same_file_again_rewrites_not_one_row() -> None:
    content = as_csv(
        row(),
        row(sku="OAT-400", barcode="", size="400 ml"),
        row(sku="X", product="", name="Rice", barcode=""),
    )
    run(content)
    before = ledger.read_all()
    assert len(before["catalog_publishedpage"]) == 4
    report = run(content, now=LATER)
    assert (report.created, report.changed, report.unchanged) == (0, 0, 3)
    assert ledger.read_all() == before


def test_only_sku_name_brand_category_and_one_price_are_needed() -> None:
    needed = {"sku": "A-1", "name": "Rice Wash", "brand": "Tidemoor", "category": "Face", "price_usd": "9"}
    run(as_csv(needed))
    product = Product.objects.get()
    assert (product.slug, product.published_at, product.current_formula) == ("tidemoor-rice-wash", None, None)
    assert Variant.objects.get().net_quantity is None
    assert not PublishedPage.objects.exists()


def test_sizes_of_one_product_are_its_variants_in_the_order_of_the_file() -> None:
    run(as_csv(row(), row(sku="OAT-400", barcode="", size="400 ml", variant="")))
    run(as_csv(row(sku="OAT-50", barcode="", size="50 ml", variant="Travel")))
    names = Product.objects.get().variants.order_by("position").values_list("sku", "name", "position")
    assert list(names) == [("OAT-150", "150 ml", 0), ("OAT-400", "400 ml", 1), ("OAT-50", "Travel", 2)]


def test_without_a_product_column_brand_and_name_tell_which_rows_belong_together() -> None:
    run(as_csv(row(product=None), row(product=None, sku="OAT-400", barcode="")))
    product = Product.objects.get()
    assert (product.slug, product.variants.count()) == ("maren-ostby-oat-milk", 2)


def test_a_known_sku_finds_its_product_even_after_it_got_another_name() -> None:
    run(as_csv(row(product=None)))
    report = run(as_csv(row(product=None, name="Oat Milk Cleanser")))
    product = Product.objects.get()
    assert (product.slug, product.name, report.changed) == ("maren-ostby-oat-milk", "Oat Milk Cleanser", 1)


def test_a_price_alone_can_be_changed_and_its_history_stays() -> None:
    run(as_csv(row()))
    report = run(as_csv({"sku": "OAT-150", "price_eur": "14.50"}), now=LATER)
    assert (report.changed, report.refused) == (1, [])
    change = PriceChange.objects.latest("id")
    assert (change.old_cents, change.new_cents, change.currency, change.changed_at) == (
        1390,
        1450,
        "EUR",
        LATER,
    )
    assert PublishedPage.objects.get(market="eu").price_from_cents == 1450
    assert PublishedPage.objects.get(market="us").price_from_cents == 1500
    assert Product.objects.get().summary == "A milk without perfume."


def test_an_empty_cell_clears_what_may_be_unknown_and_keeps_the_rest() -> None:
    run(as_csv(row()))
    empty = dict.fromkeys(sheets.GOOD, "") | {"sku": "OAT-150"}
    report = run(as_csv(empty))
    assert (report.changed, report.refused) == (1, [])
    variant = Variant.objects.select_related("product").get()
    product = variant.product
    assert (product.name, product.brand.name, product.published_at) == ("Oat Milk", "Maren Ostby", NOW)
    assert (product.summary, product.description, product.concerns.count()) == ("", "", 0)
    assert (product.current_formula, Formula.objects.count()) == (None, 1)
    assert (variant.net_quantity, variant.barcode, variant.weight_g, variant.name) == (None, None, None, "")
    assert variant.prices.count() == 2


def test_a_label_that_comes_back_is_its_old_version() -> None:
    run(as_csv(row()))
    run(as_csv(row(ingredients="Aqua, Urea")))
    assert Product.objects.get().current_formula.version == 2
    run(as_csv(row(ingredients="Aqua,   Glycerin")))
    assert (Product.objects.get().current_formula.version, Formula.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ("yes", "no", None),
        ("no", "yes", LATER),
        ("yes", "yes", NOW),
        ("", "2027-01-02", datetime(2027, 1, 2, tzinfo=UTC)),
        ("2027-01-02", "yes", LATER),
        ("2026-01-02", "yes", datetime(2026, 1, 2, tzinfo=UTC)),
    ],
)
def test_published_is_yes_no_or_a_day(first: str, then: str, expected: datetime | None) -> None:
    run(as_csv(row(published=first)))
    run(as_csv(row(published=then)), now=LATER)
    assert Product.objects.get().published_at == expected


def test_names_are_found_whatever_their_case() -> None:
    run(as_csv(row()))
    before = (Brand.objects.count(), Category.objects.count(), Concern.objects.count())
    changes = {"brand": "MAREN OSTBY", "category": "face>cleansers", "concerns": "Dryness, FINE LINES"}
    report = run(as_csv(row(**changes)))
    assert (report.unchanged, report.notes) == (1, [])
    assert (Brand.objects.count(), Category.objects.count(), Concern.objects.count()) == before


def test_brands_that_would_share_an_address_get_two() -> None:
    make_brand("Lune & Co")
    run(as_csv(row(brand="Lune Co", concerns="milia||milia|")))
    assert sorted(Brand.objects.values_list("slug", flat=True)) == ["lune-co", "lune-co-2"]
    assert [concern.slug for concern in Product.objects.get().concerns.all()] == ["milia"]


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    content = as_csv(
        row(), row(sku="B", product="b", name="B", barcode="", price_eur="-1"), row(sku="C", name="")
    )
    before, files = ledger.read_all(), ledger.stored_files()
    said = run(content, dry_run=True)
    assert (ledger.read_all(), ledger.stored_files()) == (before, files)
    done = run(content)
    assert (said.created, said.refused_rows) == (1, 2) == (done.created, done.refused_rows)
    assert (said.refused, said.notes) == (done.refused, done.notes)
    assert said.summary() == "3 rows: would be 1 new, 0 changed, 0 unchanged, 2 refused"
    assert done.summary() == "3 rows: 1 new, 0 changed, 0 unchanged, 2 refused"


def test_a_dry_run_over_known_products_sees_what_would_change() -> None:
    run(as_csv(row(), row(sku="B", product="b", name="B", barcode="")))
    before = ledger.read_all()
    report = run(
        as_csv(row(ingredients="Aqua, Urea"), row(sku="B", product="b", name="B", barcode="")), dry_run=True
    )
    assert (report.changed, report.unchanged) == (1, 1)
    assert ledger.read_all() == before


def test_good_rows_are_kept_and_of_a_bad_row_nothing_is() -> None:
    report = run(as_csv(row(sku="BAD", product="bad", brand="Nobody", barcode="1"), row()))
    assert reasons(report) == [(2, "barcode", "is no GTIN: 8, 12, 13 or 14 digits")]
    assert (report.rows, report.created, report.refused_rows) == (2, 1, 1)
    assert [variant.sku for variant in Variant.objects.all()] == ["OAT-150"]
    assert not Brand.objects.filter(name="Nobody").exists()


def test_every_bad_cell_of_a_row_is_reported_at_once() -> None:
    report = run(as_csv(row(name="?", size="big", price_eur="dear", published="perhaps")))
    assert [bad.column for bad in report.refused] == ["name", "price_eur", "published", "size"]
    assert report.refused_rows == 1


def test_rows_are_imported_across_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.importing.BATCH", 2)
    rows = [row(sku=f"S-{n}", product=f"p-{n}", name=f"P {n}", barcode="") for n in range(5)]
    seen: list[tuple[int, int]] = []
    report = run(as_csv(*rows), progress=lambda done, of: seen.append((done, of)))
    assert (report.created, Product.objects.count(), seen) == (5, 5, [(2, 5), (4, 5), (5, 5)])
    assert len([note for note in report.notes if note.column == "brand"]) == 1


def test_a_product_made_by_hand_is_taken_over_by_its_slug() -> None:
    made = make_product("Oat Milk", sku="HAND-1")
    report = run(as_csv(row()))
    assert (report.created, Product.objects.get().pk) == (1, made.pk)
    assert list(made.variants.order_by("position").values_list("sku", flat=True)) == ["HAND-1", "OAT-150"]


def test_a_workbook_is_imported_like_a_csv() -> None:
    names = list(sheets.GOOD)
    numbers = {
        "barcode": 2001100010706,
        "weight_g": 188,
        "price_eur": 13.9,
        "price_usd": 15,
        "published": True,
    }
    run(sheets.as_xlsx(names, [numbers.get(name, sheets.GOOD[name]) for name in names]))
    before = ledger.read_all()
    assert run(as_csv(row())).unchanged == 1
    assert ledger.read_all() == before
