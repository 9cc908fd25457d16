"""What mails about an order say, whoever typed the words in them."""

import html
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from orders import dispatch, lifecycle, mail, order_letters
from orders.models import Order, OrderMail
from tests.builders import NOW
from tests.builders.orders import make_order, pay_order
from tests.builders.parcels import send_back
from tests.postbox import Postbox, html_of, open_postbox, text_of

pytestmark = pytest.mark.django_db

Kind = OrderMail.Kind
TRACKING = "https://track.example/?code=0034&lang=en"


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with open_postbox(settings) as box:
        yield box


def owe(order: Order, kind: OrderMail.Kind = Kind.CANCELLED) -> OrderMail:
    with transaction.atomic():
        return mail.owe_mail(order=order, kind=kind, now=NOW)


def ship(order: Order, *, tracking_url: str = TRACKING) -> OrderMail:
    dispatch.dispatch_order(
        order_id=order.pk, carrier="DHL", tracking_code="0034 & 1", tracking_url=tracking_url, now=NOW
    )
    order.refresh_from_db()
    return order.mails.get()


def test_who_gets_a_parcel_reads_carrier_number_goods_and_address(postbox: Postbox) -> None:
    order = make_order(recipient="Ida Łukasiewicz")
    pay_order(order)
    owed = ship(order)

    assert mail.deliver_order_mail(pk=owed.pk, now=NOW) is True

    letter = postbox.only
    line = order.lines.get()
    assert postbox.recipients == [["ida@example.org"]]
    assert letter["Subject"] == f"Your order {order.reference} is on its way"
    assert letter["From"] == "Regimen <care@regimen.example>"
    assert letter["Message-ID"] == f"<order-{order.reference.lower()}.shipped@regimen.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "multipart/alternative"
    assert "DHL took over your order" in text_of(letter)
    assert "on 20 November 2026.\nTracking number: 0034 & 1\n" in text_of(letter)
    assert f"Follow the parcel: {TRACKING}\n" in text_of(letter)
    assert f"  2 × {line.product_name}, 30 ml\n" in text_of(letter)
    assert "  Ida Łukasiewicz\n  Kastanienallee 7\n  10435 Berlin\n  Germany\n" in text_of(letter)
    assert 'href="https://track.example/?code=0034&amp;lang=en"' in html_of(letter)
    assert "0034 &amp; 1" in html_of(letter)
    assert line.product_name in html_of(letter)
    owed.refresh_from_db()
    assert (owed.done_at, owed.due_at, owed.attempts, owed.failures) == (NOW, None, 1, 0)


def test_a_cancelled_order_that_was_paid_says_that_the_money_goes_back() -> None:
    order = make_order()
    pay_order(order)
    lifecycle.cancel_order(order.pk, now=NOW)
    order.refresh_from_db()

    letter = order_letters.compose_order_mail(owe(order, Kind.CANCELLED))

    assert letter.subject == f"Your order {order.reference} is cancelled"
    for words in (letter.text, letter.html):
        assert "You paid €44.88. The whole amount goes back the way you paid." in words


def test_a_cancelled_order_that_nobody_paid_promises_no_money() -> None:
    letter = order_letters.compose_order_mail(owe(make_order()))

    for words in (letter.text, letter.html):
        assert "there is nothing to pay back" in words
        assert "€" not in words


def test_money_that_came_too_late_is_named_and_goes_back() -> None:
    order = make_order()

    letter = order_letters.compose_order_mail(owe(order, Kind.PAID_TOO_LATE))

    assert letter.subject == f"Your payment for order {order.reference} came too late and goes back"
    assert f"Your payment of €44.88 for order {order.reference} reached us after" in letter.text
    assert "Your payment of €44.88 for order" in letter.html


def owe_any(kind: OrderMail.Kind) -> OrderMail:
    order = make_order()
    pay_order(order)
    shipped = ship(order, tracking_url="")
    if kind == Kind.SHIPPED:
        return shipped
    if kind == Kind.RETURNED:
        send_back(order)
        return order.mails.get(kind=kind)
    return owe(order, kind)


@pytest.mark.parametrize("kind", [Kind.SHIPPED, Kind.CANCELLED, Kind.PAID_TOO_LATE, Kind.RETURNED])
def test_every_mail_fetches_nothing_and_knows_the_dark(kind: OrderMail.Kind) -> None:
    page = order_letters.compose_order_mail(owe_any(kind)).html

    assert page.count("http") == page.count("http://www.w3.org/1999/xhtml") + page.count("http-equiv")
    for fetched in ("<img", "<link", "@import", "url(", "<script", "src="):
        assert fetched not in page
    assert '<meta name="color-scheme" content="light dark" />' in page
    assert "@media (prefers-color-scheme: dark)" in page
    assert '<html lang="en"' in page


def test_words_of_strangers_stay_words() -> None:
    name = (
        "</mj-text><mj-include path='/etc/passwd' /><script>alert(1)</script>"
        " {{ seller.email }} {% now 'Y' %} &amp;"
    )
    order = make_order(recipient="Ida <b>Bold</b>", city='Berlin" onload="x')
    pay_order(order)
    order.lines.update(product_name=name)
    owed = ship(order, tracking_url='https://track.example/"><script>')

    letter = order_letters.compose_order_mail(owed)

    assert "<script>" not in letter.html
    assert "mj-include" in letter.html
    assert "&lt;mj-include path=&#x27;/etc/passwd&#x27; /&gt;" in letter.html
    assert "{{ seller.email }} {% now &#x27;Y&#x27; %} &amp;amp;" in letter.html
    assert "Ida &lt;b&gt;Bold&lt;/b&gt;" in letter.html
    assert "Berlin&quot; onload=&quot;x" in letter.html
    assert 'href="https://track.example/&quot;&gt;&lt;script&gt;"' in letter.html
    assert name in letter.text  # plain text escapes nothing
    assert "Ida <b>Bold</b>" in letter.text


def test_a_tracking_address_that_is_no_web_address_gets_no_button() -> None:
    order = make_order()
    pay_order(order)
    letter = order_letters.compose_order_mail(ship(order, tracking_url="javascript:alert(1)"))

    assert "javascript" not in letter.html + letter.text
    assert "Follow the parcel" not in letter.html + letter.text


@pytest.mark.parametrize(
    "name",
    ["קרם לחות 🧴 مرطب", "保湿クリーム", "X" * 200, "𝕊kin\u200dcare\u202e", "<3 & 'more'"],
)
def test_any_name_of_a_product_reaches_the_reader(name: str, postbox: Postbox) -> None:
    order = make_order()
    order.lines.update(product_name=name)

    assert mail.deliver_order_mail(pk=owe(order, Kind.PAID_TOO_LATE).pk, now=NOW) is True

    assert f"2 × {name}" in text_of(postbox.only)
    assert html.escape(name) in html_of(postbox.only)


def test_signs_that_nobody_can_see_cost_no_mail() -> None:
    order = make_order()
    order.lines.update(product_name="Bell\x07 and\x0b tab\ufffe\x9f Cream")

    letter = order_letters.compose_order_mail(owe(order, Kind.PAID_TOO_LATE))

    assert "2 × Bell and tab Cream, 30 ml" in letter.text
    assert "Bell and tab Cream" in letter.html
