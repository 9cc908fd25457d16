from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint


class Markdown(models.Model):
    """A lower price that we propose because a lot is near its last day; a person decides.

    Amounts are minor units of `currency`. `lowest_cents` is the lowest price of the last 30 days.
    Source: Directive 98/6/EC, article 6a: an announced reduction names that price.
    """

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", "Proposed"
        ACCEPTED = "ACCEPTED", "Accepted"
        DISMISSED = "DISMISSED", "Dismissed"

    lot = models.ForeignKey("catalog.Lot", models.PROTECT, related_name="markdowns")
    currency = models.CharField(max_length=3)
    was_cents = models.PositiveIntegerField()
    lowest_cents = models.PositiveIntegerField()
    proposed_cents = models.PositiveIntegerField()
    free_units = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        permissions = [("decide_markdown", "Can accept or dismiss a markdown")]
        constraints = [
            CheckConstraint(
                condition=Q(state__in=["PROPOSED", "ACCEPTED", "DISMISSED"]), name="markdown_state_known"
            ),
            CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="markdown_currency_is_iso"),
            CheckConstraint(
                condition=Q(proposed_cents__lt=F("lowest_cents")), name="markdown_is_below_the_lowest"
            ),
            CheckConstraint(
                condition=Q(state="PROPOSED", decided_at__isnull=True)
                | (~Q(state="PROPOSED") & Q(decided_at__isnull=False)),
                name="markdown_decided_iff_decided_at",
            ),
            UniqueConstraint(
                fields=["lot", "currency"], condition=Q(state="PROPOSED"), name="one_open_markdown_per_lot"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.proposed_cents}"
