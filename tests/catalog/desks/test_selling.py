"""What may not be sold where; a supplier's paper and a person's decision open or close the way at once."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Barrier, Declaration, Ingredient, Product, RegulatoryStatus, RowChange
from tests.builders import make_product
from tests.builders.desk import words_of
from tests.builders.knowledge import learn, make_rule
from tests.builders.staff import sign_in
from tests.catalog.desks.browser import Browser

pytestmark = pytest.mark.django_db
BARRIERS, PAPERS = "/admin/catalog/barrier/", "/admin/catalog/declaration/"
STATUSES = "/admin/catalog/regulatorystatus/"


@pytest.fixture
def curator() -> Browser:
    learn()
    make_rule(
        "eu-kojic",
        sort="restricted",
        ingredients=["Kojic Acid"],
        max_percent=Decimal(1),
        without_declaration="stop",
    )
    return Browser("curator")


@pytest.fixture
def serum(curator: Browser) -> Product:
    return make_product("Bright Serum", label_text="Aqua, Kojic Acid")


def declare(curator: Browser, of: Product, percent: str, name: str = "Kojic Acid", **typed: Any) -> Any:
    curator.open(f"{PAPERS}add/")
    page = {
        "product": of.pk,
        "ingredient": Ingredient.objects.get(inci_name=name).pk,
        "percent": percent,
    }
    page |= {"declared_by": "Ms Vik", "document": "Folder 12", "declared_on": "2026-11-01"}
    return curator.send(f"{PAPERS}add/", curator.form_with("declared_by"), **page | typed)


def reasons_of(product: Product) -> list[str]:
    return list(
        Barrier.objects.filter(product=product, rule__slug="eu-kojic").values_list("reason", flat=True)
    )


def test_the_desk_tells_what_may_not_be_sold_where_and_why(curator: Browser, serum: Product) -> None:
    page = words_of(curator.open(BARRIERS))

    for part in (
        "Bright Serum",
        "European Union and EEA",
        "Limited, and the percentage is not known",
        "stopped",
    ):
        assert part in page
    barrier = Barrier.objects.get(rule__slug="eu-kojic")
    assert "eu-kojic" in words_of(curator.open(f"{BARRIERS}{barrier.pk}/change/"))


def test_a_paper_opens_the_way_and_a_worse_one_closes_it(curator: Browser, serum: Product) -> None:
    assert reasons_of(serum) == ["undeclared"]

    assert declare(curator, serum, "0.9").status_code == 302
    assert reasons_of(serum) == []
    assert declare(curator, serum, "1.2").status_code == 302

    assert reasons_of(serum) == ["over_limit"]
    paper = Declaration.objects.get()
    assert (paper.percent, paper.declared_by) == (Decimal("1.2"), "Ms Vik")
    assert paper.recorded_by is not None
    assert paper.recorded_by.email == "curator@regimen.example"
    assert (RowChange.objects.filter(table="catalog_declaration").latest("pk").before or {})["percent"] == 0.9
    assert "1.2 %" in words_of(curator.open(f"{PAPERS}{paper.pk}/change/"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"percent": "101"}, "A share is from 0 to 100 percent."),
        ({"percent": "-1"}, "A share is from 0 to 100 percent."),
        ({"declared_on": "2099-01-01"}, "This day has not come yet."),
        ({"document": " "}, "This field is required"),
        ({"name": "Retinol"}, "Its label does not name Retinol. Nothing was saved."),
        ({"document": ""}, "This field is required"),
        ({"product": "0"}, "Select a valid choice"),
    ],
)
def test_a_paper_that_cannot_be_is_refused(
    curator: Browser, serum: Product, typed: dict[str, Any], words: str
) -> None:
    answer = declare(curator, serum, **{"percent": "0.9"} | typed)

    assert answer.status_code == 200
    assert words in str(answer.context["adminform"].errors)
    assert not Declaration.objects.exists()
    assert reasons_of(serum) == ["undeclared"]


def test_of_an_unknown_list_nothing_is_declared(curator: Browser) -> None:
    product = make_product(label_text="")

    answer = declare(curator, product, "0.9")

    assert "We do not know its list" in str(answer.context["adminform"].errors)


def test_what_a_person_decided_stops_a_sale_and_taking_it_back_opens_it(curator: Browser) -> None:
    product = make_product("Quiet Cream", label_text="Aqua, Glycerin")
    page = {
        "product": product.pk,
        "jurisdiction": "us",
        "regulatory_class": "rx",
        "source": "FD&C Act 503(b)",
    }
    page |= {"grade": "law", "reviewed_by": "Ada Wirth", "reviewed_on": "2026-11-01"}

    curator.open(f"{STATUSES}add/")
    answer = curator.send(f"{STATUSES}add/", curator.form_with("source"), **page)

    assert answer.status_code == 302
    barrier = Barrier.objects.get(product=product)
    assert (barrier.jurisdiction, barrier.reason, barrier.stops) == ("us", "regulatory_class", True)
    status = RegulatoryStatus.objects.get()
    curator.open(f"{STATUSES}{status.pk}/change/")
    curator.send(f"{STATUSES}{status.pk}/change/", curator.form_with("source"), regulatory_class="otc_drug")
    assert not Barrier.objects.exists()
    curator.open(f"{STATUSES}{status.pk}/delete/")
    curator.send(f"{STATUSES}{status.pk}/delete/", curator.form_with("post"))
    assert not RegulatoryStatus.objects.exists()


def test_the_lists_ask_the_database_little_however_long_they_are(curator: Browser) -> None:
    for number in range(12):
        declare(curator, make_product(f"Serum {number}", label_text="Aqua, Kojic Acid"), "1.5")
    assert Barrier.objects.count() >= 12
    for desk in (BARRIERS, PAPERS, "/admin/catalog/rowchange/"):
        curator.open(desk)
        with CaptureQueriesContext(connection) as queries:
            curator.open(desk)
        assert len(queries) < 20


def test_others_neither_look_nor_declare(serum: Product) -> None:
    for role in ("warehouse", "support"):
        client = sign_in(role)
        for page in (BARRIERS, PAPERS, f"{PAPERS}add/", STATUSES):
            assert client.get(page).status_code == 403
        for page in (f"{PAPERS}add/", f"{STATUSES}add/"):
            assert client.post(page, {"product": serum.pk}).status_code == 403
    assert not Declaration.objects.exists()
    assert not RegulatoryStatus.objects.exists()


def test_the_label_desk_leads_to_the_paper_that_is_missing(curator: Browser, serum: Product) -> None:
    page = curator.open("/admin/labels/", product=serum.pk).content.decode()
    kojic = Ingredient.objects.get(inci_name="Kojic Acid")
    link = f"{PAPERS}add/?product={serum.pk}&amp;ingredient={kojic.pk}"
    assert link in page

    curator.open(link.replace("&amp;", "&"))
    form = curator.form_with("declared_by")

    assert (form["product"], form["ingredient"]) == ([str(serum.pk)], [str(kojic.pk)])
