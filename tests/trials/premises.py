"""PostgreSQL and Valkey in a throw-away directory, and one loaded database from which shops are copied."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from dev.demo.programs import CATALOGUE
from dev.demo.supervisor import ROOT
from dev.embedded import DURABLE, Stack
from tests.trials.truth import ask

PRICE = "19.90"
MAKE_KEY = """
from django.db import transaction
from django.utils import timezone
from shop import api_keys
with transaction.atomic():
    made = api_keys.make_key(
        name="The warehouse", scopes=["stock.counts"], location=None, now=timezone.now()
    )
print(made.secret)
"""


@dataclass(frozen=True)
class Goods:
    """One SKU, and what of it stands where."""

    sku: str
    lots: tuple[tuple[str, int], ...]  # (location, units), in the order in which they expire

    @property
    def units(self) -> int:
        return sum(units for _, units in self.lots)


class Premises:
    """The servers under every shop of a trial; gone with it, unless `kept`."""

    def __init__(self) -> None:
        runs = ROOT / ".run" / "trials"
        runs.mkdir(parents=True, exist_ok=True)
        self.home = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=runs))
        self.logs = self.home / "logs"
        # a kill -9 of a server must lose nothing that it has said: as a production server commits
        self.stack = Stack(self.home, settings={**DURABLE, "max_connections": 200}, logs=self.logs)
        self.copies = 0
        self.count_key = ""  # with which the warehouse pushes its counts
        self.kept = False

    def open(self, goods: Iterable[Goods]) -> None:
        """The servers answer, and the goods stand on the shelves of the database `shop`."""
        for name in ("DATABASE_URL", "REDIS_URL"):  # only servers that we may kill
            os.environ.pop(name, None)
        self.stack.start()
        self._load(list(goods))

    def close(self) -> None:
        self.stack.stop()
        if not self.kept:
            shutil.rmtree(self.home, ignore_errors=True)

    def copy_database(self, *, alter: str = "") -> tuple[str, str]:
        """The addresses of a fresh copy of the loaded database (after `alter`) and of a Valkey number."""
        assert self.stack.postgres is not None
        assert self.stack.valkey is not None
        self.copies += 1
        name = f"trial_{self.copies}"
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE shop STRATEGY FILE_COPY")
        if alter:
            with psycopg.connect(self.url_of(name), autocommit=True) as connection:
                connection.execute(alter)
        return self.url_of(name), self.stack.valkey.url(self.copies)

    def url_of(self, database: str) -> str:
        assert self.stack.postgres is not None
        return self.stack.postgres.url.replace("/shop?", f"/{database}?")

    def _load(self, goods: list[Goods]) -> None:
        products, lots = self.home / "products.csv", self.home / "lots.csv"
        write_catalogue(products, goods)
        write_lots(lots, goods)
        environment = {"DATABASE_URL": self.url_of("shop"), "MEDIA_ROOT": str(self.home / "media")}
        shelves = ["--taxes", str(CATALOGUE / "taxes.csv"), "--delivery", str(CATALOGUE / "delivery.csv")]
        for command in (
            ["migrate", "--no-input", "-v0"],
            ["load_markets", str(CATALOGUE / "markets.csv"), *shelves],
            ["import_catalogue", str(products), "--quiet"],
            ["receive_lots", str(lots), "--released"],
        ):
            manage(environment, *command)
        self.count_key = manage(environment, "shell", "--no-imports", "-c", MAKE_KEY).split()[-1]
        found = ask(
            self.url_of("shop"),
            "SELECT count(*), sum(on_hand) FROM catalog_lot WHERE status = 'RELEASED'",
        )[0]
        expected = (sum(len(each.lots) for each in goods), sum(each.units for each in goods))
        if tuple(map(int, found)) != expected:
            raise RuntimeError(f"{found} lots and units were received, not {expected}")


def manage(environment: dict[str, str], *arguments: str) -> str:
    """What the command printed. Raises RuntimeError with its last lines."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "SHOP_ENV": "local", "DB_POOL": "0", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).splitlines()[-20:])
        raise RuntimeError(f"manage.py {arguments[0]} ended with {done.returncode}:\n{last}")
    return done.stdout


def write_catalogue(path: Path, goods: list[Goods]) -> None:
    """One product a SKU, each at the same price."""
    _write(
        path,
        [
            {
                "sku": each.sku,
                "product": each.sku.lower(),
                "name": f"Quiet Cream {each.sku}",
                "brand": "Maren Ostby",
                "category": "Face > Creams",
                "variant": "50 ml",
                "size": "50 ml",
                "weight_g": 90,
                "price_eur": PRICE,
                "ingredients": "Aqua, Glycerin, Squalane, Panthenol",
                "published": "yes",
            }
            for each in goods
        ],
    )


def write_lots(path: Path, goods: list[Goods]) -> None:
    _write(
        path,
        [
            {
                "sku": each.sku,
                "location": location,
                "lot": f"{each.sku}-{place}",
                "expires_on": f"203{5 + place // 12}-{place % 12 + 1:02d}-15",
                "units": units,
            }
            for each in goods
            for place, (location, units) in enumerate(each.lots)
        ],
    )


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as out:
        sheet = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        sheet.writeheader()
        sheet.writerows(rows)
