from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Exists, F, OuterRef, Q, UniqueConstraint, Value

from .facts import Fact

LONGEST_DAYS = 366  # a signature stands for twelve months at most


class Dermatologist(models.Model):
    """Who puts a name to picks: credentials that can be checked, and what they earn by it."""

    class Role(models.TextChoices):
        OWNER = "owner", "Owns the shop"
        EMPLOYEE = "employee", "Works for the shop"
        GUEST = "guest", "Guest"

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    credentials = models.CharField(max_length=120, help_text="As after the name: MD, FAAD.")
    board = models.CharField(max_length=160, blank=True, help_text="Who certified it.")
    licence_number = models.CharField(max_length=40)
    licence_state = models.CharField(max_length=40, help_text="Country and state: US-WA, DE-BE.")
    licence_source = models.CharField(max_length=300, help_text="The register where it was looked up.")
    licence_verified_on = models.DateField()
    role = models.CharField(max_length=8, choices=Role)
    bio = models.TextField(blank=True)
    # Who may sign in this name: one login, nobody else's.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(role__in=["owner", "employee", "guest"]), name="dermatologist_role_known"
            ),
            CheckConstraint(
                condition=~Q(name="") & ~Q(credentials="") & ~Q(licence_number="") & ~Q(licence_source=""),
                name="dermatologist_can_be_checked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.credentials}"


class Disclosure(models.Model):
    """What a dermatologist gets out of it, in one version.

    A change of interests is a new version: rows are never altered.
    """

    dermatologist = models.ForeignKey(Dermatologist, models.PROTECT, related_name="disclosures")
    version = models.PositiveSmallIntegerField()
    sells_it = models.BooleanField(help_text="Earns when the product is sold here.")
    gifts = models.BooleanField()
    paid = models.BooleanField()
    consultancy = models.BooleanField()
    equity = models.BooleanField()
    text = models.TextField(help_text="In plain words, shown beside every pick in the same size.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["dermatologist", "version"], name="disclosure_version_once"),
            CheckConstraint(condition=Q(version__gte=1), name="disclosure_versions_from_one"),
            CheckConstraint(condition=~Q(text=""), name="disclosure_has_text"),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"


class PickQuerySet(models.QuerySet["Pick"]):
    def standing(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_at=None)

    def live(self, on: date) -> Self:
        """Signed as they read now, about what is in the product now, and within their dates."""
        signed = Signature.objects.filter(
            pick=OuterRef("pk"),
            text_sha256=OuterRef("text_sha256"),
            live_from_on__lte=on,
            review_by_on__gt=on,
        )
        return self.standing().filter(
            Exists(signed),
            formula__contents_sha256=F("product__current_formula__contents_sha256"),
        )


class Pick(models.Model):
    """Why this jar: one dermatologist's reasons for one formula, for whom it is and for whom it is not.

    Whether it is live is a question (`PickQuerySet.live`), never a flag: a signature over these words,
    over this formula, and today between its dates.
    """

    class Tested(models.TextChoices):
        CLINIC = "clinic", "At the clinic"
        SELF = "self", "On herself or himself"
        PANEL = "panel", "By a panel"

    class Slot(models.TextChoices):
        AM = "am", "Morning"
        PM = "pm", "Evening"
        BOTH = "both", "Morning and evening"

    product = models.ForeignKey("catalog.Product", models.PROTECT, related_name="picks")
    formula = models.ForeignKey("catalog.Formula", models.PROTECT, related_name="+")
    dermatologist = models.ForeignKey(Dermatologist, models.PROTECT, related_name="picks")
    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="+")
    headline = models.CharField(max_length=160)
    for_whom = ArrayField(models.CharField(max_length=160), default=list, blank=True)
    not_for = ArrayField(models.CharField(max_length=160), default=list, blank=True)
    slot = models.CharField(max_length=4, choices=Slot, null=True, blank=True)
    how_to_use = models.TextField(blank=True)
    order_override = models.CharField(
        max_length=300, blank=True, help_text="When it goes on in another order than usual."
    )
    why_worth_it = models.TextField(blank=True)
    cheaper_product = models.ForeignKey(
        "catalog.Product", models.PROTECT, null=True, blank=True, related_name="+"
    )
    cheaper_words = models.CharField(max_length=300, blank=True)
    would_change_mind = models.TextField(blank=True)
    tested_where = models.CharField(max_length=8, choices=Tested, null=True, blank=True)
    tested_people = models.PositiveIntegerField(null=True, blank=True)
    tested_weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    tested_blinded = models.BooleanField(null=True, blank=True)
    tested_notes = models.TextField(blank=True)
    compared_with = models.ManyToManyField("catalog.Product", blank=True, related_name="+")
    compared_notes = models.TextField(blank=True, help_text="What was found, against each.")
    regimen_since_on = models.DateField(null=True, blank=True, help_text="In her own regimen since.")
    regimen_until_on = models.DateField(null=True, blank=True)
    regimen_notes = models.CharField(max_length=200, blank=True, help_text="Season, morning or evening.")
    text_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True, help_text="Given to be reviewed and signed.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True, help_text="Customers read it.")

    objects = PickQuerySet.as_manager()

    class Meta:
        permissions = [("sign_pick", "Can sign a pick"), ("withdraw_pick", "Can withdraw a pick")]
        constraints = [
            UniqueConstraint(
                fields=["product", "dermatologist"],
                condition=Q(withdrawn_at__isnull=True),
                name="pick_stands_once_per_product",
            ),
            CheckConstraint(condition=Q(slot__in=["am", "pm", "both"]), name="pick_slot_known"),
            CheckConstraint(
                condition=Q(tested_where__in=["clinic", "self", "panel"]), name="pick_tested_where_known"
            ),
            CheckConstraint(condition=~Q(headline=""), name="pick_has_headline"),
            CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
                name="pick_withdrawn_with_a_reason",
            ),
            CheckConstraint(
                condition=Q(regimen_until_on__isnull=True) | Q(regimen_until_on__gte=F("regimen_since_on")),
                name="pick_regimen_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.headline


class PickEvidence(Fact):
    """A finding from the literature that a pick leans on."""

    pick = models.ForeignKey(Pick, models.CASCADE, related_name="evidence")
    position = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=400)

    class Meta:
        constraints = [
            *Fact.Meta.constraints,
            CheckConstraint(condition=~Q(claim=""), name="evidence_claims_something"),
        ]

    def __str__(self) -> str:
        return self.claim


class Signature(models.Model):
    """That a dermatologist stands behind these very words about this very formula, until a day.

    Rows are never altered: to stand behind it longer is to sign again.
    """

    pick = models.ForeignKey(Pick, models.PROTECT, related_name="signatures")
    formula = models.ForeignKey("catalog.Formula", models.PROTECT, related_name="+")
    text_sha256 = models.CharField(max_length=64)
    text = models.JSONField(help_text="What was signed, word for word.")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    signed_on = models.DateField()
    live_from_on = models.DateField()
    review_by_on = models.DateField()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(text_sha256__regex=r"^[0-9a-f]{64}$"), name="signature_hash_is_sha256"
            ),
            CheckConstraint(
                condition=Q(live_from_on__gte=F("signed_on")) & Q(review_by_on__gt=F("live_from_on")),
                name="signature_dates_in_order",
            ),
            CheckConstraint(
                condition=Q(review_by_on__lte=F("signed_on") + Value(timedelta(days=LONGEST_DAYS))),
                name="signature_lasts_a_year_at_most",
            ),
        ]
        indexes = [models.Index(fields=["pick", "review_by_on"], name="signature_of_pick")]

    def __str__(self) -> str:
        return f"until {self.review_by_on}"
