"""What a request says, read by a shape: the roof's views share this."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request


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
