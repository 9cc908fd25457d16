from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint


class Formula(models.Model):
    """One version of what is inside a product: the label's ingredient text as printed, and what it says.

    The columns from `status` on are what the label reader made of the text with what we knew then
    (`catalog.formulas.read_again`); nobody types them.
    """

    class Status(models.TextChoices):
        READ = "read", "Read"
        UNKNOWN = "unknown", "Not a list of ingredients"

    product = models.ForeignKey("catalog.Product", models.PROTECT, related_name="formulas")
    version = models.PositiveSmallIntegerField()
    label_text = models.TextField()
    label_sha256 = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
    # Of the names alone: two printings of one list are one formula, whatever the spaces and brackets do.
    contents_sha256 = models.CharField(max_length=64, default="", db_default="")
    label_source = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="The pack, the maker's page, a supplier's sheet.",
    )
    status = models.CharField(
        max_length=8, choices=Status, default=Status.UNKNOWN, db_default=Status.UNKNOWN, editable=False
    )
    reading = models.JSONField(default=dict, db_default={}, editable=False)
    claims = models.JSONField(default=dict, db_default={}, editable=False)
    class_ranks = models.JSONField(
        default=dict, db_default={}, editable=False, help_text="Class → its highest place in the list."
    )
    ingredient_slugs = ArrayField(
        models.CharField(max_length=140), default=list, db_default=[], editable=False
    )
    unresolved_keys = ArrayField(
        models.CharField(max_length=500), default=list, db_default=[], editable=False
    )
    knowledge_version = models.BigIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        indexes = [
            GinIndex(fields=["unresolved_keys"], name="formula_by_unresolved"),
            GinIndex(fields=["ingredient_slugs"], name="formula_by_ingredient"),
        ]
        constraints = [
            UniqueConstraint(fields=["product", "version"], name="formula_version_once"),
            UniqueConstraint(fields=["product", "label_sha256"], name="formula_label_once"),
            CheckConstraint(condition=Q(version__gte=1), name="formula_versions_from_one"),
            CheckConstraint(condition=~Q(label_text=""), name="formula_has_text"),
            CheckConstraint(condition=Q(status__in=["read", "unknown"]), name="formula_status_known"),
            CheckConstraint(
                condition=Q(label_sha256__regex=r"^[0-9a-f]{64}$"), name="formula_hash_is_sha256"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"
