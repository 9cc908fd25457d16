"""The label desk: paste, see, settle, keep; and everything that is not understood stays visible."""

import re
from typing import Any

import pytest
from django.urls import reverse

from catalog.models import Formula, PublishedPage, RowChange
from tests.builders import make_product
from tests.builders.desk import words_of
from tests.builders.knowledge import learn
from tests.builders.staff import sign_in
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


def test_what_stops_the_sale_stands_on_top_and_what_nobody_can_answer_is_said_once(curator: Browser) -> None:
    answer = read(curator, "Aqua, Butylphenyl Methylpropional, Retinol, Zebra Milk Extract")

    said = words_of(answer)
    assert "Markets that stop its sale 1 European Union and EEA" in said
    assert said.index("What the law says") < said.index("Fragrance free No")
    shown = answer.context["shown"]
    assert {flag.answer for flag in shown.answered} == {"Yes", "No"}
    assert [because for because, _ in shown.unanswered] == [("Zebra Milk Extract",)]
    names = [name for _, group in shown.unanswered for name in group]
    assert len(names) + len(shown.answered) == len(shown.flags)


def test_a_flag_stays_unknown_while_a_name_is_not_understood(curator: Browser) -> None:
    assert flags_of(read(curator, "Aqua, Glycerin"))["Fragrance free"] == "Yes"
    assert flags_of(read(curator, "Aqua, Zebra Milk Extract"))["Fragrance free"] == "Unknown"


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


def test_what_is_no_list_takes_a_lists_place_only_when_somebody_means_it(curator: Browser) -> None:
    product = make_product("Quiet Cream", label_text="Aqua, Glycerin")
    read(curator, "Visit our boutique")

    answer = press(curator, "keep", product="quiet-cream")

    assert "Nothing was kept: if that is so, keep it once more." in words_of(answer)
    assert Formula.objects.count() == 1
    press(curator, "keep", text="Visit our website", product="quiet-cream")
    assert Formula.objects.count() == 1, "of another text it was not said"
    assert press(curator, "keep", product="quiet-cream").status_code == 302
    product.refresh_from_db()
    assert product.current_formula is not None
    assert (product.current_formula.label_text, product.current_formula.status) == (
        "Visit our website",
        "unknown",
    )


@pytest.mark.parametrize("text", ["", "  \n "])
def test_nothing_is_asked_for_once_more(curator: Browser, text: str) -> None:
    answer = read(curator, text)

    assert answer.status_code == 422
    assert "Paste a label first." in words_of(answer)


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


def test_only_who_may_see_labels_sees_the_desk() -> None:
    for role in ("warehouse", "support"):
        client = sign_in(role)
        assert client.get(DESK).status_code == 403
        assert client.post(DESK, {"text": "Aqua"}).status_code == 403
        assert client.get(reverse("label-desk-names")).status_code == 403
    assert Browser("curator").client.post(DESK, {"text": "Aqua"}).status_code == 403, "without a token"
