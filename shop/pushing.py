"""Counts that a warehouse or an ERP pushes: taken once, answered the same however often it is repeated."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from catalog import counting, prepared
from catalog.counts import Count, Counted
from shop.api_keys import KeyNotForThis
from shop.checkout import KeyReused
from shop.models import ApiKey, CountPush

RESULT = ("sku", "location", "lot", "result", "change", "on_hand", "reserved", "reason", "detail", "lots")
CAUSE_LENGTH = 80


def push_counts(
    *, key: ApiKey, name: str, counts: Sequence[Count], free: bool, now: datetime
) -> dict[str, Any]:
    """What came of each count, in their order, and how many were applied, unchanged and refused.

    Takes   `name`: the pusher's Idempotency-Key. The same one with the same counts gives the answer that
            was given before, and changes nothing; of two at once, one waits for the other's answer.
    Writes  CountPush, and what `counting.count_shelves` writes, in one transaction.
    Raises  KeyNotForThis: some counts are of a place that this key may not count; KeyReused.
    """
    _refuse_other_places(key, counts)
    body_sha256 = hashlib.sha256(orjson.dumps([free, counts])).hexdigest()
    with transaction.atomic(durable=True):
        push_id = _begin(key, name, body_sha256, now=now)
        if push_id is None:
            return _repeat(key, name, body_sha256)
        cause = f"key {key.prefix}: {key.name}"[:CAUSE_LENGTH]
        taken = counting.count_shelves(counts, counts_free=free, cause=cause, now=now)
        answer = _write_answer(taken)
        CountPush.objects.filter(pk=push_id).update(answer=answer)
    return answer


def forget_pushes(*, older_than: datetime) -> int:
    """How many old pushes were forgotten: a repeat of one of them would be taken as new."""
    forgotten, _ = CountPush.objects.filter(pushed_at__lt=older_than).delete()
    return forgotten


def _refuse_other_places(key: ApiKey, counts: Sequence[Count]) -> None:
    if key.location is not None and (others := {one.location for one in counts} - {key.location.code}):
        raise KeyNotForThis(ApiKey.Scope.STOCK_COUNTS, sorted(others))


BEGIN_SQL = """
INSERT INTO shop_countpush (api_key_id, key, body_sha256, answer, pushed_at)
VALUES (%(api_key)s::bigint, %(key)s::varchar, %(body)s::varchar, '{}', %(now)s::timestamptz)
ON CONFLICT (api_key_id, key) DO NOTHING RETURNING id
"""


def _begin(key: ApiKey, name: str, body_sha256: str, *, now: datetime) -> int | None:
    """The push, begun; None when it was made before. PostgreSQL waits for whoever makes it right now."""
    values = {"api_key": key.pk, "key": name, "body": body_sha256, "now": now}
    rows = prepared.fetch_all(BEGIN_SQL, values)
    return rows[0][0] if rows else None


def _repeat(key: ApiKey, name: str, body_sha256: str) -> dict[str, Any]:
    made = CountPush.objects.get(api_key=key, key=name)
    if made.body_sha256 != body_sha256:
        raise KeyReused
    return _order(made.answer)


def _write_answer(taken: Sequence[Counted]) -> dict[str, Any]:
    outcomes = Counter(one.outcome.value for one in taken)
    results = [
        {
            "sku": one.count.sku,
            "location": one.count.location,
            "lot": one.lot_code or one.count.lot,
            "result": one.outcome.value,
            "change": one.change,
            "on_hand": one.on_hand,
            "reserved": one.reserved,
            "reason": one.reason or None,
            "detail": one.words or None,
            "lots": list(one.candidates),
        }
        for one in taken
    ]
    return _order({"results": results} | outcomes)


def _order(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer with its names in order, which PostgreSQL does not keep: a repeat is the same bytes."""
    results = [{name: row[name] for name in RESULT} for row in answer["results"]]
    return {"results": results} | {
        outcome: answer.get(outcome, 0) for outcome in ("applied", "unchanged", "refused")
    }
