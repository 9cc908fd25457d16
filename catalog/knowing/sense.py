"""What the fields of one row must be to each other. The database says the same, but not on which line."""

from collections.abc import Callable
from typing import Protocol


class Row(Protocol):
    def __getitem__(self, name: str) -> object: ...

    def tell(self, name: str, text: str) -> None: ...


def refuse_nonsense(kind: str, row: Row) -> None:
    """Nothing; what contradicts itself is told on the row's page. What could not be read is passed over."""
    if kind in RULES:
        RULES[kind](row)


def _weigh_law(row: Row) -> None:
    sort = row["sort"]
    if not row["ingredients"] and not row["classes"] and None not in (row["ingredients"], row["classes"]):
        row.tell("ingredients", "is missing: name ingredients, or classes")
    for field, sorts, needed in (
        ("max_percent", ("restricted",), True),
        ("regulatory_class", ("classifies",), True),
        ("label_text", ("label_duty", "restricted"), sort == "label_duty"),
        ("without_declaration", ("restricted",), False),
        ("counted_as", ("restricted",), False),
        ("label_above_percent", ("label_duty",), False),
    ):
        _belongs(row, field, here=sort in sorts, needed=needed, where=f"sort: {sort}")
    placing, available = row["valid_from_placing"], row["valid_from_available"]
    if placing and available and str(available) < str(placing):
        row.tell("valid_from_available", f"{available} is before valid_from_placing, {placing}")


def _weigh_advice(row: Row) -> None:
    when = row["when"]
    for field, whens in (("second", ("together", "without")), ("within_first", ("high_in_list",))):
        _belongs(row, field, here=when in whens, needed=True, where=f"when: {when}")
    if row["second"] and row["second"] == row["first"]:
        row.tell("second", "is the first class again: that is when: twice")


def _weigh_claim(row: Row) -> None:
    if row["absent"] is None or row["present"] is None:
        return
    if not row["absent"] and not row["present"]:
        row.tell("absent", "is missing: a claim follows from classes that are absent or present")
    for field in ("free_from", "unsure"):
        if row[field] and not row["absent"]:
            row.tell(field, "says nothing without absent")


def _belongs(row: Row, field: str, *, here: bool, needed: bool, where: str) -> None:
    if where.endswith(": None"):
        return  # told already
    if row[field] and not here:
        row.tell(field, f"has no meaning with {where}")
    elif here and needed and not row[field] and not _was_told(row, field):
        row.tell(field, f"is missing, with {where}")


def _was_told(row: Row, field: str) -> bool:
    return field in getattr(row, "lines", ())


RULES: dict[str, Callable[[Row], None]] = {
    "law": _weigh_law,
    "advice": _weigh_advice,
    "claims": _weigh_claim,
}
