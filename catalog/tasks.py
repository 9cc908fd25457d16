"""Rounds of the goods' floor: each looks at the clock and calls one verb."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from catalog import markdowns
from catalog.feeds import diary, running, scheduling
from catalog.finding import misses, words
from catalog.importing import runs
from catalog.models import FeedRun, ImportRun

MISSES_KEPT = timedelta(days=180)
IMPORTS_KEPT = timedelta(days=90)
AT_MOST = 20  # feeds lent in one sweep; the rest is still due at the next
STALE_S = 60  # a message that no worker took by then: a later sweep has sent another
# A feed may take longer than anything else here: two minutes to come, then some 10,000 lines a second. When
# the broker brings it again meanwhile, the lease turns it away.
FEED_SOFT_S, FEED_HARD_S = 840, 900


@shared_task(name="catalog.tend_search")
def tend_search() -> None:
    """Old misses are forgotten, and the vocabulary counted again: what is common is the likelier meaning."""
    misses.forget_misses(older_than=timezone.now() - MISSES_KEPT)
    words.count_words()


@shared_task(name="catalog.propose_markdowns")
def propose_markdowns() -> None:
    """Lower prices for what is near its last day are proposed; a person decides."""
    markdowns.propose_markdowns(now=timezone.now())


@shared_task(name="catalog.sweep_feeds")
def sweep_feeds() -> None:
    """Lend the feeds that are due to workers. Lending one twice is harmless: only one can take its turn."""
    for pk in scheduling.find_due(timezone.now()).values_list("pk", flat=True)[:AT_MOST]:
        run_feed.apply_async(kwargs={"pk": pk}, expires=STALE_S)
    for pk in FeedRun.objects.let_through().values_list("pk", flat=True)[:AT_MOST]:
        apply_held_run.apply_async(kwargs={"pk": pk}, expires=STALE_S)


@shared_task(name="catalog.run_feed", soft_time_limit=FEED_SOFT_S, time_limit=FEED_HARD_S)
def run_feed(pk: int) -> None:
    running.run_feed(feed_id=pk, now=timezone.now())


@shared_task(name="catalog.apply_held_run", soft_time_limit=FEED_SOFT_S, time_limit=FEED_HARD_S)
def apply_held_run(pk: int) -> None:
    running.apply_held(run_id=pk, now=timezone.now())


@shared_task(name="catalog.forget_feed_runs")
def forget_feed_runs() -> None:
    """Runs that found nothing new need not be remembered for long."""
    diary.forget_runs(older_than=timezone.now() - diary.UNCHANGED_KEPT)


@shared_task(name="catalog.sweep_imports")
def sweep_imports() -> None:
    """Lend the imports that are due to workers. Lending one twice is harmless: only one can take its turn."""
    for pk in ImportRun.objects.due(timezone.now()).values_list("pk", flat=True)[:AT_MOST]:
        run_import.apply_async(kwargs={"pk": pk}, expires=STALE_S)


@shared_task(name="catalog.run_import", soft_time_limit=FEED_SOFT_S, time_limit=FEED_HARD_S)
def run_import(pk: int) -> None:
    runs.run_import(run_id=pk, now=timezone.now())


@shared_task(name="catalog.forget_imports")
def forget_imports() -> None:
    runs.forget_runs(older_than=timezone.now() - IMPORTS_KEPT)
