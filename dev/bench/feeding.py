"""A supplier's feed of 100,000 lines: how long, how much memory, how many statements.

`manage.py run_feed` fetches it over HTTP and prints its diary; the process's peak memory is the kernel's
word. First every lot is unknown and received, then every count differs, then none does.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from dev.bench.measuring import find_statements
from dev.bench.shop import DATABASE, Shop
from dev.demo import telling
from dev.demo.supervisor import ROOT

LINES, FEWER = 100_000, 10_000
NAME = "bench"
LOTS = 5  # of one size, as in a large house
SET_UP = """
INSERT INTO catalog_variant (product_id, sku, name, net_quantity, net_unit, weight_g, position)
SELECT product.id, 'FED-' || n, 'fed ' || n, 30, 'ml', 90, 9
  FROM generate_series(1, {sizes}) n
  JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS many
          FROM catalog_product) product ON product.place = 1 + n % product.many;
INSERT INTO catalog_location (code, name) VALUES ('FEED', 'Fed') ON CONFLICT DO NOTHING;
INSERT INTO catalog_supplier (code, name, email, note) VALUES ('BENCH', 'Bench', '', '');
INSERT INTO catalog_feedhost (host, note, named_at) VALUES ('{host}', '', now());
INSERT INTO catalog_feed (supplier_id, name, url, format, encoding, dates, columns, counts, unknown_lots,
       location_id, username, secret_name, host_key, every_minutes, hold_zeros_over_percent, attempts,
       failures, etag)
SELECT supplier.id, '{name}', 'http://{host}/stock', 'CSV', 'UTF8', 'ISO', '{{}}', 'ON_HAND', 'QUARANTINE',
       location.id, '', '', '', 60, 50, 0, 0, ''
  FROM catalog_supplier supplier, catalog_location location
 WHERE supplier.code = 'BENCH' AND location.code = 'FEED';
"""


@dataclass(frozen=True)
class Fed:
    """One run of the feed."""

    what: str
    lines: int
    seconds: float  # of the run itself, as its diary says
    peak_mb: float  # of the whole process; Django alone is the smallest of them
    statements: float  # per 1,000 lines, without BEGIN and COMMIT; 0 where they were not counted
    told: dict[str, Any]


class File:
    """The file that the supplier serves, and since when it is so."""

    def __init__(self) -> None:
        self.content, self.at = b"", datetime.now(UTC)

    def write(self, lines: int, units: int) -> None:
        rows = (f"FED-{number // LOTS + 1},L{number:06},{units},2031-06-30" for number in range(lines))
        self.content = ("sku,lot,units,expires\n" + "\n".join(rows) + "\n").encode()
        self.at = datetime.now(UTC)


@contextmanager
def serve_file(file: File) -> Iterator[str]:
    """The host at which it is served."""

    @Request.application
    def answer(request: Request) -> Response:
        return Response(file.content, headers={"Last-Modified": format_datetime(file.at, usegmt=True)})

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=QuietRequests)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        server.server_close()


class QuietRequests(WSGIRequestHandler):
    """Says nothing about requests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def measure_feeding(shop: Shop, *, lines: int = LINES) -> list[Fed]:
    """The same file three times, and statements counted on a tenth of it."""
    file, found = File(), list[Fed]()
    steps = [
        ("received: every lot is new", 10),
        ("applied: every count differs", 9),
        ("as before: none does", 9),
    ]
    with serve_file(file) as host:
        shop.ask(SET_UP.format(host=host, name=NAME, sizes=lines // LOTS))
        fewer = lines // 10
        for what, units in steps:
            file.write(fewer, units)
            counted = _run(shop, what, fewer, counts=True).statements
            if units == 10:  # the large file must find them as new as the small one did
                shop.ask("TRUNCATE catalog_lot CASCADE")
            file.write(lines, units)
            with telling.step(f"a feed of {lines:,}, {what.split(':')[0]}") as results:
                fed = _run(shop, what, lines)
                results.append(f"{fed.seconds:.1f} s, {fed.peak_mb:.0f} MB, {counted:.1f} statements")
            found.append(Fed(what, lines, fed.seconds, fed.peak_mb, counted, fed.told))
    return found


def _run(shop: Shop, what: str, lines: int, *, counts: bool = False) -> Fed:
    before = shop.log.stat().st_size
    if not counts:
        return _feed(shop, what, lines, statements=lambda: 0)
    with shop.statements_logged():
        before = shop.log.stat().st_size
        return _feed(
            shop,
            what,
            lines,
            statements=lambda: len(find_statements(shop.log.read_bytes()[before:].decode())),
        )


def _feed(shop: Shop, what: str, lines: int, *, statements: Any) -> Fed:
    assert shop.stack.postgres is not None
    url = shop.stack.postgres.url.replace("/shop?", f"/{DATABASE}?")
    environment = os.environ | {"FEED_PRIVATE_NETWORKS": "127.0.0.0/8", "DATABASE_URL": url}
    command = [sys.executable, "manage.py", "run_feed", NAME]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    time.sleep(0.2)
    told = json.loads(said)
    if told["state"] != "APPLIED" or told["refused"]:
        raise RuntimeError(f"the feed went wrong: {said}")
    return Fed(
        what, lines, told["took_ms"] / 1000, used.ru_maxrss / 1024, statements() / (lines / 1000), told
    )


def print_feeding(found: list[Fed]) -> None:
    telling.heading("A supplier's feed")
    telling.line(f"{'':<32}{'lines':>9}{'s':>7}{'lines/s':>9}{'peak MB':>9}{'SQL per 1,000':>15}")
    for fed in found:
        pace = fed.lines / fed.seconds
        telling.line(
            f"{fed.what:<32}{fed.lines:>9,}{fed.seconds:>7.1f}{pace:>9,.0f}{fed.peak_mb:>9.0f}{fed.statements:>15.1f}"
        )
    telling.line("CSV over HTTP; peak: of the whole process, Django with it; SQL: without BEGIN and COMMIT.")


def as_record(found: list[Fed]) -> list[dict[str, Any]]:
    return [vars(fed) for fed in found]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.bench.feeding", description=__doc__)
    parser.add_argument("--products", type=int, default=3000)
    parser.add_argument("--lines", type=int, default=LINES)
    asked = parser.parse_args()
    shop = Shop(products=asked.products)
    try:
        shop.open()
        print_feeding(measure_feeding(shop, lines=asked.lines))
    finally:
        shop.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
