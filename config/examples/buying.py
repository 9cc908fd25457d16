"""One purchase, told as examples in the API's description; a test holds each to its schema."""

from config.examples.knowing import ADVICE, BADGE, PAGE
from config.examples.shape import Example, Json


def _eur(amount: int) -> Json:
    return {"amount": amount, "currency": "EUR"}


NAMED = {"slug": "oat-milk-cleanser", "name": "Oat Milk Cleanser"}
BRAND = {"slug": "maren-ostby", "name": "Maren Ostby"}
SHELF = {"slug": "cleansers", "name": "Cleansers"}
SUMMARY = "An unperfumed milk that takes off the day without foam."
PICTURE = {
    "alt": "A matt white bottle with a slate-blue pump, labelled Maren Ostby Oat Milk Cleanser",
    "width": 640,
    "height": 640,
    "sources": {"320": "/media/images/4f/4f3c9d-320.webp", "640": "/media/images/4f/4f3c9d-640.webp"},
}
ADDRESS = {
    "name": "Mara Lindqvist",
    "street": "Lindenstraße 4",
    "postcode": "10969",
    "city": "Berlin",
    "country": "DE",
}
TOKEN = "kZ0bS8yVw3mQ1rT5xN7pL2dF4gH6jK9c"
PAYMENT_URL = "https://checkout.stripe.com/c/pay/cs_test_a1B2c3"
LINE = {"sku": "MO-OAT-MILK-150", "name": "150 ml", "units": 2, "unit_price": _eur(1390), "total": _eur(2780)}
EMPTY = {
    "token": TOKEN,
    "market": "eu",
    "currency": "EUR",
    "country": "DE",
    "prices_include_tax": True,
    "lines": [],
    "totals": {"goods": _eur(0), "delivery": None, "tax": [], "total": _eur(0)},
    "problems": [],
    "advice": [],
    "notices": [],
    "order": None,
}
FILLED = EMPTY | {
    "lines": [LINE | {"product": NAMED}],
    "totals": {
        "goods": _eur(2780),
        "delivery": None,
        "tax": [{"rate_bp": 1900, "net": _eur(2336), "tax": _eur(444)}],
        "total": _eur(2780),
    },
}
TOTALS = {
    "goods": _eur(2780),
    "delivery": _eur(490),
    "tax": [{"rate_bp": 1900, "net": _eur(2748), "tax": _eur(522)}],
    "total": _eur(3270),
}
PARCEL = {
    "carrier": "DHL",
    "tracking_code": "JD014600003SE",
    "tracking_url": "https://tracking.example/JD014600003SE",
    "shipped_at": "2026-11-22T14:10:00+00:00",
    "lines": [
        {
            "sku": "MO-OAT-MILK-150",
            "units": 2,
            "lots": [{"code": "B2507", "expires_on": "2028-03-31", "units": 2}],
        }
    ],
}

BUYING = {
    "list_products": Example(
        {
            "results": [
                NAMED
                | {
                    "brand": BRAND,
                    "category": SHELF,
                    "concerns": ["dryness", "sensitivity"],
                    "summary": SUMMARY,
                    "image": PICTURE,
                    "price_from": _eur(1390),
                    "prices_include_tax": True,
                    "variants": 2,
                    "pick": BADGE,
                    "in_stock": True,
                }
            ],
            "next": "WyJuZXdlc3QiLCIyMDI2LTEwLTAxVDA4OjAwOjAwKzAwOjAwIiwxN10",
        }
    ),
    "read_product": Example(
        NAMED
        | PAGE
        | {
            "brand": BRAND,
            "category": SHELF | {"path": [{"slug": "face", "name": "Face"}, SHELF]},
            "concerns": [
                {"slug": "dryness", "name": "Dryness"},
                {"slug": "sensitivity", "name": "Sensitivity"},
            ],
            "summary": SUMMARY,
            "description": "A thin, slippery milk with oat kernel extract and glycerin …",
            "images": [PICTURE],
            "price_from": _eur(1390),
            "prices_include_tax": True,
            "variants": [
                {
                    "sku": "MO-OAT-MILK-150",
                    "name": "150 ml",
                    "size": {"quantity": "150", "unit": "ml"},
                    "barcode": "2001100010706",
                    "price": _eur(1390),
                    "unit_price": _eur(927) | {"per": "100 ml"},
                    "in_stock": True,
                    "few_left": 3,
                }
            ],
        }
    ),
    "list_categories": Example(
        {"results": [{"slug": "face", "name": "Face", "children": [SHELF | {"children": []}]}]}
    ),
    "list_brands": Example({"results": [BRAND]}),
    "list_concerns": Example({"results": [{"slug": "milia", "name": "Milia"}]}),
    "open_cart": Example(EMPTY, {"market": "eu"}, "201"),
    "put_line": Example(FILLED, {"units": 2}),
    "drop_line": Example(EMPTY),
    "drop_notices": Example(EMPTY),
    "read_cart": Example(
        FILLED
        | {
            "totals": TOTALS,
            "problems": [
                {
                    "code": "few-left",
                    "detail": "Only 1 left.",
                    "sku": "MO-OAT-MILK-150",
                    "available": 1,
                }
            ],
        }
    ),
    "list_delivery_methods": Example(
        {
            "results": [
                {
                    "code": "standard",
                    "name": "Standard",
                    "carrier": "DHL",
                    "price": _eur(490),
                    "free_over": _eur(4900),
                    "min_days": 1,
                    "max_days": 2,
                }
            ]
        }
    ),
    "check_out": Example(
        {
            "order": {
                "reference": "R7K2-M9XQ",
                "secret": "q8Yx2nV0bTz4sWm6uRc1eA",
                "status": "placed",
                "total": _eur(3270),
                "pay_before": "2026-11-21T10:35:00+00:00",
            },
            "payment_url": PAYMENT_URL,
        },
        {
            "email": "mara@customer.example",
            "shipping_address": ADDRESS,
            "delivery_method": "standard",
            "total": _eur(3270),
        },
        "201",
    ),
    "read_order": Example(
        {
            "reference": "R7K2-M9XQ",
            "status": "shipped",
            "placed_at": "2026-11-21T10:00:00+00:00",
            "pay_before": "2026-11-21T10:35:00+00:00",
            "paid_at": "2026-11-21T10:02:11+00:00",
            "email": "mara@customer.example",
            "shipping_address": ADDRESS | {"street_more": "", "region": "", "phone": ""},
            "delivery_method": {"code": "standard", "name": "Standard"},
            "lines": [LINE | {"product": "Oat Milk Cleanser"}],
            "totals": TOTALS,
            "advice": [ADVICE],
            "payment": {"state": "paid", "url": None},
            "receipt": {"number": "2026-000123", "issued_at": "2026-11-21T10:02:11+00:00"},
            "refunds": [],
            "shipment": PARCEL,
            "shipments": [PARCEL],
        }
    ),
    "pay_again": Example({"payment_url": PAYMENT_URL}),
}
