from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from orders.errands import Errand


class OrderMail(Errand):
    """A mail that we owe the customer about an order, once per kind."""

    class Kind(models.TextChoices):
        SHIPPED = "SHIPPED", "Your parcel is on its way"
        CANCELLED = "CANCELLED", "Your order is cancelled"
        PAID_TOO_LATE = "PAID_TOO_LATE", "Paid too late, money goes back"

    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="mails")
    kind = models.CharField(max_length=16, choices=Kind)

    class Meta(Errand.Meta):
        constraints = [
            *Errand.Meta.constraints,
            UniqueConstraint(fields=["order", "kind"], name="order_mail_once_per_kind"),
            CheckConstraint(
                condition=Q(kind__in=["SHIPPED", "CANCELLED", "PAID_TOO_LATE"]), name="order_mail_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"
