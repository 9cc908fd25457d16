"""One statement for all that the shop knows of a question's words: spelling, names, claims, markets.

PostgreSQL looks each word up in the shop's vocabulary, puts the nearest one in the place of a word that
nobody uses here, and recognises every name of one to four words that a signpost or a customers' wording
carries. Wordings lead from every language that they are written in to the one of the pages.
"""

VISIBLE = """s.language = %(language)s AND (s.shown_from_at IS NULL OR s.shown_from_at <= %(now)s)
         AND (s.hidden_at IS NULL OR s.hidden_at > %(now)s)"""
# Names are compared with arrays, so that a few look-ups in an index are all that a planner can think of.
# %% is the trigram operator. A word is known when it stands in the vocabulary, or when it is the last one and
# begins a word that does: the customer is still typing, and may be past that word's stem ("glycoli"). A known
# word is a misprint when next to nothing has it, no name has it, and a word that differs by one letter is
# five times as common. Two words may be one that was torn ("super goop"); two that stand near each other, in
# any order, hint at a concern of that name.
# The words come out of a SELECT, so that a plan for four of them seems no cheaper than one for any number,
# which is made once. Spans are pairs of words and no generate_series(): a planner takes that for a thousand
# rows, and what it then sets up for a million phrases costs more than all the rest.
LOOKUP_SQL = rf"""
WITH asked AS MATERIALIZED (
  SELECT t.word, pos, known.times, pos = %(count)s AS last, whole,
         correctable AND known.times IS NULL AND whole IS NULL
           AND to_tsvector('regimen_{{language}}', t.word) <> '' AS unknown,
         correctable AND known.times <= 3 AND length(t.word) > 5 AS doubtful,
         regexp_replace(t.word, '(.)\1', '\1', 'g') AS single
    FROM unnest((SELECT %(words)s::text[]), (SELECT %(correctable)s::bool[]))
         WITH ORDINALITY AS t(word, correctable, pos)
    LEFT JOIN catalog_searchword known ON known.language = %(language)s AND known.word = t.word
    LEFT JOIN LATERAL (
      SELECT w.word AS whole FROM catalog_searchword w
       WHERE correctable AND known.times IS NULL AND pos = %(count)s
         AND w.language = %(language)s AND w.word LIKE t.word || '%%'
       ORDER BY w.times DESC, w.word LIMIT 1) begun ON true
), meant AS MATERIALIZED (
  SELECT pos, asked.word, whole, asked.times IS NOT NULL AS known,
         coalesce(nearest.word, asked.word) AS meant, coalesce(nearest.times, asked.times, 0) AS times
    FROM asked LEFT JOIN LATERAL (
      SELECT near.word, near.times, distance
        FROM catalog_searchword near
        CROSS JOIN LATERAL (SELECT least(
          levenshtein(near.word, asked.word),
          CASE WHEN last AND unknown
               THEN 0.5 + levenshtein(left(near.word, length(asked.word)), asked.word) END,
          CASE WHEN levenshtein(near.word, asked.word) = 1
                AND regexp_replace(near.word, '(.)\1', '\1', 'g') = single THEN 0.5 END
        )) d(distance)
       WHERE (unknown OR doubtful) AND near.language = %(language)s AND near.word %% asked.word
         AND (unknown OR near.times >= 5 * asked.times AND distance <= 1 AND NOT EXISTS (
               SELECT FROM catalog_signpost s
                WHERE s.search @@ format('%%1$L | %%2$L', asked.word, 'i:' || asked.word)::tsquery)
             AND NOT EXISTS (
               SELECT FROM catalog_pagewords p WHERE p.names @@ quote_literal(asked.word)::tsquery))
       ORDER BY distance - (left(near.word, 1) = left(asked.word, 1))::int * 0.3
                - least(log(near.times + 1), 2) * 0.2, near.word
       LIMIT 1
    ) nearest ON nearest.distance + (left(nearest.word, 1) <> left(asked.word, 1))::int
                   <= CASE WHEN length(asked.word) < 5 THEN 1
                                          WHEN length(asked.word) < 10 THEN 2.5 ELSE 3.5 END
), said AS MATERIALIZED (
  SELECT array_agg(word ORDER BY pos) AS words FROM meant
  UNION SELECT array_agg(meant ORDER BY pos) FROM meant
), torn AS MATERIALIZED (
  SELECT pos AS first, words[pos] || words[pos + 1] AS word
    FROM said JOIN asked ON pos < %(count)s WHERE length(words[pos] || words[pos + 1]) > 5
), phrase AS MATERIALIZED (
  SELECT a.pos AS first, b.pos AS last, regimen_key(array_to_string(words[a.pos:b.pos], ' ')) AS key,
         false AS hint
    FROM said, asked a JOIN asked b ON b.pos BETWEEN a.pos AND a.pos + 3
  UNION ALL SELECT first, first + 1, regimen_key(word), false FROM torn
  UNION ALL
  SELECT least(a.pos, b.pos), greatest(a.pos, b.pos), regimen_key(a.meant || ' ' || b.meant), true
    FROM meant a JOIN meant b ON b.pos BETWEEN a.pos - 3 AND a.pos + 3 AND b.pos NOT IN (a.pos, a.pos + 1)
   WHERE length(a.meant) > 2 AND length(b.meant) > 2
), keys AS MATERIALIZED (
  SELECT array_agg(DISTINCT key)::varchar[] AS keys FROM phrase
), wording AS MATERIALIZED (
  SELECT first, last, split_part(leads_to, ':', 1) AS kind,
         substr(leads_to, strpos(leads_to, ':') + 1) AS slug, hint
    FROM catalog_wording w JOIN phrase ON phrase.key = regimen_key(w.words)
   WHERE regimen_key(w.words) = ANY((SELECT keys FROM keys)::text[])
), target AS MATERIALIZED (
  SELECT array_agg(kind) AS kinds, array_agg(slug)::varchar[] AS slugs,
         array_agg(regimen_key(slug))::varchar[] AS keys
    FROM wording
), sign AS (
  SELECT first, last, s.kind, s.slug, s.title, hint
    FROM catalog_signpost s JOIN phrase ON phrase.key = ANY(s.names)
   WHERE s.names && (SELECT keys FROM keys) AND {VISIBLE}
  UNION
  SELECT first, last, s.kind, s.slug, s.title, hint
    FROM catalog_signpost s JOIN wording w ON w.kind = s.kind AND w.slug = s.slug
   WHERE s.kind = ANY((SELECT kinds FROM target)::text[])
     AND s.slug = ANY((SELECT slugs FROM target)::varchar[]) AND {VISIBLE}
  UNION
  SELECT first, last, s.kind, s.slug, s.title, hint
    FROM catalog_signpost s JOIN wording w ON w.kind = s.kind AND regimen_key(w.slug) = ANY(s.names)
   WHERE s.names && (SELECT keys FROM target) AND {VISIBLE}
)
SELECT 'word', pos, pos, word, meant,
       array_to_string(tsvector_to_array(to_tsvector('regimen_{{language}}', meant)), ' '), known, times,
       tsvector_to_array(to_tsvector('regimen_{{language}}', whole))
  FROM meant
UNION ALL
SELECT CASE WHEN hint THEN 'hint' ELSE sign.kind END, first, last, sign.slug, sign.title,
       plainto_tsquery('regimen_{{language}}', regimen_plain(sign.title))::text,
       coalesce(guide.sells, true), 0, NULL
  FROM sign LEFT JOIN catalog_guide guide ON sign.kind = 'guide' AND guide.slug = sign.slug
 WHERE NOT hint OR sign.kind = 'concern'
UNION ALL
SELECT kind, first, last, slug, slug,
       plainto_tsquery('regimen_{{language}}', replace(regimen_plain(slug), '_', ' '))::text, true, 0, NULL
  FROM wording WHERE kind IN ('class', 'text') AND NOT hint
UNION ALL
SELECT 'text', first, first + 1, word, word, plainto_tsquery('regimen_{{language}}', word)::text, true, 0,
       NULL
  FROM torn JOIN catalog_searchword w USING (word) WHERE w.language = %(language)s
UNION ALL
SELECT 'claim', 0, 0, free_from, name, NULL, true, 0, NULL FROM catalog_claimrule WHERE free_from <> ''
UNION ALL
SELECT 'market', 0, 0, code, name, NULL, true, 0, NULL FROM catalog_market
"""
