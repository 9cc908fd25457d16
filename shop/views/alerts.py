"""Alerts: asking for one (the API), and the pages behind the links in its mails.

A link in a mail is opened by scanners too: GET only shows what a button would do, POST does it.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop import alerts
from shop.models import StockAlert
from shop.serializers import answers, requests
from shop.views.reading import read_body

ACCEPTED = {
    "detail": "If we sell this there, a mail is on its way to that address. "
    "Its link confirms the alert; without that we write no more."
}
WORDS: dict[str, Any] = {"shop": settings.SHOP_NAME, "care": settings.SELLER["email"]}


class StockAlerts(APIView):
    throttle_scope = "alert"

    @extend_schema(
        operation_id="ask_stock_alert",
        tags=["Catalogue"],
        summary="Tell somebody when a size can be had again",
        description="They get a mail, confirm by its link, and are written to once, when it is there. The "
        "answer is the same for every address and every SKU: it tells nobody who waits for what. "
        "Asking again is harmless.",
        request=requests.StockAlertIn,
        responses={202: answers.Accepted},
    )
    def post(self, request: Request) -> Response:
        asked = read_body(requests.StockAlertIn, request.data)
        alerts.ask_alert(**asked, now=timezone.now())
        return Response(ACCEPTED, status=status.HTTP_202_ACCEPTED)


@csrf_exempt  # the token in the address is what permits it
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    try:
        if request.method == "POST":
            return _show(request, alerts.confirm_alert(token=token, now=timezone.now()))
        return _show(request, alerts.find_alert(token))
    except alerts.NoSuchAlert:
        return render(request, "not_found.html", WORDS, status=404)


@csrf_exempt  # RFC 8058: a mail program sends it, without a cookie and without a page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    try:
        if request.method == "POST":
            return _show(request, alerts.end_alert(token=token, now=timezone.now()))
        return _show(request, alerts.find_alert(token), ending=True)
    except alerts.NoSuchAlert:
        return render(request, "not_found.html", WORDS, status=404)


def _show(request: HttpRequest, alert: StockAlert, *, ending: bool = False) -> HttpResponse:
    over = alert.state == StockAlert.State.ENDED
    story = alert.state if over or not ending else "END"
    words = WORDS | {"alert": alert, "story": str(story), "days": alerts.ADDRESS_KEPT.days}
    return render(request, "shop/alert.html", words)
