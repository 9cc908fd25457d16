"""The demo's customer: pays as a browser without JavaScript would, believes a receipt after reading it."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
import stripe
import typst

from dev.demo import telling
from dev.demo.browser import RefusedError, read_forms
from dev.demo.loading import last_sentence
from dev.demo.paying import find_card_form, pay_on_hosted_page
from dev.demo.purchase import check_receipt, write_advice, written
from dev.demo.reading import shorten
from dev.demo.staff import read_complaints
from dev.sandbox_process import SandboxProcess

TOTAL = {"amount": 4370, "currency": "EUR"}
ORDER = {"reference": "R7-K2M9", "totals": {"total": TOTAL}, "receipt": {"number": "2026-000123"}}


@pytest.fixture
def session(stripe_sandbox: SandboxProcess) -> stripe.checkout.Session:
    client = stripe.StripeClient(stripe_sandbox.api_key, base_addresses={"api": stripe_sandbox.url})
    price: Any = {"currency": "eur", "unit_amount": 4370, "product_data": {"name": "Calm Barrier Cream"}}
    return client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "success_url": "https://shop.example/done?session_id={CHECKOUT_SESSION_ID}",
            "expires_at": int(time.time()) + 3600,
        }
    )


def test_the_hosted_page_is_paid_by_filling_in_its_form(
    session: stripe.checkout.Session, stripe_sandbox: SandboxProcess
) -> None:
    assert session.url
    answer = pay_on_hosted_page(session.url, email="mara@customer.example")
    assert answer.headers["location"] == f"https://shop.example/done?session_id={session.id}"
    client = stripe.StripeClient(stripe_sandbox.api_key, base_addresses={"api": stripe_sandbox.url})
    paid = client.v1.checkout.sessions.retrieve(session.id)
    assert (paid.status, paid.payment_status, paid.amount_total) == ("complete", "paid", 4370)


def test_a_page_that_cannot_be_paid_is_refused(session: stripe.checkout.Session) -> None:
    assert session.url
    pay_on_hosted_page(session.url, email="mara@customer.example")
    with pytest.raises(RefusedError):
        pay_on_hosted_page(session.url, email="mara@customer.example")


def test_forms_are_read_as_a_browser_reads_them() -> None:
    page = """
      <input name="outside" value="1">
      <form action="/pay" method="POST"><input type="hidden" name="token" value="t&amp;1">
        <input name="number">
        <select name="country"><option value="AT"><option value="DE" selected></select>
        <input type="checkbox" name="news" value="yes"><input type="radio" name="kind" value="a" checked>
        <input type="radio" name="kind" value="b"><button name="card" value="42">Pay</button></form>
      <form action="/other"><input name="q"></form>
    """
    pay, other = read_forms(page)
    assert (pay.action, pay.method) == ("/pay", "post")
    assert pay.filled == {"token": "t&1", "number": "", "country": "DE", "kind": "a"}
    assert pay.choices == {"news": ["yes"], "kind": ["a", "b"], "card": ["42"]}
    assert (other.action, other.method, other.filled) == ("/other", "get", {"q": ""})
    assert find_card_form(page).action == "/pay"
    with pytest.raises(RefusedError, match="no form that asks for a card number"):
        find_card_form("<form><input name=q></form>")


def test_fields_of_several_lines_and_lists_are_read_as_a_browser_reads_them() -> None:
    (form,) = read_forms("""
      <form method="post">
        <textarea name="words">\nTwo &amp;\nthree</textarea>
        <textarea name="none"></textarea>
        <select name="user"><option value="">---</option><option value="7">ines@shop.example</option></select>
        <select name="classes" multiple><option value="aha">AHA</option></select>
      </form>
    """)
    assert form.filled == {"words": "Two &\nthree", "none": "", "user": ""}
    assert form.offered["user"] == {"---": "", "ines@shop.example": "7"}
    assert form.offered["classes"] == {"AHA": "aha"}


def test_what_a_refused_form_complains_about_is_said_in_a_line() -> None:
    page = (
        '<ul class="errorlist"><li>It cannot be compared with <b>itself</b>.</li></ul>'
        '<p role="alert" class="cannot">Nothing\n was changed.</p>'
    )
    assert read_complaints(page) == "It cannot be compared with itself . Nothing was changed."
    assert read_complaints("<p>fine</p>") == ""


def test_advice_is_told_with_severity_grade_and_source() -> None:
    advice = {"severity": "avoid_together", "words": "Two retinoids are one too many.", "grade": "C"}
    for_all = advice | {"audience": "", "source": "Consensus of clinics"}
    for_some = advice | {"audience": "pregnancy", "source": "Can Fam Physician 2011;57:665"}
    unread = advice | {"audience": "", "source": None, "grade": None}
    assert write_advice([for_some, unread, for_all]) == [
        "avoid together: Two retinoids are one too many. (grade C, Consensus of clinics)"
    ]
    assert shorten("Keep it off your eyelids, and the corners", 27) == "Keep it off your eyelids…"
    assert shorten("Keep it off", 11) == "Keep it off"


def a_pdf(*lines: str) -> bytes:
    content: bytes = typst.compile("\n\n".join(lines).encode())
    return content


def test_a_receipt_is_believed_when_order_total_and_number_agree() -> None:
    good = a_pdf("Receipt 2026-000123", "Order R7-K2M9", "Total 43.70 EUR")
    assert check_receipt(good, ORDER) == "2026-000123"


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        (("Receipt 2026-000123", "Order R7-K2M8", "Total 43.70 EUR"), "R7-K2M9"),
        (("Receipt 2026-000123", "Order R7-K2M9", "Total 34.70 EUR"), "43.70"),
        (("Receipt 2026-000124", "Order R7-K2M9", "Total 43.70 EUR"), "2026-000123"),
    ],
)
def test_a_receipt_of_something_else_is_refused(lines: tuple[str, ...], missing: str) -> None:
    with pytest.raises(RefusedError, match=missing):
        check_receipt(a_pdf(*lines), ORDER)


def test_what_is_no_pdf_is_no_receipt() -> None:
    with pytest.raises(RefusedError, match="no PDF"):
        check_receipt(io.BytesIO(b"<html>").getvalue(), ORDER)


def test_words_for_the_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert written({"amount": 4905, "currency": "EUR"}) == "49.05 EUR"
    assert (
        last_sentence(["75 read", "", "75 rows: 70 new, 5 changed, 0 refused.", " "])
        == "75 rows: 70 new, 5 changed"
    )
    assert last_sentence([]) == ""
    assert last_sentence(["x" * 80]) == ""
    monkeypatch.setattr(telling, "_WIDTH", 80)
    telling.done("tables migrated", seconds=2.04)
    telling.done("POST /carts/", seconds=0.012, result="a cart in EUR")
    assert capsys.readouterr().out.split("\n")[:2] == [
        "  ✓ tables migrated" + " " * 69 + "2.0 s",
        "  ✓ POST /carts/                   a cart in EUR" + " " * 40 + "12 ms",
    ]
