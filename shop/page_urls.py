"""The roof's pages for a customer's browser; the API has its own addresses in `shop.urls`."""

from django.urls import re_path

from shop.views import alerts, recalls

TOKEN = "(?P<token>[A-Za-z0-9_-]{1,64})"

urlpatterns = [
    re_path(rf"^stock-alerts/{TOKEN}/\Z", alerts.confirm, name="confirm-alert"),
    re_path(rf"^stock-alerts/{TOKEN}/end/\Z", alerts.end, name="end-alert"),
    re_path(rf"^recalls/{TOKEN}/\Z", recalls.answer, name="answer-recall"),
]
