"""Where Stripe speaks to us, and where it sends the browser back."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from orders import statement
from orders.placing import PAYMENT_WINDOW
from payments import coming_back, intake
from payments.models import PaymentAttempt

LOOK_AGAIN_S = 3  # the sweeps run every 2 s


@csrf_exempt  # signed by Stripe instead
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Keep the news and say so; understanding it is a worker's job."""
    new = intake.record_event(
        body=request.body, signature=request.headers.get("Stripe-Signature", ""), now=timezone.now()
    )
    return JsonResponse({"received": True, "new": new})


@never_cache
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """After paying: the order as it stands. It reads; only Stripe's word marks anything paid."""
    session_id = request.GET.get("session_id", "")
    attempt = None
    if session_id and "\x00" not in session_id:
        attempts = PaymentAttempt.objects.select_related("order")
        attempt = attempts.filter(session_id=session_id).first()
    words: dict[str, Any] = {
        "story": coming_back.tell_story(attempt),
        "order": statement.draw_statement(attempt.order) if attempt else None,
        "again_s": LOOK_AGAIN_S,
        "shop": settings.SHOP_NAME,
        "care": settings.SELLER["email"],
    }
    return render(request, "payments/come_back.html", words, status=200 if attempt else 404)


@require_GET
def turn_back(request: HttpRequest) -> HttpResponse:
    """After changing one's mind on the payment page: nothing is lost."""
    words = {
        "minutes": int(PAYMENT_WINDOW.total_seconds() // 60),
        "shop": settings.SHOP_NAME,
        "care": settings.SELLER["email"],
    }
    return render(request, "payments/turn_back.html", words)
