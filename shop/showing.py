"""Carts and orders as the API shows them: plain dictionaries, built by hand because they are read often."""

from typing import Any

from catalog import tax
from catalog.money import as_json
from catalog.tax import Taxed
from orders import parcels
from orders.delivery import Choice
from orders.models import Order
from payments import payback
from payments.models import Payment, PaymentAttempt, Receipt, Refund
from shop.cart_view import CartView, LineView, Trouble
from shop.checkout import Started


def show_cart(view: CartView) -> dict[str, Any]:
    head, currency = view.head, view.head.currency
    return {
        "token": head.token,
        "market": head.market,
        "currency": currency,
        "country": view.country,
        "prices_include_tax": head.prices_include_tax,
        "lines": [_show_line(line, currency) for line in view.lines],
        "totals": {
            "goods": as_json(view.totals.goods_cents, currency),
            "delivery": as_json(view.delivery.price_for(view.totals.goods_cents), currency)
            if view.delivery
            else None,
            "tax": _show_tax(view.totals.by_rate, currency),
            "total": as_json(view.totals.total_cents, currency),
        },
        "problems": [_show_trouble(trouble) for trouble in view.troubles],
        "advice": [one.as_json() for one in view.advice],
        "notices": view.notices,
        "order": {"reference": head.order_reference, "status": head.order_status.lower()}
        if head.order_status
        else None,
    }


def _show_line(line: LineView, currency: str) -> dict[str, Any]:
    offer = line.offer
    return {
        "sku": offer.sku,
        "product": {"slug": offer.product_slug, "name": offer.product_name},
        "name": offer.variant_name,
        "units": line.units,
        "unit_price": _money(offer.unit_cents, currency),
        "total": _money(offer.unit_cents and offer.unit_cents * line.units, currency),
    }


def show_started(started: Started) -> dict[str, Any]:
    order = started.order
    return {
        "order": {
            "reference": order.reference,
            "secret": order.secret,
            "status": order.status.lower(),
            "total": as_json(order.total_cents, order.currency),
            "pay_before": order.pay_before.isoformat(),
        },
        "payment_url": started.payment_url,
    }


def show_order(order: Order) -> dict[str, Any]:
    lines = list(order.lines.order_by("id"))
    currency = order.currency
    parts = [Taxed(line.net_cents, line.tax_cents, line.total_cents, line.tax_bp) for line in lines]
    parts.append(
        Taxed(order.delivery_net_cents, order.delivery_tax_cents, order.delivery_cents, order.delivery_tax_bp)
    )
    receipt = Receipt.objects.filter(order=order).first()
    sent = [parcels.show_parcel(parcel) for parcel in parcels.list_parcels(order)]
    return {
        "reference": order.reference,
        "status": order.status.lower(),
        "placed_at": order.placed_at.isoformat(),
        "pay_before": order.pay_before.isoformat(),
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        "email": order.email,
        "shipping_address": {
            "name": order.recipient,
            "street": order.street,
            "street_more": order.street_more,
            "postcode": order.postcode,
            "city": order.city,
            "region": order.region,
            "country": order.country,
            "phone": order.phone,
        },
        "delivery_method": {"code": order.delivery_method.code, "name": order.delivery_name},
        "lines": [
            {
                "sku": line.sku,
                "product": line.product_name,
                "name": line.variant_name,
                "units": line.units,
                "unit_price": as_json(line.unit_cents, currency),
                "total": as_json(line.unit_cents * line.units, currency),
            }
            for line in lines
        ],
        "totals": {
            "goods": as_json(sum(line.unit_cents * line.units for line in lines), currency),
            "delivery": as_json(
                order.delivery_cents if order.prices_include_tax else order.delivery_net_cents, currency
            ),
            "tax": _show_tax(tax.sum_by_rate(parts), currency),
            "total": as_json(order.total_cents, currency),
        },
        "advice": order.advice,
        "payment": _show_payment(order),
        "receipt": {"number": str(receipt), "issued_at": receipt.issued_at.isoformat()} if receipt else None,
        "refunds": _show_refunds(order),
        # The first parcel stands alone as well, for readers that know of one only.
        "shipment": sent[0] if sent else None,
        "shipments": sent,
    }


def show_choice(choice: Choice) -> dict[str, Any]:
    return {
        "code": choice.code,
        "name": choice.name,
        "carrier": choice.carrier,
        "price": as_json(choice.price_cents, choice.currency),
        "free_over": _money(choice.free_over_cents, choice.currency),
        "min_days": choice.min_days,
        "max_days": choice.max_days,
    }


def _show_payment(order: Order) -> dict[str, Any]:
    attempt = PaymentAttempt.objects.filter(order=order).order_by("-seq").first()
    payment = Payment.objects.filter(order=order).order_by("-id").first()
    if payment is not None:
        return {"state": payback.name_state(payment), "url": None}
    if attempt is not None and attempt.state == PaymentAttempt.State.NEEDS_REVIEW:
        return {"state": "in-review", "url": None}
    if order.status == Order.Status.PLACED:
        return {"state": "waiting", "url": (attempt.url or None) if attempt else None}
    return {"state": "none", "url": None}


def _show_refunds(order: Order) -> list[dict[str, Any]]:
    return [
        {
            "amount": as_json(refund.amount_cents, refund.currency),
            "reason": refund.reason.lower().replace("_", "-"),
            "state": "refunded" if refund.state == Refund.State.SUCCEEDED else "refund-under-way",
            "asked_at": refund.asked_at.isoformat(),
        }
        for refund in payback.list_owed(order)
    ]


def _show_tax(by_rate: list[tuple[int, int, int]], currency: str) -> list[dict[str, Any]]:
    return [
        {"rate_bp": rate, "net": as_json(net, currency), "tax": as_json(amount, currency)}
        for rate, net, amount in by_rate
    ]


def _show_trouble(trouble: Trouble) -> dict[str, Any]:
    shown: dict[str, Any] = {"code": trouble.code, "detail": trouble.detail, **trouble.facts}
    return shown | {"sku": trouble.sku} if trouble.sku else shown


def _money(cents: int | None, currency: str) -> dict[str, int | str] | None:
    return None if cents is None else as_json(cents, currency)
