"""What a browser may load on our answers: nothing on the API, our own files on pages, more for the admin."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_CLOSED = "base-uri 'none'; frame-ancestors 'none'"
_OWN = "img-src 'self' data:; font-src 'self'"
API = f"default-src 'none'; {_CLOSED}"
PAGES = f"default-src 'none'; style-src 'self'; {_OWN}; form-action 'self'; {_CLOSED}"
# Redoc writes its styles into the page, and works out examples from the description that it fetches.
DOCS = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    f"connect-src 'self'; {_OWN}; {_CLOSED}"
)
# The admin's theme runs on Alpine, which compiles expressions, and frames its own pop-ups.
ADMIN = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    f"connect-src 'self'; {_OWN} blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
BY_PREFIX = {"/api/docs/": DOCS, "/api/": API, "/media/": API, "/webhooks/": API, "/admin/": ADMIN}


class ContentPolicy:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        path = request.path_info
        policy = next((found for prefix, found in BY_PREFIX.items() if path.startswith(prefix)), PAGES)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response
