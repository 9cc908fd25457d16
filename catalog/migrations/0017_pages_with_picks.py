"""What a dermatologist stands behind is found without reading the rest."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # so that nobody waits while it is built

    dependencies = [("catalog", "0016_password_tries")]

    operations = [
        AddIndexConcurrently(
            "publishedpage",
            models.Index(
                fields=["market", "language"],
                condition=models.Q(badge_from_on__isnull=False),
                name="page_picked",
            ),
        )
    ]
