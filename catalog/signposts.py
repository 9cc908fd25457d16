"""What is found beside products: concerns, guides, ingredients, brands and categories, under all their names.

Whoever changes one of them calls this in the same transaction: a search never knows less than a page.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice

import orjson
from django.db import connection

from catalog.finding import classes, words
from catalog.models import (
    Brand,
    Category,
    ClaimRule,
    Concern,
    Guide,
    Ingredient,
    IngredientClass,
    IngredientName,
    Signpost,
    Wording,
)
from catalog.rendering import LANGUAGE

BATCH = 500


@dataclass(frozen=True)
class _Post:
    kind: Signpost.Kind
    slug: str
    title: str
    names: Sequence[str]
    misspelt: Sequence[str] = ()  # found by, and no words of ours: what is typed so is put right
    said: str = ""
    shown_from_at: datetime | None = None
    hidden_at: datetime | None = None


def put_up(
    *,
    concerns: Iterable[Concern] = (),
    guides: Iterable[Guide] = (),
    ingredients: Iterable[Ingredient] = (),
    brands: Iterable[Brand] = (),
    categories: Iterable[Category] = (),
    now: datetime | None = None,
) -> None:
    """These things are found as they are now.

    Takes   `now`: guides that are hidden by then have no signpost, nor has one without a date.

    Writes  Signpost, SearchWord.
    """
    assert connection.in_atomic_block, "put_up() joins its caller's transaction"
    shown = {guide: _is_shown(guide, now) for guide in guides}
    _put(
        [
            *map(_post_concern, concerns),
            *(_post_guide(guide) for guide, is_shown in shown.items() if is_shown),
            *_post_ingredients(list(ingredients)),
            *map(_post_brand, brands),
            *map(_post_category, categories),
        ]
    )
    if hidden := [guide.slug for guide, is_shown in shown.items() if not is_shown]:
        take_down(kind=Signpost.Kind.GUIDE, slugs=hidden)


def take_down(*, kind: Signpost.Kind, slugs: Collection[str]) -> None:
    """Things that are gone are not found. Writes Signpost."""
    Signpost.objects.filter(kind=kind, slug__in=slugs).delete()


def put_up_all(now: datetime | None = None) -> int:
    """The number of signposts, after everything is put up as it is now and what is gone is taken down.

    Writes  Signpost, SearchWord.
    """
    assert connection.in_atomic_block, "put_up_all() joins its caller's transaction"
    posts = [
        *map(_post_concern, Concern.objects.order_by("id")),
        *(_post_guide(guide) for guide in Guide.objects.order_by("id") if _is_shown(guide, now)),
        *map(_post_brand, Brand.objects.order_by("id")),
        *map(_post_category, Category.objects.order_by("id")),
        *_post_ingredients(list(Ingredient.objects.exclude(origin=Ingredient.Origin.COSING).order_by("id"))),
    ]
    _put(posts)
    kept = {(post.kind, post.slug) for post in posts}
    gone = [
        pk
        for pk, kind, slug in Signpost.objects.values_list("pk", "kind", "slug")
        if (kind, slug) not in kept
    ]
    Signpost.objects.filter(pk__in=gone).delete()
    words.add_words(_words_beside(), language=LANGUAGE)
    return len(posts)


def _is_shown(guide: Guide, now: datetime | None) -> bool:
    hidden = guide.hidden_at is not None and now is not None and guide.hidden_at <= now
    return guide.published_at is not None and not hidden


def _words_beside() -> list[str]:
    """What else customers say here: classes, what a product may be free of, and their own wordings."""
    return [
        *(str(one.label) for one in IngredientClass),
        *classes.read_keys(),
        *ClaimRule.objects.exclude(free_from="").values_list("free_from", flat=True),
        # of several words each alone leads nowhere, and may be misspelt on purpose
        *(words for words in Wording.objects.values_list("words", flat=True) if len(words.split()) == 1),
    ]


def _post_concern(concern: Concern) -> _Post:
    names = [concern.name, *concern.also_called]
    return _Post(Signpost.Kind.CONCERN, concern.slug, concern.name, names, said=concern.one_line)


def _post_guide(guide: Guide) -> _Post:
    return _Post(
        Signpost.Kind.GUIDE,
        guide.slug,
        guide.title,
        [guide.title, *guide.search_words],
        said=guide.summary,
        shown_from_at=guide.published_at,
        hidden_at=guide.hidden_at,
    )


def _post_brand(brand: Brand) -> _Post:
    return _Post(Signpost.Kind.BRAND, brand.slug, brand.name, [brand.name])


def _post_category(category: Category) -> _Post:
    return _Post(Signpost.Kind.CATEGORY, category.slug, category.name, [category.name])


def _post_ingredients(ingredients: Sequence[Ingredient]) -> Iterator[_Post]:
    """Nobody who looks for a cream wants the 28,000 names of the EU's inventory: only ours and the desks'."""
    ours = [one for one in ingredients if one.origin != Ingredient.Origin.COSING]
    names: dict[int, list[str]] = {one.pk: [one.inci_name] for one in ours}
    misspelt: dict[int, list[str]] = {one.pk: [] for one in ours}
    rows = IngredientName.objects.filter(ingredient__in=ours).exclude(origin=Ingredient.Origin.COSING)
    for pk, text, kind in rows.order_by("id").values_list("ingredient_id", "text", "kind"):
        (misspelt if kind == IngredientName.Kind.MISSPELLING else names)[pk].append(text)
    for one in ours:
        said = " ".join(classes.title_of(name) for name in one.classes)
        yield _Post(Signpost.Kind.INGREDIENT, one.slug, one.inci_name, names[one.pk], misspelt[one.pk], said)


# The title weighs most, then the other names; those of an ingredient are not stemmed. What has not changed
# is not written.
PUT_UP_SQL = """
INSERT INTO catalog_signpost (kind, slug, language, title, names, shown_from_at, hidden_at, search)
SELECT post.kind, post.slug, %(language)s, post.title,
       ARRAY(SELECT DISTINCT left(regimen_key(name), 500) FROM unnest(post.names || post.misspelt) name
              WHERE regimen_key(name) <> '' ORDER BY 1),
       post.shown_from_at, post.hidden_at,
       CASE WHEN post.kind = 'ingredient' THEN (
         SELECT string_agg(DISTINCT format('''i:%%s'':1A', word), ' ')::tsvector
           FROM regexp_split_to_table(regimen_key(array_to_string(post.names, ' ')), '[^[:alnum:]]+') word
          WHERE word <> '')
       ELSE setweight(to_tsvector('regimen_en', regimen_plain(post.title)), 'A')
            || setweight(to_tsvector('regimen_en', regimen_plain(array_to_string(post.names, ' '))), 'B')
       END || setweight(to_tsvector('regimen_en', regimen_plain(post.said)), 'D')
  FROM jsonb_to_recordset(%(posts)s::jsonb) AS post(kind text, slug text, title text, names text[],
                                                    misspelt text[], said text, shown_from_at timestamptz,
                                                    hidden_at timestamptz)
 ORDER BY post.kind, post.slug
ON CONFLICT (kind, slug, language) DO UPDATE
   SET title = excluded.title, names = excluded.names, search = excluded.search,
       shown_from_at = excluded.shown_from_at, hidden_at = excluded.hidden_at
 WHERE (catalog_signpost.title, catalog_signpost.names, catalog_signpost.search,
        catalog_signpost.shown_from_at, catalog_signpost.hidden_at)
       IS DISTINCT FROM (excluded.title, excluded.names, excluded.search,
                         excluded.shown_from_at, excluded.hidden_at)
"""


def _put(posts: Iterable[_Post]) -> None:
    each = iter(posts)
    while batch := list(islice(each, BATCH)):
        with connection.cursor() as cursor:
            cursor.execute(
                PUT_UP_SQL,
                {"language": LANGUAGE, "posts": orjson.dumps([asdict(post) for post in batch]).decode()},
            )
        words.add_words([text for post in batch for text in (*post.names, post.said)], language=LANGUAGE)
