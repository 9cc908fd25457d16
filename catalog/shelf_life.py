"""How long a lot may be sold: until so many days before it expires, so that the customer finds them."""

from collections.abc import Collection

from django.db import connection

MIN_LIFE_DAYS = 180  # left when it leaves the house, unless its shelf says otherwise
UNDATED_MONTHS = (
    30  # a pack with the open jar and no date keeps for more than that. Source: 1223/2009, 19 (1) c
)

MIN_LIFE = f"""coalesce((
    SELECT shelf.min_life_days FROM catalog_category shelf
     WHERE shelf.id = ANY(category.lineage) AND shelf.min_life_days IS NOT NULL
     ORDER BY array_position(category.lineage, shelf.id) DESC LIMIT 1), {MIN_LIFE_DAYS})"""

DATE_SQL = f"""
UPDATE catalog_lot lot SET sell_until_on = dated.last_day
  FROM (SELECT one.id,
               coalesce(one.expires_on, CASE WHEN one.pao_months IS NOT NULL THEN
                 (coalesce(one.made_on, one.received_on) + interval '{UNDATED_MONTHS} months')::date END)
               - {MIN_LIFE} AS last_day
          FROM catalog_lot one
          JOIN catalog_variant variant ON variant.id = one.variant_id
          JOIN catalog_product product ON product.id = variant.product_id
          JOIN catalog_category category ON category.id = product.category_id
         WHERE product.id = ANY(%s)) dated
 WHERE dated.id = lot.id AND dated.last_day IS DISTINCT FROM lot.sell_until_on
"""


def date_lots(product_ids: Collection[int]) -> int:
    """How many lots of these products may be sold until another day than before.

    Until the expiry less the life that a customer must find: 180 days, or what the nearest shelf says. A
    pack with a period after opening and no date counts as made to last 30 months; one with neither never
    expires. Joins a transaction.
    Writes  Lot.sell_until_on.
    """
    assert connection.in_atomic_block, "date_lots() joins its caller's transaction"
    with connection.cursor() as cursor:
        cursor.execute(DATE_SQL, [list(product_ids)])
        return int(cursor.rowcount)
