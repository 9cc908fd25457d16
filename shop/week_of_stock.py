"""The week's stock in one letter: what runs out, what runs out of time, what waits for whom."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from catalog import shelf_figures
from catalog.models import Lot, Markdown
from orders import auditing
from orders.statement import write_date
from shop.models import StockAlert

SHOWN = 8  # of each; the desks have them all
NEAR_DAYS = 60


def gather_week(*, monday: date, now: datetime) -> dict[str, Any]:
    """What the letter of that week says, ready to be shown; JSON."""
    low = shelf_figures.find_low(now=now)
    near = shelf_figures.find_near_expiry(now=now, within_days=NEAR_DAYS)
    late = list(shelf_figures.too_late_to_sell(on=now.date())[: shelf_figures.MOST_SHOWN])
    waiting = shelf_figures.count_waiting([Lot.Status.QUARANTINE, Lot.Status.BLOCKED, Lot.Status.RECALLED])
    return {
        "monday": write_day(monday),
        "summary": _sum_up(low, near, late),
        "low": [_tell_low(line) for line in low[:SHOWN]],
        "low_count": len(low),
        "near": [_tell_near(line) for line in near[:SHOWN]],
        "near_count": len(near),
        "near_days": NEAR_DAYS,
        "late": [_tell_late(lot, now.date()) for lot in late[:SHOWN]],
        "late_count": len(late),
        "quarantine": waiting.get("QUARANTINE", 0),
        "blocked": waiting.get("BLOCKED", 0),
        "recalled": waiting.get("RECALLED", 0),
        "markdowns": Markdown.objects.filter(state=Markdown.State.PROPOSED).count(),
        "wanted": _find_wanted(),
        "audit": _tell_audit(),
    }


def write_day(day: date) -> str:
    """21 November 2026."""
    return f"{day.day} {day:%B %Y}"


def _sum_up(low: Sequence[Any], near: Sequence[Any], late: Sequence[Any]) -> str:
    parts = [
        f"{len(low)} low" if low else "",
        f"{len(near)} near expiry" if near else "",
        f"{len(late)} to take off the shelf" if late else "",
    ]
    return ", ".join(part for part in parts if part) or "nothing to do"


def _tell_low(line: shelf_figures.LowLine) -> dict[str, Any]:
    return {
        "name": line.product_name,
        "size": line.size,
        "sku": line.sku,
        "free": line.free_units,
        "cover_days": line.cover_days,
        "quarantine": line.quarantine_units,
    }


def _tell_near(line: shelf_figures.NearLine) -> dict[str, Any]:
    lot = line.lot
    assert lot.sell_until_on is not None, "near its last day, so it has one"
    return _tell_lot(lot) | {
        "until": write_day(lot.sell_until_on),
        "free": line.free_units,
        "left": line.left_units,
    }


def _tell_late(lot: Lot, on: date) -> dict[str, Any]:
    if lot.expires_on is None:
        why = "past its period"
    else:
        day = write_day(lot.expires_on)
        why = f"expired {day}" if lot.expires_on <= on else f"expires {day}, too soon to sell"
    return _tell_lot(lot) | {"units": lot.on_hand, "why": why}


def _tell_lot(lot: Lot) -> dict[str, Any]:
    return {
        "lot": lot.code,
        "location": lot.location.code,
        "sku": lot.variant.sku,
        "name": lot.variant.product.name,
    }


def _find_wanted() -> list[dict[str, Any]]:
    """What most people wait for: a number that a buyer should know."""
    waiting = StockAlert.objects.filter(state=StockAlert.State.CONFIRMED)
    rows = waiting.values_list("variant__product__name", "variant__sku").annotate(people=Count("pk"))
    top = rows.order_by("-people", "variant__sku")[:SHOWN]
    return [{"name": name, "sku": sku, "people": people} for name, sku, people in top]


def _tell_audit() -> dict[str, Any] | None:
    audit = auditing.newest()
    if audit is None:
        return None
    return {"on": write_date(audit.at), "clean": audit.is_clean, "findings": sum(audit.broken.values())}
