"""What finding needs of PostgreSQL, and the diary of curated rows.

A text search configuration per language: accents off, then the language's own stemming. The diary is one
trigger function for every curated table: who, before, after (ADR 0018).
"""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

LANGUAGES = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
    "sv": "swedish",
    "da": "danish",
    "fi": "finnish",
    "no": "norwegian",
}
CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION regimen_{code} (COPY = {name});
ALTER TEXT SEARCH CONFIGURATION regimen_{code}
  ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {name}_stem;
"""
HISTORY = """
CREATE FUNCTION write_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  becomes jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  key text := coalesce(becomes, was) ->> 'id';
BEGIN
  IF TG_OP = 'UPDATE' THEN
    SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, becomes -> o.key)
      INTO was, becomes
      FROM jsonb_each(was) o WHERE o.value IS DISTINCT FROM becomes -> o.key;
    IF was IS NULL THEN RETURN NULL; END IF;
  END IF;
  INSERT INTO catalog_rowchange ("table", row, actor, before, after, changed_at)
  VALUES (TG_TABLE_NAME, key, coalesce(current_setting('regimen.actor', true), ''), was, becomes, now());
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_append_only")]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        *[
            migrations.RunSQL(
                CONFIGURATION.format(code=code, name=name), f"DROP TEXT SEARCH CONFIGURATION regimen_{code}"
            )
            for code, name in LANGUAGES.items()
        ],
        migrations.CreateModel(
            name="RowChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=63)),
                ("row", models.CharField(help_text="The row's key.", max_length=40)),
                ("actor", models.CharField(help_text="A login, or a command; empty when nobody said.", max_length=254)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("changed_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["table", "row", "-id"], name="row_change_of_row")]},
        ),
        migrations.RunSQL(HISTORY, "DROP FUNCTION write_history()"),
    ]
