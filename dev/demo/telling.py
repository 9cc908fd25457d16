"""What the demo says on the terminal: one plain line per thing done, with the time it took."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_LABEL, _TIME = 30, 8
_WIDTH = min(shutil.get_terminal_size((100, 24)).columns - _TIME - 6, 80)


def _styled(text: str, code: str) -> str:
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def heading(text: str) -> None:
    print(f"\n{_styled(text, '1')}", flush=True)


def line(text: str) -> None:
    print(f"  {text}", flush=True)


def done(what: str, *, seconds: float, result: str = "") -> None:
    """`  ✓ what … result   0.4 s`."""
    sign = _styled("✓", "32")
    told = f"{what:<{_LABEL}} {result}".rstrip()
    spent = f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
    print(f"  {sign} {told:<{_WIDTH}} {_styled(f'{spent:>{_TIME}}', '2')}", flush=True)


def trouble(who: str, text: str) -> None:
    """A warning or an error, with the name of the process that said it."""
    for part in text.splitlines():
        print(f"  {_styled(f'{who:>8} │', '33')} {part}", flush=True)


def failed(text: str) -> None:
    sign = _styled("✗", "31")
    print(f"\n  {sign} {text}", flush=True)


@contextmanager
def step(what: str) -> Iterator[list[str]]:
    """Times the block and says that it is done; the block may append what came of it to the list.

    On a terminal the step is also announced, so that nobody waits before a silent screen.
    """
    if sys.stdout.isatty():
        print(f"  · {what} …", end="\r", flush=True)
    started, results = time.monotonic(), list[str]()
    yield results
    if sys.stdout.isatty():
        print("\x1b[K", end="")
    done(what, seconds=time.monotonic() - started, result=", ".join(results))
