"""The label desk: paste, see, settle, keep; and everything that is not understood stays visible."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog import settling
from catalog.models import Formula, Ingredient, IngredientName, KnowledgeChange, PublishedPage, RowChange
from tests.builders import make_product
from tests.builders.desk import words_of
from tests.builders.knowledge import learn
from tests.builders.staff import make_staff, sign_in
from tests.catalog.desks.browser import Browser

pytestmark = pytest.mark.django_db
DESK = "/admin/labels/"
LABEL = "Aqua, Glycerin, Retinol, Parfum, Zebra Milk Extract. May contain: CI 77891"


@pytest.fixture
def curator() -> Browser:
    learn()
    return Browser("curator")


def read(curator: Browser, text: str, **typed: Any) -> Any:
    curator.open(DESK)
    return press(curator, "read", text=text, **typed)


def press(curator: Browser, do: str, **typed: Any) -> Any:
    return curator.send(DESK, curator.form_with("text"), do=do, **typed)


def flags_of(answer: Any) -> dict[str, str]:
    return {flag.name: flag.answer for flag in answer.context["shown"].flags}


def test_an_empty_desk_asks_for_a_label(curator: Browser) -> None:
    assert "Paste what the pack says" in words_of(curator.open(DESK))


def test_a_pasted_label_is_shown_whole_with_what_each_piece_is(curator: Browser) -> None:
    answer = read(curator, LABEL)

    shown = answer.context["shown"]
    assert "".join(piece.text for piece in shown.pieces) == LABEL, "no sign is lost"
    kinds = {piece.text: piece.kind for piece in shown.pieces}
    assert kinds["Retinol"] == "ingredient"
    assert kinds["Zebra Milk Extract"] == "unresolved"
    tips = {piece.text: piece.tip for piece in shown.pieces}
    assert tips["Retinol"] == "Retinol: retinoids, vitamins"
    assert [row.item.name for row in shown.formulas[0].rows][:4] == ["Aqua", "Glycerin", "Retinol", "Parfum"]
    assert [one.text for one in shown.unknown] == ["Zebra Milk Extract", "CI 77891"]
    page = answer.content.decode()
    assert re.search(r'<a class="ink unresolved"[^>]*>Zebra Milk Extract<sup', page), (
        "a sign, not only a colour"
    )
    assert 'href="#i' in page


def test_flags_and_law_stand_beside_it_at_once(curator: Browser) -> None:
    answer = read(curator, "Aqua, Butylphenyl Methylpropional, Retinol")

    assert flags_of(answer)["Fragrance free"] == "No"
    assert flags_of(answer)["Contains a retinoid"] == "Yes"
    law = {
        place: [(one["rule"].slug, one["word"]) for one in found]
        for place, found in answer.context["shown"].law
    }
    assert law["European Union and EEA"][0] == ("eu-lilial", "Prohibited")
    assert "stops the sale" in words_of(answer)
    assert "Lilial is forbidden in cosmetics in the European Union." in words_of(answer)


def test_a_flag_stays_unknown_while_a_name_is_not_understood(curator: Browser) -> None:
    assert flags_of(read(curator, "Aqua, Glycerin"))["Fragrance free"] == "Yes"
    assert flags_of(read(curator, "Aqua, Zebra Milk Extract"))["Fragrance free"] == "Unknown"


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


def test_a_label_is_kept_as_a_products_newest(curator: Browser) -> None:
    product = make_product("Quiet Cream", label_text="Aqua, Glycerin")
    read(curator, "Aqua, Retinol")

    answer = press(curator, "keep", product="quiet-cream", source="the pack")

    kept = Formula.objects.get(version=2)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{DESK}?formula={kept.pk}"
    assert (kept.label_text, kept.label_source) == ("Aqua, Retinol", "the pack")
    product.refresh_from_db()
    assert product.current_formula == kept
    assert "Retinol" in PublishedPage.objects.get(product=product).page
    assert RowChange.objects.filter(table="catalog_product").latest("pk").actor == "curator@regimen.example"
    page = words_of(curator.open(answer.headers["Location"]))
    assert "Version 2 of its label" in page
    assert "from the pack" in page


@pytest.mark.parametrize(
    ("product", "words"), [("", "Say first which product"), ("nothing", "called “nothing”")]
)
def test_a_label_of_no_product_is_not_kept(curator: Browser, product: str, words: str) -> None:
    read(curator, "Aqua, Retinol")

    assert words in words_of(press(curator, "keep", product=product))
    assert not Formula.objects.exists()


def test_a_label_that_somebody_replaced_meanwhile_is_not_replaced_again(curator: Browser) -> None:
    product = make_product("Quiet Cream", label_text="Aqua, Glycerin")
    other = Browser("owner")
    for browser in (curator, other):
        browser.open(DESK, product=product.pk)
    press(other, "keep", text="Aqua, Panthenol")

    answer = press(curator, "keep", text="Aqua, Retinol")

    assert "Somebody kept version 2 of this label while you were reading" in words_of(answer)
    assert curator.form_with("text")["text"] == ["Aqua, Retinol"]
    assert Formula.objects.count() == 2

    assert press(curator, "keep").status_code == 302, "who has been told may"
    assert Formula.objects.get(version=3).label_text == "Aqua, Retinol"


def test_a_products_label_is_opened_with_what_its_supplier_declared(curator: Browser) -> None:
    product = make_product("Quiet Cream", label_text="Aqua, Glycerin")

    answer = curator.open(DESK, product=product.pk)

    assert curator.form_with("text")["text"] == ["Aqua, Glycerin"]
    assert "Customers read this one." in words_of(answer)


@pytest.mark.parametrize("query", ["?product=0", "?formula=9", "?formula=x", "?formula=" + "9" * 30])
def test_a_label_that_is_not_there_is_not_found(curator: Browser, query: str) -> None:
    assert curator.open(DESK + query).status_code == 404


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 100_001, "This has 100,001 characters; a label has at most 100,000. Nothing was read"),
        ("", "Paste a label first."),
        ("Aqua\x00Glycerin", "This is not text: it holds control characters."),
        ("<html><body>Aqua</body></html>", "This is a web page"),
        ("Вода, Глицерин", "not written in Latin letters"),
        ("=HYPERLINK(A1)", "a spreadsheet's error or formula"),
        ("(" * 1000 + "Aqua" + ")" * 1000, "Label desk"),
    ],
)
def test_what_is_no_label_is_answered_in_words(curator: Browser, text: str, words: str) -> None:
    answer = read(curator, text)

    assert answer.status_code in (200, 422)
    assert words in words_of(answer).replace("&#x27;", "'")


def test_a_megabyte_is_refused_in_words(curator: Browser) -> None:
    answer = read(curator, "x" * 1_100_000)

    assert answer.status_code == 400
    assert "too much at once" in words_of(answer)


def test_what_is_pasted_cannot_become_markup(curator: Browser) -> None:
    page = read(curator, "Aqua, <b onclick=alert(1)>Zebra</b>, Glycerin").content.decode()

    assert "<b onclick" not in page


def test_names_are_proposed_while_somebody_types(curator: Browser) -> None:
    names = reverse("label-desk-names")

    assert curator.client.get(names, {"q": "glyc"}).json() == {"names": ["Glycerin", "Glycolic Acid"]}
    assert curator.client.get(names, {"q": "g"}).json() == {"names": []}


def test_only_who_may_see_labels_sees_the_desk() -> None:
    for role in ("warehouse", "support"):
        client = sign_in(role)
        assert client.get(DESK).status_code == 403
        assert client.post(DESK, {"text": "Aqua"}).status_code == 403
        assert client.get(reverse("label-desk-names")).status_code == 403
    assert Browser("curator").client.post(DESK, {"text": "Aqua"}).status_code == 403, "without a token"
