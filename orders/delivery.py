"""How things get there, and what that costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db import connection

from catalog.importing import lists
from catalog.importing.lists import Line, List
from catalog.importing.reports import BadCell
from catalog.models import MarketCountry
from catalog.prepared import Question, Row
from orders.models import DeliveryMethod, DeliveryRate

RATE_COLUMNS = {
    "method": lists.code(40),
    "name": lists.text(80),
    "carrier": lists.text(80, needed=False),
    "market": lists.code(12),
    "country": lists.country,
    "currency": lists.currency,
    "price": lists.text(20),
    "free_over": lists.text(20, needed=False),
    "min_days": lists.whole(0, 90),
    "max_days": lists.whole(0, 90),
}


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


METHODS_SQL = """
SELECT m.id, m.code, m.name, coalesce(nullif(r.carrier, ''), m.carrier), r.currency,
       r.price_cents, r.free_over_cents, r.min_days, r.max_days
  FROM orders_deliveryrate r
  JOIN orders_deliverymethod m ON m.id = r.method_id
 WHERE r.country = %(country)s AND m.retired_at IS NULL
 ORDER BY m.position, m.code
"""


def find_methods(*, country: str, currency: str | None = None) -> list[Choice]:
    """The ways to a country, in the order we like to offer them; none: we do not ship there."""
    return ask_for_methods(country=country, currency=currency).ask()


def ask_for_methods(*, country: str, currency: str | None) -> Question[list[Choice]]:
    """The same, to be asked together with other things."""
    return Question(METHODS_SQL, {"country": country}, partial(_read_methods, currency=currency))


def _read_methods(rows: Sequence[Row], *, currency: str | None) -> list[Choice]:
    choices = [Choice(*row) for row in rows]
    return [choice for choice in choices if currency in (None, choice.currency)]


def find_method(*, code: str, country: str, currency: str) -> Choice:
    """One way to a country. Raises NoSuchDelivery."""
    return choose(find_methods(country=country, currency=currency), code=code, country=country)


def choose(choices: Sequence[Choice], *, code: str, country: str) -> Choice:
    """The way that somebody chose, of those that there are. Raises NoSuchDelivery."""
    for choice in choices:
        if choice.code == code:
            return choice
    raise NoSuchDelivery(method=code, country=country)


def load_rates(*, content: bytes, name: str) -> int:
    """The number of rates in the list: which method goes where for how much. Others stay as they are.

    Methods are offered in the order in which the list first names them.
    Writes  DeliveryMethod, DeliveryRate.
    Raises  BadList.
    """
    assert connection.in_atomic_block, "load_rates() joins its caller's transaction"
    found = lists.read_list(content, name=name, readers=RATE_COLUMNS)
    found.refuse_repeats("method", "country")
    prices = {line.line: _read_prices(line, found) for line in found}
    _refuse_wrong_places(found)
    found.insist()
    methods: dict[str, DeliveryMethod] = {}
    for line in found:
        code = line["method"]
        if code not in methods:
            methods[code], _ = DeliveryMethod.objects.update_or_create(
                code=code,
                defaults={"name": line["name"], "carrier": line["carrier"], "position": len(methods)},
            )
        price_cents, free_over_cents = prices[line.line]
        DeliveryRate.objects.update_or_create(
            method=methods[code],
            country=line["country"],
            defaults={
                "carrier": line["carrier"],
                "currency": line["currency"],
                "price_cents": price_cents,
                "free_over_cents": free_over_cents,
                "min_days": line["min_days"],
                "max_days": line["max_days"],
            },
        )
    return len(found.lines)


def _read_prices(line: Line, found: List) -> tuple[int, int | None]:
    cents: dict[str, int | None] = {"price": 0, "free_over": None}
    for column in cents:
        try:
            cents[column] = lists.amount(line[column], line["currency"]) if line[column] else None
        except BadCell as bad:
            found.refuse(line, column, bad.why)
    return cents["price"] or 0, cents["free_over"]


def _refuse_wrong_places(found: List) -> None:
    """A rate must be in the currency of the market that ships there; else nobody could ever choose it."""
    markets = {row.country: row.market for row in MarketCountry.objects.select_related("market")}
    names: dict[str, str] = {}
    for line in found:
        market = markets.get(line["country"])
        if market is None or market.code != line["market"]:
            found.refuse(line, "country", f"is no country of the market {line['market']}")
        elif market.currency != line["currency"]:
            found.refuse(line, "currency", f"is not the market's, which is {market.currency}")
        if line["min_days"] > line["max_days"]:
            found.refuse(line, "max_days", "is less than min_days")
        if names.setdefault(line["method"], line["name"]) != line["name"]:
            found.refuse(line, "name", f"contradicts a line above: {names[line['method']]}")
