"""One place takes returns. The column is new and false everywhere: nothing can stand in the way."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0010_lots_dated")]

    operations = [
        migrations.AddConstraint(
            model_name='location',
            constraint=models.UniqueConstraint(condition=models.Q(('takes_returns', True)), fields=('takes_returns',), name='one_place_takes_returns'),
        ),
    ]
