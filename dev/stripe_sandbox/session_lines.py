"""The lines of a Checkout Session: what each costs, and what all of them come to."""

from __future__ import annotations

from decimal import Decimal

from . import money
from .errors import Json, Refusal, no_such, not_offered
from .sandbox import Work

MAX_LINES = 100
MAX_QUANTITY = 999_999


def build_lines(work: Work, params: Json) -> list[Json]:
    """One `item` per requested line, with its price and product inline. Raises Refusal."""
    wanted = params.get("line_items") or []
    if not wanted:
        raise Refusal("Missing required param: line_items.", code="parameter_missing", param="line_items")
    if len(wanted) > MAX_LINES:
        raise Refusal(f"A Checkout Session has at most {MAX_LINES} line items.", param="line_items")
    lines = [_build_line(work, line, f"line_items[{position}]") for position, line in enumerate(wanted)]
    currencies = {line["currency"] for line in lines}
    if params.get("currency"):
        currencies.add(money.check_currency(params["currency"], param="currency"))
    if len(currencies) > 1:
        raise Refusal(
            f"A Checkout Session has one currency; you passed {', '.join(sorted(currencies))}.",
            param="line_items",
        )
    money.check_total(sum(line["amount_total"] for line in lines), lines[0]["currency"])
    return lines


def _build_line(work: Work, line: Json, path: str) -> Json:
    _refuse_what_needs_a_catalogue(line, path)
    if "price_data" not in line:
        raise Refusal(
            f"Missing required param: {path}[price_data].",
            code="parameter_missing",
            param=f"{path}[price_data]",
        )
    quantity = _check_quantity(line, path)
    price, product = _build_price(work, line["price_data"], f"{path}[price_data]")
    amount = money.multiply(_unit(price), quantity)
    money.check_divisible(amount, price["currency"], param=f"{path}[price_data][unit_amount]")
    return {
        "id": work.draw("li_1"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": product["name"],
        "metadata": line.get("metadata", {}),
        "price": {**price, "product": product},
        "quantity": quantity,
    }


def _refuse_what_needs_a_catalogue(line: Json, path: str) -> None:
    if "price" in line:
        raise no_such("price", line["price"], param=f"{path}[price]")
    for position, rate in enumerate(line.get("tax_rates") or []):
        raise no_such("tax rate", rate, param=f"{path}[tax_rates][{position}]")
    if line.get("adjustable_quantity", {}).get("enabled"):
        raise not_offered(f"{path}[adjustable_quantity]")


def _check_quantity(line: Json, path: str) -> int:
    if "quantity" not in line:
        raise Refusal(
            f"Missing required param: {path}[quantity].", code="parameter_missing", param=f"{path}[quantity]"
        )
    quantity = int(line["quantity"])
    if not 1 <= quantity <= MAX_QUANTITY:
        raise Refusal(
            f"The quantity must be between 1 and {MAX_QUANTITY}; it is {quantity}.",
            code="parameter_invalid_integer",
            param=f"{path}[quantity]",
        )
    return quantity


def _build_price(work: Work, asked: Json, path: str) -> tuple[Json, Json]:
    currency = money.check_currency(asked["currency"], param=f"{path}[currency]")
    if "product" in asked:
        raise no_such("product", asked["product"], param=f"{path}[product]")
    if "product_data" not in asked:
        raise Refusal(
            f"Missing required param: {path}[product_data].",
            code="parameter_missing",
            param=f"{path}[product_data]",
        )
    if "recurring" in asked:
        raise Refusal("`payment` mode takes no recurring prices.", param=f"{path}[recurring]")
    unit = _check_unit(asked, currency, path)
    product = _build_product(work, asked["product_data"])
    whole = int(unit) if unit == int(unit) else None
    price = {
        "id": work.draw("price_1"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": work.now,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product["id"],
        "recurring": None,
        "tax_behavior": asked.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": whole,
        "unit_amount_decimal": str(whole) if whole is not None else f"{unit.normalize():f}",
    }
    return price, product


def _check_unit(asked: Json, currency: str, path: str) -> Decimal:
    if ("unit_amount" in asked) == ("unit_amount_decimal" in asked):
        raise Refusal(
            f"Pass exactly one of {path}[unit_amount] and {path}[unit_amount_decimal].",
            code="parameter_missing",
            param=f"{path}[unit_amount]",
        )
    name = "unit_amount" if "unit_amount" in asked else "unit_amount_decimal"
    unit = Decimal(asked[name])
    if unit < 0:
        raise Refusal(
            "Invalid non-negative integer", code="parameter_invalid_integer", param=f"{path}[{name}]"
        )
    if unit > money.MAXIMUM:
        raise Refusal(
            f"Amount must be no more than {money.format_amount(money.MAXIMUM, currency)}.",
            code="amount_too_large",
            param=f"{path}[{name}]",
        )
    if name == "unit_amount":
        money.check_divisible(int(unit), currency, param=f"{path}[unit_amount]")
    return unit


def _unit(price: Json) -> Decimal:
    return Decimal(price["unit_amount_decimal"])


def _build_product(work: Work, asked: Json) -> Json:
    return {
        "id": work.draw("prod_", 14),
        "object": "product",
        "active": False,
        "created": work.now,
        "default_price": None,
        "description": asked.get("description"),
        "images": asked.get("images", []),
        "livemode": False,
        "marketing_features": [],
        "metadata": asked.get("metadata", {}),
        "name": asked["name"],
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": asked.get("tax_code"),
        "tax_details": None,
        "type": "service",
        "unit_label": asked.get("unit_label"),
        "updated": work.now,
        "url": None,
    }
