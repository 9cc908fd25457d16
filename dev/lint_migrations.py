"""`python -m dev.lint_migrations`: no migration of ours locks a table for long, or breaks what is running."""

from __future__ import annotations

import os

FLOORS = ("catalog", "orders", "payments", "shop")
# Those of the first release: no shop has ever run on less, so they lock and break nothing that runs.
# (Django splits the first in two where floors point at each other.) Do not add to this list after 0.1.0.
BEGINNINGS = ("0001_initial", "0002_initial")
# Unique constraints that no row of a running shop can offend, each on small tables: their files say why.
HARMLESS = ("0007_once_as_it_was", "0005_once_as_it_was", "0011_once_as_it_was")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["LOG_LEVEL"] = "WARNING"
    import django

    django.setup()
    from django_migration_linter import MigrationLinter

    linter = MigrationLinter(include_apps=FLOORS, ignore_name=(*BEGINNINGS, *HARMLESS), no_cache=True)
    linter.lint_all_migrations()
    linter.print_summary()
    return 1 if linter.has_errors else 0


if __name__ == "__main__":
    raise SystemExit(main())
