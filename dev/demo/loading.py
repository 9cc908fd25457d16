"""Fills the shop: tables, roles, markets, what we know, the catalogue, the stock, two logins."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from dev.demo import telling
from dev.demo.programs import CATALOGUE
from dev.demo.supervisor import ROOT, lines_of

OWNER_EMAIL = "owner@regimen.example"
DERMATOLOGIST_EMAIL = "ines@regimen.example"
PASSWORD = "a-quiet-waiting-room"  # of a shop that only this machine can reach
_CODE = ("catalog", "orders", "payments", "shop", "config", "dev/demo", "requirements.txt")


MIGRATED = "tables migrated"
STEPS = [
    (MIGRATED, [["migrate", "--no-input", "-v0"]]),
    (
        "markets, taxes, delivery",
        [
            [
                "load_markets",
                str(CATALOGUE / "markets.csv"),
                *("--taxes", str(CATALOGUE / "taxes.csv")),
                *("--delivery", str(CATALOGUE / "delivery.csv")),
            ]
        ],
    ),
    # before there are labels: none has to be read twice
    ("what we know", [["load_knowledge"]]),
    ("catalogue imported", [["import_catalogue", str(CATALOGUE / "products.csv"), "--quiet"]]),
    ("lots received", [["receive_lots", "--released", str(CATALOGUE / "lots.csv")]]),
    # what the clock does once in a while, and a newcomer would wait for
    ("books audited, markdowns", [["audit", "stock"], ["propose_markdowns"]]),
    (
        "roles, logins",
        [
            ["load_roles"],
            ["make_staff", "--email", OWNER_EMAIL, "--role", "owner"],
            ["make_staff", "--email", DERMATOLOGIST_EMAIL, "--role", "dermatologist"],
        ],
    ),
]
_DONE = "done|"
# One process for all of them: starting Django takes longer than most of these commands.
_SCRIPT = """
import time
from django.core.management import call_command
for title, commands in {steps!r}:
    started = time.monotonic()
    for command in commands:
        call_command(*command)
    print("done|%s|%.3f" % (title, time.monotonic() - started), flush=True)
"""


def staff_password() -> str:
    return os.environ.get("STAFF_PASSWORD") or PASSWORD


class Loading:
    """What has to be loaded into this shop: everything, or nothing since nothing has changed.

    Takes  `stamp`: a file that remembers what was loaded; None when the database is not ours.
    """

    def __init__(self, *, stamp: Path | None) -> None:
        self._stamp, self._state = stamp, digest_sources()
        self.is_done = stamp is not None and stamp.exists() and stamp.read_text() == self._state

    def load(self) -> Iterator[str]:
        """The title of each step, when it is done. Loading again changes nothing.

        Raises ChildDiedError: a command failed; its last lines are in the message.
        """
        said: list[str] = []
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", _SCRIPT.format(steps=STEPS)]
        for line in lines_of(command, STAFF_PASSWORD=staff_password()):
            if not line.startswith(_DONE):
                said.append(line)
                continue
            title, seconds = line.removeprefix(_DONE).split("|")
            telling.done(title, seconds=float(seconds), result=last_sentence(said))
            said.clear()
            yield title

    def remember(self) -> None:
        """From now on nothing has to be loaded, until something changes."""
        if self._stamp:
            self._stamp.write_text(self._state)


def last_sentence(lines: list[str]) -> str:
    """The last line that a command said, without what there was none of, when it is short enough for ours."""
    kept = [line.strip().rstrip(".") for line in lines if line.strip()]
    told = re.sub(r", 0 [a-z]+", "", kept[-1]) if kept else ""
    return told if len(told) <= 50 else ""


def digest_sources() -> str:
    """Changes when the code, a pinned package, the demo's catalogue or its password does."""
    digest = hashlib.sha256(staff_password().encode())
    for part in _CODE:
        start = ROOT / part
        paths = [start] if start.is_file() else [path for path in start.rglob("*") if path.is_file()]
        for path in sorted(paths):
            if path.suffix != ".pyc":
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
