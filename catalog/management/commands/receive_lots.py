import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog import receiving
from catalog.importing.lists import BadList


class Command(BaseCommand):
    help = (
        "Receives lots from a delivery note (CSV or XLSX: sku,location,lot,expires_on,units, and if you like "
        "supplier,other_codes,made_on,pao_months,storage_note) into quarantine. The same note again brings "
        "nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--released",
            action="store_true",
            help="the lots were checked before the note was entered (code, label, life): they go on sale",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            brought = receiving.receive_lots(
                content=file.read_bytes(), name=file.name, released=options["released"], now=timezone.now()
            )
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
        except BadList as bad:
            lines = [f"line {row.line}: {row.reason}" for row in bad.refused]
            raise CommandError("\n".join(lines), returncode=2) from None
        for row in brought.refused:
            self.stdout.write(f"line {row.line}, {row.column or 'row'}: “{row.value}” {row.reason}")
        self.stdout.write(brought.summary())
        if brought.refused and not brought.lots + brought.again:
            sys.exit(1)
