"""How much of a strong thing one customer may buy in a time.

A customer is an e-mail address, its case folded, and nothing cleverer: whoever has two addresses is two
customers. It keeps somebody from buying ten jars of acid by mistake, or on a friend's advice; it is no lock.

What counts: units in orders that wait for money, are paid or sent, placed in the last `within_days` days.
What came back does not count (they do not have it), nor do lapsed and cancelled orders, nor what we sent in
place of recalled goods. Of a class count the
products whose formula holds it today.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from catalog import prepared
from catalog.prepared import Question, Row


@dataclass(frozen=True)
class Reached:
    """A limit that an order would pass. Units; `already` is what was bought before, in that time."""

    skus: list[str]
    most: int
    within_days: int
    already: int
    asked: int
    words: str


@dataclass(eq=False)
class LimitReached(Exception):
    """One customer may not buy so much of some things in so short a time."""

    limits: list[Reached]


@dataclass(frozen=True)
class Touched:
    """A limit that is about some of the goods of an order."""

    limit_id: int
    most: int
    within_days: int
    words: str
    skus: dict[int, str]  # variant id → SKU


# Of one product, or of every product with that class in its formula. `jsonb_exists` is the operator "?".
TOUCHED_SQL = """
SELECT rule.id, rule.most_units, rule.within_days, rule.words, v.id AS variant_id, v.sku
  FROM catalog_purchaselimit rule
  JOIN catalog_variant v ON v.id = ANY(%(variants)s)
  JOIN catalog_product p ON p.id = v.product_id
  LEFT JOIN catalog_formula f ON f.id = p.current_formula_id
 WHERE rule.since_on <= %(today)s AND coalesce(rule.ended_on > %(today)s, true)
   AND (rule.product_id = p.id OR jsonb_exists(f.class_ranks, rule.ingredient_class))
 ORDER BY rule.id, v.id
"""

LOCK_SQL = "SELECT pg_advisory_xact_lock(hashtextextended('purchase limit ' || upper(%s::text), 0))"

BOUGHT_SQL = """
SELECT coalesce(sum(line.units - coalesce(back.units, 0)), 0)::int
  FROM orders_order o
  JOIN orders_orderline line ON line.order_id = o.id
  JOIN catalog_variant v ON v.id = line.variant_id
  JOIN catalog_product p ON p.id = v.product_id
  JOIN catalog_purchaselimit rule ON rule.id = %s
  LEFT JOIN catalog_formula f ON f.id = p.current_formula_id
  LEFT JOIN LATERAL (SELECT sum(sent.returned_units) AS units FROM orders_shipmentline sent
                      WHERE sent.line_id = line.id) back ON true
 WHERE upper(o.email::text) = upper(%s::text) AND o.placed_at > %s
   AND o.status IN ('PLACED', 'PAID', 'SHIPPED') AND o.replaces_id IS NULL
   AND (rule.product_id = p.id OR jsonb_exists(f.class_ranks, rule.ingredient_class))
"""


def check_limits(
    touched: Sequence[Touched], *, email: str, quantities: Mapping[int, int], now: datetime
) -> None:
    """Let an order pass, or refuse it, so that two of one customer at once cannot both pass.

    Takes   what `ask_for_touched` gave; {variant id: units}. Joins a transaction. No statement when no limit
            touches the order.
    Locks   the customer's address, until the transaction ends, and only when a limit touches the order:
            after the cart and the order, before the lots.
    Raises  LimitReached with every limit that it would pass.
    """
    assert connection.in_atomic_block, "check_limits() joins its caller's transaction"
    if not touched:
        return
    _lock_customer(email)
    found = [_measure(one, quantities, already=_count_bought(one, email, now=now)) for one in touched]
    if passed := [one for one in found if one.already + one.asked > one.most]:
        raise LimitReached(passed)


def find_over(touched: Sequence[Touched], quantities: Mapping[int, int]) -> list[Reached]:
    """Limits that these units alone would pass, whoever buys them.

    Takes   what `ask_for_touched` gave.
    """
    found = [_measure(one, quantities, already=0) for one in touched]
    return [one for one in found if one.asked > one.most]


def ask_for_touched(variant_ids: Collection[int], *, on: date) -> Question[list[Touched]]:
    """The limits that some of these are under on a day."""
    return Question(TOUCHED_SQL, {"variants": list(variant_ids), "today": on}, _read_touched)


def _read_touched(rows: Sequence[Row]) -> list[Touched]:
    skus: dict[int, dict[int, str]] = defaultdict(dict)
    for limit_id, _, _, _, variant_id, sku in rows:
        skus[limit_id][variant_id] = sku
    heads = dict.fromkeys((row[0], row[1], row[2], row[3]) for row in rows)
    return [Touched(pk, most, days, words, skus[pk]) for pk, most, days, words in heads]


def _measure(one: Touched, quantities: Mapping[int, int], *, already: int) -> Reached:
    asked = sum(quantities[variant_id] for variant_id in one.skus)
    return Reached(list(one.skus.values()), one.most, one.within_days, already, asked, one.words)


def _lock_customer(email: str) -> None:
    """Wait for whoever else checks out with this address; the next statement sees what they bought."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_SQL, [email])


def _count_bought(one: Touched, email: str, *, now: datetime) -> int:
    since = now - timedelta(days=one.within_days)
    units: int = prepared.fetch_all(BOUGHT_SQL, [one.limit_id, email, since])[0][0]
    return units
