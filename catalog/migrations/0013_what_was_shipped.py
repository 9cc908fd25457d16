"""How fast sizes sell is asked of what was shipped lately, and of nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0012_zone_of_a_feed")]

    operations = [
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                condition=models.Q(("kind", "SHIPPED")), fields=["at"], name="movement_shipped"
            ),
        ),
    ]
