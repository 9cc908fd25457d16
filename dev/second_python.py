"""`python -m dev.second_python`: the pinned packages install, and the shop starts, on another Python as well.

Looks for Python 3.12 to 3.14 on the PATH and among pyenv's; when there is none, says that it skips.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WANTED = ("3.14", "3.13", "3.12")
IMPORTS = "import config.celery, config.urls, granian, psycopg_pool, typst, PIL.Image, stripe, mjml, openpyxl"


def main() -> int:
    python = find_second_python()
    if python is None:
        print("skipped: no Python 3.12, 3.13 or 3.14 on this machine")
        return 0
    with tempfile.TemporaryDirectory(prefix="regimen-second-python-") as directory:
        return try_out(python, Path(directory))


def find_second_python() -> str | None:
    """The newest other Python that starts and can make virtual environments."""
    for version in WANTED:
        if version == f"{sys.version_info.major}.{sys.version_info.minor}":
            continue
        for candidate in candidates(version):
            asked = [candidate, "-c", "import sys, venv, ssl; print('%d.%d' % sys.version_info[:2])"]
            told = subprocess.run(asked, capture_output=True, text=True, check=False)
            if told.stdout.strip() == version:
                return candidate
    return None


def candidates(version: str) -> Iterator[str]:
    """Where that version may be: the PATH, then pyenv, newest patch first."""
    if found := shutil.which(f"python{version}"):
        yield found
    root = os.environ.get("PYENV_ROOT")
    if not root and (pyenv := shutil.which("pyenv")):
        root = subprocess.run([pyenv, "root"], capture_output=True, text=True, check=False).stdout.strip()
    if not root:
        return

    def patch(path: Path) -> int:
        last = path.name.split(".")[-1]
        return int(last) if last.isdigit() else -1

    for home in sorted(Path(root, "versions").glob(f"{version}*"), key=patch, reverse=True):
        if (home / "bin" / "python").exists():
            yield str(home / "bin" / "python")


def try_out(python: str, directory: Path) -> int:
    """0 when the pinned packages install there by their hashes and the shop's checks pass."""
    version = subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{version}: installing requirements.txt by hash", flush=True)
    venv, uv = directory / "venv", Path(sys.executable).parent / "uv"
    inside = venv / "bin" / "python"
    install = [
        str(uv),
        "pip",
        "sync",
        "--quiet",
        "--require-hashes",
        "--python",
        str(inside),
        "requirements.txt",
    ]
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1"}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONDONTWRITEBYTECODE": "1"}
    setup = f"import django; django.setup(); {IMPORTS}; print('imports well')"
    for command in (
        [python, "-m", "venv", "--without-pip", str(venv)],
        install,
        [str(inside), "manage.py", "check", "--fail-level", "WARNING"],
        [str(inside), "-c", setup],
    ):
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            print(f"{version}: {' '.join(command[:5])} … failed")
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
