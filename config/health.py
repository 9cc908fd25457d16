"""Is the process alive, and is the whole shop ready?

A shop without its broker still sells (errands wait as rows), so only a missing database takes a
web process out of the balancer.
"""

from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from shop import heart


@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive"})


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 ready or degraded (says of what), 503 down."""
    parts = {"database": _try(_ask_database), "broker": _try(_ask_broker), "worker": _try(_ask_worker)}
    if parts["database"] != "ok":
        return JsonResponse({"status": "down", **parts}, status=503, headers={"Retry-After": "5"})
    whole = all(state == "ok" for state in parts.values())
    return JsonResponse({"status": "ready" if whole else "degraded", **parts})


def _try(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except Exception as error:  # noqa: BLE001  # whatever a partner throws, a probe reports it
        return f"no answer ({type(error).__name__})"


def _ask_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _ask_broker() -> str:
    cache.get("anything")
    return "ok"


def _ask_worker() -> str:
    last = heart.last_beat()
    if last is None:
        return "never seen"
    silent = int((timezone.now() - last).total_seconds())
    return "ok" if silent <= heart.ALIVE_S else f"silent for {silent} s"
