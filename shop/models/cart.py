import secrets

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

MOST_UNITS = 99  # of one variant in one cart; a clinic that needs more writes to us


def new_token() -> str:
    """192 random bits: whoever has them holds the cart."""
    return secrets.token_urlsafe(24)


class Cart(models.Model):
    """What a customer has picked up but not promised to buy. Nothing is reserved for it."""

    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    market = models.ForeignKey("catalog.Market", models.PROTECT, related_name="+")
    # The order that this cart became; while it waits for money, the cart may still change.
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="+")
    order_fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        indexes = [Index(fields=["touched_at"], condition=Q(order=None), name="cart_forgotten")]

    def __str__(self) -> str:
        return f"cart {self.pk}"


class CartLine(models.Model):
    cart = models.ForeignKey(Cart, models.CASCADE, related_name="lines")
    variant = models.ForeignKey("catalog.Variant", models.PROTECT, related_name="+")
    units = models.PositiveSmallIntegerField()
    seen_unit_cents = models.PositiveIntegerField(help_text="The price when the customer last chose.")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["cart", "variant"], name="cart_line_once_per_variant"),
            CheckConstraint(
                condition=Q(units__gte=1, units__lte=MOST_UNITS), name="cart_line_units_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.variant_id}"


class CartNotice(models.Model):
    """What the customer must be told about a cart that we changed ourselves: a recall took something out."""

    cart = models.ForeignKey(Cart, models.CASCADE, related_name="notices")
    sku = models.CharField("SKU", max_length=64)
    words = models.CharField(max_length=500)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["cart", "sku"], name="cart_notice_once_per_sku")]

    def __str__(self) -> str:
        return self.sku
