"""A look at a supplier's file: what lies there now, and how it would be read. Nothing is taken."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from catalog.feeds import reading, running
from catalog.feeds.columns import MEANT, BadLine, LineReader, ShelfLine, find_columns
from catalog.feeds.lines import BadFile, RawLine
from catalog.feeds.sources import Fetched, FetchFailed
from catalog.models import Feed, Lot, Variant

SHOWN = 20
PATIENCE_S = 25  # a person waits for it


@dataclass
class Look:
    """The first lines of a file as they stand there, and what each would be read as."""

    fetched: Fetched | None = None
    why: str = ""  # why it cannot be fetched or read
    columns: list[tuple[str, str]] = field(default_factory=list)  # what we need → the column that holds it
    header: list[str] = field(default_factory=list)
    lines: list[tuple[list[str], ShelfLine | BadLine, str]] = field(
        default_factory=list
    )  # with our word on it


def look_at_file(feed: Feed) -> Look:
    """What the feed's address gives, fetched now; also when it is as we had it."""
    look = Look()
    with TemporaryDirectory(prefix=running.FOLDER) as folder:
        file = Path(folder) / "file"
        try:
            look.fetched = running.fetch_file(feed, into=file, anew=True, total_s=PATIENCE_S)
            raws = list(islice(reading.open_lines(file, feed), SHOWN))
            look.header = list(dict.fromkeys(name for raw in raws for name in raw.cells))
            found = find_columns(feed.columns, look.header)
        except (FetchFailed, BadFile) as error:
            look.why = str(error)
            return look
    look.columns = [(words, found.get(meaning, "")) for meaning, words in MEANT.items()]
    read = [(raw, _read(LineReader(feed, found), raw)) for raw in raws]
    words = _compare([line for _, line in read if isinstance(line, ShelfLine)])
    for raw, line in read:
        cells = [raw.cells.get(name, "") for name in look.header]
        said = line.words if isinstance(line, BadLine) else words[line]
        look.lines.append((cells, line, said))
    return look


def _read(reader: LineReader, raw: RawLine) -> ShelfLine | BadLine:
    try:
        return reader.read(raw)
    except BadLine as bad:
        return bad


def _compare(lines: Sequence[ShelfLine]) -> dict[ShelfLine, str]:
    """What our books have of each, in words."""
    skus = set(Variant.objects.filter(sku__in={line.sku for line in lines}).values_list("sku", flat=True))
    rows = Lot.objects.filter(variant__sku__in=skus, location__code__in={line.location for line in lines})
    books = {
        (sku, place, code): (on_hand, reserved)
        for sku, place, code, on_hand, reserved in rows.values_list(
            "variant__sku", "location__code", "code", "on_hand", "reserved"
        )
    }
    told = {}
    for line in lines:
        known = books.get((line.sku, line.location, line.lot))
        if line.sku not in skus:
            told[line] = "We have no such SKU."
        elif known is not None:
            told[line] = f"Our books: {known[0]} there, {known[1]} of them promised."
        else:
            told[line] = "We have no such lot there." if line.lot else "No lot is named."
    return told
