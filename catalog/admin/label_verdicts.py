"""What the flags and the law say of a label, as the label desk shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.limits import Finding
from catalog.models import Formula, Jurisdiction
from catalog.vocabulary import Knowledge

Chapter = tuple[str, Sequence[dict[str, Any]]]  # a jurisdiction, and what its rules say

OUTCOMES = {
    "prohibited": ("Prohibited", "danger"),
    "over": ("Above the limit", "danger"),
    "undeclared": ("Ask the supplier", "warning"),
    "classifies": ("Decides the class", "info"),
    "label_duty": ("Must be on the label", "warning"),
    "fine": ("Within the rule", "success"),
}
ANSWERS = {"yes": ("Yes", "success"), "no": ("No", "plain"), "unknown": ("Unknown", "warning")}


@dataclass(frozen=True)
class Flag:
    name: str
    answer: str
    tone: str
    because: Sequence[str]

    @property
    def is_known(self) -> bool:
        return self.answer != ANSWERS["unknown"][0]


def show_flags(made: Formula, knowledge: Knowledge) -> list[Flag]:
    return [
        Flag(rule.name, *ANSWERS[made.claims[rule.slug]["answer"]], made.claims[rule.slug]["because"])
        for rule in knowledge.claim_rules
    ]


def show_law(findings: Sequence[Finding], about: dict[str, int], *, on: date) -> list[Chapter]:
    """For each jurisdiction what its rules say, the worst first."""
    order = list(OUTCOMES)
    ranked = sorted(findings, key=lambda finding: (order.index(finding.outcome), finding.rule.slug))
    return [
        (
            str(one.label),
            [_show_finding(finding, about, on) for finding in ranked if finding.rule.jurisdiction == one],
        )
        for one in Jurisdiction
    ]


def _show_finding(finding: Finding, about: dict[str, int], on: date) -> dict[str, Any]:
    """Takes   `about`: ids of ingredients by slug, for the paper that a supplier owes."""
    word, tone = OUTCOMES[finding.outcome]
    asked = [about[one.slug] for one in finding.substances if one.percent is None and one.slug in about]
    return {
        "asks": asked[0] if asked and finding.outcome == "undeclared" else None,
        "word": word,
        "tone": tone,
        "words": finding.words,
        "names": [substance.name for substance in finding.substances],
        "from_on": finding.from_on,
        "since": finding.from_on is None or finding.from_on <= on,
        "stops": finding.stops,
        "rule": finding.rule,
    }
