"""Mail to our own people: owed once per key, sent to those whose work it is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse

from orders import errands, letters
from orders.errands import NotYet
from orders.letters import Letter
from shop.models import StaffMail, User

Kind = StaffMail.Kind
STORE = ("warehouse", "owner")
CONCERNED: Mapping[StaffMail.Kind, tuple[str, ...]] = {
    Kind.WEEK_OF_STOCK: STORE,
    Kind.FEED_FAILS: STORE,
    Kind.FEED_HELD: STORE,
    Kind.AUDIT_BROKEN: STORE,
    Kind.DUTY_DUE: ("support", "owner"),
}
# kind → the page of the admin on which something can be done about it
DESKS: Mapping[StaffMail.Kind, tuple[str, str]] = {
    Kind.WEEK_OF_STOCK: ("low-stock", ""),
    Kind.FEED_FAILS: ("admin:catalog_feedrun_changelist", "feed__id__exact={feed_id}"),
    Kind.FEED_HELD: ("admin:catalog_feedrun_change", ""),
    Kind.AUDIT_BROKEN: ("admin:orders_stockaudit_change", ""),
    Kind.DUTY_DUE: ("admin:orders_incident_change", ""),
}
NOBODY_YET = timedelta(hours=1)


def owe_staff_mail(*, key: str, kind: StaffMail.Kind, facts: Mapping[str, Any], now: datetime) -> bool:
    """Whether we owe it from now on; a key that was used before changes nothing. Joins a transaction.

    Takes   `facts`: what the letter says, ready to be shown; JSON.
    Writes  StaffMail.
    """
    assert connection.in_atomic_block, "owe_staff_mail() joins its caller's transaction"
    _, is_new = StaffMail.objects.get_or_create(
        key=key, defaults={"kind": kind, "facts": dict(facts), "due_at": now}
    )
    return is_new


def deliver_staff_mail(*, pk: int, now: datetime) -> bool:
    """True if the mail was sent by this call. Outward errand: at least once, always with one Message-ID.

    Writes  StaffMail: done, or when it is due again and why.
    """
    return errands.run(StaffMail, pk, lambda mail: _send(mail, now=now), now=now)


def _send(mail: StaffMail, *, now: datetime) -> None:
    kind = Kind(mail.kind)
    people = find_recipients(kind)
    if not people:  # a house without staff yet: that is no failure
        raise NotYet(now + NOBODY_YET)
    letters.send_letter(
        compose_staff_mail(kind=kind, facts=mail.facts),
        to=people,
        message_id=letters.message_id_for(f"staff-{mail.pk}"),
    )
    with transaction.atomic(durable=True):
        ours = errands.still_ours(mail)
        if ours is not None:
            errands.finish(ours, now=now)


def find_recipients(kind: StaffMail.Kind) -> list[str]:
    """The addresses that STAFF_EMAIL names, or else of everybody at work with a role that it concerns."""
    if settings.STAFF_EMAIL:
        return list(settings.STAFF_EMAIL)
    concerned = Q(groups__name__in=CONCERNED[kind]) | Q(is_superuser=True)
    people = User.objects.filter(concerned, is_active=True, is_staff=True)
    return list(people.order_by("email").values_list("email", flat=True).distinct())


SUBJECTS: Mapping[StaffMail.Kind, str] = {
    Kind.WEEK_OF_STOCK: "Stock, week of {monday}: {summary}",
    Kind.FEED_FAILS: "The feed {feed} fails",
    Kind.FEED_HELD: "The feed {feed} waits for you",
    Kind.AUDIT_BROKEN: "The stock audit found {count}",
    Kind.DUTY_DUE: "Adverse report {reference}: {kind}, {when}",
}


def compose_staff_mail(*, kind: StaffMail.Kind, facts: Mapping[str, Any]) -> Letter:
    """What our people read: what is the matter, and the desk at which something can be done."""
    return letters.compose_letter(
        f"staff_{kind.lower()}",
        subject=SUBJECTS[kind].format(**facts),
        desk_url=_link(kind, facts),
        near_url=_address("near-expiry"),
        markdowns_url=_address("markdowns"),
        lots_url=_address("admin:catalog_lot_changelist"),
        **facts,
    )


def _link(kind: StaffMail.Kind, facts: Mapping[str, Any]) -> str:
    name, query = DESKS[kind]
    address = _address(name, *([facts["row"]] if name.endswith("_change") else []))
    return f"{address}?{query.format(**facts)}" if query else address


def _address(name: str, *args: Any) -> str:
    return f"{settings.SHOP_URL}{reverse(name, args=args)}"
