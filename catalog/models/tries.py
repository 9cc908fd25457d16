from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint


class PasswordTries(models.Model):
    """How often a password was tried at one lock since a moment.

    A row and not a count in Redis: who can make Redis vanish must not be able to guess for ever.
    """

    lock = models.CharField(max_length=64, help_text="A keyed digest: what was typed as a name is not kept.")
    tries = models.PositiveIntegerField()
    began_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "password tries"
        constraints = [
            UniqueConstraint(fields=["lock"], name="tries_counted_once_per_lock"),
            CheckConstraint(condition=Q(tries__gte=1), name="tries_begin_with_one"),
        ]
        indexes = [Index(fields=["began_at"], name="tries_by_age")]

    def __str__(self) -> str:
        return f"{self.tries} since {self.began_at:%H:%M}"
