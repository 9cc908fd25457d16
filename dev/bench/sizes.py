"""The same catalogue smaller or larger, by SQL: a search is measured where it is easy and where it is not.

What is added are pages of one market with names of their own, without what a search does not read.
"""

from __future__ import annotations

SMALL, LARGE = 1_472, 100_000

_CUT = """
DELETE FROM catalog_pagewords WHERE product_id > (SELECT max(id) FROM ({kept}) k);
DELETE FROM catalog_shelfplace WHERE product_id > (SELECT max(id) FROM ({kept}) k);
DELETE FROM catalog_publishedpage WHERE product_id > (SELECT max(id) FROM ({kept}) k);
"""
_KEPT = "SELECT id FROM catalog_product ORDER BY id LIMIT {products}"

# Indexes are made again afterwards, which is what takes the time of adding row by row.
_GROW = """
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';
SET CONSTRAINTS ALL IMMEDIATE;
DROP INDEX page_by_contents, page_by_absence, page_by_category, page_by_concern;
INSERT INTO catalog_product (slug, name, brand_id, category_id, summary, description, created_at,
       published_at)
SELECT slug || '-' || n, name || ' ' || n, brand_id, category_id, summary, '', created_at, published_at
  FROM catalog_product, generate_series(1, {times} - 1) n;
CREATE TEMP TABLE grown AS
SELECT old.id AS old_id, new.id AS new_id, old.name AS old_name, n
  FROM catalog_product old, generate_series(1, {times} - 1) n, catalog_product new
 WHERE new.slug = old.slug || '-' || n;
INSERT INTO catalog_publishedpage (product_id, market, language, slug, name_key, brand_slug, category_slugs,
       concern_slugs, variant_ids, price_from_cents, published_at, card, page, version, contains, free_from)
SELECT new_id, market, language, slug || '-' || n, name_key || ' ' || n, brand_slug, category_slugs,
       concern_slugs, variant_ids, price_from_cents + n, published_at,
       replace(replace(card, '"slug":"' || slug || '"', '"slug":"' || slug || '-' || n || '"'),
               '"name":"' || old_name || '"', '"name":"' || old_name || ' ' || n || '"'),
       '{{}}', version, contains, free_from
  FROM catalog_publishedpage JOIN grown ON old_id = product_id WHERE market = 'eu';
INSERT INTO catalog_shelfplace (page_id, product_id, market, language, shelf, name_key, price_from_cents,
       published_at, variant_ids)
SELECT page.id, product_id, market, language, shelf, name_key, price_from_cents, published_at, variant_ids
  FROM catalog_publishedpage page
  CROSS JOIN LATERAL (SELECT 'category/' || unnest(category_slugs) AS shelf
                UNION SELECT 'concern/' || unnest(concern_slugs)
                UNION SELECT 'brand/' || brand_slug) stands
 WHERE page = '{{}}';
INSERT INTO catalog_pagewords (page_id, product_id, market, language, name_key, price_from_cents,
       published_at, names, said)
SELECT page.id, new_id, page.market, page.language, page.name_key, page.price_from_cents, page.published_at,
       old.names, old.said
  FROM grown JOIN catalog_publishedpage page ON page.product_id = new_id
  JOIN catalog_pagewords old ON old.product_id = old_id AND old.market = page.market;
CREATE INDEX page_by_contents ON catalog_publishedpage USING gin (contains);
CREATE INDEX page_by_absence ON catalog_publishedpage USING gin (free_from);
CREATE INDEX page_by_category ON catalog_publishedpage USING gin (category_slugs);
CREATE INDEX page_by_concern ON catalog_publishedpage USING gin (concern_slugs);
"""
FLOOR = """
CREATE TABLE floor_find AS
SELECT product_id AS id, name_key, brand_slug AS brand, price_from_cents AS cents, concern_slugs AS concerns,
       category_slugs[array_upper(category_slugs, 1)] AS category,
       left(card, -1) || ',"in_stock":true}' AS card,
       to_tsvector('english', concat_ws(' ', name_key, brand_slug, array_to_string(category_slugs, ' ')))
         AS words
  FROM catalog_publishedpage WHERE market = 'eu';
CREATE INDEX ON floor_find USING gin (words);
CREATE INDEX ON floor_find (name_key text_pattern_ops);
CREATE INDEX ON floor_find (category, cents, id);
ANALYZE floor_find;
"""


def resize(*, loaded: int, products: int) -> str:
    """The statements that make so many products of those that are loaded; none when it is as many."""
    if products < loaded:
        return _CUT.format(kept=_KEPT.format(products=products))
    return _GROW.format(times=products // loaded) if products >= 2 * loaded else ""
