"""What finding asks of PostgreSQL: keys of names, plain words of texts, the distance between two words."""

from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import CreateExtension
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models

# Marks and brackets become spaces, so that "Caprylic/Capric" is two words and not a path; "SPF50" is SPF 50.
PLAIN = r"""
CREATE FUNCTION regimen_plain(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(
    translate($1, '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~·•®™©’‘“”–—', repeat(' ', 50)),
    '([A-Za-z]{3,})([0-9])', '\1 \2', 'g')
$$
"""
# A name as it is looked up: no case, accents, marks; a plural is its singular.
KEY = r"""
CREATE FUNCTION regimen_key(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace(
    btrim(regexp_replace(
      lower(public.unaccent('public.unaccent'::regdictionary, public.regimen_plain($1))), '\s+', ' ', 'g')),
    '([a-z]{2,}[^s\s])s\M', '\1', 'g')
$$
"""

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
# What is weighed lies close together; the rest is only indexed, and read by nobody.
NARROW = """
ALTER TABLE catalog_pagewords ALTER COLUMN said SET STORAGE EXTERNAL;
ALTER TABLE catalog_pagewords SET (toast_tuple_target = 512);
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_claim_rules")]

    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(PLAIN, "DROP FUNCTION regimen_plain(text)"),
        migrations.RunSQL(KEY, "DROP FUNCTION regimen_key(text)"),
        migrations.AddField(
            "signpost",
            "names",
            ArrayField(
                base_field=models.CharField(max_length=500),
                db_default=[],
                default=list,
                help_text="Every name that it is found by, as keys.",
                size=None,
            ),
        ),
        migrations.AddIndex(
            "signpost",
            GinIndex(fields=["names"], name="signpost_by_name"),
        ),
        migrations.AddIndex(
            "wording",
            models.Index(models.Func("words", function="regimen_key"), "language", name="wording_by_key"),
        ),
        migrations.AddIndex("searchmiss", models.Index(fields=["last_at"], name="search_miss_last")),
        migrations.CreateModel(
            "PageWords",
            fields=[
                (
                    "page",
                    models.OneToOneField(
                        on_delete=models.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="catalog.publishedpage",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False, on_delete=models.CASCADE, related_name="+", to="catalog.product"
                    ),
                ),
                ("market", models.CharField(max_length=12)),
                ("language", models.CharField(max_length=5)),
                ("name_key", models.CharField(max_length=200)),
                ("price_from_cents", models.PositiveIntegerField()),
                ("published_at", models.DateTimeField()),
                ("hidden_at", models.DateTimeField(db_default=NEVER, default=NEVER)),
                ("badge_from_on", models.DateField(null=True)),
                ("badge_until_on", models.DateField(null=True)),
                (
                    "names",
                    SearchVectorField(
                        help_text="Name and brand A, concerns and categories B, summary and pick C."
                    ),
                ),
                ("said", SearchVectorField(help_text="All of names, what is inside, and the description.")),
            ],
            options={
                "verbose_name_plural": "words of pages",
                "indexes": [
                    GinIndex(fields=["names"], name="page_by_names"),
                    GinIndex(fields=["said"], name="page_by_words"),
                ],
            },
        ),
        migrations.RunSQL(NARROW, migrations.RunSQL.noop),
    ]
