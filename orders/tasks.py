"""Rounds of the orders' floor: each looks at the clock and calls one verb."""

from celery import shared_task
from django.utils import timezone

from orders import auditing, mail
from orders.models import OrderMail

AT_MOST = 200  # rows lent in one sweep; the rest is still due at the next
STALE_S = 60  # a message that no worker took by then: a later sweep has sent another


@shared_task(name="orders.sweep_order_mail")
def sweep_order_mail() -> None:
    """Lend the mails that are due to workers. Lending one twice is harmless: only one can claim it."""
    for pk in OrderMail.objects.due(timezone.now()).values_list("pk", flat=True)[:AT_MOST]:
        deliver_order_mail.apply_async(kwargs={"pk": pk}, expires=STALE_S)


@shared_task(name="orders.forget_audits")
def forget_audits() -> None:
    auditing.forget_audits(now=timezone.now())


@shared_task(name="orders.deliver_order_mail")
def deliver_order_mail(pk: int) -> None:
    mail.deliver_order_mail(pk=pk, now=timezone.now())
