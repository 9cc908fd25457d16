"""A migrated cluster kept under .run/, so that a test run copies it instead of making one (4 s)."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.embedded.children import EmbeddedError
from dev.embedded.postgres import TEST
from dev.embedded.stack import Stack

_KEPT = 3  # branches with other migrations keep theirs, within reason


def start_test_stack(*, root: Path) -> Stack:
    """A running stack whose database is migrated, and named in TEST_TEMPLATE for Django to clone.

    With DATABASE_URL set the database is the caller's, and Django migrates its own test database in it.
    """
    runs = root / ".run"
    runs.mkdir(exist_ok=True)
    if os.environ.get("DATABASE_URL") or not (root / "manage.py").exists():
        stack = Stack(None, settings=TEST)
        stack.start()
        return stack
    kept = runs / f"testpg-{migration_digest(root)}"
    with _alone(runs / "testpg.lock"):  # two runs at once: the second finds what the first has made
        stack = Stack(None, settings=TEST, seed=kept if kept.exists() else None)
        stack.start()
        try:
            if not kept.exists():
                _migrate(root)
                _keep(stack, kept)
        except BaseException:
            stack.stop()
            raise
    os.environ["TEST_TEMPLATE"] = "shop"
    return stack


def migration_digest(root: Path) -> str:
    """Changes when a migration, a pinned package, the list of apps or Python does."""
    digest = hashlib.sha256(sys.version.encode())
    paths = [root / "requirements.txt", root / "config" / "settings.py", *root.glob("*/migrations/*.py")]
    for path in sorted(paths):
        if path.exists():
            digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with open(path, "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(root: Path) -> None:
    command = [sys.executable, "manage.py", "migrate", "--no-input", "-v0"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EmbeddedError(f"manage.py migrate failed:\n{done.stdout}{done.stderr}")


def _keep(stack: Stack, kept: Path) -> None:
    """The stopped cluster is copied to `kept`, the stack runs again, the oldest copies are gone."""
    postgres = stack.postgres
    if postgres is None or postgres.nobody:
        return
    postgres.stop()
    part = kept.with_name(f"{kept.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(postgres.directory, part, ignore=shutil.ignore_patterns("postmaster.*"))
    part.rename(kept)
    postgres.start()
    others = [path for path in kept.parent.glob("testpg-*") if path.is_dir() and path != kept]
    newest_first = sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)
    for old in newest_first[_KEPT - 1 :]:
        shutil.rmtree(old, ignore_errors=True)
