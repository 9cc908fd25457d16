"""`python -m dev.mailbox --smtp-port 1025 --http-port 8025 --dir .run/mail`: port 0 takes a free one."""

from __future__ import annotations

import argparse
import logging
import signal
from pathlib import Path
from types import FrameType

from werkzeug.serving import WSGIRequestHandler, make_server

from dev.mailbox.catching import catch_mail
from dev.mailbox.drawer import Drawer
from dev.mailbox.web import Mailbox


class QuietRequests(WSGIRequestHandler):
    """Says nothing about requests that went well."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if str(code) >= "500":
            super().log_request(code, size)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.mailbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--smtp-port", type=int, default=1025, help="where the shop sends (1025)")
    parser.add_argument("--http-port", type=int, default=8025, help="where you read (8025)")
    parser.add_argument("--dir", type=Path, default=Path(".run/mail"), help="where the .eml files lie")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, _leave)
    drawer = Drawer(options.dir)
    server = make_server(
        options.host, options.http_port, Mailbox(drawer), threaded=True, request_handler=QuietRequests
    )
    with catch_mail(drawer, host=options.host, port=options.smtp_port) as smtp_port:
        web = f"http://{options.host}:{server.port}"
        print(f"mailbox ready at {web} smtp {options.host}:{smtp_port}", flush=True)
        server.serve_forever()


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
