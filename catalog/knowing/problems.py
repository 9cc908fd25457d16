"""What is wrong with the files, all of it, each with its place."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

MOST_LISTED = 14
SHOWN_CHARS = 60


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, and where an editor finds it. Lines count from 1."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(eq=False)
class BadKnowledge(Exception):
    """The files contradict themselves, or what they must hold; nothing of them was loaded."""

    problems: list[Problem]

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


@dataclass(frozen=True)
class Page:
    """One file as it is read: where its problems are written down."""

    file: str
    problems: list[Problem]

    def tell(self, line: int, text: str) -> None:
        self.problems.append(Problem(self.file, line, text))


def name_choice(value: str, known: Collection[str], noun: str = "") -> str:
    """Why a value is refused: what it may be, or the nearest when the list is long."""
    if len(known) <= MOST_LISTED:
        return f"{shorten(value)} is not one of {', '.join(known)}"
    near = get_close_matches(value[:SHOWN_CHARS], known, n=1)
    return f"{shorten(value)} is no {noun}" + (f": {near[0]}?" if near else "")


def shorten(value: str) -> str:
    """A value on one line of a terminal."""
    shown = "".join(sign if sign.isprintable() else "�" for sign in value[:SHOWN_CHARS])
    return shown + ("…" if len(value) > SHOWN_CHARS else "")
