"""What every request passes on its way in, kept as thin as it can be."""

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware

from config import problems

GetResponse = Callable[[HttpRequest], HttpResponse]
REQUEST_ID_CHARS = 64


class RequestStory:
    """Gives each request a name that its log lines, its answer and the customer's complaint share.

    What nobody foresaw becomes one log line and a problem that says what to do, never a bare page.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _is_plain(given) else uuid.uuid4().hex
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.clear_contextvars()
        response["X-Request-Id"] = request_id
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The problem that a plain view raised, from the same table as REST framework's."""
        if request.path_info.startswith(settings.STAFF_PREFIX):
            return None
        return problems.as_problem(error, {})


class PermanentRedirect(HttpResponsePermanentRedirect):
    status_code = 308  # the method and the body go along


class Slashes(CommonMiddleware):
    response_redirect_class = PermanentRedirect


def _is_plain(text: str) -> bool:
    return 0 < len(text) <= REQUEST_ID_CHARS and text.isascii() and text.replace("-", "").isalnum()


class OnStaffPages:
    """Mixed into Django's middleware: it works where people sign in, and nowhere else.

    The API has no session, no CSRF cookie and no messages, so it pays for none of them.
    """

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(settings.STAFF_PREFIX):
            return super().__call__(request)  # type: ignore[misc]
        return self.get_response(request)  # type: ignore[attr-defined]

    def process_view(self, request: HttpRequest, *view: Any) -> Any:
        look = getattr(super(), "process_view", None)
        if look is None or not request.path_info.startswith(settings.STAFF_PREFIX):
            return None
        return look(request, *view)


class StaffSession(OnStaffPages, SessionMiddleware):
    pass


class StaffCsrf(OnStaffPages, CsrfViewMiddleware):
    pass


class StaffAuthentication(OnStaffPages, AuthenticationMiddleware):
    pass


class StaffMessages(OnStaffPages, MessageMiddleware):
    pass


class StaffFrames(OnStaffPages, XFrameOptionsMiddleware):
    pass
