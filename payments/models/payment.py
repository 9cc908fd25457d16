import uuid

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from orders.errands import Errand


class PaymentAttempt(Errand):
    """One Checkout Session asked of Stripe for one order, and what became of it.

    An errand that is done when Stripe can no longer change its mind: until then it is due again
    and again, and each time we ask Stripe. So the shop converges when no webhook ever arrives.
    """

    class State(models.TextChoices):
        CREATED = "CREATED", "Not yet asked of Stripe"
        OPEN = "OPEN", "Customer may pay"
        PAID = "PAID", "Paid"
        EXPIRED = "EXPIRED", "Expired unpaid"
        REFUSED = "REFUSED", "Refused by Stripe"
        NEEDS_REVIEW = "NEEDS_REVIEW", "Stripe disagrees with us"

    # Also Stripe's idempotency key: the same attempt, the same session.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="attempts")
    seq = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.CREATED)
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    params = models.JSONField(help_text="Exactly what Stripe is asked; a retry repeats it byte for byte.")
    session_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    url = models.TextField(blank=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)

    class Meta(Errand.Meta):
        constraints = [
            *Errand.Meta.constraints,
            UniqueConstraint(fields=["order", "seq"], name="attempt_numbered_once"),
            UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=["CREATED", "OPEN"]),
                name="one_live_attempt_per_order",
            ),
            CheckConstraint(
                condition=Q(state__in=["CREATED", "OPEN", "PAID", "EXPIRED", "REFUSED", "NEEDS_REVIEW"]),
                name="attempt_state_known",
            ),
            CheckConstraint(
                condition=~Q(state="OPEN") | (Q(session_id__isnull=False) & ~Q(url="")),
                name="attempt_open_has_session",
            ),
            CheckConstraint(
                condition=Q(state__in=["CREATED", "OPEN"], done_at__isnull=True)
                | Q(state__in=["PAID", "EXPIRED", "REFUSED", "NEEDS_REVIEW"], done_at__isnull=False),
                name="attempt_done_iff_settled",
            ),
            CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="attempt_expires_later"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.seq}"


class Payment(models.Model):
    """Money that Stripe took for an order. APPLIED pays the order; UNAPPLIED must go back."""

    class Status(models.TextChoices):
        APPLIED = "APPLIED", "Pays the order"
        UNAPPLIED = "UNAPPLIED", "Does not pay the order"

    attempt = models.OneToOneField(PaymentAttempt, models.PROTECT, related_name="payment")
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="payments")
    payment_intent_id = models.CharField(max_length=255, unique=True)
    charge_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    method = models.CharField(max_length=80, blank=True, help_text="Visa ending in 4242.")
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    refunded_cents = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="Of refunds that are asked, under way or done."
    )
    status = models.CharField(max_length=10, choices=Status)
    paid_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["order"], condition=Q(status="APPLIED"), name="one_payment_pays_an_order"
            ),
            CheckConstraint(condition=Q(status__in=["APPLIED", "UNAPPLIED"]), name="payment_status_known"),
            CheckConstraint(condition=Q(amount_cents__gt=0), name="payment_is_positive"),
            CheckConstraint(
                condition=Q(refunded_cents__lte=F("amount_cents")), name="payment_never_over_refunded"
            ),
        ]

    def __str__(self) -> str:
        return self.payment_intent_id
