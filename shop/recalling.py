"""A recall as seen from the roof: what it would do, before it does it; and carts, which no floor knows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q

from catalog.models import LotDecision, Variant
from orders import recall_finding, recall_grasp, recall_letters, recall_scope, recalls
from orders.letters import Letter
from orders.models import Recall, RecallLot
from orders.recall_finding import Buyer, Promised
from orders.recall_grasp import Grasp
from orders.recall_scope import Scope
from shop import recall_orders
from shop.models import Cart, CartLine, CartNotice

BATCH = 200  # carts locked at once: nobody at a till waits longer than for so many
STILL_OURS = timedelta(minutes=15)  # later, whatever is sold out has been sold


@dataclass(frozen=True)
class DryRun:
    """All that opening this recall would mean. Nothing was written to find out."""

    recall: Recall
    gaps: list[str]  # without these it cannot be opened
    soft_words: list[str]  # in the texts, though the law asks to leave them out
    scope: Scope
    elsewhere: dict[str, list[str]]  # {code that we never had: other products that have a lot of it}
    promised: list[Promised]
    carts_to_change: int  # a line would go: nothing unaffected is left to sell
    carts_to_keep: int  # other lots remain
    buyers: list[Buyer]
    unaffected: int  # orders of the same products that are not meant
    letters: dict[str, Letter]
    cost: dict[str, int]  # {currency: minor units}: what the remedy would cost at most

    @property
    def known(self) -> list[Buyer]:
        return [buyer for buyer in self.buyers if buyer.sort == recall_finding.Sort.KNOWN_LOT]

    @property
    def unknown(self) -> list[Buyer]:
        return [buyer for buyer in self.buyers if buyer.sort == recall_finding.Sort.UNKNOWN_LOT]

    @property
    def never_had(self) -> list[RecallLot]:
        return self.scope.never_had


def dry_run(*, recall: Recall, now: datetime) -> DryRun:
    """What the recall finds as the house stands now. Reading only."""
    scope = recall_scope.find_scope(recall)
    buyers = recall_finding.find_buyers(scope)
    gone = _sold_out_by(scope, now=now)
    lines = CartLine.objects.filter(variant__in=scope.variant_ids).exclude(cart__order__paid_at__isnull=False)
    carts = lines.aggregate(
        all=Count("cart", distinct=True), change=Count("cart", distinct=True, filter=Q(variant__in=gone))
    )
    return DryRun(
        recall=recall,
        gaps=recalls.find_gaps(recall),
        soft_words=recall_letters.find_soft_words(recall),
        scope=scope,
        elsewhere=recall_scope.find_elsewhere(scope.never_had),
        promised=recall_finding.find_promised(scope, on=now.date()),
        carts_to_change=carts["change"],
        carts_to_keep=carts["all"] - carts["change"],
        buyers=buyers,
        unaffected=recall_finding.count_unaffected(scope, buyers),
        letters=recall_letters.preview_letters(recall),
        cost=recall_finding.sum_cost(buyers) if recall.remedy in COSTLY else {},
    )


COSTLY = (Recall.Remedy.REFUND, Recall.Remedy.REPLACE)


def _sold_out_by(scope: Scope, *, now: datetime) -> list[int]:
    """The sizes of which nothing is left to sell once these lots are gone."""
    spare = recall_finding.find_spare(scope, on=now.date())
    return [variant_id for variant_id in scope.variant_ids if spare.get(variant_id, 0) <= 0]


def open_recall(*, recall_id: int, now: datetime, by: Any = None) -> Grasp:
    """The recall, opened; then the carts. Twice changes nothing.

    The goods are blocked in a transaction of their own, which waits for no cart: a checkout holds its
    cart while it waits for a lot. Should we be killed in between, the round empties the carts.
    Raises  what `recalls.open_recall` raises.
    """
    grasp = recalls.open_recall(recall_id=recall_id, now=now, by=by)
    empty_carts(recall=Recall.objects.get(pk=recall_id), now=now)
    return grasp


def name_more_lots(*, recall_id: int, named: Any, now: datetime, by: Any = None) -> Grasp:
    """The open recall with further lots, and the carts. Raises RecallOver."""
    grasp = recalls.name_more_lots(recall_id=recall_id, named=named, now=now, by=by)
    empty_carts(recall=Recall.objects.get(pk=recall_id), now=now)
    return grasp


def watch_recalls(*, now: datetime) -> dict[str, Grasp]:
    """{reference: what has turned up} for each open recall; carts and unpaid orders follow. A round.

    It also finishes what was cut short: a recall that was opened by a process which then died.
    """
    found = {}
    for recall in Recall.objects.filter(state=Recall.State.OPEN).order_by("id"):
        found[recall.reference] = recalls.watch_recall(recall_id=recall.pk, now=now)
        empty_carts(recall=recall, now=now)
        recall_orders.stop_unpaid(recall=recall, now=now)
    return found


def empty_carts(*, recall: Recall, now: datetime) -> int:
    """How many lines went out of carts because of what the recall has just blocked.

    Only what lay in a cart when a lot was blocked, and only soon after: later a size may be sold out for
    other reasons. Lines of which unaffected units remain stay as they are.
    Writes  CartNotice in place of CartLine, some carts at a time.
    Locks   those carts, in id order, and nothing else.
    """
    scope = recall_scope.find_scope(recall)
    blocked = _find_blocked(recall, scope, since=now - STILL_OURS)
    gone = {
        variant_id: blocked[variant_id]
        for variant_id in _sold_out_by(scope, now=now)
        if variant_id in blocked
    }
    if recall.state != Recall.State.OPEN or not gone:
        return 0
    lines = CartLine.objects.filter(_lay_there(gone)).exclude(cart__order__paid_at__isnull=False)
    waiting = [pk for (pk,) in lines.order_by("cart_id").values_list("cart_id").distinct()]
    names = _name_variants(gone)
    return sum(
        _empty_some(waiting[start : start + BATCH], gone, names, now=now)
        for start in range(0, len(waiting), BATCH)
    )


def _find_blocked(recall: Recall, scope: Scope, *, since: datetime) -> dict[int, datetime]:
    """{variant id: when this recall last took a lot of it off the shelf}, where that was since then."""
    decisions = LotDecision.objects.filter(
        lot__in=scope.lot_ids, note__startswith=recall_grasp.sign(recall), at__gt=since
    )
    return dict(
        decisions.order_by()
        .values("lot__variant")
        .annotate(last=Max("at"))
        .values_list("lot__variant", "last")
    )


def _lay_there(gone: Mapping[int, datetime]) -> Q:
    """Lines that were in a cart before their size was blocked."""
    condition = Q(pk__in=[])
    for variant_id, at in gone.items():
        condition |= Q(variant=variant_id, added_at__lte=at)
    return condition


def _name_variants(variant_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = Variant.objects.filter(pk__in=list(variant_ids)).values_list("pk", "sku", "product__name", "name")
    return {pk: (sku, f"{product}, {size}" if size else product) for pk, sku, product, size in rows}


def _empty_some(
    cart_ids: Collection[int],
    gone: Mapping[int, datetime],
    names: Mapping[int, tuple[str, str]],
    *,
    now: datetime,
) -> int:
    with transaction.atomic(durable=True):
        carts = Cart.objects.filter(pk__in=cart_ids).order_by("id").select_for_update(no_key=True)
        lines = list(CartLine.objects.filter(_lay_there(gone), cart__in=[cart.pk for cart in carts]))
        CartNotice.objects.bulk_create(
            [
                CartNotice(
                    cart_id=line.cart_id,
                    sku=names[line.variant_id][0],
                    words=say_gone(names[line.variant_id][1]),
                    written_at=now,
                )
                for line in lines
            ],
            ignore_conflicts=True,
        )
        CartLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
    return len(lines)


def say_gone(name: str) -> str:
    """What the customer reads. They hold nothing of it: the reason is for those who do."""
    words = (
        "is being recalled and cannot be bought for now. We took it out of your cart; nothing was charged."
    )
    return f"{name[:300]} {words}"
