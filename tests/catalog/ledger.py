"""Everything the catalogue holds, down to where each row lies: equal means not even rewritten."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection


def read_all() -> dict[str, list[str]]:
    """{table: its rows, each with its physical place}: an UPDATE to the same values moves a row."""
    tables = [
        model._meta.db_table for model in apps.get_app_config("catalog").get_models(include_auto_created=True)
    ]
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT t.ctid::text || t::text FROM "{table}" t ORDER BY t.ctid')
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def stored_files() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
