import textwrap

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q

from .facts import Fact, Loaded
from .ingredients import IngredientClass


class Concern(Loaded):
    """A shelf that customers browse by, in their own words. It is not a claim."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=80, unique=True)
    also_called = ArrayField(
        models.CharField(max_length=80),
        default=list,
        blank=True,
        db_default=[],
        help_text="Customers' words.",
    )
    one_line = models.CharField(max_length=300, blank=True, default="", db_default="")
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Guide(Loaded):
    """A page of advice that sells nothing by itself."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=400, blank=True)
    search_words = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    concerns = models.ManyToManyField(Concern, blank=True, related_name="guides")
    sells = models.BooleanField(
        default=True, help_text="Off: products are never shown beside it, as for prescription medicines."
    )
    position = models.PositiveSmallIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True, help_text="Empty: not shown to customers.")
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="From when it is hidden again.")

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(hidden_at__isnull=True) | Q(hidden_at__gt=F("published_at")),
                name="guide_hidden_after_shown",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Statement(Fact):
    """One thing that we say about a concern, in a guide or about an ingredient, with where it comes from."""

    class Kind(models.TextChoices):
        WHAT_IT_IS = "what_it_is", "What it is"
        NOT_THIS = "not_this", "What it is not"
        CAUSE = "cause", "Where it comes from"
        HELPS = "helps", "What may help"
        CAREFUL_WITH = "careful_with", "Take care with"
        HOME_CARE = "home_care", "At home"
        PREVENTION = "prevention", "To keep it away"
        PROFESSIONAL_CARE = "professional_care", "What professionals do"
        SEE_DOCTOR_IF = "see_doctor_if", "See a dermatologist if"
        URGENT_IF = "urgent_if", "Get help now if"
        AUDIENCE_LIMIT = "audience_limit", "Not for everybody"
        LAW = "law", "What the law says"
        NOTE = "note", "Good to know"

    concern = models.ForeignKey(Concern, models.CASCADE, null=True, blank=True, related_name="statements")
    guide = models.ForeignKey(Guide, models.CASCADE, null=True, blank=True, related_name="statements")
    ingredient = models.ForeignKey(
        "catalog.Ingredient", models.CASCADE, null=True, blank=True, related_name="statements"
    )
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=20, choices=Kind)
    heading = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    about_class = models.CharField(max_length=40, choices=IngredientClass, null=True, blank=True)
    dispute = models.SlugField(
        max_length=80, blank=True, help_text="Statements of one dispute disagree; all are shown."
    )

    class Meta:
        constraints = [
            *Fact.Meta.constraints,
            CheckConstraint(
                condition=Q(
                    kind__in=[
                        "what_it_is",
                        "not_this",
                        "cause",
                        "helps",
                        "careful_with",
                        "home_care",
                        "prevention",
                        "professional_care",
                        "see_doctor_if",
                        "urgent_if",
                        "audience_limit",
                        "law",
                        "note",
                    ]
                ),
                name="statement_kind_known",
            ),
            CheckConstraint(
                condition=Q(about_class__in=IngredientClass.values), name="statement_class_known"
            ),
            CheckConstraint(
                condition=Q(concern__isnull=False, guide__isnull=True, ingredient__isnull=True)
                | Q(concern__isnull=True, guide__isnull=False, ingredient__isnull=True)
                | Q(concern__isnull=True, guide__isnull=True, ingredient__isnull=False),
                name="statement_is_about_one_thing",
            ),
            CheckConstraint(condition=~Q(text=""), name="statement_says_something"),
        ]

    def __str__(self) -> str:
        return textwrap.shorten(self.text, 80, placeholder="…")
