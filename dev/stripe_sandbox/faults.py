"""Faults on request: a rule says which API calls it meets, how often, and what goes wrong."""

from __future__ import annotations

import re
import threading
from dataclasses import asdict, dataclass, field

from .cards import UnknownCardError, find_card
from .errors import Json, Refusal

EFFECTS = {
    "status": int,
    "stored": bool,
    "delay_ms": int,
    "hang": bool,
    "hold_answer_ms": int,
    "drop_after_commit": bool,
    "hang_after_commit": bool,
    "pay_before_answer": str,
}
LONGEST_MS = 120_000


class DropConnectionError(Exception):
    """The connection is to be closed without an answer."""


@dataclass
class Rule:
    """One fault. `times` is how often it may fire (None: always), `skip` how many matches pass first."""

    method: str | None
    path: str
    times: int | None
    skip: int
    effects: Json
    hits: int = 0
    seen: int = field(default=0)

    def meets(self, method: str, path: str) -> bool:
        return self.method in (None, method) and re.search(self.path, path) is not None


class Faults:
    """The rules in force, and how often each fired."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()

    def replace_rules(self, rules: list[Json]) -> None:
        """Raises Refusal, and changes nothing, when a rule is malformed."""
        read = [_read_rule(rule, f"rules[{position}]") for position, rule in enumerate(rules)]
        with self._lock:
            self._rules = read

    def add_rule(self, rule: Json) -> None:
        read = _read_rule(rule, "rule")
        with self._lock:
            self._rules.append(read)

    def show(self) -> list[Json]:
        with self._lock:
            return [asdict(rule) for rule in self._rules]

    def strike(self, method: str, path: str) -> Json:
        """What goes wrong with this call: the first rule that meets it decides; empty when none does."""
        with self._lock:
            for rule in self._rules:
                if not rule.meets(method, path) or (rule.times is not None and rule.hits >= rule.times):
                    continue
                rule.seen += 1
                if rule.seen > rule.skip:
                    rule.hits += 1
                    return rule.effects
        return {}


def _read_rule(rule: object, where: str) -> Rule:
    if not isinstance(rule, dict):
        raise Refusal("A rule is an object.", param=where)
    match = rule.get("match", {})
    if not isinstance(match, dict) or not set(match) <= {"method", "path", "times", "skip"}:
        raise Refusal("`match` takes method, path, times and skip.", param=f"{where}[match]")
    effects = {name: value for name, value in rule.items() if name != "match"}
    _check_effects(effects, where)
    method, path, times, skip = (match.get(name) for name in ("method", "path", "times", "skip"))
    for name, count in (("times", times), ("skip", skip)):
        if count is not None and (type(count) is not int or count < 0):
            raise Refusal(f"`{name}` is a whole number.", param=f"{where}[match][{name}]")
    try:
        re.compile(path or "")
    except (re.error, TypeError, RecursionError, OverflowError):
        raise Refusal("`path` is not a regular expression.", param=f"{where}[match][path]") from None
    return Rule(str(method).upper() if method else None, path or "", times, skip or 0, effects)


def _check_effects(effects: Json, where: str) -> None:
    if not effects:
        raise Refusal(f"A rule needs one of {', '.join(EFFECTS)}.", param=where)
    for name, value in effects.items():
        if name not in EFFECTS or type(value) is not EFFECTS[name]:
            raise Refusal(f"Received unknown or ill-typed effect: {name}", param=f"{where}[{name}]")
    if not 400 <= effects.get("status", 500) <= 599:
        raise Refusal("`status` is between 400 and 599.", param=f"{where}[status]")
    for name in ("delay_ms", "hold_answer_ms"):
        if not 0 <= effects.get(name, 0) <= LONGEST_MS:
            raise Refusal(f"`{name}` is between 0 and {LONGEST_MS}.", param=f"{where}[{name}]")
    try:
        find_card(effects.get("pay_before_answer", "4242424242424242"))
    except UnknownCardError:
        raise Refusal("Not a test card.", param=f"{where}[pay_before_answer]") from None
