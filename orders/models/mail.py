from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from orders.errands import Errand


class OrderMail(Errand):
    """A mail that we owe the customer about an order, once per kind and per thing that it is about."""

    class Kind(models.TextChoices):
        SHIPPED = "SHIPPED", "Your parcel is on its way"
        CANCELLED = "CANCELLED", "Your order is cancelled"
        PAID_TOO_LATE = "PAID_TOO_LATE", "Paid too late, money goes back"
        RETURNED = "RETURNED", "Your return has arrived"
        RECALLED = "RECALLED", "Something that you bought is recalled"

    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="mails")
    kind = models.CharField(max_length=16, choices=Kind)
    # The key of the shipment, the return or the recall's notice; 0: of the order as a whole.
    about = models.PositiveBigIntegerField(default=0, db_default=0)
    sent_to = models.EmailField(blank=True, db_default="", editable=False)

    class Meta(Errand.Meta):
        constraints = [
            *Errand.Meta.constraints,
            UniqueConstraint(fields=["order", "kind", "about"], name="order_mail_once_per_thing"),
            CheckConstraint(
                condition=Q(kind__in=["SHIPPED", "CANCELLED", "PAID_TOO_LATE", "RETURNED", "RECALLED"]),
                name="order_mail_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"
