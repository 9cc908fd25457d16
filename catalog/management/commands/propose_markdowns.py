from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from catalog import markdowns


class Command(BaseCommand):
    help = (
        "Proposes lower prices now for what is near its last day, as the clock does every six hours. "
        "A person decides, under Markdowns in the admin."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = markdowns.propose_markdowns(now=timezone.now())
        self.stdout.write(f"{done.new} new, {done.changed} changed, {done.withdrawn} withdrawn.")
