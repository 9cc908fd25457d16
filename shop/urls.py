from django.urls import path, register_converter
from django.urls.converters import StringConverter

from shop.views import alerts, buying, counts, incidents


class Token(StringConverter):
    regex = "[A-Za-z0-9_-]{1,64}"


class Sku(StringConverter):
    regex = "[A-Za-z0-9._-]{1,64}"


class Reference(StringConverter):
    regex = "[0-9A-Z]{4}-[0-9A-Z]{4}"


register_converter(Token, "token")
register_converter(Sku, "sku")
register_converter(Reference, "reference")

urlpatterns = [
    path("carts/", buying.Carts.as_view()),
    path("carts/<token:token>/", buying.CartPage.as_view()),
    path("carts/<token:token>/lines/<sku:sku>/", buying.CartLinePage.as_view()),
    path("carts/<token:token>/notices/", buying.CartNotices.as_view()),
    path("carts/<token:token>/checkout/", buying.Checkout.as_view()),
    path("incidents/", incidents.Incidents.as_view()),
    path("stock-alerts/", alerts.StockAlerts.as_view()),
    path("stock/counts/", counts.StockCounts.as_view()),
    path("delivery-methods/", buying.DeliveryMethods.as_view()),
    path("orders/<reference:reference>/", buying.OrderPage.as_view()),
    path("orders/<reference:reference>/payment/", buying.OrderPayment.as_view()),
]
