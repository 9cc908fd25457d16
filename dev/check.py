"""`make check`: all that must hold before a change goes out, in order; stops at what does not.

`--write-docs` writes docs/api/openapi.yaml instead (`make docs`).
"""

from __future__ import annotations

import argparse
import difflib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from dev.embedded import TEST, EmbeddedError, Stack

ROOT = Path(__file__).resolve().parents[1]
OPENAPI = ROOT / "docs" / "api" / "openapi.yaml"
PROGRAMS = Path(sys.executable).parent


class BrokenError(Exception):
    """A step that does not hold; the message says what to do when that is not plain."""


@dataclass(frozen=True)
class Told:
    """What the suite told: how many tests."""

    passed: int
    failed: int
    skipped: int

    def sentence(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.check", description=__doc__)
    parser.add_argument("--write-docs", action="store_true", help="write docs/api/openapi.yaml and end")
    if parser.parse_args().write_docs:
        write_openapi(OPENAPI)
        print(f"wrote {OPENAPI.relative_to(ROOT)}")
        return 0
    started, times, told = time.monotonic(), list[tuple[str, float]](), None
    for number, (title, check) in enumerate(STEPS, start=1):
        print(f"\n── {number}/{len(STEPS)} {title} " + "─" * (60 - len(title)), flush=True)
        begun = time.monotonic()
        try:
            told = check() or told
        except (BrokenError, EmbeddedError) as error:
            print(f"\n✗ {title}: {error}", flush=True)
            return 1
        times.append((title, time.monotonic() - begun))
        print(f"✓ {title}, {times[-1][1]:.1f} s", flush=True)
    print(f"\nAll of it holds, {time.monotonic() - started:.0f} s:", flush=True)
    for title, spent in times:
        print(f"  {title:<28} {spent:6.1f} s", flush=True)
    if told is not None:
        print(told.sentence(), flush=True)  # the last line, for whoever reads nothing else
    return 0


def check_format() -> None:
    run("ruff", "format", "--check", ".", advice="`make format` puts it right")


def check_lint() -> None:
    run("ruff", "check", ".", advice="`make format` puts some of it right")


def check_contracts() -> None:
    run("lint-imports", "--no-cache")


def check_types() -> None:
    run("mypy")


def check_migrations() -> None:
    """Complete (no model has changed without one) and safe (none locks, none breaks what is running)."""
    named = {name: os.environ.pop(name) for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}
    try:
        with Stack(None, settings=TEST):
            advice = "`manage.py makemigrations` writes what is missing"
            run_python("manage.py", "makemigrations", "--check", "--dry-run", advice=advice)
            run_python("-m", "dev.lint_migrations")
    finally:
        os.environ.update(named)


def check_tests() -> Told:
    """How many tests there were. One that fails breaks the step, and so does a suite without any."""
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "tests.xml"
        run_python("-m", "pytest", "-n", "2", "--cov", "--cov-report=term", f"--junitxml={report}")
        told = read_told(report)
    if not told.passed:
        raise BrokenError("no test ran")
    return told


def read_told(report: Path) -> Told:
    """The counts of a JUnit report, as pytest writes it."""
    suites = [suite.attrib for suite in ElementTree.parse(report).getroot().iter("testsuite")]
    tests, failures, errors, skipped = (
        sum(int(suite[word]) for suite in suites) for word in ("tests", "failures", "errors", "skipped")
    )
    return Told(passed=tests - failures - errors - skipped, failed=failures + errors, skipped=skipped)


def check_api() -> None:
    """docs/api/openapi.yaml is what the code says."""
    with tempfile.TemporaryDirectory() as directory:
        fresh = Path(directory) / "openapi.yaml"
        write_openapi(fresh)
        now = fresh.read_text().splitlines(keepends=True)
    kept = OPENAPI.read_text().splitlines(keepends=True) if OPENAPI.exists() else []
    difference = "".join(difflib.unified_diff(kept, now, "docs/api/openapi.yaml", "the code"))
    if difference:
        print(difference[:6000])
        raise BrokenError("the API has changed: look at the difference, and if it is meant, `make docs`")


def write_openapi(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    run_python("manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", str(path))


def check_nonsense() -> None:
    """The running shop answers odd requests as described, and never with a server error."""
    run_python("-m", "dev.fuzz_api", "--examples", "40", "--seconds", "30")


def check_second_python() -> None:
    run_python("-m", "dev.second_python")


STEPS: tuple[tuple[str, Callable[[], Told | None]], ...] = (
    ("format", check_format),
    ("lint", check_lint),
    ("contracts between floors", check_contracts),
    ("types", check_types),
    ("migrations", check_migrations),
    ("tests", check_tests),
    ("API as documented", check_api),
    ("API against nonsense", check_nonsense),
    ("second Python", check_second_python),
)


def run(program: str, *arguments: str, advice: str = "see above") -> None:
    """The program of .venv ended with 0. Raises BrokenError."""
    done = subprocess.run([str(PROGRAMS / program), *arguments], cwd=ROOT, check=False)
    if done.returncode:
        raise BrokenError(f"{program} ended with {done.returncode}: {advice}")


def run_python(*arguments: str, advice: str = "see above") -> None:
    """Python ended with 0. Raises BrokenError."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False)
    if done.returncode:
        raise BrokenError(f"python {' '.join(arguments)} ended with {done.returncode}: {advice}")


if __name__ == "__main__":
    raise SystemExit(main())
