from collections.abc import Iterable, Mapping
from typing import Any

from catalog.models import Category, Market, MarketCountry, TaxRate
from orders.models import DeliveryMethod, DeliveryRate

# code → (name, currency, default country, prices include tax, {country: standard rate in basis points})
KNOWN_MARKETS: dict[str, tuple[str, str, str, bool, dict[str, int]]] = {
    "eu": ("European Union", "EUR", "DE", True, {"DE": 1900, "AT": 2000, "FR": 2000, "IE": 2300}),
    "uk": ("United Kingdom", "GBP", "GB", True, {"GB": 2000}),
    "us": ("United States", "USD", "US", False, {"US": 825}),
    "jp": ("Japan", "JPY", "JP", True, {"JP": 1000}),
}


def make_market(
    code: str = "eu",
    *,
    rates: Mapping[str, int] | None = None,
    category_rates: Iterable[tuple[str, Category, int]] = (),
    **changes: Any,
) -> Market:
    """A market with its countries and their tax; the same code twice is the same market.

    Takes   `rates`: {country: basis points}, also the countries that we ship to;
            `category_rates`: (country, category, basis points) for shelves with a rate of their own.
    """
    name, currency, country, included, known_rates = KNOWN_MARKETS.get(code, KNOWN_MARKETS["eu"])
    values = {
        "name": name,
        "currency": currency,
        "default_country": country,
        "prices_include_tax": included,
    } | changes
    market, _ = Market.objects.update_or_create(code=code, defaults=values)
    for iso, rate_bp in (known_rates if rates is None else rates).items():
        MarketCountry.objects.update_or_create(country=iso, defaults={"market": market})
        TaxRate.objects.update_or_create(country=iso, category=None, defaults={"rate_bp": rate_bp})
    for iso, category, rate_bp in category_rates:
        TaxRate.objects.update_or_create(country=iso, category=category, defaults={"rate_bp": rate_bp})
    return market


def make_delivery(
    code: str = "standard",
    *,
    country: str = "DE",
    price_cents: int = 490,
    free_over_cents: int | None = 4900,
    currency: str = "EUR",
    min_days: int = 1,
    max_days: int = 2,
    **changes: Any,
) -> DeliveryMethod:
    """A way to send things, with its rate to one country; call again for another country."""
    method, _ = DeliveryMethod.objects.update_or_create(
        code=code, defaults={"name": code.capitalize(), "carrier": "DHL"} | changes
    )
    DeliveryRate.objects.update_or_create(
        method=method,
        country=country,
        defaults={
            "currency": currency,
            "price_cents": price_cents,
            "free_over_cents": free_over_cents,
            "min_days": min_days,
            "max_days": max_days,
        },
    )
    return method
