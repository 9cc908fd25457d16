"""A refusal as Stripe words it on the wire."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """Stripe's answer is no.

    `executed`: the endpoint had begun its work; only then is the answer kept under the idempotency key.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        executed: bool = False,
        extra: Json | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.kind = message, status, kind
        self.code, self.param, self.executed = code, param, executed
        self.extra = extra or {}

    def body(self) -> Json:
        """The JSON that goes over the wire; absent fields are left out, as Stripe does."""
        error: Json = {"message": self.message, "type": self.kind}
        if self.code is not None:
            error["code"] = self.code
        if self.param is not None:
            error["param"] = self.param
        return {"error": {**error, **self.extra}}


def no_such(noun: str, identifier: str, *, param: str, in_path: bool = False) -> Refusal:
    """The refusal for an id that nobody has: 404 when it stood in the path, 400 when in a parameter."""
    return Refusal(
        f"No such {noun}: '{identifier[:200]}'",
        status=404 if in_path else 400,
        code="resource_missing",
        param=param,
    )


def not_offered(param: str) -> Refusal:
    """The refusal for what Stripe can do and this sandbox cannot: better said than silently ignored."""
    return Refusal(f"The local sandbox does not offer `{param}`; see its README.", param=param)
