from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog.importing.lists import BadList
from shop import opening


class Command(BaseCommand):
    help = "Loads markets, taxes and delivery rates from CSV or XLSX: all or nothing, as often as you like."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("markets", type=Path, help="market,name,currency,default_country,…")
        parser.add_argument("--taxes", type=Path, help="country,category,rate_percent")
        parser.add_argument("--delivery", type=Path, help="method,name,carrier,market,country,…")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            opened = opening.open_markets(
                market_list=_read(options["markets"]),
                tax_list=_read(options["taxes"]) if options["taxes"] else None,
                rate_list=_read(options["delivery"]) if options["delivery"] else None,
                now=timezone.now(),
            )
        except BadList as bad:
            lines = [
                f"{bad.name} line {row.line}, {row.column or 'file'}: “{row.value}” {row.reason}"
                for row in bad.refused
            ]
            raise CommandError("\n".join([*lines, "Nothing was loaded."]), returncode=2) from None
        self.stdout.write(opened.summary())


def _read(file: Path) -> tuple[str, bytes]:
    try:
        return file.name, file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
