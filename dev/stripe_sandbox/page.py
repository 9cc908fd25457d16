"""The hosted payment page: plain HTML that works without JavaScript, one address per session."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from . import page_form, page_view, payments, sessions
from .api import FORM_TYPE
from .errors import Json, Refusal
from .forms import Form, decode_form
from .page_form import Filled
from .payments import Buyer, Outcome
from .sandbox import Sandbox, Work
from .webhooks import Postbox

_FOLDER = Path(__file__).parent / "pages"
_ROAD = re.compile(r"/c/pay/([A-Za-z0-9_]{1,200})(/authenticate)?/?\Z")
_PLACEHOLDER = re.compile(r"(?:\{|%7B)CHECKOUT_SESSION_ID(?:\}|%7D)", re.IGNORECASE)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Pages:
    """Answers what a browser asks."""

    def __init__(self, sandbox: Sandbox, postbox: Postbox) -> None:
        self._sandbox, self._postbox = sandbox, postbox
        loader = FileSystemLoader(_FOLDER)
        self._templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._style = (_FOLDER / "sandbox.css").read_bytes()

    def answer(self, request: Request) -> Response:
        """A page, a redirect, or a page that says why not."""
        if request.method not in ("GET", "HEAD", "POST"):
            return self._end(405, "method")
        if request.path == "/sandbox.css":
            return Response(self._style, content_type="text/css; charset=utf-8")
        if request.path == "/favicon.ico":
            return Response(status=204)
        if request.path == "/" and request.method != "POST":
            return self._show_front()
        road = _ROAD.match(request.path)
        if road is None:
            return self._end(404, "unknown")
        try:
            return self._answer_session(request, road[1], authenticating=road[2] is not None)
        except Refusal:
            return self._end(400, "unreadable")

    def _answer_session(self, request: Request, session_id: str, *, authenticating: bool) -> Response:
        form = _read_form(request)
        with self._sandbox.work() as work:
            session = work.find("checkout.session", session_id)
            if session is None:
                return self._end(404, "unknown")
            if session["status"] != "open" or sessions.has_lapsed(session, now=work.now):
                response = self._show_end(session)
            elif authenticating:
                response = self._authenticate(work, session, request.method, form)
            elif request.method == "POST":
                response = self._pay(work, session, form)
            else:
                response = self._show_payment(work, session)
        if self._sandbox.webhook_mode == "before_response":
            self._postbox.deliver_now(work.emitted)
        return response

    def _pay(self, work: Work, session: Json, form: Form) -> Response:
        filled = page_form.read_payment(form, session, now=work.now)
        if filled.errors:
            return self._show_payment(work, session, filled, status=422)
        buyer = Buyer(filled.email, filled.name or None)
        outcome = payments.pay_session(work, session, filled.card, buyer)
        return self._follow(work, session, outcome, filled)

    def _authenticate(self, work: Work, session: Json, method: str, form: Form) -> Response:
        intent = work.find("payment_intent", session["payment_intent"] or "")
        if intent is None or intent["status"] != "requires_action":
            return _go(self._address(session))
        answer = form.get("answer")
        if method != "POST" or answer not in ("complete", "fail"):
            card = work.get("payment_method", intent["payment_method"])["card"]
            return self._render("authenticate.html", 200, session=session, card=card)
        outcome = payments.answer_authentication(work, session, passed=answer == "complete")
        return self._follow(work, session, outcome, Filled(email=session["customer_email"] or ""))

    def _follow(self, work: Work, session: Json, outcome: Outcome, filled: Filled) -> Response:
        if outcome.result == "paid":
            return _go(_fill_in(session["success_url"], session["id"]))
        if outcome.result == "authenticate":
            return _go(f"{self._address(session)}/authenticate")
        return self._show_payment(work, session, filled, status=402)

    def _show_payment(
        self, work: Work, session: Json, filled: Filled | None = None, *, status: int = 200
    ) -> Response:
        intent = work.find("payment_intent", session["payment_intent"] or "")
        last_error = (intent or {}).get("last_payment_error") or {}
        filled = filled or Filled(email=session["customer_email"] or "")
        return self._render(
            "pay.html",
            status,
            session=session,
            lines=work.store.find_hidden(session["id"])["lines"],
            filled=filled,
            refused=None if filled.errors else last_error.get("message"),
            waiting=intent is not None and intent["status"] == "requires_action",
            back=_fill_in(session["cancel_url"] or "", session["id"]),
            test_cards=page_view.TEST_CARDS,
        )

    def _show_end(self, session: Json) -> Response:
        if session["status"] == "complete":
            thanks = _fill_in(session["success_url"], session["id"])
            return self._end(200, session["payment_status"], session=session, back=thanks)
        back = _fill_in(session["cancel_url"] or "", session["id"]) or None
        return self._end(410, "expired", session=session, back=back)

    def _show_front(self) -> Response:
        with self._sandbox.work() as work:
            return self._render("front.html", 200, sessions=page_view.list_newest(work))

    def _end(
        self, status: int, reason: str, *, session: Json | None = None, back: str | None = None
    ) -> Response:
        return self._render("end.html", status, end=page_view.ENDS[reason], session=session, back=back)

    def _address(self, session: Json) -> str:
        return f"/c/pay/{session['id']}"

    def _render(self, template: str, status: int, **content: object) -> Response:
        html = self._templates.get_template(template).render(
            shop=self._sandbox.settings.business_name, view=page_view, **content
        )
        return Response(html, status=status, headers=_HEADERS, content_type="text/html; charset=utf-8")


def _read_form(request: Request) -> Form:
    if request.method != "POST" or request.mimetype != FORM_TYPE:
        return {}
    return decode_form(request.get_data(cache=False))


def _fill_in(url: str, session_id: str) -> str:
    """The shop's address with the session's id where it asked for it, encoded braces included."""
    return _PLACEHOLDER.sub(session_id, url)


def _go(address: str) -> Response:
    return redirect(address, code=303)
