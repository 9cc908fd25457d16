"""Picks that follow each other on one product: pages know all of them, and readers ask which is live.

Pages that stand already say nothing of later picks until they are published again (`publish_pages`).
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

SAME_LENGTH = models.Q(
    ("later_badges__len", models.F("later_on__len")), ("later_picks__len", models.F("later_on__len"))
)
NAME = "page_shows_something_from_each_later_day"


def list_of(base_field: models.Field, **more: str) -> ArrayField:
    return ArrayField(base_field=base_field, db_default=[], default=list, size=None, **more)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0013_what_was_shipped")]

    operations = [
        migrations.AddField("pagewords", "later_on", list_of(models.DateField())),
        migrations.AddField(
            "pagewords", "later_live", list_of(models.BooleanField(), help_text="From each day on.")
        ),
        migrations.AddField("publishedpage", "later_on", list_of(models.DateField())),
        migrations.AddField("publishedpage", "later_badges", list_of(models.TextField())),
        migrations.AddField("publishedpage", "later_picks", list_of(models.TextField())),
        # The rows of a running shop are looked through by the next migration, which locks none of them.
        AddConstraintNotValid("publishedpage", models.CheckConstraint(condition=SAME_LENGTH, name=NAME)),
    ]
