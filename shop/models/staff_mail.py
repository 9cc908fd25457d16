from django.db import models
from django.db.models import CheckConstraint, Q

from orders.errands import Errand


class StaffMail(Errand):
    """A mail that the house owes its own people, once per key: the week's stock, a feed that fails.

    `facts` is what the letter says, as it was when we came to owe it.
    """

    class Kind(models.TextChoices):
        WEEK_OF_STOCK = "WEEK_OF_STOCK", "The week's stock"
        FEED_FAILS = "FEED_FAILS", "A feed fails"
        FEED_HELD = "FEED_HELD", "A feed waits for a person"
        AUDIT_BROKEN = "AUDIT_BROKEN", "The stock audit found something"
        DUTY_DUE = "DUTY_DUE", "A legal deadline comes near"

    key = models.CharField(max_length=120, unique=True, help_text="week 2026-47, feed 3 fails since run 88.")
    kind = models.CharField(max_length=16, choices=Kind)
    facts = models.JSONField()

    class Meta(Errand.Meta):
        constraints = [
            *Errand.Meta.constraints,
            CheckConstraint(
                condition=Q(
                    kind__in=["WEEK_OF_STOCK", "FEED_FAILS", "FEED_HELD", "AUDIT_BROKEN", "DUTY_DUE"]
                ),
                name="staff_mail_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.key
