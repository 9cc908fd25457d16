"""Once per thing that a mail is about. It refuses less than the constraint that it replaces."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_promises_end")]

    operations = [
        migrations.AddConstraint(
            model_name='ordermail',
            constraint=models.UniqueConstraint(fields=('order', 'kind', 'about'), name='order_mail_once_per_thing'),
        ),
    ]
