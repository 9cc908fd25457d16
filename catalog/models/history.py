from django.db import models
from django.db.models import Index


class RowChange(models.Model):
    """Who changed a curated row, what it said before and what after. Written by a trigger, whoever writes.

    `before` is empty for a new row, `after` for one that is gone; a change holds only what changed.
    Rows are never altered.
    """

    table = models.CharField(max_length=63)
    row = models.CharField(max_length=40, help_text="The row's key.")
    actor = models.CharField(max_length=254, help_text="A login, or a command; empty when nobody said.")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [Index(fields=["table", "row", "-id"], name="row_change_of_row")]

    def __str__(self) -> str:
        return f"{self.table.removeprefix('catalog_').replace('_', ' ')} {self.row}"
