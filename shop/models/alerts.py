import secrets

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from orders.errands import Errand


def new_token() -> str:
    """192 random bits: whoever has them may confirm an alert, or end it."""
    return secrets.token_urlsafe(24)


class StockAlert(models.Model):
    """Somebody asks to be told, once, when a size can be had again. Nothing is sent before they confirm."""

    class State(models.TextChoices):
        ASKED = "ASKED", "Asked, not confirmed"
        CONFIRMED = "CONFIRMED", "Waits"
        TOLD = "TOLD", "Told"
        ENDED = "ENDED", "Ended by the customer"

    variant = models.ForeignKey("catalog.Variant", models.PROTECT, related_name="+")
    market = models.ForeignKey("catalog.Market", models.PROTECT, related_name="+")
    email = models.EmailField()
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    state = models.CharField(max_length=12, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Told, or ended by the customer.")

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state__in=["ASKED", "CONFIRMED", "TOLD", "ENDED"]), name="stock_alert_state_known"
            ),
            UniqueConstraint(
                fields=["variant", "email"],
                condition=Q(state__in=["ASKED", "CONFIRMED"]),
                name="one_stock_alert_per_person",
            ),
            CheckConstraint(
                condition=Q(state__in=["ASKED", "CONFIRMED"], ended_at__isnull=True)
                | Q(state__in=["TOLD", "ENDED"], ended_at__isnull=False),
                name="stock_alert_ended_iff_over",
            ),
            CheckConstraint(
                condition=~Q(state__in=["CONFIRMED", "TOLD"]) | Q(confirmed_at__isnull=False),
                name="stock_alert_told_if_confirmed",
            ),
        ]
        indexes = [
            Index(fields=["variant"], condition=Q(state="CONFIRMED"), name="stock_alert_waiting"),
            Index(fields=["asked_at"], condition=Q(state="ASKED"), name="stock_alert_unconfirmed"),
        ]

    def __str__(self) -> str:
        return f"alert {self.pk}"


class AlertMail(Errand):
    """The two mails of an alert, each owed once: please confirm; it is back."""

    class Kind(models.TextChoices):
        CONFIRM = "CONFIRM", "Please confirm"
        BACK = "BACK", "It is back"

    alert = models.ForeignKey(StockAlert, models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=8, choices=Kind)

    class Meta(Errand.Meta):
        constraints = [
            *Errand.Meta.constraints,
            UniqueConstraint(fields=["alert", "kind"], name="alert_mail_once_per_kind"),
            CheckConstraint(condition=Q(kind__in=["CONFIRM", "BACK"]), name="alert_mail_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.alert_id}"
