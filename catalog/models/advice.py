from django.db import models
from django.db.models import CheckConstraint, Q

from .facts import Fact, Loaded
from .ingredients import IngredientClass


class AdviceRule(Fact, Loaded):
    """Something to say about a product, or about several together. Advice, never a refusal."""

    class When(models.TextChoices):
        TOGETHER = "together", "Both classes are there"
        TWICE = "twice", "The class is in two products"
        WITHOUT = "without", "The first is there, the second is not"
        HIGH_IN_LIST = "high_in_list", "The class stands high in the list"
        CONTAINS = "contains", "The class is there"

    class Severity(models.TextChoices):
        INFO = "info", "Good to know"
        ALTERNATE = "alternate", "On different days"
        SEPARATE = "separate_am_pm", "One in the morning, one in the evening"
        AVOID = "avoid_together", "Not together"

    class Audience(models.TextChoices):
        EVERYBODY = "", "Everybody"
        PREGNANCY = "pregnancy", "Pregnant or breastfeeding"
        MILIA_PRONE = "milia_prone", "Skin that tends to milia"
        ROSACEA = "rosacea", "Skin with rosacea"
        ECZEMA = "eczema", "Skin with eczema"
        SENSITIVE = "sensitive", "Skin that reacts easily"
        UNDER_18 = "under_18", "Under 18"
        INFANTS = "infants", "Babies and small children"

    slug = models.SlugField(max_length=100, unique=True)
    when = models.CharField(max_length=16, choices=When)
    first = models.CharField("first class", max_length=40, choices=IngredientClass)
    second = models.CharField("second class", max_length=40, choices=IngredientClass, null=True, blank=True)
    within_first = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How high in the list: among the first 5."
    )
    audience = models.CharField(max_length=12, choices=Audience, blank=True)
    severity = models.CharField(max_length=16, choices=Severity)
    words = models.CharField(max_length=600)
    other_view = models.CharField(
        max_length=600, blank=True, help_text="What others say, when sources disagree."
    )
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            *Fact.Meta.constraints,
            CheckConstraint(
                condition=Q(when__in=["together", "twice", "without", "high_in_list", "contains"]),
                name="advice_when_known",
            ),
            CheckConstraint(condition=Q(first__in=IngredientClass.values), name="advice_first_class_known"),
            CheckConstraint(condition=Q(second__in=IngredientClass.values), name="advice_second_class_known"),
            CheckConstraint(
                condition=Q(
                    audience__in=[
                        "",
                        "pregnancy",
                        "milia_prone",
                        "rosacea",
                        "eczema",
                        "sensitive",
                        "under_18",
                        "infants",
                    ]
                ),
                name="advice_audience_known",
            ),
            CheckConstraint(
                condition=Q(severity__in=["info", "alternate", "separate_am_pm", "avoid_together"]),
                name="advice_severity_known",
            ),
            CheckConstraint(
                condition=Q(when__in=["together", "without"], second__isnull=False)
                | Q(when__in=["twice", "high_in_list", "contains"], second__isnull=True),
                name="advice_names_its_classes",
            ),
            CheckConstraint(
                condition=Q(when="high_in_list", within_first__gte=1)
                | (~Q(when="high_in_list") & Q(within_first__isnull=True)),
                name="advice_says_how_high",
            ),
            CheckConstraint(condition=~Q(words=""), name="advice_has_words"),
        ]

    def __str__(self) -> str:
        return self.slug
