"""How the API reads, writes and counts: JSON by orjson, bodies with a limit, throttles that fail open."""

import contextlib
import functools
import json
import logging
from typing import Any, ClassVar

import orjson
import redis
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from redis.exceptions import RedisError
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.throttling import ScopedRateThrottle

logger = logging.getLogger(__name__)


class BodyTooLarge(APIException):
    status_code = 413
    default_detail = "The body is larger than this address takes."
    default_code = "body-too-large"


class JSON(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset: ClassVar[None] = None  # type: ignore[misc]  # bytes already

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str)


class JSONBody(BaseParser):
    """A JSON object in UTF-8. Refused: NaN, infinities, lone surrogates, deep nests, names given twice."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            raw = stream.body if hasattr(stream, "body") else stream.read()
        except RequestDataTooBig:
            raise BodyTooLarge from None
        announced = str((parser_context or {})["request"].META.get("CONTENT_LENGTH") or "")
        if announced.isdecimal() and int(announced) != len(raw):
            raise ParseError("The body ended before its announced length.")
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON in UTF-8: {error}.") from None
        if not isinstance(body, dict):
            raise ParseError("The body must be a JSON object.")
        try:  # orjson keeps the last of two: whoever checked the first would be fooled
            json.loads(raw, object_pairs_hook=_refuse_repeats, parse_int=str, parse_float=str)
        except RecursionError:
            raise ParseError("The body nests too deep.") from None
        return body


def _refuse_repeats(pairs: list[tuple[str, Any]]) -> None:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ParseError("The body gives a name twice.")


class Throttle(ScopedRateThrottle):
    """So many requests of one address, or one API key, in a window that begins with its first request.

    One round trip to Redis (Django REST framework's own keeps the time of every request: two round trips
    and a growing list).
    When Redis is gone the shop sells on, uncounted.
    """

    def allow_request(self, request: Any, view: Any) -> bool:
        self.scope = getattr(view, "throttle_scope", None)
        if self.scope is None:
            return True
        most, window_s = self.parse_rate(self.get_rate())
        self.key = self.get_cache_key(request, view)
        try:
            return most is None or _count(self.key, window_s=window_s or 1) <= most
        except (RedisError, OSError) as error:
            logger.warning("throttle is blind: %s", type(error).__name__)
            return True

    def get_cache_key(self, request: Any, view: Any) -> str:
        if request.auth is not None:  # two warehouses behind one address are counted apart
            return f"throttle_{self.scope}_key_{request.auth.pk}"
        return str(super().get_cache_key(request, view))

    def wait(self) -> float:
        """Seconds until the window ends."""
        with contextlib.suppress(RedisError, OSError):  # gone since it counted: soon is a fair guess
            return max(_redis().pttl(str(self.key)), 0) / 1000
        return 1


def _count(key: str, *, window_s: int) -> int:
    """Which request of its window this one is."""
    with _redis().pipeline(transaction=False) as both:
        both.incr(key)
        both.expire(key, window_s, nx=True)  # a key that lost its end gets one: nobody waits for ever
        count: int = both.execute()[0]
    return count


@functools.cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
