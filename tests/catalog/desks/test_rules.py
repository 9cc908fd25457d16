"""The rule desks: written with names, not with codes; learnt by everybody, and judged at once."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from catalog import enacting
from catalog.models import AdviceRule, Barrier, KnowledgeChange, LegalRule, PublishedPage, RowChange
from tests.builders import make_product
from tests.builders.desk import words_of
from tests.builders.knowledge import learn
from tests.builders.staff import sign_in
from tests.catalog.desks.browser import Browser

pytestmark = pytest.mark.django_db
LAWS, ADVICE = "/admin/catalog/legalrule/", "/admin/catalog/advicerule/"
LAW: dict[str, Any] = {
    "slug": "eu-shea",
    "jurisdiction": "eu",
    "sort": "prohibited",
    "words": "Shea butter may not be in cosmetics.",
    "substances": "shea butter\nBeeswax",
    "source": "A law, article 1",
    "grade": "law",
    "reviewed_by": "Ada Wirth",
    "reviewed_on": "2026-11-01",
}
TIP: dict[str, Any] = {
    "slug": "butter-milia",
    "when": "high_in_list",
    "first": "butter",
    "within_first": "3",
    "audience": "milia_prone",
    "severity": "info",
    "words": "A rich butter stands high in this list.",
    "source": "Consensus of clinics",
    "grade": "C",
    "reviewed_by": "Ada Wirth",
    "reviewed_on": "2026-11-01",
}


@pytest.fixture
def curator() -> Browser:
    learn()
    return Browser("curator")


def add(curator: Browser, desk: str, page: dict[str, Any], **typed: Any) -> Any:
    curator.open(f"{desk}add/")
    return curator.send(f"{desk}add/", curator.form_with("slug"), **page | typed)


def edit(curator: Browser, rule: Any, **typed: Any) -> Any:
    address = f"/admin/catalog/{rule._meta.model_name}/{rule.pk}/change/"
    curator.open(address)
    return curator.send(address, curator.form_with("words"), **typed)


def errors_of(answer: Any) -> dict[str, Any]:
    return dict(answer.context["adminform"].errors)


def test_a_law_is_written_in_names_and_bars_what_it_forbids(curator: Browser) -> None:
    product = make_product("Rich Balm", label_text="Aqua, Butyrospermum Parkii Butter")

    answer = add(curator, LAWS, LAW)

    assert answer.status_code == 302
    rule = LegalRule.objects.get(slug="eu-shea")
    assert rule.ingredient_slugs == ["butyrospermum-parkii-butter", "cera-alba"]
    barrier = Barrier.objects.get(product=product)
    assert (barrier.jurisdiction, barrier.reason, barrier.rule, barrier.stops) == (
        "eu",
        "prohibited",
        rule,
        True,
    )
    change = KnowledgeChange.objects.latest("pk")
    assert (change.kind, change.what, change.figures) == (
        "desk",
        "eu-shea: written",
        {"products": 1, "left": 0},
    )
    assert RowChange.objects.filter(table="catalog_legalrule").latest("pk").actor == "curator@regimen.example"


def test_an_edited_law_lets_go_what_it_is_no_longer_about(curator: Browser) -> None:
    product = make_product(label_text="Aqua, Butyrospermum Parkii Butter")
    add(curator, LAWS, LAW)
    rule = LegalRule.objects.get(slug="eu-shea")

    answer = edit(curator, rule, substances="Beeswax")

    assert answer.status_code == 302
    assert not Barrier.objects.filter(product=product).exists()
    assert KnowledgeChange.objects.latest("pk").what == "eu-shea: substances edited"


def test_a_law_comes_back_to_the_desk_as_it_was_written(curator: Browser) -> None:
    limit = {
        "sort": "restricted",
        "max_percent": "0.3",
        "without_declaration": "stop",
        "above_leave_on": "0.001",
    }
    add(
        curator,
        LAWS,
        LAW,
        **limit,
        substances="Retinol\nRetinyl Palmitate",
        parts="Retinyl Palmitate = 0.546",
        product_kinds=["face", "hand"],
        valid_from_placing_on="2026-11-01",
    )
    rule = LegalRule.objects.get(slug="eu-shea")
    assert rule.counted_as == {"retinyl-palmitate": "0.546"}
    assert rule.label_above_percent == {"leave_on": "0.001"}
    assert rule.valid_from_placing_on == date(2026, 11, 1)

    curator.open(f"{LAWS}{rule.pk}/change/")
    form = curator.form_with("words")
    assert form["substances"] == ["Retinol\nRetinyl Palmitate"]
    assert form["parts"] == ["Retinyl Palmitate = 0.546"]
    before = KnowledgeChange.objects.count()
    assert curator.send(f"{LAWS}{rule.pk}/change/", form).status_code == 302
    assert KnowledgeChange.objects.count() == before, KnowledgeChange.objects.latest("pk").what
    assert LegalRule.objects.get(pk=rule.pk).counted_as == {"retinyl-palmitate": "0.546"}


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        (
            {"substances": "Glycerun"},
            "substances",
            "No ingredient is called “Glycerun”. Did you mean Glycerin",
        ),
        ({"substances": ""}, "substances", "Name at least one ingredient, or choose a class."),
        ({"parts": "Retinol = 2"}, "parts", "is not a name = a part between 0 and 1"),
        ({"parts": "Retinol"}, "parts", "is not a name = a part between 0 and 1"),
        ({"source": ""}, "source", "This field is required"),
        ({"grade": "Z"}, "grade", "not one of the available choices"),
        ({"reviewed_by": ""}, "reviewed_by", "This field is required"),
        ({"reviewed_on": ""}, "reviewed_on", "This field is required"),
        ({"sort": "classifies"}, "regulatory_class", "Say what it makes of the product."),
        ({"sort": "label_duty"}, "label_text", "Say what the label must say."),
        ({"max_percent": "101"}, "max_percent", "A limit is above 0 and at most 100 percent"),
        ({"classes": ["magic"]}, "classes", "magic is not one of the available choices"),
        ({"words": ""}, "words", "This field is required"),
    ],
)
def test_a_law_that_cannot_be_is_refused_and_nothing_is_learnt(
    curator: Browser, typed: dict[str, Any], field: str, words: str
) -> None:
    before = KnowledgeChange.objects.count()

    answer = add(curator, LAWS, LAW, **typed)

    assert answer.status_code == 200
    assert words in str(errors_of(answer)[field])
    assert not LegalRule.objects.filter(slug="eu-shea").exists()
    assert KnowledgeChange.objects.count() == before


def test_a_retired_law_stands_in_nobodys_way_and_stays_to_be_read(curator: Browser) -> None:
    product = make_product(label_text="Aqua, Butyrospermum Parkii Butter")
    add(curator, LAWS, LAW)
    rule = LegalRule.objects.get(slug="eu-shea")

    page = {"action": ["retire"], "_selected_action": [str(rule.pk)]}
    curator.open(LAWS)
    answer = curator.client.post(
        LAWS, page | {"csrfmiddlewaretoken": curator.forms[0]["csrfmiddlewaretoken"]}, follow=True
    )

    assert "1 products were judged again" in words_of(answer)
    rule.refresh_from_db()
    assert rule.retired_on == timezone.now().date()
    assert not Barrier.objects.filter(product=product).exists()
    assert KnowledgeChange.objects.latest("pk").what == "eu-shea: retired"
    assert curator.client.get(f"{LAWS}{rule.pk}/delete/").status_code == 403


def test_advice_is_written_and_stands_on_the_pages_at_once(curator: Browser) -> None:
    product = make_product(label_text="Aqua, Butyrospermum Parkii Butter")

    answer = add(curator, ADVICE, TIP)

    assert answer.status_code == 302
    assert "A rich butter stands high" in PublishedPage.objects.get(product=product).page
    edit(curator, AdviceRule.objects.get(slug="butter-milia"), words="It is rich.")
    assert "It is rich." in PublishedPage.objects.get(product=product).page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"when": "together"}, "second"),
        ({"when": "contains", "within_first": "", "second": "aha"}, "second"),
        ({"within_first": ""}, "within_first"),
        ({"when": "contains"}, "within_first"),
        ({"source": ""}, "source"),
    ],
)
def test_advice_that_cannot_be_is_refused(curator: Browser, typed: dict[str, Any], field: str) -> None:
    answer = add(curator, ADVICE, TIP, **typed)

    assert field in errors_of(answer)
    assert not AdviceRule.objects.filter(slug="butter-milia").exists()


def test_what_is_too_much_at_once_is_told(curator: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enacting, "AT_ONCE", 1)
    for _ in range(3):
        make_product(label_text="Aqua, Butyrospermum Parkii Butter")

    add(curator, LAWS, LAW)

    assert Barrier.objects.count() == 1
    assert "2 products wait: “manage.py publish_pages” judges them." in words_of(curator.open(LAWS))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("jurisdiction__exact=us", ["us-otc-sunscreen"]),
        ("sort__exact=prohibited&q=lilial", ["eu-lilial"]),
        ("force=no", []),
    ],
)
def test_laws_are_found_by_what_one_knows_of_them(curator: Browser, query: str, found: list[str]) -> None:
    LegalRule.objects.exclude(slug__in=["us-otc-sunscreen", "eu-lilial"]).delete()

    shown = curator.client.get(f"{LAWS}?{query}").context["cl"].result_list

    assert [rule.slug for rule in shown] == found


def test_only_curators_and_owners_write_rules() -> None:
    learn()
    rule = LegalRule.objects.earliest("pk")
    for role in ("warehouse", "support"):
        client = sign_in(role)
        for page in (LAWS, f"{LAWS}add/", f"{LAWS}{rule.pk}/change/", ADVICE):
            assert client.get(page).status_code == 403
        assert client.post(f"{LAWS}add/", LAW).status_code == 403
    assert not LegalRule.objects.filter(slug="eu-shea").exists()


def test_rules_say_nothing_that_nobody_may_say(curator: Browser) -> None:
    answer = add(
        curator, ADVICE, TIP, words="Dangerous with butter.", other_view="Some call it safe for all."
    )
    assert errors_of(answer) == {
        "words": ["“Dangerous” frightens without proof: say what may happen, and to whom."],
        "other_view": ["“safe for” promises what nobody can: say what is known."],
    }
    answer = add(curator, LAWS, LAW, words="Below 1 % it is safe.")
    assert errors_of(answer) == {"words": ["“is safe” promises what nobody can: say what is known."]}
    assert not AdviceRule.objects.filter(slug="butter-milia").exists()
    assert not LegalRule.objects.filter(slug="eu-shea").exists()
