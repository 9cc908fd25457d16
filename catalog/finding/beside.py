"""What was found beside products: the concerns, guides, ingredients, brands and categories of a question."""

from dataclasses import dataclass
from datetime import datetime

from catalog import prepared
from catalog.finding.lookup import VISIBLE
from catalog.finding.matching import Match
from catalog.finding.understanding import Understood

MOST = 6
KINDS = ("concern", "guide", "category", "brand", "ingredient")  # in the order of which they are shown


@dataclass(frozen=True)
class Sign:
    """One thing beside products, and why it is shown."""

    kind: str
    slug: str
    title: str
    why: str


# What was named comes first; then what answers the whole question in other words: by its title, or, when
# nothing was named, by any of its words.
BESIDE_SQL = f"""
WITH found AS MATERIALIZED (
  SELECT s.id FROM catalog_signpost s
   WHERE s.kind = ANY(%(kinds)s::text[]) AND s.slug = ANY(%(slugs)s::varchar[])
     AND (s.kind || ':' || s.slug) = ANY(%(named)s::text[])
  UNION
  SELECT s.id FROM catalog_signpost s
   WHERE s.search @@ %(words)s::tsquery
     AND (%(named)s::text[] = '{{}}' OR ts_filter(s.search, '{{a}}') @@ %(words)s::tsquery)
)
SELECT s.kind, s.slug, s.title, (s.kind || ':' || s.slug) = ANY(%(named)s::text[]) AS is_named
  FROM found JOIN catalog_signpost s ON s.id = found.id
 WHERE {VISIBLE}
 ORDER BY is_named DESC, array_position(%(kinds)s::text[], s.kind::text),
          ts_rank('{{0.05,0.2,0.5,1}}', s.search, %(words)s::tsquery) DESC, length(s.title), s.slug
 LIMIT {MOST}
"""


def find_beside(understood: Understood, match: Match, *, language: str, now: datetime) -> list[Sign]:
    """At most some few, the most telling first. One statement."""
    named = {
        f"{name.kind}:{name.slug}": name
        for name in (*understood.guides, *understood.names, *understood.hinted)
        if name.kind in KINDS
    }
    values = {
        "language": language,
        "now": now,
        "named": list(named),
        "slugs": [name.slug for name in named.values()],
        "words": match.strict,
        "kinds": list(KINDS),
    }
    signs = []
    for kind, slug, title, _ in prepared.fetch_all(BESIDE_SQL, values):
        name = named.get(f"{kind}:{slug}")
        said = " ".join(word.meant for word in understood.words[name.first : name.last + 1]) if name else ""
        signs.append(Sign(kind, slug, title, f"called “{said}”" if name else "its words"))
    return signs
