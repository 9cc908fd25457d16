"""Rules for words and sizes: what things may be called, how long they may be, what no file says."""

import ast
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    if name and (ROOT / name).is_file()
]
TOWER = ("catalog", "orders", "payments", "shop", "config")
CODE = [path for path in TRACKED if path.suffix == ".py" and "migrations" not in path.parts]
OURS = [path for path in CODE if path.relative_to(ROOT).parts[0] in (*TOWER, "dev")]
VERBS = [path for path in OURS if path.relative_to(ROOT).parts[0] in TOWER]
TEXTS = [
    path
    for path in TRACKED
    if path.suffix not in {".webp", ".png", ".jpg", ".ico", ".woff2", ".xlsx", ".pdf", ".zip"}
]

MOST_LINES, MOST_LINES_OF_A_FUNCTION = 250, 40
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS = {
    "orders/placing.py:draw_up_order": "checks everything, then writes: the checks stand together on purpose",
    "shop/showing.py:show_order": "the shape of an answer, field by field",
}
BANNED = {
    "service",
    "services",
    "manager",
    "helper",
    "helpers",
    "util",
    "utils",
    "common",
    "core",
    "base",
    "handler",
    "processor",
    "data",
    "info",
    "misc",
}
BANNED_STARTS = ("do_", "handle_", "process_", "get_data", "set_data")
PRESCRIBED = {
    "base": "Django looks for a database engine in a file of that name",
    "handle_starttag": "Python calls whoever reads HTML so",
    "handle_endtag": "Python calls whoever reads HTML so",
    "handle_data": "Python calls whoever reads HTML so",
    "UserManager": "Django's name for whoever makes users",
    "process_view": "Django calls middleware so",
    "process_exception": "Django calls middleware so",
    "handle_DATA": "aiosmtpd asks for it",
    "handle_RCPT": "aiosmtpd asks for it",
}


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    """All our code as Python reads it: 150 MB, so it goes when this file's tests are done."""
    return {path: parse(path) for path in CODE}


def words_of(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def test_files_are_named_for_chapters_of_the_business() -> None:
    bad = {named(path) for path in OURS if words_of(path.stem) & BANNED and path.stem not in PRESCRIBED}
    bad |= {named(path) for path in OURS if set(path.relative_to(ROOT).parts[:-1]) & BANNED}
    assert bad == set()


def test_functions_are_named_for_verbs_and_classes_for_things(trees: dict[Path, ast.Module]) -> None:
    bad = []
    for path in OURS:
        for node in ast.walk(trees[path]):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                bare = node.name.lstrip("_")
                if node.name not in PRESCRIBED and (
                    words_of(bare) & BANNED or bare.startswith(BANNED_STARTS)
                ):
                    bad.append(f"{named(path)}:{node.lineno} {node.name}")
    assert bad == []


def test_no_file_is_longer_than_a_chapter() -> None:
    lengths = {named(path): len(path.read_text().splitlines()) for path in OURS}
    too_long = {name for name, lines in lengths.items() if lines > MOST_LINES}
    assert too_long == set(LONG_FILES)


def test_no_function_is_longer_than_a_screen(trees: dict[Path, ast.Module]) -> None:
    too_long = {}
    for path in OURS:
        for node in ast.walk(trees[path]):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1 - _docstring_lines(node)
                if lines > MOST_LINES_OF_A_FUNCTION:
                    too_long[f"{named(path)}:{node.name}"] = lines
    assert set(too_long) - set(LONG_FUNCTIONS) == set(), too_long
    assert set(LONG_FUNCTIONS) - set(too_long) == set(), "they are short enough now: take them off the list"


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return (first.end_lineno or 0) - first.lineno + 1
    return 0


@pytest.mark.parametrize(
    "forbidden",
    ["django.dispatch", "django.db.models.signals", "django.core.signals", "django.test.signals"],
)
def test_nobody_listens_to_signals(forbidden: str, trees: dict[Path, ast.Module]) -> None:
    for path in VERBS:
        for node in ast.walk(trees[path]):
            if isinstance(node, ast.ImportFrom):
                assert node.module != forbidden, named(path)
            elif isinstance(node, ast.Import):
                assert forbidden not in [alias.name for alias in node.names], named(path)


def test_nothing_waits_for_a_commit_in_memory(trees: dict[Path, ast.Module]) -> None:
    for path in VERBS:
        for node in ast.walk(trees[path]):
            name = (
                node.attr
                if isinstance(node, ast.Attribute)
                else node.id
                if isinstance(node, ast.Name)
                else ""
            )
            assert name not in {"on_commit", "delay", "ATOMIC_REQUESTS"}, f"{named(path)}: {name}"


def test_only_doors_look_at_the_clock(trees: dict[Path, ast.Module]) -> None:
    """Verbs are told what time it is; so tests can tell them too."""
    doors = re.compile(
        r"/(views|tasks|middleware|health|logging)\.py$|/(admin|management|views|tasks)/|^config/"
    )
    for path in VERBS:
        if doors.search(named(path)):
            continue
        for node in ast.walk(trees[path]):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called = f"{node.value.id}.{node.attr}"
                assert called not in {"timezone.now", "datetime.now", "date.today", "time.time"}, (
                    f"{named(path)}:{node.lineno} looks at the clock"
                )


def test_no_exception_is_swallowed(trees: dict[Path, ast.Module]) -> None:
    for path in OURS:
        for node in ast.walk(trees[path]):
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or (
                    isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
                )
                silent = all(isinstance(step, ast.Pass) for step in node.body)
                assert not (broad and silent), f"{named(path)}:{node.lineno}"


def test_nothing_is_left_for_later() -> None:
    later = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" * 3 + ":")))
    found = [
        f"{named(path)}:{number}"
        for path in CODE
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if later.search(line)
    ]
    assert found == []


SECRETS = {
    "a live key": r"\b[rs]k_live_[A-Za-z0-9]{8,}",
    "a test key": r"\b[rs]k_test_[A-Za-z0-9]{16,}",
    "a webhook's secret": r"\bwhsec_[A-Za-z0-9]{24,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "somebody's token": r"\b(gh[pousr]_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}|xox[abp]-[0-9A-Za-z-]{10,})",
    "a password in an address": r"://[^/\s:@\"'<>{}]+:[^/\s:@\"'<>{}]{4,}@(?!127\.|localhost)[a-z]",
}


@pytest.mark.parametrize("pattern", SECRETS.values(), ids=SECRETS.keys())
def test_no_tracked_file_holds_a_secret(pattern: str) -> None:
    assert _find(pattern) == []


def test_no_tracked_file_knows_the_machine_it_was_written_on() -> None:
    assert _find(r"(?<![\w.$}/])/(work|root|home/[a-z]+|Users/[A-Za-z]+)/[\w.]") == []
    assert _find(r"(?<!\w)\.py" + r"env\b") == []


HOSTS = re.compile(
    r"(^|\.)(example|localhost|invalid|test)$|(^|\.)example\.(com|org|net)$"
    r"|^(127\.0\.0\.1|0\.0\.0\.0|\[?::1\]?|db|redis|mail|web|sandbox|shop|mailbox|testserver|x)$"
    r"|(^|\.)(w3\.org|stripe\.com|json-schema\.org|openxmlformats\.org|djangoproject\.com|postgresql\.org"
    r"|python\.org|github\.com|rfc-editor\.org|ietf\.org|europa\.eu|microsoft\.com|mjml\.io|typst\.app"
    r"|jqlang\.org|schema\.org|openapis\.org|creativecommons\.org|apache\.org|opensource\.org)$"
)


def test_every_address_in_a_tracked_file_is_of_somebody_we_mean_to_name() -> None:
    """So no package registry, no mirror and no machine of somebody's network slips in."""
    strangers = set()
    for path in TEXTS:
        for url in re.findall(r"https?://[^\s\"'<>()\[\]{}`|\\,]+", _read(path)):
            host = _host(url)
            if host and not HOSTS.search(host):
                strangers.add(f"{named(path)}: {host}")
    assert strangers == set()


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _read(path: Path) -> str:
    return path.read_text(errors="replace")


def _find(pattern: str) -> list[str]:
    search = re.compile(pattern).search
    return [
        f"{named(path)}:{number} {line.strip()[:80]}"
        for path in TEXTS
        for number, line in enumerate(_read(path).splitlines(), 1)
        if search(line)
    ]
