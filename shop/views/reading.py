"""What a request says, read by a shape: the roof's views share this."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

KEY_LENGTH = 255
IDEMPOTENCY_KEY = {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": "^[!-~]+$"}


def read_body(shape: type[serializers.Serializer[Any]], given: Any) -> dict[str, Any]:
    """What the body says. Raises ValidationError with a pointer to each mistake."""
    form = shape(data=given)
    form.is_valid(raise_exception=True)
    read: dict[str, Any] = form.validated_data
    return read


def read_query(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What stands behind the ? of the address; each name once."""
    if twice := [name for name, values in request.query_params.lists() if len(values) > 1]:
        raise serializers.ValidationError({f"?{name[:80]}": "Give this once." for name in twice})
    return read_body(shape, request.query_params.dict())


def read_key(request: Request, what: str) -> str:
    """The Idempotency-Key: what the client calls this checkout, or whatever it is. Raises ValidationError."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise serializers.ValidationError(
            {"Idempotency-Key": f"Name this {what} in a header, so that it can be repeated without harm."}
        )
    if len(key) > KEY_LENGTH or not all("!" <= letter <= "~" for letter in key):
        raise serializers.ValidationError(
            {"Idempotency-Key": f"At most {KEY_LENGTH} printable ASCII characters without spaces."}
        )
    return key
