"""The whole sandbox as one WSGI application: the API, the payment page, the controls."""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from collections.abc import Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

from . import cards, jobs, payments
from .api import Api, Call, Reply, encode
from .control import Control
from .errors import Json
from .faults import LONGEST_MS, DropConnectionError, Faults
from .page import Pages
from .request_log import RequestLog
from .sandbox import Sandbox
from .webhooks import Postbox


class App:
    """Sends each request to the part that knows it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._api = Api(sandbox)
        self._faults = Faults()
        self._log = RequestLog()
        self._postbox = Postbox(sandbox)
        self._pages = Pages(sandbox, self._postbox)
        self._control = Control(sandbox, self._postbox, self._faults, self._log)

    def start(self) -> None:
        """Starts the clock's thread and the postbox."""
        threading.Thread(target=jobs.run_forever, args=(self._sandbox,), daemon=True, name="clock").start()
        if self._sandbox.settings.webhook_url:
            self._postbox.start()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        try:
            response = self._route(request)
        except DropConnectionError:
            raise
        except Exception:  # noqa: BLE001 - the last net
            # It is a bug of the sandbox, and whoever runs it must see it.
            traceback.print_exc(file=sys.stderr)
            error = {"error": {"type": "api_error", "message": "The sandbox has a bug; see its log."}}
            response = Response(encode(error), status=500, content_type="application/json")
        return response(environ, start_response)

    def _route(self, request: Request) -> Response:
        if request.path.startswith("/_sandbox/"):
            return self._control.answer(request)
        if request.path.startswith("/v1/") or request.path == "/v1":
            return self._answer_api(request)
        return self._pages.answer(request)

    def _answer_api(self, request: Request) -> Response:
        call, began = _read_call(request), time.monotonic()
        fault = self._faults.strike(call.method, call.path)
        if fault.get("hang"):
            _hang()
        if "status" in fault and not fault.get("stored"):
            _pause(fault.get("delay_ms", 0))
            error = {
                "error": {"type": "api_error", "message": "An error occurred, because a fault asked for it."}
            }
            reply = Reply(fault["status"], encode(error), {})
        else:
            reply = self._api.answer(call, broken_with=fault.get("status"), delay_ms=fault.get("delay_ms", 0))
        self._note(call, reply, fault, began)
        if self._sandbox.webhook_mode == "before_response" and not reply.replayed:
            self._postbox.deliver_now(reply.emitted)
        self._play_after(fault, reply)
        return Response(
            reply.body, status=reply.status, headers=reply.headers, content_type="application/json"
        )

    def _play_after(self, fault: Json, reply: Reply) -> None:
        if "pay_before_answer" in fault and reply.status == 200:
            self._pay(json.loads(reply.body), fault["pay_before_answer"])
        _pause(fault.get("hold_answer_ms", 0))
        if fault.get("hang_after_commit"):
            _hang()
        if fault.get("drop_after_commit"):
            raise DropConnectionError

    def _pay(self, answered: Json, number: str) -> None:
        """A buyer quicker than the answer: the news go out before the shop knows its session."""
        with self._sandbox.work() as work:
            session = work.find("checkout.session", str(answered.get("id")))
            if session is None or session["status"] != "open":
                return
            buyer = payments.Buyer(session["customer_email"] or "quick.buyer@example.com")
            payments.pay_session(work, session, cards.find_card(number), buyer)
        self._postbox.deliver_now(work.emitted)

    def _note(self, call: Call, reply: Reply, fault: Json, began: float) -> None:
        self._log.add(
            {
                "id": reply.headers.get("Request-Id"),
                "at": self._sandbox.clock.now(),
                "method": call.method,
                "path": call.path,
                "form": b"&".join(part for part in (call.query, call.body) if part).decode(
                    "utf-8", "replace"
                ),
                "idempotency_key": call.key,
                "stripe_version": call.version,
                "status": reply.status,
                "replayed": reply.replayed,
                "fault": fault or None,
                "duration_ms": round((time.monotonic() - began) * 1000, 2),
            }
        )


def _pause(milliseconds: int) -> None:
    if (
        milliseconds
    ):  # even a sleep of nothing gives the processor away, and costs milliseconds on a busy machine
        time.sleep(milliseconds / 1000)


def _hang() -> None:
    """Holds the connection, silently, until nobody can still be waiting."""
    time.sleep(LONGEST_MS / 1000)
    raise DropConnectionError


def _read_call(request: Request) -> Call:
    header = request.headers.get
    return Call(
        method=request.method,
        path=request.path.rstrip("/"),
        query=request.environ.get("QUERY_STRING", "").encode("latin-1", "replace"),
        body=request.get_data(cache=False),
        content_type=header("Content-Type", "").lower(),
        authorization=header("Authorization"),
        version=header("Stripe-Version"),
        key=header("Idempotency-Key"),
    )
