"""The controls under /_sandbox/: what a test or a demo may do that no customer of Stripe can."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from . import buying, invariants, jobs, webhooks
from .api import encode
from .errors import Json, Refusal
from .faults import Faults
from .request_log import RequestLog
from .sandbox import Sandbox
from .webhooks import Postbox

LONGEST_ADVANCE_S = 10 * 365 * 86400
LONGEST_WAIT_S = 60.0


class Control:
    """Answers the control endpoints, for whoever holds the control token."""

    def __init__(self, sandbox: Sandbox, postbox: Postbox, faults: Faults, log: RequestLog) -> None:
        self._sandbox, self._postbox, self._faults, self._log = sandbox, postbox, faults, log
        self._roads: dict[tuple[str, str], Callable[[Json, Request], Json]] = {
            ("GET", "requests"): self._show_requests,
            ("GET", "deliveries"): self._show_deliveries,
            ("GET", "invariants"): self._show_invariants,
            ("GET", "wait"): self._wait,
            ("GET", "faults"): self._show_faults,
            ("GET", "clock"): self._show_clock,
            ("GET", "webhooks"): self._show_mode,
            ("POST", "clock"): self._advance,
            ("POST", "webhooks"): self._set_mode,
            ("POST", "faults"): self._set_faults,
            ("DELETE", "faults"): self._drop_faults,
            ("POST", "reset"): self._reset,
        }

    def answer(self, request: Request) -> Response:
        """The reply to a control request; a refusal has the shape of Stripe's."""
        try:
            self._check_token(request.headers.get("Authorization", ""))
            status, content = 200, self._find_road(request)(_read_json(request), request)
        except Refusal as refusal:
            status, content = refusal.status, refusal.body()
        return Response(encode(content), status=status, content_type="application/json")

    def _check_token(self, header: str) -> None:
        given = header.removeprefix("Bearer ").strip()
        if not hmac.compare_digest(given.encode(), self._sandbox.settings.control_token.encode()):
            raise Refusal("The controls need the control token as a bearer.", status=401)

    def _find_road(self, request: Request) -> Callable[[Json, Request], Json]:
        name = request.path.removeprefix("/_sandbox/").rstrip("/")
        if request.method == "POST" and name.startswith("pay/"):
            return lambda content, _: buying.buy(self._sandbox, name.removeprefix("pay/"), content)
        road = self._roads.get((request.method, name))
        if road is None:
            raise Refusal(f"There is no control {request.method} /_sandbox/{name[:100]}.", status=404)
        return road

    def _show_requests(self, _: Json, __: Request) -> Json:
        return {"requests": self._log.show()}

    def _show_deliveries(self, _: Json, __: Request) -> Json:
        return {"mode": self._sandbox.webhook_mode, "deliveries": webhooks.show_deliveries(self._sandbox)}

    def _show_invariants(self, _: Json, __: Request) -> Json:
        with self._sandbox.work() as work:
            violations = invariants.find_violations(work)
        return {"ok": not violations, "violations": violations}

    def _show_clock(self, _: Json, __: Request) -> Json:
        return {"now": self._sandbox.clock.now(), "offset": self._sandbox.clock.offset}

    def _show_mode(self, _: Json, __: Request) -> Json:
        return {"mode": self._sandbox.webhook_mode}

    def _show_faults(self, _: Json, __: Request) -> Json:
        return {"rules": self._faults.show()}

    def _advance(self, content: Json, _: Request) -> Json:
        seconds = content.get("advance")
        if type(seconds) is not int or not 0 <= seconds <= LONGEST_ADVANCE_S:
            raise Refusal("`advance` is a number of seconds, zero or more.", param="advance")
        if self._sandbox.clock.offset + seconds > LONGEST_ADVANCE_S:
            raise Refusal("The clock is far enough ahead already.", param="advance")
        self._sandbox.clock.advance(seconds)
        ran = jobs.run_due_jobs(self._sandbox)
        self._sandbox.wake()
        return {**self._show_clock({}, _), "jobs_run": ran}

    def _set_mode(self, content: Json, _: Request) -> Json:
        mode = content.get("mode")
        if mode not in webhooks.MODES:
            raise Refusal(f"`mode` is one of {', '.join(webhooks.MODES)}.", param="mode")
        released = self._postbox.set_mode(mode)
        return {"mode": self._sandbox.webhook_mode, "released": released}

    def _set_faults(self, content: Json, _: Request) -> Json:
        if "rules" in content:
            if not isinstance(content["rules"], list):
                raise Refusal("`rules` is a list.", param="rules")
            self._faults.replace_rules(content["rules"])
        else:
            self._faults.add_rule(content)
        return {"rules": self._faults.show()}

    def _drop_faults(self, _: Json, __: Request) -> Json:
        self._faults.replace_rules([])
        return {"rules": []}

    def _reset(self, _: Json, __: Request) -> Json:
        self._faults.replace_rules([])
        self._log.clear()
        self._postbox.reset()
        return {"reset": True}

    def _wait(self, _: Json, request: Request) -> Json:
        """Whether nothing is due or on its way; waits for that, at most `timeout` seconds."""
        try:
            patience = float(request.args.get("timeout", "20"))
        except ValueError:
            raise Refusal("`timeout` is a number of seconds.", param="timeout") from None
        end = time.monotonic() + (min(LONGEST_WAIT_S, patience) if patience > 0 else 0.0)
        while True:
            seen = self._sandbox.news
            jobs.run_due_jobs(self._sandbox)
            if self._postbox.is_idle():
                return {"idle": True}
            if time.monotonic() >= end:
                return {"idle": False}
            self._sandbox.sleep_until_news(seen, min(0.25, max(0.0, end - time.monotonic())))


def _read_json(request: Request) -> Json:
    raw = request.get_data(cache=False)
    if not raw.strip():
        return {}
    try:
        content: Any = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refusal("The body is not JSON.") from None
    if not isinstance(content, dict):
        raise Refusal("The body is not a JSON object.")
    return content
