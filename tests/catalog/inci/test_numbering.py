"""Lists whose names are numbered, or parted by signs that are seldom used."""

import pytest

from tests.catalog.inci.words import check_cover, names, read, read_one


@pytest.mark.parametrize("sign", [".", ")", " –", " -"])
@pytest.mark.parametrize("gap", ["\n", ", ", "; "])
def test_the_numbers_of_a_list_are_no_names(sign: str, gap: str) -> None:
    text = gap.join(f"{at}{sign} {name}" for at, name in enumerate(["Water", "Talc", "Citral", "Mel"], 1))
    part = read_one(text)
    assert [item.text for item in part.ingredients] == ["Water", "Talc", "Citral", "Mel"]
    assert part.complete is True
    check_cover(text, read(text))


def test_a_mark_before_the_next_number_stays_with_its_name() -> None:
    part = read_one("1 – Water\n2 – Miel*\n3 – Talc\n* Organic")
    assert [(item.name, item.marks) for item in part.ingredients] == [
        ("Water", ""),
        ("Mel", "*"),
        ("Talc", ""),
    ]


def test_numbers_that_count_nothing_stay_where_they_are() -> None:
    assert names("Water, 1,2-Hexanediol, 2,3-Butanediol, Talc") == [
        "Water",
        "1,2-Hexanediol",
        "2,3-Butanediol",
        "Talc",
    ]
    assert [item.text for item in read_one("Water, 2. Talc, 3. Mica").unresolved] == ["2", "3"]


def test_names_parted_by_dashes_that_lack_a_blank() -> None:
    assert names("WATER - GLYCERIN - TALC- MICA - CITRAL- LIMONENE- LINALOOL") == [
        *("Water", "Glycerin", "Talc", "Mica", "Citral", "Limonene", "Linalool"),
    ]


@pytest.mark.parametrize("word", ["and", "And", "AND"])
def test_the_last_two_names_joined_by_and(word: str) -> None:
    assert names(f"Water, Talc, Limonene {word} Linalool") == ["Water", "Talc", "Limonene", "Linalool"]
