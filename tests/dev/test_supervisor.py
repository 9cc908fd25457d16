"""The demo's supervisor: it shows what matters, notices deaths, and leaves no process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.demo.logs import LogReader
from dev.demo.supervisor import ROOT, ChildDiedError, Supervisor, TookTooLongError, lines_of
from dev.embedded.leftovers import MARK, end_leftovers, leftovers
from dev.embedded.logfiles import turn_over

PATIENT = "import time; print('up', flush=True); time.sleep(60)"


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor(logs=tmp_path)
    yield supervisor
    supervisor.stop(patience_s=1)


def run(supervisor: Supervisor, code: str, name: str = "child") -> int:
    program = supervisor.start(name, [sys.executable, "-c", textwrap.dedent(code)])
    assert program.process is not None
    return program.process.pid


def is_running(pid: int) -> bool:
    """Zombies have ended: without an init nobody reaps them here."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(ask: object, seconds: float = 5) -> None:
    assert callable(ask)
    end = time.monotonic() + seconds
    while not ask():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.02)


def test_a_dead_child_ends_the_demo_with_its_last_lines(supervisor: Supervisor) -> None:
    run(supervisor, "print('first'); raise SystemExit('no such table')", name="worker")
    with pytest.raises(ChildDiedError) as died:
        supervisor.wait_for("nothing", lambda: None, timeout_s=5)
    assert "worker ended with 1" in str(died.value)
    assert "no such table" in str(died.value)


def test_only_warnings_errors_and_tracebacks_reach_the_terminal(
    supervisor: Supervisor, capsys: pytest.CaptureFixture[str]
) -> None:
    run(
        supervisor,
        """
        import time, traceback
        print("2026-11-22 [info     ] all is well")
        print("2026-11-22 [warning  ] the disk is filling")
        try: {}["jar"]
        except KeyError: traceback.print_exc()
        print("GET /products/ 200", flush=True)
        time.sleep(60)
        """,
        name="web",
    )
    told = ""

    def complained() -> bool:
        nonlocal told
        supervisor.look()
        told += capsys.readouterr().out
        return "KeyError" in told

    wait_until(complained)
    supervisor.look()
    told += capsys.readouterr().out
    lines = [line.split("│ ")[1] for line in told.splitlines()]
    assert lines[0] == "2026-11-22 [warning  ] the disk is filling"
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[-1] == "KeyError: 'jar'"


def test_what_is_waited_for_in_vain_is_named(supervisor: Supervisor) -> None:
    run(supervisor, PATIENT)
    with pytest.raises(TookTooLongError, match="the receipt did not come within 0 s"):
        supervisor.wait_for("the receipt", lambda: None, timeout_s=0.1)


def test_stopping_ends_even_a_deaf_child_and_its_own_children(supervisor: Supervisor, tmp_path: Path) -> None:
    pidfile = tmp_path / "grandchild"
    deaf = f"""
        import signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        open({str(pidfile)!r}, "w").write(str(grandchild.pid))
        time.sleep(60)
    """
    pid = run(supervisor, deaf)
    wait_until(lambda: pidfile.exists() and pidfile.read_text())
    supervisor.stop(patience_s=0.3)
    assert not is_running(pid)
    wait_until(lambda: not is_running(int(pidfile.read_text())))


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    code = f"""
        import sys, time
        from pathlib import Path
        from dev.demo.supervisor import Supervisor
        supervisor = Supervisor(logs=Path({str(tmp_path)!r}))
        print(supervisor.start("child", [sys.executable, "-c", {PATIENT!r}]).process.pid, flush=True)
        time.sleep(60)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_running(child)
        parent.kill()
    wait_until(lambda: not is_running(child))


def test_what_a_killed_stack_left_behind_is_ended_at_the_next_start(tmp_path: Path) -> None:
    marked = {**os.environ, MARK: str(tmp_path.resolve())}
    ours = subprocess.Popen([sys.executable, "-c", PATIENT], env=marked, stdout=subprocess.PIPE)
    other = {**os.environ, MARK: str(tmp_path.resolve()) + "-other"}
    theirs = subprocess.Popen([sys.executable, "-c", PATIENT], env=other, stdout=subprocess.PIPE)
    with ours, theirs:
        assert ours.stdout is not None
        assert theirs.stdout is not None
        ours.stdout.readline(), theirs.stdout.readline()
        assert leftovers(tmp_path) == [ours.pid]
        assert end_leftovers(tmp_path, patience_s=2) == 1
        assert ours.wait(2) == -signal.SIGTERM
        assert theirs.poll() is None
        theirs.kill()


def test_a_failing_command_is_told_with_its_last_words() -> None:
    lines = lines_of([sys.executable, "-c", "print('one'); print('two'); raise SystemExit('no such table')"])
    assert next(lines) == "one"
    with pytest.raises(ChildDiedError, match=r"ended with 1:\s+one\s+two\s+no such table"):
        list(lines)


def test_logs_are_turned_over_and_three_old_ones_kept(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    for number in range(6):
        turn_over(log)
        log.write_text(f"run {number}\n")
    kept = {path.name: path.read_text().strip() for path in tmp_path.iterdir()}
    assert kept == {"web.log": "run 5", "web.1.log": "run 4", "web.2.log": "run 3", "web.3.log": "run 2"}
    assert LogReader(log).last_lines() == ["run 5"]
