"""What a recall is about, as we have it here: which lots it means, and which of its codes we never had."""

from dataclasses import dataclass, field

from django.db.models import Q

from catalog import lots
from catalog.models import Formula, Lot
from orders.models import Recall, RecallLot


@dataclass(frozen=True)
class Scope:
    """Lots in the order of their ids, wherever they stand and however old they are."""

    product_ids: frozenset[int]
    affected: list[Lot]  # by code, by formula, or because the whole product is meant
    unsure: list[Lot]  # nobody noted their code, or which formula is in them: they may be affected
    never_had: list[RecallLot]  # codes that match nothing here
    whole_product_ids: frozenset[int] = field(default_factory=frozenset)  # every lot of these is meant

    @property
    def lot_ids(self) -> list[int]:
        return sorted(lot.pk for lot in [*self.affected, *self.unsure])

    @property
    def variant_ids(self) -> list[int]:
        return sorted({lot.variant_id for lot in [*self.affected, *self.unsure]})


def find_scope(recall: Recall) -> Scope:
    """The lots that a recall means, found anew at each call: what came in later is among them.

    A code is compared as `catalog.lots.fold_code` folds it, with each of a pack's codes. A lot of whose
    code or formula we know nothing counts as unsure, never as fine.
    """
    named = list(recall.lots.select_related("product").order_by("product__name", "code"))
    whole = frozenset({recall.product_id} if recall.product_id else ())
    formula = recall.formula
    products = {one.product_id for one in named} | whole | ({formula.product_id} if formula else set())
    rows = Lot.objects.filter(variant__product__in=products).order_by("id")
    affected, unsure, seen = [], [], set[tuple[int, str]]()
    for lot in rows.select_related("variant__product", "location"):
        codes = {(lot.variant.product_id, lots.fold_code(code)) for code in lots.codes_of(lot)}
        seen |= codes
        wanted = {(one.product_id, lots.fold_code(one.code)) for one in named}
        if codes & wanted or lot.variant.product_id in whole or _has_formula(lot, formula):
            affected.append(lot)
        elif _may_be_meant(lot, formula, {one.product_id for one in named}):
            unsure.append(lot)
    return Scope(
        product_ids=frozenset(products),
        affected=affected,
        unsure=unsure,
        never_had=[one for one in named if (one.product_id, lots.fold_code(one.code)) not in seen],
        whole_product_ids=whole,
    )


def _has_formula(lot: Lot, formula: Formula | None) -> bool:
    return formula is not None and lot.formula_id == formula.pk


def _may_be_meant(lot: Lot, formula: Formula | None, named_products: set[int]) -> bool:
    if formula is not None and lot.variant.product_id == formula.product_id and lot.formula_id is None:
        return True
    return not lot.code_known and lot.variant.product_id in named_products


def find_elsewhere(codes: list[RecallLot]) -> dict[str, list[str]]:
    """{code: names of other products that have a lot of it}: a slip in the draft, perhaps."""
    wanted = {lots.fold_code(one.code): one.code for one in codes}
    if not wanted:
        return {}
    found: dict[str, list[str]] = {}
    held = Lot.objects.filter(Q(code_known=True) | ~Q(other_codes=[])).order_by("id")
    for lot in held.select_related("variant__product").iterator():
        for code in {lots.fold_code(code) for code in lots.codes_of(lot)} & set(wanted):
            names = found.setdefault(wanted[code], [])
            if lot.variant.product.name not in names:
                names.append(lot.variant.product.name)
    return found
