"""Adverse reports as they leave the house, for an authority, a maker or an auditor."""

from collections.abc import Iterator
from typing import Any

import orjson

from catalog.exporting import Table
from catalog.importing.guarding import as_cell
from orders import incident_words
from orders.incident_words import LABELS
from orders.models import Incident

FACTS = tuple(name for name in LABELS if name not in ("product", "order"))


def list_incidents() -> Table:
    """A row for each, the newest first, what is not known left empty; header first."""
    yield [
        "reference",
        "source",
        "aware at",
        "brand",
        "product",
        "order",
        "lot of ours",
        "jurisdiction",
        "serious",
        *(LABELS[name] for name in FACTS),
        "duties",
        "closed at",
    ]
    for incident in _walk():
        yield [
            as_cell(cell, lines=True)
            for cell in (
                incident.reference,
                incident.get_source_display(),
                incident.aware_at.isoformat(),
                incident.product.brand.name,
                incident.product.name,
                incident.order.reference if incident.order else "",
                incident.lot.code if incident.lot else "",
                incident.get_jurisdiction_display() or "",
                "yes" if incident.is_serious else "no",
                *(_write(name, getattr(incident, name)) for name in FACTS),
                "; ".join(_tell_duty(duty) for duty in incident.duties.all()),
                incident.closed_at.isoformat() if incident.closed_at else "",
            )
        ]


def write_json() -> Iterator[bytes]:
    """The same as a JSON array, with every duty and the diary; values as they are kept."""
    yield b"["
    for number, incident in enumerate(_walk()):
        yield (b",\n" if number else b"\n") + orjson.dumps(_tell(incident), default=str)
    yield b"\n]\n"


def _walk() -> Iterator[Incident]:
    rows = Incident.objects.select_related("product__brand", "order", "lot").order_by("-aware_at", "-pk")
    return rows.prefetch_related("duties", "events__actor").iterator(chunk_size=200)


def _write(name: str, value: Any) -> str:
    return "" if value is None or value in ("", []) else incident_words.tell_value(name, value)


def _tell_duty(duty: Any) -> str:
    done = f"done {duty.done_at:%Y-%m-%d}: {duty.proof}" if duty.done_at else "open"
    return f"{duty.get_kind_display()}, {duty.to}, due {duty.due_on}, {done}"


def _tell(incident: Incident) -> dict[str, Any]:
    return {
        "reference": incident.reference,
        "source": incident.source,
        "aware_at": incident.aware_at,
        "closed_at": incident.closed_at,
        "jurisdiction": incident.jurisdiction,
        "is_serious": incident.is_serious,
        "brand": incident.product.brand.name,
        "product": incident.product.slug,
        "order": incident.order.reference if incident.order else None,
        "lot": incident.lot.code if incident.lot else None,
        **{name: getattr(incident, name) for name in FACTS},
        "duties": [
            {name: getattr(duty, name) for name in ("kind", "to", "due_on", "source", "done_at", "proof")}
            for duty in incident.duties.all()
        ],
        "diary": [
            {"at": event.at, "kind": event.kind, "by": str(event.actor or ""), "note": event.note}
            for event in incident.events.all()
        ],
    }
