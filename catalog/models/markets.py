from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint


class Market(models.Model):
    """Where we sell: a currency, some countries, and whether shown prices include tax."""

    code = models.SlugField(max_length=12, unique=True)
    name = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    default_country = models.CharField(
        max_length=2, help_text="Whose tax a cart shows before it has an address."
    )
    prices_include_tax = models.BooleanField()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="market_currency_is_iso"),
            CheckConstraint(condition=Q(default_country__regex=r"^[A-Z]{2}$"), name="market_country_is_iso"),
        ]

    def __str__(self) -> str:
        return self.name


class MarketCountry(models.Model):
    """That we ship to a country, and by which market's rules."""

    market = models.ForeignKey(Market, models.CASCADE, related_name="countries")
    country = models.CharField(max_length=2, unique=True)

    class Meta:
        verbose_name_plural = "market countries"
        constraints = [
            CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="market_ships_to_iso_country"),
        ]

    def __str__(self) -> str:
        return self.country


class TaxRate(models.Model):
    """The tax of a country on a category and everything below it; no category: its standard rate."""

    country = models.CharField(max_length=2)
    category = models.ForeignKey("catalog.Category", models.PROTECT, null=True, blank=True, related_name="+")
    rate_bp = models.PositiveIntegerField("rate in basis points", help_text="19 % is 1900.")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["country", "category"], name="tax_rate_once", nulls_distinct=False),
            CheckConstraint(condition=Q(rate_bp__lte=10000), name="tax_rate_is_at_most_all"),
            CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="tax_rate_country_is_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.rate_bp / 100:g} %"
