import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import exporting


class Command(BaseCommand):
    help = (
        "Writes the catalogue in the columns of its own import (docs/importing.md): importing the file "
        "again changes nothing. CSV or XLSX, by the file's ending; - writes CSV to the terminal."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="goods.csv, goods.xlsx, or -")

    def handle(self, *args: Any, **options: Any) -> None:
        name: str = options["file"]
        table = exporting.list_catalogue()
        if name == "-":
            for part in exporting.write_csv(table):
                sys.stdout.buffer.write(part)
            return
        file = Path(name)
        if file.suffix not in (".csv", ".xlsx"):
            raise CommandError(f"{file}: write to a file that ends in .csv or .xlsx.", returncode=2)
        written = exporting.write_csv(table) if file.suffix == ".csv" else exporting.write_xlsx(table)
        # Whoever looks for the file finds the whole of it, or the one before.
        unfinished = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            with unfinished.open("wb") as stream:
                for part in written:
                    stream.write(part)
            unfinished.replace(file)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
        finally:
            unfinished.unlink(missing_ok=True)
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes")
