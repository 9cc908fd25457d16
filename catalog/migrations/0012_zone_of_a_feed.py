from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0011_once_as_it_was")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="zone",
            field=models.CharField(
                db_default="UTC",
                default="UTC",
                help_text="Of hours that name none: Europe/Berlin.",
                max_length=40,
                verbose_name="time zone",
            ),
        ),
        migrations.AddIndex(
            model_name="feedrun",
            index=models.Index(condition=models.Q(("state", "HELD")), fields=["feed"], name="feed_run_held"),
        ),
    ]
