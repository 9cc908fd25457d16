from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint


class Formula(models.Model):
    """One version of what is inside a product: the label's ingredient text, as printed."""

    product = models.ForeignKey("catalog.Product", models.PROTECT, related_name="formulas")
    version = models.PositiveSmallIntegerField()
    label_text = models.TextField()
    label_sha256 = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["product", "version"], name="formula_version_once"),
            UniqueConstraint(fields=["product", "label_sha256"], name="formula_label_once"),
            CheckConstraint(condition=Q(version__gte=1), name="formula_versions_from_one"),
            CheckConstraint(condition=~Q(label_text=""), name="formula_has_text"),
            CheckConstraint(
                condition=Q(label_sha256__regex=r"^[0-9a-f]{64}$"), name="formula_hash_is_sha256"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"
