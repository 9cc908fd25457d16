"""Receipts: numbered, printed once, sent once, sent again when somebody asks."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings as shop_settings
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from catalog.models import Variant
from catalog.tax import Taxed, split_tax
from orders import errands, lifecycle, statement
from orders.models import Order, OrderEvent, OrderLine
from payments import receipt_pdf, receipts, tasks
from payments.models import Receipt, ReceiptSeries
from tests.builders import NOW, make_category, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import make_order, pay_order
from tests.postbox import Postbox, html_of, open_postbox, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with open_postbox(settings) as box:
        yield box


def issue(order: Order | None = None, *, now: datetime = NOW, method: str = "Visa ending in 4242") -> Receipt:
    order = order or make_order()
    payment = pay_order(order, now=now, method=method)
    with transaction.atomic():
        return receipts.issue_receipt(order=order, payment=payment, now=now)


def shelve(
    name: str, *, units: int, cents: int, category: str = "Face > Serums", sku: str | None = None
) -> Variant:
    product = make_product(name, category=category, sku=sku, prices={"EUR": cents, "USD": cents})
    variant = product.variants.get()
    make_lot(variant, units=units)
    return variant


def print_receipt(receipt: Receipt) -> bytes:
    return receipt_pdf.render_receipt(
        order=receipt.order, payment=receipt.payment, receipt=receipt, seller=shop_settings.SELLER
    )


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def words_of(pdf: bytes) -> str:
    """All that the PDF says, with single spaces."""
    return " ".join(" ".join(pages_of(pdf)).split())


def enclosed(letter: EmailMessage) -> tuple[str, str, bytes]:
    (attachment,) = letter.iter_attachments()
    content = attachment.get_content()
    assert isinstance(content, bytes)
    return attachment.get_filename() or "", attachment.get_content_type(), content


# -- Numbers -------------------------------------------------------------------------------------------


def test_a_receipt_is_numbered_dated_and_due_at_once() -> None:
    receipt = issue()

    assert str(receipt) == "2026-000001"
    assert (receipt.issued_at, receipt.due_at, receipt.done_at, receipt.pdf) == (NOW, NOW, None, None)


def test_an_order_gets_one_receipt_however_often_it_is_asked_for() -> None:
    first = issue()

    with transaction.atomic():
        again = receipts.issue_receipt(
            order=first.order, payment=first.payment, now=NOW + timedelta(days=400)
        )

    assert again == first
    assert list(ReceiptSeries.objects.values_list("year", "last_number")) == [(2026, 1)]


def test_each_year_counts_from_one() -> None:
    last_second = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)

    numbers = [
        str(issue(make_order(now=now), now=now))
        for now in (last_second, last_second, last_second + timedelta(seconds=1))
    ]

    assert numbers == ["2026-000001", "2026-000002", "2027-000001"]


def test_a_number_that_was_rolled_back_is_given_to_the_next() -> None:
    order = make_order()
    payment = pay_order(order)
    with transaction.atomic():
        assert receipts.issue_receipt(order=order, payment=payment, now=NOW).number == 1
        transaction.set_rollback(True)

    assert issue().number == 1


# -- The mail ------------------------------------------------------------------------------------------


def test_a_customer_who_paid_gets_the_receipt_as_html_text_and_pdf(postbox: Postbox) -> None:
    receipt = issue()
    order = receipt.order

    assert receipts.deliver_receipt(pk=receipt.pk, now=NOW) is True

    letter = postbox.only
    receipt.refresh_from_db()
    assert postbox.recipients == [["ida@example.org"]]
    assert letter["Subject"] == f"Receipt 2026-000001 for your order {order.reference}"
    assert letter["Message-ID"] == "<receipt-2026-000001.0@regimen.example>"
    assert enclosed(letter) == ("receipt-2026-000001.pdf", "application/pdf", bytes(receipt.pdf or b""))
    assert bytes(receipt.pdf or b"").startswith(b"%PDF-")
    assert "You paid €44.88 on 20 November 2026 with Visa ending in 4242\n" in text_of(letter)
    assert "    2 × €19.99 = €39.98\n  Delivery, Standard: €4.90\n  Total paid: €44.88\n" in text_of(letter)
    assert "  of which VAT 19% on €37.72: €7.16\n" in text_of(letter)
    for amount in ("2 × €19.99", "€39.98", "€4.90", "€44.88", "of which VAT 19% on €37.72", "€7.16"):
        assert amount in html_of(letter)
    assert (receipt.done_at, receipt.due_at, receipt.sent_to) == (NOW, None, "ida@example.org")


def test_a_receipt_of_an_order_that_was_called_off_promises_no_parcel(postbox: Postbox) -> None:
    receipt = issue()
    lifecycle.cancel_order(receipt.order_id, now=NOW)

    receipts.deliver_receipt(pk=receipt.pk, now=NOW)

    for words in (text_of(postbox.only), html_of(postbox.only)):
        assert "You paid €44.88" in words
        assert "We pack it next" not in words


# -- The PDF -------------------------------------------------------------------------------------------


def test_the_pdf_says_all_that_an_accountant_asks_for() -> None:
    make_market(category_rates=[("DE", make_category("Face > Sun"), 700)])
    make_delivery(free_over_cents=None)
    order = make_order(
        {
            shelve("Barrier Cream", units=1, cents=2490, sku="BC-50"): 1,
            shelve("Mineral Sun Milk", units=3, cents=1850, category="Face > Sun", sku="SUN-50"): 3,
        },
        street_more="Rear building",
    )
    receipt = issue(order)

    words = words_of(print_receipt(receipt))

    assert words.startswith("Regimen care@regimen.example Receipt 2026-000001 Seller Regimen Skincare")
    for said in (
        "Seller Regimen Skincare GmbH Musterstraße 12 10115 Berlin Germany VAT id DE000000000",
        "Buyer and delivery address Ida Łukasiewicz Kastanienallee 7 Rear building 10435 Berlin Germany",
        "Issued 20 November 2026",
        "Paid 20 November 2026",
        "Paid with Visa ending in 4242",
        f"Order {order.reference}",
        "Barrier Cream 30 ml · SKU BC-50 1 €24.90 19% €24.90",
        "Mineral Sun Milk 30 ml · SKU SUN-50 3 €18.50 7% €55.50",
        "Delivery, Standard 19% €4.90",
        "19% €25.04 €4.76 €29.80",
        "7% €51.87 €3.63 €55.50",
        "Sum €76.91 €8.39 €85.30",
        "Goods €80.40",
        "Delivery €4.90",
        "Total €85.30",
        "of which VAT €8.39",
        "€85.30 on 20 November 2026 with Visa ending in 4242. Nothing is left to pay.",
        "Write to care@regimen.example and name order",
        "2026-000001 · page 1 of 1",
    ):
        assert said in words
    assert (order.total_cents, order.net_cents, order.tax_cents) == (8530, 7691, 839)


def test_where_tax_comes_on_top_the_pdf_adds_it() -> None:
    make_market("us")
    make_delivery(country="US", currency="USD", price_cents=900, free_over_cents=None)
    order = make_order(
        {shelve("Barrier Cream", units=2, cents=2000, sku="BC-50"): 2},
        country="US",
        currency="USD",
        city="Portland",
        region="OR",
        postcode="97205",
    )
    receipt = issue(order, method="")

    words = words_of(print_receipt(receipt))

    for said in (
        "Portland, OR 97205 United States",
        "SKU BC-50 2 $20.00 8.25% $40.00",
        "8.25% $49.00 $4.04 $53.04",
        "Goods $40.00 Delivery $9.00 Net $49.00 Tax $4.04 Total $53.04",
        "$53.04 on 20 November 2026. Nothing is left to pay.",
    ):
        assert said in words
    assert "Paid with" not in words


def test_a_long_order_goes_on_over_numbered_pages_with_the_headings_repeated() -> None:
    make_market()
    make_delivery()
    names = [f"Cream number {number}" for number in range(60)]
    receipt = issue(make_order({shelve(name, units=1, cents=1000): 1 for name in names}))

    pages = pages_of(print_receipt(receipt))

    assert len(pages) == 4
    for number, page in enumerate(pages, start=1):
        assert f"page {number} of 4" in page
        assert "Units" in page
    assert all(name in "\n".join(pages) for name in names)


def test_the_same_receipt_prints_the_same_bytes_and_says_what_it_is() -> None:
    receipt = issue()

    pdf = print_receipt(receipt)

    assert print_receipt(Receipt.objects.get(pk=receipt.pk)) == pdf
    facts = PdfReader(io.BytesIO(pdf)).metadata
    assert facts is not None
    assert facts.title == "Receipt 2026-000001"
    assert facts.author == "Regimen Skincare GmbH"
    assert facts.creation_date == NOW


@pytest.mark.parametrize(
    "name",
    [
        "#panic(1) *not bold* $x$ @ref // no \\ comment",
        '#include "/etc/passwd"',
        "[unclosed <label> `raw",
        "Łódź Ωmega Ёлка",
    ],
)
def test_whatever_is_typed_is_printed_and_never_obeyed(name: str) -> None:
    receipt = issue()
    receipt.order.lines.update(product_name=name)

    assert name in words_of(print_receipt(receipt))


@pytest.mark.parametrize(
    "name", ["קרם 🧴 مرطب", "保湿クリーム", "W" * 200, "bell\x07 vt\x0b \x9f\ufffe", "\u202eevitcurtsed"]
)
def test_no_name_stops_the_printing(name: str) -> None:
    receipt = issue(make_order(recipient="W" * 120, email=f"{'a' * 64}@{'b' * 60}.example.org"))
    receipt.order.lines.update(product_name=name)

    assert "Total €44.88" in words_of(print_receipt(receipt))


def test_a_name_without_a_space_stays_in_its_column() -> None:
    receipt = issue(make_order(recipient="V" * 120))
    receipt.order.lines.update(product_name="W" * 200)

    words = words_of(print_receipt(receipt))

    assert "V" * 30 not in words
    assert "W" * 60 not in words
    assert "V" * 120 in words.replace(" ", "")
    assert "W" * 200 in words.replace(" ", "")


@st.composite
def orders(draw: st.DrawFn) -> tuple[Order, list[OrderLine]]:
    """An order that adds up, never saved: any rates, with tax or without, any delivery."""
    included = draw(st.booleans())
    rates = st.sampled_from([0, 500, 700, 825, 1900, 2000, 2500])
    lines, parts = [], list[Taxed]()
    for units, unit_cents, rate_bp in draw(
        st.lists(st.tuples(st.integers(1, 99), st.integers(1, 200_000), rates), min_size=1, max_size=12)
    ):
        part = split_tax(units * unit_cents, rate_bp=rate_bp, included=included)
        parts.append(part)
        lines.append(
            OrderLine(
                units=units,
                unit_cents=unit_cents,
                tax_bp=rate_bp,
                net_cents=part.net_cents,
                tax_cents=part.tax_cents,
                total_cents=part.total_cents,
            )
        )
    sent = split_tax(draw(st.integers(0, 5000)), rate_bp=draw(rates), included=included)
    order = Order(
        prices_include_tax=included,
        delivery_net_cents=sent.net_cents,
        delivery_tax_cents=sent.tax_cents,
        delivery_cents=sent.total_cents,
        delivery_tax_bp=sent.rate_bp,
        net_cents=sum(part.net_cents for part in parts) + sent.net_cents,
        tax_cents=sum(part.tax_cents for part in parts) + sent.tax_cents,
        total_cents=sum(part.total_cents for part in parts) + sent.total_cents,
    )
    return order, lines


@given(orders())
def test_tax_by_rate_always_sums_to_what_the_order_says(drawn: tuple[Order, list[OrderLine]]) -> None:
    order, lines = drawn

    by_rate = statement.tax_by_rate(order, lines)

    rates = [rate_bp for rate_bp, _, _ in by_rate]
    assert rates == sorted(set(rates), reverse=True)
    assert set(rates) == {line.tax_bp for line in lines} | (
        {order.delivery_tax_bp} if order.delivery_cents else set()
    )
    assert sum(net for _, net, _ in by_rate) == order.net_cents
    assert sum(tax for _, _, tax in by_rate) == order.tax_cents
    assert sum(net + tax for _, net, tax in by_rate) == order.total_cents


# -- The errand ----------------------------------------------------------------------------------------


def test_a_mail_server_that_is_down_costs_nothing_but_time(postbox: Postbox, settings: Any) -> None:
    receipt = issue()
    postbox.refusing = True
    waits, now = [], NOW
    while receipt.due_at is not None:
        now = receipt.due_at
        assert receipts.deliver_receipt(pk=receipt.pk, now=now) is False
        receipt.refresh_from_db()
        waits.append((receipt.due_at - now).total_seconds() if receipt.due_at else None)
    assert waits == [30, 60, 120, 240, 480, 960, 1920, None]
    assert (receipt.failures, receipt.sent_to) == (8, "")
    printed = bytes(receipt.pdf or b"")
    assert printed.startswith(b"%PDF-")

    postbox.refusing = False
    settings.SELLER = {**settings.SELLER, "name": "Another Name GmbH"}  # the document is history: it stays
    assert errands.try_again(Receipt, receipt.pk, now=now) is True
    assert receipts.deliver_receipt(pk=receipt.pk, now=now) is True

    assert enclosed(postbox.only)[2] == printed
    assert "Regimen Skincare GmbH" in words_of(printed)


def test_a_worker_killed_after_sending_means_a_second_copy_with_the_same_message_id(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = issue()

    def die(*arguments: Any, **options: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(errands, "finish", die)
        with pytest.raises(SystemExit):
            receipts.deliver_receipt(pk=receipt.pk, now=NOW)
    receipt.refresh_from_db()
    assert (receipt.done_at, receipt.sent_to) == (None, "")

    assert receipts.deliver_receipt(pk=receipt.pk, now=NOW + errands.LEASE) is True

    assert postbox.message_ids == ["<receipt-2026-000001.0@regimen.example>"] * 2
    assert enclosed(postbox.letters[0]) == enclosed(postbox.letters[1])


def test_the_sweep_sends_each_due_receipt_once(postbox: Postbox) -> None:
    from config import celery_app

    now = timezone.now()
    issue(make_order(now=now), now=now)
    issue(make_order(now=now, email="later@example.org"), now=now)
    Receipt.objects.filter(number=2).update(due_at=now + timedelta(hours=1))
    celery_app.conf.task_always_eager = True
    try:
        tasks.sweep_receipts()
        tasks.sweep_receipts()
    finally:
        celery_app.conf.task_always_eager = False

    assert postbox.recipients == [["ida@example.org"]]


# -- Again, because somebody asked ---------------------------------------------------------------------


def test_support_sends_the_same_document_again_to_another_address(postbox: Postbox) -> None:
    receipt = issue()
    receipts.deliver_receipt(pk=receipt.pk, now=NOW)
    later = NOW + timedelta(days=9)

    assert receipts.send_again(receipt_id=receipt.pk, to="books@example.org", now=later) is True
    assert receipts.deliver_receipt(pk=receipt.pk, now=later) is True

    assert postbox.recipients == [["ida@example.org"], ["books@example.org"]]
    assert postbox.message_ids == [f"<receipt-2026-000001.{copy}@regimen.example>" for copy in (0, 1)]
    assert enclosed(postbox.letters[0]) == enclosed(postbox.letters[1])
    receipt.refresh_from_db()
    assert (receipt.copies, receipt.sent_to, receipt.done_at) == (1, "books@example.org", later)
    assert ReceiptSeries.objects.get().last_number == 1
    note = receipt.order.events.get(kind=OrderEvent.Kind.NOTED)
    assert note.note == "Receipt 2026-000001 is sent again to books@example.org."


def test_asking_twice_before_it_left_sends_one_copy(postbox: Postbox) -> None:
    receipt = issue()
    receipts.deliver_receipt(pk=receipt.pk, now=NOW)

    assert receipts.send_again(receipt_id=receipt.pk, to=None, now=NOW) is True
    assert receipts.send_again(receipt_id=receipt.pk, to=None, now=NOW) is False
    for _ in range(3):
        receipts.deliver_receipt(pk=receipt.pk, now=NOW)

    assert len(postbox.letters) == 2
    receipt.refresh_from_db()
    assert receipt.copies == 1


def test_asking_for_a_receipt_that_is_still_on_its_way_changes_nothing() -> None:
    receipt = issue()

    assert receipts.send_again(receipt_id=receipt.pk, to=None, now=NOW) is False

    receipt.refresh_from_db()
    assert (receipt.copies, receipt.due_at, receipt.attempts) == (0, NOW, 0)
    assert not receipt.order.events.filter(kind=OrderEvent.Kind.NOTED).exists()


def test_asking_for_a_receipt_that_was_given_up_tries_it_again_under_its_old_message_id(
    postbox: Postbox,
) -> None:
    receipt = issue()
    Receipt.objects.filter(pk=receipt.pk).update(due_at=None, failures=8)
    later = NOW + timedelta(days=1)

    assert receipts.send_again(receipt_id=receipt.pk, to=None, now=later) is True
    assert receipts.deliver_receipt(pk=receipt.pk, now=later) is True

    assert postbox.message_ids == ["<receipt-2026-000001.0@regimen.example>"]


def test_a_mistyped_address_is_put_right_while_a_worker_is_still_at_the_old_one() -> None:
    receipt = issue()
    at_work = errands.claim(Receipt, receipt.pk, now=NOW)
    assert at_work is not None

    assert receipts.send_again(receipt_id=receipt.pk, to="right@example.org", now=NOW) is True

    with transaction.atomic():
        assert errands.still_ours(at_work) is None  # whatever it sent, the new copy stays owed
    assert [row.send_to for row in Receipt.objects.due(NOW)] == ["right@example.org"]
