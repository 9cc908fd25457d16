"""Lists of lot codes as people paste them."""

import pytest

from catalog.models import Product
from orders import recall_codes
from orders.recall_codes import MOST_LINES, NamedLot
from tests.builders import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def gel() -> Product:
    return make_product("Clear Gel", brand="La Roche-Posay")


def test_one_code_on_a_line_each_once_blank_lines_and_spaces_apart(gel: Product) -> None:
    named, bad = recall_codes.read_codes("\ufeff MYX46W \r\n\r\n23  09328\rMYX46W\n", product=gel)
    assert (named, bad) == ([NamedLot(gel.pk, "MYX46W"), NamedLot(gel.pk, "23 09328")], [])


@pytest.mark.parametrize(
    "text",
    [
        "product,lot\nClear Gel,X1",
        "LOT;Product\nX1;clear gel",
        "lot\texpiry\tproduct\nX1\t\tLa Roche-Posay Clear Gel",
        "clear-gel,X1",
        'product,lot\n"Clear Gel","X1"',
    ],
)
def test_a_table_names_its_products_in_any_of_three_ways(gel: Product, text: str) -> None:
    assert recall_codes.read_codes(text, product=None) == ([NamedLot(gel.pk, "X1")], [])


def test_what_else_a_line_says_is_kept_as_a_note(gel: Product) -> None:
    text = "product,lot,expiry_month,source\nClear Gel,X1,2025-04,a ; b"
    assert recall_codes.read_codes(text, product=None) == ([NamedLot(gel.pk, "X1", "2025-04")], [])


def test_lines_that_name_no_lot_say_why(gel: Product) -> None:
    other = make_product("Other Gel", brand="Another")
    Product.objects.filter(pk=other.pk).update(name="Clear Gel")
    text = "X1\nnobody,X2\nClear Gel,X3\nla roche-posay clear gel,---\nla roche-posay clear gel," + "9" * 41
    named, bad = recall_codes.read_codes(text, product=None)
    assert named == []
    assert [(one.line, one.why) for one in bad] == [
        (1, "Whose lot is it? Choose the product, or write “product,lot”."),
        (2, "We have no “nobody”."),
        (3, "Several products are called “Clear Gel”."),
        (4, "A lot code has a letter or a digit in it."),
        (5, "A lot code has at most 40 characters."),
    ]


def test_a_list_without_end_is_refused_as_a_whole(gel: Product) -> None:
    text = "\n".join(f"X{number}" for number in range(MOST_LINES + 1))
    named, bad = recall_codes.read_codes(text, product=gel)
    assert (named, [one.why for one in bad]) == ([], ["At most 5000 lines are taken at once."])
