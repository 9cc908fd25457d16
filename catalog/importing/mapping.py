"""Other people's columns: a TOML file that says which of theirs is which of ours.

[sku]
column = "url"              # their heading
match = '(P\\d+)$'           # a regular expression; its first group (or all of it) is the value

[concerns]
column = "skincare_concerns"
split = ',\\s*(?:and )?'     # parts, joined by | for us
replace = { "Rednes" = "Redness" }   # whole values or parts, whatever their case

[published]
value = "yes"               # the same for every row
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.importing.guarding import tidy
from catalog.importing.reports import BadCell


@dataclass(eq=False)
class BadMapping(Exception):
    """The mapping file cannot be followed."""

    why: str

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True)
class Rule:
    """How one of our columns is made from one of theirs, or from nothing."""

    column: str = ""
    value: str = ""
    match: re.Pattern[str] | None = None
    split: re.Pattern[str] | None = None
    replace: Mapping[str, str] = field(default_factory=dict)

    def apply(self, cell: str) -> str:
        """Our cell. Raises BadCell when `match` finds nothing in a cell that is not empty."""
        if not self.column:
            return self.value
        if self.match and cell:
            found = self.match.search(cell)
            if found is None:
                raise BadCell(f"does not match {self.match.pattern}")
            cell = found[1] if self.match.groups else found[0]
        parts = self.split.split(cell) if self.split else [cell]
        swapped = [self.replace.get(part.casefold(), part) for part in (tidy(part or "") for part in parts)]
        return "|".join(part for part in swapped if part)


def read_mapping(text: str, *, known: Collection[str]) -> dict[str, Rule]:
    """{our column: rule}. A price column of any currency is known too.

    Raises  BadMapping.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"The mapping is not valid TOML: {error}") from None
    for name in tables:
        if name not in known and not name.startswith("price_"):
            raise BadMapping(f"[{name}] is none of our columns: {', '.join(known)}, price_eur …")
    return {name: _read_rule(name, table) for name, table in tables.items()}


def _read_rule(name: str, table: Any) -> Rule:
    if not isinstance(table, dict):
        raise BadMapping(f"{name} must be a table: [{name}]")
    unknown = set(table) - {"column", "value", "match", "split", "replace"}
    if unknown:
        raise BadMapping(f"[{name}] has no setting “{min(unknown)}”.")
    replace = table.get("replace", {})
    texts = [value for key, value in table.items() if key != "replace"]
    if not isinstance(replace, dict) or not all(
        isinstance(text, str) for text in [*texts, *replace.values()]
    ):
        raise BadMapping(f"[{name}]: every setting is a text; replace is a table of texts.")
    if ("column" in table) == ("value" in table):
        raise BadMapping(f"[{name}] needs either column or value.")
    return Rule(
        column=table.get("column", ""),
        value=table.get("value", ""),
        match=_compile(name, table.get("match")),
        split=_compile(name, table.get("split")),
        replace={key.casefold(): value for key, value in replace.items()},
    )


def _compile(name: str, pattern: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern) if pattern else None
    except re.error as error:
        raise BadMapping(f"[{name}]: {pattern} is no regular expression: {error}") from None
