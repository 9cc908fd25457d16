"""What a count says, what came of it, and of which lot it speaks. Nothing here changes anything."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db.models import Exists, OuterRef

from catalog import lots
from catalog.models import Location, Lot, Movement, Variant

OLDEST = timedelta(days=30)  # whoever tells a count later than that has found an old file
AHEAD = timedelta(seconds=60)  # by which somebody's clock may be fast


class Outcome(Enum):
    APPLIED = "applied"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Count:
    """What somebody found on one shelf, and when."""

    sku: str
    location: str
    lot: str  # any code on the pack; empty: the only lot of that SKU there that has units
    counted: int
    counted_at: datetime
    expected: int | None = None  # what they believe that our books said at that moment


@dataclass(frozen=True)
class Counted:
    """What came of one count, and what our books say now."""

    count: Count
    outcome: Outcome
    lot_id: int | None = None
    lot_code: str = ""
    change: int = 0  # units, by which the books were set right
    on_hand: int | None = None  # None: no lot was found
    reserved: int | None = None
    reason: str = ""
    words: str = ""
    candidates: tuple[str, ...] = ()  # which-lot: their codes


def refuse(
    count: Count, reason: str, words: str, lot: Lot | None = None, candidates: Iterable[str] = ()
) -> Counted:
    named = tuple(candidates)
    if lot is None:
        return Counted(count, Outcome.REFUSED, reason=reason, words=words, candidates=named)
    have = (lot.on_hand, lot.reserved)
    return Counted(count, Outcome.REFUSED, lot.pk, lot.code, 0, *have, reason, words, named)


@dataclass(frozen=True)
class Named:
    """A lot as it is looked for: nothing of it is locked."""

    id: int
    codes: tuple[str, ...]
    alive: bool  # it has units, or had some within the time of which counts may speak


def find_lots(counts: Sequence[Count], *, now: datetime) -> list[Counted | tuple[int, ...]]:
    """For each count the ids of the lots of which it may speak; or why it speaks of none.

    A count without a lot code may speak of any lot at that place that is alive. Three statements.
    """
    early = [_refuse_moment(one, now=now) for one in counts]
    skus = dict(Variant.objects.filter(sku__in={one.sku for one in counts}).values_list("sku", "pk"))
    places = dict(
        Location.objects.filter(code__in={one.location for one in counts}).values_list("code", "pk")
    )
    named = _read_names(skus.values(), places.values(), now=now)
    found: list[Counted | tuple[int, ...]] = []
    for one, refused in zip(counts, early, strict=True):
        if refused is not None:
            found.append(refused)
        elif one.sku not in skus:
            found.append(refuse(one, "unknown-sku", f"We have no SKU {one.sku}."))
        elif one.location not in places:
            found.append(refuse(one, "unknown-location", f"We have no place {one.location}."))
        else:
            found.append(_pick(one, named[skus[one.sku], places[one.location]]))
    return found


def _refuse_moment(count: Count, *, now: datetime) -> Counted | None:
    """Whether the count speaks of a moment of which nobody can speak."""
    if count.counted_at > now + AHEAD:
        return refuse(count, "in-the-future", f"That moment has not come: it is {tell(now)} here.")
    if count.counted_at < now - OLDEST:
        return refuse(count, "too-old", f"A count is taken up to {OLDEST.days} days after its moment.")
    return None


def tell(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _read_names(
    variant_ids: Iterable[int], place_ids: Iterable[int], *, now: datetime
) -> dict[tuple[int, int], list[Named]]:
    lately = Movement.objects.filter(lot=OuterRef("pk"), at__gt=now - OLDEST)
    rows = Lot.objects.filter(variant__in=list(variant_ids), location__in=list(place_ids))
    columns = ("pk", "variant", "location", "code", "other_codes", "on_hand", Exists(lately))
    named = defaultdict[tuple[int, int], list[Named]](list)
    for pk, variant, place, code, others, on_hand, moved in rows.order_by("id").values_list(*columns):
        named[variant, place].append(Named(pk, (code, *others), alive=on_hand > 0 or moved))
    return named


def _pick(count: Count, named: Sequence[Named]) -> Counted | tuple[int, ...]:
    if not count.lot and named:
        return tuple(one.id for one in named if one.alive)
    matching = _match(count.lot, named)
    if len(matching) > 1:
        words = f"Several lots of {count.sku} at {count.location} carry the code {count.lot}."
        return refuse(count, "which-lot", words, candidates=[one.codes[0] for one in matching])
    if not matching:
        what = f"no lot {count.lot}" if count.lot else "no lot"
        words = f"There is {what} of {count.sku} at {count.location}: receive it before you count it."
        return refuse(count, "unknown-lot", words)
    return (matching[0].id,)


def _match(code: str, named: Sequence[Named]) -> list[Named]:
    """The lots of that code: as we write it, else as people write it, else by another code of the pack."""
    if not code:
        return []
    folded = lots.fold_code(code)
    return (
        [one for one in named if one.codes[0] == code]
        or [one for one in named if lots.fold_code(one.codes[0]) == folded]
        or [one for one in named if folded in map(lots.fold_code, one.codes[1:])]
    )
