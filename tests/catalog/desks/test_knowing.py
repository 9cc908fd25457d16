"""Ingredients under all their names, and the diary of what we learnt."""

from typing import Any

import pytest

from catalog.models import Barrier, ClaimRule, Formula, Ingredient, IngredientName, KnowledgeChange, Signpost
from tests.builders import make_product
from tests.builders.desk import words_of
from tests.builders.knowledge import learn, make_rule
from tests.builders.staff import sign_in
from tests.catalog.desks.browser import Browser

pytestmark = pytest.mark.django_db
DESK = "/admin/catalog/ingredient/"


@pytest.fixture
def curator() -> Browser:
    learn()
    return Browser("curator")


def page_of(name: str) -> str:
    return f"{DESK}{Ingredient.objects.get(inci_name=name).pk}/change/"


def edit(curator: Browser, name: str, **typed: Any) -> Any:
    curator.open(page_of(name))
    return curator.send(page_of(name), curator.form_with("inci_name"), **typed)


def another_name(curator: Browser, name: str, text: str) -> Any:
    curator.open(page_of(name))
    form = curator.form_with("inci_name")
    place = int(form["names-TOTAL_FORMS"][0])
    row: dict[str, Any] = {
        f"names-{place}-{field}": value for field, value in (("text", text), ("kind", "synonym"))
    }
    row |= {
        f"names-{place}-ingredient": form["names-0-ingredient"],
        f"names-{place}-id": "",
        f"names-{place}-language": "",
    }
    return curator.send(page_of(name), form, **row, **{"names-TOTAL_FORMS": place + 1})


@pytest.mark.parametrize("asked", ["shea", "SHÉA BUTTER", "Butyrospermum"])
def test_an_ingredient_is_found_by_any_of_its_names(curator: Browser, asked: str) -> None:
    shown = curator.client.get(DESK, {"q": asked}).context["cl"].result_list

    assert [one.inci_name for one in shown] == ["Butyrospermum Parkii Butter"]


def test_another_class_changes_what_kept_labels_say(curator: Browser) -> None:
    make_product(label_text="Aqua, Squalane")
    make_rule("eu-wax", ingredients=[], classes=["wax"])
    assert Formula.objects.get().claims["aha"]["answer"] == "no"

    answer = edit(curator, "Squalane", classes=["aha", "wax"])

    assert answer.status_code == 302
    assert Formula.objects.get().claims["aha"]["answer"] == "yes"
    assert Barrier.objects.get().rule.slug == "eu-wax"  # type: ignore[union-attr]
    assert KnowledgeChange.objects.latest("pk").what == "Squalane was edited"
    assert "1 labels were read again, 1 say something else now." in words_of(curator.open(DESK))


def test_another_name_is_understood_on_kept_labels(curator: Browser) -> None:
    make_product(label_text="Aqua, Shark Liver Wax")
    assert Formula.objects.get().unresolved_keys == ["shark liver wax"]

    answer = another_name(curator, "Squalane", "Shark Liver Wax")

    assert answer.status_code == 302
    assert Formula.objects.get().ingredient_slugs == ["aqua", "squalane"]
    name = IngredientName.objects.get(text="Shark Liver Wax")
    assert (name.key, name.origin) == ("shark liver wax", "desk")
    assert "shark liver wax" in Signpost.objects.get(slug="squalane").names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Glycerol", "“Glycerol” is a name of Glycerin already."),
        ("squalane ", "It is written as “Squalane” already."),
        ("…", "“…” cannot be a name on a label."),
    ],
)
def test_a_name_that_is_somebody_elses_is_refused_by_name(curator: Browser, text: str, words: str) -> None:
    before = KnowledgeChange.objects.count()

    answer = another_name(curator, "Squalane", text)

    assert answer.status_code == 200
    assert words in str(answer.context["inline_admin_formsets"][0].formset.errors)
    assert KnowledgeChange.objects.count() == before


def test_a_new_ingredient_gets_its_address_word_and_its_name(curator: Browser) -> None:
    curator.open(f"{DESK}add/")
    form = curator.form_with("inci_name")
    answer = curator.send(f"{DESK}add/", form, inci_name="Zebra Milk", functions="humectant, solvent")

    assert answer.status_code == 302
    made = Ingredient.objects.get(slug="zebra-milk")
    assert (made.origin, made.functions) == ("desk", ["humectant", "solvent"])
    assert [(name.text, name.kind) for name in made.names.all()] == [("Zebra Milk", "inci")]


def test_an_inci_name_that_is_another_ones_name_is_refused(curator: Browser) -> None:
    curator.open(f"{DESK}add/")

    answer = curator.send(f"{DESK}add/", curator.form_with("inci_name"), inci_name="Glycerol")

    assert "“Glycerol” is a name of Glycerin already. Nothing was saved." in str(
        answer.context["adminform"].errors
    )
    assert not Ingredient.objects.filter(inci_name="Glycerol").exists()


def test_saving_without_a_change_teaches_nothing(curator: Browser) -> None:
    before = KnowledgeChange.objects.count()

    assert edit(curator, "Squalane").status_code == 302

    assert KnowledgeChange.objects.count() == before


def test_the_diary_of_what_we_learnt_tells_who_decided(curator: Browser) -> None:
    edit(curator, "Squalane", cas="111-01-3")

    page = words_of(curator.open("/admin/catalog/knowledgechange/"))

    assert "Squalane was edited" in page
    assert "curator@regimen.example" in page


def test_flags_are_to_be_read_and_never_typed(curator: Browser) -> None:
    flag = ClaimRule.objects.get(slug="fragrance_free")
    page = words_of(curator.open(f"/admin/catalog/claimrule/{flag.pk}/change/"))

    assert "Fragrance, Essential oils, Fragrance allergens" in page
    assert curator.client.get("/admin/catalog/claimrule/add/").status_code == 403


def test_nobody_else_edits_what_we_know(curator: Browser) -> None:
    for role in ("warehouse", "support"):
        for page in (
            DESK,
            page_of("Squalane"),
            "/admin/catalog/knowledgechange/",
            "/admin/catalog/rowchange/",
        ):
            assert sign_in(role).get(page).status_code == 403
    assert curator.client.get(f"{page_of('Squalane')}".replace("change", "delete")).status_code == 403
