from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q

from orders.models.order import new_reference


class OrderReturn(models.Model):
    """A parcel that came back, unpacked and looked at by a person. Nothing of it goes straight to a shelf."""

    reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="returns")
    note = models.CharField(max_length=300, blank=True)
    # What we promise to pay back for it. That it is paid is known on the floor above.
    refund_cents = models.PositiveIntegerField(default=0, db_default=0)
    refund_note = models.CharField(
        max_length=300,
        blank=True,
        db_default="",
        help_text="Why it is less, or nothing: the customer reads it.",
    )
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = "return", "returns"
        permissions = [("take_return", "Can take a return")]
        constraints = [
            CheckConstraint(
                condition=Q(refund_cents__gt=0) | ~Q(refund_note=""), name="return_without_money_says_why"
            )
        ]
        indexes = [Index(fields=["-received_at"], name="return_newest")]

    def __str__(self) -> str:
        return self.reference


class ReturnLine(models.Model):
    """Units of one parcel and lot that came back, in what state, and what became of them."""

    class Condition(models.TextChoices):
        SEALED = "SEALED", "Sealed"
        OPENED = "OPENED", "Opened"
        REACTION = "REACTION", "The skin reacted"

    class Fate(models.TextChoices):
        QUARANTINED = "QUARANTINED", "Into quarantine"
        DESTROYED = "DESTROYED", "Destroyed"

    order_return = models.ForeignKey(OrderReturn, models.CASCADE, related_name="lines")
    shipment_line = models.ForeignKey("orders.ShipmentLine", models.PROTECT, related_name="returns")
    lot = models.ForeignKey(
        "catalog.Lot", models.PROTECT, related_name="+", help_text="Where they stand now, or were destroyed."
    )
    units = models.PositiveIntegerField()
    condition = models.CharField(max_length=12, choices=Condition)
    fate = models.CharField(max_length=12, choices=Fate)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(units__gt=0), name="return_line_has_units"),
            CheckConstraint(
                condition=Q(condition__in=["SEALED", "OPENED", "REACTION"]), name="return_condition_known"
            ),
            CheckConstraint(condition=Q(fate__in=["QUARANTINED", "DESTROYED"]), name="return_fate_known"),
            CheckConstraint(
                condition=Q(fate="DESTROYED") | Q(condition="SEALED"), name="only_sealed_returns_are_kept"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units} {self.get_condition_display()}"
