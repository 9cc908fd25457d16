"""Rules that a curator writes: what follows for the products that they are about, and how a rule ends."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from catalog import history, law, publishing, vocabulary
from catalog.models import AdviceRule, KnowledgeChange, LegalRule, Product

AT_ONCE = 500  # products judged and published in the transaction of a decision; the rest by `publish_pages`


@dataclass(frozen=True)
class Enacted:
    """How many products were judged and published with the rule as it is now, and how many wait for it."""

    products: int
    left: int


def products_about(rule: LegalRule | AdviceRule) -> set[int]:
    """Ids of the products whose pages a rule speaks of, as it reads now."""
    if isinstance(rule, LegalRule):
        return set(law.products_under(rule))
    about = Q(current_formula__class_ranks__has_key=rule.first)
    if rule.second:
        about |= Q(current_formula__class_ranks__has_key=rule.second)
    return set(Product.objects.filter(about).values_list("pk", flat=True))


def enact(
    *, rule: LegalRule | AdviceRule, before: Collection[int] = (), what: str, by: Any, now: datetime
) -> Enacted:
    """After a rule was written: everybody learns it, and the products that it is about are judged again.

    Joins the transaction in which it was written.
    Takes   `before`: products that it was about until now.
    Writes  KnowledgeChange, Barrier, PublishedPage.
    """
    return enact_all(written=[(rule, before)], what=what, by=by, now=now)


def enact_all(
    *, written: Sequence[tuple[LegalRule | AdviceRule, Collection[int]]], what: str, by: Any, now: datetime
) -> Enacted:
    """After several rules were written at once: each is a line in the diary, each product is judged once.

    Joins the transaction in which they were written.
    Takes   `written`: each rule, and the products that it was about until now.
    Writes  KnowledgeChange, Barrier, PublishedPage.
    """
    assert connection.in_atomic_block, "enact_all() joins its caller's transaction"
    about = {rule.slug: products_about(rule) | set(before) for rule, before in written}
    products = sorted(set().union(*about.values()))
    step, left = products[:AT_ONCE], len(products[AT_ONCE:])
    for slug, ids in about.items():
        judged = len(ids.intersection(step))
        vocabulary.record_change(
            kind=KnowledgeChange.Kind.DESK,
            what=f"{slug}: {what}",
            figures={"products": judged, "left": len(ids) - judged},
            by=by,
            now=now,
        )
    publishing.publish_products(product_ids=step, now=now)
    return Enacted(len(step), left)


def retire_rules(
    *, model: type[LegalRule] | type[AdviceRule], ids: Collection[int], by: Any, now: datetime
) -> Enacted:
    """From today these rules count no more; they stay to be read. What is retired keeps its day.

    Writes  LegalRule or AdviceRule, KnowledgeChange, Barrier, PublishedPage.
    """
    products = left = 0
    with transaction.atomic(durable=True):
        history.act_as(by)
        rules = model._default_manager.filter(pk__in=ids, retired_on=None).order_by("id").select_for_update()
        for rule in rules:
            before = products_about(rule)
            rule.retired_on = now.date()
            rule.save(update_fields=["retired_on"])
            enacted = enact(rule=rule, before=before, what="retired", by=by, now=now)
            products, left = products + enacted.products, left + enacted.left
    return Enacted(products, left)
