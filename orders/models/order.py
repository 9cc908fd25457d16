import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.db.models.functions import Upper

# Without 0 O 1 I L U: nothing to mishear on the telephone, and no words.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """A short code to say on the telephone, 30^8 of them. It names an order; it opens nothing."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{code[:4]}-{code[4:]}"


def new_secret() -> str:
    """192 random bits: whoever has them may read the order."""
    return secrets.token_urlsafe(24)


class OrderQuerySet(models.QuerySet["Order"]):
    def to_ship(self) -> Self:
        return self.filter(status=Order.Status.PAID)


class Order(models.Model):
    """What was promised to a customer, frozen at the moment of the promise.

    All amounts are minor units of `currency`; `prices_include_tax` says how they were shown.
    """

    class Status(models.TextChoices):
        PLACED = "PLACED", "Awaiting payment"
        PAID = "PAID", "Paid, to ship"
        SHIPPED = "SHIPPED", "Shipped"
        LAPSED = "LAPSED", "Not paid in time"
        CANCELLED = "CANCELLED", "Cancelled"

    reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    secret = models.CharField(max_length=40, unique=True, default=new_secret, editable=False)
    key = models.CharField(
        max_length=80, unique=True, editable=False, help_text="The same key, the same order."
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.PLACED)
    # Sent for nothing in place of goods of that order: nobody pays it. (Its index: `order_replacement`.)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="replacements", db_index=False
    )
    email = models.EmailField()

    recipient = models.CharField(max_length=120)
    street = models.CharField(max_length=160)
    street_more = models.CharField(max_length=160, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=80)
    region = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2)
    phone = models.CharField(max_length=32, blank=True)

    market = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    prices_include_tax = models.BooleanField()
    delivery_method = models.ForeignKey("orders.DeliveryMethod", models.PROTECT, related_name="+")
    delivery_name = models.CharField(max_length=80)
    delivery_net_cents = models.PositiveIntegerField()
    delivery_tax_cents = models.PositiveIntegerField()
    delivery_cents = models.PositiveIntegerField()
    delivery_tax_bp = models.PositiveIntegerField()
    net_cents = models.PositiveIntegerField()
    tax_cents = models.PositiveIntegerField()
    total_cents = models.PositiveIntegerField()

    # The advice that the cart showed when it was placed, word for word: [{rule, severity, words, …}].
    advice = models.JSONField(default=list, db_default=[], editable=False)

    placed_at = models.DateTimeField()
    pay_before = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        permissions = [("ship_order", "Can ship an order"), ("cancel_order", "Can cancel an order")]
        constraints = [
            CheckConstraint(
                condition=Q(status__in=["PLACED", "PAID", "SHIPPED", "LAPSED", "CANCELLED"]),
                name="order_status_known",
            ),
            CheckConstraint(
                condition=Q(status__in=["PAID", "SHIPPED"], paid_at__isnull=False)
                | Q(status__in=["PLACED", "LAPSED"], paid_at__isnull=True)
                | Q(status="CANCELLED"),
                name="order_paid_iff_paid_at",
            ),
            CheckConstraint(
                condition=Q(status="SHIPPED", shipped_at__isnull=False)
                | (~Q(status="SHIPPED") & Q(shipped_at__isnull=True)),
                name="order_shipped_iff_shipped_at",
            ),
            CheckConstraint(
                condition=Q(status__in=["LAPSED", "CANCELLED"], closed_at__isnull=False)
                | (~Q(status__in=["LAPSED", "CANCELLED"]) & Q(closed_at__isnull=True)),
                name="order_closed_iff_closed_at",
            ),
            CheckConstraint(
                condition=Q(total_cents=F("net_cents") + F("tax_cents")), name="order_total_adds_up"
            ),
            CheckConstraint(
                condition=Q(delivery_cents=F("delivery_net_cents") + F("delivery_tax_cents")),
                name="order_delivery_adds_up",
            ),
            CheckConstraint(
                condition=Q(total_cents__gt=0) | Q(total_cents=0, replaces__isnull=False),
                name="order_total_is_positive",
            ),
            CheckConstraint(condition=Q(pay_before__gt=F("placed_at")), name="order_window_open"),
            CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="order_country_is_iso"),
            CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="order_currency_is_iso"),
        ]
        indexes = [
            Index(fields=["pay_before"], condition=Q(status="PLACED"), name="order_awaiting_payment"),
            Index(fields=["paid_at"], condition=Q(status="PAID"), name="order_to_ship"),
            Index(fields=["paid_at"], condition=Q(paid_at__isnull=False), name="order_by_payment"),
            Index(fields=["-placed_at"], name="order_newest"),
            Index(fields=["replaces"], condition=Q(replaces__isnull=False), name="order_replacement"),
            # As Django asks for an address in any case, and as a customer is known again.
            Index(Upper("email"), name="order_by_folded_email"),
        ]

    def __str__(self) -> str:
        return self.reference


class OrderLine(models.Model):
    """One variant in an order, with the words and the price that the customer agreed to."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    variant = models.ForeignKey("catalog.Variant", models.PROTECT, related_name="+")
    sku = models.CharField("SKU", max_length=64)
    product_name = models.CharField(max_length=200)
    variant_name = models.CharField(max_length=80, blank=True)
    units = models.PositiveIntegerField()
    unit_cents = models.PositiveIntegerField(help_text="As shown: with tax where the market includes it.")
    tax_bp = models.PositiveIntegerField("tax rate in basis points")
    net_cents = models.PositiveIntegerField()
    tax_cents = models.PositiveIntegerField()
    total_cents = models.PositiveIntegerField()
    shipped_units = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["order", "variant"], name="line_once_per_variant"),
            CheckConstraint(condition=Q(shipped_units__lte=F("units")), name="line_never_overshipped"),
            CheckConstraint(condition=Q(units__gt=0), name="line_has_units"),
            CheckConstraint(
                condition=Q(total_cents=F("net_cents") + F("tax_cents")), name="line_total_adds_up"
            ),
            CheckConstraint(
                condition=Q(total_cents=F("units") * F("unit_cents"))
                | Q(net_cents=F("units") * F("unit_cents")),
                name="line_is_units_times_price",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.sku}"


class Allocation(models.Model):
    """Which lot stands for which units of a line that are still to be sent.

    It lives as long as the promise: shipping turns it into a ShipmentLine, giving back ends it. So the
    units of a lot's allocations are what that lot has reserved, always.
    """

    line = models.ForeignKey(OrderLine, models.CASCADE, related_name="allocations")
    lot = models.ForeignKey("catalog.Lot", models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["line", "lot"], name="allocation_once_per_lot"),
            CheckConstraint(condition=Q(units__gt=0), name="allocation_has_units"),
        ]

    def __str__(self) -> str:
        return f"{self.units} from lot {self.lot_id}"


class OrderEvent(models.Model):
    """The diary of an order: what happened, when, and who did it. Rows are never altered."""

    class Kind(models.TextChoices):
        PLACED = "PLACED", "Placed"
        PAID = "PAID", "Paid"
        REVIVED = "REVIVED", "Paid late, honoured"
        SENT_PART = "SENT_PART", "Sent in part"
        SHIPPED = "SHIPPED", "Shipped"
        LAPSED = "LAPSED", "Lapsed"
        CANCELLED = "CANCELLED", "Cancelled"
        RETURNED = "RETURNED", "Came back"
        REFUNDED = "REFUNDED", "Refunded"
        MOVED = "MOVED", "Promised from other lots"
        RECALLED = "RECALLED", "Recalled"
        NOTED = "NOTED", "Noted"

    order = models.ForeignKey(Order, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(
                    kind__in=[
                        "PLACED",
                        "PAID",
                        "REVIVED",
                        "SENT_PART",
                        "SHIPPED",
                        "LAPSED",
                        "CANCELLED",
                        "RETURNED",
                        "REFUNDED",
                        "MOVED",
                        "RECALLED",
                        "NOTED",
                    ]
                ),
                name="order_event_kind_known",
            ),
            # An order is placed once; whatever tries again has lost the race.
            UniqueConstraint(
                fields=["order", "kind"], condition=Q(kind__in=["PLACED", "SHIPPED"]), name="order_event_once"
            ),
        ]
        indexes = [Index(fields=["order", "at"], name="order_event_by_order")]

    def __str__(self) -> str:
        return self.get_kind_display()
