from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint


class Image(models.Model):
    """A picture of a product and its smaller WebP renditions, made once by `catalog.images`."""

    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="images")
    position = models.PositiveSmallIntegerField(default=0)
    alt_text = models.CharField(max_length=240)
    source_sha256 = models.CharField(max_length=64, editable=False)
    width_px = models.PositiveIntegerField(editable=False)
    height_px = models.PositiveIntegerField(editable=False)
    # {"320": "products/ab/….320.webp", …}: width in px → name in the media storage.
    renditions = models.JSONField(default=dict, editable=False)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["product", "source_sha256"], name="image_once_per_product"),
            CheckConstraint(condition=~Q(alt_text=""), name="image_has_alt_text"),
        ]

    def __str__(self) -> str:
        return self.alt_text
