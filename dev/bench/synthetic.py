"""A large invented catalogue as CSV files, for `manage.py import_catalogue` and `receive_lots`.

    python -m dev.bench.synthetic --products 10000 products.csv lots.csv

The same seed writes the same bytes. Every second product has two sizes; every tenth size has no stock.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

SEED = 20261122
CATEGORIES, BRANDS = 40, 60
UNITS = 1_000_000  # of each size in stock: a bench never sells out
COLUMNS = (
    "sku,product,name,brand,category,concerns,variant,size,weight_g,price_eur,price_gbp,price_usd,"
    "summary,description,ingredients,published"
).split(",")

_SHELVES = ("Cleansers", "Toners", "Serums", "Creams", "Oils", "Masks", "Sun", "Eyes")
_PLACES = ("Face", "Body", "Hands", "Hair", "Lips")
_CONCERNS = (
    "Milia,Dryness,Redness,Acne-prone,Sensitivity,Dark spots,Fine lines,Oiliness,Eczema-prone,Large pores,"
    "Dullness,Uneven texture"
).split(",")
_FIRST = "Quiet,Plain,Even,Cold,First,Low,High,Night,Day,Clear,Soft,Still,Open,Late,Early,Slow".split(",")
_SECOND = "Oat,Fern,Kelp,Rice,Fig,Birch,Clay,Snow,Barley,Linden,Nettle,Almond,Plum,Elder,Moss".split(",")
_LAST = {
    "Cleansers": "Milk",
    "Toners": "Water",
    "Serums": "Serum",
    "Creams": "Cream",
    "Oils": "Oil",
    "Masks": "Mask",
    "Sun": "Fluid",
    "Eyes": "Gel",
}
_INSIDE = (
    "Aqua,Glycerin,Niacinamide,Squalane,Panthenol,Betaine,Cetearyl Alcohol,Xanthan Gum,Tocopherol,"
    "Citric Acid,"
    "Sodium Hyaluronate,Ceramide NP,Allantoin,Urea,Lactic Acid,Mandelic Acid,Zinc PCA,Caffeine,Bakuchiol,"
    "Propanediol,Pentylene Glycol,Sodium Benzoate,Potassium Sorbate,Butyrospermum Parkii Butter"
).split(",")
_WORDS = (
    "thin light calm skin water barrier dry oil morning evening drop layer week hand tube soft slow rinse "
    "sting perfume colour leaves takes keeps holds feels without before after every some people like"
).split()


def write_catalogue(path: Path, *, products: int, seed: int = SEED) -> int:
    """The number of rows (one a size) of a catalogue with so many products."""
    return _write(path, COLUMNS, _rows(products, random.Random(seed)))


def write_lots(path: Path, *, products: int, seed: int = SEED) -> int:
    """The number of lots for that catalogue; one size in ten has none."""
    skus = (row["sku"] for row in _rows(products, random.Random(seed)))
    lots = (
        {"sku": sku, "location": "BER", "lot": f"L-{sku}", "expires_on": "2039-12-31", "units": str(UNITS)}
        for number, sku in enumerate(skus)
        if number % 10 != 9
    )
    return _write(path, ["sku", "location", "lot", "expires_on", "units"], lots)


def _rows(products: int, chance: random.Random) -> Iterator[dict[str, str]]:
    shelves = [f"{place} > {shelf}" for place in _PLACES for shelf in _SHELVES][:CATEGORIES]
    for number in range(products):
        shelf = shelves[number % CATEGORIES]
        brand = f"House {number % BRANDS + 1:02d}"
        words = f"{chance.choice(_FIRST)} {chance.choice(_SECOND)} {_LAST[shelf.split(' > ')[1]]}"
        common = {
            "product": f"{words} {number:05d}".lower().replace(" ", "-"),
            "name": f"{words} {number:05d}",
            "brand": brand,
            "category": shelf,
            "concerns": "|".join(sorted(chance.sample(_CONCERNS, chance.randrange(4)))),
            "summary": _sentence(chance, 10),
            "description": " ".join(_sentence(chance, 14) for _ in range(6)),
            "ingredients": ", ".join(sorted(chance.sample(_INSIDE, 14))),
            "published": "yes",
        }
        cents = chance.randrange(590, 8990, 10)
        for size, factor in ((30, 1), (100, 2))[: 1 + number % 2]:
            yield common | {
                "sku": f"SYN-{number:05d}-{size}",
                "variant": f"{size} ml",
                "size": f"{size} ml",
                "weight_g": str(size + 60),
                "price_eur": _amount(cents * factor),
                "price_gbp": _amount(cents * factor * 9 // 10),
                "price_usd": _amount(cents * factor * 11 // 10),
            }


def name_words(chance: random.Random) -> tuple[str, str, str]:
    """Three words as a name here has them."""
    return chance.choice(_FIRST), chance.choice(_SECOND), chance.choice(list(_LAST.values()))


def _sentence(chance: random.Random, words: int) -> str:
    chosen = [chance.choice(_WORDS) for _ in range(words)]
    kept = [chosen[0]] + [new for old, new in pairwise(chosen) if new != old]
    return " ".join(kept).capitalize() + "."


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _write(path: Path, columns: list[str], rows: Iterator[dict[str, str]]) -> int:
    written = 0
    with open(path, "w", encoding="utf-8", newline="") as out:
        sheet = csv.DictWriter(out, columns, lineterminator="\n")
        sheet.writeheader()
        for row in rows:
            sheet.writerow(row)
            written += 1
    return written


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.bench.synthetic", description=__doc__)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("lots", type=Path, nargs="?")
    asked = parser.parse_args()
    rows = write_catalogue(asked.catalogue, products=asked.products, seed=asked.seed)
    print(f"{asked.catalogue}: {asked.products:,} products, {rows:,} sizes")
    if asked.lots:
        print(f"{asked.lots}: {write_lots(asked.lots, products=asked.products, seed=asked.seed):,} lots")


if __name__ == "__main__":
    main()
