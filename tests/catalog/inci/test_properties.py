"""What holds for every text, however odd: nothing is lost, nothing is raised, nothing takes long."""

import gc
import os
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog import inci
from tests.catalog.inci.words import KNOWN, VOCABULARY, check_cover, make_vocabulary, read

EXAMPLES = int(os.environ.get("REGIMEN_FUZZ", "300"))
NAMES = [name.strip() for line in KNOWN.strip().splitlines() for name in line.split("|")[0].split(", ")]
PIECES = [
    *NAMES,
    *(
        ", ",
        ",",
        "; ",
        ". ",
        ".",
        "\n",
        "\n\n",
        " ",
        ": ",
        ":",
        " / ",
        "/",
        "\\",
        " (",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<",
        ">",
    ),
    *(
        "*",
        "**",
        "†",
        "^",
        "+",
        "-",
        " - ",
        "–",
        "•",
        "|",
        "&",
        "&amp;",
        "&#233;",
        "'",
        '"',
        "['",
        "', '",
        "']",
    ),
    *("5%", " 0,5 % ", "(2.5%)", "<1%", "5.0%Water", "100", "1,2-", "1, 2", "CI 77891", "Cl 42090", "(nano)"),
    *(
        "Active Ingredients:",
        "Inactive Ingredients:",
        "Ingredients:",
        "Step 2:",
        "Day:",
        "Drug Facts",
        "Please note ",
    ),
    *("May Contain", "[+/- ", "(+/-):", "±", "Peut Contenir", "(F.I.L. Z12345/1)", "<ILN12345>", "[V0606F]"),
    *(
        "Rds Product Name: ",
        "Division: El (Some House)",
        "Free of ",
        "*Organic.",
        "helps your skin ",
        "(and)",
        " and ",
    ),
    *(
        "\u200b",
        "\u00ad",
        "\ufeff",
        "\u00a0",
        "\ufffd",
        "ﬁ",
        "é",
        "e\u0301",
        "™",
        "¹",
        "％",
        "，",
        "…",
        "\r",
        "\t",
    ),
    *("<br>", "<b>", "http://localhost/c", "#NAME?", "=1", "\x00", "\ud800", "Вода", "水", "𝓦ater", "İ", "ß"),
]
LABELS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
fuzz = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=EXAMPLES <= 300
)


def check(text: str) -> None:
    reading = read(text)
    check_cover(text, reading)
    assert (reading.status == "read") == bool(reading.formulas)
    assert bool(reading.reason) == (reading.status == "unknown")
    shown = "".join(_list_shown(reading))
    for span in reading.spans:
        if span.kind in ("footnote", "disclaimer", "marketing", "code"):
            assert _letters(text[span.start : span.end]) <= _letters(shown), (span, text)
    for part in reading.formulas:
        assert part.ingredients or part.may_contain
        assert [item.rank for item in part.ingredients] == list(range(1, len(part.ingredients) + 1))
        unresolved = [item for item in (*part.ingredients, *part.may_contain) if item.slug is None]
        assert list(part.unresolved) == unresolved
    assert read(text) == reading


def _list_shown(reading: inci.Reading) -> list[str]:
    shown = list(reading.notes)
    for part in reading.formulas:
        shown += [part.title, *part.notes, *part.label_codes]
    return shown


def _letters(text: str) -> set[str]:
    return {sign for sign in text if sign.isalnum()}


@fuzz
@given(LABELS)
def test_labels_made_of_odd_pieces_lose_nothing(text: str) -> None:
    check(text)


@fuzz
@given(st.text(max_size=400))
def test_any_text_at_all_loses_nothing(text: str) -> None:
    check(text)


@fuzz
@given(st.lists(st.sampled_from([name for name in NAMES if name[-1] != "."]), min_size=1, max_size=30))
def test_a_clean_list_comes_back_as_it_was_written(names: list[str]) -> None:
    items = read(", ".join(names)).formulas[0].ingredients
    assert [item.text for item in items] == names
    assert all(item.slug for item in items)


@fuzz
@given(st.text(max_size=80))
@example("\x00")
@example("1.\x005")
def test_a_folded_name_stays_as_it_is(text: str) -> None:
    once = inci.fold(text)
    assert inci.fold(once) == once


@fuzz
@given(st.text(max_size=60))
def test_suggestions_are_known_names_each_once(text: str) -> None:
    found = VOCABULARY.suggest(text)
    assert len(set(found)) == len(found) <= 3
    assert set(found) <= set(NAMES)


LONG: dict[str, Callable[[int], str]] = {
    "commas": lambda n: "," * n,
    "open brackets": lambda n: "(" * n,
    "nested brackets": lambda n: "Water " + "(" * (n // 2) + ")" * (n // 2),
    "brackets in a row": lambda n: "()," * (n // 3),
    "one long word": lambda n: "a" * n,
    "blanks": lambda n: "Water" + " " * n + "x",
    "line ends": lambda n: "Water" + "\n" * n + "x",
    "full stops": lambda n: "a. " * (n // 3),
    "abbreviations": lambda n: "no. " * (n // 4),
    "colons": lambda n: "a: " * (n // 3),
    "shades": lambda n: "[+/- Mica, " * (n // 11),
    "marks": lambda n: "Water" + "*" * n,
    "percents": lambda n: "5.0%Water" * (n // 9),
    "numbers": lambda n: "1,2," * (n // 4),
    "slashes": lambda n: "Water/" * (n // 6),
    "quotes": lambda n: "['" + "a','" * (n // 4),
    "unseen signs": lambda n: "\u200b" * n + "Water",
    "accents": lambda n: "e" + "\u0301" * n,
    "less-than": lambda n: "<" * n,
    "a long list": lambda n: "Water, " * (n // 7),
    "many titles": lambda n: "Cream: Water, Talc. " * (n // 20),
    "prose": lambda n: "this helps your skin " * (n // 21) + "Water, Talc",
    "carriage returns": lambda n: "\r" * n + "Water",
}


@pytest.mark.parametrize("kind", LONG)
def test_eight_times_the_text_takes_about_eight_times_as_long(kind: str) -> None:
    small, large = (_measure(LONG[kind](size)) for size in (15_000, 120_000))
    # 8 is linear and 64 would be quadratic; the floor is for what is too fast to be measured
    assert large < 28 * max(small, 0.004), f"{small:.4f} s, then {large:.4f} s"


def _measure(text: str) -> float:
    times: list[float] = []
    gc.disable()  # what it costs grows with all that the process holds, not with the text
    try:
        for _ in range(2):
            vocabulary = make_vocabulary()
            begun = time.process_time()
            inci.read_label(text, vocabulary)
            times.append(time.process_time() - begun)
    finally:
        gc.enable()
    return min(times)
