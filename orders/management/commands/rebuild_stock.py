from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from orders import rebuilding


class Command(BaseCommand):
    help = (
        "Sets the counters of lots to what their movements say, where they differ. "
        "Ends with 1 when a lot had to be left as it was."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        rebuilt = rebuilding.rebuild_stock(dry_run=options["dry_run"])
        for one in rebuilt:
            now = f"on_hand {one.lot.on_hand}, reserved {one.lot.reserved}"
            then = f"on_hand {one.on_hand}, reserved {one.reserved}"
            what = f"left as it is: {one.refused}" if one.refused else then
            self.stdout.write(f"lot {one.lot.pk} ({one.lot.code}): {now} → {what}")
        would = "would be" if options["dry_run"] else "were"
        done = sum(not one.refused for one in rebuilt)
        self.stdout.write(f"{done} lots {would} rebuilt, {len(rebuilt) - done} refused")
        if done < len(rebuilt):
            raise SystemExit(1)
