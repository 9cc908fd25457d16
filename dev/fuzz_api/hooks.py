"""What Schemathesis does at each call (it finds this module through SCHEMATHESIS_HOOKS)."""

from __future__ import annotations

import atexit
import json
import os
import random
import threading
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import RejectedPositiveData

from dev.fuzz_api.real_things import make_wish, open_cart

HOME = Path(os.environ["FUZZ_HOME"])
THINGS = json.loads((HOME / "things.json").read_text())
# Well-formed, and still not possible: no pattern can say which markets there are, which cursors we gave out,
# or what is printable; and to JSON Schema 2.0 is an integer, which it is not to us.
UNKNOWN = {"/problems/unknown-market", "/problems/unknown-filter"}
BEYOND_PATTERNS = {
    "This is no cursor of this listing: begin without one.",
    "Relevance needs a question: q.",
    "Line breaks and control characters cannot be kept here.",
    "This field may not be blank.",
    "A whole number is needed, such as 2.",
    "A moment with its offset is needed, such as 2026-11-22T07:30:00Z or …+01:00.",
    "Enter a valid email address.",
    "Say this, or name the order.",
    "This day has not come yet.",
    "Control characters cannot be kept here.",
}

_tried: dict[str, Counter[str]] = defaultdict(Counter)
_lock = threading.Lock()
_chance = random.Random(20261122)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """A real order gets its real secret; some checkouts get a real cart and the total that it has."""
    reference = (case.path_parameters or {}).get("reference")
    if reference in THINGS["secrets"] and _chance.random() < 0.7:
        case.headers["Order-Secret"] = THINGS["secrets"][reference]
    operation = case.operation.definition.raw["operationId"]
    if operation == "check_out" and _chance.random() < 0.3:
        api = f"{case.operation.base_url.rstrip('/')}/api/v1"
        token = open_cart(api, THINGS["skus"][:1])
        case.path_parameters["token"], case.body = token, make_wish(api, token)
    if operation == "push_counts" and is_well_meant(case) and _chance.random() < 0.5:
        case.body = {"counts": [count_something() for _ in range(_chance.randint(1, 3))]}
        case.headers["Idempotency-Key"] = f"file-{_chance.getrandbits(64)}"


def is_well_meant(case: Any) -> bool:
    """Whether Schemathesis expects the request to be taken."""
    return case.meta is None or case.meta.generation.mode.is_positive


def count_something() -> dict[str, Any]:
    """A shelf that there is, at a moment of the last weeks, with a number that may be promised or not."""
    number = _chance.randrange(8)
    at = datetime.now(UTC) - timedelta(minutes=_chance.randint(0, 40 * 24 * 60))
    return {
        "sku": THINGS["skus"][number % len(THINGS["skus"])],
        "location": "BER",
        "lot": _chance.choice([None, f"L-{number}"]),
        "counted": _chance.choice([0, 1, 900_000]),
        "as_of": at.isoformat(),
    }


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    with _lock:
        _tried[case.operation.definition.raw["operationId"]][str(response.status_code)] += 1


@schemathesis.hook
def filter_failure(context: Any, failure: Failure, case: Any, response: Any) -> bool:
    """Only what is wrong is told."""
    if isinstance(failure, RejectedPositiveData) and response.status_code == 400:
        problem = response.json()
        details = {error["detail"] for error in problem.get("errors", [])}
        return problem["type"] not in UNKNOWN and not details <= BEYOND_PATTERNS
    return True


@atexit.register
def write_down() -> None:
    (HOME / "tried.json").write_text(json.dumps(_tried))
