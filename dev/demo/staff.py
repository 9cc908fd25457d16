"""Somebody who works in the shop, at the desks of the admin: over HTTP, with a login, form by form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import urlencode

from dev.demo.browser import Answer, Form, RefusedError, ask, expect, read_forms

Typed = Mapping[str, str | list[str]]


class Staff:
    """One member of staff, logged in.

    Raises  RefusedError: the login was refused.
    """

    def __init__(self, *, shop: str, email: str, password: str) -> None:
        self._shop, self.password = shop, password
        self._cookies: dict[str, str] = {}
        door = self.open("/admin/login/?next=/admin/")
        self.send(
            "/admin/login/?next=/admin/", form_with("password", door), username=email, password=password
        )

    def open(self, path: str, *, may_be: tuple[int, ...] = (200,)) -> Answer:
        """The page, when it opens."""
        return expect(self._ask("GET", path), *may_be, what=path)

    def send(self, path: str, form: Form, **typed: str | list[str]) -> Answer:
        """The shop's answer to a form that it took: it sends us elsewhere.

        Raises  RefusedError with what the form says is wrong.
        """
        answer = self._ask("POST", path, form=form.filled | dict(typed))
        if answer.status != 302:
            raise RefusedError(f"{path}: answered {answer.status}. {read_complaints(answer.text)}")
        return answer

    def send_for(self, path: str, form: Form, **typed: str | list[str]) -> Answer:
        """The page with which the shop answers a form: what is shown this once, or what is wrong."""
        return expect(self._ask("POST", path, form=form.filled | dict(typed)), 200, what=path)

    def find(self, desk: str, **asked: str) -> dict[str, str]:
        """{number: words} of what a desk lists when it is asked so."""
        page = self.open(f"/admin/{desk}/?{urlencode(asked)}").text
        rows = re.findall(rf'href="/admin/{desk}/(\d+)/change/[^"]*"[^>]*>(.*?)</a>', page, re.DOTALL)
        return {number: unescape(re.sub(r"<[^>]*>", " ", words)).strip() for number, words in rows}

    def choose(self, model: str, name: str, words: str) -> str:
        """The value that a field with a search offers for these words: exactly one."""
        query = {"app_label": "catalog", "model_name": model, "field_name": name, "term": words}
        found = self.open(f"/admin/autocomplete/?{urlencode(query)}").json()["results"]
        if len(found) != 1:
            raise RefusedError(f"“{words}” names {len(found)} things, not one")
        return str(found[0]["id"])

    def _ask(self, method: str, path: str, form: Typed | None = None) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        answer = ask(
            method, f"{self._shop}{path}", form=form, headers={"Cookie": cookies} if cookies else None
        )
        self._cookies |= answer.cookies
        return answer


def form_with(name: str, page: Answer) -> Form:
    """The form of a page that has this field. Raises RefusedError."""
    for form in read_forms(page.text):
        if name in form.filled:
            return form
    raise RefusedError(f"no form of the page asks for {name}")


def read_complaints(page: str) -> str:
    """What a refused form says is wrong, in one line."""
    lists = re.findall(r'<ul[^>]*class="[^"]*errorlist[^"]*"[^>]*>(.*?)</ul>', page, re.DOTALL)
    alerts = re.findall(r'<p[^>]*role="alert"[^>]*>(.*?)</p>', page, re.DOTALL)
    said = [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", each)).strip() for each in (*lists, *alerts)]
    return unescape(" ".join(dict.fromkeys(said)))[:600]
