"""One live refund per cause. It refuses less than the constraint that it replaces."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_refunded_so_far")]

    operations = [
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['ASKED', 'PENDING', 'SUCCEEDED'])), fields=('payment', 'key'), name='one_refund_per_cause'),
        ),
    ]
