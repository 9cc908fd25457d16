"""What can stand between the names of a label and say what follows it."""

from typing import Literal, NamedTuple

MarkKind = Literal[
    "may_contain",
    "end_may_contain",
    "active",
    "inactive",
    "ingredients",
    "highlights",
    "heading",
    "code",
    "disclaimer",
    "drug_facts",
    "line",
    "noise",
]


class Mark(NamedTuple):
    """A stretch of the decoded text that says what follows it.

    The marks of small print have no length: a disclaimer's reaches to the end of its sentence, that of drug
    facts (“Purpose”, “Directions”) to the next heading over ingredients.
    """

    start: int
    end: int
    kind: MarkKind
