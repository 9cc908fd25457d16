"""The receipt as a PDF. The same receipt renders to the same bytes, on every machine."""

import importlib.util
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from orders import statement
from orders.models import Order
from payments.models import Payment, Receipt

TEMPLATE = Path(__file__).parent / "templates" / "receipt.typ"
EAST_ASIAN = re.compile(
    "[\u1100-\u11ff\u2e80-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
EAST_ASIAN_FONT = "noto_cjk_sans_jp_regular"


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
    told = json.dumps(words, ensure_ascii=False)
    pdf = typst.compile(
        TEMPLATE,
        format="pdf",
        ignore_system_fonts=True,
        font_paths=_find_fonts(told),
        sys_inputs={"receipt": told},
        timestamp=int(receipt.issued_at.timestamp()),  # else the hour of printing: other bytes each time
    )
    assert isinstance(pdf, bytes)
    return pdf


def _find_fonts(told: str) -> list[Path]:
    """Where fonts stand beside typst's own, if somebody's name needs one: to read it takes 30 ms."""
    spec = importlib.util.find_spec(EAST_ASIAN_FONT) if EAST_ASIAN.search(told) else None
    return [Path(spec.origin).parent] if spec and spec.origin else []
