"""The warehouse of a trial, a process of its own: packs what is paid, takes deliveries in, counts, and errs.

Taking a unit off the shelf and telling the shop is one act here (`lock`), and so is looking at a shelf.
What was seen is pushed later, while orders, parcels and deliveries go on. Whoever tells the shop something
tells it again until the shop has understood.
"""

from __future__ import annotations

import importlib
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import django
from django.db import DatabaseError, connection

from tests.trials.shelves import Shelves
from tests.trials.wire import Answer, Line, NoAnswer

_T = TypeVar("_T")
AGAIN_S = 0.3
PATIENCE_S = 60.0  # for one thing, once the shift is over
AT_ONCE = 6  # shelves that one person counts before going to the desk
READY = "ready"  # a file beside `stop`: the crew is at work
COUNTS = "/api/v1/stock/counts/"


class NeverUnderstood(Exception):
    """The shop did not take what it was told, however often."""


@dataclass(frozen=True)
class Shift:
    """`stop`: a file; when it is there the work ends. `key`: an API key for counts; "": by the verb."""

    port: int
    environment: tuple[tuple[str, str], ...]
    seed: int
    stop: str
    key: str = ""
    counters: int = 2
    delay_s: float = 1.5  # at most, from seeing to telling
    theft: float = 0.5  # of the things that happen at the ramp


@dataclass
class Diary:
    """What was done, and where the books are wrong."""

    parcels: int = 0
    in_part: int = 0
    brought: int = 0
    stolen: int = 0
    counts: dict[str, int] = field(default_factory=Counter)
    errors: dict[str, int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def work(shift: Shift) -> Diary:
    """Works until the file is there; then compares the books with the shelves."""
    os.environ.update(dict(shift.environment))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if os.environ["TRIAL_GUARD_OFF"]:
        importlib.import_module("tests.trials.unguarded")
    else:
        django.setup()
    warehouse = Warehouse(shift)
    try:
        return warehouse.work()
    finally:
        connection.close()


class Warehouse:
    def __init__(self, shift: Shift) -> None:
        self.desk: Any = importlib.import_module("tests.trials.desk")  # only now: Django is set up
        self.shift, self.diary, self.lock = shift, Diary(), threading.Lock()
        self.names: dict[int, tuple[str, str, str]] = self._insist("naming", self.desk.name_lots)
        self.shelves = Shelves(self._insist("reading the books", self.desk.read_books))

    def work(self) -> Diary:
        crew: list[Callable[[random.Random], None]] = [self._pack, self._stand_at_the_ramp]
        crew += [self._count] * self.shift.counters
        threads = [
            threading.Thread(
                target=self._until_stopped, args=(act, random.Random(f"{self.shift.seed}/{place}"))
            )
            for place, act in enumerate(crew)
        ]
        for each in threads:
            each.start()
        Path(self.shift.stop).with_name(READY).touch()
        for each in threads:
            each.join()
        self.diary.wrong += self.shelves.compare(self._insist("reading the books", self.desk.read_books))
        self.diary.counts, self.diary.errors = dict(self.diary.counts), dict(self.diary.errors)
        return self.diary

    def _until_stopped(self, act: Callable[[random.Random], None], chance: random.Random) -> None:
        try:
            while not Path(self.shift.stop).exists():
                act(chance)
        except NeverUnderstood as why:
            self.diary.wrong.append(f"the shop never understood the warehouse: {why}")
        finally:
            connection.close()

    def _pack(self, chance: random.Random) -> None:
        """Every paid order, as it comes; some in two parcels."""
        paid = self._insist("looking for work", self.desk.list_paid)
        for order_id in paid:
            with self.lock:
                self._pack_one(order_id, chance)
            time.sleep(chance.uniform(0, 0.05))
        if not paid:
            time.sleep(0.1)

    def _pack_one(self, order_id: int, chance: random.Random) -> None:
        held = self._insist("reading a packing list", self.desk.read_promises, order_id)
        parcel = _part_of(held, chance) if chance.random() < 0.25 else None
        units = _by_lot(parcel or held)
        if not units or any(self.shelves.units[lot] < wanted for lot, wanted in units.items()):
            return  # somebody was faster, or the shelf is empty whatever the books say
        if self._insist("dispatching", self.desk.send, order_id, parcel, held, _now()):
            self.shelves.take(units)
            self.diary.parcels += 1
            self.diary.in_part += parcel is not None

    def _stand_at_the_ramp(self, chance: random.Random) -> None:
        """Now and then a few units come, or one goes missing."""
        time.sleep(chance.uniform(0.1, 0.6))
        lot = chance.choice(sorted(self.shelves.units))
        with self.lock:
            if chance.random() < self.shift.theft:
                if self.shelves.units[lot] > 0:
                    self.shelves.steal(lot, at=_now())
                    self.diary.stolen += 1
                return
            units, note = chance.randrange(1, 6), f"note {chance.getrandbits(60):x}"
            self._insist("receiving", self.desk.bring, lot, units, note, _now())
            self.shelves.bring(lot, units)
            self.diary.brought += units

    def _count(self, chance: random.Random) -> None:
        """Looks at some shelves, goes to the desk, and tells it later."""
        lots = chance.sample(sorted(self.shelves.units), min(AT_ONCE, len(self.shelves.units)))
        with self.lock:
            seen, at = {lot: self.shelves.units[lot] for lot in lots}, _now()
        time.sleep(chance.uniform(0.05, self.shift.delay_s))
        note = f"count {chance.getrandbits(60):x}"
        if self.shift.key:
            told = self._push(seen, at, note)
        else:
            told = self._insist("counting", self._count_now, seen, at, note)
        for lot, result in told.items():
            self.diary.counts[result] = self.diary.counts.get(result, 0) + 1
            if result in ("applied", "unchanged"):
                with self.lock:
                    self.shelves.note_count(lot, at=at)

    def _count_now(self, seen: dict[int, int], at: datetime, note: str) -> dict[int, str]:
        told: dict[int, str] = self.desk.count(seen, at, note, _now())
        return told

    def _push(self, seen: dict[int, int], at: datetime, note: str) -> dict[int, str]:
        """What the API says of each lot."""
        names = [self.names[lot] for lot in seen]
        lines = [
            {"sku": sku, "location": place, "lot": code, "counted": units, "as_of": at.isoformat()}
            for (sku, place, code), units in zip(names, seen.values(), strict=True)
        ]
        answer = self._ask_until_answered({"counts": lines}, key=note.replace(" ", "-"))
        if answer.status != 200:
            return dict.fromkeys(seen, f"{answer.status} {answer.problem}")
        results = answer.json()["results"]
        return {lot: one.get("reason") or one["result"] for lot, one in zip(seen, results, strict=True)}

    def _ask_until_answered(self, body: dict[str, Any], *, key: str) -> Answer:
        line = Line(self.shift.port)
        headers = {"Idempotency-Key": key, "Authorization": f"Bearer {self.shift.key}"}
        while True:
            try:
                answer = line.ask("POST", COUNTS, body, headers)
            except NoAnswer:
                self._note_error("pushing: no answer")
            else:
                if answer.status < 500 and answer.status != 429:
                    return answer
                self._note_error(f"pushing: {answer.status}")
            self._wait_or_leave()

    def _insist(self, what: str, act: Callable[..., _T], *given: Any) -> _T:
        """What the act gives, once the database lets it."""
        while True:
            try:
                return act(*given)
            except DatabaseError as error:
                self._note_error(f"{what}: {type(error).__name__}")
                connection.close()
            self._wait_or_leave()

    def _wait_or_leave(self) -> None:
        """A moment later. Raises NeverUnderstood when the shift has been over for long."""
        time.sleep(AGAIN_S)
        stop = Path(self.shift.stop)
        if stop.exists() and time.time() - stop.stat().st_mtime > PATIENCE_S:
            raise NeverUnderstood(str(self.diary.errors))

    def _note_error(self, words: str) -> None:
        self.diary.errors[words] = self.diary.errors.get(words, 0) + 1


def _part_of(held: dict[int, dict[int, int]], chance: random.Random) -> dict[int, dict[int, int]] | None:
    """One unit of one line, when more than one is left in all."""
    if sum(_by_lot(held).values()) < 2:
        return None
    line = chance.choice(sorted(held))
    return {line: {chance.choice(sorted(held[line])): 1}}


def _by_lot(held: dict[int, dict[int, int]]) -> dict[int, int]:
    units: dict[int, int] = {}
    for lots in held.values():
        for lot, count in lots.items():
            units[lot] = units.get(lot, 0) + count
    return units


def _now() -> datetime:
    return datetime.now(UTC)
