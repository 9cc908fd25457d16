"""What suppliers declare and people decide, and what becomes of the verdicts."""

import pytest
from django.db import transaction

from catalog import declaring, formulas, law, publishing
from catalog.declaring import NotInFormula
from catalog.models import (
    Barrier,
    Declaration,
    RowChange,
)
from tests.builders import NOW, make_category, make_product
from tests.builders.knowledge import learn, say_kind
from tests.catalog.law.courtroom import TODAY, decide, declare, standing, stops

pytestmark = pytest.mark.django_db


def test_a_limit_asks_the_supplier_and_his_word_decides() -> None:
    learn()
    say_kind(make_category("Face > Serums"), "face")
    serum = make_product("Night", label_text="Aqua, Retinol")
    assert (standing(serum), stops(serum, "DE")) == ([("eu", "undeclared", True)], ["undeclared"])
    first = declare(serum, "Retinol", "0.2")
    assert (standing(serum), stops(serum, "DE")) == ([], [])
    assert (str(first), first.document) == ("0.2 %", "Folder 12, sheet 3")
    again = declare(serum, "Retinol", "0.5")
    assert again.pk == first.pk
    assert (standing(serum), stops(serum, "DE"), stops(serum, "US")) == (
        [("eu", "over_limit", True)],
        ["over_limit"],
        [],
    )
    diary = RowChange.objects.filter(table="catalog_declaration").order_by("id")
    assert [row.actor for row in diary] == ["owner@regimen.example", "None"]


def test_the_shelf_says_which_limit_holds_and_the_one_above_speaks_for_those_that_do_not() -> None:
    learn()
    serum = make_product("Night", label_text="Aqua, Retinol 0.2%", category="Skin > Lotions")
    assert standing(serum) == [("eu", "undeclared", True)]  # 0.05 or 0.3? nobody said what it is for
    say_kind(make_category("Skin"), "body")
    assert standing(serum) == [("eu", "over_limit", True)]
    say_kind(make_category("Skin > Lotions"), "hand")
    assert standing(serum) == []
    assert law.kind_of(serum) == "hand"


@pytest.mark.parametrize(("printed", "declared"), [("0.4", "0.2"), ("0.2", "0.4")])
def test_of_two_figures_the_higher_counts(printed: str, declared: str) -> None:
    learn()
    say_kind(make_category("Face > Serums"), "face")
    serum = make_product("Night", label_text=f"Aqua, Retinol {printed}%")
    declare(serum, "Retinol", declared)
    assert standing(serum) == [("eu", "over_limit", True)]
    assert Barrier.objects.get().words.startswith("It holds 0.4 % Retinol where 0.3 % is the most.")


def test_a_declaration_is_of_one_formula_and_a_new_one_must_be_asked_for_again() -> None:
    learn()
    say_kind(make_category("Face > Serums"), "face")
    serum = make_product("Night", label_text="Aqua, Retinol")
    declare(serum, "Retinol", "0.2")
    with transaction.atomic():
        formulas.record_label(product=serum, label_text="Aqua, Glycerin, Retinol", now=NOW)
        publishing.publish_products(product_ids=[serum.pk], now=NOW)
    assert standing(serum) == [("eu", "undeclared", True)]


def test_nobody_declares_what_is_not_on_the_label() -> None:
    learn()
    serum = make_product("Night", label_text="Aqua, Retinol")
    with pytest.raises(NotInFormula) as refused:
        declare(serum, "Lanolin", "1")
    assert refused.value.ingredient == "Lanolin"
    assert not Declaration.objects.exists()
    assert not RowChange.objects.filter(table="catalog_declaration").exists()


def test_what_a_product_is_follows_from_its_list_and_a_person_goes_before_it() -> None:
    learn()
    sun = make_product("Sun", label_text="Aqua, Zinc Oxide")
    assert law.classes_of(sun, on=TODAY) == {"eu": "cosmetic", "uk": "cosmetic", "us": "otc_drug"}
    status = decide(sun, "us", "not_sellable")
    assert str(status) == "us: not_sellable"
    assert (law.classes_of(sun, on=TODAY)["us"], stops(sun, "US"), stops(sun, "DE")) == (
        "not_sellable",
        ["regulatory_class"],
        [],
    )
    assert Barrier.objects.get().words == (
        "United States: may not be sold. You can read about it here; we do not sell it there."
    )
    status.regulatory_class = "cosmetic"
    with transaction.atomic():
        declaring.keep_status(status, now=NOW)
    assert (law.classes_of(sun, on=TODAY)["us"], stops(sun, "US")) == ("cosmetic", [])
    with transaction.atomic():
        declaring.drop_status(status, now=NOW)
    assert law.classes_of(sun, on=TODAY)["us"] == "otc_drug"


def test_a_prescription_is_never_sold_not_even_where_we_know_no_law() -> None:
    learn()
    renova = make_product("Renova", label_text="Tretinoin, Aqua")
    assert standing(renova) == [
        ("eu", "prohibited", True),
        ("eu", "regulatory_class", True),
        ("uk", "regulatory_class", True),
        ("us", "regulatory_class", True),
    ]
    assert {one: stops(renova, one) for one in ("US", "GB", "JP", "DE")} == {
        "US": ["regulatory_class"],
        "GB": ["regulatory_class"],
        "JP": ["regulatory_class"],
        "DE": ["prohibited", "regulatory_class"],
    }


def test_a_person_who_says_cosmetic_does_not_lift_a_prohibition() -> None:
    learn()
    renova = make_product("Renova", label_text="Tretinoin, Aqua")
    decide(renova, "eu", "cosmetic")
    assert stops(renova, "DE") == ["prohibited"]
