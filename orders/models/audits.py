from django.db import models
from django.db.models import Index


class StockAudit(models.Model):
    """What one audit of the stock found. `findings`: [{"rule": "S1", "row": "lot 12", "words": …}], the first
    of them; `broken`: {"S1": how many}. Clean: nothing broken.
    """

    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    is_clean = models.BooleanField()
    broken = models.JSONField(default=dict)
    findings = models.JSONField(default=list)

    class Meta:
        indexes = [Index(fields=["-at"], name="stock_audit_newest")]

    def __str__(self) -> str:
        return "clean" if self.is_clean else f"{sum(self.broken.values())} findings"
