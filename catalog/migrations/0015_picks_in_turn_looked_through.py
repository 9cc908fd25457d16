"""What stands on pages from later days on is complete, for the rows that stood before too."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0014_picks_in_turn")]

    operations = [ValidateConstraint("publishedpage", "page_shows_something_from_each_later_day")]
