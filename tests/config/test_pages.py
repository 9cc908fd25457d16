"""The house's own pages: what a browser may load on them, and what they say."""

import re
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from config import content_policy
from orders import lifecycle
from payments.models import PaymentAttempt
from tests.builders.orders import make_order, pay_order

pytestmark = pytest.mark.django_db

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
State = PaymentAttempt.State


def begin(order: Any, *, state: str = State.OPEN, session_id: str = "cs_test_1") -> PaymentAttempt:
    now = timezone.now()
    return PaymentAttempt.objects.create(
        order=order,
        seq=1,
        state=state,
        amount_cents=order.total_cents,
        currency=order.currency,
        params={},
        session_id=session_id,
        url="https://pay.example/cs_test_1",
        created_at=now,
        expires_at=now + timedelta(minutes=35),
        done_at=None if state in (State.CREATED, State.OPEN) else now,
    )


def read(client: Client, session_id: str) -> tuple[int, str]:
    answer = client.get("/checkout/done/", {"session_id": session_id})
    return answer.status_code, answer.content.decode()


def refresh_of(page: str) -> str | None:
    found = re.search(r'<meta http-equiv="refresh" content="([^"]*)">', page)
    return found[1] if found else None


# -- Coming back from the payment page -----------------------------------------------------------------


def test_who_comes_back_before_the_news_reads_that_we_wait_and_the_page_looks_again(client: Client) -> None:
    order = make_order(now=timezone.now())
    begin(order)
    status, page = read(client, "cs_test_1")
    assert status == 200
    assert refresh_of(page) == "3"
    assert "This page looks again every 3 seconds by itself." in page
    assert "Your payment is on its way to us" in page
    assert order.reference in page
    assert order.secret not in page


def test_who_comes_back_after_the_news_reads_paid_and_the_page_rests(client: Client) -> None:
    order = make_order()
    payment = pay_order(order)
    status, page = read(client, payment.attempt.session_id or "")
    assert (status, refresh_of(page)) == (200, None)
    assert "Thank you. Your order is paid" in page
    assert "Total</th><td>€44.88" in page
    assert order.email in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.NEEDS_REVIEW, "Your payment needs a second look"),
        (State.EXPIRED, "This payment did not take place"),
        (State.REFUSED, "This payment did not take place"),
    ],
)
def test_a_payment_that_will_not_come_is_not_waited_for(client: Client, state: str, words: str) -> None:
    begin(make_order(now=timezone.now()), state=state)
    status, page = read(client, "cs_test_1")
    assert (status, refresh_of(page)) == (200, None)
    assert words in page


def test_an_order_that_ended_says_so(client: Client) -> None:
    order = make_order(now=timezone.now())
    begin(order)
    with transaction.atomic():
        lifecycle.lapse_order(order.pk, now=timezone.now())
    status, page = read(client, "cs_test_1")
    assert (status, refresh_of(page)) == (200, None)
    assert "This order ended before it was paid" in page


@pytest.mark.parametrize("session_id", ["", "cs_test_nobody", "\x00", "x" * 5000, "%FF", "'; --"])
def test_an_unknown_session_is_a_friendly_404(client: Client, session_id: str) -> None:
    status, page = read(client, session_id)
    assert (status, refresh_of(page)) == (404, None)
    assert "We do not know this payment" in page


def test_customers_words_are_escaped_on_the_page(client: Client) -> None:
    order = make_order(email="a&b@example.org")
    order.lines.update(product_name="<script>alert(1)</script>")
    payment = pay_order(order)
    _, page = read(client, payment.attempt.session_id or "")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_who_turns_back_reads_how_long_the_goods_are_kept(client: Client) -> None:
    answer = client.get("/checkout/back/")
    assert answer.status_code == 200
    assert "for 35 minutes from the moment you placed it" in answer.content.decode()


# -- The front, the docs, a wrong address --------------------------------------------------------------


def test_the_front_page_leads_to_docs_description_products_and_admin(client: Client) -> None:
    page = client.get("/").content.decode()
    for address in ("/api/docs/", "/api/openapi.yaml", "/api/v1/products/", "/admin/"):
        assert f'href="{address}"' in page


def test_the_docs_load_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    loaded = re.findall(r'(?:src|href|data-description)="([^"]+)"', page)
    assert len(loaded) >= 6
    assert all(address.startswith("/") for address in loaded)
    for address in loaded:
        with closing(client.get(address)) as answer:
            assert answer.status_code == 200, address
    assert not re.search(r"<script>|<style|onload=", page)  # the policy would not let them run


def test_the_description_is_handed_out_once_per_reader(client: Client) -> None:
    first = client.get("/api/openapi.yaml")
    assert first.status_code == 200
    assert first.content.startswith(b"openapi: 3.1")
    again = client.get("/api/openapi.yaml", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_browser_that_strayed_gets_a_page_and_a_program_a_problem(client: Client) -> None:
    page = client.get("/nowhere", headers=BROWSER)
    assert page.status_code == 404
    assert page["Content-Type"].startswith("text/html")
    for path, headers in (("/nowhere", {}), ("/api/v1/nowhere", BROWSER)):
        problem = client.get(path, headers=headers)
        assert problem.status_code == 404
        assert problem["Content-Type"] == "application/problem+json"
        assert problem.json() == {
            "type": "/problems/not-found",
            "title": "There is nothing here.",
            "status": 404,
        }


# -- What a browser may load ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/api/v1/brands/", content_policy.API),
        ("/api/v1/nowhere", content_policy.API),
        ("/api/openapi.yaml", content_policy.API),
        ("/media/none.webp", content_policy.API),
        ("/api/docs/", content_policy.DOCS),
        ("/", content_policy.PAGES),
        ("/checkout/back/", content_policy.PAGES),
        ("/checkout/done/", content_policy.PAGES),
        ("/admin/login/", content_policy.ADMIN),
    ],
)
def test_every_answer_says_what_a_browser_may_load(client: Client, path: str, policy: str) -> None:
    assert client.get(path)["Content-Security-Policy"] == policy


def test_only_the_admin_may_compile_scripts_and_nobody_may_load_from_elsewhere() -> None:
    policies = {name: getattr(content_policy, name) for name in ("API", "PAGES", "DOCS", "ADMIN")}
    assert [name for name, policy in policies.items() if "unsafe-eval" in policy] == ["ADMIN"]
    assert [name for name, policy in policies.items() if "script-src" in policy] == ["DOCS", "ADMIN"]
    for policy in policies.values():
        assert policy.startswith("default-src 'none'; ")
        assert "http" not in policy
        assert "*" not in policy
