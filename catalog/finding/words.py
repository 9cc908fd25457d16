"""What pages are found by: the words of a product, weighed, and the shop's own vocabulary.

Beside words, a page carries marks: lexemes such as "concern:milia", "category:serums" or "has:retinol", by
which it is found under every other name of the same thing, and one for its market, so that one index
answers the whole question. Words of a list of ingredients are marks too ("i:glycolic"): nobody stems
chemistry, in which glycolic acid is no glycol.
"""

from collections.abc import Collection

from django.db import connection, transaction

from catalog.models import IngredientClass

# name, brand: A · concerns, categories, their marks: B · summary, the pick's headline: C. The rest is not
# weighed: what is inside, its classes; the description and customers' words for a concern are marks
# ("d:sting") that answer only what nothing else answers. Nothing is written where nothing changed.
# What is written with hyphens, dots or apostrophes is also one word: "make-up", "U.F.O.", "L'Occitane".
_JOINED = """(SELECT string_agg(translate(word[1], '-.''’', ''), ' ')
   FROM regexp_matches({text}, '[[:alpha:]]+(?:[-.''’][[:alpha:]]+)+', 'g') word)"""
INDEX_PAGES_SQL = f"""
WITH said AS MATERIALIZED (
  SELECT p.id, regimen_plain(concat_ws(' ', p.name, b.name, joined.names)) AS a,
         regimen_plain(concat_ws(' ', shelf.names, worry.names)) AS b,
         regimen_plain(p.summary) AS c,
         regimen_plain(concat_ws(' ', p.description, joined.told, worry.also)) AS d,
         regimen_plain(coalesce(inside.classes, '')) AS e,
         regimen_key(concat_ws(' ', inside.names, inside.label)) AS i
    FROM catalog_product p
    JOIN catalog_brand b ON b.id = p.brand_id
    LEFT JOIN catalog_formula f ON f.id = p.current_formula_id AND f.status = 'read'
    CROSS JOIN LATERAL (
      SELECT {_JOINED.format(text="concat_ws(' ', p.name, b.name)")} AS names,
             {_JOINED.format(text="p.description")} AS told) joined
    CROSS JOIN LATERAL (
      SELECT string_agg(above.name, ' ') AS names FROM catalog_category c
        JOIN catalog_category above ON above.id = ANY(c.lineage) WHERE c.id = p.category_id) shelf
    CROSS JOIN LATERAL (
      SELECT string_agg(c.name, ' ') AS names, string_agg(array_to_string(c.also_called, ' '), ' ') AS also
        FROM catalog_product_concerns pc JOIN catalog_concern c ON c.id = pc.concern_id
       WHERE pc.product_id = p.id) worry
    CROSS JOIN LATERAL (
      SELECT f.label_text AS label,
             (SELECT string_agg(i.inci_name, ' ') FROM catalog_ingredient i
               WHERE i.slug = ANY(f.ingredient_slugs)) AS names,
             (SELECT string_agg(t.title, ' ') FROM unnest(%(classes)s::text[], %(titles)s::text[])
                  AS t(class, title) WHERE f.class_ranks ? t.class) AS classes) inside
   WHERE p.id = ANY(%(products)s)
), vocabulary AS (
  INSERT INTO catalog_searchword (language, word, times)
  SELECT %(language)s, word, 1
    FROM (SELECT DISTINCT unnest(tsvector_to_array(to_tsvector('simple', unaccent(text)))) AS word
            FROM said CROSS JOIN LATERAL concat_ws(' ', a, b, c, d, e, i) text) new
   WHERE word ~ '^[[:alpha:]]{{3,60}}$'
     AND NOT EXISTS (SELECT FROM catalog_searchword w WHERE w.language = %(language)s AND w.word = new.word)
   ORDER BY word
  ON CONFLICT DO NOTHING
), weighed AS MATERIALIZED (
  SELECT id, setweight(to_tsvector('regimen_en', a), 'A') || setweight(to_tsvector('regimen_en', b), 'B')
             || setweight(to_tsvector('regimen_en', c), 'C') AS names,
         strip(to_tsvector('regimen_en', e)) || array_to_tsvector(
           ARRAY(SELECT DISTINCT 'i:' || word FROM regexp_split_to_table(i, '[^[:alnum:]]+') word
                  WHERE word <> '')
           || ARRAY(SELECT 'd:' || unnest(tsvector_to_array(to_tsvector('regimen_en', d))))) AS others
    FROM said
)
INSERT INTO catalog_pagewords AS known (page_id, product_id, market, language, name_key, price_from_cents,
       published_at, hidden_at, badge_from_on, badge_until_on, later_on, later_live, names, said)
SELECT p.id, p.product_id, p.market, p.language, p.name_key, p.price_from_cents,
       p.published_at, p.hidden_at, p.badge_from_on, p.badge_until_on, p.later_on,
       ARRAY(SELECT badge <> 'null' FROM unnest(p.later_badges) badge), named.names,
       strip(named.names) || w.others || array_to_tsvector(ARRAY(SELECT 'has:' || unnest(p.contains)))
  FROM catalog_publishedpage p JOIN weighed w ON w.id = p.product_id
  CROSS JOIN LATERAL (
    SELECT w.names || setweight(to_tsvector('regimen_en', regimen_plain(
             coalesce((SELECT string_agg(badge::jsonb ->> 'headline', ' ')
                         FROM unnest(p.later_badges || p.badge) badge), ''))), 'C')
           || (SELECT string_agg(format('''%%s'':1B', mark), ' ')::tsvector
                 FROM (SELECT 'category:' || unnest(p.category_slugs)
                 UNION SELECT 'concern:' || unnest(p.concern_slugs)
                 UNION SELECT 'brand:' || p.brand_slug) AS t(mark))
           || array_to_tsvector(ARRAY['in:' || p.market]) AS names) named
 WHERE p.product_id = ANY(%(products)s) AND p.language = %(language)s
 ORDER BY p.id
ON CONFLICT (page_id) DO UPDATE
   SET name_key = excluded.name_key, price_from_cents = excluded.price_from_cents,
       published_at = excluded.published_at, hidden_at = excluded.hidden_at,
       badge_from_on = excluded.badge_from_on, badge_until_on = excluded.badge_until_on,
       later_on = excluded.later_on, later_live = excluded.later_live,
       names = excluded.names, said = excluded.said
 WHERE (known.name_key, known.price_from_cents, known.published_at, known.hidden_at, known.badge_from_on,
        known.badge_until_on, known.later_on, known.later_live, known.names, known.said)
       IS DISTINCT FROM (excluded.name_key, excluded.price_from_cents, excluded.published_at,
        excluded.hidden_at, excluded.badge_from_on, excluded.badge_until_on, excluded.later_on,
        excluded.later_live, excluded.names, excluded.said)
"""
ADD_WORDS_SQL = """
INSERT INTO catalog_searchword (language, word, times)
SELECT %(language)s, word, 1
  FROM (SELECT DISTINCT unnest(tsvector_to_array(to_tsvector('simple', unaccent(regimen_plain(said)))))
          FROM unnest(%(said)s::text[]) said) AS new(word)
 WHERE word ~ '^[[:alpha:]]{3,60}$'
   AND NOT EXISTS (SELECT FROM catalog_searchword w WHERE w.language = %(language)s AND w.word = new.word)
 ORDER BY word
ON CONFLICT DO NOTHING
"""
# A word counts by its stem; what stands in nothing any more is forgotten.
COUNT_SQL = """
WITH seen AS MATERIALIZED (
  SELECT word AS stem, ndoc AS times FROM ts_stat(
    'SELECT said FROM catalog_pagewords WHERE language = ''en''
     UNION ALL SELECT search FROM catalog_signpost WHERE language = ''en''')
), now AS MATERIALIZED (
  SELECT w.id, max(seen.times) AS times
    FROM catalog_searchword w
    CROSS JOIN LATERAL unnest(
      tsvector_to_array(to_tsvector('regimen_en', w.word))
      || ARRAY(SELECT 'd:' || unnest(tsvector_to_array(to_tsvector('regimen_en', w.word))))
      || ('i:' || regimen_key(w.word))) stem
    JOIN seen USING (stem) WHERE w.language = 'en' GROUP BY w.id
), gone AS (
  DELETE FROM catalog_searchword w
   WHERE w.language = 'en' AND NOT EXISTS (SELECT FROM now WHERE now.id = w.id)
)
UPDATE catalog_searchword w SET times = now.times FROM now WHERE w.id = now.id AND w.times <> now.times
"""


def index_pages(product_ids: Collection[int], *, language: str = "en") -> None:
    """The pages of these products are found by what they say now. One statement.

    Writes  PageWords, SearchWord.
    """
    assert connection.in_atomic_block, "index_pages() joins its caller's transaction"
    with connection.cursor() as cursor:
        cursor.execute(
            INDEX_PAGES_SQL,
            {
                "products": list(product_ids),
                "language": language,
                "classes": [one.value for one in IngredientClass],
                "titles": [str(one.label) for one in IngredientClass],
            },
        )


def add_words(said: Collection[str], *, language: str = "en") -> None:
    """These texts' words belong to the shop's vocabulary. One statement.

    Writes  SearchWord.
    """
    with connection.cursor() as cursor:
        cursor.execute(ADD_WORDS_SQL, {"said": list(said), "language": language})


def count_words() -> int:
    """The number of words whose count changed; those that nothing says any more are forgotten.

    Writes  SearchWord.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        cursor.execute(COUNT_SQL)
        return int(cursor.rowcount)
