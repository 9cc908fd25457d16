from django.db import migrations


class Migration(migrations.Migration):
    """The desk of returns is called “Returns”. No statement is run."""

    dependencies = [("orders", "0010_customers_known_again")]

    operations = [
        migrations.AlterModelOptions(
            "orderreturn",
            {
                "permissions": [("take_return", "Can take a return")],
                "verbose_name": "return",
                "verbose_name_plural": "returns",
            },
        ),
    ]
