"""The floor's finding: one statement over one table of finished rows (`sizes.FLOOR` makes it)."""

from __future__ import annotations

from dev.bench.floor_writes import Answer, Connection

FIND = {
    "search": """SELECT card FROM floor_find WHERE words @@ plainto_tsquery('english', %(q)s)
        ORDER BY ts_rank(words, plainto_tsquery('english', %(q)s)) DESC, id LIMIT 24""",
    "suggest": """SELECT card FROM floor_find WHERE name_key LIKE lower(%(q)s) || '%%'
        ORDER BY name_key LIMIT 6""",
    "facets": """SELECT json_build_object(brand, count(*))::text FROM floor_find WHERE category = %(category)s
        GROUP BY brand ORDER BY count(*) DESC""",
    "filtered": """SELECT card FROM floor_find WHERE category = %(category)s AND %(concern)s = ANY(concerns)
        ORDER BY cents, id LIMIT 24""",
}


async def find(connection: Connection, what: str, asked: dict[str, str]) -> Answer:
    rows = await (await connection.execute(FIND[what], asked)).fetchall()
    name = "facets" if what == "facets" else "results"
    return 200, f'{{"{name}":[{",".join(row[0] for row in rows)}]}}'.encode()
