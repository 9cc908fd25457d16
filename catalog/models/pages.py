from datetime import UTC, date, datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Case, CheckConstraint, F, Func, Index, Q, UniqueConstraint, Value, When
from django.db.models.functions import Coalesce

FILTERED = ("brand_slug", "category_slugs", "concern_slugs", "variant_ids", "hidden_at")
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def badge_on(day: date) -> Case:
    """What a page's badge says on a day, as JSON; "null" without one. See `PublishedPage.later_on`."""
    place = Func(Value(day), F("later_on"), function="width_bucket", output_field=models.IntegerField())
    later = Func(
        F("later_badges"),
        place,
        template="(%(expressions)s]",
        arg_joiner=")[",
        output_field=models.TextField(),
    )
    first = When(badge_from_on__lte=day, badge_until_on__gt=day, then=F("badge"))
    return Case(first, default=Coalesce(later, Value("null")), output_field=models.TextField())


class PublishedPage(models.Model):
    """A product as customers of one market read it, rendered once by `catalog.publishing`.

    `card` and `page` are finished JSON objects as text; a listing joins cards, it builds nothing.
    The other columns repeat what a listing filters and sorts by, so that one index answers it.
    """

    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="pages")
    market = models.CharField(max_length=12)
    language = models.CharField(max_length=5, default="en")
    slug = models.CharField(max_length=140)
    name_key = models.CharField(max_length=200, help_text="The name, folded for sorting.")
    brand_slug = models.CharField(max_length=80)
    category_slugs = ArrayField(models.CharField(max_length=80))
    concern_slugs = ArrayField(models.CharField(max_length=80))
    variant_ids = ArrayField(models.BigIntegerField(), help_text="The sizes that the page shows.")
    price_from_cents = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    card = models.TextField()
    page = models.TextField()
    version = models.CharField(max_length=16, help_text="Changes when card or page change; part of the ETag.")
    hidden_at = models.DateTimeField(default=NEVER, db_default=NEVER, help_text="From when nobody reads it.")
    # A pick is live between two days: what it says is stored beside the card and joined while it is.
    badge = models.TextField(default="null", db_default="null", help_text="On the card; JSON.")
    pick = models.TextField(default="null", db_default="null", help_text="On the page; JSON.")
    badge_from_on = models.DateField(null=True)
    badge_until_on = models.DateField(null=True)
    # Picks that follow: from the first of these days on the first of these badges, and so forth ("null" is
    # none). The day's place among the days, width_bucket(day, later_on), is the place of what it shows.
    later_on = ArrayField(models.DateField(), default=list, db_default=[])
    later_badges = ArrayField(models.TextField(), default=list, db_default=[])
    later_picks = ArrayField(models.TextField(), default=list, db_default=[])
    contains = ArrayField(
        models.CharField(max_length=140), default=list, db_default=[], help_text="Ingredients and classes."
    )
    free_from = ArrayField(
        models.CharField(max_length=40), default=list, db_default=[], help_text="Only what is certain."
    )
    skin_types = ArrayField(models.CharField(max_length=12), default=list, db_default=[])

    class Meta:
        constraints = [
            UniqueConstraint(fields=["product", "market", "language"], name="page_once_per_market"),
            UniqueConstraint(fields=["slug", "market", "language"], name="page_found_by_slug"),
            CheckConstraint(
                condition=Q(later_badges__len=F("later_on__len")) & Q(later_picks__len=F("later_on__len")),
                name="page_shows_something_from_each_later_day",
            ),
        ]
        indexes = [
            # One per sorting, with all that a filter asks: a listing walks it and stops when it is full,
            # and only the rows that it shows are read. The rest is for filters that few products pass.
            Index(
                fields=["market", "language", "-published_at", "-product"],
                include=["id", *FILTERED, "price_from_cents"],
                name="page_newest",
            ),
            Index(
                fields=["market", "language", "price_from_cents", "product"],
                include=["id", "published_at", *FILTERED],
                name="page_cheapest",
            ),
            Index(
                fields=["market", "language", "name_key", "product"],
                include=["id", "published_at", *FILTERED, "price_from_cents"],
                name="page_by_name",
            ),
            Index(fields=["market", "language", "brand_slug"], name="page_by_brand"),
            Index(
                fields=["market", "language"],
                condition=Q(badge_from_on__isnull=False),
                name="page_picked",
            ),
            GinIndex(fields=["category_slugs"], name="page_by_category"),
            GinIndex(fields=["concern_slugs"], name="page_by_concern"),
            GinIndex(fields=["contains"], name="page_by_contents"),
            GinIndex(fields=["free_from"], name="page_by_absence"),
        ]

    def __str__(self) -> str:
        return f"{self.market}/{self.slug}"


class ShelfPlace(models.Model):
    """Where a page stands on one shelf: a category, a concern or a brand, as in "concern/milia".

    Most customers look at one shelf. Its listing walks one index from the first place to the last one
    shown, however few of a million products stand on it. Written with the page by `catalog.publishing`.
    """

    page = models.ForeignKey(PublishedPage, models.CASCADE, related_name="places")
    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="+", db_index=False)
    market = models.CharField(max_length=12)
    language = models.CharField(max_length=5)
    shelf = models.CharField(max_length=100)
    name_key = models.CharField(max_length=200)
    price_from_cents = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    variant_ids = ArrayField(models.BigIntegerField())
    hidden_at = models.DateTimeField(default=NEVER, db_default=NEVER)

    class Meta:
        constraints = [UniqueConstraint(fields=["page", "shelf"], name="page_stands_once_on_a_shelf")]
        indexes = [
            Index(
                fields=["market", "language", "shelf", "-published_at", "-product"],
                include=["page", "price_from_cents", "variant_ids", "hidden_at"],
                name="shelf_newest",
            ),
            Index(
                fields=["market", "language", "shelf", "price_from_cents", "product"],
                include=["page", "published_at", "variant_ids", "hidden_at"],
                name="shelf_cheapest",
            ),
            Index(
                fields=["market", "language", "shelf", "name_key", "product"],
                include=["page", "published_at", "price_from_cents", "variant_ids", "hidden_at"],
                name="shelf_by_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.market}/{self.shelf}"


class PageWords(models.Model):
    """The words that a page is found by, with what a search sorts by. Written by `catalog.finding.words`.

    Narrow on purpose: a common word finds half the shop, and all that it finds is weighed. `names` is small
    and weighed; `said` is everything else, kept out of line, and only its index is read.
    """

    page = models.OneToOneField(PublishedPage, models.CASCADE, primary_key=True, related_name="words")
    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="+", db_index=False)
    market = models.CharField(max_length=12)
    language = models.CharField(max_length=5)
    name_key = models.CharField(max_length=200)
    price_from_cents = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    hidden_at = models.DateTimeField(default=NEVER, db_default=NEVER)
    badge_from_on = models.DateField(null=True)
    badge_until_on = models.DateField(null=True)
    later_on = ArrayField(models.DateField(), default=list, db_default=[])
    later_live = ArrayField(models.BooleanField(), default=list, db_default=[], help_text="From each day on.")
    names = SearchVectorField(help_text="Name and brand A, concerns and categories B, summary and pick C.")
    said = SearchVectorField(help_text="All of names, what is inside, and the description.")

    class Meta:
        verbose_name_plural = "words of pages"
        indexes = [
            GinIndex(fields=["names"], name="page_by_names"),
            GinIndex(fields=["said"], name="page_by_words"),
        ]

    def __str__(self) -> str:
        return f"{self.market}/{self.name_key}"
