"""All that is asked of the books after a trial: our own SQL, and the shop's own audit."""

from __future__ import annotations

from dev.demo.supervisor import ROOT
from tests.trials import truth
from tests.trials.premises import manage
from tests.trials.shop import Shop


def find_violations(shop: Shop) -> list[str]:
    """One sentence per broken rule; empty when both find nothing."""
    broken = truth.find_violations(shop.database)
    if list(ROOT.glob("*/management/commands/audit.py")):
        try:
            manage(shop.environment(), "audit", "stock")
        except RuntimeError as said:
            broken.append(str(said))
    return broken
