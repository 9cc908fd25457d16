"""The two letters of an alert: please confirm, and it is back."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from catalog import pricing
from catalog.money import format_money
from orders import errands, letters
from orders.letters import Letter
from shop.alerts import UNCONFIRMED_KEPT
from shop.models import AlertMail, StockAlert

State, Kind = StockAlert.State, AlertMail.Kind
# A letter whose alert has moved on meanwhile is not sent: it was ended, or is confirmed already.
SENT_WHILE = {Kind.CONFIRM: State.ASKED, Kind.BACK: State.TOLD}


def deliver_alert_mail(*, pk: int, now: datetime) -> bool:
    """True if the mail is done by this call. Outward errand: at least once, always with one Message-ID.

    Writes  AlertMail: done, or when it is due again and why.
    """
    return errands.run(AlertMail, pk, lambda mail: _send(mail, now=now), now=now)


def _send(mail: AlertMail, *, now: datetime) -> None:
    alert = StockAlert.objects.select_related("variant__product__brand", "market").get(pk=mail.alert_id)
    kind = Kind(mail.kind)
    if alert.email and alert.state == SENT_WHILE[kind]:
        letters.send_letter(
            compose_alert_mail(alert=alert, kind=kind, now=now),
            to=alert.email,
            # asked_at moves when the confirmation is sent again on purpose; a retry keeps it.
            message_id=letters.message_id_for(
                f"alert-{alert.pk}.{kind}.{alert.asked_at:%Y%m%d%H%M%S}".lower()
            ),
            headers=write_unsubscribe(alert),
        )
    with transaction.atomic(durable=True):
        ours = errands.still_ours(mail)
        if ours is not None:
            errands.finish(ours, now=now)


def write_unsubscribe(alert: StockAlert) -> dict[str, str]:
    """Headers by which a mail program ends the alert without a page. Source  RFC 2369, RFC 8058."""
    return {
        "List-Unsubscribe": f"<{link(alert, 'end-alert')}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def link(alert: StockAlert, page: str) -> str:
    return f"{settings.SHOP_URL}{reverse(page, args=[alert.token])}"


def compose_alert_mail(*, alert: StockAlert, kind: AlertMail.Kind, now: datetime) -> Letter:
    """What somebody reads who asked to be told: a question, or that it is there."""
    variant, product = alert.variant, alert.variant.product
    words: dict[str, Any] = {
        "name": product.name,
        "brand": product.brand.name,
        "size": variant.name,
        "end_url": link(alert, "end-alert"),
    }
    if kind == Kind.CONFIRM:
        words |= {"confirm_url": link(alert, "confirm-alert"), "days": UNCONFIRMED_KEPT.days}
        return letters.compose_letter(
            "alert_confirm", subject=f"Shall we tell you about {product.name}?", **words
        )
    offer = pricing.find_offer(variant.sku, currency=alert.market.currency, now=now)
    cents = offer.unit_cents if offer else None
    words |= {
        "price": format_money(cents, alert.market.currency) if cents else "",
        "product_url": settings.PRODUCT_PAGE_URL.replace("{slug}", product.slug),
    }
    return letters.compose_letter("alert_back", subject=f"{product.name} can be had again", **words)
