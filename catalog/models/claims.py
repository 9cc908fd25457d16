from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from .facts import Loaded
from .ingredients import IngredientClass


class ClaimRule(Loaded):
    """How a flag ("fragrance free", "contains a retinoid") follows from the classes in a list.

    `absent`: yes only when the whole list was understood and nothing of these is in it; `unsure` then makes
    it unknown. `present`: yes as soon as one is there, no only when the whole list was understood.
    """

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    absent = ArrayField(models.CharField(max_length=40, choices=IngredientClass), default=list, blank=True)
    present = ArrayField(models.CharField(max_length=40, choices=IngredientClass), default=list, blank=True)
    unsure = ArrayField(models.CharField(max_length=40, choices=IngredientClass), default=list, blank=True)
    free_from = models.CharField(
        max_length=60, blank=True, help_text="The word for ?free_from=, if it is one."
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(absent__contained_by=IngredientClass.values), name="claim_absent_classes_known"
            ),
            CheckConstraint(
                condition=Q(present__contained_by=IngredientClass.values), name="claim_present_classes_known"
            ),
            CheckConstraint(
                condition=Q(unsure__contained_by=IngredientClass.values), name="claim_unsure_classes_known"
            ),
            CheckConstraint(condition=~Q(absent=[]) | ~Q(present=[]), name="claim_follows_from_classes"),
            CheckConstraint(condition=Q(free_from="") | ~Q(absent=[]), name="claim_free_from_means_absent"),
            UniqueConstraint(
                fields=["free_from"], condition=~Q(free_from=""), name="claim_free_from_names_one_claim"
            ),
            CheckConstraint(condition=~Q(name=""), name="claim_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
