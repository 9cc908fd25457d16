"""Any story that a shelf can have, told beside it in plain Python: the two never part.

`STOCK_STORIES=500 STOCK_STEPS=50 pytest -n0 tests/catalog/test_stock_machine.py` tells more of them.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from catalog import lots, stock
from catalog.models import Lot, Movement, Variant
from catalog.stock import BelowReserved, LotNotFit, OutOfStock
from tests.builders import NOW, make_lot, make_product

STORIES = int(os.environ.get("STOCK_STORIES", "15"))
STEPS = int(os.environ.get("STOCK_STEPS", "30"))
MIN_LIFE = timedelta(days=180)
REFUSALS = (BelowReserved, IntegrityError, LotNotFit, OutOfStock, lots.NotFit)

some_units = st.integers(1, 9)
one_of_three = st.integers(0, 2)


@dataclass
class Shelf:
    """What a lot must look like."""

    expires_on: date | None
    status: str = "RELEASED"
    on_hand: int = 0
    reserved: int = 0
    came_back: int = 0  # units of it that stand apart
    out: int = 0  # units of it that customers have

    def is_fresh(self, on: date) -> bool:
        return self.expires_on is None or self.expires_on - MIN_LIFE >= on

    def is_over(self, on: date) -> bool:
        return self.expires_on is not None and self.expires_on <= on

    def free(self, on: date) -> int:
        return self.on_hand - self.reserved if self.status == "RELEASED" and self.is_fresh(on) else 0


class StockMachine(RuleBasedStateMachine):
    """Three lots of one size: one expires soon, one later, one never."""

    def __init__(self) -> None:
        super().__init__()
        self.story = transaction.atomic()
        self.story.__enter__()
        self.now: datetime = NOW
        self.deliveries = 0

    @initialize()
    def open(self) -> None:
        self.variant: Variant = make_product().variants.get()
        dates = (date(2027, 7, 1), date(2028, 1, 1), None)
        self.lots = [
            make_lot(self.variant, units=5, code=f"L{n}", expires_on=on) for n, on in enumerate(dates)
        ]
        self.model = [Shelf(on, on_hand=5) for on in dates]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    @rule(which=one_of_three, units=some_units)
    def receive(self, which: int, units: int) -> None:
        self.deliveries += 1
        lot = self.lots[which]
        stock.receive(
            variant=self.variant,
            location=lot.location,
            lot_code=lot.code,
            units=units,
            expires_on=None,
            cause=f"delivery {self.deliveries}",
            now=self.now,
        )
        self.model[which].on_hand += units

    @rule(units=st.integers(1, 16))
    def reserve(self, units: int) -> None:
        today = self.now.date()
        went = self.went(lambda: stock.reserve({self.variant.pk: units}, cause="ORDER", now=self.now))
        assert went is (units <= sum(shelf.free(today) for shelf in self.model))
        for shelf in self.model if went else []:  # soonest expiry first, what never expires last
            share = min(units, shelf.free(today))
            shelf.reserved, units = shelf.reserved + share, units - share

    @rule(which=one_of_three, units=some_units)
    def release(self, which: int, units: int) -> None:
        shelf = self.model[which]
        if self.promised(which, units, stock.release):
            shelf.reserved -= units

    @rule(which=one_of_three, units=some_units)
    def ship(self, which: int, units: int) -> None:
        shelf = self.model[which]
        fit = shelf.status == "RELEASED" and not shelf.is_over(self.now.date())
        if self.promised(which, units, stock.ship, if_fit=fit):
            shelf.on_hand, shelf.reserved = shelf.on_hand - units, shelf.reserved - units
            shelf.out += units

    @rule(which=one_of_three, units=some_units, destroy=st.booleans())
    def come_back(self, which: int, units: int, destroy: bool) -> None:
        shelf, lot = self.model[which], self.lots[which]
        units = min(units, shelf.out)
        if units:
            stock.take_back(lot_id=lot.pk, units=units, destroy=destroy, cause="RETURN", now=self.now)
            shelf.out -= units
            shelf.came_back += 0 if destroy else units

    @rule(which=one_of_three, counted=st.integers(0, 12))
    def count(self, which: int, counted: int) -> None:
        shelf, lot = self.model[which], self.lots[which]
        went = self.went(lambda: stock.count_lot(lot_id=lot.pk, counted=counted, cause="c", now=self.now))
        assert went is (counted >= shelf.reserved)
        shelf.on_hand = counted if went else shelf.on_hand

    @rule(which=one_of_three, units=some_units)
    def write_off(self, which: int, units: int) -> None:
        shelf, lot = self.model[which], self.lots[which]
        went = self.went(lambda: stock.write_off(lot_id=lot.pk, units=units, cause="broken", now=self.now))
        assert went is (units <= shelf.on_hand - shelf.reserved)
        shelf.on_hand -= units if went else 0

    @rule(which=one_of_three, verb=st.sampled_from(["block_lots", "quarantine_lots", "recall_lots"]))
    def take_off_sale(self, which: int, verb: str) -> None:
        getattr(lots, verb)(lot_ids=[self.lots[which].pk], note="a smell", now=self.now)
        if self.model[which].status != "RECALLED":
            after = {"block_lots": "BLOCKED", "quarantine_lots": "QUARANTINE", "recall_lots": "RECALLED"}
            self.model[which].status = after[verb]

    @rule(which=one_of_three)
    def put_on_sale(self, which: int) -> None:
        shelf, ids = self.model[which], [self.lots[which].pk]
        went = self.went(lambda: lots.release_lots(lot_ids=ids, checks=lots.CHECKS, now=self.now))
        assert went is (shelf.status != "RECALLED" and not shelf.is_over(self.now.date()))
        shelf.status = "RELEASED" if went else shelf.status

    @rule(days=st.integers(1, 120))
    def time_goes_by(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(which=one_of_three, last_day=st.sampled_from([MIN_LIFE, timedelta(0)]))
    def a_last_day_comes(self, which: int, last_day: timedelta) -> None:
        expires_on = self.model[which].expires_on
        if expires_on is not None:
            self.now += max(expires_on - last_day - self.now.date(), timedelta(0))

    @invariant()
    def the_shelf_looks_as_it_must(self) -> None:
        found = {lot.pk: lot for lot in Lot.objects.all()}
        for lot, shelf in zip(self.lots, self.model, strict=True):
            told = (found[lot.pk].on_hand, found[lot.pk].reserved, found[lot.pk].status)
            assert told == (shelf.on_hand, shelf.reserved, shelf.status)
        today = self.now.date()
        free = sum(shelf.free(today) for shelf in self.model)
        assert stock.free_units([self.variant.pk], on=today) == ({self.variant.pk: free} if free else {})

    @invariant()
    def the_ledger_says_the_same(self) -> None:
        moved = Movement.objects.values("lot").annotate(
            on_hand=Sum("on_hand_change"), reserved=Sum("reserved_change")
        )
        sums = {row["lot"]: (row["on_hand"], row["reserved"]) for row in moved}
        for lot in Lot.objects.select_related("location"):
            assert sums[lot.pk] == (lot.on_hand, lot.reserved)
            assert 0 <= lot.reserved <= lot.on_hand
        apart = Lot.objects.filter(location__takes_returns=True)
        assert sum(lot.on_hand for lot in apart) == sum(shelf.came_back for shelf in self.model)

    def promised(self, which: int, units: int, verb: Any, *, if_fit: bool = True) -> bool:
        lot = self.lots[which]
        went = self.went(lambda: verb({lot.pk: units}, cause="ORDER", now=self.now))
        assert went is (if_fit and units <= self.model[which].reserved)
        return went

    def went(self, act: Callable[[], Any]) -> bool:
        try:
            with transaction.atomic():
                act()
        except REFUSALS:
            return False
        return True


@pytest.mark.django_db
def test_no_story_parts_the_shelf_from_the_model() -> None:
    connection.ensure_connection()
    told = settings(
        max_examples=STORIES,
        stateful_step_count=STEPS,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(StockMachine, settings=told)
