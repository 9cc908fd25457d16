"""Errands that were given up, whatever they are about: a person must look. Questions only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value

from orders.errands import Errand
from orders.models import OrderMail
from payments.models import PaymentAttempt, Receipt, Refund, StripeEvent
from shop.models import AlertMail, StaffMail

KINDS: Mapping[str, type[Errand]] = {
    "mail": OrderMail,
    "receipt": Receipt,
    "refund": Refund,
    "attempt": PaymentAttempt,
    "news": StripeEvent,
    "alert": AlertMail,
    "staff": StaffMail,
}


@dataclass(frozen=True)
class NeedsPerson:
    """What does not go on by itself."""

    parked: int
    disputed: int  # attempts about which Stripe and we disagree


def count_parked() -> NeedsPerson:
    """How much waits for a person. One statement."""
    counts = [_count(kind.objects.parked(), name) for name, kind in KINDS.items()]
    review = PaymentAttempt.objects.filter(state=PaymentAttempt.State.NEEDS_REVIEW)
    first, *others = [*counts, _count(review, "review")]
    found = dict(first.union(*others, all=True))
    disputed = found.pop("review", 0)
    return NeedsPerson(sum(found.values()), disputed)


def list_parked(most: int) -> list[tuple[str, Any]]:
    """(kind, errand) of at most `most` of each kind, with what a person wants to know about it."""
    return [
        (name, errand)
        for name, kind in KINDS.items()
        for errand in _with_order(kind.objects.parked()).order_by("-pk")[:most]
    ]


def _count(rows: QuerySet[Any], name: str) -> Any:
    named = rows.order_by().annotate(what=Value(name, CharField())).values("what")
    return named.annotate(rows=Count("*")).values_list("what", "rows")


def _with_order(rows: QuerySet[Any]) -> QuerySet[Any]:
    if rows.model is StripeEvent:
        return rows.defer("raw")
    if rows.model is StaffMail:
        return rows
    beside = {Refund: "payment__order", AlertMail: "alert__variant"}.get(rows.model, "order")
    found = rows.select_related(beside)
    return found.defer("pdf") if rows.model is Receipt else found
