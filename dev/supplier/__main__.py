"""`python -m dev.supplier --goods lots.csv --port 8035 --sftp-port 8022`: port 0 takes a free one.

Says "supplier ready at http://127.0.0.1:8035 sftp 127.0.0.1:8022 key ssh-ed25519 AAAA… seed 5" when it is
(without --sftp-port nothing of sftp and key), and ends on SIGTERM or SIGINT.

It knows no shop: its goods are a delivery note such as dev/demo/catalogue/lots.csv, of which `--location
ROT` takes the lots of one place; days such as +435d are from today. Every `--every` seconds a few counts go
down, and now and then a delivery comes: a lot that the shop does not know, with its best-before. The same
`--seed` brings the same changes.

It serves /stock.csv, /stock.xlsx and /stock.json with ETag and Last-Modified, and /stock.csv over SFTP
(user regimen, password noordkade; the host key is kept in --host-key, and given at /host-key). A feed of
it: columns {"sku": "Article", "lot": "Batch", "location": "Warehouse", "units": "Free", "expires_on": "Best
before", "counted_at": "Counted at"}, dates DMY, counts FREE.

POST /control {"mode": "ok|html|truncated|empty|zeros|hang|redirect|huge|500|zip-bomb|cp1252"} makes it
misbehave until the next word; {"change": 3} changes its counts three times at once.
"""

from __future__ import annotations

import argparse
import logging
import random
import signal
import threading
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from werkzeug.serving import WSGIRequestHandler, make_server

from dev.supplier.misbehaving import Mood
from dev.supplier.sftp import make_host_key, serve_sftp, written_key
from dev.supplier.shelves import BadGoodsError, Shelves, read_goods
from dev.supplier.web import Supplier


class QuietRequests(WSGIRequestHandler):
    """Says nothing about requests: what goes wrong here goes wrong on purpose."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def main() -> None:
    options = read_options()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, _leave)
    now = datetime.now(UTC)
    try:
        lots = read_goods(options.goods, location=options.location, today=now.astimezone().date())
    except BadGoodsError as error:
        raise SystemExit(f"supplier: {error}") from None
    seed = random.randrange(1_000_000) if options.seed is None else options.seed
    shelves, mood = Shelves(lots, seed=seed, now=now), Mood()
    supplier = Supplier(shelves, mood)
    server = make_server(options.host, options.port, supplier, threaded=True, request_handler=QuietRequests)
    ready = f"supplier ready at http://{options.host}:{server.port}"
    with ExitStack() as stack:
        if options.sftp_port is not None:
            key = make_host_key(options.host_key)
            port = stack.enter_context(
                serve_sftp(shelves, mood, host=options.host, port=options.sftp_port, key=key)
            )
            supplier.host_key, supplier.sftp = written_key(key), f"sftp://{options.host}:{port}/stock.csv"
            ready += f" sftp {options.host}:{port} key {supplier.host_key}"
        if options.every:
            supplier.every_s = options.every
            threading.Thread(target=change_for_ever, args=(shelves, options.every), daemon=True).start()
        print(f"{ready} seed {seed}", flush=True)
        server.serve_forever()


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m dev.supplier", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--goods", type=Path, required=True, help="sku,location,lot,expires_on,units")
    parser.add_argument("--location", default="", help="take the lots of this place only")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8035, help="HTTP (8035)")
    parser.add_argument("--sftp-port", type=int, help="SFTP too, on this port")
    parser.add_argument("--host-key", type=Path, default=Path(".run/supplier_host_key"), help="kept here")
    parser.add_argument("--every", type=float, default=20, help="seconds between changes (20); 0: none")
    parser.add_argument("--seed", type=int, help="of the changes; without it another one each time")
    return parser.parse_args()


def change_for_ever(shelves: Shelves, every_s: float) -> None:
    pause = threading.Event()
    while not pause.wait(every_s):
        shelves.change(datetime.now(UTC))


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
