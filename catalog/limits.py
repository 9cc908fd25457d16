"""What the law says of one label: every rule that touches it, and what comes of it. Pure.

What is not known is an outcome of its own: a percentage that nobody declared is neither too much nor fine.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from catalog.inci import fold
from catalog.models import LegalRule, RegulatoryClass

Outcome = Literal["prohibited", "over", "undeclared", "classifies", "label_duty", "fine"]
Sort = LegalRule.Sort
WORST_FIRST: tuple[Outcome, ...] = ("over", "undeclared", "fine")
RINSED_OFF = {"rinse_off", "hair_rinse_off"}
STRICTEST_FIRST = (
    RegulatoryClass.NOT_SELLABLE,
    RegulatoryClass.RX,
    RegulatoryClass.MEDICINE_PHARMACY,
    RegulatoryClass.OTC_DRUG,
    RegulatoryClass.MEDICAL_DEVICE,
    RegulatoryClass.COSMETIC,
)
LONGEST_WORDS = 600
MOST_NAMED = 3


class Substance(NamedTuple):
    """One ingredient as the law looks at it. `percent`: None when neither label nor supplier says."""

    slug: str
    name: str
    classes: frozenset[str]
    percent: Decimal | None = None


class Label(NamedTuple):
    """What is judged. `parts`: the formulas on it ("Step 1", "Day"); a limit holds in each of them alone.

    `kind`: where on the body it goes (ProductKind); None when nobody said. `folded`: its text.
    """

    parts: tuple[tuple[Substance, ...], ...]
    kind: str | None
    folded: str = ""


@dataclass(frozen=True)
class Finding:
    """One rule, and what came of it. `percent` is counted as the rule counts; `from_on` None: always.

    `stops`: the outcome is a barrier to the sale from that day on, not only something to look after.
    """

    rule: LegalRule
    outcome: Outcome
    substances: tuple[Substance, ...]
    words: str
    percent: Decimal | None = None
    from_on: date | None = None
    stops: bool = False


class RuleBook:
    """The rules in force on a day, found by what they are about.

    Takes   `rules`: all that we know; `on`: those retired by then are left out, those to come are not.
    """

    def __init__(self, rules: Iterable[LegalRule], *, on: date) -> None:
        self._by_slug: dict[str, list[LegalRule]] = {}
        self._by_class: dict[str, list[LegalRule]] = {}
        for rule in rules:
            if rule.retired_on is not None and rule.retired_on <= on:
                continue
            for slug in rule.ingredient_slugs:
                self._by_slug.setdefault(slug, []).append(rule)
            for one in rule.classes:
                self._by_class.setdefault(one, []).append(rule)

    def touching(self, substances: Iterable[Substance]) -> list[LegalRule]:
        found: dict[str, LegalRule] = {}
        for substance in substances:
            for rule in self._by_slug.get(substance.slug, ()):
                found[rule.slug] = rule
            for one in substance.classes:
                for rule in self._by_class.get(one, ()):
                    found[rule.slug] = rule
        return [found[slug] for slug in sorted(found)]


def judge_label(label: Label, book: RuleBook) -> list[Finding]:
    """Every rule that touches the label, with its outcome, in the order of the rules' names."""
    there = list({one.slug: one for part in label.parts for one in part}.values())
    found: list[Finding] = []
    undecided: dict[tuple[object, ...], list[LegalRule]] = {}
    for rule in book.touching(there):
        concerned = tuple(one for one in there if _is_about(rule, one))
        if rule.product_kinds and label.kind is not None and label.kind not in rule.product_kinds:
            continue
        if rule.sort == Sort.PROHIBITED:
            found += [_forbid(rule, one, label) for one in concerned]
        elif rule.sort == Sort.CLASSIFIES:
            found.append(Finding(rule, "classifies", concerned, _cut(rule.words), from_on=_sold_until(rule)))
        elif rule.sort == Sort.LABEL_DUTY or rule.max_percent is None:
            found.append(_look_for_words(rule, concerned, label))
        elif rule.product_kinds and label.kind is None:
            subject = (rule.jurisdiction, *sorted(rule.ingredient_slugs), "", *sorted(rule.classes))
            undecided.setdefault(subject, []).append(rule)
        else:
            found.append(_measure((rule,), label))
    for rules in undecided.values():
        found.append(_measure(tuple(sorted(rules, key=lambda one: one.max_percent or 0)), label))
    return sorted(found, key=lambda finding: finding.rule.slug)


def strictest_class(findings: Iterable[Finding], jurisdiction: str) -> Finding | None:
    """The finding that decides what the product is to a jurisdiction; None when no rule classifies it."""
    deciding = [one for one in findings if one.outcome == "classifies"]
    deciding = [one for one in deciding if one.rule.jurisdiction == jurisdiction]
    order = {name: place for place, name in enumerate(STRICTEST_FIRST)}
    ranked = sorted(deciding, key=lambda one: order[RegulatoryClass(str(one.rule.regulatory_class))])
    return ranked[0] if ranked else None


def write_percent(percent: Decimal) -> str:
    return f"{percent.normalize():f} %"


def _is_about(rule: LegalRule, substance: Substance) -> bool:
    return substance.slug in rule.ingredient_slugs or not substance.classes.isdisjoint(rule.classes)


def _sold_until(rule: LegalRule) -> date | None:
    """From when goods that were on the market before may not be sold either."""
    return rule.valid_from_available_on or rule.valid_from_placing_on


def _bought_until(rule: LegalRule) -> date | None:
    """From when new goods must comply."""
    return rule.valid_from_placing_on or rule.valid_from_available_on


def _forbid(rule: LegalRule, substance: Substance, label: Label) -> Finding:
    if rule.product_kinds and label.kind is None:
        words = f"Whether {substance.name} is forbidden in it depends on what it is for. {rule.words}"
        stops = rule.without_declaration == LegalRule.Undeclared.STOP
        return Finding(rule, "undeclared", (substance,), _cut(words), from_on=_sold_until(rule), stops=stops)
    words = f"It holds {substance.name}. {rule.words}"
    return Finding(rule, "prohibited", (substance,), _cut(words), from_on=_sold_until(rule), stops=True)


def _look_for_words(rule: LegalRule, concerned: tuple[Substance, ...], label: Label) -> Finding:
    """Whether the list itself says what must be named. What stands elsewhere on the pack, only people see."""
    printed = bool(rule.label_text) and fold(rule.label_text) in label.folded
    where = "rinse_off" if label.kind in RINSED_OFF else "leave_on"
    threshold = rule.label_above_percent.get(where)
    known = [one.percent for one in concerned if one.percent is not None]
    little = threshold is not None and len(known) == len(concerned) and max(known) <= Decimal(str(threshold))
    outcome: Outcome = "fine" if printed or little else "label_duty"
    return Finding(rule, outcome, concerned, _cut(rule.words), from_on=_bought_until(rule))


def _measure(rules: Sequence[LegalRule], label: Label) -> Finding:
    """The worst of the label's parts against one limit; or against several, the strictest first, when
    nobody knows which of them holds because nobody knows what kind of product it is.
    """
    measured = [
        _measure_part(rules, concerned)
        for part in label.parts
        if (concerned := tuple(one for one in part if _is_about(rules[0], one)))
    ]
    return min(measured, key=lambda finding: WORST_FIRST.index(finding.outcome))


def _measure_part(rules: Sequence[LegalRule], concerned: tuple[Substance, ...]) -> Finding:
    """Several substances of one rule are added up, each with the part of its weight that counts."""
    strictest, loosest = rules[0], rules[-1]
    assert strictest.max_percent is not None
    assert loosest.max_percent is not None
    weights = [
        one.percent * Decimal(str(strictest.counted_as.get(one.slug, 1)))
        for one in concerned
        if one.percent is not None
    ]
    total, complete = sum(weights, Decimal(0)), len(weights) == len(concerned)
    names, shown = _name(concerned), write_percent(total)
    if total > loosest.max_percent:
        most = write_percent(loosest.max_percent)
        words = f"It holds {shown} {names} where {most} is the most. {loosest.words}"
        return _limit(loosest, "over", concerned, words, total, stops=True)
    if complete and total <= strictest.max_percent:
        return _limit(strictest, "fine", concerned, strictest.words, total)
    asks = any(rule.without_declaration == LegalRule.Undeclared.STOP for rule in rules)
    if complete:
        words = f"Whether {shown} {names} is too much depends on what it is for. {strictest.words}"
        return _limit(strictest, "undeclared", concerned, words, total, stops=asks)
    unsaid = ", nor what it is for" if len(rules) > 1 else ""
    words = f"How much {names} is in it, nobody has told us{unsaid}. {strictest.words}"
    return _limit(strictest, "undeclared", concerned, words, None, stops=asks)


def _limit(
    rule: LegalRule,
    outcome: Outcome,
    concerned: tuple[Substance, ...],
    words: str,
    percent: Decimal | None,
    *,
    stops: bool = False,
) -> Finding:
    return Finding(rule, outcome, concerned, _cut(words), percent, _bought_until(rule), stops)


def _name(substances: Sequence[Substance]) -> str:
    names = [one.name for one in substances[:MOST_NAMED]]
    if len(substances) > MOST_NAMED:
        names.append(f"{len(substances) - MOST_NAMED} more")
    return ", ".join(names)


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST_WORDS else f"{words[: LONGEST_WORDS - 1]}…"
