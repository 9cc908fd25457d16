from django.db import models
from django.db.models import CheckConstraint, Q


class Grade(models.TextChoices):
    """How well a fact is supported. Shown beside it, never hidden."""

    A = "A", "Guideline or randomised trials"
    B = "B", "Small trials or consistent reviews"
    C = "C", "Consensus of experts"
    D = "D", "A seller's or a single person's word"
    LAW = "law", "The text of the law"
    LAW2 = "law2", "Law, read second-hand"


class Fact(models.Model):
    """A medical or legal statement: nobody may write one without saying where it comes from."""

    source = models.CharField(max_length=500, help_text="The paper, guideline or paragraph, with its place.")
    grade = models.CharField(max_length=4, choices=Grade)
    reviewed_by = models.CharField(max_length=120)
    reviewed_on = models.DateField()

    class Meta:
        abstract = True
        constraints = [
            CheckConstraint(condition=~Q(source=""), name="%(class)s_has_source"),
            CheckConstraint(
                condition=Q(grade__in=["A", "B", "C", "D", "law", "law2"]), name="%(class)s_grade_known"
            ),
            CheckConstraint(condition=~Q(reviewed_by=""), name="%(class)s_has_reviewer"),
        ]


class Loaded(models.Model):
    """A row that `load_knowledge` may have written.

    `loaded_sha256` is the digest of what was loaded: as long as the row still says it, a new version of
    the knowledge may replace it. Empty, or another digest: somebody wrote it at a desk, and it stays.
    """

    loaded_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)

    class Meta:
        abstract = True
