"""Cells that come back as they went out, and that no spreadsheet runs on the way."""

import re
import unicodedata

# What a spreadsheet takes for the begin of a formula, behind any apostrophes.
RUNS = re.compile(r"'*[=+\-@\t\r]")


def protect(cell: str) -> str:
    """A cell that no spreadsheet runs: with an apostrophe in front when it would."""
    return f"'{cell}" if RUNS.match(cell) else cell


def unprotect(cell: str) -> str:
    """A cell without the apostrophe that `protect` has put there."""
    return cell[1:] if cell.startswith("'") and RUNS.match(cell[1:]) else cell


def tidy(cell: str) -> str:
    """A cell without the space around it, lines ended by \\n, letters composed."""
    return unicodedata.normalize("NFC", cell.replace("\r\n", "\n").replace("\r", "\n")).strip(" \t\n\xa0")


def as_cell(text: str, *, lines: bool = False) -> str:
    """Any text as a cell that is read back as itself: tidy, and no control signs but line ends."""
    kept = "\n" if lines else ""
    calm = "".join(
        sign if sign.isprintable() or sign in kept or unicodedata.category(sign) != "Cc" else " "
        for sign in tidy(text)
    )
    return calm.strip()
