from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint


class Location(models.Model):
    """A place with shelves."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.code


class LotQuerySet(models.QuerySet["Lot"]):
    def sellable(self, on: date) -> Self:
        """Lots with free units that have not expired on that day."""
        return self.filter(Q(expires_on__isnull=True) | Q(expires_on__gt=on), on_hand__gt=F("reserved"))


class Lot(models.Model):
    """Units of one variant that came together, stand together and expire together.

    Counters are units, written only by `catalog.stock`. `reserved` units are promised to orders
    but still on the shelf: a customer may buy `on_hand - reserved` of them.
    """

    variant = models.ForeignKey("catalog.Variant", models.PROTECT, related_name="lots")
    location = models.ForeignKey(Location, models.PROTECT, related_name="lots")
    code = models.CharField("lot code", max_length=40)
    expires_on = models.DateField(null=True, blank=True)
    on_hand = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)

    objects = LotQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["variant", "location", "code"], name="lot_named_once"),
            CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="lot_never_oversold"),
        ]
        indexes = [
            Index(
                fields=["variant", "expires_on"],
                include=["on_hand", "reserved"],
                condition=Q(on_hand__gt=F("reserved")),
                name="lot_fefo",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Movement(models.Model):
    """Why a lot's counters changed, by how much, when and by whom. Rows are never altered."""

    class Kind(models.TextChoices):
        RECEIVED = "RECEIVED", "Received"
        RESERVED = "RESERVED", "Promised to an order"
        RELEASED = "RELEASED", "Promise taken back"
        SHIPPED = "SHIPPED", "Shipped"
        COUNTED = "COUNTED", "Corrected by a count"
        WRITTEN_OFF = "WRITTEN_OFF", "Written off"

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=12, choices=Kind)
    on_hand_change = models.IntegerField()
    reserved_change = models.IntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=80, help_text="An order's reference, a delivery note, a reason.")

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(
                    kind__in=["RECEIVED", "RESERVED", "RELEASED", "SHIPPED", "COUNTED", "WRITTEN_OFF"]
                ),
                name="movement_kind_known",
            ),
            CheckConstraint(
                condition=~Q(on_hand_change=0) | ~Q(reserved_change=0), name="movement_moves_something"
            ),
        ]
        indexes = [
            Index(fields=["lot", "at"], name="movement_by_lot"),
            Index(fields=["cause"], name="movement_by_cause"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_hand_change:+d}/{self.reserved_change:+d}"
