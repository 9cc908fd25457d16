"""The round that looks whether what people wait for can be had again, and owes them their one mail."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from catalog import law, pricing, stock
from catalog.models import Market
from shop import alerts
from shop.models import AlertMail, StockAlert

State = StockAlert.State
# Ten for every free unit in a day: most of those who waited do not buy at once, but a hundred people who
# are called for one jar would be let down, and their one mail is spent. The others keep their place.
TOLD_PER_UNIT = 10
IN = timedelta(days=1)
BATCH = 200  # alerts told in one transaction


def watch_shelves(*, now: datetime) -> int:
    """How many people are told that what they wait for can be had: the longest waiting first.

    Writes  StockAlert(TOLD), AlertMail(BACK); both in one transaction a batch.
    Locks   the alerts; two rounds at once share the work, and nobody is told twice.
    """
    waiting = StockAlert.objects.filter(state=State.CONFIRMED)
    variants_by_market = defaultdict(set)
    for market_id, variant_id in waiting.values_list("market", "variant").distinct():
        variants_by_market[market_id].add(variant_id)
    if not variants_by_market:
        return 0
    free = stock.free_units(set().union(*variants_by_market.values()), on=now.date())
    markets_by_variant = defaultdict(list)
    for market in Market.objects.filter(pk__in=variants_by_market).order_by("pk"):
        for variant_id in _find_for_sale(market, variants_by_market[market.pk] & free.keys(), now=now):
            markets_by_variant[variant_id].append(market.pk)
    told_lately = _count_told(markets_by_variant, now=now)
    return sum(
        _tell(variant_id, markets, free[variant_id] * TOLD_PER_UNIT - told_lately.get(variant_id, 0), now=now)
        for variant_id, markets in sorted(markets_by_variant.items())
    )


def _find_for_sale(market: Market, variant_ids: set[int], *, now: datetime) -> list[int]:
    """Which of them may be bought in that market, by its default country's law."""
    if not variant_ids:
        return []
    offers = pricing.find_offers(variant_ids, currency=market.currency, now=now)
    barred = {
        one.sku
        for one in law.find_barriers(variant_ids=variant_ids, country=market.default_country, on=now.date())
    }
    return [pk for pk, offer in offers.items() if offer.unit_cents is not None and offer.sku not in barred]


def _count_told(variant_ids: dict[int, list[int]], *, now: datetime) -> dict[int, int]:
    told = StockAlert.objects.filter(variant__in=variant_ids, state=State.TOLD, ended_at__gt=now - IN)
    return dict(told.values_list("variant").annotate(people=Count("pk")))


def _tell(variant_id: int, market_ids: list[int], room: int, *, now: datetime) -> int:
    told = 0
    while told < room:
        most = min(BATCH, room - told)
        with transaction.atomic(durable=True):
            rows = StockAlert.objects.filter(
                variant=variant_id, market__in=market_ids, state=State.CONFIRMED
            ).order_by("confirmed_at", "pk")
            batch = list(rows.select_for_update(skip_locked=True, no_key=True)[:most])
            StockAlert.objects.filter(pk__in=[alert.pk for alert in batch]).update(
                state=State.TOLD, ended_at=now
            )
            alerts.owe_mail(batch, kind=AlertMail.Kind.BACK, now=now)
        told += len(batch)
        if len(batch) < most:
            break
    return told
