"""Problems: one table for REST framework, for plain views and for what nobody foresaw."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError
from django.http import Http404
from django.test import Client, RequestFactory
from rest_framework import exceptions

from config import last_resort, problems
from orders.lifecycle import OrderClosed


def tell(error: Exception) -> tuple[int, dict[str, Any]]:
    answer = problems.as_problem(error, {})
    assert answer is not None
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, json.loads(answer.content)


def test_facts_of_the_error_are_members_of_the_problem() -> None:
    status, body = tell(OrderClosed("SHIPPED"))
    assert (status, body["type"], body["order_status"]) == (409, "/problems/order-closed", "shipped")


def test_a_kind_of_a_known_error_is_told_as_that_error() -> None:
    class Deadlock(OperationalError):
        pass

    assert tell(Deadlock())[1]["type"] == "/problems/busy"


def test_every_fault_of_a_form_has_its_pointer() -> None:
    detail: Any = {
        "a": ["first", "second"],
        "b": {"c": ["third"], "d": [{}, {"e": ["fourth"]}]},
        "non_field_errors": ["whole"],
    }
    status, body = tell(exceptions.ValidationError(detail))
    assert status == 400
    assert body["errors"] == [
        {"pointer": "/a", "detail": "first"},
        {"pointer": "/a", "detail": "second"},
        {"pointer": "/b/c", "detail": "third"},
        {"pointer": "/b/d/1/e", "detail": "fourth"},
        {"pointer": "", "detail": "whole"},
    ]


@pytest.mark.parametrize(("wait", "seconds"), [(None, "1"), (0.2, "1"), (42.1, "43")])
def test_when_to_come_back_is_told_in_whole_seconds(wait: float | None, seconds: str) -> None:
    answer = problems.as_problem(exceptions.Throttled(wait=wait), {})
    assert answer is not None
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, seconds)


def test_what_a_stranger_may_not_see_does_not_exist() -> None:
    forbidden, missing = problems.as_problem(PermissionDenied(), {}), problems.as_problem(Http404(), {})
    assert forbidden is not None
    assert missing is not None
    assert (forbidden.status_code, forbidden.content) == (missing.status_code, missing.content)


def test_what_is_not_in_the_table_is_not_made_to_look_harmless() -> None:
    assert problems.as_problem(IntegrityError("lot_never_oversold"), {}) is None
    assert problems.as_problem(KeyError("x"), {}) is None


@pytest.mark.django_db
def test_staff_get_pages_and_customers_get_problems(rf: RequestFactory) -> None:
    shop, desk = rf.get("/api/v1/x/"), rf.get("/admin/x/")
    assert last_resort.not_found(shop, Http404()).headers["Content-Type"] == "application/problem+json"
    assert last_resort.not_found(desk, Http404()).headers["Content-Type"].startswith("text/html")
    assert last_resort.unforeseen(shop).headers["Content-Type"] == "application/problem+json"
    assert last_resort.unforeseen(desk).headers["Content-Type"].startswith("text/html")
    assert last_resort.unforeseen(shop).status_code == last_resort.unforeseen(desk).status_code == 500


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abc-123", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("two words", False),
        ("<script>", False),
        ("é", False),
        ("", False),
    ],
)
def test_every_answer_carries_the_name_of_its_request(client: Client, given: str, kept: bool) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": given})
    name = answer.headers["X-Request-Id"]
    assert (name == given) is kept
    assert 0 < len(name) <= 64
    assert name.isascii()


@pytest.mark.django_db
def test_an_address_without_its_slash_is_sent_on_with_method_and_body(client: Client) -> None:
    answer = client.post("/api/v1/carts", {"market": "eu"}, content_type="application/json")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/api/v1/carts/")
