"""Alerts, markdowns, limits and mail to staff: one of each, or made as customers and rounds make them."""

from datetime import datetime
from typing import Any

from catalog.models import Markdown, Market, PurchaseLimit, Variant
from shop import alerts
from shop.models import AlertMail, StaffMail, StockAlert
from tests.builders.clock import LONG_AGO, NOW


def furnish_waiting(variant: Variant) -> None:
    """One good row of everything here, for tests about rows."""
    alert = StockAlert.objects.create(
        variant=variant, market=Market.objects.all()[0], email="mara@customer.example", asked_at=NOW
    )
    AlertMail.objects.create(alert=alert, kind=AlertMail.Kind.CONFIRM, due_at=NOW)
    facts = {"monday": "16 November 2026", "summary": "nothing to do"}
    StaffMail.objects.create(key="week 2026-W47", kind="WEEK_OF_STOCK", facts=facts, due_at=NOW)
    Markdown.objects.create(
        lot=variant.lots.all()[0],
        currency="EUR",
        was_cents=1999,
        lowest_cents=1999,
        proposed_cents=1499,
        free_units=3,
        proposed_at=NOW,
    )
    make_limit(product=variant.product)


def make_limit(
    *, most: int = 2, days: int = 60, words: str = "Too much of it burns.", **what: Any
) -> PurchaseLimit:
    """A limit that has long been in force. Takes  `product`, or `ingredient_class`; `ended_on`."""
    return PurchaseLimit.objects.create(
        name="Strong things",
        most_units=most,
        within_days=days,
        words=words,
        since_on=LONG_AGO.date(),
        **what,
    )


def make_alert(
    variant: Variant, email: str = "mara@customer.example", *, now: datetime = NOW, confirmed: bool = True
) -> StockAlert:
    """Somebody who waits, by the shop's own verbs; unconfirmed if so told."""
    alerts.ask_alert(sku=variant.sku, market="eu", email=email, now=now)
    alert = StockAlert.objects.get(variant=variant, email=email, state=StockAlert.State.ASKED)
    return alerts.confirm_alert(token=alert.token, now=now) if confirmed else alert
