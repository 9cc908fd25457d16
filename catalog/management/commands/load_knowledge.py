from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog import knowing
from catalog.knowing import AnotherLoad, BadKnowledge, Outcome, Tally


class Command(BaseCommand):
    help = (
        "Loads what we know (ingredients, claims, law, advice, concerns, guides) from YAML files. "
        "The same files again change nothing, and what was edited at a desk is kept. Ends with 1, and "
        "every problem with its file and line, when anything is wrong: then nothing was loaded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=knowing.FOLDER, help="default: catalog/knowledge")
        parser.add_argument(
            "--overwrite", action="store_true", help="also over what was edited at a desk since"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        try:
            loading = knowing.load_knowledge(
                folder=folder.resolve(), now=timezone.now(), overwrite=options["overwrite"]
            )
        except BadKnowledge as bad:
            raise CommandError(
                f"{bad}\n{len(bad.problems)} problems: nothing was loaded.", returncode=1
            ) from None
        except AnotherLoad as error:
            raise CommandError(str(error), returncode=2) from None
        for note in loading.tally.notes:
            self.stdout.write(note)
        self._show(loading.tally)
        self.stdout.write(f"Knowledge {loading.sha256[:12]}; {loading.labels} labels read differently.")

    def _show(self, tally: Tally) -> None:
        self.stdout.write("".join([f"{'':12}", *(f"{outcome:>11}" for outcome in Outcome)]))
        for kind, counter in tally.counts.items():
            self.stdout.write("".join([f"{kind:12}", *(f"{counter[one]:>11}" for one in Outcome)]))
