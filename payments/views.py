"""Where Stripe speaks to us, and where it sends the browser back."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from orders.models import Order
from payments import intake
from payments.models import PaymentAttempt


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
    order = attempt.order if attempt else None
    story: dict[str, Any] = {
        "order": order,
        "waiting": order is not None and order.status == Order.Status.PLACED,
        "shop": settings.SHOP_NAME,
        "care": settings.SELLER["email"],
    }
    return render(request, "payments/come_back.html", story, status=200 if order else 404)


@require_GET
def turn_back(request: HttpRequest) -> HttpResponse:
    """After changing one's mind on the payment page: nothing is lost."""
    return render(
        request,
        "payments/turn_back.html",
        {"shop": settings.SHOP_NAME, "care": settings.SELLER["email"]},
    )
