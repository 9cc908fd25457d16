"""`make check` stops where something does not hold; the second Python is looked for where it may be."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from dev import check, second_python


def test_the_first_broken_step_ends_the_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[str] = []

    def break_it() -> None:
        tried.append("lint")
        raise check.BrokenError("`make format` puts it right")

    steps = (
        ("format", lambda: tried.append("format")),
        ("lint", break_it),
        ("types", lambda: tried.append("types")),
    )
    monkeypatch.setattr(check, "STEPS", steps)
    monkeypatch.setattr(sys, "argv", ["check"])
    assert check.main() == 1
    assert tried == ["format", "lint"]
    told = capsys.readouterr().out
    assert "── 2/3 lint ──" in told
    assert told.endswith("✗ lint: `make format` puts it right\n")


def test_a_whole_check_ends_with_the_times(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "STEPS", (("format", lambda: None), ("types", lambda: None)))
    monkeypatch.setattr(sys, "argv", ["check"])
    assert check.main() == 0
    told = capsys.readouterr().out
    assert "All of it holds" in told
    assert "✓ types, 0.0 s" in told


def test_the_last_line_of_a_whole_check_counts_the_tests(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = check.Told(passed=5811, failed=0, skipped=3)
    monkeypatch.setattr(check, "STEPS", (("tests", lambda: told), ("types", lambda: None)))
    monkeypatch.setattr(sys, "argv", ["check"])
    assert check.main() == 0
    assert capsys.readouterr().out.endswith("\n5811 passed, 0 failed, 3 skipped\n")


def test_a_suite_without_a_test_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_nothing(*arguments: str) -> None:
        report = Path(arguments[-1].removeprefix("--junitxml="))
        report.write_text(f"<testsuites>{counted(tests=2, skipped=2)}</testsuites>")

    monkeypatch.setattr(check, "run_python", run_nothing)
    with pytest.raises(check.BrokenError, match="no test ran"):
        check.check_tests()


def test_the_counts_are_those_of_the_report(tmp_path: Path) -> None:
    report = tmp_path / "tests.xml"
    suite = counted(tests=9, failures=1, errors=2, skipped=3)
    report.write_text(f"<testsuites>{suite}{counted(tests=4)}</testsuites>")
    assert check.read_told(report) == check.Told(passed=7, failed=3, skipped=3)


def counted(*, tests: int, failures: int = 0, errors: int = 0, skipped: int = 0) -> str:
    return f'<testsuite tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"/>'


def test_a_program_that_fails_breaks_its_step() -> None:
    with pytest.raises(check.BrokenError, match="ended with 3: look"):
        check.run_python("-c", "raise SystemExit(3)", advice="look")


def test_an_api_that_differs_from_its_document_is_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "openapi.yaml"
    kept.write_text("paths:\n  /old/:\n")
    monkeypatch.setattr(check, "OPENAPI", kept)
    monkeypatch.setattr(check, "write_openapi", lambda path: path.write_text("paths:\n  /new/:\n"))
    with pytest.raises(check.BrokenError, match="make docs"):
        check.check_api()
    told = capsys.readouterr().out
    assert "-  /old/:" in told
    assert "+  /new/:" in told
    kept.write_text("paths:\n  /new/:\n")
    check.check_api()


def test_another_python_is_looked_for_on_the_path_then_in_pyenv_newest_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for version in ("3.13.2", "3.13.10", "3.12.1"):
        python = tmp_path / "versions" / version / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.touch()
    on_path = tmp_path / "python3.13"
    on_path.touch(mode=0o755)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    found = [os.path.relpath(path, tmp_path) for path in second_python.candidates("3.13")]
    assert found == ["python3.13", "versions/3.13.10/bin/python", "versions/3.13.2/bin/python"]


def test_without_another_python_the_smoke_test_says_that_it_skips(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(second_python, "candidates", lambda version: iter([]))
    assert second_python.main() == 0
    assert capsys.readouterr().out.startswith("skipped: no Python")
