"""The packshots of the demo catalogue, drawn anew: `python -m dev.demo.draw_packshots [slug ...]`.

Run by hand when a product, a name or a pack changes; the pictures are kept in the repository. The same
rows give the same pixels. Needs only Pillow, and two free font families: on Debian
`apt-get install fonts-texgyre fonts-lato` (TeX Gyre Pagella, Lato). Shapes come from `catalogue/packs.csv`.
"""

from __future__ import annotations

import csv
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from PIL import Image

from dev.demo.packshots.labels import Words, print_label
from dev.demo.packshots.light import FLOOR, GRAIN, SIDE, add_grain, lay_ground
from dev.demo.packshots.looks import GROUNDS, LOOKS
from dev.demo.packshots.shapes import FRAMES, SHAPES

CATALOGUE = Path(__file__).parent / "catalogue"
SOFT = ("tube", "sachet")


def draw_packshots(slugs: list[str]) -> int:
    """How many pictures were drawn: those asked for, or all of them."""
    shapes = {row["product"]: row["shape"] for row in read_rows("packs.csv")}
    first_variants: dict[str, dict[str, str]] = {}
    for row in read_rows("products.csv"):
        first_variants.setdefault(row["product"], row)
    wanted = [row for slug, row in first_variants.items() if not slugs or slug in slugs]
    with ProcessPoolExecutor(max_workers=2) as pool:
        for _ in pool.map(draw_packshot, wanted, [shapes[row["product"]] for row in wanted]):
            pass
    return len(wanted)


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the catalogue's files."""
    with (CATALOGUE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def draw_packshot(row: dict[str, str], shape: str) -> None:
    """One product's picture, 1200 pixels square, written where the catalogue says."""
    look, ground = LOOKS[row["brand"]], GROUNDS[row["category"]]
    scene = lay_ground(ground)
    area = SHAPES[shape](scene, look, ground, scale_for(row["size"]))
    words = Words(brand=row["brand"], name=row["name"], size=row["variant"])
    paper = look.mark == "arch" or shape not in SOFT
    print_label(scene, area=area, look=look, words=words, paper=paper)
    picture = add_grain(take_picture(scene, area.pack_top, FRAMES[shape]))
    picture.save(CATALOGUE / "images" / row["image"], "WEBP", quality=88, method=6)


def take_picture(scene: Image.Image, pack_top: float, frame: float) -> Image.Image:
    """The square of the scene around the pack, in the size that is kept."""
    middle = (pack_top + FLOOR) / 2 - frame * 0.02
    left, top = SIDE / 2 - frame / 2, min(middle - frame / 2, SIDE - frame)
    box = (left * GRAIN, top * GRAIN, (left + frame) * GRAIN, (top + frame) * GRAIN)
    return scene.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box=box)


def scale_for(size: str) -> float:
    """Small packs are drawn smaller, though never so small that the label cannot be read."""
    quantity = float(size.split()[0])
    steps = ((10, 0.88), (20, 0.91), (30, 0.94), (60, 0.98), (120, 1.04))
    return next((scale for limit, scale in steps if quantity <= limit), 1.10)


if __name__ == "__main__":
    print(f"{draw_packshots(sys.argv[1:])} pictures drawn.")
