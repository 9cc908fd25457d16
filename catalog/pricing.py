"""What things cost: prices with their history, and the price of a basket of goods."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection

from catalog import prepared
from catalog.models import Price, PriceChange, Variant
from catalog.prepared import Question, Row

PER = {"ml": (Decimal(100), "100 ml"), "g": (Decimal(100), "100 g"), "piece": (Decimal(1), "piece")}


@dataclass(frozen=True)
class Offer:
    """One variant as it can be bought now, in one currency. `unit_cents` None: not for sale there."""

    variant_id: int
    sku: str
    variant_name: str
    product_slug: str
    product_name: str
    category_lineage: tuple[int, ...]
    unit_cents: int | None


def set_price(
    *, variant: Variant, currency: str, amount_cents: int, cause: str, now: datetime, by: Any = None
) -> bool:
    """Whether the price changed; the same price again changes nothing.

    Writes  Price, PriceChange. The caller publishes the product.
    Locks   the variant's price row.
    """
    return bool(set_prices(wanted={(variant.pk, currency): amount_cents}, cause=cause, now=now, by=by))


def set_prices(
    *, wanted: Mapping[tuple[int, str], int], cause: str, now: datetime, by: Any = None
) -> set[int]:
    """The variants of which a price changed.

    Takes   {(variant id, currency): minor units}.
    Writes  Price, PriceChange. The caller publishes the products.
    Locks   the price rows of those variants in those currencies, in id order.
    """
    assert connection.in_atomic_block, "set_prices() joins its caller's transaction"
    variant_ids, currencies = {pk for pk, _ in wanted}, {currency for _, currency in wanted}
    rows = Price.objects.filter(variant_id__in=variant_ids, currency__in=currencies)
    locked = rows.select_for_update(no_key=True).order_by("id")
    old = {(row.variant_id, row.currency): row.amount_cents for row in locked}
    new = {place: cents for place, cents in wanted.items() if old.get(place) != cents}
    Price.objects.bulk_create(
        (
            Price(variant_id=pk, currency=currency, amount_cents=cents)
            for (pk, currency), cents in new.items()
        ),
        update_conflicts=True,
        unique_fields=["variant", "currency"],
        update_fields=["amount_cents"],
    )
    PriceChange.objects.bulk_create(
        PriceChange(
            variant_id=pk,
            currency=currency,
            old_cents=old.get((pk, currency)),
            new_cents=cents,
            changed_at=now,
            changed_by=by,
            cause=cause,
        )
        for (pk, currency), cents in new.items()
    )
    return {pk for pk, _ in new}


def unit_price(amount_cents: int, net_quantity: Decimal | None, net_unit: str) -> tuple[int, str] | None:
    """(minor units, "100 ml"): the price by which two sizes can be compared; None when size is unknown.

    Source  Directive 98/6/EC: selling price per unit of measurement.
    """
    if not net_quantity or net_unit == "piece":
        return None
    amount, words = PER[net_unit]
    cents = (Decimal(amount_cents) * amount / net_quantity).quantize(Decimal(1), ROUND_HALF_UP)
    return int(cents), words


OFFERS_SQL = """
SELECT v.id, v.sku, v.name AS variant_name, p.slug, p.name AS product_name, c.lineage,
       CASE WHEN v.retired_at IS NULL AND p.published_at <= %(now)s
             AND (p.hidden_at IS NULL OR p.hidden_at > %(now)s) THEN r.amount_cents END AS unit_cents
  FROM catalog_variant v
  JOIN catalog_product p ON p.id = v.product_id
  JOIN catalog_category c ON c.id = p.category_id
  LEFT JOIN catalog_price r ON r.variant_id = v.id AND r.currency = %(currency)s
"""


def find_offers(variant_ids: Collection[int], *, currency: str, now: datetime) -> dict[int, Offer]:
    """What each variant costs now, with the words that an order freezes. One statement."""
    return ask_for_offers(variant_ids, currency=currency, now=now).ask()


def ask_for_offers(
    variant_ids: Collection[int], *, currency: str, now: datetime
) -> Question[dict[int, Offer]]:
    """The same, to be asked together with other things."""
    sql = f"{OFFERS_SQL} WHERE v.id = ANY(%(variants)s) ORDER BY v.id"
    return Question(sql, {"variants": list(variant_ids), "currency": currency, "now": now}, _read_offers)


def _read_offers(rows: Sequence[Row]) -> dict[int, Offer]:
    return {row[0]: _offer(row) for row in rows}


def find_offer(sku: str, *, currency: str, now: datetime) -> Offer | None:
    """What a variant costs now; None when nothing has that SKU."""
    asked = {"sku": sku, "currency": currency, "now": now}
    rows = prepared.fetch_all(f"{OFFERS_SQL} WHERE v.sku = %(sku)s", asked)
    return _offer(rows[0]) if rows else None


def _offer(row: Row) -> Offer:
    return Offer(row[0], row[1], row[2], row[3], row[4], tuple(row[5]), row[6])
