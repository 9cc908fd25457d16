"""What an earlier stack on the same directory left running, when it was killed and could not tidy up."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

MARK = "REGIMEN_HOME"  # in the environment of everything that a stack starts, and of their children


def end_leftovers(home: Path, *, patience_s: float = 12) -> int:
    """How many processes of an earlier stack on `home` were still there; now none is.

    Call it with the lock on `home` in hand: whatever carries the mark then belongs to nobody alive. Most are
    on their way out already (the kernel told them when their parent died), so they get time before force.
    """
    found = leftovers(home)
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + patience_s
    while leftovers(home) and time.monotonic() < end:
        time.sleep(0.05)
    for pid in leftovers(home):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(found)


def leftovers(home: Path) -> list[int]:
    """The processes, other than this one, that were started for a stack on `home`."""
    mark = os.fsencode(f"{MARK}={home.resolve()}")
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes()  # empty for a zombie
        except OSError:
            continue  # gone meanwhile, or not ours to look at
        if mark in environment.split(b"\0") and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found
