"""Somebody else's columns, read by our rules."""

import pytest

from catalog.importing import BadMapping, CannotRead, read_rules
from catalog.models import Product, Variant
from tests.builders import make_market
from tests.catalog.sheets import as_csv, reasons, run

pytestmark = pytest.mark.django_db

MAPPING = r"""
[sku]
column = "link"
match = '-(P\d+)$'
[name]
column = "Title"
[brand]
value = "Tidemoor"
[category]
column = "kind"
[category.replace]
"Sera" = "Face > Serums"
[concerns]
column = "for"
split = ',\s*(?:and )?'
replace = { "Rednes" = "Redness" }
[price_eur]
column = "cost"
"""
THEIRS = {
    "link": "https://x/y-P42",
    "Title": "Kelp",
    "kind": "SERA",
    "for": "Dryness, and rednes",
    "cost": "9",
}


def test_their_columns_become_ours_and_those_nobody_asked_for_are_left() -> None:
    make_market()
    report = run(as_csv(THEIRS | {"stars": "#NAME?"}), rules=read_rules(MAPPING))
    assert report.refused == []
    product = Product.objects.get()
    assert (product.name, product.brand.name, product.category.slug) == ("Kelp", "Tidemoor", "serums")
    assert sorted(product.concerns.values_list("name", flat=True)) == ["Dryness", "Redness"]
    assert Variant.objects.get().sku == "P42"


def test_a_cell_that_does_not_match_is_refused() -> None:
    report = run(as_csv(THEIRS | {"link": "https://x/y"}), rules=read_rules(MAPPING))
    assert reasons(report) == [(2, "sku", r"does not match -(P\d+)$")]
    assert report.refused[0].value == "https://x/y"


def test_a_spreadsheets_error_is_refused_even_where_it_could_be_replaced() -> None:
    rules = read_rules(MAPPING.replace('"Sera"', '"#NAME?"'))
    report = run(as_csv(THEIRS | {"kind": "#NAME?"}), rules=rules)
    assert reasons(report) == [(2, "category", "is a spreadsheet's error, not a value (#NAME?)")]


def test_a_column_that_their_file_does_not_have_refuses_the_file() -> None:
    with pytest.raises(CannotRead) as refused:
        run(as_csv({"link": "x-P1", "Title": "y"}), rules=read_rules(MAPPING))
    assert str(refused.value) == "Line 1: There is no column “kind”, from which the mapping takes category."


def test_a_mapping_without_a_sku_refuses_the_file() -> None:
    with pytest.raises(CannotRead, match="no column “sku”"):
        run(as_csv(THEIRS), rules=read_rules('[name]\ncolumn = "Title"'))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[sku", "The mapping is not valid TOML: "),
        ('[colour]\nvalue = "red"', "[colour] is none of our columns: sku, product, name,"),
        ('sku = "link"', "sku must be a table: [sku]"),
        ('[sku]\nregex = "x"', "[sku] has no setting “regex”."),
        ("[sku]\n", "[sku] needs either column or value."),
        ('[sku]\ncolumn = "a"\nvalue = "b"', "[sku] needs either column or value."),
        ("[sku]\ncolumn = 5", "[sku]: every setting is a text; replace is a table of texts."),
        (
            '[sku]\ncolumn = "a"\nreplace = { x = 1 }',
            "[sku]: every setting is a text; replace is a table of texts.",
        ),
        ('[sku]\ncolumn = "a"\nmatch = "("', "[sku]: ( is no regular expression: "),
    ],
)
def test_a_mapping_that_cannot_be_followed_says_why(text: str, reason: str) -> None:
    with pytest.raises(BadMapping) as refused:
        read_rules(text)
    assert str(refused.value).startswith(reason)


def test_a_price_column_of_no_currency_is_refused() -> None:
    with pytest.raises(BadMapping, match="names no currency"):
        run(as_csv(THEIRS), rules=read_rules('[sku]\ncolumn = "link"\n[price_xyz]\ncolumn = "cost"'))
