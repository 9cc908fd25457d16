"""The receipt as a PDF. The same receipt renders to the same bytes, on every machine."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from orders import statement
from orders.models import Order
from payments.models import Payment, Receipt

TEMPLATE = Path(__file__).parent / "templates" / "receipt.typ"


def render_receipt(*, order: Order, payment: Payment, receipt: Receipt, seller: Mapping[str, str]) -> bytes:
    """The PDF that the customer and an accountant get: A4, as many pages as the order needs.

    Takes   `seller`: name, street, city, country (a code), vat_id, email.
    """
    import typst  # 90 MB on disk, and only workers print

    words = {
        "shop_name": settings.SHOP_NAME,
        "seller": {**seller, "country": statement.write_country(seller["country"])},
        "number": str(receipt),
        "issued_on": statement.write_date(receipt.issued_at),
        "paid_on": statement.write_date(payment.paid_at),
        "method": payment.method,
        "order": asdict(statement.draw_statement(order)),
    }
    # Customers' words go in as data: nothing that they type is ever read as markup.
    pdf = typst.compile(
        TEMPLATE,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"receipt": json.dumps(words)},
        timestamp=int(receipt.issued_at.timestamp()),  # else the hour of printing: other bytes each time
    )
    assert isinstance(pdf, bytes)
    return pdf
