"""Rounds of the goods' floor: each looks at the clock and calls one verb."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from catalog.finding import misses, words

MISSES_KEPT = timedelta(days=180)


@shared_task(name="catalog.tend_search")
def tend_search() -> None:
    """Old misses are forgotten, and the vocabulary counted again: what is common is the likelier meaning."""
    misses.forget_misses(older_than=timezone.now() - MISSES_KEPT)
    words.count_words()
