from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from .facts import Fact, Loaded
from .ingredients import IngredientClass


class Jurisdiction(models.TextChoices):
    """Whose cosmetics law a delivery falls under. `catalog.law` knows the countries."""

    EU = "eu", "European Union and EEA"
    UK = "uk", "United Kingdom"
    US = "us", "United States"


class ProductKind(models.TextChoices):
    """Where on the body and how: what limits are tied to."""

    FACE = "face", "Face, stays on"
    BODY = "body", "Body, stays on"
    EYE = "eye", "Eye area, stays on"
    LIP = "lip", "Lips"
    HAND = "hand", "Hands, stays on"
    RINSE_OFF = "rinse_off", "Skin, rinsed off"
    HAIR_RINSE_OFF = "hair_rinse_off", "Hair, rinsed off"
    SPRAY = "spray", "Spray"
    ORAL = "oral", "Mouth"


class RegulatoryClass(models.TextChoices):
    """What a product is to the law of a jurisdiction."""

    COSMETIC = "cosmetic", "Cosmetic"
    OTC_DRUG = "otc_drug", "OTC drug"
    RX = "rx", "Prescription only"
    MEDICINE_PHARMACY = "medicine_pharmacy", "Medicine, pharmacies only"
    MEDICAL_DEVICE = "medical_device", "Medical device"
    NOT_SELLABLE = "not_sellable", "May not be sold"


class LegalRule(Fact, Loaded):
    """What one jurisdiction says of some substances: forbidden, limited, to be named, or a class apart."""

    class Sort(models.TextChoices):
        PROHIBITED = "prohibited", "Prohibited"
        RESTRICTED = "restricted", "Restricted"
        LABEL_DUTY = "label_duty", "Must be named on the label"
        CLASSIFIES = "classifies", "Decides the regulatory class"

    class Undeclared(models.TextChoices):
        STOP = "stop", "Not sold until the supplier declares it"
        SELL = "sell", "Sold while we ask"

    slug = models.SlugField(max_length=100, unique=True)
    jurisdiction = models.CharField(max_length=4, choices=Jurisdiction)
    sort = models.CharField(max_length=12, choices=Sort)
    ingredient_slugs = ArrayField(models.CharField(max_length=140), default=list, blank=True)
    classes = ArrayField(models.CharField(max_length=40, choices=IngredientClass), default=list, blank=True)
    product_kinds = ArrayField(
        models.CharField(max_length=16, choices=ProductKind),
        default=list,
        blank=True,
        help_text="Empty: every kind of product.",
    )
    max_percent = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    counted_as = models.JSONField(
        default=dict,
        blank=True,
        help_text='Ingredient → the part of its weight that counts: {"retinyl-palmitate": "0.546"}.',
    )
    without_declaration = models.CharField(max_length=4, choices=Undeclared, default=Undeclared.SELL)
    valid_from_placing_on = models.DateField(
        null=True, blank=True, help_text="From when new goods must comply; empty: always."
    )
    valid_from_available_on = models.DateField(
        null=True, blank=True, help_text="From when nobody may sell what does not comply; empty: as above."
    )
    regulatory_class = models.CharField(max_length=20, choices=RegulatoryClass, null=True, blank=True)
    label_text = models.CharField(max_length=400, blank=True, help_text="What the label must say.")
    label_above_percent = models.JSONField(default=dict, blank=True)
    words = models.CharField(max_length=500, help_text="One plain sentence, for staff and customers.")
    retired_on = models.DateField(null=True, blank=True, help_text="From when it is no longer the law.")

    class Meta:
        constraints = [
            *Fact.Meta.constraints,
            CheckConstraint(condition=Q(jurisdiction__in=["eu", "uk", "us"]), name="legal_rule_jurisdiction"),
            CheckConstraint(
                condition=Q(sort__in=["prohibited", "restricted", "label_duty", "classifies"]),
                name="legal_rule_sort_known",
            ),
            CheckConstraint(
                condition=Q(without_declaration__in=["stop", "sell"]), name="legal_rule_undeclared_known"
            ),
            CheckConstraint(
                condition=Q(
                    regulatory_class__in=[
                        "cosmetic",
                        "otc_drug",
                        "rx",
                        "medicine_pharmacy",
                        "medical_device",
                        "not_sellable",
                    ]
                ),
                name="legal_rule_class_known",
            ),
            CheckConstraint(
                condition=~Q(sort="classifies") | Q(regulatory_class__isnull=False),
                name="legal_rule_classifies_as",
            ),
            CheckConstraint(
                condition=Q(max_percent__isnull=True) | Q(max_percent__gt=0, max_percent__lte=100),
                name="legal_rule_percent_is_share",
            ),
            CheckConstraint(
                condition=Q(product_kinds__contained_by=ProductKind.values), name="legal_rule_kinds_known"
            ),
            CheckConstraint(
                condition=Q(classes__contained_by=IngredientClass.values), name="legal_rule_classes_known"
            ),
            CheckConstraint(
                condition=~Q(ingredient_slugs=[]) | ~Q(classes=[]), name="legal_rule_names_substances"
            ),
            CheckConstraint(condition=~Q(words=""), name="legal_rule_says_so"),
        ]

    def __str__(self) -> str:
        return self.slug


class RegulatoryStatus(Fact):
    """What a product is to one jurisdiction, decided by a person; it goes before what the rules conclude."""

    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="regulatory_statuses")
    jurisdiction = models.CharField(max_length=4, choices=Jurisdiction)
    regulatory_class = models.CharField(max_length=20, choices=RegulatoryClass)

    class Meta:
        verbose_name_plural = "regulatory statuses"
        constraints = [
            *Fact.Meta.constraints,
            UniqueConstraint(fields=["product", "jurisdiction"], name="status_once_per_jurisdiction"),
            CheckConstraint(
                condition=Q(jurisdiction__in=["eu", "uk", "us"]), name="status_jurisdiction_known"
            ),
            CheckConstraint(
                condition=Q(
                    regulatory_class__in=[
                        "cosmetic",
                        "otc_drug",
                        "rx",
                        "medicine_pharmacy",
                        "medical_device",
                        "not_sellable",
                    ]
                ),
                name="status_class_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction}: {self.regulatory_class}"


class Declaration(models.Model):
    """What a supplier declared of one formula: how much of a substance is in it."""

    formula = models.ForeignKey("catalog.Formula", models.PROTECT, related_name="declarations")
    ingredient = models.ForeignKey("catalog.Ingredient", models.PROTECT, related_name="+")
    percent = models.DecimalField(max_digits=9, decimal_places=6)
    declared_by = models.CharField(max_length=160, help_text="The supplier, and who there.")
    document = models.CharField(max_length=300, help_text="Where the paper is kept.")
    declared_on = models.DateField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["formula", "ingredient"], name="declared_once_per_formula"),
            CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="declaration_percent_is_share"
            ),
            CheckConstraint(
                condition=~Q(declared_by="") & ~Q(document=""), name="declaration_names_its_paper"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent.normalize():f} %"


class Barrier(models.Model):
    """Why a product may not be sold to a jurisdiction, from a day on; or what must be asked first.

    Written by `catalog.law` whenever a formula, a declaration, a status or a rule changes; checkout only
    asks whether one stands today.
    """

    class Reason(models.TextChoices):
        PROHIBITED = "prohibited", "Holds a prohibited substance"
        OVER_LIMIT = "over_limit", "Above the limit"
        UNDECLARED = "undeclared", "Limited, and the percentage is not known"
        REGULATORY_CLASS = "regulatory_class", "Not ours to sell"

    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="barriers")
    jurisdiction = models.CharField(max_length=4, choices=Jurisdiction)
    reason = models.CharField(max_length=20, choices=Reason)
    rule = models.ForeignKey(LegalRule, models.PROTECT, null=True, related_name="barriers")
    ingredient = models.ForeignKey("catalog.Ingredient", models.PROTECT, null=True, related_name="+")
    stops = models.BooleanField(help_text="False: sold while we ask the supplier.")
    from_on = models.DateField(null=True, help_text="From when it stands; empty: always.")
    words = models.CharField(max_length=600)
    source = models.CharField(max_length=500)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["product", "jurisdiction", "reason", "rule", "ingredient"],
                name="barrier_once_per_cause",
                nulls_distinct=False,
            ),
            CheckConstraint(condition=Q(jurisdiction__in=["eu", "uk", "us"]), name="barrier_jurisdiction"),
            CheckConstraint(
                condition=Q(reason__in=["prohibited", "over_limit", "undeclared", "regulatory_class"]),
                name="barrier_reason_known",
            ),
            CheckConstraint(condition=~Q(words="") & ~Q(source=""), name="barrier_says_why"),
        ]

    def __str__(self) -> str:
        return self.words
