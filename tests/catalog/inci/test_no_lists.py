"""Text that is no list, and input that was never meant to be one."""

import pytest

from catalog.inci import refusing
from tests.catalog.inci.words import check_cover, read


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", refusing.EMPTY),
        (" \n\t ", refusing.EMPTY),
        ("#NAME?", refusing.SPREADSHEET),
        ("#REF!", refusing.SPREADSHEET),
        ("=cmd|' /C calc'!A0", refusing.SPREADSHEET),
        ('=HYPERLINK("http://example.com")', refusing.SPREADSHEET),
        ("No Info", refusing.PLACEHOLDER),
        ("n/a", refusing.PLACEHOLDER),
        ("-", refusing.PLACEHOLDER),
        ("Visit the Honey & Talc boutique", refusing.PLACEHOLDER),
        ("*Organic. **Natural.", refusing.FOOTNOTES),
        ("* Essential Oil", refusing.FOOTNOTES),
        ("*Ingredients from organic farming.", refusing.FOOTNOTES),
        ("-Honey: Softens skin. -Retinol: Smooths lines, and evens tone.", refusing.MARKETING),
        ("-Honey -Squalane", refusing.MARKETING),
        ("We love our customers, and they love us.", refusing.MARKETING),
        ("This ingredient list is subject to change.", refusing.DISCLAIMER),
        ("Vibranium, Unobtainium, Kryptonite", refusing.NO_NAME),
        ("Вода, Глицерин, Тальк", refusing.OTHER_LETTERS),
        ("水、甘油、滑石", refusing.OTHER_LETTERS),
        ("\x89PNG\r\n\x1a\n\x00\x00IHDR", refusing.BINARY),
        ("Water, Glycerin\x00, Talc", refusing.BINARY),
        ("<!DOCTYPE html><html><body>Water, Talc</body></html>", refusing.WEB_PAGE),
        ("(" * 1000 + ")" * 1000, refusing.NO_NAME),
        ("," * 100_000, refusing.NO_NAME),
    ],
)
def test_what_is_no_list_is_unknown_and_says_why(text: str, reason: str) -> None:
    reading = read(text)
    assert (reading.status, reading.reason, reading.formulas) == ("unknown", reason, ())
    assert [span.kind for span in reading.spans] == (["not_a_list"] if text else [])
    check_cover(text, reading)


def test_what_is_read_is_never_empty() -> None:
    for text in ("Water", "Water.", "*Honey*, Talc", "(Water)", "+/- Mica"):
        reading = read(text)
        assert reading.status == "read"
        assert any(part.ingredients or part.may_contain for part in reading.formulas)


def test_brackets_a_thousand_deep_are_read_around() -> None:
    text = "Water, Talc " + "(" * 1000 + "Honey" + ")" * 1000 + ", Glycerin"
    reading = read(text)
    assert reading.formulas[0].ingredients[-1].name == "Glycerin"
    check_cover(text, reading)


def test_a_list_with_one_word_in_other_letters_is_read() -> None:
    reading = read("Water, Glycerin, Тальк")
    assert [item.text for item in reading.formulas[0].unresolved] == ["Тальк"]
