"""What nobody understood is settled at the label desk: another name of something, or something new."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog import settling
from catalog.models import Formula, Ingredient, IngredientName, KnowledgeChange, PublishedPage
from tests.builders import make_product
from tests.builders.desk import words_of
from tests.builders.knowledge import learn
from tests.builders.staff import make_staff
from tests.catalog.desks.browser import Browser

pytestmark = pytest.mark.django_db
DESK = "/admin/labels/"
LABEL = "Aqua, Glycerin, Retinol, Parfum, Zebra Milk Extract. May contain: CI 77891"


@pytest.fixture
def curator() -> Browser:
    learn()
    return Browser("curator")


def read(curator: Browser, text: str) -> Any:
    curator.open(DESK)
    return press(curator, "read", text=text)


def press(curator: Browser, do: str, **typed: Any) -> Any:
    return curator.send(DESK, curator.form_with("text"), do=do, **typed)


def test_a_name_is_settled_as_another_name_and_kept_labels_learn_it(curator: Browser) -> None:
    product = make_product("Quiet Cream", label_text="Aqua, Zebra Milk Extract")
    read(curator, LABEL)

    answer = press(curator, "name:0", **{"means-0": "glycerol", "kind-0": "misspelling"})

    name = IngredientName.objects.get(text="Zebra Milk Extract")
    assert (name.ingredient.inci_name, name.kind, name.origin) == ("Glycerin", "misspelling", "desk")
    formula = Formula.objects.get()
    assert formula.unresolved_keys == []
    assert formula.ingredient_slugs == ["aqua", "glycerin"]
    assert formula.claims["fragrance_free"]["answer"] == "yes"
    assert '"fragrance_free"' in PublishedPage.objects.get(product=product).page
    change = KnowledgeChange.objects.latest("pk")
    assert (change.kind, change.what) == ("desk", "“Zebra Milk Extract” is another name of Glycerin")
    assert change.made_by is not None
    assert change.made_by.email == "curator@regimen.example"
    assert "1 kept labels were read again, 1 say more than before" in words_of(answer)
    assert [one.text for one in answer.context["shown"].unknown] == ["CI 77891"], "and this one is read anew"


def test_a_suggestion_is_one_click(curator: Browser) -> None:
    answer = read(curator, "Aqua, Glycerrine, Panthenol")
    assert "Glycerin" in answer.context["shown"].unknown[0].suggestions

    press(curator, "name:0:Glycerin")

    assert IngredientName.objects.get(text="Glycerrine").ingredient.slug == "glycerin"


def test_a_name_is_settled_as_a_new_ingredient(curator: Browser) -> None:
    product = make_product(label_text="Aqua, Zebra Milk Extract")
    read(curator, LABEL)

    press(
        curator,
        "add:0",
        **{
            "inci-0": "Zebra Lac Extract",
            "cas-0": "1-2-3",
            "functions-0": "Humectant, skin conditioning",
            "classes-0": ["humectant", "animal_derived"],
        },
    )

    made = Ingredient.objects.get(slug="zebra-lac-extract")
    assert (made.inci_name, made.cas, made.origin) == ("Zebra Lac Extract", "1-2-3", "desk")
    assert made.functions == ["humectant", "skin conditioning"]
    assert made.classes == ["humectant", "animal_derived"]
    assert sorted(made.names.values_list("text", "kind")) == [
        ("Zebra Lac Extract", "inci"),
        ("Zebra Milk Extract", "synonym"),
    ]
    assert Formula.objects.get(product=product).class_ranks["animal_derived"] == 2


@pytest.mark.parametrize(
    ("do", "typed", "words"),
    [
        ("name:0", {}, "Say first which ingredient"),
        ("name:0", {"means-0": "Glycerun"}, "No ingredient is called “Glycerun”. Did you mean Glycerin"),
        ("name:9", {"means-9": "Glycerin"}, "cannot be a name on a label"),
        ("name:0", {"means-0": "Glycerin", "token-0": "Panthenol"}, "is a name of Panthenol already"),
        ("add:0", {"inci-0": "glycerol"}, "“glycerol” is a name of Glycerin already"),
        ("add:0", {"inci-0": "Zebra", "token-0": "Water"}, "“Water” is a name of Aqua already"),
        ("add:0", {"inci-0": "…"}, "cannot be a name on a label"),
        ("add:0", {"inci-0": "x" * 501}, "cannot be a name on a label"),
        ("add:0", {"classes-0": ["magic"]}, "One of these classes is not known"),
        ("add:0", {"functions-0": "x" * 61}, "at most 60 characters"),
    ],
)
def test_what_cannot_be_settled_is_refused_in_words_and_nothing_is_written(
    curator: Browser, do: str, typed: dict[str, Any], words: str
) -> None:
    read(curator, LABEL)
    before = (IngredientName.objects.count(), Ingredient.objects.count(), KnowledgeChange.objects.count())

    answer = press(curator, do, **typed)

    assert words in words_of(answer)
    assert "Nothing was written" in words_of(answer)
    after = (IngredientName.objects.count(), Ingredient.objects.count(), KnowledgeChange.objects.count())
    assert after == before


def test_settling_twice_changes_nothing(curator: Browser) -> None:
    by, now = make_staff("curator"), timezone.now()
    glycerin = Ingredient.objects.get(slug="glycerin")
    kind = IngredientName.Kind.SYNONYM
    settling.name_ingredient(ingredient=glycerin, text="Zebra", kind=kind, by=by, now=now)
    before = KnowledgeChange.objects.count()

    again = settling.name_ingredient(ingredient=glycerin, text="ZEBRA", kind=kind, by=by, now=now)

    assert (again.labels, KnowledgeChange.objects.count()) == (0, before)


def test_what_is_too_much_at_once_is_told(curator: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "AT_ONCE", 1)
    for _ in range(3):
        make_product(label_text="Aqua, Zebra Milk Extract")
    read(curator, LABEL)

    answer = press(curator, "name:0:Glycerin")

    assert "1 kept labels were read again" in words_of(answer)
    assert "2 wait: “manage.py load_knowledge” reads them." in words_of(answer)
    assert Formula.objects.exclude(unresolved_keys=[]).count() == 2


def test_names_are_proposed_while_somebody_types(curator: Browser) -> None:
    names = reverse("label-desk-names")

    assert curator.client.get(names, {"q": "glyc"}).json() == {"names": ["Glycerin", "Glycolic Acid"]}
    assert curator.client.get(names, {"q": "g"}).json() == {"names": []}


def test_of_many_names_that_nobody_knows_the_first_are_asked_for(curator: Browser) -> None:
    names = [f"Zebra {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(60)]

    answer = read(curator, ", ".join(["Aqua", *names]))

    shown = answer.context["shown"]
    assert (len(shown.unknown), len(shown.more_unknown), shown.left, shown.names) == (40, 20, 60, 61)
    assert shown.understood == 1
    assert "And 20 more" in words_of(answer)
