"""Requests as strangers send them: bytes, and headers as they like."""

from typing import Any

import requests

from tests.journeys.conftest import Customer


def send(
    customer: Customer, method: str, path: str, body: bytes | None = None, **headers: str
) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.request(
        method,
        f"{customer.shop}{path}",
        data=body,
        headers={"Content-Type": "application/json"} | named,
        timeout=20,
    )


def assert_problem(answer: requests.Response, status: int, slug: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    problem: dict[str, Any] = answer.json()
    assert (problem["type"], problem["status"]) == (f"/problems/{slug}", status)
    assert problem["title"]
    return problem
