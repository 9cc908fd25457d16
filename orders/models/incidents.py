from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from catalog.models import Jurisdiction
from orders.models.order import new_reference


class Incident(models.Model):
    """An adverse report: somebody's skin (or more) reacted to something that we sold, or may have.

    What is not known is empty. Whether it is serious is computed from the criteria, by the rules of the
    jurisdiction: see `orders.incidents`. Health data: only the people of that desk read it.
    """

    class Reporter(models.TextChoices):
        CONSUMER = "CONSUMER", "The person concerned"
        PROFESSIONAL = "PROFESSIONAL", "A health professional"
        OTHER = "OTHER", "Somebody else"

    class Criterion(models.TextChoices):
        DEATH = "death", "Death"
        LIFE_THREATENING = "life_threatening", "Danger to life"
        HOSPITAL = "hospital", "Hospital stay"
        DISABILITY = "disability", "Lasting disability or incapacity"
        CONGENITAL = "congenital", "Congenital anomaly or birth defect"
        INFECTION = "infection", "Infection"
        DISFIGUREMENT = "disfigurement", "Significant disfigurement: burns, rashes, lasting hair loss"
        INTERVENTION = "intervention", "Treatment was needed to prevent one of these"
        FUNCTIONAL = "functional", "Temporary loss of function"

    class Outcome(models.TextChoices):
        RECOVERED = "RECOVERED", "Recovered"
        RECOVERING = "RECOVERING", "Recovering"
        NOT_RECOVERED = "NOT_RECOVERED", "Not recovered"
        LASTING = "LASTING", "Lasting damage"
        DIED = "DIED", "Died"

    class Source(models.TextChoices):
        API = "API", "Reported through the shop"
        DESK = "DESK", "Taken down by staff"
        RETURN = "RETURN", "Came with a return"
        RECALL = "RECALL", "Answer to a recall"

    reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    source = models.CharField(max_length=8, choices=Source)
    jurisdiction = models.CharField(max_length=4, choices=Jurisdiction, null=True, blank=True)
    country = models.CharField(max_length=2)
    product = models.ForeignKey("catalog.Product", models.PROTECT, related_name="+")
    lot = models.ForeignKey("catalog.Lot", models.PROTECT, null=True, blank=True, related_name="+")
    lot_code = models.CharField(max_length=40, blank=True, help_text="As the person reads it on the pack.")
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="incidents")
    reporter = models.CharField(max_length=12, choices=Reporter, default=Reporter.CONSUMER)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    age_years = models.PositiveSmallIntegerField(null=True, blank=True)
    started_using_on = models.DateField(null=True, blank=True)
    onset_on = models.DateField(null=True, blank=True)
    symptoms = models.TextField()
    treatment = models.TextField(blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome, null=True, blank=True)
    came_back_on_reuse = models.BooleanField(null=True, blank=True, help_text="Re-challenge; empty: unknown.")
    confirmed_by_doctor = models.BooleanField(null=True, blank=True)
    criteria = ArrayField(
        models.CharField(max_length=20, choices=Criterion), default=list, blank=True, db_default=[]
    )
    is_serious = models.BooleanField(default=False, editable=False)
    aware_at = models.DateTimeField(help_text="When we learned of it: the clock begins here.")
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        permissions = [("export_incident", "Can export adverse reports")]
        constraints = [
            CheckConstraint(
                condition=Q(source__in=["API", "DESK", "RETURN", "RECALL"]), name="incident_source_known"
            ),
            CheckConstraint(
                condition=Q(jurisdiction__in=Jurisdiction.values), name="incident_jurisdiction_known"
            ),
            CheckConstraint(
                condition=Q(reporter__in=["CONSUMER", "PROFESSIONAL", "OTHER"]),
                name="incident_reporter_known",
            ),
            CheckConstraint(
                condition=Q(outcome__in=["RECOVERED", "RECOVERING", "NOT_RECOVERED", "LASTING", "DIED"]),
                name="incident_outcome_known",
            ),
            CheckConstraint(
                condition=Q(
                    criteria__contained_by=[
                        "death",
                        "life_threatening",
                        "hospital",
                        "disability",
                        "congenital",
                        "infection",
                        "disfigurement",
                        "intervention",
                        "functional",
                    ]
                ),
                name="incident_criteria_known",
            ),
            CheckConstraint(condition=~Q(symptoms=""), name="incident_says_what_happened"),
            CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="incident_country_is_iso"),
        ]
        indexes = [Index(fields=["-aware_at"], name="incident_newest")]

    def __str__(self) -> str:
        return self.reference


class IncidentDuty(models.Model):
    """Something that the law makes us do about an incident, until when, and whether it is done."""

    class Kind(models.TextChoices):
        FORWARD = "FORWARD", "Forward to the responsible person"
        REPORT = "REPORT", "Report to the authority"
        FOLLOW_UP = "FOLLOW_UP", "Send what became known later"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="duties")
    kind = models.CharField(max_length=12, choices=Kind)
    to = models.CharField(max_length=120, help_text="Who must get it.")
    due_on = models.DateField()
    source = models.CharField(max_length=200, help_text="The law that asks for it.")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    proof = models.CharField(max_length=300, blank=True, help_text="Case number, date of the letter.")

    class Meta:
        verbose_name_plural = "incident duties"
        constraints = [
            CheckConstraint(
                condition=Q(kind__in=["FORWARD", "REPORT", "FOLLOW_UP"]), name="incident_duty_kind_known"
            ),
            UniqueConstraint(fields=["incident", "kind", "due_on"], name="incident_duty_once"),
            CheckConstraint(
                condition=Q(done_at__isnull=True) | ~Q(proof=""), name="incident_duty_done_with_proof"
            ),
        ]
        indexes = [Index(fields=["due_on"], condition=Q(done_at=None), name="incident_duty_open")]

    def __str__(self) -> str:
        return self.get_kind_display()


class IncidentEvent(models.Model):
    """The diary of an incident: what was learned and done. Rows are never altered."""

    class Kind(models.TextChoices):
        REPORTED = "REPORTED", "Reported"
        CHANGED = "CHANGED", "More is known"
        DONE = "DONE", "Duty done"
        NOTED = "NOTED", "Noted"
        CLOSED = "CLOSED", "Closed"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(kind__in=["REPORTED", "CHANGED", "DONE", "NOTED", "CLOSED"]),
                name="incident_event_kind_known",
            )
        ]
        indexes = [Index(fields=["incident", "at"], name="incident_event_by_incident")]

    def __str__(self) -> str:
        return self.get_kind_display()
