"""What the supplier has: lots that grow fewer, and now and then a delivery that nobody has heard of."""

from __future__ import annotations

import csv
import random
import re
import threading
from collections import deque
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

MOST_NEW_LOTS = 30
NOTES = 10
DELIVERY_EVERY = 6  # changes, on average


class BadGoodsError(RuntimeError):
    """The file of goods cannot be read; the message says where."""


@dataclass(frozen=True)
class Lot:
    sku: str
    location: str
    code: str
    best_before: date | None
    free: int


@dataclass(frozen=True)
class Count:
    """Everything at one moment. `number` grows with every change."""

    lots: tuple[Lot, ...]
    counted_at: datetime
    number: int


@dataclass(frozen=True)
class Note:
    at: datetime
    text: str


def read_goods(path: Path, *, location: str = "", today: date) -> list[Lot]:
    """The lots of a delivery note (sku, location, lot, expires_on, units), at one location or at all.

    Takes   `expires_on`: a day, days from today such as +435d, or nothing.
    Raises  BadGoodsError.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as error:
        raise BadGoodsError(f"{path} cannot be read: {error}") from None
    lots: list[Lot] = []
    for number, row in enumerate(rows, start=2):
        try:
            lot = Lot(
                row["sku"],
                row["location"],
                row["lot"],
                _read_day(row["expires_on"], today),
                int(row["units"]),
            )
        except KeyError as error:
            raise BadGoodsError(f"{path} has no column {error.args[0]}") from None
        except (TypeError, ValueError) as error:
            raise BadGoodsError(f"{path}, line {number}: {error}") from None
        if location in ("", lot.location):
            lots.append(lot)
    if not lots:
        raise BadGoodsError(f"{path} has no lots" + (f" at {location}" if location else ""))
    return lots


def _read_day(text: str, today: date) -> date | None:
    if not text:
        return None
    if relative := re.fullmatch(r"([+-]\d{1,5})d", text):
        return today + timedelta(days=int(relative[1]))
    return date.fromisoformat(text)


class Shelves:
    """The lots, changed by one thread and counted by many. The same seed brings the same changes."""

    def __init__(self, lots: list[Lot], *, seed: int, now: datetime) -> None:
        self._lock = threading.Lock()
        self._dice = random.Random(seed)
        self._lots = {(lot.sku, lot.location, lot.code): lot for lot in lots}
        self._known = list(self._lots)
        self._changed_at = now.replace(microsecond=0)
        self._number = 1
        self._notes: deque[Note] = deque(maxlen=NOTES)

    def count(self) -> Count:
        with self._lock:
            return Count(tuple(self._lots.values()), self._changed_at, self._number)

    def notes(self) -> list[Note]:
        """What changed last, newest first."""
        with self._lock:
            return list(self._notes)[::-1]

    def change(self, now: datetime) -> list[str]:
        """What the supplier has sold, or what came in, since the last time."""
        with self._lock:
            # files tell their age in whole seconds: two changes in one would look like none
            self._changed_at = max(now.replace(microsecond=0), self._changed_at + timedelta(seconds=1))
            self._number += 1
            is_delivery = self._dice.randrange(DELIVERY_EVERY) == 0
            told = [self._receive()] if is_delivery else self._sell()
            self._notes.extend(Note(self._changed_at, text) for text in told)
            return told

    def _sell(self) -> list[str]:
        full = [lot for lot in self._lots.values() if lot.free]
        told: list[str] = []
        for lot in self._dice.sample(full, min(len(full), self._dice.randint(1, 4))):
            left = lot.free - min(lot.free, self._dice.randint(1, 3))
            told.append(self._set(lot, left, "sold"))
        return told

    def _receive(self) -> str:
        known = self._lots[self._dice.choice(self._known)]
        units = self._dice.choice((12, 24, 36, 48))
        if len(self._lots) - len(self._known) >= MOST_NEW_LOTS:
            return self._set(known, known.free + units, "came back into stock")
        letters = "".join(self._dice.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=2))
        code = f"N{letters}{self._dice.randrange(1000):03}-{self._number}"
        life = timedelta(days=self._dice.randrange(540, 900))
        lot = Lot(known.sku, known.location, code, self._changed_at.date() + life, 0)
        return self._set(lot, units, "delivered")

    def _set(self, lot: Lot, free: int, what: str) -> str:
        self._lots[lot.sku, lot.location, lot.code] = replace(lot, free=free)
        return f"{lot.sku} lot {lot.code}: {lot.free} → {free} ({what})"
