"""What must be true between orders and shelves, as SQL: promises and parcels (S3 to S6).

Each row of an answer: rule, a number to sort by, the row that breaks it, in words how.
"""

# Allocations are live promises: of open orders only, and exactly what their lots have reserved.
PROMISES_SQL = """
WITH held AS MATERIALIZED (
  SELECT own.line_id, own.lot_id, own.units, line.order_id, line.variant_id, line.sku, ord.reference,
         ord.status, ord.pay_before
    FROM orders_allocation own
    JOIN orders_orderline line ON line.id = own.line_id JOIN orders_order ord ON ord.id = line.order_id
), by_lot AS (
  SELECT lot_id, sum(units) AS units FROM held GROUP BY lot_id
), by_line AS (
  SELECT line_id, sum(units) AS units FROM held GROUP BY line_id
)
SELECT 'S3', lot.id, format('lot %%s (%%s/%%s)', lot.id, size.sku, lot.code),
       format('reserved %%s, the promises of orders are %%s', lot.reserved, coalesce(by_lot.units, 0))
  FROM catalog_lot lot JOIN catalog_variant size ON size.id = lot.variant_id
  LEFT JOIN by_lot ON by_lot.lot_id = lot.id
 WHERE lot.reserved <> coalesce(by_lot.units, 0)
UNION ALL
SELECT 'S3', held.order_id, format('order %%s', held.reference),
       format('%%s, and still holds %%s of lot %%s', held.status, held.units, held.lot_id)
  FROM held WHERE held.status NOT IN ('PLACED', 'PAID')
UNION ALL
SELECT 'S3', line.order_id, format('order %%s', ord.reference),
       format('%%s: of %%s units %%s are promised and %%s sent', line.sku, line.units,
              coalesce(by_line.units, 0), line.shipped_units)
  FROM orders_order ord JOIN orders_orderline line ON line.order_id = ord.id
  LEFT JOIN by_line ON by_line.line_id = line.id
 WHERE ord.status IN ('PLACED', 'PAID') AND line.units <> coalesce(by_line.units, 0) + line.shipped_units
UNION ALL
SELECT 'S3', held.order_id, format('order %%s', held.reference),
       format('%%s stands for its %%s, and is lot %%s of another size', held.units, held.sku, held.lot_id)
  FROM held JOIN catalog_lot lot ON lot.id = held.lot_id WHERE lot.variant_id <> held.variant_id
UNION ALL
SELECT 'S4', held.order_id, format('order %%s', held.reference),
       format('holds %%s units, unpaid, since %%s', sum(held.units),
              to_char(held.pay_before AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'))
  FROM held
 WHERE held.status = 'PLACED' AND held.pay_before < %(unpaid_before)s AND held.order_id <> ALL(%(asked)s)
 GROUP BY held.order_id, held.reference, held.pay_before
"""

# What orders say of each lot is what the ledger says that these orders did: held, sent and come back.
PARCELS_SQL = """
WITH moved AS (
  SELECT cause AS reference, lot_id, sum(reserved_change) AS held,
         coalesce(-sum(on_hand_change) FILTER (WHERE kind = 'SHIPPED'), 0) AS sent
    FROM catalog_movement WHERE kind IN ('RESERVED', 'RELEASED', 'SHIPPED')
   GROUP BY cause, lot_id
), written AS (
  SELECT ord.reference, each.lot_id, sum(each.held) AS held, sum(each.sent) AS sent
    FROM (SELECT line.order_id, own.lot_id, own.units AS held, 0 AS sent
            FROM orders_allocation own JOIN orders_orderline line ON line.id = own.line_id
          UNION ALL
          SELECT parcel.order_id, part.lot_id, 0, part.units
            FROM orders_shipmentline part JOIN orders_shipment parcel ON parcel.id = part.shipment_id) each
    JOIN orders_order ord ON ord.id = each.order_id
   GROUP BY ord.reference, each.lot_id
), both_sides AS MATERIALIZED (
  SELECT reference, lot_id, coalesce(moved.held, 0) AS moved_held, coalesce(written.held, 0) AS held,
         coalesce(moved.sent, 0) AS moved_sent, coalesce(written.sent, 0) AS sent
    FROM moved FULL JOIN written USING (reference, lot_id)
   WHERE coalesce(moved.held, 0) <> coalesce(written.held, 0)
      OR coalesce(moved.sent, 0) <> coalesce(written.sent, 0)
)
SELECT 'S3', lot_id, format('order %%s', reference),
       format('promises it %%s of lot %%s, its movements say %%s', held, lot_id, moved_held)
  FROM both_sides WHERE held <> moved_held
UNION ALL
SELECT 'S5', lot_id, format('order %%s', reference),
       format('parcels with %%s of lot %%s, its movements say %%s', sent, lot_id, moved_sent)
  FROM both_sides WHERE sent <> moved_sent
UNION ALL
SELECT 'S5', line.order_id, format('order %%s', ord.reference),
       format('%%s: shipped_units %%s, its parcels hold %%s', line.sku, line.shipped_units,
              coalesce(sent.units, 0))
  FROM orders_orderline line JOIN orders_order ord ON ord.id = line.order_id
  LEFT JOIN (SELECT line_id, sum(units) AS units FROM orders_shipmentline GROUP BY line_id) sent
    ON sent.line_id = line.id
 WHERE line.shipped_units <> coalesce(sent.units, 0)
UNION ALL
SELECT 'S5', part.id, format('parcel line %%s (lot %%s)', part.id, part.lot_id),
       format('returned_units %%s, its returns say %%s', part.returned_units, coalesce(back.units, 0))
  FROM orders_shipmentline part
  LEFT JOIN (SELECT shipment_line_id, sum(units) AS units FROM orders_returnline GROUP BY 1) back
    ON back.shipment_line_id = part.id
 WHERE part.returned_units <> coalesce(back.units, 0)
UNION ALL
SELECT 'S5', lot_id, format('return %%s', cause),
       format('lot %%s: its movements say %%s came back and %%s were destroyed, its lines %%s and %%s',
              lot_id, coalesce(moved.units, 0), coalesce(moved.destroyed, 0), coalesce(back.units, 0),
              coalesce(back.destroyed, 0))
  FROM (SELECT cause, lot_id, sum(on_hand_change) FILTER (WHERE kind = 'RETURNED') AS units,
               coalesce(-sum(on_hand_change) FILTER (WHERE kind = 'WRITTEN_OFF'), 0) AS destroyed
          FROM catalog_movement WHERE kind IN ('RETURNED', 'WRITTEN_OFF') GROUP BY cause, lot_id
        HAVING bool_or(kind = 'RETURNED')) moved
  FULL JOIN (SELECT format('%%s return %%s', ord.reference, whole.reference) AS cause, part.lot_id,
                    sum(part.units) AS units,
                    coalesce(sum(part.units) FILTER (WHERE part.fate = 'DESTROYED'), 0) AS destroyed
               FROM orders_returnline part JOIN orders_orderreturn whole ON whole.id = part.order_return_id
               JOIN orders_order ord ON ord.id = whole.order_id
              GROUP BY 1, 2) back USING (cause, lot_id)
 WHERE coalesce(moved.units, 0) <> coalesce(back.units, 0)
    OR coalesce(moved.destroyed, 0) <> coalesce(back.destroyed, 0)
"""

# What was sent was released and in date when it left. Two clerks' clocks are read before they wait for a
# lot, so a decision and a parcel may carry each other's order wrongly by as long as a wait lasts: a lot is
# let pass that was released at any moment within that time around the parcel's.
FITNESS_SQL = """
WITH released AS MATERIALIZED (
  SELECT lot_id, since, until
    FROM (SELECT lot_id, kind, at AS since, lead(at) OVER (PARTITION BY lot_id ORDER BY id) AS until
            FROM catalog_lotdecision) decided
   WHERE kind = 'RELEASED'
), sent AS MATERIALIZED (
  SELECT one.id, one.lot_id, one.at, one.cause, -one.on_hand_change AS units, lot.expires_on,
         (one.at AT TIME ZONE 'UTC')::date AS sent_on
    FROM catalog_movement one JOIN catalog_lot lot ON lot.id = one.lot_id
   WHERE one.kind = 'SHIPPED'
)
SELECT 'S6', id, format('order %%s', cause),
       format('%%s of lot %%s were sent on %%s, when it was not released', units, lot_id, sent_on)
  FROM sent
 WHERE NOT EXISTS (SELECT FROM released
                    WHERE released.lot_id = sent.lot_id AND released.since <= sent.at + %(wait)s
                      AND (released.until IS NULL OR released.until >= sent.at - %(wait)s))
UNION ALL
SELECT 'S6', id, format('order %%s', cause),
       format('%%s of lot %%s were sent on %%s, and had expired on %%s', units, lot_id, sent_on, expires_on)
  FROM sent WHERE expires_on <= sent_on
"""
