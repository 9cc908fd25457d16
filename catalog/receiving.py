"""A delivery note comes in: units of many lots, put on their shelves once."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from catalog import lots, shelf_life, stock
from catalog.importing import lists
from catalog.importing.lists import Line, List
from catalog.importing.reports import Refused
from catalog.models import Location, Lot, Movement, Supplier, Variant
from catalog.stock import Delivery

BATCH = 1000  # lots written at once

LOT_COLUMNS = {
    "sku": lists.code(64),
    "location": lists.code(12),
    "lot": lists.code(40),
    "expires_on": lists.expiry,
    "units": lists.whole(1, 1_000_000),
    "supplier": lists.text(24, needed=False),
    "other_codes": lists.several(40),
    "made_on": lists.day,
    "pao_months": lists.months,
    "storage_note": lists.text(120, needed=False),
}
OPTIONAL = ("supplier", "other_codes", "made_on", "pao_months", "storage_note")


@dataclass
class Received:
    """What a delivery note brought. `again`: lines that had been received from it before."""

    lots: int = 0
    units: int = 0
    again: int = 0
    refused: list[Refused] = field(default_factory=list)

    def summary(self) -> str:
        return f"{self.lots} lots, {self.units} units; {self.again} known, {len(self.refused)} refused"


def receive_lots(
    *, content: bytes, name: str, now: datetime, released: bool = False, by: Any = None
) -> Received:
    """What became of every line of a delivery note. The same note again brings nothing.

    Takes   `name`: the note's; together with SKU and lot it is the cause that counts once. `released`: its
            lots were checked before the note was entered, and go on sale; otherwise into quarantine.
    Writes  Location, Supplier (when new), Lot, Movement; a line with a bad cell writes nothing.
    Raises  BadList when the file as a whole is no use.
    """
    note = lists.read_list(content, name=name, readers=LOT_COLUMNS, optional=OPTIONAL)
    note.refuse_repeats("sku", "location", "lot")
    repeats = {bad.line for bad in note.refused}
    with transaction.atomic(durable=True):
        variants = {row.sku: row for row in Variant.objects.filter(sku__in=[line["sku"] for line in note])}
        known = _read_lots(variants.values())
        brought, fresh = Received(), list[Line]()
        for line in note:
            lot = known.get((line["sku"], line["location"], line["lot"]))
            if line["sku"] not in variants:
                note.refuse(line, "sku", "is unknown")
            elif _disagrees(line, lot, name, note):
                continue
            elif lot is not None and _units_before(lot, line, name) is not None:
                brought.again += 1
            elif line.line not in repeats:
                fresh.append(line)
        deliveries = _deliveries(fresh, variants, name, now)
        for start in range(0, len(deliveries), BATCH):
            batch = deliveries[start : start + BATCH]
            received = stock.receive_all(batch, now=now, by=by)
            shelf_life.date_lots({each.variant.product_id for each in batch})
            if released:
                _release(received, name, now=now, by=by)
    brought.lots, brought.units = len(fresh), sum(line["units"] for line in fresh)
    brought.refused = sorted(note.refused)
    return brought


def _release(received: Iterable[Lot], name: str, *, now: datetime, by: Any) -> None:
    """On sale with those that stand in quarantine and have not expired on the way."""
    fit = [
        lot.pk
        for lot in received
        if lot.status == Lot.Status.QUARANTINE and (lot.expires_on is None or lot.expires_on > now.date())
    ]
    lots.release_lots(lot_ids=fit, checks=lots.CHECKS, note=f"Checked with {name}."[:300], now=now, by=by)


def _read_lots(variants: Iterable[Variant]) -> dict[tuple[str, str, str], Lot]:
    rows = Lot.objects.filter(variant__in=list(variants)).select_related("variant", "location")
    received = rows.prefetch_related("movements")
    return {(lot.variant.sku, lot.location.code, lot.code): lot for lot in received}


def _disagrees(line: Line, lot: Lot | None, name: str, note: List) -> bool:
    """Whether a lot that we know says something else; a count or the desk must set that right."""
    if lot is None:
        return False
    told, before = line["expires_on"], _units_before(lot, line, name)
    if told.on is not None and told.on != lot.expires_on:
        note.refuse(line, "expires_on", f"contradicts the lot, which expires on {lot.expires_on}")
        return True
    if before is not None and before != line["units"]:
        note.refuse(line, "units", f"contradicts this note, which brought {before} before: count the lot")
        return True
    return False


def _units_before(lot: Lot, line: Line, name: str) -> int | None:
    cause = _cause(line, name)
    for movement in lot.movements.all():
        if movement.kind == Movement.Kind.RECEIVED and movement.cause == cause:
            return movement.on_hand_change
    return None


def _deliveries(
    lines: Iterable[Line], variants: Mapping[str, Variant], name: str, now: datetime
) -> list[Delivery]:
    places: dict[str, Location] = {}
    suppliers: dict[str, Supplier | None] = {"": None}
    found: list[Delivery] = []
    for line in lines:
        code = line["location"]
        if code not in places:
            places[code], _ = Location.objects.get_or_create(code=code, defaults={"name": code})
        whose = line["supplier"]
        if whose not in suppliers:
            suppliers[whose], _ = Supplier.objects.get_or_create(code=whose, defaults={"name": whose})
        found.append(
            Delivery(
                variant=variants[line["sku"]],
                location=places[code],
                lot_code=line["lot"],
                units=line["units"],
                expires_on=line["expires_on"].day(now.date()),
                cause=_cause(line, name),
                supplier=suppliers[whose],
                other_codes=line["other_codes"],
                made_on=line["made_on"],
                pao_months=line["pao_months"],
                storage_note=line["storage_note"],
            )
        )
    return found


def _cause(line: Line, name: str) -> str:
    """The note and its line, in the 80 characters that a movement has for it."""
    cause = f"receipt {name} {line['sku']}/{line['lot']}"
    return (
        cause
        if len(cause) <= 80
        else f"receipt {name[:54]} {hashlib.sha256(cause.encode()).hexdigest()[:16]}"
    )
