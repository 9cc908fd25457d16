"""Imports from the admin are done by a worker: a row holds the file, the progress and what became of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0017_pages_with_picks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "agreement_sha256",
                    models.CharField(help_text="Of the preview that was agreed to.", max_length=64),
                ),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField(help_text="zlib; empty once it is over.", null=True)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="The fence: who was overtaken stops."
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0)),
                (
                    "rows_done",
                    models.PositiveIntegerField(default=0, help_text="By the worker that has it now."),
                ),
                ("created", models.PositiveIntegerField(default=0, help_text="By all workers that had it.")),
                ("changed", models.PositiveIntegerField(default=0)),
                ("report", models.JSONField(default=dict)),
                ("why", models.TextField(blank=True, help_text="Why it came to no end, in a sentence.")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)), fields=["due_at"], name="import_run_due"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agreement_sha256",), name="import_runs_once_per_agreement"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("content__isnull", False),
                                ("done_at__isnull", True),
                                ("due_at__isnull", False),
                            ),
                            models.Q(
                                ("content__isnull", True),
                                ("done_at__isnull", False),
                                ("due_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="import_has_its_file_until_it_is_done",
                    ),
                ],
            },
        ),
    ]
