"""An order's rows, in as few statements as there can be: customers wait for this at the checkout.

(By Django's `save` and `bulk_create` an order cost Python 3.0 ms, so 0.6; and PostgreSQL planned each anew.)
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from catalog import prepared, stock
from orders.models import Order, OrderEvent
from orders.totals import TotalLine

_FIELDS = [field for field in Order._meta.concrete_fields if not field.primary_key]
_COLUMNS = ", ".join(str(field.column) for field in _FIELDS)
_OF_A_LINE = (
    "variant_id sku product_name variant_name units unit_cents tax_bp net_cents tax_cents total_cents".split()
)
_LINE_COLUMNS = ", ".join(_OF_A_LINE)

# Rows as JSON: one value to send instead of forty cost Python a third. PostgreSQL does not mind.
ORDER_SQL = f"""
WITH placed AS (
  INSERT INTO orders_order ({_COLUMNS})
  SELECT {_COLUMNS} FROM json_populate_record(NULL::orders_order, %s::json) RETURNING id, placed_at
), told AS (
  INSERT INTO orders_orderevent (order_id, kind, at, note)
  SELECT id, '{OrderEvent.Kind.PLACED.value}', placed_at, '' FROM placed
)
INSERT INTO orders_orderline (order_id, {_LINE_COLUMNS}, shipped_units)
SELECT placed.id, {", ".join(f"line.{name}" for name in _OF_A_LINE)}, 0
  FROM placed, json_populate_recordset(NULL::orders_orderline, %s::json) AS line
RETURNING order_id
"""


def write_order(order: Order, lines: Iterable[TotalLine]) -> None:
    """The order, its lines and the first line of its diary, in one statement; `order` knows its key then.

    Writes  Order, OrderLine, OrderEvent.
    """
    head = {field.column: getattr(order, field.attname) for field in _FIELDS}
    rows = [dict(zip(_OF_A_LINE, _as_row(line), strict=True)) for line in lines]
    written = prepared.fetch_all(ORDER_SQL, [orjson.dumps(head).decode(), orjson.dumps(rows).decode()])
    order.pk, order._state.adding, order._state.db = written[0][0], False, connection.alias


def _as_row(line: TotalLine) -> tuple[Any, ...]:
    offer, taxed = line.offer, line.taxed
    return (
        *(offer.variant_id, offer.sku, offer.product_name, offer.variant_name),
        *(line.units, line.unit_cents, taxed.rate_bp, taxed.net_cents, taxed.tax_cents, taxed.total_cents),
    )


ALLOCATE_SQL = """
INSERT INTO orders_allocation (line_id, lot_id, units)
SELECT line.id, held.lot_id, held.units
  FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS held(variant_id, lot_id, units)
  JOIN orders_orderline line ON line.order_id = %s AND line.variant_id = held.variant_id
RETURNING id
"""


def hold_goods(
    order: Order, quantities: Mapping[int, int], *, now: datetime, planned: stock.Shares | None = None
) -> None:
    """The units are promised to the order. The last thing that a story does: others wait for the lots.

    Takes   {variant id: units}, of lines that the order has; `planned`: what `stock.plan` said before.
    Writes  Lot.reserved, Movement, an Allocation per line and lot.
    Locks   the lots that it takes from, in id order.
    Raises  OutOfStock with every shortage.
    """
    allocate(order, stock.reserve(quantities, cause=order.reference, now=now, planned=planned))


def allocate(order: Order, shares: stock.Shares) -> None:
    """Write down which lots stand for which lines of an order."""
    held = [
        (variant_id, lot_id, units) for variant_id, lots in shares.items() for lot_id, units in lots.items()
    ]
    columns = [list(column) for column in zip(*held, strict=True)]
    prepared.fetch_all(ALLOCATE_SQL, [*columns, order.pk])
