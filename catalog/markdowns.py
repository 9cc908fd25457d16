"""Lower prices for what is near its last day: we propose, a person decides, the price history remembers.

A price belongs to a size and not to a lot, so fresher units of the size become cheaper too: the desk says
how many. When the lot is gone the old price does not come back by itself either: a person puts it back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from catalog import history, markdown_prices, pricing, publishing, shelf_figures
from catalog.models import Lot, Markdown, Price, PriceChange
from catalog.shelf_figures import NearLine

State = Markdown.State
PRIOR = timedelta(days=30)  # Source: Directive 98/6/EC, article 6a
DISMISSED_FOR = timedelta(days=14)
FIGURES = ["was_cents", "lowest_cents", "proposed_cents", "free_units"]


@dataclass(eq=False)
class MarkdownDecided(Exception):
    """Somebody has accepted or dismissed it already, or it is withdrawn."""


@dataclass(eq=False)
class PriceMoved(Exception):
    """The price, or the lowest of 30 days, is another than the proposal says: it was proposed anew."""

    seen_cents: int
    now_cents: int
    currency: str


@dataclass(frozen=True)
class Proposed:
    """What one round did."""

    new: int
    changed: int
    withdrawn: int


def propose_markdowns(*, now: datetime) -> Proposed:
    """Propose a lower price for each lot of which something would be left; what is no longer so is withdrawn.

    May run any number of times: an open proposal is kept up to date, a dismissed one rests for two weeks.
    Writes  Markdown(PROPOSED).
    """
    near = shelf_figures.find_near_expiry(now=now, within_days=markdown_prices.WITHIN_DAYS)
    too_much = [line for line in near if line.left_units > 0 and _is_on_sale(line.lot, now)]
    with transaction.atomic(durable=True):
        open_ones = {
            (one.lot_id, one.currency): one
            for one in Markdown.objects.filter(state=State.PROPOSED).order_by("pk").select_for_update()
        }
        wanted = {(one.lot_id, one.currency): one for line in too_much for one in _propose_for(line, now=now)}
        new = [one for key, one in wanted.items() if key not in open_ones]
        changed = [
            _take_over(open_ones[key], one, now=now)
            for key, one in wanted.items()
            if key in open_ones and _says(open_ones[key]) != _says(one)
        ]
        gone = [one.pk for key, one in open_ones.items() if key not in wanted]
        Markdown.objects.filter(pk__in=gone).delete()
        Markdown.objects.bulk_update(changed, [*FIGURES, "proposed_at"])
        Markdown.objects.bulk_create(new, ignore_conflicts=True)
    return Proposed(len(new), len(changed), len(gone))


def _is_on_sale(lot: Lot, now: datetime) -> bool:
    published_at = lot.variant.product.published_at
    return lot.variant.retired_at is None and published_at is not None and published_at <= now


def _propose_for(line: NearLine, *, now: datetime) -> list[Markdown]:
    """A proposal per currency in which the size has a price, where one makes sense."""
    resting = Markdown.objects.filter(
        lot=line.lot, state=State.DISMISSED, decided_at__gt=now - DISMISSED_FOR
    ).values_list("currency", flat=True)
    prices = Price.objects.filter(variant=line.lot.variant_id).exclude(currency__in=resting)
    found = []
    for price in prices.order_by("currency"):
        lowest_cents = find_lowest(price, now=now)
        proposed_cents = markdown_prices.propose_price(
            price_cents=price.amount_cents,
            full_cents=find_full(price),
            lowest_cents=lowest_cents,
            days_left=line.days_left,
            currency=price.currency,
            floor_percent=settings.MARKDOWN_FLOOR_PERCENT,
        )
        if proposed_cents is not None:
            found.append(
                Markdown(
                    lot=line.lot,
                    currency=price.currency,
                    was_cents=price.amount_cents,
                    lowest_cents=lowest_cents,
                    proposed_cents=proposed_cents,
                    free_units=line.free_units,
                    proposed_at=now,
                )
            )
    return found


def find_lowest(price: Price, *, now: datetime) -> int:
    """The lowest price of that size in that currency in the last 30 days."""
    changes = PriceChange.objects.filter(
        variant=price.variant_id, currency=price.currency, changed_at__gt=now - PRIOR
    )
    return markdown_prices.lowest_of(price.amount_cents, changes.values_list("old_cents", "new_cents"))


def find_full(price: Price) -> int:
    """What the size cost before markdowns of ours that still stand, one upon another."""
    full = price.amount_cents
    accepted = Markdown.objects.filter(
        lot__variant=price.variant_id, currency=price.currency, state=State.ACCEPTED
    )
    for was_cents, proposed_cents in accepted.order_by("-decided_at", "-pk").values_list(
        "was_cents", "proposed_cents"
    ):
        if proposed_cents == full:
            full = was_cents
    return full


def _says(one: Markdown) -> list[int]:
    return [getattr(one, name) for name in FIGURES]


def _take_over(row: Markdown, one: Markdown, *, now: datetime) -> Markdown:
    for name in FIGURES:
        setattr(row, name, getattr(one, name))
    row.proposed_at = now
    return row


def accept_markdown(*, markdown_id: int, by: Any, now: datetime) -> Markdown:
    """The proposal, accepted: the size costs less from now on.

    Writes  Markdown, Price, PriceChange, and the product's pages.
    Locks   the proposal, the price, the product.
    Raises  MarkdownDecided; PriceMoved, and then it stands there anew with today's figures.
    """
    with transaction.atomic(durable=True):
        history.act_as(by)
        markdown = _lock_open(markdown_id)
        price = _lock_price(markdown)
        lowest_cents = find_lowest(price, now=now)
        is_there = Lot.objects.sellable(now.date()).filter(pk=markdown.lot_id).exists()
        if is_there and (price.amount_cents, lowest_cents) == (markdown.was_cents, markdown.lowest_cents):
            _decide(markdown, State.ACCEPTED, by=by, now=now)
            _set_price(
                markdown,
                markdown.proposed_cents,
                cause=f"near expiry of lot {markdown.lot.code}",
                by=by,
                now=now,
            )
            return markdown
        Markdown.objects.filter(pk=markdown.pk).delete()
    propose_markdowns(now=now)
    if not is_there:
        raise MarkdownDecided
    raise PriceMoved(markdown.was_cents, price.amount_cents, markdown.currency)


def dismiss_markdown(*, markdown_id: int, by: Any, now: datetime) -> Markdown:
    """The proposal, dismissed: the same lot is not proposed again for two weeks. Raises MarkdownDecided."""
    with transaction.atomic(durable=True):
        markdown = _lock_open(markdown_id)
        _decide(markdown, State.DISMISSED, by=by, now=now)
    return markdown


@dataclass(frozen=True)
class PutBack:
    """A price that a markdown made, whose lot is gone: to be put back to what it was before."""

    markdown: Markdown
    full_cents: int


def find_to_put_back(*, now: datetime) -> list[PutBack]:
    """Prices that still are as a markdown made them, although no lot of the size is near its last day."""
    on = now.date()
    near = Lot.objects.sellable(on).filter(
        sell_until_on__lte=on + timedelta(days=markdown_prices.WITHIN_DAYS), variant=OuterRef("lot__variant")
    )
    prices = Price.objects.filter(variant=OuterRef("lot__variant"), currency=OuterRef("currency"))
    over = (
        Markdown.objects.filter(state=State.ACCEPTED, proposed_cents=Subquery(prices.values("amount_cents")))
        .exclude(Exists(near))
        .select_related("lot__variant__product")
        .order_by("-decided_at", "-pk")
    )
    newest = {(one.lot.variant_id, one.currency): one for one in reversed(over)}
    return [
        PutBack(one, find_full(Price(variant_id=pk, currency=currency, amount_cents=one.proposed_cents)))
        for (pk, currency), one in newest.items()
    ]


def put_back(*, markdown_id: int, by: Any, now: datetime) -> bool:
    """Whether the price went back to what it was before; False: it is another by now, and stays.

    Writes  Price, PriceChange, and the product's pages. Locks  the price, the product.
    """
    with transaction.atomic(durable=True):
        history.act_as(by)
        markdown = Markdown.objects.select_related("lot__variant").get(pk=markdown_id, state=State.ACCEPTED)
        price = _lock_price(markdown)
        if price.amount_cents != markdown.proposed_cents:
            return False
        _set_price(markdown, find_full(price), cause=f"lot {markdown.lot.code} is gone", by=by, now=now)
    return True


def _lock_open(markdown_id: int) -> Markdown:
    rows = Markdown.objects.select_for_update(of=("self",)).select_related("lot__variant")
    markdown = rows.filter(pk=markdown_id, state=State.PROPOSED).first()
    if markdown is None:
        raise MarkdownDecided
    return markdown


def _lock_price(markdown: Markdown) -> Price:
    rows = Price.objects.select_for_update(no_key=True)
    price: Price = rows.get(variant=markdown.lot.variant_id, currency=markdown.currency)
    return price


def _decide(markdown: Markdown, state: Markdown.State, *, by: Any, now: datetime) -> None:
    markdown.state, markdown.decided_by, markdown.decided_at = state, by, now
    markdown.save(update_fields=["state", "decided_by", "decided_at"])


def _set_price(markdown: Markdown, cents: int, *, cause: str, by: Any, now: datetime) -> None:
    place = (markdown.lot.variant_id, markdown.currency)
    pricing.set_prices(wanted={place: cents}, cause=cause, by=by, now=now)
    publishing.publish_products(product_ids=[markdown.lot.variant.product_id], now=now)
