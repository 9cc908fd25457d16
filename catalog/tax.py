"""Tax as arithmetic and as a question. Rates are basis points: 19 % is 1900."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.prepared import Question, Row

WHOLE_BP = 10_000


@dataclass(frozen=True)
class Taxed:
    """An amount taken apart: net + tax == total, always."""

    net_cents: int
    tax_cents: int
    total_cents: int
    rate_bp: int


def split_tax(amount_cents: int, *, rate_bp: int, included: bool) -> Taxed:
    """The net, the tax and the total of an amount; half a minor unit is rounded up.

    Takes   `included`: the amount already holds the tax (EU), or it comes on top (US).
    """
    if included:
        tax = _divide(amount_cents * rate_bp, WHOLE_BP + rate_bp)
        return Taxed(amount_cents - tax, tax, amount_cents, rate_bp)
    tax = _divide(amount_cents * rate_bp, WHOLE_BP)
    return Taxed(amount_cents, tax, amount_cents + tax, rate_bp)


def _divide(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def sum_by_rate(parts: Iterable[Taxed]) -> list[tuple[int, int, int]]:
    """(rate_bp, net_cents, tax_cents) per rate, the highest rate first: what a receipt lists."""
    sums: dict[int, list[int]] = {}
    for part in parts:
        sums.setdefault(part.rate_bp, [0, 0])
        sums[part.rate_bp][0] += part.net_cents
        sums[part.rate_bp][1] += part.tax_cents
    return [(rate, net, tax) for rate, (net, tax) in sorted(sums.items(), reverse=True)]


@dataclass(frozen=True)
class CountryRates:
    """All tax rates of one country, read in one statement."""

    standard_bp: int
    by_category: Mapping[int, int]

    def rate_for(self, lineage: Iterable[int]) -> int:
        """The rate of the nearest shelf that has one of its own; else the standard rate.

        Takes   ids of categories from the root down.
        """
        rate = self.standard_bp
        for category_id in lineage:
            rate = self.by_category.get(category_id, rate)
        return rate


def rates_of(country: str) -> CountryRates:
    """The country's rates. A country without any is taxed at nothing: there we are not registered."""
    return ask_for_rates(country).ask()


def ask_for_rates(country: str) -> Question[CountryRates]:
    """The same, to be asked together with other things."""
    sql = "SELECT category_id, rate_bp FROM catalog_taxrate WHERE country = %(country)s"
    return Question(sql, {"country": country}, _read_rates)


def _read_rates(rows: Sequence[Row]) -> CountryRates:
    rates: dict[int | None, int] = dict(rows)
    standard_bp = rates.pop(None, 0)
    return CountryRates(standard_bp, {pk: rate for pk, rate in rates.items() if pk is not None})
