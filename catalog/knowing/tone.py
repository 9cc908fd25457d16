"""What the files say to customers is held against the words that nobody may say, each on its line."""

from collections.abc import Iterable, Set

from catalog import saying
from catalog.knowing.rows import Collection, Row
from catalog.saying import Leave


def check_tone(found: Collection) -> None:
    """Nothing; a forbidden word is told on its page. What the law wants on a label is not ours to word."""
    for row in found.rows["law"]:
        _hold(row, ["words"], saying.grant(grade=_read(row, "grade")))
    for row in found.rows["advice"]:
        _hold(row, ["words", "other_view"], saying.grant(grade=_read(row, "grade")))
    for row in found.rows["ingredient_facts"]:
        _hold_statement(row, of="ingredient")
    for row in found.rows["concern"]:
        _hold(row, ["one_line"], {Leave.CONDITION})
        for said in row.statements:
            _hold_statement(said, of="concern")
    for row in found.rows["guide"]:
        sells = row["sells"] is not False
        _hold(row, ["title", "summary"], saying.grant_guide(sells=sells))
        for said in row.statements:
            _hold_statement(said, of="guide", sells=sells)


def _hold_statement(row: Row, *, of: str, sells: bool = True) -> None:
    granted = saying.grant_statement(
        kind=_read(row, "kind"),
        grade=_read(row, "grade"),
        about_class=row["class"],
        of=of,
        sells=sells,
    )
    _hold(row, ["heading", "text"], granted)


def _hold(row: Row, fields: Iterable[str], granted: Set[Leave]) -> None:
    for name in fields:
        for why in saying.find_unsayable(_read(row, name), granted):
            row.tell(name, why)


def _read(row: Row, name: str) -> str:
    """The field's text; what could not be read says nothing, and was told already."""
    return row[name] or ""
