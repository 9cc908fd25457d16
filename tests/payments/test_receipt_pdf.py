"""The receipt on paper: what it says, that it adds up, and that nothing typed can break it."""

import io

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from catalog.models import Variant
from catalog.tax import Taxed, split_tax
from orders import statement
from orders.models import Order, OrderLine
from payments import receipt_pdf
from payments.models import Receipt
from tests.builders import NOW, make_category, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import make_order, make_receipt
from tests.paper import pages_of, words_of

pytestmark = pytest.mark.django_db


def shelve(
    name: str, *, units: int, cents: int, category: str = "Face > Serums", sku: str | None = None
) -> Variant:
    product = make_product(name, category=category, sku=sku, prices={"EUR": cents, "USD": cents})
    variant = product.variants.get()
    make_lot(variant, units=units)
    return variant


def print_receipt(receipt: Receipt) -> bytes:
    return receipt_pdf.render_receipt(
        order=receipt.order, payment=receipt.payment, receipt=receipt, seller=settings.SELLER
    )


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
    receipt = make_receipt(order)

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
    receipt = make_receipt(order, method="")

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
    receipt = make_receipt(make_order({shelve(name, units=1, cents=1000): 1 for name in names}))

    pages = pages_of(print_receipt(receipt))

    assert len(pages) == 4
    for number, page in enumerate(pages, start=1):
        assert f"page {number} of 4" in page
        assert "Units" in page
    assert all(name in "\n".join(pages) for name in names)


def test_the_same_receipt_prints_the_same_bytes_and_says_what_it_is() -> None:
    receipt = make_receipt()

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
    receipt = make_receipt()
    receipt.order.lines.update(product_name=name)

    assert name in words_of(print_receipt(receipt))


@pytest.mark.parametrize(
    "name", ["קרם 🧴 مرطب", "保湿クリーム", "W" * 200, "bell\x07 vt\x0b \x9f\ufffe", "\u202eevitcurtsed"]
)
def test_no_name_stops_the_printing(name: str) -> None:
    receipt = make_receipt(make_order(recipient="W" * 120, email=f"{'a' * 64}@{'b' * 60}.example.org"))
    receipt.order.lines.update(product_name=name)

    assert "Total €44.88" in words_of(print_receipt(receipt))


def test_a_name_without_a_space_stays_in_its_column() -> None:
    receipt = make_receipt(make_order(recipient="V" * 120))
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


@pytest.mark.parametrize("name", ["山田 太郎", "王小明", "김민수"])
def test_a_name_in_han_kana_or_hangul_is_printed_in_a_font_that_has_its_signs(name: str) -> None:
    make_delivery(free_over_cents=None)
    receipt = make_receipt(make_order({shelve("Barrier Cream", units=2, cents=2490): 1}, recipient=name))

    pdf = print_receipt(receipt)

    assert name in words_of(pdf)
    assert any("NotoSansCJK" in font for font in fonts_of(pdf)), "else the name is a row of boxes"


def test_no_other_receipt_reads_that_font() -> None:
    make_delivery(free_over_cents=None)
    receipt = make_receipt(
        make_order({shelve("Barrier Cream", units=2, cents=2490): 1}, recipient="Ιωάννα Łoś")
    )

    assert all("Libertinus" in font for font in fonts_of(print_receipt(receipt)))


def fonts_of(pdf: bytes) -> set[str]:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return {
        str(font.get_object()["/BaseFont"]) for page in pages for font in page["/Resources"]["/Font"].values()
    }
