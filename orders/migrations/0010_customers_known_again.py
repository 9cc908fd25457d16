"""A customer's orders are found by their address in any case: for purchase limits, and for the desk."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_returns_say_what_goes_back")]

    operations = [
        migrations.RemoveIndex(model_name="order", name="order_by_email"),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(django.db.models.functions.text.Upper("email"), name="order_by_folded_email"),
        ),
    ]
