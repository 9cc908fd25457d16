"""Stripe's news: kept first, understood later."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from orders import errands
from payments import refunds, settlement, stripe_gateway
from payments.models import StripeEvent


def record_event(*, body: bytes, signature: str, now: datetime) -> bool:
    """Keep one piece of news, exactly as it came. True when it is new.

    Writes  StripeEvent, unique on Stripe's id: a repeat changes nothing.
    Raises  BadSignature.
    """
    news = stripe_gateway.read_news(body, signature)
    _, new = StripeEvent.objects.get_or_create(
        stripe_id=news.id,
        defaults={
            "type": news.type[:120],
            "object_id": news.object_id[:255],
            "api_version": news.api_version[:40],
            "livemode": news.livemode,
            "raw": body,
            "received_at": now,
            "due_at": now,
        },
    )
    return new


def settle_event(*, pk: int, now: datetime) -> bool:
    """Let one piece of news change what we believe. True when it is settled by this call.

    The payload is only a hint: the object is fetched again, so that order and age do not matter.
    """

    def act(event: StripeEvent) -> None:
        if event.livemode != settings.STRIPE_LIVE:
            _conclude(event, lambda: "from the wrong mode; not believed", now=now)
        elif event.type.startswith("checkout.session."):
            session = stripe_gateway.fetch_session(event.object_id)
            _conclude(event, lambda: settlement.settle(session, now=now), now=now)
        elif event.type.startswith("refund."):
            refund = stripe_gateway.fetch_refund(event.object_id)
            _conclude(event, lambda: refunds.settle_refund(refund, now=now), now=now)
        else:
            _conclude(event, lambda: "nothing that we act on", now=now)

    return errands.run(StripeEvent, pk, act, now=now)


def _conclude(event: StripeEvent, effect: Callable[[], str], *, now: datetime) -> None:
    with transaction.atomic(durable=True):
        own = errands.still_ours(event)
        if own is not None:
            outcome = effect()
            StripeEvent.objects.filter(pk=own.pk).update(outcome=outcome[:200])
            errands.finish(own, now=now)
