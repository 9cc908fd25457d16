from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from orders.errands import Errand


class ReceiptSeries(models.Model):
    """The last number given in a year. Its row lock is what makes the numbers gap-free."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "receipt series"

    def __str__(self) -> str:
        return f"{self.year}: {self.last_number}"


class Receipt(Errand):
    """The one receipt of a paid order; the errand is to send it, and to send it again when asked."""

    order = models.OneToOneField("orders.Order", models.PROTECT, related_name="receipt")
    payment = models.OneToOneField("payments.Payment", models.PROTECT, related_name="receipt")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    pdf = models.BinaryField(null=True, blank=True, editable=False)
    # Each copy is a mail of its own, with a Message-ID of its own; a retry of a copy is not.
    copies = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="How many times somebody asked for it to be sent again."
    )
    send_to = models.EmailField(blank=True, editable=False, help_text="Empty: to the order's address.")
    sent_to = models.EmailField(blank=True, editable=False, help_text="Where it went last.")

    class Meta(Errand.Meta):
        permissions = [("resend_receipt", "Can send a receipt again")]
        constraints = [
            *Errand.Meta.constraints,
            UniqueConstraint(fields=["year", "number"], name="receipt_number_once"),
            CheckConstraint(condition=Q(number__gte=1), name="receipt_numbers_from_one"),
            CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(pdf__isnull=False), name="receipt_sent_has_pdf"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.number:06d}"
