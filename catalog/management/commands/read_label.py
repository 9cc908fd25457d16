import json
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import inci, vocabulary
from catalog.importing import CannotRead
from catalog.importing.files import Row, read_table
from catalog.inci import Reading
from catalog.label_answer import LONGEST_LABEL, LabelTooLong, answer_label
from catalog.vocabulary import Knowledge

MOST_BYTES = 50_000_000
TABLES = {".csv", ".xlsx"}
COMMONEST = 20


class Command(BaseCommand):
    help = (
        "Reads the ingredients on a label and prints them as JSON. Without FILE it reads standard input. "
        "Of a table (.csv, .xlsx) it reads the column --column, one line of JSON a row."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, metavar="FILE", help="a label, or a table of labels"
        )
        parser.add_argument("--column", metavar="NAME", help="the table's column that holds the labels")
        _add_flag(parser, "--summary", "of a table: print figures, not the labels")
        _add_flag(parser, "--only-ours", "leave out the names that came from the EU's inventory")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path | None = options["file"]
        content = _read(file)
        knowledge = vocabulary.ours_alone() if options["only_ours"] else vocabulary.current()
        if file is None or file.suffix.lower() not in TABLES:
            self.stdout.write(json.dumps(_answer(_decode(content), knowledge), ensure_ascii=False, indent=2))
            return
        labels = _list_labels(content, options["column"])
        if options["summary"]:
            self.stdout.write(_summarise([text for _, text in labels], knowledge))
            return
        for line, text in labels:
            self.stdout.write(json.dumps({"line": line, **_answer(text, knowledge)}, ensure_ascii=False))


def _add_flag(parser: ArgumentParser, name: str, words: str) -> None:
    parser.add_argument(name, action="store_true", help=words)


def _read(file: Path | None) -> bytes:
    try:
        if file is None:
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with file.open("rb") as stream:
                content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise CommandError(f"The file has more than {MOST_BYTES:,} bytes.")
    if not content.strip():
        raise CommandError("The file is empty.")
    return content


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(
            f"Byte {error.start + 1} is not UTF-8: save the text as UTF-8 and try again."
        ) from None
    if len(text) > LONGEST_LABEL:
        raise CommandError(
            f"The text has {len(text):,} characters; no label has more than {LONGEST_LABEL:,}."
        )
    return text


def _list_labels(content: bytes, column: str | None) -> list[tuple[int, str]]:
    """(line, text) of every row in the table's column."""
    try:
        table = read_table(content)
    except CannotRead as error:
        raise CommandError(str(error)) from None
    names = [name.casefold() for name in table.header]
    if column is None or column.casefold() not in names:
        missing = "Say which column holds the labels" if column is None else f"There is no column “{column}”"
        raise CommandError(f"{missing}. The columns are: {', '.join(table.header)}.")
    place = names.index(column.casefold())
    return [(row.line, _cell(row, place)) for row in table.rows]


def _cell(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _answer(text: str, knowledge: Knowledge) -> dict[str, Any]:
    try:
        return answer_label(text, knowledge)
    except LabelTooLong as refused:
        reason = f"The text has more than {refused.most:,} characters, which no label has."
        return {"status": "unknown", "reason": reason, "formulas": [], "notes": []}


@dataclass
class Figures:
    """What reading many labels came to."""

    rows: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    tokens: int = 0
    unresolved: Counter[str] = field(default_factory=Counter)

    def add(self, reading: Reading) -> None:
        self.rows += 1
        if reading.status == "unknown":
            self.unknown[reading.reason] += 1
        for part in reading.formulas:
            self.tokens += len(part.ingredients) + len(part.may_contain)
            self.unresolved.update(" ".join(item.text.split()) for item in part.unresolved)

    def lines(self, seconds: float) -> Iterator[str]:
        resolved = self.tokens - self.unresolved.total()
        share = 100 * resolved / self.tokens if self.tokens else 0
        yield f"rows {self.rows:,}"
        yield f"unknown {self.unknown.total():,}"
        yield from (f"  {count:>6,}  {reason}" for reason, count in self.unknown.most_common())
        yield f"tokens {self.tokens:,}"
        yield f"resolved {resolved:,} ({share:.2f} %)"
        yield f"labels/s {self.rows / max(seconds, 1e-6):,.0f} (reading alone, one core)"
        yield "commonest unresolved:"
        yield from (f"  {count:>6,}  {text}" for text, count in self.unresolved.most_common(COMMONEST))


def _summarise(texts: Sequence[str], knowledge: Knowledge) -> str:
    names = knowledge.names  # read before the clock runs
    figures = Figures()
    begun = time.process_time()
    readings = [inci.read_label(text, names) for text in texts]
    seconds = time.process_time() - begun
    for reading in readings:
        figures.add(reading)
    return "\n".join(figures.lines(seconds))
