"""What finding asks of PostgreSQL: keys of names, plain words of texts, the distance between two words."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.contrib.postgres.operations import CreateExtension
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


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_claim_rules")]

    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(PLAIN, "DROP FUNCTION regimen_plain(text)"),
        migrations.RunSQL(KEY, "DROP FUNCTION regimen_key(text)"),
        migrations.RemoveField("signpost", "words"),
        migrations.AddField(
            "signpost",
            "names",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=500),
                db_default=[],
                default=list,
                help_text="Every name that it is found by, as keys.",
                size=None,
            ),
        ),
        migrations.AddIndex(
            "signpost",
            django.contrib.postgres.indexes.GinIndex(fields=["names"], name="signpost_by_name"),
        ),
        migrations.AddIndex(
            "wording",
            models.Index(
                models.Func("words", function="regimen_key"), "language", name="wording_by_key"
            ),
        ),
        migrations.AddIndex("searchmiss", models.Index(fields=["last_at"], name="search_miss_last")),
    ]
