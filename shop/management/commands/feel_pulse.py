from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from shop import heart


class Command(BaseCommand):
    help = "Ends with 0 when a heartbeat was written lately: clock, broker and worker all run."

    def handle(self, *args: Any, **options: Any) -> None:
        last = heart.last_beat()
        if last is None:
            raise CommandError("No heartbeat was ever seen.")
        silent_s = int((timezone.now() - last).total_seconds())
        if silent_s > heart.ALIVE_S:
            raise CommandError(f"The last heartbeat was {silent_s} s ago.")
        self.stdout.write(f"beating, {silent_s} s ago")
