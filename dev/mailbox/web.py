"""The mailbox in the browser, and the same as JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from dev.mailbox.drawer import Drawer
from dev.mailbox.letters import Attachment, Letter

PAGES = Path(__file__).resolve().parent / "pages"
SHOWN_IN_BROWSER = {"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp"}
OURS = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
# A letter is a stranger's page: it runs nothing, sends nothing, and may only open links elsewhere.
THEIRS = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data: http: https:; font-src data:; frame-ancestors 'self'"
)


class Mailbox:
    """The WSGI application over one drawer."""

    def __init__(self, drawer: Drawer) -> None:
        self.drawer = drawer
        self.pages = Environment(loader=FileSystemLoader(PAGES), autoescape=True, trim_blocks=True)
        self.pages.filters["moment"] = written_moment
        self.routes = Map(
            [
                Rule("/", endpoint=self.show_list, methods=["GET"]),
                Rule("/empty", endpoint=self.empty_drawer, methods=["POST"]),
                Rule("/style.css", endpoint=self.show_style, methods=["GET"]),
                Rule("/watch.js", endpoint=self.show_script, methods=["GET"]),
                Rule("/messages/<letter_id>", endpoint=self.show_letter, methods=["GET"]),
                Rule("/messages/<letter_id>/html", endpoint=self.show_html, methods=["GET"]),
                Rule("/messages/<letter_id>/source", endpoint=self.show_source, methods=["GET"]),
                Rule(
                    "/messages/<letter_id>/attachments/<int:number>",
                    endpoint=self.show_attachment,
                    methods=["GET"],
                ),
                Rule("/api/messages", endpoint=self.list_messages, methods=["GET"]),
                Rule("/api/messages", endpoint=self.delete_messages, methods=["DELETE"]),
                Rule("/api/messages/<letter_id>", endpoint=self.give_message, methods=["GET"]),
            ],
            strict_slashes=False,
        )

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        try:
            endpoint, arguments = self.routes.bind_to_environ(environ).match()
            response: Response = endpoint(request, **arguments)
        except HTTPException as error:
            response = self._explain(request, error)
        for name, value in (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer")):
            response.headers[name] = value
        response.headers.setdefault("Content-Security-Policy", OURS)
        response.headers.setdefault("Cache-Control", "no-store")
        return response(environ, start_response)

    # -- pages ---------------------------------------------------------------------------------------

    def show_list(self, request: Request) -> Response:
        words = request.args.get("q", "").strip()
        letters = self.drawer.find(words=words)
        return self._page("list.html", letters=letters, words=words, newest=self._newest())

    def show_letter(self, request: Request, letter_id: str) -> Response:
        letter = self._letter(letter_id)
        views = [view for view in ("html", "text", "headers") if view != "html" or letter.html]
        asked = request.args.get("view", "")
        return self._page(
            "letter.html", letter=letter, views=views, view=asked if asked in views else views[0]
        )

    def show_html(self, request: Request, letter_id: str) -> Response:
        page = '<!doctype html><base target="_blank">' + self._letter(letter_id).html
        return Response(page, mimetype="text/html", headers={"Content-Security-Policy": THEIRS})

    def show_source(self, request: Request, letter_id: str) -> Response:
        raw = self.drawer.raw(letter_id)
        if raw is None:
            raise NotFound
        return _file(Attachment(f"{letter_id}.eml", "message/rfc822", raw), inline=False)

    def show_attachment(self, request: Request, letter_id: str, number: int) -> Response:
        attachments = self._letter(letter_id).attachments
        if not 1 <= number <= len(attachments):
            raise NotFound
        attachment = attachments[number - 1]
        inline = attachment.type in SHOWN_IN_BROWSER and "download" not in request.args
        return _file(attachment, inline=inline)

    def empty_drawer(self, request: Request) -> Response:
        self._refuse_strangers(request)
        self.drawer.empty()
        return redirect("/", code=303)

    def show_style(self, request: Request) -> Response:
        return Response((PAGES / "style.css").read_bytes(), mimetype="text/css")

    def show_script(self, request: Request) -> Response:
        return Response((PAGES / "watch.js").read_bytes(), mimetype="text/javascript")

    # -- JSON ----------------------------------------------------------------------------------------

    def list_messages(self, request: Request) -> Response:
        letters = self.drawer.find(
            to=request.args.get("to", ""),
            subject=request.args.get("subject", ""),
            limit=min(max(request.args.get("limit", 200, type=int), 1), 1000),
        )
        return _json({"messages": [_outline(letter) for letter in letters]})

    def give_message(self, request: Request, letter_id: str) -> Response:
        letter = self._letter(letter_id)
        whole = _outline(letter) | {
            "headers": [{"name": name, "value": value} for name, value in letter.headers],
            "text": letter.text,
            "html": letter.html,
        }
        for described, attachment in zip(whole["attachments"], letter.attachments, strict=True):
            described["base64"] = base64.b64encode(attachment.content).decode()
        return _json(whole)

    def delete_messages(self, request: Request) -> Response:
        self._refuse_strangers(request)
        return _json({"deleted": self.drawer.empty()})

    # -- parts ---------------------------------------------------------------------------------------

    def _letter(self, letter_id: str) -> Letter:
        letter = self.drawer.letter(letter_id)
        if letter is None:
            raise NotFound("There is no such message. It may have been thrown away.")
        return letter

    def _newest(self) -> str:
        return next(iter(self.drawer.ids()), "")

    def _page(self, name: str, *, status: int = 200, **facts: Any) -> Response:
        return Response(self.pages.get_template(name).render(**facts), status=status, mimetype="text/html")

    def _explain(self, request: Request, error: HTTPException) -> Response:
        status = error.code or 400
        headers = Headers(error.get_headers(request.environ))
        if request.path.startswith("/api/"):
            response = _json({"error": error.name, "detail": error.description}, status=status)
        else:
            response = self._page("error.html", status=status, title=error.name, detail=error.description)
        for name in ("Location", "Allow"):
            if name in headers:
                response.headers[name] = headers[name]
        return response

    def _refuse_strangers(self, request: Request) -> None:
        """Another site's page may not empty the mailbox through the browser of the one who reads it."""
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            raise NotFound


def written_moment(moment: datetime) -> str:
    """As in "21 November 2026, 14:03", by this machine's clock."""
    local = moment.astimezone()
    return f"{local.day} {local:%B %Y, %H:%M}"


def _outline(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "received_at": letter.received_at.isoformat(),
        "from": letter.sender,
        "to": letter.recipients,
        "subject": letter.subject,
        "attachments": [
            {
                "name": attachment.name,
                "type": attachment.type,
                "bytes": len(attachment.content),
                "url": f"/messages/{letter.id}/attachments/{number}",
            }
            for number, attachment in enumerate(letter.attachments, start=1)
        ],
    }


def _json(answer: dict[str, Any], *, status: int = 200) -> Response:
    return Response(json.dumps(answer, ensure_ascii=False), status=status, mimetype="application/json")


def _file(attachment: Attachment, *, inline: bool) -> Response:
    response = Response(attachment.content, mimetype=attachment.type)
    response.headers.set(
        "Content-Disposition", "inline" if inline else "attachment", filename=attachment.name
    )
    # the browser's own PDF viewer needs its styles; a sandbox would keep it from opening at all
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )
    return response
