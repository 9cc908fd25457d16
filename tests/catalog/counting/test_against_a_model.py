"""Any story of one shelf: whenever it was counted, our books say what was seen plus what moved since."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import stock
from catalog.counts import OLDEST
from catalog.models import Lot, Variant
from tests.builders import NOW, make_lot, make_product
from tests.builders.counts import count, say, take

pytestmark = pytest.mark.django_db

# What happens next at the shelf, and with how many units; a push tells a look that somebody took before.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["come", "promise", "go", "break", "vanish", "turn up", "look", "push", "push"]),
        st.integers(min_value=1, max_value=6),
        st.integers(min_value=0, max_value=5),
    ),
    min_size=4,
    max_size=30,
)


@dataclass
class Shelf:
    """What really stands there, told without a ledger."""

    there: int
    promised: int = 0
    newest: datetime | None = None
    looks: list[tuple[datetime, int, int]] = field(default_factory=list)  # when, seen, free of it
    moved: list[tuple[datetime, int]] = field(default_factory=list)  # what our people did, and wrote down

    def should_say(self, seen_at: datetime, seen: int) -> int:
        return seen + sum(units for at, units in self.moved if at > seen_at)


def act(shelf: Shelf, lot: Lot, step: str, units: int, at: datetime) -> None:
    """Somebody does something at the shelf; what vanishes or turns up is written down by nobody."""
    lot.refresh_from_db()
    if step == "come":
        facts = {"lot_code": "L1", "expires_on": None, "cause": f"note {at}", "now": at}
        stock.receive(variant=lot.variant, location=lot.location, units=units, **facts)
        shelf.moved.append((at, units))
        shelf.there += units
    elif step == "promise" and lot.on_hand - lot.reserved >= units:
        stock.reserve({lot.variant_id: units}, cause="ORDER", now=at)
        shelf.promised += units
    elif step == "go" and min(lot.reserved, shelf.there) >= units:
        stock.ship({lot.pk: units}, cause="ORDER", now=at)
        shelf.moved.append((at, -units))
        shelf.there, shelf.promised = shelf.there - units, shelf.promised - units
    elif step == "break" and min(lot.on_hand - lot.reserved, shelf.there) >= units:
        stock.write_off(lot_id=lot.pk, units=units, cause="broken", now=at)
        shelf.moved.append((at, -units))
        shelf.there -= units
    elif step == "vanish":
        shelf.there -= min(units, shelf.there)
    elif step == "turn up":
        shelf.there += units
    elif step == "look":
        shelf.looks.append((at, shelf.there, shelf.there - shelf.promised))


def push(shelf: Shelf, lot: Lot, look: tuple[datetime, int, int], *, now: datetime, free: bool) -> None:
    """The books afterwards are what was seen plus what moved since, or the count is refused for a reason."""
    seen_at, seen, free_of_it = look
    before = Lot.objects.get(pk=lot.pk)
    should = shelf.should_say(seen_at, seen)
    told = free_of_it if free else seen
    [taken] = take(count(told, at=seen_at), now=now, free=free)
    after = Lot.objects.get(pk=lot.pk)
    assert (taken.on_hand, taken.reserved) == (after.on_hand, after.reserved)
    if shelf.newest is not None and seen_at < shelf.newest:
        assert say(taken)[:2] == ("refused", "older-count")
    elif should < shelf.promised:
        assert say(taken)[:2] in (("refused", "promised"), ("refused", "left-since"))
    else:
        assert taken.outcome.value == ("unchanged" if should == before.on_hand else "applied")
        assert (after.on_hand, after.reserved, after.counted_at) == (should, shelf.promised, seen_at)
        shelf.newest = seen_at
        return
    assert (after.on_hand, after.reserved, after.counted_at) == (
        before.on_hand,
        before.reserved,
        before.counted_at,
    )


@pytest.fixture
def variant(db: None) -> Variant:
    return make_product(sku="QC-50").variants.get()


@pytest.mark.parametrize("free", [False, True], ids=["what stands there", "what is free"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=STEPS)
def test_the_books_say_what_was_seen_plus_what_moved_since(
    variant: Variant, free: bool, story: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        lot = make_lot(variant, units=8, code="L1", expires_on=None)
        shelf, now = Shelf(there=8), NOW - OLDEST / 2
        for step, units, which in story:
            now += timedelta(minutes=1)
            if step != "push":
                act(shelf, lot, step, units, now)
            elif shelf.looks:
                look = shelf.looks[which % len(shelf.looks)]
                if not free or look[2] >= 0:  # nobody tells fewer than none
                    push(shelf, lot, look, now=now, free=free)
        transaction.set_rollback(True)
