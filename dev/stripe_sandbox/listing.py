"""Lists: newest first, by pages, filtered through indexes."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from . import events
from .errors import Json, Refusal, no_such
from .sandbox import Work

_COMPARE = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


@dataclass
class Query:
    """A table, and the conditions that its rows must meet."""

    table: str
    noun: str
    where: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        self.where.append(condition)
        self.values.extend(values)


def list_objects(work: Work, kind: str, params: Json, *, url: str, filters: Json) -> Json:
    """One page of the objects of that kind; `filters` are indexed columns that must equal a value."""
    query = Query("object", kind)
    query.add("kind = ?", kind)
    for column, value in filters.items():
        if value is not None:
            query.add(f"{column} = ?", value)
    rows, more = _fetch(work, query, params)
    return page([json.loads(row["body"]) for row in rows], more=more, url=url)


def list_events(work: Work, params: Json) -> Json:
    """One page of the last 30 days' events, by type and by whether their webhooks have all arrived."""
    query = Query("event", "event")
    query.add("created > ?", work.now - events.RETENTION_S)
    if "type" in params and "types" in params:
        raise Refusal("You may pass only one of `type` and `types`.", param="types")
    if len(params.get("types", ())) > 20:
        raise Refusal("You may pass at most 20 types.", param="types")
    if "types" in params:
        query.add(f"type IN ({', '.join('?' * len(params['types']))})", *params["types"])
    if "type" in params:
        if "*" in params["type"]:
            query.add("type GLOB ?", params["type"].replace("[", "[[]").replace("?", "[?]"))
        else:
            query.add("type = ?", params["type"])
    if "delivery_success" in params:
        query.add("undelivered = 0" if params["delivery_success"] else "undelivered > 0")
    rows, more = _fetch(work, query, params)
    return page([events.render_event(row) for row in rows], more=more, url="/v1/events")


def page_lines(lines: list[Json], params: Json, *, url: str) -> Json:
    """One page of a session's line items, in their own order."""
    limit, ids = _check_limit(params), [line["id"] for line in lines]
    start, end = 0, len(lines)
    for name in ("starting_after", "ending_before"):
        if name in params and params[name] not in ids:
            raise no_such("item", params[name], param=name)
    if "starting_after" in params:
        start = ids.index(params["starting_after"]) + 1
    if "ending_before" in params:
        end = ids.index(params["ending_before"])
        return page(lines[max(start, end - limit) : end], more=end - limit > start, url=url)
    return page(lines[start : start + limit], more=start + limit < end, url=url)


def page(items: list[Json], *, more: bool, url: str) -> Json:
    """Stripe's list object."""
    return {"object": "list", "data": items, "has_more": more, "url": url}


def _fetch(work: Work, query: Query, params: Json) -> tuple[list[sqlite3.Row], bool]:
    limit = _check_limit(params)
    _add_created(query, params.get("created"))
    if "starting_after" in params and "ending_before" in params:
        raise Refusal("You may pass only one of `starting_after` and `ending_before`.", param="ending_before")
    backwards = "ending_before" in params
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if name in params:
            created, seq = _find_cursor(work, query, params[name], name)
            query.add(f"(created, seq) {sign} (?, ?)", created, seq)
    order = "ASC" if backwards else "DESC"
    where = " AND ".join(query.where)
    sql = f"SELECT * FROM {query.table} WHERE {where} ORDER BY created {order}, seq {order} LIMIT ?"
    with work.store.transaction() as db:
        rows = db.execute(sql, (*query.values, limit + 1)).fetchall()
    more = len(rows) > limit
    rows = rows[:limit]
    return (rows[::-1] if backwards else rows), more


def _check_limit(params: Json) -> int:
    limit = int(params.get("limit", 10))
    if not 1 <= limit <= 100:
        relation = "greater than or equal to 1" if limit < 1 else "less than or equal to 100"
        raise Refusal(
            f"This value must be {relation} (it currently is '{limit}').",
            code="parameter_invalid_integer",
            param="limit",
        )
    return limit


def _add_created(query: Query, created: Json | int | None) -> None:
    if isinstance(created, int):
        query.add("created = ?", created)
    elif created:
        for name, moment in created.items():
            query.add(f"created {_COMPARE[name]} ?", moment)


def _find_cursor(work: Work, query: Query, identifier: str, param: str) -> tuple[int, int]:
    condition = "id = ?" if query.table == "event" else "id = ? AND kind = ?"
    values = (identifier,) if query.table == "event" else (identifier, query.noun)
    with work.store.transaction() as db:
        row = db.execute(f"SELECT created, seq FROM {query.table} WHERE {condition}", values).fetchone()
    if row is None:
        raise no_such(query.noun, identifier, param=param)
    return row["created"], row["seq"]
