"""What follows from a list: yes, no, or nobody knows, with the names that decided."""

from typing import NamedTuple

import pytest

from catalog.claims import Claim, compute_claims
from catalog.inci import FormulaRead
from tests.catalog.inci.words import VOCABULARY, read

ENTRIES = {entry.slug: entry for entry in VOCABULARY.names.values()}
LAVENDER = "Lavandula Angustifolia (Lavender) Oil"
NOT_KNOWN = Claim("unknown", ("The full list is not known.",))


class Rule(NamedTuple):
    slug: str
    absent: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


FREE = Rule("free", absent=("fragrance", "fragrance_allergen"))
NO_OILS = Rule("no-oils", absent=("essential_oil",), unsure=("fragrance",))
RETINOID = Rule("retinoid", present=("retinoid",))
MINERAL = Rule("mineral", absent=("uv_organic",), present=("uv_mineral",))


def ask(rule: Rule, *formulas: FormulaRead) -> Claim:
    return compute_claims(formulas, entries=ENTRIES, rules=[rule])[rule.slug]


@pytest.mark.parametrize(
    ("rule", "label", "answer", "because"),
    [
        (FREE, "Water, Glycerin", "yes", ()),
        (FREE, "Water, Parfum, Linalool", "no", ("Parfum", "Linalool")),
        (FREE, "Water, Zebra Milk", "unknown", ("Zebra Milk",)),
        (FREE, "Water, Parfum, Zebra Milk", "no", ("Parfum",)),
        (FREE, "Water, Glycerin [+/- Linalool]", "unknown", ("Linalool",)),
        (FREE, "Water, Glycerin [+/- Mica]", "yes", ()),
        (NO_OILS, "Water, Butyrospermum Parkii (Shea) Butter", "yes", ()),
        (NO_OILS, "Water, Lavandula Angustifolia (Lavender) Oil, Parfum", "no", (LAVENDER,)),
        (NO_OILS, "Water, Parfum", "unknown", ("Parfum",)),
        (NO_OILS, "Water, Linalool", "yes", ()),
        (RETINOID, "Water, Retinol", "yes", ("Retinol",)),
        (RETINOID, "Water, Retinol, Zebra Milk", "yes", ("Retinol",)),
        (RETINOID, "Water, Glycerin", "no", ()),
        (RETINOID, "Water, Zebra Milk", "unknown", ("Zebra Milk",)),
        (RETINOID, "Water, Glycerin [+/- Retinol]", "unknown", ("Retinol",)),
        (MINERAL, "Water, Zinc Oxide", "yes", ("Zinc Oxide",)),
        (MINERAL, "Water, Zinc Oxide, Octocrylene", "no", ("Octocrylene",)),
        (MINERAL, "Water, Zinc Oxide, Zebra Milk", "unknown", ("Zebra Milk",)),
        (MINERAL, "Water, Glycerin", "no", ()),
    ],
)
def test_a_claim_follows_from_the_list(rule: Rule, label: str, answer: str, because: tuple[str, ...]) -> None:
    claim = ask(rule, *read(label).formulas)
    assert (claim.answer, claim.because) == (answer, because)


@pytest.mark.parametrize("rule", [FREE, NO_OILS, RETINOID, MINERAL])
def test_of_a_text_that_is_no_list_nothing_is_known(rule: Rule) -> None:
    assert ask(rule, *read("No Info").formulas) == NOT_KNOWN


def test_a_list_of_which_a_part_stands_elsewhere_is_free_of_nothing() -> None:
    [formula] = read("Water, Retinol").formulas
    part = formula._replace(complete=False)
    assert ask(FREE, formula) == Claim("yes")
    assert ask(FREE, part) == NOT_KNOWN
    assert ask(RETINOID, part) == Claim("yes", ("Retinol",)), "what stands there stands there"


def test_actives_alone_are_no_list_but_what_they_name_is_in_it() -> None:
    [formula] = read("Water, Zinc Oxide 20%").formulas
    assert [active.slug for active in formula.actives] == ["zinc-oxide"]
    alone = formula._replace(ingredients=())
    assert ask(MINERAL, alone) == NOT_KNOWN
    assert ask(Rule("filters", present=("uv_filter",)), alone) == Claim("yes", ("Zinc Oxide",))
    assert ask(Rule("none", absent=("uv_filter",)), alone) == Claim("no", ("Zinc Oxide",))


def test_an_active_that_nobody_knows_leaves_it_open() -> None:
    [formula] = read("Water, Zinc Oxide 20%").formulas
    [active] = formula.actives
    assert ask(FREE, formula._replace(actives=(active._replace(name="Zebra Salt", slug=None),))) == Claim(
        "unknown", ("Zebra Salt",)
    )


def test_a_box_of_two_jars_is_free_only_of_what_is_in_neither() -> None:
    day, night = (read(label).formulas[0] for label in ("Water, Glycerin", "Water, Retinol, Parfum"))
    assert ask(FREE, day) == Claim("yes")
    assert ask(FREE, day, night) == Claim("no", ("Parfum",))
    assert ask(RETINOID, day, night) == Claim("yes", ("Retinol",))
    assert ask(FREE, day, night._replace(ingredients=())) == NOT_KNOWN
