"""Keeps the demo's processes: starts them, reads their logs along, and ends all of them, whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import TypeVar

from dev.demo import telling
from dev.demo.logs import LogReader
from dev.embedded.children import Child, child_setup, kill_group
from dev.embedded.logfiles import turn_over

ROOT = Path(__file__).resolve().parents[2]
_Answer = TypeVar("_Answer")


class StoppedError(Exception):
    """Somebody asked us to stop; the message is the signal's name."""


class ChildDiedError(Exception):
    """A process that the shop needs is gone; the message carries its last words."""


class TookTooLongError(Exception):
    """Something that was waited for did not come; the message says what."""


class Program(Child):
    """One process of the shop, with its log."""

    def __init__(self, name: str, command: list[str], *, log: Path, environment: Mapping[str, str]) -> None:
        super().__init__()
        self.name = name
        turn_over(log)
        self.reader = LogReader(log)
        with open(log, "ab") as out:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C reaches only the supervisor, which stops them in order
                preexec_fn=child_setup(),
            )


class Supervisor:
    """All programs of the demo."""

    def __init__(self, *, logs: Path) -> None:
        self.logs = logs
        self.programs: list[Program] = []
        self.servers: list[Child] = []  # PostgreSQL and Valkey: watched here, ended by their stack

    def start(self, name: str, command: list[str], **environment: str) -> Program:
        """The new process; from now on its death ends the demo."""
        program = Program(name, command, log=self.logs / f"{name}.log", environment=environment)
        self.programs.append(program)
        return program

    def look(self) -> None:
        """Shows what the children complained about. Raises ChildDiedError with a dead one's last lines."""
        for program in self.programs:
            for line in program.reader.news():
                telling.trouble(program.name, line)
        for child in [*self.programs, *self.servers]:
            if not child.alive():
                raise ChildDiedError(self._last_words(child))

    def wait_for(self, what: str, ask: Callable[[], _Answer | None], *, timeout_s: float) -> _Answer:
        """The first answer that is not None, watching the children meanwhile.

        Raises TookTooLongError; ChildDiedError.
        """
        end = time.monotonic() + timeout_s
        pause = 0.05
        while (answer := ask()) is None:
            self.look()
            if time.monotonic() > end:
                raise TookTooLongError(f"{what} did not come within {timeout_s:.0f} s")
            time.sleep(pause)
            pause = min(pause * 1.3, 0.4)
        return answer

    def stop(self, *, patience_s: float = 12) -> None:
        """No program runs: those started last are asked first, all are given the same time, then force."""
        for program in reversed(self.programs):
            if program.alive() and program.process:
                program.process.send_signal(program.stop_signal)
        end = time.monotonic() + patience_s
        for program in reversed(self.programs):
            assert program.process is not None
            try:
                program.process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                telling.trouble(program.name, "did not stop when asked: ended by force")
                kill_group(program.process.pid)
                program.process.wait(5)
            kill_group(program.process.pid)  # a killed parent leaves its workers
        self.programs.clear()

    def _last_words(self, child: Child) -> str:
        code = child.process.returncode if child.process else None
        lines = child.reader.last_lines() if isinstance(child, Program) else []
        said = "\n".join(f"      {line}" for line in lines) or "      (it said nothing)"
        return f"{child.name} ended with {code}. Its last lines, from {self.logs / child.name}.log:\n{said}"


def stop_on_signals() -> None:
    """The first SIGINT, SIGTERM or SIGHUP raises StoppedError in the main thread; later ones are ignored."""

    def stop(number: int, frame: FrameType | None) -> None:
        ignore_signals()
        raise StoppedError(signal.Signals(number).name)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)


def ignore_signals() -> None:
    """Tidying up is not interrupted: it ends by itself."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)


def lines_of(command: list[str], **environment: str) -> Iterator[str]:
    """What the command prints, line by line, as it comes.

    Raises ChildDiedError with its last words when it fails.
    """
    last: deque[str] = deque(maxlen=25)
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        preexec_fn=child_setup(),
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                last.append(line.rstrip())
                yield last[-1]
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        said = "\n".join(f"      {line}" for line in last)
        raise ChildDiedError(f"{' '.join(command[1:3])} ended with {process.returncode}:\n{said}")
