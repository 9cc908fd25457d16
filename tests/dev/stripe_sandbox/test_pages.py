"""The payment page: paid, declined, asked by the bank, expired; in two tabs, and without a script."""

from __future__ import annotations

import threading

import pytest

from tests.dev.stripe_sandbox.scene import KEY, Sandbox, line, send, session_params

CARD = "number=4242+4242+4242+4242&expiry=12/34&cvc=123&name=Ida"


def make(sandbox: Sandbox, **changes: object) -> str:
    return sandbox.client.v1.checkout.sessions.create(session_params(**changes)).id


def test_the_page_says_what_is_bought_and_what_it_is(sandbox: Sandbox) -> None:
    status, page = sandbox.open(f"/c/pay/{make(sandbox)}")
    assert status == 200
    for words in (
        "Local sandbox, not Stripe",
        "Barrier cream, 50 ml",
        "2 × 19.99 EUR",
        "39.98 EUR",
        "Delivery",
        "44.88 EUR",
        "ida@example.com",
        'href="https://shop.example/cart"',
        "4000 0000 0000 3220",
    ):
        assert words in page
    assert "<script" not in page


def test_paying_leads_back_to_the_shop_with_the_session_s_id(sandbox: Sandbox) -> None:
    session_id = make(sandbox)
    status, _, location = sandbox.submit(f"/c/pay/{session_id}", CARD)
    assert (status, location) == (303, f"https://shop.example/thanks?session={session_id}")
    session = sandbox.client.v1.checkout.sessions.retrieve(session_id)
    assert session.payment_status == "paid"
    assert session.customer_details is not None
    assert (session.customer_details.email, session.customer_details.name) == ("ida@example.com", "Ida")
    status, page = sandbox.open(f"/c/pay/{session_id}")
    assert (status, "This order is paid" in page, "<form" in page) == (200, True, False)


def test_the_placeholder_is_filled_in_when_it_was_encoded(sandbox: Sandbox) -> None:
    session_id = make(sandbox, success_url="https://shop.example/?s=%7BCHECKOUT_SESSION_ID%7D")
    _, _, location = sandbox.submit(f"/c/pay/{session_id}", "test_card=4242424242424242")
    assert location == f"https://shop.example/?s={session_id}"


def test_a_declined_card_is_explained_and_another_can_be_tried_on_the_same_page(sandbox: Sandbox) -> None:
    session_id = make(sandbox)
    status, page, _ = sandbox.submit(f"/c/pay/{session_id}", "test_card=4000000000009995")
    assert (status, "Your card has insufficient funds." in page) == (402, True)
    assert "You have not been charged" in page
    status, _, location = sandbox.submit(f"/c/pay/{session_id}", CARD)
    assert (status, location is not None) == (303, True)


@pytest.mark.parametrize(("answer", "status"), [("complete", 303), ("fail", 402)])
def test_the_bank_s_page_completes_or_fails_the_payment(sandbox: Sandbox, answer: str, status: int) -> None:
    session_id = make(sandbox)
    asked, _, location = sandbox.submit(f"/c/pay/{session_id}", "test_card=4000000000003220")
    assert (asked, location) == (303, f"/c/pay/{session_id}/authenticate")
    shown, page = sandbox.open(f"/c/pay/{session_id}/authenticate")
    assert (shown, "Is this you?" in page, "ending in 3220" in page) == (200, True, True)
    assert "Your bank still waits" in sandbox.open(f"/c/pay/{session_id}")[1]
    answered, _, _ = sandbox.submit(f"/c/pay/{session_id}/authenticate", f"answer={answer}")
    assert answered == status
    paid = sandbox.client.v1.checkout.sessions.retrieve(session_id).payment_status == "paid"
    assert paid == (answer == "complete")


def test_two_tabs_that_pay_at_once_make_one_charge(sandbox: Sandbox) -> None:
    session_id, answers, gate = make(sandbox), [], threading.Barrier(6)

    def pay() -> None:
        gate.wait()
        answers.append(sandbox.submit(f"/c/pay/{session_id}", CARD))

    threads = [threading.Thread(target=pay) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _, _ in answers) == [200] * 5 + [303]
    assert all("This order is paid" in page for status, page, _ in answers if status == 200)
    assert len(sandbox.client.v1.charges.list().data) == 1


def test_two_answers_to_the_bank_make_one_charge(sandbox: Sandbox) -> None:
    session_id = make(sandbox)
    sandbox.submit(f"/c/pay/{session_id}", "test_card=4000000000003220")
    first = sandbox.submit(f"/c/pay/{session_id}/authenticate", "answer=complete")
    second = sandbox.submit(f"/c/pay/{session_id}/authenticate", "answer=fail")
    assert (first[0], second[0]) == (303, 200)
    assert len(sandbox.client.v1.charges.list().data) == 1


def test_an_expired_page_takes_no_money_and_shows_the_way_back(sandbox: Sandbox) -> None:
    session_id = make(sandbox)
    sandbox.client.v1.checkout.sessions.expire(session_id)
    for status, page in (
        sandbox.open(f"/c/pay/{session_id}"),
        sandbox.submit(f"/c/pay/{session_id}", CARD)[:2],
        sandbox.submit(f"/c/pay/{session_id}/authenticate", "answer=complete")[:2],
    ):
        assert (status, "has expired" in page, "https://shop.example/cart" in page) == (410, True, True)
    assert sandbox.client.v1.charges.list().data == []


def test_what_is_missing_is_said_beside_the_field_and_the_number_is_not_shown_again(sandbox: Sandbox) -> None:
    session_id = make(sandbox, customer_email=None)
    form = "email=no&number=4111111111111111&expiry=01/20&cvc=1&name=" + "x" * 300
    status, page, _ = sandbox.submit(f"/c/pay/{session_id}", form)
    assert status == 422
    assert page.count('aria-invalid="true"') == 5
    assert "4111" not in page
    assert sandbox.news() == []


def test_what_the_shop_sent_cannot_become_markup(sandbox: Sandbox) -> None:
    session_id = make(
        sandbox, line_items=[line("<script>alert(1)</script>", 900)], client_reference_id='"><b>'
    )
    page = sandbox.open(f"/c/pay/{session_id}")[1]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "<b>" not in page


def test_nothing_to_pay_needs_no_card(sandbox: Sandbox) -> None:
    session_id = make(sandbox, line_items=[line("Gift", 0)])
    page = sandbox.open(f"/c/pay/{session_id}")[1]
    assert ("Complete order" in page, "Card number" in page) == (True, False)
    assert sandbox.submit(f"/c/pay/{session_id}", "name=Ida")[0] == 303


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/c/pay/cs_test_nobody", None, 404),
        ("POST", "/c/pay/cs_test_nobody", b"x", 404),
        ("GET", "/c/pay/..%2f..%2fetc", None, 404),
        ("GET", "/c/pay/%00%ff", None, 404),
        ("GET", "/nothing", None, 404),
        ("DELETE", "/c/pay/cs_test_nobody", None, 405),
        ("GET", "/", None, 200),
        ("GET", "/sandbox.css", None, 200),
        ("GET", "/favicon.ico", None, 204),
    ],
)
def test_a_wrong_address_is_a_page_that_says_so(
    sandbox: Sandbox, method: str, path: str, body: bytes | None, status: int
) -> None:
    assert send(method, sandbox.url + path, body)[0] == status


@pytest.mark.parametrize(
    "body", [b"\xff=%ff", b"number=%00", b"number[a]=1&expiry[]=2&email[x][y]=z", b"&&&=&=", b"a" * 9000]
)
def test_bytes_that_are_no_form_are_met_with_a_page(sandbox: Sandbox, body: bytes) -> None:
    session_id = make(sandbox)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for headers in (kind, {"Content-Type": "multipart/form-data; boundary=x"}):
        status, _, _ = send("POST", f"{sandbox.url}/c/pay/{session_id}", body, headers)
        assert status in (400, 422)
    assert sandbox.client.v1.checkout.sessions.retrieve(session_id).status == "open"


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        ("clock", b"{", 400),
        ("clock", b"[]", 400),
        ("clock", b'{"advance": 1e99}', 400),
        ("clock", b'{"advance": -1}', 400),
        ("webhooks", b'{"mode": "sometimes"}', 400),
        ("webhooks", b'{"mode": ["on"]}', 400),
        ("faults", b"{}", 400),
        ("faults", b'{"match": {"path": "("}, "status": 500}', 400),
        ("faults", b'{"match": {"path": 7}, "status": 500}', 400),
        ("faults", b'{"status": "500"}', 400),
        ("faults", b'{"rules": 1}', 400),
        ("nothing", b"{}", 404),
        ("pay/cs_none", b"{}", 404),
    ],
)
def test_a_malformed_control_is_refused(sandbox: Sandbox, path: str, content: bytes, status: int) -> None:
    key = {"Authorization": f"Bearer {KEY}"}
    assert send("POST", f"{sandbox.url}/_sandbox/{path}", content, key)[0] == status
    assert send("POST", f"{sandbox.url}/_sandbox/{path}", content)[0] == 401
