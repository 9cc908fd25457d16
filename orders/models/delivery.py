from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint


class DeliveryMethod(models.Model):
    """A way to send things; what it costs depends on the country."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    carrier = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True, help_text="Set: no longer offered.")

    def __str__(self) -> str:
        return self.name


class DeliveryRate(models.Model):
    """What a method costs to one country, shown as the market shows prices, and how long it takes."""

    method = models.ForeignKey(DeliveryMethod, models.CASCADE, related_name="rates")
    country = models.CharField(max_length=2)
    carrier = models.CharField(
        max_length=80,
        blank=True,
        db_default="",
        help_text="Who brings it there; empty: the method's carrier.",
    )
    currency = models.CharField(max_length=3)
    price_cents = models.PositiveIntegerField()
    free_over_cents = models.PositiveIntegerField(
        null=True, blank=True, help_text="Goods worth at least this are sent for nothing."
    )
    min_days = models.PositiveSmallIntegerField(help_text="Working days.")
    max_days = models.PositiveSmallIntegerField(help_text="Working days.")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["method", "country"], name="delivery_rate_once_per_country"),
            CheckConstraint(condition=Q(max_days__gte=models.F("min_days")), name="delivery_days_in_order"),
            CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="delivery_country_is_iso"),
            CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="delivery_currency_is_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.method_id} to {self.country}"


class Shipment(models.Model):
    """A parcel that left the house: all of an order, or a part of it."""

    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="shipments")
    carrier = models.CharField(max_length=80)
    tracking_code = models.CharField(max_length=80, blank=True)
    tracking_url = models.URLField(max_length=300, blank=True)
    shipped_at = models.DateTimeField()
    shipped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.tracking_code or self.carrier


class ShipmentLine(models.Model):
    """Which units of which lot went out in a parcel. A recall asks these rows who has them."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="lines")
    line = models.ForeignKey("orders.OrderLine", models.PROTECT, related_name="shipped")
    lot = models.ForeignKey("catalog.Lot", models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    returned_units = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["shipment", "line", "lot"], name="shipment_line_once_per_lot"),
            CheckConstraint(condition=Q(units__gt=0), name="shipment_line_has_units"),
            CheckConstraint(
                condition=Q(returned_units__lte=models.F("units")), name="no_more_returned_than_shipped"
            ),
        ]
        indexes = [models.Index(fields=["lot"], name="shipment_line_by_lot")]

    def __str__(self) -> str:
        return f"{self.units} from lot {self.lot_id}"
