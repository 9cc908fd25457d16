"""What customers asked for and did not find, for curators. It knows no customer."""

import re
from datetime import datetime

from django.db import connection

from catalog.finding import folding
from catalog.models import SearchMiss

LONGEST = 80
MOST_KEPT = 50_000  # rows: nobody fills our disk by asking for nonsense
_PRIVATE = re.compile(r"@|\d{6,}")  # an address or a number is somebody's own

COUNT_SQL = """
INSERT INTO catalog_searchmiss AS miss (asked, language, market, times, first_at, last_at)
VALUES (%(asked)s, %(language)s, %(market)s, 1, %(now)s, %(now)s)
ON CONFLICT (asked, language, market) DO UPDATE
   SET times = miss.times + 1, last_at = greatest(miss.last_at, excluded.last_at)
"""


def count_miss(asked: str, *, language: str, market: str, now: datetime) -> None:
    """One more customer has found nothing under these words. Writes SearchMiss."""
    words = " ".join(folding.split_words(asked))[:LONGEST].strip()
    if not words or _PRIVATE.search(asked):
        return
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, {"asked": words, "language": language, "market": market, "now": now})


def forget_misses(*, older_than: datetime) -> int:
    """The number of misses forgotten: the old ones, and beyond what is kept those asked for longest ago."""
    old, _ = SearchMiss.objects.filter(last_at__lt=older_than).delete()
    last = SearchMiss.objects.order_by("-last_at").values_list("last_at", flat=True)[
        MOST_KEPT : MOST_KEPT + 1
    ]
    more = SearchMiss.objects.filter(last_at__lte=last[0]).delete()[0] if last else 0
    return old + more
