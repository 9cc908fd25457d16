"""The concern and guide editors: words, statements with their sources, previews, from when until when."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Concern, Guide, KnowledgeChange, Signpost, Statement
from tests.builders import make_product
from tests.builders.desk import words_of
from tests.builders.staff import sign_in
from tests.catalog.desks.browser import Browser

pytestmark = pytest.mark.django_db(transaction=True)
ADD_CONCERN, ADD_GUIDE = reverse("admin:catalog_concern_add"), reverse("admin:catalog_guide_add")


def statement(place: int = 0, **changes: Any) -> dict[str, Any]:
    row = {
        "kind": "cause",
        "heading": "",
        "text": "Keratin that stays under the skin.",
        "position": "0",
        "about_class": "",
        "dispute": "",
        "source": "PMC1",
        "grade": "B",
        "id": "",
        "reviewed_by": "Ada Wirth",
        "reviewed_on": "2026-11-01",
    }
    return {f"statements-{place}-{name}": value for name, value in (row | changes).items()}


def errors_of(answer: Any) -> str:
    context = answer.context
    return f"{context['adminform'].errors} {[f.formset.errors for f in context['inline_admin_formsets']]}"


def add_milia(curator: Browser, **changes: Any) -> Any:
    curator.open(ADD_CONCERN)
    words = {"name": "Milia", "slug": "milia", "also_called": "Milk spots\nOil seeds\n", "position": "1"}
    rows = {"statements-TOTAL_FORMS": "1"} | statement()
    return curator.send(ADD_CONCERN, curator.form_with("also_called"), **words | rows | changes)


def test_a_concern_is_written_with_its_statements_and_found_at_once() -> None:
    answer = add_milia(Browser("curator"))
    assert answer.status_code == 302, errors_of(answer)
    concern = Concern.objects.get()
    assert concern.also_called == ["Milk spots", "Oil seeds"]
    assert concern.statements.get().source == "PMC1"
    assert "milk spot" in Signpost.objects.get(kind="concern", slug="milia").names
    change = KnowledgeChange.objects.get()
    assert (change.kind, change.what.startswith("concern milia: ")) == ("desk", True)


@pytest.mark.parametrize("missing", ["source", "grade", "reviewed_by", "reviewed_on", "text"])
def test_a_statement_without_its_source_grade_reviewer_or_day_is_refused(missing: str) -> None:
    answer = add_milia(Browser("curator"), **{f"statements-0-{missing}": ""})
    assert answer.status_code == 200
    assert "This field is required" in errors_of(answer)
    assert not Concern.objects.exists()
    assert not KnowledgeChange.objects.exists()


def test_a_renamed_concern_reaches_the_products_that_show_it() -> None:
    curator = Browser("curator")
    add_milia(curator)
    product = make_product(concerns=["Milia"])
    to = reverse("admin:catalog_concern_change", args=[Concern.objects.get().pk])
    curator.open(to)
    answer = curator.send(to, curator.form_with("also_called"), name="Milk spots")
    assert answer.status_code == 302, errors_of(answer)
    page = Client().get(f"/api/v1/products/{product.slug}/").json()
    assert page["concerns"] == [{"slug": "milia", "name": "Milk spots"}]
    before = KnowledgeChange.objects.count()
    curator.open(to)
    curator.send(to, curator.form_with("also_called"))
    assert KnowledgeChange.objects.count() == before, "nothing was changed, nothing was learnt"


def test_the_preview_shows_both_sides_of_a_dispute_and_one_side_is_told() -> None:
    curator = Browser("curator")
    add_milia(curator, **{"statements-0-dispute": "cause-of-milia"})
    concern = Concern.objects.get()
    to = reverse("admin:catalog_concern_change", args=[concern.pk])
    assert "“cause-of-milia” has one side only" in words_of(curator.open(to))
    Statement.objects.create(
        concern=concern,
        kind="cause",
        text="Blocked ducts of sweat glands.",
        dispute="cause-of-milia",
        source="A textbook",
        grade="C",
        reviewed_by="Ada Wirth",
        reviewed_on=timezone.now().date(),
    )
    assert "one side only" not in words_of(curator.open(to))
    seen = words_of(curator.open(reverse("admin:catalog_concern_preview", args=[concern.pk])))
    assert "Keratin that stays under the skin." in seen
    assert "Blocked ducts of sweat glands." in seen
    assert seen.count("Sources disagree here; we show both.") == 2
    assert "PMC1 · Small trials or consistent reviews · Ada Wirth, 1 November 2026" in seen


def add_guide(curator: Browser, **changes: Any) -> Any:
    curator.open(ADD_GUIDE)
    words = {
        "title": "Retinoids on prescription",
        "slug": "retinoids",
        "summary": "What a doctor decides.",
        "search_words": "retin-a\ntretinoin",
        "position": "1",
        "published_at_0": "2026-01-01",
        "published_at_1": "08:00",
    }
    return curator.send(ADD_GUIDE, curator.form_with("search_words"), **words | changes)


def test_a_guide_is_found_by_its_search_words_while_it_is_shown() -> None:
    curator = Browser("curator")
    answer = add_guide(curator)
    assert answer.status_code == 302, errors_of(answer)
    guide = Guide.objects.get()
    assert (guide.search_words, guide.sells) == (["retin-a", "tretinoin"], True)
    assert "retin a" in Signpost.objects.get(kind="guide", slug="retinoids").names
    to = reverse("admin:catalog_guide_change", args=[guide.pk])
    curator.open(to)
    curator.send(to, curator.form_with("search_words"), published_at_0="", published_at_1="")
    assert not Signpost.objects.filter(kind="guide").exists()
    assert "We sell nothing" not in words_of(
        curator.open(reverse("admin:catalog_guide_preview", args=[guide.pk]))
    )


def test_another_address_of_a_guide_takes_the_old_signpost_down() -> None:
    curator = Browser("curator")
    add_guide(curator)
    to = reverse("admin:catalog_guide_change", args=[Guide.objects.get().pk])
    curator.open(to)
    curator.send(to, curator.form_with("search_words"), slug="prescription-retinoids")
    assert list(Signpost.objects.values_list("slug", flat=True)) == ["prescription-retinoids"]


def test_a_guide_is_not_hidden_before_it_is_shown() -> None:
    answer = add_guide(Browser("curator"), hidden_at_0="2025-01-01", hidden_at_1="08:00")
    assert answer.status_code == 200
    assert "It is hidden after it was shown" in errors_of(answer)
    assert not Guide.objects.exists()


def schedule(client: Client, action: str, *products: Any, **typed: str) -> Any:
    chosen = {"action": action, "_selected_action": [product.pk for product in products]}
    return client.post("/admin/catalog/product/", chosen | typed, follow=True)


def is_shown(product: Any) -> bool:
    return Client().get(f"/api/v1/products/{product.slug}/").status_code == 200


def test_products_are_hidden_and_shown_from_a_time() -> None:
    client, now = sign_in("curator"), timezone.localtime()
    first, second = make_product("Quiet Cream"), make_product("Loud Balm", published_at=None)
    asked = schedule(client, "hide_at", first, second)
    assert "Hide from a time" in words_of(asked)
    assert "Loud Balm, Quiet Cream" in words_of(asked)
    assert schedule(client, "hide_at", first, at_0="soon", at_1="").status_code == 422
    assert is_shown(first)

    tomorrow, an_hour_ago = now + timedelta(days=1), now - timedelta(hours=1)
    said = words_of(
        schedule(client, "hide_at", first, second, at_0=f"{tomorrow:%Y-%m-%d}", at_1=f"{tomorrow:%H:%M}")
    )
    assert "1 products are hidden from" in said
    assert "1 are not shown before that" in said
    assert is_shown(first)
    schedule(client, "hide_at", first, at_0=f"{an_hour_ago:%Y-%m-%d}", at_1=f"{an_hour_ago:%H:%M}")
    assert not is_shown(first)
    assert [row.name for row in client.get("/admin/catalog/product/?shown=no").context["cl"].result_list] == [
        "Loud Balm",
        "Quiet Cream",
    ]
    schedule(client, "show_at", first, second, at_0=f"{an_hour_ago:%Y-%m-%d}", at_1=f"{an_hour_ago:%H:%M}")
    assert is_shown(first)
    assert is_shown(second)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"statements-0-text": "It treats milia."}, "“treats” is a medicine"),
        ({"statements-0-heading": "A miracle"}, "“miracle” promises what nobody can"),
        ({"statements-0-text": "Dangerous.", "statements-0-grade": "C"}, "“Dangerous” frightens"),
        ({"one_line": "Gone at once, guaranteed."}, "“guaranteed” promises what nobody can"),
    ],
)
def test_a_concern_says_nothing_that_a_pick_may_not_say(typed: dict[str, str], told: str) -> None:
    answer = add_milia(Browser("curator"), **typed)
    assert answer.status_code == 200
    assert told in errors_of(answer)
    assert not Concern.objects.exists()


def test_what_professionals_do_may_treat_and_milia_may_be_harmless() -> None:
    typed = {"statements-0-kind": "professional_care", "statements-0-text": "A doctor opens and treats them."}
    answer = add_milia(Browser("curator"), one_line="Small, firm, harmless.", **typed)
    assert answer.status_code == 302, errors_of(answer)
    assert Concern.objects.get().one_line == "Small, firm, harmless."
    assert Statement.objects.get().text == "A doctor opens and treats them."


def test_a_guide_about_a_medicine_may_say_that_it_treats_until_products_stand_beside_it() -> None:
    curator = Browser("curator")
    words = {"title": "Tretinoin", "slug": "tretinoin", "summary": "It treats acne.", "position": "1"}
    rows = {"statements-TOTAL_FORMS": "1"} | statement(kind="helps", text="It treats acne.")
    curator.open(ADD_GUIDE)
    answer = curator.send(ADD_GUIDE, curator.form_with("search_words") | {"sells": ["on"]}, **words | rows)
    assert errors_of(answer).count("“treats” is a medicine") == 2
    assert not Guide.objects.exists()

    curator.open(ADD_GUIDE)
    form = {name: value for name, value in curator.form_with("search_words").items() if name != "sells"}
    answer = curator.send(ADD_GUIDE, form, **words | rows)
    assert answer.status_code == 302, errors_of(answer)
    assert Guide.objects.get().sells is False
