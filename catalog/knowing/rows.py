"""Rows out of files: every field read, every fact with its reviewer, every row consistent in itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from catalog.knowing import documents
from catalog.knowing.documents import Items, Pairs, is_nothing
from catalog.knowing.fields import Field, choice
from catalog.knowing.problems import Page, Problem, name_choice, shorten
from catalog.knowing.sense import refuse_nonsense
from catalog.knowing.shapes import REVIEW, SHAPES, STATEMENT


@dataclass(frozen=True, eq=False)
class Row:
    """One row: what its fields mean and on which lines they stand."""

    page: Page
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int]
    statements: list["Row"] = field(default_factory=list)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def tell(self, name: str, text: str) -> None:
        self.page.tell(self.lines.get(name, self.line), f"{name}: {text}")


@dataclass
class Collection:
    """Everything that the files say, by kind, in the order of the files; `sha256` is that of all of them."""

    sha256: str
    rows: dict[str, list[Row]] = field(default_factory=lambda: {kind: [] for kind in SHAPES})
    problems: list[Problem] = field(default_factory=list)

    def facts(self) -> Iterable[Row]:
        """Every row that is a medical or legal statement."""
        for kind, shape in SHAPES.items():
            for row in self.rows[kind]:
                yield from [row] if shape.is_fact else row.statements


def read_folder(folder: Path, *, name: str, today: date) -> Collection:
    """The rows of every YAML file under a folder; `problems` says what is wrong with them.

    Takes   `name`: what the folder is called in problems.
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml") and path.is_file())
    digest = sha256()
    found = Collection("")
    for path in files:
        page = Page(f"{name}/{path.relative_to(folder).as_posix()}", found.problems)
        document = documents.read_document(path, page)
        if document is not None:
            digest.update(f"{page.file}\0".encode() + path.read_bytes())
            _read_file(document, page, found, today)
    if not files:
        found.problems.append(Problem(name, 1, "holds no YAML file"))
    found.sha256 = digest.hexdigest()
    return found


def _read_file(document: Pairs, page: Page, found: Collection, today: date) -> None:
    kind = document.pairs.get("kind")
    if kind is None:
        page.tell(document.line, f"kind: is missing: one of {', '.join(SHAPES)}")
        return
    name = choice(SHAPES)(kind, lambda line, text: page.tell(line, f"kind: {text}"))
    if name is None:
        return
    reader = _Reader(page, today, _read_review(document, page, today), set(document.lines) & set(REVIEW))
    shape = SHAPES[name]
    if shape.one_per_file:
        row = reader.read_row(document, shape.fields, beside=["kind", *REVIEW, "statements"], rules=name)
        row.statements.extend(reader.read_rows(document, "statements", STATEMENT, is_fact=True, rules=""))
        found.rows[name].append(row)
        return
    for key in document.pairs.keys() - {"kind", "rows", *REVIEW}:
        page.tell(
            document.lines[key], f"{shorten(key)}: is unknown here; rows have {', '.join(shape.fields)}"
        )
    rows = reader.read_rows(document, "rows", shape.fields, is_fact=shape.is_fact, rules=name)
    found.rows[name].extend(rows)


def _read_review(document: Pairs, page: Page, today: date) -> dict[str, Any]:
    """Who reviewed the file's rows, unless a row says otherwise."""
    given = {key: document.pairs[key] for key in REVIEW if key in document.pairs}
    only = Pairs(document.line, given, document.lines)
    return _read_fields(only, REVIEW, page, today)


@dataclass(frozen=True)
class _Reader:
    """Rows of one file."""

    page: Page
    today: date
    review: Mapping[str, Any]
    reviewed_at_the_top: set[str]

    def read_rows(
        self, document: Pairs, key: str, fields: Mapping[str, Field], *, is_fact: bool, rules: str
    ) -> list[Row]:
        held = document.pairs.get(key)
        if held is None or is_nothing(held):
            self.page.tell(document.lines.get(key, document.line), f"{key}: is missing")
            return []
        if not isinstance(held, Items):
            self.page.tell(held.line, f"{key}: is no list of rows")
            return []
        rows = []
        for item in held.items:
            if isinstance(item, Pairs):
                rows.append(self.read_row(item, fields, is_fact=is_fact, rules=rules))
            else:
                self.page.tell(item.line, f"{key}: holds something that has no fields")
        return rows

    def read_row(
        self,
        pairs: Pairs,
        fields: Mapping[str, Field],
        *,
        beside: Iterable[str] = (),
        is_fact: bool = False,
        rules: str,
    ) -> Row:
        for key in pairs.pairs.keys() - fields.keys() - set(beside):
            self.page.tell(
                pairs.lines[key], f"{shorten(key)}: {name_choice(key, list(fields), 'field here')}"
            )
        values = _read_fields(pairs, fields, self.page, self.today)
        row = Row(self.page, pairs.line, values, pairs.lines)
        if is_fact:
            self._add_review(row, values)
        refuse_nonsense(rules, row)
        return row

    def _add_review(self, row: Row, values: dict[str, Any]) -> None:
        for key in REVIEW:
            if key not in row.lines:
                values[key] = self.review[key]
                if key not in self.reviewed_at_the_top:
                    row.tell(key, "is missing, here and at the top of the file")


def _read_fields(pairs: Pairs, fields: Mapping[str, Field], page: Page, today: date) -> dict[str, Any]:
    """The values of a row's fields; one that could not be read is None."""
    values: dict[str, Any] = {}
    for name, wanted in fields.items():
        node = pairs.pairs.get(name)
        if node is None:
            values[name] = wanted.empty
            if wanted.needed:
                page.tell(pairs.line, f"{name}: is missing")
        elif is_nothing(node):
            values[name] = None
            page.tell(node.line, f"{name}: is missing: leave the key out, or fill it")
        else:
            values[name] = wanted.read(node, _teller(page, name))
        if name == "reviewed_on" and values[name] is not None and values[name] > today:
            page.tell(pairs.lines[name], f"{name}: {values[name]} is in the future")
    return values


def _teller(page: Page, name: str) -> Callable[[int, str], None]:
    return lambda line, text: page.tell(line, f"{name}: {text}")
