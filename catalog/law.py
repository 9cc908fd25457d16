"""Where a product may be sold, and why not elsewhere. What a rule says of one label is in `catalog.limits`.

The verdicts are rows (Barrier), rewritten whenever a product is published; a checkout only asks which of
them stand today. Three things here were for us to decide:

- A *forbidden substance* stops the sale from the day on which nobody may sell it (`valid_from_available_on`).
  Before, only new goods must comply: what we have bought may be sold, and the desk sees that it may not be
  bought again. With no such day the rule holds for us from `valid_from_placing_on` on.
- A *limit* holds from `valid_from_placing_on`: how much is in it stands on a paper that comes with goods that
  we buy now, and nothing tells an older jar with the same list from a new one.
- Of what the label prints and what the supplier declares, the higher percentage counts: a paper does not make
  a printed figure smaller. A label that is wrong is corrected by a new label.

Source  Reg. (EC) 1223/2009 art. 2 (1) (g) and (h): "making available" is every supply, "placing" the first;
        the dates of each substance are in its own amendment, such as (EU) 2024/996.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from catalog import judging, limits, vocabulary
from catalog.judging import Judged
from catalog.limits import Finding, RuleBook
from catalog.models import Barrier, Formula, Jurisdiction, LegalRule, Product
from catalog.prepared import Question, Row

EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
EEA = EU | {"IS", "LI", "NO"}


def jurisdiction_of(country: str) -> str | None:
    """Whose cosmetics law a delivery to that country falls under.

    None: we know no rules of that country, which is not the same as that everything is allowed there.
    """
    if country in EEA:
        return Jurisdiction.EU
    # Northern Ireland follows the EU's cosmetics law (Windsor Framework, annex 2), but a country code does
    # not tell it from Great Britain. Until the postcode (BT) is asked, it is judged as the rest is.
    return {"GB": Jurisdiction.UK, "US": Jurisdiction.US}.get(country)


@dataclass(frozen=True)
class Standing:
    """Why one size of a product may not be sold to a country today."""

    sku: str
    product_slug: str
    product_name: str
    reason: str
    words: str
    source: str


STANDING_SQL = """
SELECT v.sku, p.slug, p.name, b.reason, b.words, b.source
  FROM catalog_variant v
  JOIN catalog_product p ON p.id = v.product_id
  JOIN catalog_barrier b ON b.product_id = p.id
  LEFT JOIN catalog_legalrule r ON r.id = b.rule_id
 WHERE v.id = ANY(%(variants)s) AND b.stops
   AND (b.jurisdiction = %(jurisdiction)s OR (%(jurisdiction)s = '' AND b.reason = 'regulatory_class'))
   AND coalesce(b.from_on <= %(today)s, true)
   AND coalesce(r.retired_on > %(today)s, true)
 ORDER BY v.id, b.reason, r.slug NULLS FIRST, b.id
"""


def find_barriers(*, variant_ids: Collection[int], country: str, on: date) -> list[Standing]:
    """What stops the sale of these variants to a country on a day. One statement.

    Where we know no rules nothing stops a cosmetic; but what is prescription-only, or not sellable, in any
    jurisdiction that we know is not sold into the unknown either.
    """
    return ask_for_barriers(variant_ids=variant_ids, country=country, on=on).ask()


def ask_for_barriers(*, variant_ids: Collection[int], country: str, on: date) -> Question[list[Standing]]:
    """The same, to be asked together with other things."""
    jurisdiction = jurisdiction_of(country)
    asked = {"variants": list(variant_ids), "jurisdiction": jurisdiction or "", "today": on}
    return Question(STANDING_SQL, asked, _read_barriers if jurisdiction else _read_once_each)


def _read_barriers(rows: Sequence[Row]) -> list[Standing]:
    return [Standing(*row) for row in rows]


def _read_once_each(rows: Sequence[Row]) -> list[Standing]:
    """Several jurisdictions say so: the customer needs to hear it once."""
    return list({standing.sku: standing for standing in _read_barriers(rows)}.values())


def judge_products(*, product_ids: Collection[int], now: datetime) -> dict[int, Judged]:
    """What the law says of each product, as from now on every checkout knows it.

    Takes   products that the caller has locked: `publishing.publish_products` does, and calls this.
    Writes  Barrier, only where something differs. Some statements, however many products.
    """
    assert connection.in_atomic_block, "judge_products() joins its caller's transaction"
    judged = judging.judge(product_ids, on=now.date())
    wanted = {_key(barrier): barrier for one in judged.values() for barrier in one.barriers()}
    standing = {_key(row): row for row in Barrier.objects.filter(product_id__in=product_ids).order_by("id")}
    gone = [row.pk for key, row in standing.items() if key not in wanted]
    changed = [
        _take_over(standing[key], barrier)
        for key, barrier in wanted.items()
        if key in standing and _says(standing[key]) != _says(barrier)
    ]
    if gone:
        Barrier.objects.filter(pk__in=gone).delete()
    Barrier.objects.bulk_update(changed, SAID, batch_size=500)
    Barrier.objects.bulk_create(
        (barrier for key, barrier in wanted.items() if key not in standing), batch_size=500
    )
    return judged


SAID = ["stops", "from_on", "words", "source"]


def _key(barrier: Barrier) -> tuple[Any, ...]:
    return (
        barrier.product_id,
        str(barrier.jurisdiction),
        str(barrier.reason),
        barrier.rule_id,
        barrier.ingredient_id,
    )


def _says(barrier: Barrier) -> list[Any]:
    return [getattr(barrier, name) for name in SAID]


def _take_over(row: Barrier, barrier: Barrier) -> Barrier:
    for name in SAID:
        setattr(row, name, getattr(barrier, name))
    return row


def findings_of(formula: Formula, *, product_kind: str | None, on: date) -> list[Finding]:
    """Every rule that touches a formula, with what comes of it, for the desks.

    An unknown list has no findings; that is no verdict, and `formula.status` says so. Rules to come are there
    with the day from which they hold.
    """
    knowledge = vocabulary.current()
    declared = judging.read_declared([formula.pk])[formula.pk]
    label = judging.read_label(formula, kind=product_kind, entries=knowledge.entries, declared=declared)
    return limits.judge_label(label, RuleBook(knowledge.legal_rules, on=on))


def kind_of(product: Product) -> str | None:
    """Where on the body a product goes, by its shelf or the nearest one above that says so."""
    return judging.nearest_kind(product.category.lineage, judging.read_kinds())


def products_under(rule: LegalRule) -> list[int]:
    """Ids of the products that a rule is about, or was until now: whoever changes it publishes them again."""
    about = Product.objects.filter(current_formula__ingredient_slugs__overlap=rule.ingredient_slugs)
    for one in rule.classes:
        about |= Product.objects.filter(current_formula__class_ranks__has_key=one)
    return sorted({*about.values_list("pk", flat=True), *rule.barriers.values_list("product_id", flat=True)})


def show_sale(judged: Judged, *, on: date) -> list[dict[str, Any]]:
    """For a product's page: per jurisdiction what it is there, and whether we may sell it there.

    `can_be_sold` is of that day; `until` is the day on which a barrier that we know of begins. `list` says
    how much of the label we understood: only of a list that was "read" silence means that nothing forbids it.
    """
    barriers = list(judged.barriers())
    return [
        _show_jurisdiction(judged, one, [row for row in barriers if row.jurisdiction == one], on)
        for one in Jurisdiction.values
    ]


def _show_jurisdiction(judged: Judged, jurisdiction: str, rows: list[Barrier], on: date) -> dict[str, Any]:
    begins = [row.from_on for row in rows if row.stops]
    can_be_sold = all(day is not None and day > on for day in begins)
    to_come = [day for day in begins if day is not None]
    return {
        "jurisdiction": jurisdiction,
        "regulatory_class": judged.class_in(jurisdiction),
        "can_be_sold": can_be_sold,
        "until": min(to_come).isoformat() if to_come and can_be_sold else None,
        "list": judged.list_is,
        "barriers": [
            {
                "reason": str(row.reason),
                "stops": row.stops,
                "words": row.words,
                "source": row.source,
                "since": row.from_on.isoformat() if row.from_on else None,
            }
            for row in rows
        ],
    }


def classes_of(product: Product, *, on: date) -> dict[str, str | None]:
    """What a product is to each jurisdiction (RegulatoryClass); None: nobody knows."""
    judged = judging.judge([product.pk], on=on)[product.pk]
    return {one: judged.class_in(one) for one in Jurisdiction.values}
