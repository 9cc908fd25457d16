"""Identifiers in Stripe's manner, from one generator that a seed makes repeatable."""

from __future__ import annotations

import random
import string
import threading

_ALPHABET = string.ascii_letters + string.digits


class Identifiers:
    """Draws ids; safe from many threads."""

    def __init__(self, *, seed: int | None, boots: int) -> None:
        # A second start on the same file must not draw the first start's ids again.
        self._random = random.Random(None if seed is None else f"{seed}/{boots}")
        self._lock = threading.Lock()

    def draw(self, prefix: str, length: int = 24) -> str:
        """`prefix` followed by `length` letters and digits."""
        with self._lock:
            return prefix + "".join(self._random.choices(_ALPHABET, k=length))

    def draw_session(self) -> str:
        """A Checkout Session's id: long, as the real ones are."""
        return self.draw("cs_test_a1", 56)
