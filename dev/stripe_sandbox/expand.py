"""`expand[]`: an id is replaced by its object, up to four steps deep."""

from __future__ import annotations

from .balance import show_movement
from .errors import Json, Refusal
from .line_book import LineBook
from .listing import page
from .sandbox import Work

MAX_DEPTH = 4

# Field -> kind of object behind it; None is expandable by Stripe, and always empty here.
EXPANDABLE: dict[str, dict[str, str | None]] = {
    "checkout.session": {
        "payment_intent": "payment_intent",
        **dict.fromkeys(("customer", "invoice", "payment_link", "setup_intent", "subscription")),
    },
    "payment_intent": {
        "latest_charge": "charge",
        "payment_method": "payment_method",
        **dict.fromkeys(("application", "customer", "on_behalf_of", "review", "source")),
    },
    "charge": {
        "balance_transaction": "balance_transaction",
        "failure_balance_transaction": "balance_transaction",
        "payment_intent": "payment_intent",
        **dict.fromkeys(
            ("application", "application_fee", "customer", "on_behalf_of", "review", "source_transfer")
        ),
    },
    "refund": {
        "balance_transaction": "balance_transaction",
        "failure_balance_transaction": "balance_transaction",
        "charge": "charge",
        "payment_intent": "payment_intent",
        "payment_method": "payment_method",
        **dict.fromkeys(("customer", "source_transfer_reversal", "transfer_reversal")),
    },
    "balance_transaction": {"source": "charge"},
    "price": {"product": None},
}


def expand(work: Work, thing: Json, wanted: list[str], *, book: LineBook) -> Json:
    """The object (or list) with the wanted paths filled in; `book` knows the lines of sessions.

    Raises Refusal for a path that does not exist or is deeper than four.
    """
    for position, path in enumerate(wanted):
        parts = path.split(".")
        if len(parts) > MAX_DEPTH + (parts[0] == "data"):
            raise Refusal(
                f"You cannot expand more than {MAX_DEPTH} levels of a property: {path[:200]}.",
                param=f"expand[{position}]",
            )
        _expand_path(work, thing, parts, path, book)
    return thing


def _expand_path(work: Work, thing: Json, parts: list[str], path: str, book: LineBook) -> None:
    if thing.get("object") == "list":
        if parts[0] != "data":
            raise _not_expandable(path)
        for item in thing["data"]:
            if parts[1:]:
                _expand_path(work, item, parts[1:], path, book)
        return
    name, rest = parts[0], parts[1:]
    below = _fill(work, thing, name, path, book)
    if rest and isinstance(below, dict):
        _expand_path(work, below, rest, path, book)


def _fill(work: Work, thing: Json, name: str, path: str, book: LineBook) -> Json | None:
    kind_of = thing.get("object", "")
    if kind_of == "checkout.session" and name == "line_items":
        lines: Json = thing.setdefault("line_items", book.show_inline(thing))
        return lines
    if kind_of == "item" and name == "price":
        price: Json = thing["price"]
        return price
    if kind_of == "charge" and name == "refunds":
        refunds: Json = thing.setdefault("refunds", _list_refunds(work, thing))
        return refunds
    if name not in EXPANDABLE.get(kind_of, {}):
        raise _not_expandable(path)
    value, kind = thing.get(name), EXPANDABLE[kind_of][name]
    if kind_of == "price" and isinstance(value, str):
        value = thing["product"] = book.products[value]
    if isinstance(value, str) and kind is not None:
        if kind_of == "balance_transaction" and value.startswith("re_"):
            kind = "refund"
        value = work.get(kind, value)
        if kind == "balance_transaction":
            value = show_movement(value, now=work.now)
        thing[name] = value
    return value if isinstance(value, dict) else None


def _list_refunds(work: Work, charge: Json) -> Json:
    refunds = work.store.find_where("refund", "charge", charge["id"])[::-1]
    return page(refunds[:10], more=len(refunds) > 10, url=f"/v1/charges/{charge['id']}/refunds")


def _not_expandable(path: str) -> Refusal:
    return Refusal(f"This property cannot be expanded ({path[:200]}).", param="expand")
