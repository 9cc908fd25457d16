"""A browser at a desk: it sends the form that it was shown, token and all, with what somebody typed."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client

from tests.builders.staff import make_staff

SILENT = {"submit", "button", "reset", "image", "file"}


class Forms(HTMLParser):
    """What each form of a page would send if nobody touched it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self._by_id: dict[str, dict[str, list[str]]] = {}
        self._open: dict[str, list[str]] | None = None
        self._select, self._many = "", False
        self._into: dict[str, list[str]] = {}
        self._area: list[str] | None = None
        self._options: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, sort = given.get("name", ""), given.get("type", "")
        form = self._by_id.get(given.get("form", ""), self._open)
        if tag == "form":
            self._open = {}
            self.forms.append(self._open)
            self._by_id[given.get("id", "")] = self._open
        elif tag == "option" and self._select:
            self._options.append((given.get("value", ""), "selected" in given))
        elif form is None or not name or "disabled" in given:
            return
        elif tag == "input" and sort not in SILENT:
            if sort not in ("checkbox", "radio"):
                form.setdefault(name, []).append(given.get("value", ""))
            elif "checked" in given:
                form.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "select":
            self._select, self._into, self._options = name, form, []
            self._many = "multiple" in given
        elif tag == "textarea":
            self._area = form.setdefault(name, [])
            self._area.append("")

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea" and self._area is not None:
            self._area[-1] = self._area[-1].removeprefix("\n")
            self._area = None
        elif tag == "select" and self._select:
            chosen = [value for value, selected in self._options if selected]
            if not chosen and not self._many and self._options:
                chosen = [self._options[0][0]]
            if chosen:
                self._into.setdefault(self._select, []).extend(chosen)
            self._select = ""


class Browser:
    """Somebody with a role, in a browser whose tokens are checked."""

    def __init__(self, role: str = "curator", email: str = "") -> None:
        self.client = Client(enforce_csrf_checks=True)
        staff = make_staff(role)
        if email:
            staff.email = email
            staff.save(update_fields=["email"])
        self.client.force_login(staff)

    def open(self, address: str, **query: Any) -> Any:
        """The answer; what its forms would send is remembered."""
        return self._remember(self.client.get(address, query))

    def form_with(self, field: str) -> dict[str, list[str]]:
        """The form of the page seen last that has a field of this name, as it would be sent."""
        return next(dict(form) for form in self.forms if field in form)

    def send(self, address: str, form: dict[str, list[str]], **typed: Any) -> Any:
        return self._remember(self.client.post(address, form | typed))

    def _remember(self, answer: Any) -> Any:
        self.forms = Forms(answer.content.decode()).forms if not answer.streaming else []
        return answer
