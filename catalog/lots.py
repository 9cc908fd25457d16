"""Whether a lot may be sold: in quarantine, released, blocked or recalled. Each change has its name."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog import shelf_life, stock
from catalog.models import Lot, LotDecision, Variant

Status = Lot.Status
Kind = LotDecision.Kind
CHECKS = tuple(check.value for check in LotDecision.Check)


@dataclass(eq=False)
class NotFit(Exception):
    """Some lots cannot be released; `why` says it for each, in words."""

    why: dict[int, str]  # lot id → a sentence


def release_lots(
    *, lot_ids: Collection[int], checks: Sequence[str], now: datetime, by: Any = None, note: str = ""
) -> list[Lot]:
    """The lots, for sale from now on. Releasing what is released changes nothing.

    Takes   `checks`: what was looked at, all three of LotDecision.Check.
    Writes  Lot.status, Lot.formula (the list that the pack was compared with), LotDecision.
    Locks   the lots, in id order.
    Raises  NotFit: a check is missing, the lot is recalled, expired, or stands where returns stand.
    """
    lots = stock.lock_lots(lot_ids)
    _refuse_unfit(lots, checks, now)
    ours = [lot for lot in lots if lot.status != Status.RELEASED]
    sizes = Variant.objects.filter(lots__in=ours).select_related("product")
    products = {size.pk: size.product for size in sizes}
    for lot in ours:
        lot.formula_id = products[lot.variant_id].current_formula_id
    Lot.objects.bulk_update(ours, ["formula"])
    shelf_life.date_lots({product.pk for product in products.values()})
    return _decide(ours, Status.RELEASED, Kind.RELEASED, checks=checks, now=now, by=by, note=note)


def block_lots(*, lot_ids: Collection[int], note: str, now: datetime, by: Any = None) -> list[Lot]:
    """The lots, not for sale until somebody releases them. A recalled lot stays recalled."""
    lots = [lot for lot in stock.lock_lots(lot_ids) if lot.status not in (Status.BLOCKED, Status.RECALLED)]
    return _decide(lots, Status.BLOCKED, Kind.BLOCKED, now=now, by=by, note=note)


def quarantine_lots(*, lot_ids: Collection[int], note: str, now: datetime, by: Any = None) -> list[Lot]:
    """The lots, set apart until they have been looked at. A recalled lot stays recalled."""
    lots = [lot for lot in stock.lock_lots(lot_ids) if lot.status not in (Status.QUARANTINE, Status.RECALLED)]
    return _decide(lots, Status.QUARANTINE, Kind.QUARANTINED, now=now, by=by, note=note)


def recall_lots(*, lot_ids: Collection[int], note: str, now: datetime, by: Any = None) -> list[Lot]:
    """The lots that were not recalled before, and now are: for good."""
    lots = [lot for lot in stock.lock_lots(lot_ids) if lot.status != Status.RECALLED]
    return _decide(lots, Status.RECALLED, Kind.RECALLED, now=now, by=by, note=note)


def find_by_codes(product_ids: Collection[int], codes: Iterable[str]) -> list[Lot]:
    """Lots of these products that carry one of these codes, whichever of a pack's codes it is."""
    wanted = {fold_code(code) for code in codes}
    rows = Lot.objects.filter(variant__product__in=product_ids).select_related("variant", "location")
    return [lot for lot in rows.order_by("id") if wanted & {fold_code(code) for code in codes_of(lot)}]


def codes_of(lot: Lot) -> list[str]:
    return [lot.code, *lot.other_codes] if lot.code_known else list(lot.other_codes)


def fold_code(code: str) -> str:
    """A lot code as it is compared: people leave out spaces and dashes, and write small letters."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _refuse_unfit(lots: Iterable[Lot], checks: Sequence[str], now: datetime) -> None:
    why: dict[int, str] = {}
    returns = set(
        Lot.objects.filter(pk__in=[lot.pk for lot in lots], location__takes_returns=True).values_list(
            "pk", flat=True
        )
    )
    for lot in lots:
        if lot.status == Status.RECALLED:
            why[lot.pk] = "It is recalled: it can only be written off."
        elif lot.expires_on is not None and lot.expires_on <= now.date():
            why[lot.pk] = f"It expired on {lot.expires_on}."
        elif lot.pk in returns:
            why[lot.pk] = "It stands where returns stand: carry its units to a shelf first."
        elif set(checks) != set(CHECKS):
            why[lot.pk] = "All three checks must have been made."
    if why:
        raise NotFit(why)


def _decide(
    lots: Sequence[Lot],
    status: Lot.Status,
    kind: LotDecision.Kind,
    *,
    now: datetime,
    by: Any,
    note: str,
    checks: Sequence[str] = (),
) -> list[Lot]:
    for lot in lots:
        lot.status = status
    Lot.objects.bulk_update(lots, ["status"])
    LotDecision.objects.bulk_create(
        LotDecision(lot=lot, kind=kind, checks=sorted(checks), note=note, at=now, actor=by) for lot in lots
    )
    return list(lots)
