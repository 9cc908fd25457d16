from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from .law import ProductKind


class Brand(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120, unique=True)

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A shelf in a tree of shelves. Only `catalog.categories` writes the tree."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    # Ids from the root down to this one: a subtree is one array lookup, whatever its depth.
    lineage = ArrayField(models.BigIntegerField(), default=list, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    # Empty: as the shelf above; empty up to the root: unknown, and limits are checked for the strictest.
    product_kind = models.CharField(max_length=16, choices=ProductKind, null=True, blank=True)
    min_life_days = models.PositiveSmallIntegerField(
        "least life when sold",
        null=True,
        blank=True,
        help_text="Days that a customer must find before the expiry. Empty: as the shelf above; else 180.",
    )

    class Meta:
        verbose_name_plural = "categories"
        constraints = [
            UniqueConstraint(
                fields=["parent", "name"], name="category_named_once_per_shelf", nulls_distinct=False
            ),
            CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="category_not_its_own_parent"
            ),
            CheckConstraint(
                condition=Q(
                    product_kind__in=[
                        "face",
                        "body",
                        "eye",
                        "lip",
                        "hand",
                        "rinse_off",
                        "hair_rinse_off",
                        "spray",
                        "oral",
                    ]
                ),
                name="category_product_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SkinType(models.TextChoices):
    NORMAL = "normal", "Normal"
    DRY = "dry", "Dry"
    OILY = "oily", "Oily"
    COMBINATION = "combination", "Combination"
    SENSITIVE = "sensitive", "Sensitive"


class ProductQuerySet(models.QuerySet["Product"]):
    def published(self, now: datetime) -> Self:
        return self.filter(published_at__lte=now)


class Product(models.Model):
    """What a customer thinks of as one thing; its sizes are variants."""

    slug = models.SlugField(max_length=140, unique=True)
    name = models.CharField(max_length=200)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="products")
    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    concerns = models.ManyToManyField("catalog.Concern", blank=True, related_name="products")
    summary = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    # Null: the maker has not published the list, or nobody has typed it yet. Unknown is a value.
    current_formula = models.ForeignKey(
        "catalog.Formula", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True, help_text="Empty: not shown to customers.")
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="From when it is hidden again.")
    # Empty: unknown, which is not the same as "for everybody".
    skin_types = ArrayField(
        models.CharField(max_length=12, choices=SkinType), default=list, blank=True, db_default=[]
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        permissions = [("import_catalogue", "Can import a catalogue")]
        indexes = [Index(fields=["published_at"], name="product_published")]
        constraints = [
            CheckConstraint(
                condition=Q(skin_types__contained_by=SkinType.values), name="product_skin_types_known"
            ),
            CheckConstraint(
                condition=Q(hidden_at__isnull=True) | Q(hidden_at__gt=F("published_at")),
                name="product_hidden_after_shown",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Variant(models.Model):
    """One sellable size of a product, known to everybody by its SKU."""

    class Unit(models.TextChoices):
        ML = "ml", "ml"
        G = "g", "g"
        PIECE = "piece", "piece"

    product = models.ForeignKey(Product, models.PROTECT, related_name="variants")
    sku = models.CharField("SKU", max_length=64, unique=True)
    name = models.CharField(max_length=80, blank=True, help_text="What tells it from its sisters: 50 ml.")
    # Net quantity as on the pack, in its unit; null when the maker does not say.
    net_quantity = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    net_unit = models.CharField(max_length=8, choices=Unit, default=Unit.ML)
    barcode = models.CharField("barcode (GTIN)", max_length=14, null=True, blank=True, unique=True)
    weight_g = models.PositiveIntegerField(null=True, blank=True, help_text="Shipping weight in grams.")
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True, help_text="Set: no longer sold.")

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(net_unit__in=["ml", "g", "piece"]), name="variant_unit_known"),
            CheckConstraint(
                condition=Q(net_quantity__isnull=True) | Q(net_quantity__gt=0), name="variant_has_content"
            ),
            CheckConstraint(
                condition=Q(barcode__isnull=True) | Q(barcode__regex=r"^(\d{8}|\d{12,14})$"),
                name="variant_barcode_is_gtin",
            ),
            CheckConstraint(condition=Q(sku__regex=r"^[A-Za-z0-9._-]+$"), name="variant_sku_is_plain"),
        ]

    def __str__(self) -> str:
        return self.sku
