from django.db import models
from django.db.models import CheckConstraint, Q

from .ingredients import IngredientClass


class PurchaseLimit(models.Model):
    """How many units of strong things one customer may buy in a time: of a product, or of a class."""

    name = models.CharField(max_length=120)
    product = models.ForeignKey(
        "catalog.Product", models.PROTECT, null=True, blank=True, related_name="limits"
    )
    ingredient_class = models.CharField(max_length=32, choices=IngredientClass, null=True, blank=True)
    most_units = models.PositiveSmallIntegerField()
    within_days = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300, help_text="Why, as the customer reads it.")
    since_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True, help_text="From that day on nothing is limited.")

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(ingredient_class__in=IngredientClass.values), name="limit_class_known"
            ),
            CheckConstraint(
                condition=Q(product__isnull=True, ingredient_class__isnull=False)
                | Q(product__isnull=False, ingredient_class__isnull=True),
                name="limit_is_of_one_thing",
            ),
            CheckConstraint(condition=Q(most_units__gt=0, within_days__gt=0), name="limit_leaves_some"),
        ]

    def __str__(self) -> str:
        return self.name
