"""Fills the shop: tables, roles, markets, the catalogue, the stock, one login."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from dev.demo import telling
from dev.demo.supervisor import ROOT, manage

CATALOGUE = Path("dev/demo/catalogue")
OWNER_EMAIL = "owner@regimen.example"
OWNER_PASSWORD = "a-quiet-waiting-room"  # of a shop that only this machine can reach
_CODE = ("catalog", "orders", "payments", "shop", "config", "dev/demo/catalogue", "requirements.txt")


def owner_password() -> str:
    return os.environ.get("STAFF_PASSWORD") or OWNER_PASSWORD


class Loading:
    """What has to be loaded into this shop: everything, or nothing since nothing has changed.

    Takes  `stamp`: a file that remembers what was loaded; None when the database is not ours.
    """

    def __init__(self, *, stamp: Path | None) -> None:
        self._stamp, self._state = stamp, digest_sources()
        self.is_done = stamp is not None and stamp.exists() and stamp.read_text() == self._state

    def migrate(self) -> None:
        """The tables are those of the code. Raises ChildDiedError."""
        with telling.step("tables migrated"):
            manage("migrate", "--no-input", "-v0")

    def fill_shelves(self) -> None:
        """The shop has goods, prices, stock, and an owner. Loading again changes nothing.

        Raises ChildDiedError: a command failed; its last lines are in the message.
        """
        with telling.step("markets, taxes, delivery, roles"):
            markets = [
                "load_markets",
                str(CATALOGUE / "markets.csv"),
                "--taxes",
                str(CATALOGUE / "taxes.csv"),
            ]
            manage(*markets, "--delivery", str(CATALOGUE / "delivery.csv"))
            manage("load_roles")
        with telling.step("catalogue imported") as results:
            results += last_sentence(manage("import_catalogue", str(CATALOGUE / "products.csv"), "--quiet"))
        with telling.step("lots received") as results:
            results += last_sentence(manage("receive_lots", str(CATALOGUE / "lots.csv")))
        with telling.step("a login for the owner"):
            manage("make_staff", "--email", OWNER_EMAIL, "--role", "owner", STAFF_PASSWORD=owner_password())
        if self._stamp:
            self._stamp.write_text(self._state)


def last_sentence(said: str) -> list[str]:
    """The last line of a command's output, when it is short enough for ours."""
    lines = [line.strip().rstrip(".") for line in said.splitlines() if line.strip()]
    return [lines[-1]] if lines and len(lines[-1]) <= 60 else []


def digest_sources() -> str:
    """Changes when the code, a pinned package, the demo's catalogue or its password does."""
    digest = hashlib.sha256(owner_password().encode())
    for part in _CODE:
        start = ROOT / part
        paths = [start] if start.is_file() else [path for path in start.rglob("*") if path.is_file()]
        for path in sorted(paths):
            if path.suffix != ".pyc":
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
