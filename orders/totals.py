"""What an order comes to: lines, delivery and tax, as arithmetic that always adds up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.pricing import Offer
from catalog.tax import CountryRates, Taxed, split_tax, sum_by_rate
from orders.delivery import Choice


@dataclass(frozen=True)
class TotalLine:
    offer: Offer
    units: int
    unit_cents: int
    taxed: Taxed


@dataclass(frozen=True)
class Totals:
    """Amounts in minor units. `goods_cents` is as shown; `total_cents` is what is charged."""

    lines: Sequence[TotalLine]
    delivery: Taxed | None
    goods_cents: int

    @property
    def parts(self) -> list[Taxed]:
        return [line.taxed for line in self.lines] + ([self.delivery] if self.delivery else [])

    @property
    def net_cents(self) -> int:
        return sum(part.net_cents for part in self.parts)

    @property
    def tax_cents(self) -> int:
        return sum(part.tax_cents for part in self.parts)

    @property
    def total_cents(self) -> int:
        return sum(part.total_cents for part in self.parts)

    @property
    def by_rate(self) -> list[tuple[int, int, int]]:
        """(rate_bp, net_cents, tax_cents), the highest rate first."""
        return sum_by_rate(self.parts)


def add_up(
    offers: Mapping[int, Offer],
    quantities: Mapping[int, int],
    *,
    rates: CountryRates,
    prices_include_tax: bool,
    delivery: Choice | None,
) -> Totals:
    """The totals of some goods, sent one way to one country.

    Takes   {variant id: units}; variants without a price count for nothing. Delivery bears the
            country's standard rate.
    """
    lines = [
        TotalLine(
            offer=offers[variant_id],
            units=units,
            unit_cents=unit_cents,
            taxed=split_tax(
                units * unit_cents,
                rate_bp=rates.rate_for(offers[variant_id].category_lineage),
                included=prices_include_tax,
            ),
        )
        for variant_id, units in sorted(quantities.items())
        if (unit_cents := offers[variant_id].unit_cents) is not None
    ]
    goods_cents = sum(line.units * line.unit_cents for line in lines)
    sent = (
        split_tax(delivery.price_for(goods_cents), rate_bp=rates.standard_bp, included=prices_include_tax)
        if delivery
        else None
    )
    return Totals(lines=lines, delivery=sent, goods_cents=goods_cents)
