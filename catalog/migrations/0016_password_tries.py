"""Passwords are not guessed: tries are counted in rows, which stay when Redis is gone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0015_picks_in_turn_looked_through"),
    ]

    operations = [
        migrations.CreateModel(
            name="PasswordTries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "lock",
                    models.CharField(
                        help_text="A keyed digest: what was typed as a name is not kept.", max_length=64
                    ),
                ),
                ("tries", models.PositiveIntegerField()),
                ("began_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "password tries",
                "indexes": [models.Index(fields=["began_at"], name="tries_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("lock",), name="tries_counted_once_per_lock"),
                    models.CheckConstraint(
                        condition=models.Q(("tries__gte", 1)), name="tries_begin_with_one"
                    ),
                ],
            },
        ),
    ]
