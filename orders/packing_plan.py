"""What goes into a parcel and what stays promised: arithmetic, without a database."""

from collections.abc import Mapping
from dataclasses import dataclass

Promises = Mapping[int, Mapping[int, int]]  # line id → {lot id: units}


@dataclass(eq=False)
class OrderChanged(Exception):
    """What is left to send, or what has come back, is not what it was when somebody looked."""


@dataclass(eq=False)
class NotLeft(Exception):
    """More units are to go into a parcel than are left to send, or none at all."""

    left: dict[int, int]  # line id → units left


@dataclass(eq=False)
class LotNotFree(Exception):
    """The packer took another lot: it has too few free units, may not be sold, or is another thing."""

    lot_ids: list[int]


@dataclass(frozen=True)
class Plan:
    """One parcel. Units by lot: a lot holds one size, and a size stands in one line of an order."""

    parcel: dict[int, int]
    swapped: dict[int, int]  # of the parcel: not promised so far
    spare: dict[int, int]  # promised, and let go because another lot went instead
    left: dict[int, int]  # what every promised lot still owes afterwards; 0: the promise ends
    line_of: dict[int, int]  # lot id → line id

    def lots_of(self, line_id: int) -> list[int]:
        return [lot_id for lot_id in self.parcel if self.line_of[lot_id] == line_id]

    def units_by_line(self) -> dict[int, int]:
        units: dict[int, int] = {}
        for lot_id, count in self.parcel.items():
            units[self.line_of[lot_id]] = units.get(self.line_of[lot_id], 0) + count
        return units


def plan_parcel(held: Promises, wanted: Promises | None) -> Plan:
    """The plan of a parcel; `wanted` None: all that is promised.

    Raises  NotLeft, LotNotFree.
    """
    wanted = held if wanted is None else wanted
    promised = {line_id: sum(lots.values()) for line_id, lots in held.items()}
    plan = Plan({}, {}, {}, {}, {})
    for line_id, lots in held.items():
        plan.left.update(lots)
        plan.line_of.update(dict.fromkeys(lots, line_id))
    for line_id, lots in wanted.items():
        if sum(lots.values()) > promised.get(line_id, 0) or min(lots.values(), default=0) < 0:
            raise NotLeft(promised)
        for lot_id, units in lots.items():
            if units:
                _put(plan, line_id, lot_id, units)
        _let_go(plan, held.get(line_id, {}), sum(plan.swapped.get(lot_id, 0) for lot_id in lots))
    if not plan.parcel:
        raise NotLeft(promised)
    return plan


def _put(plan: Plan, line_id: int, lot_id: int, units: int) -> None:
    if plan.line_of.setdefault(lot_id, line_id) != line_id:
        raise LotNotFree([lot_id])
    own = min(units, plan.left.get(lot_id, 0))
    plan.parcel[lot_id] = units
    if own:
        plan.left[lot_id] -= own
    if units > own:
        plan.swapped[lot_id] = units - own


def _let_go(plan: Plan, lots: Mapping[int, int], units: int) -> None:
    """As many promised units as other lots now stand for; those that expire first were passed over."""
    for lot_id in lots:
        freed = min(units, plan.left[lot_id])
        if freed:
            plan.spare[lot_id] = freed
            plan.left[lot_id] -= freed
            units -= freed


def write_seen(held: Promises) -> str:
    """What is promised, as a page carries it along: it never comes back once a parcel has left."""
    return " ".join(
        f"{line_id}/{lot_id}/{units}"
        for line_id, lots in sorted(held.items())
        for lot_id, units in sorted(lots.items())
    )
