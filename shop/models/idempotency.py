from django.db import models
from django.db.models import Index, UniqueConstraint


class IdempotencyKey(models.Model):
    """That a request was made, what it said, and what was answered: the same key, the same answer."""

    principal = models.CharField(max_length=80, help_text="Whose key it is: a cart, an order.")
    key = models.CharField(max_length=255)
    body_sha256 = models.CharField(max_length=64)
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="+")
    answer = models.JSONField(null=True, help_text="Null: not answered yet; a repeat goes on from there.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["principal", "key"], name="idempotency_key_once_per_principal")
        ]
        indexes = [Index(fields=["created_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return self.key
