"""What the timetable asks of the roof."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from catalog import tries
from payments import replacements
from shop import alert_mail, alerts, checkout, heart, pushing, recalling, shelf_watch, staff_mail, staff_news
from shop.models import AlertMail, StaffMail

KEYS_KEPT = timedelta(days=7)  # Stripe keeps its own for a day
CARTS_KEPT = timedelta(days=90)
TRIES_KEPT = timedelta(days=2)
AT_MOST = 200  # rows lent in one sweep; the rest is still due at the next
STALE_S = 60  # a message that no worker took by then: a later sweep has sent another


@shared_task(name="shop.beat_heart")
def beat_heart() -> None:
    heart.beat(now=timezone.now())


@shared_task(name="shop.forget_old_rows")
def forget_old_rows() -> None:
    now = timezone.now()
    pushing.forget_pushes(older_than=now - KEYS_KEPT)
    checkout.forget_old_rows(older_than=now - KEYS_KEPT, carts_older_than=now - CARTS_KEPT)
    alerts.forget_alerts(now=now)
    tries.forget_stale(older_than=now - TRIES_KEPT)


@shared_task(name="shop.watch_recalls")
def watch_recalls() -> None:
    """What an open recall means and came later is blocked; carts and unpaid orders follow."""
    recalling.watch_recalls(now=timezone.now())


@shared_task(name="shop.replace_recalled")
def replace_recalled() -> None:
    """Whoever was promised another one, and has answered, gets it; or the money."""
    replacements.replace_answered(now=timezone.now())


@shared_task(name="shop.watch_shelves")
def watch_shelves() -> None:
    """Those who wait for what can be had again are told."""
    shelf_watch.watch_shelves(now=timezone.now())


@shared_task(name="shop.sweep_alert_mail")
def sweep_alert_mail() -> None:
    for pk in AlertMail.objects.due(timezone.now()).values_list("pk", flat=True)[:AT_MOST]:
        deliver_alert_mail.apply_async(kwargs={"pk": pk}, expires=STALE_S)


@shared_task(name="shop.deliver_alert_mail")
def deliver_alert_mail(pk: int) -> None:
    alert_mail.deliver_alert_mail(pk=pk, now=timezone.now())


@shared_task(name="shop.tell_staff")
def tell_staff() -> None:
    """Our own people are told what needs them."""
    staff_news.tell_staff(now=timezone.now(), zone=timezone.get_default_timezone())


@shared_task(name="shop.sweep_staff_mail")
def sweep_staff_mail() -> None:
    for pk in StaffMail.objects.due(timezone.now()).values_list("pk", flat=True)[:AT_MOST]:
        deliver_staff_mail.apply_async(kwargs={"pk": pk}, expires=STALE_S)


@shared_task(name="shop.deliver_staff_mail")
def deliver_staff_mail(pk: int) -> None:
    staff_mail.deliver_staff_mail(pk=pk, now=timezone.now())
