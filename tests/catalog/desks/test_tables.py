"""What curators keep in bulk comes and goes as tables: previewed, and told row by row."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import (
    AdviceRule,
    Barrier,
    Formula,
    Ingredient,
    IngredientName,
    KnowledgeChange,
    LegalRule,
    RowChange,
    Wording,
)
from tests.builders import make_product
from tests.builders.knowledge import learn
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
ADVICE = (
    "slug,when,first,second,within_first,audience,severity,words,other_view,retired_on,"
    "source,grade,reviewed_by,reviewed_on\n"
)
BUTTER = (
    "butter-milia,high_in_list,butter,,3,milia_prone,info,A rich butter stands high.,,,"
    "Clinics,C,Ada Wirth,2026-11-01\n"
)
LAW = "slug,jurisdiction,sort,words,ingredients,source,grade,reviewed_by,reviewed_on\n"
SHEA = "eu-shea,eu,prohibited,Not in cosmetics.,Shea Butter|Beeswax,A law,law,Ada Wirth,2026-11-01\n"


@pytest.fixture
def curator() -> Client:
    learn()
    return sign_in("curator")


def show(curator: Client, kind: str, text: str) -> Any:
    file = SimpleUploadedFile(f"{kind}.csv", text.encode(), "text/csv")
    return curator.post(f"/admin/tables/{kind}/import/", {"file": file})


def bring_in(curator: Client, kind: str, text: str) -> Any:
    """The report of an import, after its preview."""
    agreed = show(curator, kind, text).context["agreed"]
    return curator.post(f"/admin/tables/{kind}/import/", {"agreed": agreed}).context["report"]


def take_out(curator: Client, kind: str, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(read_file(curator, kind, query))))


def read_file(curator: Client, kind: str, query: str = "") -> str:
    answer: Any = curator.get(f"/admin/tables/{kind}/export.csv{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def counts(report: Any) -> tuple[int, int, int, int]:
    return report.created, report.changed, report.unchanged, report.refused_rows


def told(report: Any) -> list[tuple[int, str, str]]:
    return [(bad.line, bad.column, bad.reason) for bad in report.refused]


@pytest.mark.parametrize("kind", ["wording", "ingredient", "advicerule", "legalrule"])
def test_what_goes_out_comes_back_unchanged_and_writes_nothing(curator: Client, kind: str) -> None:
    bring_in(curator, "advicerule", ADVICE + BUTTER)
    bring_in(curator, "legalrule", LAW + SHEA)
    bring_in(curator, "wording", "words,leads_to\n=milk spots,text:tiny bumps\n")
    Wording.objects.create(words="UV Filter", language="en", leads_to="text:sunscreen")  # as files may say it
    changes, diary = KnowledgeChange.objects.count(), RowChange.objects.count()
    text = read_file(curator, kind)

    report = show(curator, kind, text).context["report"]

    assert report.rows >= 1
    assert counts(report) == (0, 0, report.rows, 0), told(report)
    assert (KnowledgeChange.objects.count(), RowChange.objects.count()) == (changes, diary)


def test_a_preview_tells_every_row_and_writes_nothing(curator: Client) -> None:
    text = (
        "words,leads_to\nMilk  Spots,text:tiny bumps\nspf,concern:nowhere\nspf,\nmilk spots,text:tiny bumps\n"
    )
    page = show(curator, "wording", text)
    assert counts(page.context["report"]) == (1, 0, 0, 3)
    assert told(page.context["report"]) == [
        (3, "leads_to", "There is no concern “nowhere”."),
        (4, "leads_to", "is missing"),
        (5, "words", "is already on line 2"),
    ]
    assert "Nothing has been written yet" in page.content.decode()
    assert not Wording.objects.filter(words="milk spots").exists()

    report = bring_in(curator, "wording", text)
    assert counts(report) == (1, 0, 0, 3)
    wording = Wording.objects.get(words="milk spots")
    assert (wording.language, wording.leads_to) == ("en", "text:tiny bumps")


def test_cells_that_a_spreadsheet_would_run_are_disarmed_and_come_back(curator: Client) -> None:
    bring_in(curator, "wording", "words,leads_to\n=1+1,text:two\n'-spf,text:sun\n@home,text:home\n")
    words = {row["words"] for row in take_out(curator, "wording")}
    assert {"'=1+1", "'-spf", "'@home"} <= words, (
        "one apostrophe each: the one that was typed went in as ours"
    )
    assert set(Wording.objects.filter(leads_to__startswith="text:").values_list("words", flat=True)) >= {
        *("=1+1", "-spf", "@home")
    }


def test_ingredients_come_with_their_names_and_labels_are_read_again(curator: Client) -> None:
    jar = make_product("Quiet Cream", label_text="Aqua, Moonflower Oil, Glycerinn")
    assert jar.current_formula_id
    text = (
        "inci_name,functions,classes,also,misspelt\n"
        "Ipomoea Alba Seed Oil,emollient|skin conditioning,plant_oil,Moonflower Oil|Moon Flower Oil,\n"
        "GLYCERIN,humectant,humectant,Glycerol,Glycerinn\n"
        "Nonsense,,no_such_class,,\n"
        "Retinol,,,Glycerol,\n"
    )
    report = bring_in(curator, "ingredient", text)
    assert counts(report) == (1, 1, 0, 2)
    assert told(report) == [
        (4, "classes", "is none of those that there are"),
        (5, "also", "“Glycerol” is a name of Glycerin already."),
    ]
    assert [note.text for note in report.notes] == ["1 labels were read again."]
    new = Ingredient.objects.get(slug="ipomoea-alba-seed-oil")
    assert (new.origin, new.functions, new.classes) == (
        "desk",
        ["emollient", "skin conditioning"],
        ["plant_oil"],
    )
    assert IngredientName.objects.get(key="glycerinn").kind == "misspelling"
    assert Ingredient.objects.filter(inci_name="Glycerin").exists(), "its name keeps its case"
    formula = Formula.objects.get(pk=jar.current_formula_id)
    assert formula.unresolved_keys == []
    assert "ipomoea-alba-seed-oil" in formula.ingredient_slugs
    assert KnowledgeChange.objects.latest("pk").what == "2 ingredients came in as a table"


def test_a_law_that_comes_in_bars_at_once_and_the_diary_names_who(curator: Client) -> None:
    balm = make_product("Rich Balm", label_text="Aqua, Butyrospermum Parkii Butter")
    report = bring_in(
        curator, "legalrule", LAW + SHEA + SHEA.replace("eu-shea", "eu-two").replace("Beeswax", "Moon")
    )
    assert counts(report) == (1, 0, 0, 1), told(report)
    assert told(report) == [(3, "ingredients", "No ingredient is called “Moon”.")]
    assert Barrier.objects.filter(product=balm).exists()
    change = RowChange.objects.filter(table="catalog_legalrule").latest("pk")
    assert "curator" in change.actor

    over = bring_in(curator, "legalrule", "slug,retired_on\neu-shea,2026-11-01\n")
    assert counts(over) == (0, 1, 0, 0)
    assert LegalRule.objects.get(slug="eu-shea").words == "Not in cosmetics.", "a column that is not there"
    assert not Barrier.objects.filter(product=balm).exists()


def test_advice_is_refused_cell_by_cell_as_its_desk_refuses_it(curator: Client) -> None:
    bad = BUTTER.replace("A rich butter stands high.", "Dangerous!").replace("butter-milia", "two")
    wrong = BUTTER.replace("butter-milia", "three").replace(",3,", ",,").replace(",C,", ",E,")
    report = bring_in(curator, "advicerule", ADVICE + BUTTER + bad + wrong)
    assert counts(report) == (1, 0, 0, 2)
    assert told(report) == [
        (3, "words", "“Dangerous” frightens without proof: say what may happen, and to whom."),
        (4, "grade", "is none of those that there are: A, B, C, D, law, law2"),
        (4, "within_first", "Say how high: among the first 5."),
    ]
    assert AdviceRule.objects.filter(slug="butter-milia").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("slug,colour\na,b\n", "Column “colour” is unknown."),
        ("words\nx\n", "There is no column “slug”"),
        ("slug\n", "no row below it"),
        ("<html>", "This is a web page"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_whole(curator: Client, text: str, words: str) -> None:
    page = show(curator, "advicerule", text)
    assert page.status_code == 422
    assert words in page.content.decode() or "Column “words” is unknown" in page.content.decode()


def test_an_agreement_for_one_table_is_none_for_another(curator: Client) -> None:
    agreed = show(curator, "wording", "words,leads_to\nmilk spots,text:bumps\n").context["agreed"]
    answer = curator.post("/admin/tables/ingredient/import/", {"agreed": agreed}, follow=True)
    assert "Nothing was imported now" in answer.content.decode()
    assert not Wording.objects.filter(words="milk spots").exists()


def test_who_may_only_look_takes_out_and_brings_nothing_in() -> None:
    learn()
    doctor = sign_in("dermatologist")
    assert read_file(doctor, "ingredient").startswith("inci_name,")
    assert doctor.get("/admin/tables/ingredient/import/").status_code == 403
    assert "bring in" not in doctor.get("/admin/catalog/ingredient/").content.decode()
    assert sign_in("warehouse").get("/admin/tables/legalrule/export.csv").status_code == 403
    assert sign_in("curator").get("/admin/tables/lot/import/").status_code == 404


def test_the_desk_leads_to_its_table_and_exports_what_is_ticked(curator: Client) -> None:
    bring_in(curator, "advicerule", ADVICE + BUTTER + BUTTER.replace("butter-milia", "butter-two"))
    desk = curator.get("/admin/catalog/advicerule/").content.decode()
    assert 'href="/admin/tables/advicerule/import/"' in desk
    one = AdviceRule.objects.get(slug="butter-two")
    asked = curator.post(
        "/admin/catalog/advicerule/", {"action": "export_rows", "_selected_action": [one.pk]}
    )
    assert [
        row["slug"] for row in take_out(curator, "advicerule", asked["Location"].partition("csv")[2])
    ] == ["butter-two"]
