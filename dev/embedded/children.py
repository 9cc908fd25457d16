"""Children that never outlive us: how a server is started, watched and stopped."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1


class EmbeddedError(RuntimeError):
    """A local server that cannot be had; the message says what to do."""


class Child:
    """One process of ours: alive or not, and how to stop it."""

    name = "child"
    stop_signal = signal.SIGTERM

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, timeout: float = 15) -> None:
        """The process is gone, asked politely first; nothing of its group is left."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        kill_group(self.process.pid)


def kill_group(leader: int) -> None:
    """What a dead leader left behind in its process group is gone as well."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def child_setup(
    sig: signal.Signals = signal.SIGTERM, *, own_user_namespace: bool = False
) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends the child `sig` when we are gone, however we went.

    `own_user_namespace`: inside it the child is "nobody" while its files stay ours; PostgreSQL refuses root.
    """
    parent = os.getpid()

    def setup() -> None:
        if own_user_namespace and _libc.unshare(_CLONE_NEWUSER) != 0:
            os._exit(126)
        if sys.platform == "linux":  # after any change of credentials: that clears it
            _libc.prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
        if os.getppid() != parent:  # it died before prctl
            os._exit(125)

    return setup


def user_namespaces_work() -> bool:
    """Whether this kernel (or container) lets us have a user namespace."""
    if sys.platform != "linux":
        return False
    setup = child_setup(own_user_namespace=True)
    return subprocess.run(["/bin/true"], preexec_fn=setup, check=False).returncode == 0


def package_dir(name: str) -> Path | None:
    """Where an installed package lies, without importing it: the wheels' own starters have side effects."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.origin:
        return None
    return Path(spec.origin).parent
