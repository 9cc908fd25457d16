from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What a return is worth to its customer. The table is of this release: no running shop has a row in it."""

    dependencies = [("orders", "0008_recalls_of_products")]

    operations = [
        migrations.AddField("orderreturn", "refund_cents", models.PositiveIntegerField(default=0, db_default=0)),
        migrations.AddField(
            "orderreturn",
            "refund_note",
            models.CharField(
                max_length=300,
                blank=True,
                db_default="",
                help_text="Why it is less, or nothing: the customer reads it.",
            ),
        ),
        migrations.AddConstraint(
            "orderreturn",
            models.CheckConstraint(
                condition=Q(refund_cents__gt=0) | ~Q(refund_note=""), name="return_without_money_says_why"
            ),
        ),
    ]
