from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint


class ApiKey(models.Model):
    """A key for a machine: a warehouse, an ERP. It opens what its scopes name, and nothing else.

    The key itself is shown once and not kept; we know it again by its SHA-256.
    """

    class Scope(models.TextChoices):
        STOCK_COUNTS = "stock.counts", "Push counts of stock"

    name = models.CharField(max_length=80, help_text="Whose it is: Warehouse Berlin, the ERP.")
    prefix = models.CharField(max_length=16, unique=True, editable=False)
    secret_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=24, choices=Scope))
    location = models.ForeignKey(
        "catalog.Location",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The only place that it may count; empty: any.",
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="To the minute.")
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "API key"
        constraints = [
            CheckConstraint(condition=Q(scopes__contained_by=["stock.counts"]), name="api_key_scopes_known"),
            CheckConstraint(condition=~Q(scopes=[]), name="api_key_opens_something"),
        ]

    def __str__(self) -> str:
        return self.name


class CountPush(models.Model):
    """That counts were pushed, what was pushed, and what was answered: the same key, the same answer."""

    api_key = models.ForeignKey(ApiKey, models.PROTECT, related_name="pushes")
    key = models.CharField(max_length=255)
    body_sha256 = models.CharField(max_length=64)
    answer = models.JSONField()
    pushed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "count pushes"
        constraints = [UniqueConstraint(fields=["api_key", "key"], name="count_push_once_per_key")]
        indexes = [Index(fields=["pushed_at"], name="count_push_age")]

    def __str__(self) -> str:
        return self.key
