"""Files become rows; the same files again change nothing; what a person wrote stays."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from catalog import knowing
from catalog.inci import fold
from catalog.knowing import Loading
from catalog.models import (
    AdviceRule,
    ClaimRule,
    Concern,
    Guide,
    Ingredient,
    IngredientName,
    KnowledgeChange,
    LegalRule,
    RowChange,
    Signpost,
    Statement,
    Wording,
)
from tests.builders.clock import NOW
from tests.catalog.knowing import trees

pytestmark = pytest.mark.django_db
WRITTEN: list[type[Model]] = [
    AdviceRule,
    ClaimRule,
    Concern,
    Guide,
    Ingredient,
    IngredientName,
    KnowledgeChange,
    LegalRule,
    RowChange,
    Signpost,
    Statement,
    Wording,
]
NEW = {
    "ingredients": {"new": 4},
    "names": {"new": 9},
    "claims": {"new": 2},
    "law": {"new": 2},
    "advice": {"new": 2},
    "concerns": {"new": 1},
    "guides": {"new": 1},
    "wordings": {"new": 4},
}
SAME = {
    "ingredients": {"unchanged": 4},
    "names": {},
    "claims": {"unchanged": 2},
    "law": {"unchanged": 2},
    "advice": {"unchanged": 2},
    "concerns": {"unchanged": 1},
    "guides": {"unchanged": 1},
    "wordings": {"unchanged": 4},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return trees.plant(tmp_path)


def load(folder: Path, *, days: int = 0, overwrite: bool = False) -> Loading:
    return knowing.load_knowledge(folder=folder, now=NOW + timedelta(days=days), overwrite=overwrite)


def everything() -> dict[str, list[Any]]:
    """Every row and where it lies on the disk: a row that was rewritten with the same values has moved."""
    found = {}
    for model in WRITTEN:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT ctid::text, t.* FROM {model._meta.db_table} t ORDER BY id")
            found[model.__name__] = cursor.fetchall()
    return found


def test_a_folder_becomes_rows_of_every_kind(folder: Path) -> None:
    assert load(folder).tally.figures() == NEW
    glycerin = Ingredient.objects.get(inci_name="Glycerin")
    assert (glycerin.slug, glycerin.cas, glycerin.origin) == ("glycerin", "56-81-5", "ours")
    assert (glycerin.functions, glycerin.classes) == (["humectant", "solvent"], ["humectant"])
    names = glycerin.names.order_by("id").values_list("text", "key", "kind", "language", "origin")
    assert sorted(names) == [
        ("Glicerina", "glicerina", "translation", "it", "ours"),
        ("Glycerin", "glycerin", "inci", "", "ours"),
        ("Glycerine", "glycerine", "synonym", "", "ours"),
        ("Glycerln", "glycerln", "misspelling", "", "ours"),
        ("Glycerol", "glycerol", "synonym", "", "ours"),
    ]
    # Glycérine folds to the synonym glycerine: one key, one row
    assert fold("Glycérine") == "glycerine"


def test_a_law_keeps_its_numbers_dates_and_the_slugs_of_what_it_is_about(folder: Path) -> None:
    load(folder)
    rule = LegalRule.objects.get(slug="eu-retinol-face")
    assert rule.ingredient_slugs == ["retinol", "retinyl-palmitate"]
    assert (rule.max_percent, rule.counted_as) == (Decimal("0.3"), {"retinyl-palmitate": "0.546"})
    assert (rule.valid_from_placing_on, rule.valid_from_available_on) == (
        date(2025, 11, 1),
        date(2027, 5, 1),
    )
    assert (rule.without_declaration, rule.product_kinds, rule.retired_on) == ("stop", ["face", "eye"], None)
    assert (rule.source, rule.grade) == ("Annex III/376", "law")
    assert (rule.reviewed_by, rule.reviewed_on) == ("Editors", date(2026, 11, 1))
    duty = LegalRule.objects.get(slug="eu-allergen-duty")
    assert duty.label_above_percent == {"leave_on": "0.001", "rinse_off": "0.01"}
    assert (duty.without_declaration, duty.max_percent, duty.classes) == (
        "sell",
        None,
        ["fragrance_allergen"],
    )


def test_statements_stand_in_their_order_each_with_its_reviewer(folder: Path) -> None:
    load(folder)
    said = Statement.objects.filter(concern__slug="milia").order_by("position")
    assert list(said.values_list("kind", "about_class", "dispute", "grade", "reviewed_by")) == [
        ("what_it_is", None, "", "B", "Editors"),
        ("cause", None, "creams", "D", "Editors"),
        ("cause", "heavy_occlusive", "creams", "B", "Dr. A"),
    ]
    assert Statement.objects.get(ingredient__slug="retinol").text == "It smooths fine lines."
    guide = Guide.objects.get(slug="retinoids")
    assert (guide.published_at, guide.sells) == (NOW, False)
    assert [concern.slug for concern in guide.concerns.all()] == ["milia"]


def test_claims_advice_and_words_are_as_written(folder: Path) -> None:
    load(folder)
    assert list(
        ClaimRule.objects.order_by("position").values_list("slug", "absent", "present", "free_from")
    ) == [
        ("retinoid_free", ["retinoid"], [], "retinoids"),
        ("aha", [], ["aha"], ""),
    ]
    assert list(
        AdviceRule.objects.order_by("slug").values_list("slug", "second", "within_first", "audience")
    ) == [
        ("balm-high", None, 5, "milia_prone"),
        ("retinoid-with-aha", "aha", None, ""),
    ]
    assert set(Wording.objects.values_list("words", "leads_to")) == {
        ("milk spot", "concern:milia"),
        ("white bumps", "concern:milia"),
        ("vitamin a", "ingredient:retinol"),
        ("spf", "category:sunscreen"),
    }


def test_a_load_is_in_the_diary_and_what_it_brought_is_found(folder: Path) -> None:
    loading = load(folder)
    change = KnowledgeChange.objects.get()
    assert (change.kind, change.what) == ("load", f"Knowledge {loading.sha256[:12]}")
    assert (change.figures, change.made_by, change.made_at) == (NEW, None, NOW)
    assert set(RowChange.objects.values_list("actor", flat=True)) == {"load_knowledge"}
    assert set(Signpost.objects.values_list("kind", "slug")) >= {
        ("concern", "milia"),
        ("guide", "retinoids"),
        ("ingredient", "glycerin"),
    }


def test_the_same_files_again_rewrite_no_row(folder: Path) -> None:
    load(folder)
    before = everything()
    assert load(folder, days=1).tally.figures() == SAME
    assert everything() == before


def test_a_load_asks_the_database_few_things(folder: Path) -> None:
    load(folder)
    with CaptureQueriesContext(connection) as again:
        load(folder)
    assert len(again) < 45


def test_a_changed_row_is_written_and_the_others_are_not(folder: Path) -> None:
    load(folder)
    before = everything()
    trees.plant(folder, law__eu=trees.LAW.replace("max_percent: 0.3", "max_percent: 0.25"))
    figures = load(folder).tally.figures()
    assert figures == {**SAME, "law": {"unchanged": 1, "changed": 1}}
    assert LegalRule.objects.get(slug="eu-retinol-face").max_percent == Decimal("0.25")
    after = everything()
    assert [kind for kind in before if before[kind] != after[kind]] == [
        "KnowledgeChange",
        "LegalRule",
        "RowChange",
    ]
    assert len(after["KnowledgeChange"]) == 2


def test_statements_are_replaced_with_their_parent(folder: Path) -> None:
    load(folder)
    concern = Concern.objects.get(slug="milia")
    trees.plant(folder, concerns__milia=trees.MILIA.replace("Cysts of keratin.", "Tiny cysts."))
    assert load(folder).tally.figures()["concerns"] == {"changed": 1}
    assert Concern.objects.get(slug="milia").pk == concern.pk
    said = concern.statements.order_by("position").values_list("text", flat=True)
    assert said[0] == "Tiny cysts."
    assert len(said) == 3


EDITS: list[tuple[str, Any, dict[str, Any]]] = [
    ("law", LegalRule, {"slug": "eu-retinol-face", "words": "A curator's words."}),
    ("advice", AdviceRule, {"slug": "balm-high", "words": "A curator's words."}),
    ("claims", ClaimRule, {"slug": "aha", "name": "A curator's name"}),
    ("concerns", Concern, {"slug": "milia", "one_line": "A curator's words."}),
    ("guides", Guide, {"slug": "retinoids", "title": "A curator's title"}),
    ("ingredients", Ingredient, {"slug": "retinol", "classes": ["vitamin"]}),
]


@pytest.mark.parametrize(("kind", "model", "edit"), EDITS, ids=[kind for kind, *_ in EDITS])
def test_what_was_edited_at_a_desk_is_kept_and_told(
    folder: Path, kind: str, model: Any, edit: dict[str, Any]
) -> None:
    load(folder)
    slug, (column, value) = edit["slug"], list(edit.items())[1]
    was = getattr(model.objects.get(slug=slug), column)
    model.objects.filter(slug=slug).update(**{column: value})
    loading = load(folder)
    assert loading.tally.figures()[kind]["kept"] == 1
    name = "Retinol" if kind == "ingredients" else slug
    assert loading.tally.notes == [f"{kind}: {name} is kept: edited at a desk"]
    assert getattr(model.objects.get(slug=slug), column) == value
    assert KnowledgeChange.objects.count() == 1
    assert load(folder, overwrite=True).tally.figures()[kind]["changed"] == 1
    assert getattr(model.objects.get(slug=slug), column) == was
    assert load(folder).tally.figures() == SAME


def test_a_statement_edited_at_a_desk_keeps_its_whole_concern(folder: Path) -> None:
    load(folder)
    Statement.objects.filter(concern__slug="milia", kind="what_it_is").update(text="A curator's words.")
    trees.plant(folder, concerns__milia=trees.MILIA.replace("Small firm", "Tiny firm"))
    assert load(folder).tally.notes == ["concerns: milia is kept: edited at a desk"]
    assert Concern.objects.get(slug="milia").one_line == "Small firm white bumps."


def test_a_row_that_says_the_same_as_the_files_becomes_theirs_again(folder: Path) -> None:
    load(folder)
    rule = LegalRule.objects.filter(slug="eu-retinol-face")
    rule.update(max_percent=Decimal("0.2"))
    trees.plant(folder, law__eu=trees.LAW.replace("max_percent: 0.3", "max_percent: 0.2"))
    assert load(folder).tally.figures()["law"] == {"unchanged": 2}
    trees.plant(folder)
    assert load(folder).tally.figures()["law"] == {"unchanged": 1, "changed": 1}
    assert rule.get().max_percent == Decimal("0.3")


def test_a_rule_written_at_a_desk_under_the_same_slug_stays(folder: Path) -> None:
    trees.plant(folder, advice=None)
    load(folder)
    own = AdviceRule.objects.create(
        slug="balm-high",
        when="contains",
        first="wax",
        severity="info",
        words="Ours.",
        source="Us",
        grade="D",
        reviewed_by="A curator",
        reviewed_on=date(2026, 11, 2),
    )
    trees.plant(folder)
    loading = load(folder)
    assert loading.tally.figures()["advice"] == {"new": 1, "kept": 1}
    own.refresh_from_db()
    assert (own.words, own.loaded_sha256) == ("Ours.", "")


def test_rules_that_vanish_are_retired_and_come_back(folder: Path) -> None:
    load(folder)
    short = trees.LAW[: trees.LAW.index("  - slug: eu-allergen-duty")]
    trees.plant(folder, law__eu=short, advice=None)
    figures = load(folder, days=3).tally.figures()
    assert (figures["law"], figures["advice"]) == ({"unchanged": 1, "retired": 1}, {"retired": 2})
    gone = (NOW + timedelta(days=3)).date()
    assert LegalRule.objects.get(slug="eu-allergen-duty").retired_on == gone
    assert set(AdviceRule.objects.values_list("retired_on", flat=True)) == {gone}
    before = everything()
    load(folder, days=4)
    assert everything() == before
    trees.plant(folder)
    assert load(folder).tally.figures()["law"] == {"unchanged": 1, "changed": 1}
    assert LegalRule.objects.filter(retired_on=None).count() == 2


def test_claims_words_and_names_that_vanish_are_removed(folder: Path) -> None:
    load(folder)
    Wording.objects.create(words="my words", language="en", leads_to="concern:milia")
    trees.plant(
        folder,
        claims=trees.CLAIMS[: trees.CLAIMS.index("  - slug: aha")],
        wordings=trees.WORDINGS.replace("milk spot, ", ""),
        ingredients__some=trees.GLYCERIN.replace("Glycerine, ", "").replace("Glycérine", "Glycérol"),
    )
    figures = load(folder).tally.figures()
    assert figures["claims"] == {"unchanged": 1, "retired": 1}
    assert figures["wordings"] == {"unchanged": 3, "retired": 1}
    assert figures["names"] == {"retired": 1}
    assert not ClaimRule.objects.filter(slug="aha").exists()
    assert set(Wording.objects.values_list("words", flat=True)) == {
        "white bumps",
        "vitamin a",
        "spf",
        "my words",
    }
    assert not IngredientName.objects.filter(key="glycerine").exists()


def test_a_word_for_free_from_moves_from_one_claim_to_another(folder: Path) -> None:
    second = "  - slug: no_acids\n    name: No acids\n    absent: [aha]\n"
    trees.plant(folder, claims=trees.CLAIMS + second)
    load(folder)
    moved = trees.CLAIMS.replace("    free_from: retinoids\n", "") + second + "    free_from: retinoids\n"
    for text in (moved, trees.CLAIMS + second):
        trees.plant(folder, claims=text)
        assert load(folder).tally.figures()["claims"] == {"unchanged": 1, "changed": 2}
    assert ClaimRule.objects.get(free_from="retinoids").slug == "retinoid_free"


def test_ingredients_concerns_and_guides_that_vanish_stay_and_are_told(folder: Path) -> None:
    load(folder)
    rows = trees.GLYCERIN[: trees.GLYCERIN.index("  - inci: Glycolic Acid")]
    trees.plant(folder, ingredients__some=rows, guides__retinoids=None)
    loading = load(folder)
    assert loading.tally.notes == [
        "ingredients: Glycolic Acid is no longer in the files; it stays",
        "guides: retinoids is no longer in the files; it stays",
    ]
    assert Ingredient.objects.filter(slug="glycolic-acid").exists()
    assert Guide.objects.get().published_at == NOW


def test_a_wording_edited_at_a_desk_is_not_brought_in_again(folder: Path) -> None:
    load(folder)
    Wording.objects.filter(words="spf").update(words="spf cream")
    loading = load(folder)
    assert loading.tally.figures()["wordings"] == {"unchanged": 3, "kept": 1}
    assert not Wording.objects.filter(words="spf").exists()
    load(folder, overwrite=True)
    assert set(Wording.objects.filter(words__startswith="spf").values_list("words", flat=True)) == {"spf"}


def test_a_bare_shelf_that_an_import_made_is_filled(folder: Path) -> None:
    shelf = Concern.objects.create(slug="milia", name="Milia")
    assert load(folder).tally.figures()["concerns"] == {"changed": 1}
    shelf.refresh_from_db()
    assert shelf.one_line == "Small firm white bumps."


def test_a_shelf_of_the_same_name_elsewhere_refuses_the_load(folder: Path) -> None:
    Concern.objects.create(slug="milia-cysts", name="milia")
    with pytest.raises(knowing.BadKnowledge) as refused:
        load(folder)
    assert [str(problem) for problem in refused.value.problems] == [
        f"{folder.as_posix()}/concerns/milia.yaml:5: "
        "name: Milia is the name of the concern milia-cysts already"
    ]
    assert not Ingredient.objects.exists()
    assert not KnowledgeChange.objects.exists()
