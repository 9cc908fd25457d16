from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint


class Price(models.Model):
    """What a variant costs in one currency, in minor units. Only `catalog.pricing` writes it.

    Whether tax is inside is the market's habit, not the price's: see `Market.prices_include_tax`.
    """

    variant = models.ForeignKey("catalog.Variant", models.CASCADE, related_name="prices")
    currency = models.CharField(max_length=3)
    amount_cents = models.PositiveIntegerField("amount in minor units")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["variant", "currency"], name="price_once_per_currency"),
            CheckConstraint(condition=Q(amount_cents__gt=0), name="price_is_positive"),
            CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="price_currency_is_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} {self.currency}"


class PriceChange(models.Model):
    """That a price changed: from what, to what, when, and who did it. Rows are never altered."""

    variant = models.ForeignKey("catalog.Variant", models.PROTECT, related_name="price_changes")
    currency = models.CharField(max_length=3)
    old_cents = models.PositiveIntegerField(null=True)
    new_cents = models.PositiveIntegerField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=80)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(old_cents__isnull=True) | ~Q(old_cents=F("new_cents")),
                name="price_change_changes",
            ),
            CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="price_change_currency_is_iso"),
        ]
        indexes = [Index(fields=["variant", "currency", "changed_at"], name="price_change_history")]

    def __str__(self) -> str:
        return f"{self.old_cents} → {self.new_cents} {self.currency}"
