import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog.feeds import running, scheduling
from catalog.feeds.scheduling import FeedBusy, FeedPaused
from catalog.models import Feed, FeedRun

GOOD = (FeedRun.State.APPLIED, FeedRun.State.UNCHANGED)
TOLD = (
    *("state", "why", "rows_read", "applied", "unchanged", "refused", "reasons"),
    *("units_up", "units_down", "size_bytes", "took_ms"),
)


class Command(BaseCommand):
    help = (
        "Fetches a supplier's feed now, and prints the run's diary as JSON. "
        "Ends with 0 when it was applied or had nothing new, with 1 when it failed or waits for a person."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        feed, now = Feed.objects.filter(name=options["name"]).first(), timezone.now()
        if feed is None:
            names = ", ".join(Feed.objects.order_by("name").values_list("name", flat=True)) or "none"
            raise CommandError(f"There is no feed “{options['name']}”. There are: {names}.", returncode=2)
        try:
            scheduling.run_now(feed_id=feed.pk, now=now)
        except FeedBusy:
            raise CommandError("A run of this feed is under way.", returncode=2) from None
        except FeedPaused:
            raise CommandError("This feed is paused: resume it first.", returncode=2) from None
        run = running.run_feed(feed_id=feed.pk, now=now)
        if run is None:
            raise CommandError("A worker was faster: look into the diary.", returncode=2)
        told = {name: getattr(run, name) for name in TOLD} | {"run": run.pk}
        self.stdout.write(json.dumps(told, indent=1))
        if run.state not in GOOD:
            sys.exit(1)
