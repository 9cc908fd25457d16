"""What goes out to a reader: bytes that are finished, and the tag by which they are known again."""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True)
class Found:
    """A finished body and the tag by which a reader knows it again."""

    body: bytes
    etag: str


def as_found(answer: Any) -> Found:
    """An answer as JSON, tagged by what it says."""
    body = orjson.dumps(answer)
    return Found(body, tag_of(body))


def tag_of(*said: bytes) -> str:
    """The tag of what an answer depends on."""
    return hashlib.sha256(b"".join(said)).hexdigest()[:24]
