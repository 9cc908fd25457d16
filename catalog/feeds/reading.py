"""From a supplier's file to lines on disk: read once, each line judged by itself."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from catalog.feeds import csv_lines, json_lines, xlsx_lines
from catalog.feeds.columns import BadLine, LineReader, ShelfLine, find_columns
from catalog.feeds.diary import Tally
from catalog.feeds.lines import RawLine
from catalog.feeds.scratch import Scratch
from catalog.models import Feed

PEEKED = 100  # lines of a JSON file whose names make its header: an object leaves out what it does not know
ENCODINGS = {Feed.Encoding.UTF8: "utf-8", Feed.Encoding.CP1252: "cp1252"}


def open_lines(path: Path, feed: Feed) -> Iterator[RawLine]:
    """The lines of the file, one at a time. Raises BadFile, also in the middle."""
    if feed.format == Feed.Format.CSV:
        return csv_lines.read_lines(path, encoding=ENCODINGS[Feed.Encoding(feed.encoding)])
    read = xlsx_lines.read_lines if feed.format == Feed.Format.XLSX else json_lines.read_lines
    return read(path)


def read_file(path: Path, feed: Feed, *, scratch: Scratch, tally: Tally) -> None:
    """Every good line of the file lies in `scratch`; bad ones and repeated ones are refused in `tally`.

    Raises  BadFile: the file as a whole is no use.
    """
    scratch.write_lines(read_shelves(open_lines(path, feed), feed, tally))
    scratch.part_repeats()
    for batch in scratch.read_twice():
        for line in batch:
            words = "Another line speaks of the same shelf: nobody can tell which of them is right."
            tally.refuse(BadLine(line.line, "repeated", words, line.sku, line.lot))


def read_shelves(raws: Iterator[RawLine], feed: Feed, tally: Tally) -> Iterator[ShelfLine]:
    """What the good lines say. Raises BadFile."""
    first = list(islice(raws, PEEKED))
    header = dict.fromkeys(name for raw in first for name in raw.cells)
    reader = LineReader(feed, find_columns(feed.columns, header))
    for raw in chain(first, raws):
        tally.rows_read += 1
        try:
            yield reader.read(raw)
        except BadLine as bad:
            tally.refuse(bad)
