from django.urls import path, register_converter
from django.urls.converters import StringConverter

from shop import views


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
    path("carts/", views.Carts.as_view()),
    path("carts/<token:token>/", views.CartPage.as_view()),
    path("carts/<token:token>/lines/<sku:sku>/", views.CartLinePage.as_view()),
    path("carts/<token:token>/checkout/", views.Checkout.as_view()),
    path("delivery-methods/", views.DeliveryMethods.as_view()),
    path("orders/<reference:reference>/", views.OrderPage.as_view()),
    path("orders/<reference:reference>/payment/", views.OrderPayment.as_view()),
]
