"""YAML as a tree that remembers its lines. Texts stay as written: what they mean, their field decides.

Only plain YAML is read: no anchors and aliases (a few of them can mean gigabytes), no tags, no merging,
one document a file. The tree is built from the parser's events, so nothing is ever expanded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from catalog.knowing.problems import Page, shorten

MOST_BYTES = 5_000_000
DEEPEST = 8  # a statement's list of a guide's statements is at 4
EVENTS = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is ten times as fast


@dataclass(frozen=True)
class Text:
    """A single value as written. `plain`: without quotation marks, so it may be a number or nothing."""

    line: int
    text: str
    plain: bool


@dataclass(frozen=True)
class Items:
    """A list."""

    line: int
    items: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Pairs:
    """Keys and what they hold; `lines` says where each key stands."""

    line: int
    pairs: dict[str, "Node"] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


Node = Text | Items | Pairs


@dataclass(eq=False)
class _Unreadable(Exception):
    """The file ends here for us."""

    line: int
    text: str


def read_document(path: Path, page: Page) -> Pairs | None:
    """The keys of a file, or None when it cannot be read, which its page then says."""
    try:
        text = _read_text(path)
        return _Builder(yaml.parse(text, Loader=EVENTS), page).build_document()
    except _Unreadable as error:
        page.tell(error.line, error.text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        page.tell(mark.line + 1 if mark else 1, f"is not YAML: {error.problem or error.context}")
    except yaml.YAMLError as error:
        page.tell(1, f"is not YAML: {shorten(str(error).splitlines()[0])}")
    return None


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise _Unreadable(1, f"cannot be opened: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise _Unreadable(1, f"has more than {MOST_BYTES:,} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before: bytes = error.object[: error.start]
        raise _Unreadable(
            before.count(b"\n") + 1, f"is not UTF-8: byte 0x{error.object[error.start]:02X}"
        ) from None
    for number, line in enumerate(text.split("\n"), 1):
        bad = next((sign for sign in line if (sign < " " and sign not in "\t\r") or sign == "\x7f"), None)
        if bad is not None:
            raise _Unreadable(number, f"holds a control character (0x{ord(bad):02X})")
    return text


@dataclass
class _Builder:
    """The tree of one file, out of the parser's events."""

    events: Iterator[Any]
    page: Page

    def build_document(self) -> Pairs:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise _Unreadable(_line_of(event), "begins a second document: one a file")
                root = self.build_node(next(self.events), 1)
        if root is None or is_nothing(root):
            raise _Unreadable(1, "is empty")
        if not isinstance(root, Pairs):
            raise _Unreadable(root.line, "does not begin with keys, such as kind: law")
        return root

    def build_node(self, event: Any, depth: int) -> Node:
        line = _line_of(event)
        if event.anchor is not None:
            raise _Unreadable(line, f"has an anchor or alias ({shorten(event.anchor)}): write it out")
        if event.tag is not None:
            raise _Unreadable(line, f"has a tag ({shorten(event.tag)}): only plain YAML is read")
        if isinstance(event, yaml.ScalarEvent):
            return Text(line, event.value, plain=not event.style)
        if depth > DEEPEST:
            raise _Unreadable(line, f"is nested more than {DEEPEST} deep")
        if isinstance(event, yaml.MappingStartEvent):
            return self.build_pairs(line, depth)
        items = Items(line)
        for inner in self.events:
            if isinstance(inner, yaml.SequenceEndEvent):
                break
            items.items.append(self.build_node(inner, depth + 1))
        return items

    def build_pairs(self, line: int, depth: int) -> Pairs:
        found = Pairs(line)
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.build_node(event, depth + 1)
            if not isinstance(key, Text):
                raise _Unreadable(key.line, "has a key that is no word")
            value = self.build_node(next(self.events), depth + 1)
            if key.text in found.lines:
                self.page.tell(
                    key.line, f"{shorten(key.text)}: stands on line {found.lines[key.text]} already"
                )
                continue
            found.lines[key.text], found.pairs[key.text] = key.line, value
        return found


def is_nothing(node: Node) -> bool:
    """Whether nobody wrote a value: “source:” with nothing behind it, or ~."""
    return isinstance(node, Text) and node.plain and node.text in ("", "~", "null")


def _line_of(event: Any) -> int:
    return int(event.start_mark.line) + 1
