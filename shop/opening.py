"""Before the first customer: where we sell, what the state takes, how things get there."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from catalog import history, markets
from orders import delivery


@dataclass(frozen=True)
class Opened:
    """How much of each stands in the lists."""

    markets: int
    countries: int
    taxes: int
    rates: int

    def summary(self) -> str:
        return f"{self.markets} markets, {self.countries} countries, {self.taxes} taxes, {self.rates} rates"


NamedFile = tuple[str, bytes]  # what it is called, what is in it


def open_markets(
    *, market_list: NamedFile, tax_list: NamedFile | None, rate_list: NamedFile | None, now: datetime
) -> Opened:
    """Markets, taxes and delivery rates as the lists say: all of them, or nothing.

    Raises  BadList with every bad cell of the first list that holds one.
    """
    with transaction.atomic(durable=True):
        history.act_as("load_markets")
        opened = markets.load_markets(name=market_list[0], content=market_list[1], now=now)
        taxes = markets.load_taxes(name=tax_list[0], content=tax_list[1]) if tax_list else 0
        rates = delivery.load_rates(name=rate_list[0], content=rate_list[1]) if rate_list else 0
    return Opened(opened.markets, opened.countries, taxes, rates)
