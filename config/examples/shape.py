"""What an example is."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Example:
    answer: Json
    request: Json | None = None
    status: str = "200"
