"""How things get there, and what that costs."""

from dataclasses import dataclass

from orders.models import DeliveryRate


@dataclass(eq=False)
class NoSuchDelivery(Exception):
    """That method does not go to that country in that currency."""

    method: str
    country: str


@dataclass(frozen=True)
class Choice:
    """One way to send things to one country. Prices are shown as the market shows prices."""

    method_id: int
    code: str
    name: str
    carrier: str
    currency: str
    price_cents: int
    free_over_cents: int | None
    min_days: int
    max_days: int

    def price_for(self, goods_cents: int) -> int:
        """What it costs when the goods, as shown, are worth so much."""
        free = self.free_over_cents is not None and goods_cents >= self.free_over_cents
        return 0 if free else self.price_cents


def find_methods(*, country: str, currency: str | None = None) -> list[Choice]:
    """The ways to a country, in the order we like to offer them; none: we do not ship there."""
    rates = DeliveryRate.objects.filter(country=country, method__retired_at=None).select_related("method")
    if currency is not None:
        rates = rates.filter(currency=currency)
    return [
        Choice(
            method_id=rate.method_id,
            code=rate.method.code,
            name=rate.method.name,
            carrier=rate.carrier or rate.method.carrier,
            currency=rate.currency,
            price_cents=rate.price_cents,
            free_over_cents=rate.free_over_cents,
            min_days=rate.min_days,
            max_days=rate.max_days,
        )
        for rate in rates.order_by("method__position", "method__code")
    ]


def find_method(*, code: str, country: str, currency: str) -> Choice:
    """One way to a country. Raises NoSuchDelivery."""
    for choice in find_methods(country=country, currency=currency):
        if choice.code == code:
            return choice
    raise NoSuchDelivery(method=code, country=country)
