"""What must be true of every shelf, as SQL: counters, ledger, each lot's history (S1, S2, S7, S8).

Each row of an answer: rule, a number to sort by, the row that breaks it, in words how.
One pass over the ledger serves all four: the running sums need it sorted by lot and id anyway. The ids
of a lot's movements are the order in which they happened: each is drawn while its lot is locked.
"""

SHELVES_SQL = """
WITH run AS (
  SELECT lot_id, id, kind, on_hand_change, reserved_change,
         sum(on_hand_change) OVER so_far AS on_hand, sum(reserved_change) OVER so_far AS reserved
    FROM catalog_movement
  WINDOW so_far AS (PARTITION BY lot_id ORDER BY id ROWS UNBOUNDED PRECEDING)
), told AS (
  SELECT lot_id, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved,
         min(id) FILTER (WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand) AS broke_at,
         coalesce(sum(on_hand_change) FILTER (WHERE on_hand_change > 0), 0) AS came,
         coalesce(-sum(on_hand_change) FILTER (WHERE kind = 'SHIPPED'), 0) AS sold
    FROM run GROUP BY lot_id
), shelf AS (
  SELECT lot.id, lot.on_hand, lot.reserved, told.broke_at,
         coalesce(told.on_hand, 0) AS told_on_hand, coalesce(told.reserved, 0) AS told_reserved,
         coalesce(told.came, 0) AS came, coalesce(told.sold, 0) AS sold
    FROM catalog_lot lot LEFT JOIN told ON told.lot_id = lot.id
), odd AS MATERIALIZED (
  SELECT shelf.*, format('lot %%s (%%s/%%s)', lot.id, size.sku, lot.code) AS called
    FROM shelf JOIN catalog_lot lot ON lot.id = shelf.id JOIN catalog_variant size ON size.id = lot.variant_id
   WHERE shelf.on_hand <> told_on_hand OR shelf.reserved <> told_reserved OR shelf.reserved < 0
      OR shelf.reserved > shelf.on_hand OR broke_at IS NOT NULL OR sold > came
)
SELECT 'S1', id, called, format('on_hand %%s, its movements say %%s', on_hand, told_on_hand)
  FROM odd WHERE on_hand <> told_on_hand
UNION ALL
SELECT 'S1', id, called, format('reserved %%s, its movements say %%s', reserved, told_reserved)
  FROM odd WHERE reserved <> told_reserved
UNION ALL
SELECT 'S2', id, called, format('reserved %%s of on_hand %%s', reserved, on_hand)
  FROM odd WHERE reserved < 0 OR reserved > on_hand
UNION ALL
SELECT 'S7', odd.id, called,
       format('after movement %%s its history stands at on_hand %%s, reserved %%s', broke_at,
              sum(one.on_hand_change), sum(one.reserved_change))
  FROM odd JOIN catalog_movement one ON one.lot_id = odd.id AND one.id <= broke_at
 GROUP BY odd.id, called, broke_at
UNION ALL
SELECT 'S8', id, called, format('%%s units were shipped, %%s ever came', sold, came)
  FROM odd WHERE sold > came
"""
