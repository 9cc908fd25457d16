"""One API call from its bytes to its answer: who asks, what is done, what is kept."""

from __future__ import annotations

import base64
import hmac
import json
import time
from dataclasses import dataclass, field

from . import expand, idempotency, version_gate
from .endpoints import CREATE_SESSION, Endpoint, find_endpoint
from .errors import Json, Refusal
from .forms import Form, decode_form
from .idempotency import Kept, KeysInUse
from .line_book import LineBook
from .sandbox import Cause, Sandbox, Work
from .settings import API_VERSION
from .validation import check_params

FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Call:
    """An API call as it came in."""

    method: str
    path: str
    query: bytes
    body: bytes
    content_type: str = ""
    authorization: str | None = None
    version: str | None = None
    key: str | None = None


@dataclass
class Reply:
    """What goes back, and the events that the call caused."""

    status: int
    body: bytes
    headers: dict[str, str]
    emitted: list[int] = field(default_factory=list)
    replayed: bool = False


class Api:
    """Answers API calls; faults are played one floor up."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._keys = KeysInUse()

    def answer(self, call: Call, *, broken_with: int | None = None, delay_ms: int = 0) -> Reply:
        """The reply to a call; never raises for what a stranger sent.

        Takes  `broken_with`: a 5xx to give (and keep under the key) in place of doing the work;
               `delay_ms`: how slow the work is, while it holds its key.
        """
        request_id = self._sandbox.ids.draw("req_", 14)
        try:
            self._check_key(call.authorization)
            reply = self._answer_known(_Trouble(broken_with, delay_ms), call, request_id)
        except Refusal as refusal:
            reply = Reply(refusal.status, encode(refusal.body()), {})
        reply.headers["Request-Id"] = request_id
        version = call.version or API_VERSION
        reply.headers["Stripe-Version"] = version if version.isprintable() else API_VERSION
        if call.key and call.key.isprintable() and call.method == "POST":
            reply.headers["Idempotency-Key"] = call.key
        if reply.status == 409:
            reply.headers["Stripe-Should-Retry"] = "true"
        return reply

    def _check_key(self, header: str | None) -> None:
        given = _read_key(header)
        if not given:
            raise Refusal(
                "You did not provide an API key. Put it into the Authorization header as `Bearer sk_test_…`.",
                status=401,
            )
        if not hmac.compare_digest(given.encode(), self._sandbox.settings.api_key.encode()):
            raise Refusal(f"Invalid API Key provided: {given[:8]}****{given[-4:]}", status=401)

    def _answer_known(self, trouble: _Trouble, call: Call, request_id: str) -> Reply:
        endpoint, identifier = find_endpoint(call.method, call.path)
        task = _Task(call, endpoint, identifier, _read_form(call), request_id, trouble)
        if not task.is_keyed:
            return self._run(task)
        assert call.key is not None
        idempotency.check_key(call.key)
        self._keys.take(call.key)
        try:
            kept = idempotency.find_kept(
                self._sandbox, call.key, method=call.method, path=call.path, mark=task.mark
            )
            if kept is None:
                return self._run(task)
            headers = {"Idempotent-Replayed": "true", "Original-Request": kept.request_id}
            return Reply(kept.status, kept.body, headers, replayed=True)
        finally:
            self._keys.give_back(call.key)

    def _run(self, task: _Task) -> Reply:
        """The work and, under a key, its answer: one transaction. A refusal undoes the work."""
        params = task.read_params()
        wanted = params.pop("expand", [])
        cause = Cause(task.request_id, task.call.key if task.is_keyed else None)
        try:
            task.trouble.strike()
            with self._sandbox.work(cause) as work:
                answer = task.endpoint.verb(work, params, task.identifier)
                answer = expand.expand(work, answer, wanted, book=LineBook(work))
                reply = Reply(200, encode(answer), {}, emitted=work.emitted)
                task.keep(work, reply)
            return reply
        except Refusal as refusal:
            if not refusal.executed:
                raise
            reply = Reply(refusal.status, encode(refusal.body()), {})
            with self._sandbox.work(cause) as work:
                task.keep(work, reply)
            return reply


@dataclass(frozen=True)
class _Trouble:
    """What a fault does to the work itself."""

    broken_with: int | None
    delay_ms: int

    def strike(self) -> None:
        """Returns late, or raises Refusal with a 5xx that counts as executed."""
        if self.delay_ms:
            time.sleep(self.delay_ms / 1000)
        if self.broken_with is not None:
            message = "An error occurred, because a fault asked for it."
            raise Refusal(message, status=self.broken_with, kind="api_error", executed=True)


@dataclass(frozen=True)
class _Task:
    """A call whose address exists and whose form could be read."""

    call: Call
    endpoint: Endpoint
    identifier: str
    form: Form
    request_id: str
    trouble: _Trouble

    @property
    def is_keyed(self) -> bool:
        return self.call.method == "POST" and self.call.key is not None

    @property
    def mark(self) -> str:
        return idempotency.fingerprint(self.form)

    def read_params(self) -> Json:
        """The parameters with their types. Raises Refusal."""
        form, shape = self.form, self.endpoint.shape
        version = version_gate.read_version(self.call.version)
        if self.endpoint.verb is CREATE_SESSION:
            form, shape = version_gate.open_gate(form, shape, version=version)
        return check_params(form, shape)

    def keep(self, work: Work, reply: Reply) -> None:
        """Writes the reply under the call's key, if it has one."""
        if self.is_keyed:
            call, kept = self.call, Kept(reply.status, reply.body, self.request_id)
            assert call.key is not None
            idempotency.keep_answer(
                work, call.key, method=call.method, path=call.path, mark=self.mark, kept=kept
            )


def _read_key(header: str | None) -> str | None:
    kind, _, rest = (header or "").partition(" ")
    if kind.lower() == "bearer":
        return rest.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[0]
        except ValueError:
            return None
    return None


def _read_form(call: Call) -> Form:
    if call.body and call.content_type.partition(";")[0].strip() not in ("", FORM_TYPE):
        raise Refusal(f"Invalid request: the content type of a POST must be {FORM_TYPE}.")
    return decode_form(b"&".join(part for part in (call.query, call.body) if part))


def encode(content: Json) -> bytes:
    """JSON as it goes over the wire."""
    return json.dumps(content).encode() + b"\n"
