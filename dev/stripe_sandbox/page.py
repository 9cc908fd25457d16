"""The hosted payment page: plain HTML that works without JavaScript."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from .sandbox import Sandbox
from .webhooks import Postbox


class Pages:
    def __init__(self, sandbox: Sandbox, postbox: Postbox) -> None:
        self._sandbox, self._postbox = sandbox, postbox

    def answer(self, request: Request) -> Response:
        return Response("not here", status=404)
