"""The docs lead where they say: links, pictures, commands, decisions, and a reason for each dependency."""

import re
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
DOCS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
each = pytest.mark.parametrize("doc", DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))


@each
def test_every_link_and_picture_leads_somewhere(doc: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", doc.read_text()):
        if not target.startswith("http"):
            assert (doc.parent / target).exists(), target


@each
def test_every_command_that_is_named_exists(doc: Path) -> None:
    words = doc.read_text()
    habits = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`make ([a-z]+)", words)) <= habits
    assert set(re.findall(r"manage\.py ([a-z_]+)", words)) <= set(get_commands())
    for module in re.findall(r"python -m (dev[\w.]*)", words):
        assert (ROOT / module.replace(".", "/")).exists() or (
            ROOT / f"{module.replace('.', '/')}.py"
        ).exists()


def test_pictures_are_small_and_shown() -> None:
    shown = {target for doc in DOCS for target in re.findall(r"pictures/([\w-]+\.png)", doc.read_text())}
    kept = list((ROOT / "docs" / "pictures").iterdir())
    assert {picture.name for picture in kept} == shown
    assert all(picture.stat().st_size <= 150_000 for picture in kept)


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(decision.name[:4]) for decision in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
    for number, decision in zip(numbers, DECISIONS, strict=True):
        assert re.match(rf"# {number} [A-Z/]", decision.read_text()), decision.name


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    named = project["project"]["dependencies"] + groups["local"] + groups["test"]
    reasons = (ROOT / "docs" / "decisions" / "0010-dependencies.md").read_text()
    for requirement in named:
        name = re.match(r"[A-Za-z0-9-]+", requirement)
        assert name
        assert re.search(rf"\b{name[0]}\b", reasons), name[0]


def test_readme_and_introduction_tell_the_same_calls() -> None:
    def calls(words: str) -> set[str]:
        return set(re.findall(r"^\w+=\$\(curl .+$|^curl -sG? (?:-X PUT )?\S+", words, re.M))

    readme = calls((ROOT / "README.md").read_text())
    assert len(readme) == 10, "six that buy, four that ask why"
    assert readme <= calls((ROOT / "config" / "introduction.md").read_text())
