"""Orders as they stand after a purchase, placed by the shop's own verb."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from catalog import pricing, tax
from catalog.models import MarketCountry, Variant
from orders import delivery, lifecycle, placing, totals
from orders.models import Order
from orders.placing import Address
from payments import receipts
from payments.models import Payment, PaymentAttempt, Receipt
from tests.builders.clock import NOW
from tests.builders.goods import make_lot, make_product
from tests.builders.markets import make_delivery, make_market

_number = itertools.count(1)

HOME = Address(
    recipient="Ida Łukasiewicz", street="Kastanienallee 7", postcode="10435", city="Berlin", country="DE"
)


def make_order(
    quantities: Mapping[Variant, int] | None = None,
    *,
    email: str = "ida@example.org",
    country: str = "DE",
    currency: str = "EUR",
    now: datetime = NOW,
    **address: str,
) -> Order:
    """An order that waits for its money: two units of one product unless told.

    Takes   {variant: units}, each already on a shelf; `address`: what differs from Ida's.
    """
    if quantities is None:
        make_market()
        make_delivery()
        variant = make_product().variants.get()
        make_lot(variant, units=2)
        quantities = {variant: 2}
    by_id = {variant.pk: units for variant, units in quantities.items()}
    with transaction.atomic():
        return placing.place_order(
            key=f"order {next(_number)}",
            email=email,
            address=replace(HOME, country=country, **address),
            delivery_code="standard",
            quantities=by_id,
            seen_cents=_total_of(by_id, country=country, currency=currency, now=now),
            seen_currency=currency,
            now=now,
        )


def _total_of(quantities: Mapping[int, int], *, country: str, currency: str, now: datetime) -> int:
    market = MarketCountry.objects.select_related("market").get(country=country).market
    return totals.add_up(
        pricing.find_offers(quantities, currency=currency, now=now),
        quantities,
        rates=tax.rates_of(country),
        prices_include_tax=market.prices_include_tax,
        delivery=delivery.find_method(code="standard", country=country, currency=currency),
    ).total_cents


def pay_order(order: Order, *, now: datetime = NOW, method: str = "Visa ending in 4242") -> Payment:
    """The order, paid as if Stripe had said so; what the settlement would write, but no receipt."""
    with transaction.atomic():
        attempt = PaymentAttempt.objects.create(
            order=order,
            seq=order.attempts.count() + 1,
            state=PaymentAttempt.State.PAID,
            amount_cents=order.total_cents,
            currency=order.currency,
            params={},
            session_id=f"cs_test_{uuid4().hex}",
            expires_at=order.pay_before,
            created_at=order.placed_at,
            done_at=now,
        )
        payment = Payment.objects.create(
            attempt=attempt,
            order=order,
            payment_intent_id=f"pi_{uuid4().hex}",
            method=method,
            amount_cents=order.total_cents,
            currency=order.currency,
            status=Payment.Status.APPLIED,
            paid_at=now,
        )
        lifecycle.mark_paid(order.pk, now=now)
        order.refresh_from_db()
    return payment


def make_receipt(
    order: Order | None = None, *, now: datetime = NOW, method: str = "Visa ending in 4242"
) -> Receipt:
    """The receipt of an order that has just been paid, not yet sent."""
    order = order or make_order(now=now)
    payment = pay_order(order, now=now, method=method)
    with transaction.atomic():
        return receipts.issue_receipt(order=order, payment=payment, now=now)
