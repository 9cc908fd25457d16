"""What a recall owes whoever has answered, when its remedy is another one: that, or else the money."""

from datetime import datetime

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from catalog import contention
from orders import lifecycle, replacing
from orders.models import Order, Recall, RecallNotice
from orders.replacing import CannotReplace
from payments import recall_refunds
from payments.models import Payment, Refund

Reply = RecallNotice.Reply
# Who has none left needs none; whose skin reacted is asked by a person what they want.
WANTS_ANOTHER = (Reply.DISCARDED, Reply.SENDS_BACK, Reply.UNHARMED)


def replace_answered(*, now: datetime) -> list[Order | Refund]:
    """What buyers get who were promised another one and have answered since. A round.

    Each buyer once, wherever it is killed: what is not committed is found again by the next round.
    """
    found = [settle_notice(notice_id=pk, now=now) for pk in list(find_waiting().values_list("pk", flat=True))]
    return [one for one in found if one is not None]


def settle_notice(*, notice_id: int, now: datetime) -> Order | Refund | None:
    """Another one for one buyer; the money when there is none to send; None when neither is owed.

    Twice gives the same, at once too.
    Writes  what `replacing.send_another` or `recall_refunds.ask_for_notice` writes: one of them, or nothing.
    Locks   the order, then lots or the payment.
    """
    notice = RecallNotice.objects.select_related("recall", "order").get(pk=notice_id)

    def story() -> Order | Refund | None:
        with transaction.atomic(durable=True):
            order = lifecycle.lock_order(notice.order_id)
            paid_back: Refund | None = Refund.objects.filter(
                payment__order=order, key=recall_refunds.name_refund(notice)
            ).first()
            if paid_back is not None:
                return paid_back
            try:
                return replacing.send_another(notice, now=now)
            except CannotReplace as found:
                why = f", because {found.why}"
                return recall_refunds.ask_for_notice(notice, now=now, why=why)

    return contention.begin_again_when_blocked(story)


def find_waiting() -> QuerySet[RecallNotice]:
    """Notices whose buyer was promised another one and has neither that nor the money."""
    answered = RecallNotice.objects.filter(recall__remedy=Recall.Remedy.REPLACE, reply__in=WANTS_ANOTHER)
    rows = answered.annotate(
        refund_key=Concat(Value("recall "), F("recall__reference"), output_field=CharField()),
        order_key=Concat(F("refund_key"), Value(" "), F("order__reference"), output_field=CharField()),
    )
    paid = Payment.objects.filter(order=OuterRef("order"), status=Payment.Status.APPLIED)
    return rows.filter(
        ~Exists(Order.objects.filter(key=OuterRef("order_key"))),
        ~Exists(Refund.objects.filter(payment__order=OuterRef("order"), key=OuterRef("refund_key"))),
        Exists(paid.filter(refunded_cents__lt=F("amount_cents"))),  # else all of it has gone back
    ).order_by("replied_at", "pk")
