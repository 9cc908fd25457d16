"""What is wrong with files is told all at once, with file and line; then nothing is loaded."""

from io import StringIO
from pathlib import Path
from time import perf_counter

import pytest
from django.core.management import CommandError, call_command

from catalog import knowing
from catalog.knowing import BadKnowledge, documents
from catalog.models import Concern, Ingredient, KnowledgeChange, LegalRule
from tests.builders.clock import NOW
from tests.catalog.knowing import trees

FACE = "law/eu.yaml:5: "


def change(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def law(old: str, new: str) -> dict[str, str]:
    return {"law__eu": change(trees.LAW, old, new)}


def advice(old: str, new: str) -> dict[str, str]:
    return {"advice": change(trees.ADVICE, old, new)}


def claims(old: str, new: str) -> dict[str, str]:
    return {"claims": change(trees.CLAIMS, old, new)}


def milia(old: str, new: str) -> dict[str, str]:
    return {"concerns__milia": change(trees.MILIA, old, new)}


def some(old: str, new: str) -> dict[str, str]:
    return {"ingredients__some": change(trees.GLYCERIN, old, new)}


def words(old: str, new: str) -> dict[str, str]:
    return {"wordings": change(trees.WORDINGS, old, new)}


GRADES = "A, B, C, D, law, law2"
LAW_FIELDS = (
    "slug, jurisdiction, sort, ingredients, classes, product_kinds, max_percent, counted_as, "
    "without_declaration, valid_from_placing, valid_from_available, regulatory_class, label_text, "
    "label_above_percent, words, source, grade, reviewed_by, reviewed_on"
)
REFUSED: dict[str, tuple[dict[str, str | bytes], list[str]]] = {
    # facts
    "a wrong grade": (
        law("grade: law\n", "grade: E\n"),
        [f"law/eu.yaml:18: grade: E is not one of {GRADES}"],
    ),
    "no grade": (law("    grade: law\n", ""), [FACE + "grade: is missing"]),
    "no source": (law("    source: Annex III/376\n", ""), [FACE + "source: is missing"]),
    "an empty source": (
        law("source: Annex III/376", "source:"),
        ["law/eu.yaml:17: source: is missing: leave the key out, or fill it"],
    ),
    "no reviewer": (
        law("reviewed_by: Editors\n", ""),
        [
            "law/eu.yaml:4: reviewed_by: is missing, here and at the top of the file",
            "law/eu.yaml:18: reviewed_by: is missing, here and at the top of the file",
        ],
    ),
    "no date": (
        milia("reviewed_on: 2026-11-01\n", ""),
        [
            "concerns/milia.yaml:9: reviewed_on: is missing, here and at the top of the file",
            "concerns/milia.yaml:13: reviewed_on: is missing, here and at the top of the file",
        ],
    ),
    "a date in the future": (
        milia("reviewed_on: 2026-10-01", "reviewed_on: 2026-11-21"),
        ["concerns/milia.yaml:26: reviewed_on: 2026-11-21 is in the future"],
    ),
    "a date in the future at the top": (
        law("reviewed_on: 2026-11-01", "reviewed_on: 2030-01-01"),
        ["law/eu.yaml:3: reviewed_on: 2030-01-01 is in the future"],
    ),
    "no date at all": (
        law("reviewed_on: 2026-11-01", "reviewed_on: 2026-02-30"),
        ["law/eu.yaml:3: reviewed_on: 2026-02-30 is no date such as 2026-11-22"],
    ),
    "a dispute with one side": (
        milia("    dispute: creams\n    class", "    class"),
        ["concerns/milia.yaml:16: dispute: creams has one side only: a dispute needs another statement here"],
    ),
    # closed sets, types and numbers
    "a wrong jurisdiction": (
        law("jurisdiction: eu", "jurisdiction: fr"),
        ["law/eu.yaml:6: jurisdiction: fr is not one of eu, uk, us"],
    ),
    "a wrong class": (
        some("[retinoid, vitamin]", "[retinoids, vitamin]"),
        ["ingredients/some.yaml:11: classes: retinoids is no class of ingredients: retinoid?"],
    ),
    "a percentage out of range": (
        law("max_percent: 0.3", "max_percent: 130"),
        ["law/eu.yaml:10: max_percent: 130 is no percentage above 0 and up to 100"],
    ),
    "a percentage that is a word": (
        law("max_percent: 0.3", "max_percent: .nan"),
        ["law/eu.yaml:10: max_percent: .nan is no percentage above 0 and up to 100"],
    ),
    "a percentage of nothing": (
        law("max_percent: 0.3", "max_percent: 0"),
        ["law/eu.yaml:10: max_percent: 0 is no percentage above 0 and up to 100"],
    ),
    "one value for a list": (
        some("classes: [aha]", "classes: aha"),
        ["ingredients/some.yaml:16: classes: holds one value and not a list of classes"],
    ),
    "a list for one value": (
        milia("one_line: Small firm white bumps.", "one_line: [Small]"),
        ["concerns/milia.yaml:8: one_line: holds a list and not a text"],
    ),
    "a value twice in a list": (
        some("[retinoid, vitamin]", "[retinoid, vitamin, retinoid]"),
        ["ingredients/some.yaml:11: classes: retinoid stands in the list twice"],
    ),
    "a number that is not whole": (
        milia("position: 3", "position: 3.5"),
        ["concerns/milia.yaml:6: position: 3.5 is no whole number between 0 and 30,000"],
    ),
    "neither true nor false": (
        {"guides__retinoids": change(trees.GUIDE, "sells: false", "sells: nope")},
        ["guides/retinoids.yaml:10: sells: nope is neither true nor false"],
    ),
    "a text that is too long": (
        claims("name: No retinoid", f"name: {'x' * 121}"),
        ["claims.yaml:4: name: has 121 characters; there is room for 120"],
    ),
    "a slug with a space": (
        law("slug: eu-retinol-face", "slug: EU retinol"),
        ["law/eu.yaml:5: slug: EU retinol is no slug: small letters, digits, hyphens"],
    ),
    "a CAS number whose digits do not agree": (
        some("cas: 56-81-5", "cas: 56-81-6"),
        ["ingredients/some.yaml:4: cas: 56-81-6 is no CAS number"],
    ),
    "no language": (
        words("language: en", "language: english"),
        [
            "wordings.yaml:3: language: has 7 characters; there is room for 5",
        ],
    ),
    # keys
    "an unknown key": (
        law("    grade: law\n", "    grade: law\n    gradee: law\n"),
        ["law/eu.yaml:19: gradee: gradee is no field here: grade?"],
    ),
    "an unknown key at the top": (
        law("kind: law\n", "kind: law\nsource: here\n"),
        [f"law/eu.yaml:2: source: is unknown here; rows have {LAW_FIELDS}"],
    ),
    "a key twice": (
        law("    sort: restricted\n", "    sort: restricted\n    sort: prohibited\n"),
        ["law/eu.yaml:8: sort: stands on line 7 already"],
    ),
    "no kind": (
        {"claims": "rows: []\n"},
        [
            "claims.yaml:1: kind: is missing: one of ingredients, claims, law, advice, concern, guide, "
            "wordings, ingredient_facts"
        ],
    ),
    "a wrong kind": (
        claims("kind: claims", "kind: claim"),
        [
            "claims.yaml:1: kind: claim is not one of ingredients, claims, law, advice, concern, guide, "
            "wordings, ingredient_facts"
        ],
    ),
    "no rows": ({"claims": "kind: claims\n"}, ["claims.yaml:1: rows: is missing"]),
    "rows that are no list": (
        {"claims": "kind: claims\nrows: {}\n"},
        ["claims.yaml:2: rows: is no list of rows"],
    ),
    "a row without fields": (
        {"claims": "kind: claims\nrows: [aha]\n"},
        ["claims.yaml:2: rows: holds something that has no fields"],
    ),
    # what contradicts itself
    "a prohibition with a limit": (
        law("sort: restricted", "sort: prohibited"),
        [
            "law/eu.yaml:10: max_percent: has no meaning with sort: prohibited",
            "law/eu.yaml:11: counted_as: has no meaning with sort: prohibited",
            "law/eu.yaml:12: without_declaration: has no meaning with sort: prohibited",
            "law/eu.yaml:15: label_text: has no meaning with sort: prohibited",
        ],
    ),
    "a limit without a number": (
        law("    max_percent: 0.3\n", ""),
        [FACE + "max_percent: is missing, with sort: restricted"],
    ),
    "a law about nothing": (
        law("    classes: [fragrance_allergen]\n", ""),
        ["law/eu.yaml:19: ingredients: is missing: name ingredients, or classes"],
    ),
    "sold before it may be placed": (
        law("2027-05-01", "2025-05-01"),
        ["law/eu.yaml:14: valid_from_available: 2025-05-01 is before valid_from_placing, 2025-11-01"],
    ),
    "together with nobody": (
        advice("    second: aha\n", ""),
        ["advice.yaml:5: second: is missing, with when: together"],
    ),
    "high without a place": (
        advice("    within_first: 5\n", ""),
        ["advice.yaml:14: within_first: is missing, with when: high_in_list"],
    ),
    "a claim from nothing": (
        claims("    present: [aha]\n", ""),
        ["claims.yaml:7: absent: is missing: a claim follows from classes that are absent or present"],
    ),
    "free from what is present": (
        claims("    present: [aha]\n", "    present: [aha]\n    free_from: acids\n"),
        ["claims.yaml:10: free_from: says nothing without absent"],
    ),
    # what does not fit together
    "a name with two owners": (
        some("also: [Vitamin A Alcohol]", "also: [glycerol]"),
        ["ingredients/some.yaml:12: also: glycerol is Glycerin already ({}/ingredients/some.yaml:7)"],
    ),
    "an ingredient twice": (
        some("inci: Glycolic Acid", "inci: RETINOL."),
        ["ingredients/some.yaml:15: inci: RETINOL. is Retinol already ({}/ingredients/some.yaml:10)"],
    ),
    "a name twice in one row": (
        some("[Glycerine, Glycerol]", "[Glycerine, GLYCERIN]"),
        ["ingredients/some.yaml:7: also: GLYCERIN is said already (inci: Glycerin)"],
    ),
    "a slug twice": (
        law("slug: eu-allergen-duty", "slug: eu-retinol-face"),
        ["law/eu.yaml:19: slug: eu-retinol-face stands already at {}/law/eu.yaml:5"],
    ),
    "words twice": (
        words("[milk spot, white bumps]", "[milk spot, Milk Spot]"),
        ["wordings.yaml:3: words: milk spot (en, concern:milia) stands already at {}/wordings.yaml:3"],
    ),
    "a law about an unknown ingredient": (
        law("[Retinol, retinyl palmitate]", "[Retinol, Lilial]"),
        ["law/eu.yaml:8: ingredients: Lilial is no ingredient here"],
    ),
    "a factor for an unknown ingredient": (
        law("{Retinyl Palmitate: 0.546}", "{Retinyl Linoleate: 0.546}"),
        ["law/eu.yaml:11: counted_as: Retinyl Linoleate is no ingredient here"],
    ),
    "a fact about an unknown ingredient": (
        {"ingredient_facts": change(trees.FACTS, "ingredient: Retinol", "ingredient: Retinoll")},
        ["ingredient_facts.yaml:5: ingredient: Retinoll is no ingredient here"],
    ),
    "a statement about an unknown class": (
        milia("class: heavy_occlusive", "class: balm"),
        ["concerns/milia.yaml:22: class: balm is no class of ingredients"],
    ),
    "a guide to an unknown concern": (
        {"guides__retinoids": change(trees.GUIDE, "concerns: [milia]", "concerns: [milium]")},
        ["guides/retinoids.yaml:8: concerns: milium is not one of milia"],
    ),
    "words that lead nowhere": (
        words('"concern:milia"', '"concern:acne"'),
        ["wordings.yaml:3: leads_to: acne is not one of milia"],
    ),
    "words without a direction": (
        words('"concern:milia"', "milia"),
        [
            "wordings.yaml:3: leads_to: milia is no place such as concern:milia "
            "(or guide:, category:, ingredient:, class:, text:)"
        ],
    ),
    # files
    "an alias": (
        {"claims": "kind: claims\nrows: [&a {slug: x}, *a]\n"},
        ["claims.yaml:2: has an anchor or alias (a): write it out"],
    ),
    "a tag": (
        {"claims": "kind: !!python/name:os.system claims\n"},
        ["claims.yaml:1: has a tag (tag:yaml.org,2002:python/name:os.system): only plain YAML is read"],
    ),
    "two documents": (
        {"claims": "kind: claims\nrows: []\n---\nkind: law\n"},
        ["claims.yaml:3: begins a second document: one a file"],
    ),
    "an empty file": ({"claims": "# nothing yet\n"}, ["claims.yaml:1: is empty"]),
    "a list": ({"claims": "- slug: a\n"}, ["claims.yaml:1: does not begin with keys, such as kind: law"]),
    "another encoding": (
        {"claims": "kind: claims\n# né\n".encode("latin-1")},
        ["claims.yaml:2: is not UTF-8: byte 0xE9"],
    ),
    "UTF-16": ({"claims": "kind: claims\n".encode("utf-16")}, ["claims.yaml:1: is not UTF-8: byte 0xFF"]),
    "a control character": (
        {"claims": "kind: claims\nrows: \x1b[31m\n"},
        ["claims.yaml:2: holds a control character (0x1B)"],
    ),
    "broken YAML": (
        {"claims": "kind: claims\nrows: [\n"},
        ["claims.yaml:3: is not YAML: did not find expected node content"],
    ),
    "deep nesting": (
        {"claims": "kind: claims\nrows: " + "[" * 100_000},
        ["claims.yaml:2: is nested more than 8 deep"],
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("files", "problems"), REFUSED.values(), ids=list(REFUSED))
def test_bad_files_are_refused_with_the_place(
    tmp_path: Path, files: dict[str, str | bytes], problems: list[str]
) -> None:
    trees.plant(tmp_path, **files)
    with pytest.raises(BadKnowledge) as refused:
        knowing.load_knowledge(folder=tmp_path, now=NOW)
    told = [str(problem).removeprefix(f"{tmp_path}/") for problem in refused.value.problems]
    own = [line for line in told if not is_about_what_is_gone(line, problems)]
    assert own == [problem.format(tmp_path) for problem in problems]
    for model in (Ingredient, LegalRule, Concern, KnowledgeChange):
        assert not model.objects.exists()


def is_about_what_is_gone(line: str, problems: list[str]) -> bool:
    """A renamed ingredient is missed by those who name it; only what the test is about counts."""
    expected = any(line.endswith(problem.split(": ", 1)[1]) for problem in problems)
    return "is no ingredient here" in line and not expected


@pytest.mark.django_db
def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    trees.plant(
        tmp_path,
        **law("grade: law\n", "grade: E\n"),
        **milia("kind: what_it_is", "kind: what"),
        **some("classes: [aha]", "classes: [ahaa]"),
        **words('"concern:milia"', '"concern:acne"'),
    )
    with pytest.raises(BadKnowledge) as refused:
        knowing.load_knowledge(folder=tmp_path, now=NOW)
    assert [(problem.file.rpartition("/")[2], problem.line) for problem in refused.value.problems] == [
        ("milia.yaml", 10),
        ("some.yaml", 16),
        ("eu.yaml", 18),
        ("wordings.yaml", 3),
    ]


def test_a_file_that_is_too_big_is_not_even_read(tmp_path: Path) -> None:
    trees.plant_only(tmp_path, claims=b"#" * (documents.MOST_BYTES + 1))
    with pytest.raises(BadKnowledge) as refused:
        knowing.read_knowledge(folder=tmp_path, now=NOW)
    assert [problem.text for problem in refused.value.problems] == ["has more than 5,000,000 bytes"]


def test_a_bomb_of_aliases_costs_nothing(tmp_path: Path) -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    trees.plant_only(tmp_path, claims="a0: &a0 [lol]\n" + levels)
    start = perf_counter()
    with pytest.raises(BadKnowledge, match="has an anchor or alias"):
        knowing.read_knowledge(folder=tmp_path, now=NOW)
    assert perf_counter() - start < 1


def test_a_folder_without_files_is_no_knowledge(tmp_path: Path) -> None:
    with pytest.raises(BadKnowledge, match="holds no YAML file"):
        knowing.read_knowledge(folder=tmp_path, now=NOW)


@pytest.mark.django_db
def test_the_command_prints_every_problem_and_ends_with_one(tmp_path: Path) -> None:
    trees.plant(tmp_path, **law("grade: law\n", "grade: E\n"))
    with pytest.raises(CommandError) as refused:
        call_command("load_knowledge", "--folder", str(tmp_path))
    assert str(refused.value) == (
        f"{tmp_path}/law/eu.yaml:18: grade: E is not one of {GRADES}\n1 problems: nothing was loaded."
    )
    assert refused.value.returncode == 1
    assert not Ingredient.objects.exists()


@pytest.mark.django_db
def test_the_command_shows_a_table_and_says_nothing_new_the_second_time(tmp_path: Path) -> None:
    trees.plant(tmp_path)
    said = StringIO()
    call_command("load_knowledge", "--folder", str(tmp_path), stdout=said)
    lines = said.getvalue().splitlines()
    assert lines[0].split() == ["new", "changed", "unchanged", "kept", "retired", "orphaned"]
    assert lines[1].split() == ["ingredients", "4", "0", "0", "0", "0", "0"]
    assert lines[-1].endswith("; 0 labels read differently.")
    said = StringIO()
    call_command("load_knowledge", "--folder", str(tmp_path), stdout=said)
    assert said.getvalue().splitlines()[1].split() == ["ingredients", "0", "0", "4", "0", "0", "0"]
    assert KnowledgeChange.objects.count() == 1
