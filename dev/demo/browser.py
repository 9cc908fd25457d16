"""A customer's browser, as small as can be: HTTP, JSON, and forms filled in as a person would."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any


class RefusedError(Exception):
    """The shop (or the sandbox) did not answer as hoped; the message carries what it said."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes
    milliseconds: float
    cookies: dict[str, str] = field(default_factory=dict)  # those that it sets

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """A redirect is an answer to look at, not to follow."""


_opener = urllib.request.build_opener(_StayHere, urllib.request.ProxyHandler({}))


def ask(
    method: str,
    url: str,
    *,
    json_body: Any = None,
    form: Mapping[str, str | list[str]] | None = None,
    headers: dict[str, str] | None = None,
    timeout_s: float = 20,
) -> Answer:
    """The answer, whatever its status. Raises OSError when nobody answers."""
    sent, content = dict(headers or {}), None
    if json_body is not None:
        content, sent["Content-Type"] = json.dumps(json_body).encode(), "application/json"
    if form is not None:
        content = urllib.parse.urlencode(form, doseq=True).encode()
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    request = urllib.request.Request(url, data=content, headers=sent, method=method)
    started = time.monotonic()
    try:
        with _opener.open(request, timeout=timeout_s) as reply:
            status, names, body = reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        with error:
            status, names, body = error.code, error.headers, error.read()
    spent = (time.monotonic() - started) * 1000
    cookies = SimpleCookie("; ".join(each.split(";")[0] for each in names.get_all("set-cookie", [])))
    kept = {name: morsel.value for name, morsel in cookies.items()}
    return Answer(status, {name.lower(): value for name, value in names.items()}, body, spent, kept)


def expect(answer: Answer, *statuses: int, what: str) -> Answer:
    """The same answer, when its status is one of these. Raises RefusedError."""
    if answer.status not in statuses:
        raise RefusedError(f"{what}: answered {answer.status}\n      {answer.text[:1200]}")
    return answer


@dataclass
class Form:
    """A form of a page: where it goes, what is filled in already, what may be filled in."""

    action: str = ""
    method: str = "get"
    filled: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)  # radio buttons and named buttons
    offered: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # of a list to choose from: {words: value}


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._inside = False
        self._select, self._takes_many = "", False
        self._option: str | None = None  # the value of the option whose words come next
        self._text = ""  # the name of the field of several lines whose text comes next

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = True
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self._inside and tag == "select":
            self._select, self._takes_many = given.get("name", ""), "multiple" in given
        elif self._inside and tag == "option" and self._select:
            filled, self._option = self.forms[-1].filled, given.get("value", "")
            if "selected" in given or (self._select not in filled and not self._takes_many):
                filled[self._select] = self._option
        elif self._inside and tag == "textarea" and given.get("name"):
            self._text = given["name"]
            self.forms[-1].filled[self._text] = ""
        elif self._inside and tag in ("input", "button") and given.get("name"):
            self._fill(tag, given)

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1].filled[self._text] += data
        elif self._option is not None and data.strip():
            self.forms[-1].offered.setdefault(self._select, {})[data.strip()] = self._option

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "option":
            self._option = None
        elif tag == "select":
            self._select, self._option = "", None
        elif tag == "textarea" and self._text:
            filled = self.forms[-1].filled
            # what a template puts on the line after the tag is not part of the text
            filled[self._text] = filled[self._text].removeprefix("\r\n").removeprefix("\n")
            self._text = ""

    def _fill(self, tag: str, given: dict[str, str]) -> None:
        form, name, value = self.forms[-1], given["name"], given.get("value", "")
        kind = given.get("type", "submit" if tag == "button" else "text")
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(value or "on")
            if "checked" in given:
                form.filled[name] = value or "on"
        elif kind in ("submit", "button", "image"):
            form.choices.setdefault(name, []).append(value)
        else:
            form.filled[name] = value


def read_forms(page: str) -> list[Form]:
    """The forms of an HTML page, in their order."""
    reader = _FormReader()
    reader.feed(page)
    return reader.forms
