import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from catalog import importing
from catalog.importing import AnotherImport, BadMapping, CannotRead, Report

NOTHING_GOOD, UNREADABLE = 1, 2


class Command(BaseCommand):
    help = (
        "Imports a catalogue from CSV or XLSX (docs/importing.md). Bad rows are listed and left out; "
        "the same file again changes nothing. Ends with 0 when at least one row was good, "
        "with 1 when none was, with 2 when the file cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV in UTF-8, or XLSX")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument(
            "--columns", type=Path, metavar="MAPPING.toml", help="whose columns are which of ours"
        )
        parser.add_argument(
            "--images", type=Path, metavar="DIR", help="pictures (default: images/ beside the file)"
        )
        parser.add_argument("--quiet", action="store_true", help="no progress bar, no notes")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        shows_progress = sys.stderr.isatty() and not options["quiet"]
        with tqdm(unit=" rows", disable=not shows_progress, leave=False) as bar:
            try:
                report = importing.import_catalogue(
                    content=_read(file),
                    name=file.name,
                    now=timezone.now(),
                    images=_find_images(file, options["images"]),
                    rules=_read_rules(options["columns"]),
                    dry_run=options["dry_run"],
                    progress=lambda done, rows: _move(bar, done, rows),
                )
            except (CannotRead, BadMapping) as error:
                raise CommandError(str(error), returncode=UNREADABLE) from None
            except AnotherImport:
                raise CommandError(
                    "Another import is running. What this one had written stays; start it again later.",
                    returncode=UNREADABLE,
                ) from None
        self._tell(report, quiet=options["quiet"])
        if report.refused_rows == report.rows:
            sys.exit(NOTHING_GOOD)

    def _tell(self, report: Report, *, quiet: bool) -> None:
        for bad in report.refused:
            self.stdout.write(f"line {bad.line}, {bad.column or 'row'}: “{bad.value}” {bad.reason}")
        for note in [] if quiet else report.notes:
            self.stdout.write(f"line {note.line}, {note.column}: “{note.value}” {note.text}")
        self.stdout.write(report.summary())


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(importing.MOST_BYTES + 1)  # one more than is allowed: enough to refuse it
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=UNREADABLE) from None


def _find_images(file: Path, asked: Path | None) -> Path:
    if asked is not None and not asked.is_dir():
        raise CommandError(f"{asked} is no folder.", returncode=UNREADABLE)
    return asked or file.parent / "images"


def _read_rules(mapping: Path | None) -> dict[str, Any] | None:
    if mapping is None:
        return None
    try:
        return importing.read_rules(mapping.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{mapping}: {error}", returncode=UNREADABLE) from None


def _move(bar: "tqdm[Any]", done: int, rows: int) -> None:
    bar.total = rows
    bar.update(done - bar.n)
