"""Every rule that cites an annex of the EU's cosmetics regulation, held against that annex itself."""

import csv
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest

from catalog import inci
from tests.catalog.knowledge import annexes
from tests.catalog.knowledge.annexes import Entry
from tests.catalog.knowledge.reading import read_rows

Rule = dict[str, Any]

# Entries that name a group ("mercury and its compounds"); what belongs to it is ours to know.
GROUPS = {"II/221", "II/260", "II/307", "II/416", "II/1375", "III/286"}
# The inventory's files of 2024 still name an older act; the text beside it is the newer one's.
OLDER_ACT = {"VI/3", "VI/4", "VI/27"}
# These days stand in the amending act and not in the inventory: (EU) 2024/996, art. 1.
DAYS_ELSEWHERE = {"eu-ii-1730-4-mbc"}
# "Face products" are taken to be what goes on lips and what washes a face, too.
READ_WIDELY = {"eu-iii-375-kojic-acid": {"lip", "rinse_off"}, "eu-vi-03-homosalate-face": {"lip"}}
# The annex has the chemist's name only; this is its INCI name.
NAMED_BY_CHEMISTS = {"eu-iii-368-eugenyl-acetate"}
KIND_WORDS = {
    "face": "face|leave.on|other|skin|self.tanning",
    "body": "body|leave.on|other|skin|self.tanning",
    "hand": "hand|leave.on|other|skin|self.tanning",
    "eye": "eye|face|leave.on|other",
    "lip": "lip|leave.on|other",
    "spray": "spray|leave.on|other|self.tanning",
    "rinse_off": "rinse.off|other|soap|skin|depilator",
    "hair_rinse_off": "hair|rinse.off|shampoo|other",
}
THRESHOLDS = re.compile(r"0[.,]001 ?% in leave-on products\W+0[.,]01 ?% in rinse-off products")
ALLERGENS = annexes.LAW.parent / "ingredients" / "eu_fragrance_allergens.csv"

pytestmark = pytest.mark.skipif(
    not annexes.LAW.exists(), reason=f"the annexes are not on this machine: {annexes.LAW.name}/*.csv"
)


def rules_that_cite() -> list[Rule]:
    """Those of which we say that the annex itself was read."""
    return [
        rule
        for rule in read_rows("law")
        if rule["grade"] == "law" and rule["jurisdiction"] == "eu" and "Annex" in rule["source"]
    ]


def disagreements(differs: Callable[[Rule, list[Entry]], object]) -> dict[str, object]:
    """{rule: what differs from its entries}."""
    found = {rule["slug"]: differs(rule, annexes.find_cited(rule["source"])) for rule in rules_that_cite()}
    return {slug: what for slug, what in found.items() if what}


@cache
def names_and_numbers() -> dict[str, tuple[set[str], set[str]]]:
    """{folded name: (all names of that ingredient that are no abbreviation, its CAS numbers)}."""
    found = {}
    for row in read_rows("ingredients"):
        names = {inci.fold(name) for name in (row["inci"], *row.get("also", ()))}
        numbers = set(annexes.CAS.findall(str(row.get("cas", ""))))
        found |= dict.fromkeys(names, ({name for name in names if len(name) > 3}, numbers))
    return found


def is_one_of(numbers: set[str], rule: Rule) -> bool:
    return any(re.search(rf"Annex {number}\b", rule["source"]) for number in numbers)


def unnamed(rule: Rule, entries: list[Entry]) -> list[str]:
    """Ingredients of the rule that its entries do not speak of."""
    return [
        name
        for name in rule.get("ingredients", ())
        if not any(entry.is_about(*names_and_numbers()[inci.fold(name)]) for entry in entries)
    ]


def test_every_entry_that_is_cited_is_there() -> None:
    assert len(rules_that_cite()) > 300
    assert disagreements(lambda rule, entries: not entries and "not name it" not in rule["source"]) == {}


def test_an_entry_speaks_of_the_substances_of_its_rule_by_name_or_by_number() -> None:
    def differs(rule: Rule, entries: list[Entry]) -> object:
        return unnamed(rule, entries) if entries and not is_one_of(GROUPS, rule) else []

    assert disagreements(differs) == {}


def test_a_limit_is_the_entrys_for_those_products() -> None:
    def differs(rule: Rule, entries: list[Entry]) -> object:
        if "max_percent" not in rule:
            return []
        most = float(rule["max_percent"])
        types = [limit.types for entry in entries for limit in entry.limits if limit.percent == most]
        kinds = set(rule["product_kinds"]) - READ_WIDELY.get(rule["slug"], set())
        return [
            kind
            for kind in (kinds if types else ["no such limit"])
            if not any(not one or re.search(KIND_WORDS[kind], one) for one in types)
        ]

    assert disagreements(differs) == {}


def test_the_act_that_a_rule_names_is_the_one_that_wrote_its_entry() -> None:
    def differs(rule: Rule, entries: list[Entry]) -> object:
        if not entries or is_one_of(OLDER_ACT, rule):
            return []
        amended = re.search(r"as amended by \(EU\) (\d+)/(\d+)", rule["source"])
        named = set(amended.groups()) if amended else {"1223", "2009"}
        return [] if any(entry.amended_by == named for entry in entries) else [e.amended_by for e in entries]

    assert disagreements(differs) == {}


def test_the_days_are_the_entrys() -> None:
    def differs(rule: Rule, entries: list[Entry]) -> object:
        if rule["sort"] == "label_duty" or rule["slug"] in DAYS_ELSEWHERE:
            return []
        said = [
            (rule.get("valid_from_placing"), {day for entry in entries for day in entry.placed}),
            (rule.get("valid_from_available"), {day for entry in entries for day in entry.available}),
        ]
        return [
            (ours, theirs) for ours, theirs in said if (ours is not None or theirs) and ours not in theirs
        ]

    assert disagreements(differs) == {}


def test_what_must_be_named_must_be_named_from_there_on_and_by_that_name() -> None:
    with ALLERGENS.open(encoding="utf-8-sig", newline="") as stream:
        since = {
            row["annex_iii_entry"]: (row["new_products_must_label_from"], row["stock_must_label_after"])
            for row in csv.DictReader(stream)
        }

    def differs(rule: Rule, entries: list[Entry]) -> object:
        if rule["sort"] != "label_duty":
            return []
        number = re.search(r"Annex III/(\w+)", rule["source"])
        assert number is not None
        days = tuple(str(rule.get(name, "")) for name in ("valid_from_placing", "valid_from_available"))
        folded = re.sub(r" ?/ ?", "/", " ; ".join(entry.names for entry in entries))
        return [
            what
            for what, agrees in (
                ("threshold", any(THRESHOLDS.search(entry.text) for entry in entries)),
                ("days", days == since[number[1]]),
                ("name", inci.fold(rule["label_text"]) in folded or rule["slug"] in NAMED_BY_CHEMISTS),
            )
            if not agrees
        ]

    assert disagreements(differs) == {}


def test_what_no_list_allows_is_on_none() -> None:
    for number, slug in (("V", "eu-v-not-listed"), ("VI", "eu-vi-not-listed")):
        (rule,) = [rule for rule in rules_that_cite() if rule["slug"] == slug]
        entries = [entry for some in annexes.read_annex(number).values() for entry in some]
        assert unnamed(rule, entries) == rule["ingredients"]


def test_what_the_united_kingdom_kept_was_the_eus_law_before_it_left() -> None:
    kept = [rule for rule in read_rows("law") if "as at 31 December 2020" in rule["source"]]
    assert len(kept) > 200
    for rule in kept:
        entries = annexes.find_cited(rule["source"])
        years = {int(number) for entry in entries for number in entry.amended_by if len(number) == 4}
        assert min(years & set(range(2009, 2030))) <= 2020, rule["slug"]
        assert is_one_of(GROUPS, rule) or unnamed(rule, entries) == [], rule["slug"]
        percents = {limit.percent for entry in entries for limit in entry.limits}
        assert "max_percent" not in rule or float(rule["max_percent"]) in percents, rule["slug"]
        assert rule.get("valid_from_placing", date(2020, 12, 31)) <= date(2020, 12, 31), rule["slug"]
