"""The warehouse of a trial, a process of its own: packs what is paid, takes deliveries in, counts, and errs.

Taking a unit off the shelf and telling the shop is one act here (`lock`), and so is looking at a shelf.
What was seen is pushed later, while orders, parcels and deliveries go on. Whoever tells the shop something
tells it again until the shop has understood.
"""

from __future__ import annotations

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

from tests.trials.shelves import Shelves
from tests.trials.wire import Answer, Line, NoAnswer

_T = TypeVar("_T")
AGAIN_S = 0.3
COUNTS = "/api/v1/stock/counts/"


@dataclass(frozen=True)
class Shift:
    """`stop`: a file; when it is there the work ends. `key`: for pushed counts; "" none are pushed."""

    port: int
    environment: tuple[tuple[str, str], ...]
    seed: int
    stop: str
    key: str = ""
    counters: int = 2
    delay_s: float = 1.5


@dataclass
class Diary:
    """What was done, and where the books are wrong."""

    parcels: int = 0
    brought: int = 0
    stolen: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def work(shift: Shift) -> Diary:
    """Works until the file is there; then compares the books with the shelves."""
    os.environ.update(dict(shift.environment))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    return Warehouse(shift).work()


class Warehouse:
    def __init__(self, shift: Shift) -> None:
        self.shift, self.diary, self.lock = shift, Diary(), threading.Lock()
        self.places: dict[int, tuple[str, str, str]] = {}
        self.shelves = Shelves(self._read_books())

    def work(self) -> Diary:
        crew: list[Callable[[random.Random], None]] = [self._pack, self._receive]
        crew += [self._count] * (self.shift.counters if self.shift.key else 0)
        threads = [
            threading.Thread(
                target=self._until_stopped, args=(act, random.Random(f"{self.shift.seed}/{place}"))
            )
            for place, act in enumerate(crew)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.diary.wrong = self.shelves.compare(self._insist("reading the books", self._read_books))
        return self.diary

    def _until_stopped(self, act: Callable[[random.Random], None], chance: random.Random) -> None:
        from django.db import connection

        while not Path(self.shift.stop).exists():
            act(chance)
        connection.close()

    def _pack(self, chance: random.Random) -> None:
        """Every paid order, as it comes."""
        from orders.models import Order

        paid = self._insist(
            "looking for work",
            lambda: list(Order.objects.filter(status="PAID").order_by("?").values_list("pk", flat=True)[:5]),
        )
        for order_id in paid:
            with self.lock:
                units = self._insist("reading a packing list", self._promised, order_id)
                if units and self._insist("dispatching", self._dispatch, order_id):
                    self.shelves.take(units)
                    self.diary.parcels += 1
            time.sleep(chance.uniform(0, 0.05))
        if not paid:
            time.sleep(0.1)

    def _promised(self, order_id: int) -> dict[int, int]:
        from orders.models import Allocation

        rows = Allocation.objects.filter(line__order=order_id).values_list("lot_id", "units")
        return {lot: sum(units for each, units in rows if each == lot) for lot, _ in rows}

    def _dispatch(self, order_id: int) -> bool:
        """True when the parcel has left. Asking again after a silence changes nothing."""
        from orders import dispatch, lifecycle

        try:
            dispatch.dispatch_order(
                order_id=order_id,
                carrier="DHL",
                tracking_code=f"T{order_id}",
                tracking_url="",
                now=_now(),
            )
        except lifecycle.OrderClosed:
            return False
        return True

    def _receive(self, chance: random.Random) -> None:
        """Now and then a few units come, or one goes missing."""
        time.sleep(chance.uniform(0.1, 0.6))
        lot = chance.choice(sorted(self.shelves.units))
        with self.lock:
            if chance.random() < 0.5 and self.shift.key:
                if self.shelves.units[lot] > 0:
                    self.shelves.steal(lot, at=_now())
                    self.diary.stolen += 1
                return
            units, note = chance.randrange(1, 6), f"note {chance.getrandbits(60):x}"
            self._insist("receiving", self._bring, lot, units, note)
            self.shelves.bring(lot, units)
            self.diary.brought += units

    def _bring(self, lot_id: int, units: int, note: str) -> None:
        """The same note twice is one delivery."""
        from django.db import transaction

        from catalog import stock
        from catalog.models import Lot

        lot = Lot.objects.select_related("variant", "location").get(pk=lot_id)
        with transaction.atomic():
            stock.receive(
                variant=lot.variant,
                location=lot.location,
                lot_code=lot.code,
                units=units,
                expires_on=lot.expires_on,
                cause=note,
                now=_now(),
            )

    def _count(self, chance: random.Random) -> None:
        """Looks at some shelves, goes to the desk, and tells it later."""
        lots = chance.sample(sorted(self.shelves.units), min(3, len(self.shelves.units)))
        with self.lock:
            seen, at = {lot: self.shelves.units[lot] for lot in lots}, _now()
        time.sleep(chance.uniform(0.05, self.shift.delay_s))
        lines = [
            {
                "sku": self.places[lot][0],
                "location": self.places[lot][1],
                "lot": self.places[lot][2],
                "counted": units,
                "as_of": at.isoformat(),
            }
            for lot, units in seen.items()
        ]
        answer = self._push(lines, key=f"count-{chance.getrandbits(60):x}")
        if answer.status != 200:
            self.diary.counts[f"{answer.status} {answer.problem}"] += 1
            return
        for lot, result in zip(seen, answer.json()["results"], strict=True):
            self.diary.counts[result["result"]] += 1
            if result["result"] in ("applied", "unchanged"):
                with self.lock:
                    self.shelves.note_count(lot, at=at)

    def _push(self, lines: list[dict[str, Any]], *, key: str) -> Answer:
        line, headers = (
            Line(self.shift.port),
            {"Idempotency-Key": key, "Authorization": f"Bearer {self.shift.key}"},
        )
        while True:
            try:
                answer = line.ask("POST", COUNTS, {"lines": lines}, headers)
            except NoAnswer:
                self.diary.errors["pushing: no answer"] += 1
            else:
                if answer.status < 500 and answer.status != 429:
                    return answer
                self.diary.errors[f"pushing: {answer.status}"] += 1
            time.sleep(AGAIN_S)

    def _insist(self, what: str, act: Callable[..., _T], *given: Any) -> _T:
        """What the act gives, once the database lets it."""
        from django.db import DatabaseError, connection

        while True:
            try:
                return act(*given)
            except DatabaseError as error:
                self.diary.errors[f"{what}: {type(error).__name__}"] += 1
                connection.close()
                time.sleep(AGAIN_S)

    def _read_books(self) -> dict[int, int]:
        from catalog.models import Lot

        books = {}
        for lot in Lot.objects.select_related("variant", "location"):
            self.places[lot.pk] = (lot.variant.sku, lot.location.code, lot.code)
            books[lot.pk] = lot.on_hand
        return books


def _now() -> datetime:
    return datetime.now(UTC)
