import uuid

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from orders.errands import Errand


class Refund(Errand):
    """Money that we owe back. Done when Stripe has said how it ended."""

    class State(models.TextChoices):
        ASKED = "ASKED", "Asked, not yet at Stripe"
        PENDING = "PENDING", "Stripe is at it"
        SUCCEEDED = "SUCCEEDED", "Money is back"
        FAILED = "FAILED", "Failed: the customer has not been paid back"

    class Reason(models.TextChoices):
        CANCELLED = "CANCELLED", "Order cancelled"
        PAID_TOO_LATE = "PAID_TOO_LATE", "Paid after the order was closed"
        RETURNED = "RETURNED", "Goods came back"
        RECALLED = "RECALLED", "Goods were recalled"
        GOODWILL = "GOODWILL", "Goodwill"

    # Also Stripe's idempotency key.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey("payments.Payment", models.PROTECT, related_name="refunds")
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    reason = models.CharField(max_length=16, choices=Reason)
    # What it was asked for, so that asking twice asks once: "order", "return 7K2M-…", "goodwill …".
    key = models.CharField(max_length=40, default="order", db_default="order", editable=False)
    stripe_refund_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta(Errand.Meta):
        constraints = [
            *Errand.Meta.constraints,
            UniqueConstraint(
                fields=["payment", "key"],
                condition=Q(state__in=["ASKED", "PENDING", "SUCCEEDED"]),
                name="one_refund_per_cause",
            ),
            CheckConstraint(
                condition=Q(state__in=["ASKED", "PENDING", "SUCCEEDED", "FAILED"]), name="refund_state_known"
            ),
            CheckConstraint(
                condition=Q(reason__in=["CANCELLED", "PAID_TOO_LATE", "RETURNED", "RECALLED", "GOODWILL"]),
                name="refund_reason_known",
            ),
            CheckConstraint(condition=Q(amount_cents__gt=0), name="refund_is_positive"),
        ]

    def __str__(self) -> str:
        return str(self.id)
