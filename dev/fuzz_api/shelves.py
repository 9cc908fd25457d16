"""A shop filled in seconds: a few products of the demo without pictures, more units than can be sold."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from dev.demo.loading import OWNER_EMAIL, staff_password
from dev.demo.supervisor import lines_of

CATALOGUE = Path(__file__).resolve().parents[1] / "demo" / "catalogue"
PRODUCTS = 12
MIGRATE = """
from django.core.management import call_command
for command in {commands!r}:
    call_command(*command)
"""


def fill_shelves(home: Path) -> None:
    """Tables, markets, a dozen products, their lots, an owner. Raises ChildDiedError."""
    products, lots = home / "products.csv", home / "lots.csv"
    with (CATALOGUE / "products.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = list(dict.fromkeys(row["product"] for row in rows))[:PRODUCTS]
    kept = [row | {"image": "", "image_alt": ""} for row in rows if row["product"] in chosen]
    write(products, kept)
    lot = {"location": "BER", "expires_on": "+900d", "units": "900000"}
    write(lots, [{"sku": row["sku"], "lot": f"L-{number}"} | lot for number, row in enumerate(kept)])
    markets = [str(CATALOGUE / f"{name}.csv") for name in ("markets", "taxes", "delivery")]
    commands = [
        ["migrate", "--no-input", "-v0"],
        ["load_markets", markets[0], "--taxes", markets[1], "--delivery", markets[2]],
        ["load_knowledge"],
        ["import_catalogue", str(products), "--quiet"],
        ["receive_lots", "--released", str(lots)],
        ["load_roles"],
        ["make_staff", "--email", OWNER_EMAIL, "--role", "owner"],
    ]
    program = [sys.executable, "manage.py", "shell", "--no-imports", "-c", MIGRATE.format(commands=commands)]
    for _ in lines_of(program, STAFF_PASSWORD=staff_password()):
        pass


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
