"""The demo's own catalogue: whole, believable, honest, and pictured."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest
from PIL import Image

CATALOGUE = Path(__file__).parents[2] / "dev" / "demo" / "catalogue"
COLUMNS = (
    "sku,product,name,brand,category,concerns,variant,size,barcode,weight_g,price_eur,price_usd,price_gbp,"
    "summary,description,skin_types,ingredients,image,image_alt,published"
).split(",")
OF_THE_PRODUCT = (
    "name,brand,category,concerns,summary,description,skin_types,ingredients,image,image_alt,published"
).split(",")
# Words that promise what only a medicine may promise, or what nobody can know.
CLAIMS = re.compile(
    r"\b(treat(s|ed|ing)?|treatments?|cur(e|es|ed|ing)|heal(s|ed|ing)?|prevent\w*|reduc(e|es|ed|ing|tion)"
    r"|repair\w*|eliminat\w*|fights?|clinical\w*|dermatolog\w*|proven|proves|safe|safely|guarantee\w*"
    r"|miracle\w*|therap\w*|hypoallergenic|non-comedogenic|anti-?ageing|anti-?aging|detox\w*|toxins?"
    r"|chemical-free|sooth(e|es|ing)|best)\b",
    re.IGNORECASE,
)
PUBLISHES_NOTHING = re.compile(r"has not published the full list")
SEEN_ON_OTHER_BOXES = {
    "Dermatologist-proven",
    "Treats acne",
    "A safe cream",
    "It heals and prevents",
    "REDUCES acne",
}


def read_rows(name: str) -> list[dict[str, str]]:
    with (CATALOGUE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PRODUCTS = read_rows("products.csv")
LOTS = read_rows("lots.csv")


def test_the_columns_stand_in_the_agreed_order() -> None:
    assert list(PRODUCTS[0]) == COLUMNS
    assert list(LOTS[0]) == ["sku", "location", "lot", "expires_on", "units"]


def test_it_holds_75_products_in_95_sizes_from_twelve_brands() -> None:
    assert len(PRODUCTS) == 95
    assert len({row["product"] for row in PRODUCTS}) == 75
    assert len({row["brand"] for row in PRODUCTS}) == 12
    assert sum(row["published"] == "no" for row in PRODUCTS) == 2
    assert {row["published"] for row in PRODUCTS} == {"yes", "no"}


def test_it_fills_at_least_eight_shelves_of_a_tree_of_two_levels() -> None:
    shelves = {row["category"] for row in PRODUCTS}
    assert len(shelves) >= 8
    assert {shelf.count(" > ") for shelf in shelves} == {1}


def test_each_of_twelve_concerns_leads_to_at_least_three_products() -> None:
    reached = defaultdict(set)
    for row in PRODUCTS:
        for concern in row["concerns"].split("|"):
            reached[concern].add(row["product"])
    assert len(reached) == 12
    assert "milia" in reached
    assert {concern: len(found) for concern, found in reached.items() if len(found) < 3} == {}
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", concern) for concern in reached)


def test_every_sku_and_every_barcode_is_one_of_a_kind() -> None:
    assert len({row["sku"] for row in PRODUCTS}) == len(PRODUCTS)
    assert len({row["barcode"] for row in PRODUCTS}) == len(PRODUCTS)


@pytest.mark.parametrize("row", PRODUCTS, ids=lambda row: str(row["sku"]))
def test_a_barcode_is_an_in_store_gtin_with_its_check_digit(row: dict[str, str]) -> None:
    assert re.fullmatch(r"2\d{12}", row["barcode"])
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(row["barcode"]))
    assert weighted % 10 == 0


@pytest.mark.parametrize("row", PRODUCTS, ids=lambda row: str(row["sku"]))
def test_a_price_is_positive_with_two_decimals(row: dict[str, str]) -> None:
    for column in ("price_eur", "price_gbp"):
        assert re.fullmatch(r"[1-9]\d*\.\d\d", row[column]), column
    assert re.fullmatch(r"([1-9]\d*\.\d\d)?", row["price_usd"])


def test_only_products_with_a_sun_filter_have_no_us_price() -> None:
    without = {row["product"] for row in PRODUCTS if not row["price_usd"]}
    with_filter = {row["product"] for row in PRODUCTS if re.search(r"\bSPF\b", row["name"])}
    assert without == with_filter
    assert len(without) == 9


@pytest.mark.parametrize("row", PRODUCTS, ids=lambda row: str(row["sku"]))
def test_a_size_has_a_unit_and_the_full_pack_weighs_more_than_its_contents(row: dict[str, str]) -> None:
    quantity, unit = row["size"].split()
    assert unit in ("ml", "g")
    assert int(row["weight_g"]) > float(quantity) * 0.9


def test_variants_of_a_product_agree_on_everything_that_belongs_to_the_product() -> None:
    told = defaultdict(set)
    for row in PRODUCTS:
        told[row["product"]].add(tuple(row[column] for column in OF_THE_PRODUCT))
    assert [slug for slug, versions in told.items() if len(versions) > 1] == []
    assert len({(row["product"], row["variant"]) for row in PRODUCTS}) == len(PRODUCTS)


@pytest.mark.parametrize("row", PRODUCTS, ids=lambda row: str(row["sku"]))
def test_the_words_are_short_enough_and_claim_nothing_medical(row: dict[str, str]) -> None:
    assert 20 <= len(row["summary"]) <= 140
    assert 60 <= len(row["description"].split()) <= 120
    for column in ("name", "summary", "description", "image_alt"):
        assert CLAIMS.findall(row[column]) == [], column
        assert "!" not in row[column]
    assert row["brand"] in row["image_alt"]
    assert row["name"] in row["image_alt"]


@pytest.mark.parametrize("claim", sorted(SEEN_ON_OTHER_BOXES))
def test_the_net_for_claims_catches_a_claim(claim: str) -> None:
    assert CLAIMS.search(claim)


def test_no_two_products_share_a_sentence() -> None:
    teller: dict[str, str] = {}
    shared = []
    for row in PRODUCTS:
        for sentence in re.split(r"(?<=\.) ", row["description"]):
            first = teller.setdefault(sentence, row["product"])
            if first != row["product"] and len(sentence.split()) > 9:
                shared.append((sentence, first, row["product"]))
    allowed = "Contains vitamin A: consider your daily intake before use."  # the wording of the law
    assert [found for found in shared if found[0] != allowed] == []


def test_a_missing_ingredient_list_is_said_in_words_and_only_then() -> None:
    silent = {row["product"] for row in PRODUCTS if not row["ingredients"]}
    said = {row["product"] for row in PRODUCTS if PUBLISHES_NOTHING.search(row["description"])}
    assert silent == said
    assert len(silent) == 4


def test_no_label_names_an_ingredient_twice() -> None:
    for row in PRODUCTS:
        names = row["ingredients"].lower().split(", ") if row["ingredients"] else []
        assert len(names) == len(set(names)), row["product"]


def test_every_product_says_for_which_skin_it_is() -> None:
    told = {row["product"]: row["skin_types"].split("|") for row in PRODUCTS}
    assert {kind for kinds in told.values() for kind in kinds} == {
        "normal", "dry", "oily", "combination", "sensitive",
    }  # fmt: skip
    assert all(len(kinds) == len(set(kinds)) for kinds in told.values())


def test_every_picture_is_used_and_every_product_has_its_own() -> None:
    kept = {path.name for path in (CATALOGUE / "images").iterdir()}
    shown = {row["product"]: row["image"] for row in PRODUCTS}
    assert kept == set(shown.values())
    assert len(kept) == len(shown)


def test_every_picture_is_a_small_square_webp() -> None:
    paths = sorted((CATALOGUE / "images").iterdir())
    for path in paths:
        with Image.open(path) as picture:
            assert (picture.format, picture.size) == ("WEBP", (1200, 1200)), path.name
        assert path.stat().st_size <= 45_000, path.name
    assert sum(path.stat().st_size for path in paths) < 3_000_000


def test_every_product_has_a_shape_to_be_drawn_in() -> None:
    shapes = {row["product"]: row["shape"] for row in read_rows("packs.csv")}
    assert set(shapes) == {row["product"] for row in PRODUCTS}
    assert set(shapes.values()) == {
        "tube", "jar", "pump", "dropper", "bottle", "spray", "stick", "sachet", "tin",
    }  # fmt: skip


def test_the_shelves_hold_plenty_a_little_and_nothing() -> None:
    held: dict[str, int] = defaultdict(int)
    dead: dict[str, int] = defaultdict(int)
    for lot in LOTS:
        assert lot["location"] in ("BER", "ROT")
        assert re.fullmatch(r"[+-]\d+d", lot["expires_on"])
        (held if lot["expires_on"].startswith("+") else dead)[lot["sku"]] += int(lot["units"])
    skus = {row["sku"] for row in PRODUCTS}
    assert set(held) | set(dead) <= skus
    assert len(skus - set(held) - set(dead)) == 5
    assert set(dead) - set(held) == {"AT-VITA-C-30"}
    assert sum(units <= 3 for units in held.values()) == 6
    assert len({lot["lot"] for lot in LOTS}) == len(LOTS)


def test_every_country_of_a_market_has_its_tax_and_both_ways_of_delivery() -> None:
    rates = {row["country"]: row["rate_percent"] for row in read_rows("taxes.csv") if not row["category"]}
    ways = defaultdict(set)
    for row in read_rows("delivery.csv"):
        ways[row["market"], row["country"], row["currency"]].add(row["method"])
        assert re.fullmatch(r"\d+\.\d\d", row["price"])
        assert re.fullmatch(r"(\d+\.\d\d)?", row["free_over"])
        assert 0 < int(row["min_days"]) <= int(row["max_days"])
    for market in read_rows("markets.csv"):
        countries = market["countries"].split("|")
        assert market["default_country"] in countries
        for country in countries:
            assert 0 <= float(rates[country]) <= 27
            assert ways[market["market"], country, market["currency"]] == {"standard", "express"}
