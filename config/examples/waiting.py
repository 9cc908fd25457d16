"""Waiting for what is sold out, as an example."""

from config.examples.shape import Example

WAITING = {
    "ask_stock_alert": Example(
        {
            "detail": "If we sell this there, a mail is on its way to that address. "
            "Its link confirms the alert; without that we write no more."
        },
        {"sku": "MO-OAT-MILK-150", "market": "eu", "email": "mara@customer.example"},
        "202",
    ),
}
