from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import CheckConstraint, Func, Index, Q, UniqueConstraint


class Signpost(models.Model):
    """What a search finds beside products: a concern, guide, ingredient, brand or category, under its words.

    Written by `catalog.signposts` in the transaction that changes the thing itself.
    """

    class Kind(models.TextChoices):
        CONCERN = "concern", "Concern"
        GUIDE = "guide", "Guide"
        INGREDIENT = "ingredient", "Ingredient"
        BRAND = "brand", "Brand"
        CATEGORY = "category", "Category"

    kind = models.CharField(max_length=12, choices=Kind)
    slug = models.CharField(max_length=140)
    language = models.CharField(max_length=5)
    title = models.CharField(max_length=500)
    names = ArrayField(
        models.CharField(max_length=500),
        default=list,
        db_default=[],
        help_text="Every name that it is found by, as keys.",
    )
    shown_from_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    search = SearchVectorField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["kind", "slug", "language"], name="signpost_once"),
            CheckConstraint(
                condition=Q(kind__in=["concern", "guide", "ingredient", "brand", "category"]),
                name="signpost_kind_known",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="signpost_by_words"),
            GinIndex(fields=["names"], name="signpost_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.slug}"


class SearchWord(models.Model):
    """A word of the shop's own vocabulary: what a mistyped word may have meant."""

    word = models.CharField(max_length=60)
    language = models.CharField(max_length=5)
    times = models.PositiveIntegerField(
        default=1, help_text="In how many things it was found when last counted."
    )

    class Meta:
        constraints = [UniqueConstraint(fields=["language", "word"], name="search_word_once")]
        indexes = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="search_word_nearest")]

    def __str__(self) -> str:
        return self.word


class Wording(models.Model):
    """Customers' words for something that we call otherwise: "spf" leads to sunscreen."""

    words = models.CharField(max_length=80)
    language = models.CharField(max_length=5)
    leads_to = models.CharField(
        max_length=160,
        help_text="concern:milia, guide:…, category:…, ingredient:…, class:… or text:other words.",
    )
    loaded_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["language", "words", "leads_to"], name="wording_once"),
            CheckConstraint(
                condition=Q(leads_to__regex=r"^(concern|guide|category|ingredient|class|text):.+$"),
                name="wording_leads_somewhere",
            ),
            CheckConstraint(condition=~Q(words=""), name="wording_has_words"),
        ]
        indexes = [Index(Func("words", function="regimen_key"), "language", name="wording_by_key")]

    def __str__(self) -> str:
        return f"{self.words} → {self.leads_to}"


class SearchMiss(models.Model):
    """What customers asked for and did not find, for curators. It knows no customer."""

    asked = models.CharField(max_length=80)
    language = models.CharField(max_length=5)
    market = models.CharField(max_length=12)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "search misses"
        constraints = [
            UniqueConstraint(fields=["asked", "language", "market"], name="search_miss_once"),
        ]
        indexes = [Index(fields=["last_at"], name="search_miss_last")]

    def __str__(self) -> str:
        return self.asked
