"""What an import says afterwards."""

from dataclasses import dataclass, field

SHOWN_CHARS = 60


@dataclass(eq=False)
class CannotRead(Exception):
    """The file as a whole is no use; nothing of it was imported."""

    why: str
    line: int | None = None

    def __str__(self) -> str:
        return f"Line {self.line}: {self.why}" if self.line else self.why


@dataclass(eq=False)
class AnotherImport(Exception):
    """Another import has held the catalogue for too long; try again when it is done."""


@dataclass(eq=False)
class BadCell(Exception):
    """A cell holds something that its column cannot mean."""

    why: str


@dataclass(frozen=True, order=True)
class Refused:
    """One bad cell. Nothing of its row was written."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, order=True)
class Note:
    """Something that a person may want to look at; the row was imported."""

    line: int
    column: str
    value: str
    text: str


@dataclass
class Report:
    """How an import went. Every row of the file is counted in exactly one of the four."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused_rows: int = 0
    refused: list[Refused] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    dry_run: bool = False

    def refuse(self, line: int, column: str, value: str, reason: str) -> None:
        self.refused.append(Refused(line, column, shorten(value), reason))

    def note(self, line: int, column: str, value: str, text: str) -> None:
        self.notes.append(Note(line, column, shorten(value), text))

    def add(self, part: "Report") -> None:
        """Count a batch in. A brand that was made in one is not made again in the next."""
        self.created += part.created
        self.changed += part.changed
        self.unchanged += part.unchanged
        self.refused_rows += part.refused_rows
        self.refused += part.refused
        known = {(note.column, note.value.casefold()) for note in self.notes}
        self.notes += [note for note in part.notes if (note.column, note.value.casefold()) not in known]

    def summary(self) -> str:
        verb = "would be " if self.dry_run else ""
        return (
            f"{self.rows} rows: {verb}{self.created} new, {self.changed} changed, "
            f"{self.unchanged} unchanged, {self.refused_rows} refused"
        )


def shorten(value: str) -> str:
    """A cell as it can be shown on one line of a terminal: no line breaks, no control characters."""
    shown = "".join(
        sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in value[: SHOWN_CHARS + 1]
    )
    return shown if len(value) <= SHOWN_CHARS else f"{shown[:SHOWN_CHARS]}…"
