from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog.knowing import AnotherLoad, cosing, inventory
from catalog.knowing.cosing import NoInventory


class Command(BaseCommand):
    help = (
        "Loads the EU's CosIng inventory (CSV), so that labels with rare substances are understood too. "
        "What is ours, or was added at a desk, stays as it is; the same file again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV in UTF-8 with INCI name, CAS No and Function")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            with file.open("rb") as stream:
                content = stream.read(inventory.MOST_BYTES + 1)
            done = cosing.load_cosing(content=content, now=timezone.now())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from None
        except AnotherLoad as error:
            raise CommandError(str(error), returncode=2) from None
        except NoInventory as error:
            raise CommandError(f"{file}: {error}", returncode=2) from None
        self.stdout.write(
            f"{done.rows} rows: {done.new} new, {done.changed} changed, {done.unchanged} unchanged, "
            f"{done.kept} kept (edited at a desk), {done.known_otherwise} known otherwise, "
            f"{done.repeated} repeated, {done.too_long} too long; {done.labels} labels read differently"
        )
