"""The supplier over HTTP: three files, a page about them, and a switch for trials."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from dev.supplier import misbehaving
from dev.supplier.misbehaving import MODES, Mood
from dev.supplier.shelves import Shelves
from dev.supplier.writing import COLUMNS, TYPES

PAGES = Path(__file__).resolve().parent / "pages"
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
MOST_CHANGES = 1000


class Supplier:
    """The WSGI application over one set of shelves."""

    def __init__(self, shelves: Shelves, mood: Mood, *, host_key: str = "", sftp: str = "") -> None:
        self.shelves, self.mood, self.host_key, self.sftp = shelves, mood, host_key, sftp
        self.every_s = 0.0
        self.pages = Environment(loader=FileSystemLoader(PAGES), autoescape=True, trim_blocks=True)
        self.routes = Map(
            [
                Rule("/", endpoint=self.show_page, methods=["GET"]),
                Rule("/style.css", endpoint=self.show_style, methods=["GET"]),
                Rule("/stock.<any(csv, xlsx, json):kind>", endpoint=self.give_file, methods=["GET"]),
                Rule("/host-key", endpoint=self.give_host_key, methods=["GET"]),
                Rule("/control", endpoint=self.tell, methods=["GET"]),
                Rule("/control", endpoint=self.obey, methods=["POST"]),
            ]
        )

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        try:
            endpoint, arguments = self.routes.bind_to_environ(environ).match()
            response: Response = endpoint(request, **arguments)
        except HTTPException as error:
            response = Response(f"{error.name}: {error.description}\n", error.code, mimetype="text/plain")
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response(environ, start_response)

    # -- the files -----------------------------------------------------------------------------------

    def give_file(self, request: Request, kind: str) -> Response:
        mode = self.mood.mode
        if mode == "hang":
            self.mood.hang()
            mode = self.mood.mode
        if mode == "500":
            return Response("Something broke.\n", 500, mimetype="text/plain")
        if mode == "redirect":
            return redirect(f"http://{misbehaving.PRIVATE}/stock.{kind}", code=302)
        if mode == "huge":
            return Response(
                misbehaving.pour(misbehaving.HUGE_BYTES, b"NK-000001;L1;1\r\n"), mimetype="text/csv"
            )
        if mode == "zip-bomb" and kind != "xlsx":
            packed = {"Content-Encoding": "gzip"}
            return Response(misbehaving.pack_bomb(), headers=packed, content_type=TYPES[kind])
        return self._give_count(request, kind, mode)

    def _give_count(self, request: Request, kind: str, mode: str) -> Response:
        count = self.shelves.count()
        content = misbehaving.write_badly(count, kind, mode)
        response = Response(content, content_type="text/html" if mode == "html" else TYPES[kind])
        # a workbook carries the moment of its writing: the etag is of what it says
        response.set_etag(hashlib.sha256(f"{kind} {mode} {count}".encode()).hexdigest()[:20])
        response.last_modified = count.counted_at
        response.headers["Cache-Control"] = "no-cache"
        response.make_conditional(request)
        return response

    def give_host_key(self, request: Request) -> Response:
        if not self.host_key:
            raise NotFound("There is no SFTP here.")
        return Response(f"{self.host_key}\n", mimetype="text/plain")

    # -- the page ------------------------------------------------------------------------------------

    def show_page(self, request: Request) -> Response:
        count = self.shelves.count()
        page = self.pages.get_template("index.html").render(
            count=count,
            units=sum(lot.free for lot in count.lots),
            empty=sum(not lot.free for lot in count.lots),
            notes=self.shelves.notes(),
            every_s=self.every_s,
            mode=self.mood.mode,
            modes=MODES,
            columns=COLUMNS,
            sftp=self.sftp,
            host_key=self.host_key,
            kinds=list(TYPES),
        )
        return Response(page, mimetype="text/html", headers={"Cache-Control": "no-store"})

    def show_style(self, request: Request) -> Response:
        return Response((PAGES / "style.css").read_bytes(), mimetype="text/css")

    # -- the switch ----------------------------------------------------------------------------------

    def tell(self, request: Request) -> Response:
        count = self.shelves.count()
        told = {
            "mode": self.mood.mode,
            "number": count.number,
            "counted_at": count.counted_at.isoformat(),
            "lots": len(count.lots),
            "units": sum(lot.free for lot in count.lots),
        }
        return Response(json.dumps(told), mimetype="application/json")

    def obey(self, request: Request) -> Response:
        """Takes {"mode": …}, {"change": how many times, now}, or both; as JSON or from the page."""
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            raise NotFound
        asked = request.get_json() if request.is_json else request.form.to_dict()
        if not isinstance(asked, dict):
            raise BadRequest('An object is wanted, such as {"mode": "html"}.')
        mode, times = str(asked.get("mode", self.mood.mode)), str(asked.get("change", 0))
        if mode not in MODES:
            raise BadRequest(f"There is no mode {mode[:40]!r}: {', '.join(MODES)}.")
        if not times.isdecimal() or int(times) > MOST_CHANGES:
            raise BadRequest(f"change is a number up to {MOST_CHANGES}.")
        if mode != self.mood.mode:
            self.mood.set(mode)
        for _ in range(int(times)):
            self.shelves.change(datetime.now(UTC))
        return self.tell(request) if request.is_json else redirect("/", code=303)
