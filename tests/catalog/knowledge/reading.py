"""The knowledge as it is written: each file as plain YAML, without a database."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[3] / "catalog" / "knowledge"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast


@cache
def read_all() -> list[dict[str, Any]]:
    found = []
    for path in sorted(FOLDER.rglob("*.yaml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
        found.append(document | {"file": path.relative_to(FOLDER).as_posix()})
    return found


def read_files(kind: str) -> list[dict[str, Any]]:
    """The documents of one kind, each with the name of its file."""
    found = [document for document in read_all() if document["kind"] == kind]
    assert found, f"no {kind} in {FOLDER}"
    return found


def read_rows(kind: str) -> list[dict[str, Any]]:
    return [row for document in read_files(kind) for row in document["rows"]]


def read_facts() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every medical or legal fact with its place, the reviewer of its file filled in."""
    for kind, key in (
        ("law", "rows"),
        ("advice", "rows"),
        ("concern", "statements"),
        ("guide", "statements"),
        ("ingredient_facts", "rows"),
    ):
        for document in read_files(kind):
            review = {name: document.get(name) for name in ("reviewed_by", "reviewed_on")}
            for number, fact in enumerate(document[key], 1):
                place = fact.get("slug") or f"statement {number}"
                yield f"{document['file']}: {place}", review | fact


def read_sentences() -> Iterator[tuple[str, str, str]]:
    """(place, grade, sentence) of all that a customer may read."""
    for place, fact in read_facts():
        for name in ("words", "other_view", "text", "heading", "label_text"):
            if fact.get(name):
                yield place, fact["grade"], fact[name]
    for kind, names in (("concern", ("name", "one_line")), ("guide", ("title", "summary"))):
        for document in read_files(kind):
            for name in names:
                yield document["file"], "", document[name]
    for claim in read_rows("claims"):
        yield claim["slug"], "", claim["name"]
