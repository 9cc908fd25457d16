from django.db import models

from orders.errands import Errand


class StripeEvent(Errand):
    """One piece of Stripe's news, kept as it came. Stripe repeats itself and knows no order."""

    stripe_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=120)
    object_id = models.CharField(max_length=255, blank=True)
    api_version = models.CharField(max_length=40, blank=True)
    livemode = models.BooleanField()
    raw = models.BinaryField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=200, blank=True, help_text="What it changed, in words.")

    class Meta(Errand.Meta):
        permissions = [("retry_errand", "Can try a parked errand again")]

    def __str__(self) -> str:
        return self.stripe_id
