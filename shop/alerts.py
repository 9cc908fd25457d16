"""Telling somebody, once, that a size can be had again.

They ask, they confirm by a link in a mail (so that nobody is written to because a stranger typed their
address), they are told once, and it is over. Nothing tells whoever asks whether an address is known here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from catalog import pricing
from catalog.models import Market
from shop.models import AlertMail, StockAlert

State, Kind = StockAlert.State, AlertMail.Kind
LIVE = (State.ASKED, State.CONFIRMED)
REPEAT_AFTER = timedelta(days=1)  # a lost confirmation is sent again, no oftener
MOST_UNCONFIRMED = 5  # of one address: else a stranger could fill somebody's mailbox, jar by jar

UNCONFIRMED_KEPT = timedelta(days=7)
WAITING_KEPT = timedelta(days=365)  # nobody remembers what they asked for before
ADDRESS_KEPT = timedelta(days=30)  # after it is over: long enough to answer "why did you write to me?"


@dataclass(eq=False)
class NoSuchAlert(Exception):
    """No alert has that token, or its address was forgotten."""


def ask_alert(*, sku: str, market: str, email: str, now: datetime) -> None:
    """Somebody wants to know when a size can be had again: we owe them a mail in which they confirm.

    Gives   nothing, whatever happened: whoever asks learns nothing about the address. Asking again while
            an alert lives changes nothing; the mail is sent again when the last is a day old.
    Writes  StockAlert(ASKED), AlertMail(CONFIRM).
    Locks   the live alert of that size and address.
    """
    found = Market.objects.filter(code=market).first()
    offer = found and pricing.find_offer(sku, currency=found.currency, now=now)
    if found is None or not offer or offer.unit_cents is None:
        return
    wanted = StockAlert(variant_id=offer.variant_id, market=found, email=email.lower(), asked_at=now)
    with transaction.atomic(durable=True):
        unconfirmed = StockAlert.objects.filter(
            email=wanted.email, state=State.ASKED, asked_at__gt=now - UNCONFIRMED_KEPT
        ).count()
        # Known or not, the same work is done: how long it takes tells nothing about the address either.
        if unconfirmed < MOST_UNCONFIRMED and _write(wanted):
            return
        live = StockAlert.objects.filter(variant=wanted.variant_id, email=wanted.email, state__in=LIVE)
        standing = live.select_for_update(no_key=True).first()
        if standing is not None:
            _remind(standing, now=now)


def _write(alert: StockAlert) -> bool:
    """Whether it is new; one that lives already stays as it is."""
    try:
        with transaction.atomic():
            alert.save(force_insert=True)
            owe_mail([alert], kind=Kind.CONFIRM, now=alert.asked_at)
    except IntegrityError:
        return False
    return True


def _remind(alert: StockAlert, *, now: datetime) -> None:
    """Owe the confirmation again. It is a new letter: with `asked_at` its Message-ID moves."""
    if alert.state != State.ASKED or alert.asked_at > now - REPEAT_AFTER:
        return
    mails = AlertMail.objects.filter(alert=alert, kind=Kind.CONFIRM)
    if mails.filter(Q(done_at__isnull=False) | Q(due_at=None)).update(done_at=None, due_at=now, failures=0):
        alert.asked_at = now
        alert.save(update_fields=["asked_at"])


def find_alert(token: str) -> StockAlert:
    """The alert with its size and market. Raises NoSuchAlert."""
    found = StockAlert.objects.select_related("variant__product__brand", "market").exclude(email="")
    alert = found.filter(token=token).first()
    if alert is None:
        raise NoSuchAlert
    return alert


def confirm_alert(*, token: str, now: datetime) -> StockAlert:
    """The alert, which waits from now on; confirming twice, or too late, changes nothing.

    Locks   the alert. Raises NoSuchAlert.
    """
    with transaction.atomic(durable=True):
        alert = _lock_alert(token)
        if alert.state == State.ASKED:
            alert.state, alert.confirmed_at = State.CONFIRMED, now
            alert.save(update_fields=["state", "confirmed_at"])
    return alert


def end_alert(*, token: str, now: datetime) -> StockAlert:
    """The alert, of which nothing is sent any more; also what was owed and had not left yet.

    Locks   the alert. Raises NoSuchAlert.
    """
    with transaction.atomic(durable=True):
        alert = _lock_alert(token)
        if alert.state != State.ENDED:
            alert.state, alert.ended_at = State.ENDED, now
            alert.save(update_fields=["state", "ended_at"])
    return alert


def _lock_alert(token: str) -> StockAlert:
    alert = find_alert(token)
    locked = StockAlert.objects.select_for_update(no_key=True).get(pk=alert.pk)
    locked.variant, locked.market = alert.variant, alert.market
    return locked


def owe_mail(alerts: list[StockAlert], *, kind: AlertMail.Kind, now: datetime) -> None:
    """Owe each of them one mail of that kind. Joins a transaction."""
    assert connection.in_atomic_block, "owe_mail() joins its caller's transaction"
    AlertMail.objects.bulk_create(
        (AlertMail(alert=alert, kind=kind, due_at=now) for alert in alerts), ignore_conflicts=True
    )


def forget_alerts(*, now: datetime) -> dict[str, int]:
    """How many were forgotten: those that nobody confirmed are deleted, what is over loses its address.

    What has waited for a year ends. Writes  StockAlert, AlertMail.
    """
    unconfirmed = StockAlert.objects.filter(state=State.ASKED, asked_at__lt=now - UNCONFIRMED_KEPT)
    _, deleted = unconfirmed.delete()
    waited = StockAlert.objects.filter(state=State.CONFIRMED, confirmed_at__lt=now - WAITING_KEPT)
    ended = waited.update(state=State.ENDED, ended_at=now)
    over = StockAlert.objects.filter(ended_at__lt=now - ADDRESS_KEPT).exclude(email="")
    with transaction.atomic(durable=True):
        AlertMail.objects.filter(alert__in=over).exclude(last_error="").update(last_error="")
        blanked = over.update(email="")
    return {"deleted": deleted.get("shop.StockAlert", 0), "ended": ended, "blanked": blanked}
