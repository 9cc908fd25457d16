"""Products before the law, many at once: what is in them, what suppliers declared, what people decided."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from catalog import limits, vocabulary
from catalog.inci import Entry, fold
from catalog.limits import Finding, Label, RuleBook, Substance
from catalog.models import (
    Barrier,
    Category,
    Declaration,
    Formula,
    Ingredient,
    Jurisdiction,
    Product,
    RegulatoryClass,
    RegulatoryStatus,
)

NEVER_SOLD = {RegulatoryClass.RX, RegulatoryClass.MEDICINE_PHARMACY, RegulatoryClass.NOT_SELLABLE}
REASONS = {
    "prohibited": Barrier.Reason.PROHIBITED,
    "over": Barrier.Reason.OVER_LIMIT,
    "undeclared": Barrier.Reason.UNDECLARED,
}


@dataclass(frozen=True)
class Judged:
    """What the law says of one product. `list_is`: "read", "partly" (some names are not understood) or
    "unknown"; `statuses`: by jurisdiction, what a person decided, which goes before what the rules conclude.
    """

    product_id: int
    list_is: str
    findings: Sequence[Finding] = ()
    statuses: Mapping[str, RegulatoryStatus] = field(default_factory=dict)
    ingredient_ids: Mapping[str, int] = field(default_factory=dict)

    def class_in(self, jurisdiction: str) -> str | None:
        """RegulatoryClass; None when no rule classifies it and the list is not known to its end."""
        if jurisdiction in self.statuses:
            return str(self.statuses[jurisdiction].regulatory_class)
        decided = limits.strictest_class(self.findings, jurisdiction)
        if decided is not None:
            return str(decided.rule.regulatory_class)
        return RegulatoryClass.COSMETIC if self.list_is == "read" else None

    def barriers(self) -> Iterator[Barrier]:
        """Rows, not saved. One of them does not stop: it is sold while we ask."""
        for found in self.findings:
            if found.outcome in REASONS:
                yield self._bar(REASONS[found.outcome], found)
        for jurisdiction in Jurisdiction.values:
            status = self.statuses.get(jurisdiction)
            if status is not None:
                yield from self._bar_by_status(status)
                continue
            decided = limits.strictest_class(self.findings, jurisdiction)
            if decided is not None and decided.rule.regulatory_class in NEVER_SOLD:
                yield self._bar(Barrier.Reason.REGULATORY_CLASS, decided)

    def _bar(self, reason: str, found: Finding) -> Barrier:
        return Barrier(
            product_id=self.product_id,
            jurisdiction=found.rule.jurisdiction,
            reason=reason,
            rule_id=found.rule.pk,
            ingredient_id=self.ingredient_ids.get(found.substances[0].slug),
            stops=found.stops or reason == Barrier.Reason.REGULATORY_CLASS,
            from_on=found.from_on,
            words=found.words,
            source=found.rule.source,
        )

    def _bar_by_status(self, status: RegulatoryStatus) -> Iterator[Barrier]:
        if status.regulatory_class in NEVER_SOLD:
            where, what = status.get_jurisdiction_display(), status.get_regulatory_class_display()
            yield Barrier(
                product_id=self.product_id,
                jurisdiction=status.jurisdiction,
                reason=Barrier.Reason.REGULATORY_CLASS,
                stops=True,
                words=f"{where}: {what.lower()}. You can read about it here; we do not sell it there.",
                source=status.source,
            )


def judge(product_ids: Collection[int], *, on: date) -> dict[int, Judged]:
    """What the law says of each product, in product order. Some statements, however many products."""
    knowledge, kinds = vocabulary.current(), read_kinds()
    book = RuleBook(knowledge.legal_rules, on=on)
    products = list(
        Product.objects.filter(pk__in=product_ids)
        .select_related("current_formula", "category")
        .only(
            "category__lineage", "current_formula", *(f"current_formula__{name}" for name in FORMULA_COLUMNS)
        )
        .order_by("id")
    )
    declared = read_declared([one.current_formula_id for one in products if one.current_formula_id])
    findings: dict[int, list[Finding]] = {}
    for one in products:
        label = read_label(
            one.current_formula,
            kind=nearest_kind(one.category.lineage, kinds),
            entries=knowledge.entries,
            declared=declared[one.current_formula_id or 0],
        )
        findings[one.pk] = limits.judge_label(label, book)
    statuses = _read_statuses(product_ids)
    ids = _read_ids(found for many in findings.values() for found in many)
    return {
        one.pk: Judged(one.pk, _list_is(one.current_formula), findings[one.pk], statuses[one.pk], ids)
        for one in products
    }


FORMULA_COLUMNS = ["status", "reading", "label_text", "unresolved_keys"]


def read_label(
    formula: Formula | None,
    *,
    kind: str | None,
    entries: Mapping[str, Entry],
    declared: Mapping[str, Decimal],
) -> Label:
    """What is judged of a formula: everything that is in it, or may be, with the percentages that are known.

    Takes   `declared`: what the supplier says, {ingredient's slug: percent}; the higher figure counts.
    """
    if formula is None or formula.status != Formula.Status.READ:
        return Label((), kind)
    parts = tuple(
        tuple(_read_part(part, entries, declared).values()) for part in formula.reading.get("formulas", ())
    )
    return Label(parts, kind, fold(formula.label_text))


def _read_part(
    part: Mapping[str, Any], entries: Mapping[str, Entry], declared: Mapping[str, Decimal]
) -> dict[str, Substance]:
    found: dict[str, Substance] = {}
    for item in (*part["list"], *part["may_contain"], *part["actives"]):
        slug = item["slug"]
        if slug not in entries:
            continue
        said = [declared.get(slug), _as_decimal(item["percent"])]
        said.append(found[slug].percent if slug in found else None)
        percent = max((one for one in said if one is not None), default=None)
        found[slug] = Substance(slug, entries[slug].name, entries[slug].classes, percent)
    return found


def _as_decimal(percent: str | None) -> Decimal | None:
    return None if percent is None else Decimal(percent)


def _list_is(formula: Formula | None) -> str:
    if formula is None or formula.status != Formula.Status.READ:
        return "unknown"
    return "partly" if formula.unresolved_keys else "read"


def read_kinds() -> dict[int, str]:
    """The shelves that say where on the body their products go: {category id: ProductKind}."""
    said = Category.objects.filter(product_kind__isnull=False).order_by("id")
    return {pk: str(kind) for pk, kind in said.values_list("pk", "product_kind")}


def nearest_kind(lineage: Sequence[int], kinds: Mapping[int, str]) -> str | None:
    return next((kinds[pk] for pk in reversed(lineage) if pk in kinds), None)


def read_declared(formula_ids: Collection[int]) -> defaultdict[int, dict[str, Decimal]]:
    """{formula id: {ingredient's slug: percent}}, as suppliers declared it."""
    declared: defaultdict[int, dict[str, Decimal]] = defaultdict(dict)
    rows = Declaration.objects.filter(formula_id__in=formula_ids).order_by("id")
    for formula_id, slug, percent in rows.values_list("formula_id", "ingredient__slug", "percent"):
        declared[formula_id][slug] = percent
    return declared


def _read_statuses(product_ids: Collection[int]) -> defaultdict[int, dict[str, RegulatoryStatus]]:
    statuses: defaultdict[int, dict[str, RegulatoryStatus]] = defaultdict(dict)
    for row in RegulatoryStatus.objects.filter(product_id__in=product_ids).order_by("id"):
        statuses[row.product_id][row.jurisdiction] = row
    return statuses


def _read_ids(findings: Iterable[Finding]) -> dict[str, int]:
    slugs = {found.substances[0].slug for found in findings if found.outcome != "fine"}
    return dict(Ingredient.objects.filter(slug__in=slugs).values_list("slug", "pk")) if slugs else {}
