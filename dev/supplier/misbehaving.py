"""How suppliers' servers go wrong, each on demand."""

from __future__ import annotations

import functools
import gzip
import io
import threading
import zipfile
from collections.abc import Iterator

from dev.supplier import writing
from dev.supplier.shelves import Count

MODES = {
    "ok": "serves its count",
    "html": "a login page with status 200",
    "truncated": "the first half of the file",
    "empty": "a file without a byte",
    "zeros": "every count is zero",
    "hang": "takes the call and says nothing",
    "redirect": "sends on to an address in a private network",
    "huge": "500 MB, and no word of it before",
    "500": "a fault of the server",
    "zip-bomb": "a small file that unpacks to 300 MB",
    "cp1252": "the encoding of Windows, unannounced",
}
LOGIN = (
    b"<!doctype html><html><head><title>Sign in</title></head><body><h1>Noordkade</h1>"
    b'<form method="post"><input name="user"><input name="password" type="password"></form></body></html>'
)
HUGE_BYTES = 500_000_000
BOMB_BYTES = 300_000_000
PRIVATE = "10.0.0.1"  # a network that is nobody's but its owner's
HANG_S = 600


class Mood:
    """How the supplier behaves now; whoever hangs is let go when it changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mode = "ok"
        self._changed = threading.Event()

    @property
    def mode(self) -> str:
        return self._mode

    def set(self, mode: str) -> None:
        with self._lock:
            self._mode = mode
            self._changed.set()
            self._changed = threading.Event()

    def hang(self) -> None:
        """Comes back when the mood has changed, or after ten minutes."""
        self._changed.wait(HANG_S)


def write_badly(count: Count, kind: str, mode: str) -> bytes:
    """The file of a mode that is a matter of the file and not of the server; of every other, a good one."""
    if mode == "html":
        return LOGIN
    if mode == "empty":
        return b""
    if mode == "zeros":
        return writing.write_file(writing.with_zeros(count), kind)
    if mode == "zip-bomb" and kind == "xlsx":
        return plant_bomb(writing.write_file(count, kind))
    content = writing.write_file(count, kind)
    if mode == "truncated":
        return cut(content, kind)
    if mode == "cp1252" and kind != "xlsx":
        return content.decode().encode("cp1252")
    return content


def cut(content: bytes, kind: str) -> bytes:
    """About the half; of a table, the last row ends after its first cell."""
    half = content[: len(content) // 2]
    if kind != "csv":
        return half
    start = half.rindex(b"\n") + 1
    return content[: content.index(b";", start)]


def plant_bomb(workbook: bytes) -> bytes:
    """A workbook whose sheet is nothing but space."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for name in good.namelist():
            with bomb.open(name, "w") as part:
                if name.startswith("xl/worksheets/"):
                    for piece in pour(BOMB_BYTES, b" "):
                        part.write(piece)
                else:
                    part.write(good.read(name))
    return out.getvalue()


@functools.cache  # it takes a second to make
def pack_bomb() -> bytes:
    """The same for files that travel packed."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as packed:
        for piece in pour(BOMB_BYTES, b"0"):
            packed.write(piece)
    return out.getvalue()


def pour(total: int, what: bytes) -> Iterator[bytes]:
    piece = what * (1_000_000 // len(what))
    for _ in range(total // len(piece)):
        yield piece
