"""The small supplier of dev/ as a process of its own: its counts change, and it misbehaves when told."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
GOODS = ("sku", "location", "lot", "expires_on", "units")


@dataclass(frozen=True)
class SupplierProcess:
    url: str
    sftp: str
    host_key: str

    def control(self, **wish: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/control", json=wish, timeout=20)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def count(self) -> dict[tuple[str, str], int]:
        """{(SKU, lot): free units}, as its file says now."""
        lines = requests.get(f"{self.url}/stock.json", timeout=20).json()["lines"]
        return {(line["Article"], line["Batch"]): line["Free"] for line in lines}


@contextmanager
def run_supplier(
    folder: Path, rows: Sequence[tuple[Any, ...]], *, seed: int = 7
) -> Iterator[SupplierProcess]:
    """A supplier with these lots (sku, location, lot, expires_on, units), until the block ends."""
    goods = folder / "goods.csv"
    goods.write_text("\n".join(",".join(map(str, row)) for row in [GOODS, *rows]) + "\n")
    command = [sys.executable, "-m", "dev.supplier", "--goods", str(goods), "--every", "0"]
    command += ["--port", "0", "--sftp-port", "0", "--host-key", str(folder / "key"), "--seed", str(seed)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
    ) as process:
        assert process.stdout is not None
        try:
            words = process.stdout.readline().split()
            at = words.index("sftp")
            key = " ".join(words[at + 3 : at + 5])
            yield SupplierProcess(words[words.index("at") + 1], f"sftp://{words[at + 1]}", key)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
