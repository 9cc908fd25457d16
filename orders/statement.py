"""An order in words and figures, as mails and receipts show it. Reading only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from babel import Locale
from babel.dates import format_date
from django.utils import timezone

from catalog.money import format_money
from catalog.tax import Taxed, sum_by_rate
from orders.models import Order, OrderLine

ENGLISH = Locale("en")
REGION_BEFORE_POSTCODE = frozenset("AU CA US".split())  # "Portland, OR 97205"


@dataclass(frozen=True)
class StatementLine:
    """Amounts as the customer was shown them: with tax where the market includes it."""

    name: str
    size: str
    sku: str
    units: int
    unit: str
    rate: str
    total: str


@dataclass(frozen=True)
class StatementRate:
    rate: str
    net: str
    tax: str
    total: str


@dataclass(frozen=True)
class Statement:
    reference: str
    email: str
    placed_on: str
    address: tuple[str, ...]
    lines: tuple[StatementLine, ...]
    goods: str
    delivery_name: str
    delivery: str
    delivery_rate: str
    rates: tuple[StatementRate, ...]
    net: str
    tax: str
    total: str
    prices_include_tax: bool
    tax_word: str


def draw_statement(order: Order) -> Statement:
    """The order with its lines, its tax by rate and its sums, everything written out."""
    lines = list(order.lines.order_by("pk"))
    included = order.prices_include_tax
    delivery_cents = order.delivery_cents if included else order.delivery_net_cents
    shown_cents = order.total_cents if included else order.net_cents

    def money(cents: int) -> str:
        return format_money(cents, order.currency)

    return Statement(
        reference=order.reference,
        email=order.email,
        placed_on=write_date(order.placed_at),
        address=write_address(order),
        lines=tuple(
            StatementLine(
                name=line.product_name,
                size=line.variant_name,
                sku=line.sku,
                units=line.units,
                unit=money(line.unit_cents),
                rate=write_rate(line.tax_bp),
                total=money(line.total_cents if included else line.net_cents),
            )
            for line in lines
        ),
        goods=money(shown_cents - delivery_cents),
        delivery_name=order.delivery_name,
        delivery=money(delivery_cents),
        delivery_rate=write_rate(order.delivery_tax_bp),
        rates=tuple(
            StatementRate(rate=write_rate(rate_bp), net=money(net), tax=money(tax), total=money(net + tax))
            for rate_bp, net, tax in tax_by_rate(order, lines)
        ),
        net=money(order.net_cents),
        tax=money(order.tax_cents),
        total=money(order.total_cents),
        prices_include_tax=included,
        tax_word="VAT" if included else "Tax",
    )


def tax_by_rate(order: Order, lines: Iterable[OrderLine]) -> list[tuple[int, int, int]]:
    """(rate_bp, net_cents, tax_cents) over lines and delivery, the highest rate first.

    A delivery for nothing adds no rate of its own.
    """
    parts = [Taxed(line.net_cents, line.tax_cents, line.total_cents, line.tax_bp) for line in lines]
    if order.delivery_cents:
        net, tax, total = order.delivery_net_cents, order.delivery_tax_cents, order.delivery_cents
        parts.append(Taxed(net, tax, total, order.delivery_tax_bp))
    return sum_by_rate(parts)


def write_address(order: Order) -> tuple[str, ...]:
    """The lines of a parcel's label, the country last; what is empty is left out."""
    if order.country in REGION_BEFORE_POSTCODE:
        place = f"{order.city}, {order.region} {order.postcode}".rstrip(" ,")
        lines = [order.recipient, order.street, order.street_more, place]
    else:
        place = f"{order.postcode} {order.city}".strip()
        lines = [order.recipient, order.street, order.street_more, place, order.region]
    return tuple(line for line in (*lines, write_country(order.country)) if line)


def write_country(code: str) -> str:
    """Germany for DE; a code that nobody knows stays a code."""
    return str(ENGLISH.territories.get(code, code))


def write_date(at: datetime) -> str:
    """21 November 2026, where the shop stands."""
    return format_date(timezone.localtime(at), format="d MMMM y", locale=ENGLISH)


def write_rate(rate_bp: int) -> str:
    """19% for 1900, 8.25% for 825."""
    whole, rest = divmod(rate_bp, 100)
    return f"{whole}%" if not rest else f"{whole}.{rest:02d}".rstrip("0") + "%"
