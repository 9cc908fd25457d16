"""What the timetable asks of the roof."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from shop import checkout, heart

KEYS_KEPT = timedelta(days=7)  # Stripe keeps its own for a day
CARTS_KEPT = timedelta(days=90)


@shared_task(name="shop.beat_heart")
def beat_heart() -> None:
    heart.beat(now=timezone.now())


@shared_task(name="shop.forget_old_rows")
def forget_old_rows() -> None:
    now = timezone.now()
    checkout.forget_old_rows(older_than=now - KEYS_KEPT, carts_older_than=now - CARTS_KEPT)
