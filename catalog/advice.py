"""What to say about a product, and about several that somebody will use together. Advice, never a refusal.

It is about classes, not about people: whom a piece of advice is for (pregnancy, rosacea) stands in it, and
whoever shows it may leave out what does not concern the reader. Where a list is not known we say so.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import orjson

from catalog import prepared, vocabulary
from catalog.models import AdviceRule, ClaimRule, Formula, IngredientClass
from catalog.prepared import Question, Row

When, Severity = AdviceRule.When, AdviceRule.Severity
GRAVEST_FIRST = (Severity.AVOID, Severity.SEPARATE, Severity.ALTERNATE, Severity.INFO)
UNKNOWN_LIST = "unknown-list"
MOST_NAMED = 3


@dataclass(frozen=True)
class Contents:
    """What is in one product, as far as advice needs it. `ranks`: class → its highest place in the list;
    of a list that is not known there are none.
    """

    slug: str
    name: str
    is_known: bool
    ranks: Mapping[str, int] = field(default_factory=dict)
    claims: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Advice:
    """One thing to say. `audience` empty: everybody; `products`: slugs; `because`: what in them it is about.

    `grade` and `source` are None where it is no fact about skin but one about us: that we do not know a list.
    """

    rule: str
    severity: str
    audience: str
    grade: str | None
    words: str
    other_view: str | None
    source: str | None
    products: tuple[str, ...]
    because: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return vars(self) | {"products": list(self.products), "because": list(self.because)}


CONTENTS_SQL = """
SELECT DISTINCT ON (p.id) p.slug, p.name, f.status, f.class_ranks::text, f.claims::text,
       (SELECT coalesce(max(id), 0) FROM catalog_knowledgechange)
  FROM catalog_product p
  LEFT JOIN catalog_formula f ON f.id = p.current_formula_id
"""


def ask_for_advice(variant_ids: Collection[int], *, on: date) -> Question[list[Advice]]:
    """What to say about these sizes, in one cart or one order."""
    where = "JOIN catalog_variant v ON v.product_id = p.id WHERE v.id = ANY(%(variants)s) ORDER BY p.id"
    asked = {"variants": list(variant_ids)}
    return Question(f"{CONTENTS_SQL} {where}", asked, partial(_advise_rows, on=on))


def for_pages(product_ids: Collection[int], *, on: date) -> dict[int, list[dict[str, Any]]]:
    """{product id: what its page says about it alone}, as JSON. One statement."""
    sql = CONTENTS_SQL.replace("SELECT DISTINCT ON (p.id)", "SELECT p.id,")
    rows = prepared.fetch_all(f"{sql} WHERE p.id = ANY(%s) ORDER BY p.id", [list(product_ids)])
    return {row[0]: [one.as_json() for one in _advise_rows([row[1:]], on=on)] for row in rows}


def _advise_rows(rows: Sequence[Row], *, on: date) -> list[Advice]:
    if not rows:
        return []
    knowledge = vocabulary.as_of(rows[0][-1])
    products = [
        Contents(slug, name, status == Formula.Status.READ, *(orjson.loads(one or "{}") for one in said))
        for slug, name, status, *said, _ in rows
    ]
    rules = [rule for rule in knowledge.advice_rules if rule.retired_on is None or rule.retired_on > on]
    return advise(products, rules=rules, claim_rules=knowledge.claim_rules)


def advise(
    products: Sequence[Contents], *, rules: Iterable[AdviceRule], claim_rules: Iterable[ClaimRule] = ()
) -> list[Advice]:
    """Everything that the rules say of products that one person uses; the gravest first, then by rule. Pure.

    Takes   `claim_rules`: by them the ingredients are named ("Retinol"); without, their class is.
    """
    naming = {rule.present[0]: rule.slug for rule in claim_rules if len(rule.present) == 1}
    found = []
    for rule in rules:
        concerned = CONCERNED[rule.when](rule, products)
        if concerned:
            found.append(_say(rule, concerned, naming))
    order = {severity: place for place, severity in enumerate(GRAVEST_FIRST)}
    found.sort(key=lambda one: (order[Severity(one.severity)], one.audience, one.rule))
    unknown = [product for product in products if not product.is_known]
    return [*found, _say_unknown(unknown)] if unknown else found


def _both(rule: AdviceRule, products: Sequence[Contents]) -> list[Contents]:
    """In two products, or both in one: who blended them did not make them gentler."""
    firsts, seconds = _with(rule.first, products), _with(rule.second, products)
    if not firsts or not seconds:
        return []
    return [product for product in products if product in firsts or product in seconds]


def _in_two(rule: AdviceRule, products: Sequence[Contents]) -> list[Contents]:
    found = _with(rule.first, products)
    return found if len({product.slug for product in found}) > 1 else []


def _one_alone(rule: AdviceRule, products: Sequence[Contents]) -> list[Contents]:
    """A list that we do not know holds no second for certain: who cannot tell reminds."""
    return [] if _with(rule.second, products) else _with(rule.first, products)


def _high(rule: AdviceRule, products: Sequence[Contents]) -> list[Contents]:
    within = rule.within_first or 0
    return [product for product in _with(rule.first, products) if product.ranks[rule.first] <= within]


def _anywhere(rule: AdviceRule, products: Sequence[Contents]) -> list[Contents]:
    return _with(rule.first, products)


def _with(one: str | None, products: Sequence[Contents]) -> list[Contents]:
    return [product for product in products if one in product.ranks]


CONCERNED: Mapping[str, Callable[[AdviceRule, Sequence[Contents]], list[Contents]]] = {
    When.TOGETHER: _both,
    When.TWICE: _in_two,
    When.WITHOUT: _one_alone,
    When.HIGH_IN_LIST: _high,
    When.CONTAINS: _anywhere,
}


def _say(rule: AdviceRule, concerned: Sequence[Contents], naming: Mapping[str, str]) -> Advice:
    classes = [rule.first] if rule.when != When.TOGETHER else [rule.first, str(rule.second)]
    because = [
        name
        for one in classes
        for product in concerned
        if one in product.ranks
        for name in _name_class(one, product, naming)
    ]
    return Advice(
        rule=rule.slug,
        severity=str(rule.severity),
        audience=str(rule.audience),
        grade=str(rule.grade),
        words=rule.words,
        other_view=rule.other_view or None,
        source=rule.source,
        products=tuple(product.slug for product in concerned),
        because=tuple(dict.fromkeys(because)),
    )


def _name_class(one: str, product: Contents, naming: Mapping[str, str]) -> Sequence[str]:
    claim = product.claims.get(naming.get(one, ""), {})
    named: Sequence[str] = claim.get("because", []) if claim.get("answer") == "yes" else []
    return named or [str(IngredientClass(one).label)]


def _say_unknown(products: Sequence[Contents]) -> Advice:
    names = ", ".join(product.name for product in products[:MOST_NAMED])
    if len(products) > MOST_NAMED:
        names += f" and {len(products) - MOST_NAMED} more"
    return Advice(
        rule=UNKNOWN_LIST,
        severity=str(Severity.INFO),
        audience=str(AdviceRule.Audience.EVERYBODY),
        grade=None,
        words=f"We do not know everything that is in {names}. What we say here leaves it out.",
        other_view=None,
        source=None,
        products=tuple(product.slug for product in products),
        because=(),
    )
