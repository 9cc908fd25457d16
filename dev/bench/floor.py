"""The floor: the least that could give the same answers. A bare ASGI application, one SQL query a request.

It knows no rule of the shop. Reads come from tables of finished rows (PREPARE makes them); a cart line is an
upsert and a read; a checkout is one transaction (`floor_writes`).
"""

from __future__ import annotations

import base64
import json
import os
from typing import Any
from urllib.parse import parse_qs

from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

from dev.bench import floor_finding, floor_writes
from dev.bench.floor_writes import Answer, Connection, euro

Message = dict[str, Any]

# Finished rows: a card with its stock, a page as it is sent. Made once, before anything is measured.
PREPARE = """
CREATE TABLE floor_card AS
SELECT category_slugs[array_upper(category_slugs, 1)] AS category, price_from_cents AS cents,
       product_id AS id, left(card, -1) || ',"in_stock":true}' AS card
  FROM catalog_publishedpage WHERE market = 'eu';
CREATE INDEX ON floor_card (category, cents, id);
CREATE TABLE floor_page AS SELECT slug, page FROM catalog_publishedpage WHERE market = 'eu';
CREATE UNIQUE INDEX ON floor_page (slug);
ANALYZE floor_card, floor_page;
"""

LISTING = "SELECT card, cents, id FROM floor_card WHERE category = %s ORDER BY cents, id LIMIT 25"
PAGE = "SELECT page FROM floor_page WHERE slug = %s"
READ_LINES = """SELECT v.sku, p.slug, p.name, v.name, l.units, r.amount_cents FROM shop_cartline l
  JOIN catalog_variant v ON v.id = l.variant_id JOIN catalog_product p ON p.id = v.product_id
  JOIN catalog_price r ON r.variant_id = v.id AND r.currency = 'EUR'
 WHERE l.cart_id = %s ORDER BY l.id"""

_pool: AsyncConnectionPool[Connection] | None = None


async def application(scope: Message, receive: Any, send: Any) -> None:
    """One of five addresses; anything else is 404."""
    if scope["type"] != "http":
        return
    status, body = await answer(scope, receive)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def answer(scope: Message, receive: Any) -> Answer:
    _, _, *path = scope["path"].split("/") if scope["path"].startswith("/floor/") else ("", "", "")
    async with (await pool()).connection() as connection:
        match scope["method"], path:
            case "GET", ["products", ""]:
                category = parse_qs(scope["query_string"].decode())["category"][0]
                return await list_products(connection, category)
            case "GET", ["products", slug, ""]:
                return await read_page(connection, slug)
            case "GET", [("search" | "suggest" | "facets" | "filtered") as what, ""]:
                asked = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
                return await floor_finding.find(connection, what, asked)
            case "PUT", ["carts", token, sku]:
                asked = json.loads((await receive())["body"])
                return await put_line(connection, token, sku, asked["units"])
            case "POST", ["carts"]:
                return 201, json.dumps({"token": (await floor_writes.open_cart(connection))[1]}).encode()
            case "POST", ["checkout"]:
                return await floor_writes.check_out(connection, json.loads((await receive())["body"]))
    return 404, b"{}"


async def pool() -> AsyncConnectionPool[Connection]:
    """Four connections, opened by the first request: as many as the shop's web has."""
    global _pool
    if _pool is None:
        _pool = AsyncConnectionPool(
            os.environ["DATABASE_URL"], min_size=1, max_size=4, open=False, kwargs={"autocommit": True}
        )
        await _pool.open(wait=True)
    return _pool


async def list_products(connection: Connection, category: str) -> Answer:
    rows = await (await connection.execute(LISTING, [category])).fetchall()
    cards = ",".join(row[0] for row in rows[:24])
    place = json.dumps(["price", rows[23][1], rows[23][2]], separators=(",", ":")).encode()
    cursor = base64.urlsafe_b64encode(place).decode().rstrip("=")
    return 200, f'{{"results":[{cards}],"next":"{cursor}"}}'.encode()


async def read_page(connection: Connection, slug: str) -> Answer:
    row = await (await connection.execute(PAGE, [slug])).fetchone()
    return (200, row[0].encode()) if row else (404, b"{}")


async def put_line(connection: Connection, token: str, sku: str, units: int) -> Answer:
    row = await (await connection.execute(floor_writes.PUT_LINE, [units, token, sku])).fetchone()
    if row is None:
        return 404, b"{}"
    rows = await (await connection.execute(READ_LINES, [row[0]])).fetchall()
    return 200, json.dumps(_show_cart(token, rows), separators=(",", ":")).encode()


def _show_cart(token: str, rows: list[TupleRow]) -> dict[str, Any]:
    """The shop's form; totals without tax rules, because the floor knows none."""
    goods = sum(units * cents for *_, units, cents in rows)
    return {
        "token": token,
        "market": "eu",
        "currency": "EUR",
        "country": "DE",
        "prices_include_tax": True,
        "lines": [
            {
                "sku": sku,
                "product": {"slug": slug, "name": product},
                "name": name,
                "units": units,
                "unit_price": euro(cents),
                "total": euro(units * cents),
            }
            for sku, slug, product, name, units, cents in rows
        ],
        "totals": {
            "goods": euro(goods),
            "delivery": None,
            "tax": [{"rate_bp": 1900, "net": euro(goods), "tax": euro(goods)}],
            "total": euro(goods),
        },
        "problems": [],
        "order": None,
    }
