"""What customers read, rendered once when it changes: cards for listings, pages for products.

Reading is copying bytes: nested serializers took 25.8 ms for 24 products, joining stored cards
1.1 ms. What moves often (stock) is not in here; `catalog.search` adds it while reading.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Prefetch, Q, QuerySet

from catalog import advice, history, law, pick_pages, rendering, shelf_life, vocabulary
from catalog.finding import words
from catalog.models import Category, Concern, Image, Market, Price, Product, PublishedPage, Variant
from catalog.rendering import Surroundings

BATCH = 500  # products rendered at once; keeps a reindex of a million flat in memory


def publish_products(*, product_ids: Collection[int], now: datetime) -> int:
    """The number of pages that customers can read afterwards, over all markets.

    Every verb that changes what customers read ends with this, in its own transaction.
    A product without a publishing date, or without a price in a market's currency, has no page there;
    a date in the future is kept with the page, and reading waits for it. What the law says of the products
    is judged first, so that no page and no checkout knows an older judgement.
    Writes  Barrier; Lot.sell_until_on; PublishedPage: made, changed or removed; its ShelfPlaces,
            its PageWords; SearchWord.
    Locks   the products, in id order: of two who publish, the later one reads what the earlier one wrote.
    """
    assert connection.in_atomic_block, "publish_products() joins its caller's transaction"
    list(Product.objects.filter(pk__in=product_ids).order_by("id").select_for_update(no_key=True).only("pk"))
    shelf_life.date_lots(product_ids)
    markets = list(Market.objects.order_by("id"))
    around = _look_around(product_ids, now)
    pages = [
        page
        for product in _read_products(product_ids)
        for market in markets
        if (page := rendering.render_page(product, market, around)) is not None
    ]
    kept = {(page.product_id, page.market) for page in pages}
    for page in PublishedPage.objects.filter(product_id__in=product_ids).only("product_id", "market"):
        if (page.product_id, page.market) not in kept:
            page.delete()
    PublishedPage.objects.bulk_create(
        pages,
        update_conflicts=True,
        unique_fields=["product", "market", "language"],
        update_fields=COLUMNS,
    )
    with connection.cursor() as cursor:
        cursor.execute(CLEAR_SHELVES_SQL, [list(product_ids)])
        cursor.execute(FILL_SHELVES_SQL, [list(product_ids)])
    words.index_pages(product_ids)
    return len(pages)


CLEAR_SHELVES_SQL = """
DELETE FROM catalog_shelfplace
 WHERE page_id IN (SELECT id FROM catalog_publishedpage WHERE product_id = ANY(%s))
"""
FILL_SHELVES_SQL = """
INSERT INTO catalog_shelfplace
       (page_id, product_id, market, language, shelf, name_key, price_from_cents, published_at, hidden_at,
        variant_ids)
SELECT page.id, product_id, market, language, shelf, name_key, price_from_cents, published_at, hidden_at,
       variant_ids
  FROM catalog_publishedpage page
  CROSS JOIN LATERAL (SELECT 'category/' || unnest(category_slugs) AS shelf
                UNION SELECT 'concern/' || unnest(concern_slugs)
                UNION SELECT 'brand/' || brand_slug) stands
 WHERE product_id = ANY(%s)
"""


def show_products(*, product_ids: Collection[int], by: object, now: datetime) -> int:
    """The number of pages that customers can read after these products are shown from now on.

    What is shown already keeps its date: it does not become new again.
    """
    with transaction.atomic(durable=True):
        history.act_as(by)
        products = Product.objects.filter(pk__in=product_ids)
        products.filter(hidden_at__lte=now).update(hidden_at=None)
        products.filter(Q(published_at=None) | Q(published_at__gt=now)).update(published_at=now)
        return publish_products(product_ids=product_ids, now=now)


def hide_products(*, product_ids: Collection[int], by: object, now: datetime) -> int:
    """The number of products that customers could see and now cannot."""
    with transaction.atomic(durable=True):
        history.act_as(by)
        shown = Product.objects.filter(pk__in=product_ids, published_at__isnull=False)
        hidden = shown.update(published_at=None, hidden_at=None)
        publish_products(product_ids=product_ids, now=now)
    return hidden


def show_products_at(*, product_ids: Collection[int], at: datetime, by: object, now: datetime) -> int:
    """The number of products that are shown from that moment on; a plan to hide them earlier is dropped."""
    with transaction.atomic(durable=True):
        history.act_as(by)
        products = Product.objects.filter(pk__in=product_ids)
        products.filter(hidden_at__lte=at).update(hidden_at=None)
        planned = products.update(published_at=at)
        publish_products(product_ids=product_ids, now=now)
    return planned


def hide_products_at(*, product_ids: Collection[int], at: datetime, by: object, now: datetime) -> int:
    """The number of products that are hidden from that moment on; what is not shown before is left alone."""
    with transaction.atomic(durable=True):
        history.act_as(by)
        planned = Product.objects.filter(pk__in=product_ids, published_at__lt=at).update(hidden_at=at)
        publish_products(product_ids=product_ids, now=now)
    return planned


COLUMNS = [
    "slug",
    "name_key",
    "brand_slug",
    "category_slugs",
    "concern_slugs",
    "variant_ids",
    "price_from_cents",
    "published_at",
    "hidden_at",
    "card",
    "page",
    "badge",
    "pick",
    "badge_from_on",
    "badge_until_on",
    "later_on",
    "later_badges",
    "later_picks",
    "contains",
    "free_from",
    "skin_types",
    "version",
]


def products_that_show(thing: Any) -> list[int]:
    """Ids of the products whose pages show a brand, category, concern or market, as they are now."""
    products: QuerySet[Product] = Product.objects.all()
    if isinstance(thing, Category):
        products = products.filter(category__lineage__contains=[thing.pk])
    elif isinstance(thing, Concern):
        products = products.filter(concerns=thing)
    elif not isinstance(thing, Market):
        products = products.filter(brand=thing)
    return list(products.values_list("pk", flat=True))


def _look_around(product_ids: Collection[int], now: datetime) -> Surroundings:
    judged = law.judge_products(product_ids=product_ids, now=now)
    return Surroundings(
        shelves={shelf.pk: shelf for shelf in Category.objects.all()},
        knowledge=vocabulary.current(),
        picks=pick_pages.read_shown(product_ids, now),
        withdrawn=pick_pages.read_withdrawn(product_ids),
        advice=advice.for_pages(product_ids, on=now.date()),
        sale={pk: law.show_sale(one, on=now.date()) for pk, one in judged.items()},
    )


def _read_products(product_ids: Collection[int]) -> Iterable[Product]:
    prices = Prefetch("prices", Price.objects.all())
    variants = Prefetch(
        "variants",
        Variant.objects.filter(retired_at=None).order_by("position", "id").prefetch_related(prices),
    )
    return (
        Product.objects.filter(pk__in=product_ids)
        .select_related("brand", "current_formula")
        .prefetch_related(
            variants,
            Prefetch("concerns", Concern.objects.order_by("position", "name")),
            Prefetch("images", Image.objects.order_by("position", "id")),
        )
        .order_by("id")
    )
