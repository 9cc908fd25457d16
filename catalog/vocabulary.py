"""What the house knows now, kept in memory until somebody changes it.

Thirty thousand names are read once a process, not once a label: the newest KnowledgeChange is the
version, and a process that holds an older one reads again.
"""

import threading
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection

from catalog import prepared
from catalog.inci import Entry, Vocabulary
from catalog.models import AdviceRule, ClaimRule, Ingredient, IngredientName, KnowledgeChange, LegalRule

LOCK = 0x4B4E_4F57  # any number that is nobody else's


@dataclass
class Knowledge:
    """Names, claims, laws and advice of one version, each read when it is first asked for."""

    version: int
    only_ours: bool = False

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Ingredients by slug."""
        rows = Ingredient.objects.order_by("id")
        if self.only_ours:
            rows = rows.exclude(origin=Ingredient.Origin.COSING)
        return {
            slug: Entry(slug=slug, name=name, classes=frozenset(classes))
            for slug, name, classes in rows.values_list("slug", "inci_name", "classes").iterator(5000)
        }

    @cached_property
    def names(self) -> Vocabulary:
        """Ingredients by every name that a label may give them."""
        rows = IngredientName.objects.order_by("id")
        if self.only_ours:
            rows = rows.exclude(origin=Ingredient.Origin.COSING)
        entries = self.entries
        pairs = rows.values_list("key", "ingredient__slug").iterator(5000)
        return Vocabulary({key: entries[slug] for key, slug in pairs if slug in entries})

    @cached_property
    def claim_rules(self) -> tuple[ClaimRule, ...]:
        return tuple(ClaimRule.objects.order_by("position", "slug"))

    @cached_property
    def legal_rules(self) -> tuple[LegalRule, ...]:
        return tuple(LegalRule.objects.order_by("slug"))

    @cached_property
    def advice_rules(self) -> tuple[AdviceRule, ...]:
        return tuple(AdviceRule.objects.order_by("slug"))


_guard = threading.Lock()
_held = Knowledge(version=-1)


def current() -> Knowledge:
    """What the house knows, as of this moment. One small statement when nothing has changed."""
    version = prepared.fetch_all("SELECT coalesce(max(id), 0) FROM catalog_knowledgechange", [])[0][0]
    return as_of(version)


def as_of(version: int) -> Knowledge:
    """The same for whoever has just read the version, along with something else."""
    global _held
    with _guard:
        if _held.version != version:
            _held = Knowledge(version)
        return _held


def ours_alone() -> Knowledge:
    """What the house knows without the EU's inventory: for measuring our own knowledge."""
    return Knowledge(version=current().version, only_ours=True)


def record_change(
    *, kind: KnowledgeChange.Kind, what: str, figures: dict[str, Any], by: Any, now: datetime
) -> KnowledgeChange:
    """The line in the diary by which every process learns that it must read again.

    Takes   `by`: whoever decided it; None for a command.
    Locks   the diary until the transaction ends: versions become visible in the order of their numbers.
    """
    lock_diary()
    return KnowledgeChange.objects.create(
        kind=kind, what=what[:300], figures=figures, made_by=by, made_at=now
    )


def lock_diary() -> None:
    """The diary of knowledge is ours until the transaction ends: nobody settles a name meanwhile."""
    assert connection.in_atomic_block, "lock_diary() joins its caller's transaction"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
