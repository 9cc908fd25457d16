"""What is answered when no view could: as a problem to programs, as a page to staff."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views import defaults

from config.problems import MALFORMED, NOT_FOUND, UNFORESEEN, write


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django will not even look at: a foreign host, two thousand parameters."""
    if request.path_info.startswith(settings.STAFF_PREFIX):
        return defaults.bad_request(request, exception)
    return write(MALFORMED, {})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path_info.startswith(settings.STAFF_PREFIX):
        return defaults.page_not_found(request, exception)
    return write(NOT_FOUND, {})


def unforeseen(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith(settings.STAFF_PREFIX):
        return defaults.server_error(request)
    return write(UNFORESEEN, {})
