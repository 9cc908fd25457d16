from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def due(self, now: datetime) -> Self:
        """Those that no worker has, or whose worker was not heard of for too long."""
        return self.filter(done_at=None, due_at__lte=now).order_by("due_at", "pk")


class ImportRun(models.Model):
    """A file that somebody agreed to import: a worker brings it in, and this tells how far it is.

    The file waits in the row, because web and workers may be different machines.
    """

    agreement_sha256 = models.CharField(max_length=64, help_text="Of the preview that was agreed to.")
    name = models.CharField(max_length=200)
    content = models.BinaryField(null=True, editable=False, help_text="zlib; empty once it is over.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="The fence: who was overtaken stops.")
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0, help_text="By the worker that has it now.")
    created = models.PositiveIntegerField(default=0, help_text="By all workers that had it.")
    changed = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    why = models.TextField(blank=True, help_text="Why it came to no end, in a sentence.")

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["agreement_sha256"], name="import_runs_once_per_agreement"),
            CheckConstraint(
                condition=Q(done_at__isnull=True, due_at__isnull=False, content__isnull=False)
                | Q(done_at__isnull=False, due_at__isnull=True, content__isnull=True),
                name="import_has_its_file_until_it_is_done",
            ),
        ]
        indexes = [Index(fields=["due_at"], condition=Q(done_at=None), name="import_run_due")]

    def __str__(self) -> str:
        return self.name
