"""Carts, checkout and orders: parse, one verb, show."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders import delivery, placing
from orders.models import Order
from shop import access, cart_view, checkout, showing
from shop import cart as carts
from shop.serializers import answers, requests
from shop.views.reading import IDEMPOTENCY_KEY, read_body, read_key, read_query

TOKEN = OpenApiParameter("token", {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}, location="path")
SKU = OpenApiParameter("sku", {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"}, location="path")
REFERENCE = OpenApiParameter(
    "reference", {"type": "string", "pattern": "^[0-9A-Z]{4}-[0-9A-Z]{4}$"}, location="path"
)
CODE = {"$ref": "#/components/schemas/Country"}  # written by config.description
COUNTRY = OpenApiParameter("country", CODE, description="Where it is sent: for tax and delivery.")
METHOD = OpenApiParameter(
    "delivery_method",
    {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"},
    description="A code from `delivery-methods/`; needs `country`.",
)
SECRET = OpenApiParameter(
    "Order-Secret",
    {"type": "string", "maxLength": 64},
    location="header",
    required=True,
    description="The secret that the checkout gave out.",
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    IDEMPOTENCY_KEY,
    location="header",
    required=True,
    description="Your own name for this checkout: repeated with the same body, it is the same checkout.",
)


class Carts(APIView):
    throttle_scope = "cart"

    @extend_schema(
        operation_id="open_cart",
        tags=["Cart"],
        summary="A new cart",
        description="A cart belongs to a market, which decides its currency. Nothing is reserved for it.",
        request=requests.CartIn,
        responses={201: answers.Cart},
    )
    def post(self, request: Request) -> Response:
        asked = read_body(requests.CartIn, request.data)
        now = timezone.now()
        opened = carts.open_cart(market=asked["market"], now=now)
        view = cart_view.read_cart(token=opened.token, country=None, delivery_code=None, now=now)
        return Response(showing.show_cart(view), status=status.HTTP_201_CREATED)


class CartPage(APIView):
    throttle_scope = "cart"

    @extend_schema(
        operation_id="read_cart",
        tags=["Cart"],
        summary="A cart, with what is wrong with it",
        description="Name the country and the delivery method to see the total that a checkout must name. "
        "What has changed since the customer chose stands in `problems`.",
        parameters=[TOKEN, COUNTRY, METHOD],
        responses=answers.Cart,
    )
    def get(self, request: Request, token: str) -> Response:
        asked = read_query(requests.CartQuestion, request)
        return _show(token, country=asked.get("country"), delivery_code=asked.get("delivery_method"))


class CartLinePage(APIView):
    throttle_scope = "cart"

    @extend_schema(
        operation_id="put_line",
        tags=["Cart"],
        description="Says how many there shall be, so repeating it is safe. "
        "The price that is shown now is remembered.",
        summary="Have so many of a SKU in the cart",
        parameters=[TOKEN, SKU],
        request=requests.LineIn,
        responses=answers.Cart,
    )
    def put(self, request: Request, token: str, sku: str) -> Response:
        asked = read_body(requests.LineIn, request.data)
        carts.put_line(token=token, sku=sku, units=asked["units"], now=timezone.now())
        return _show(token)

    @extend_schema(
        operation_id="drop_line",
        tags=["Cart"],
        description="Dropping what is not there changes nothing.",
        summary="Have none of a SKU in the cart",
        parameters=[TOKEN, SKU],
        responses={200: answers.Cart},
    )
    def delete(self, request: Request, token: str, sku: str) -> Response:
        carts.drop_line(token=token, sku=sku, now=timezone.now())
        return _show(token)


class CartNotices(APIView):
    throttle_scope = "cart"

    @extend_schema(
        operation_id="drop_notices",
        tags=["Cart"],
        description="`notices` say what we took out of a cart ourselves. They also go when the cart "
        "is changed.",
        summary="The customer has read the notices",
        parameters=[TOKEN],
        responses={200: answers.Cart},
    )
    def delete(self, request: Request, token: str) -> Response:
        carts.drop_notices(token=token, now=timezone.now())
        return _show(token)


class Checkout(APIView):
    throttle_scope = "checkout"

    @extend_schema(
        operation_id="check_out",
        tags=["Checkout"],
        description="Reserves the goods and answers with the page where the customer pays. "
        "Repeat it with the same `Idempotency-Key` whenever you do not know whether it arrived.",
        summary="The cart becomes an order",
        parameters=[TOKEN, KEY],
        request=requests.CheckoutIn,
        responses={201: answers.Started},
    )
    def post(self, request: Request, token: str) -> Response:
        key = read_key(request, "checkout")
        asked = read_body(requests.CheckoutIn, request.data)
        started = checkout.start_checkout(token=token, key=key, wish=_as_wish(asked), now=timezone.now())
        return Response(showing.show_started(started), status=status.HTTP_201_CREATED)


class DeliveryMethods(APIView):
    @extend_schema(
        operation_id="list_delivery_methods",
        tags=["Checkout"],
        summary="The ways to a country",
        description="What each costs, from which sum it is free, and how many working days it takes.",
        parameters=[OpenApiParameter("country", CODE, required=True)],
        responses=answers.DeliveryChoices,
    )
    def get(self, request: Request) -> Response:
        asked = read_query(requests.DeliveryQuestion, request)
        choices = delivery.find_methods(country=asked["country"])
        return Response({"results": [showing.show_choice(choice) for choice in choices]})


class OrderPage(APIView):
    throttle_scope = "order"

    @extend_schema(
        operation_id="read_order",
        tags=["Orders"],
        description="Needs the secret that the checkout gave out; without it, there is nothing here.",
        summary="An order, as it stands",
        parameters=[REFERENCE, SECRET],
        responses=answers.Order,
    )
    def get(self, request: Request, reference: str) -> Response:
        return Response(showing.show_order(_find_order(request, reference)))


class OrderPayment(APIView):
    throttle_scope = "checkout"

    @extend_schema(
        operation_id="pay_again",
        tags=["Orders"],
        summary="Where to pay an order that waits for its money",
        description="The open payment page, or a new one. Asking twice gives the same page.",
        parameters=[REFERENCE, SECRET],
        request=None,
        responses=answers.PaymentLink,
    )
    def post(self, request: Request, reference: str) -> Response:
        order = _find_order(request, reference)
        started = checkout.pay_again(order=order, now=timezone.now())
        return Response({"payment_url": started.payment_url})


def _as_wish(asked: dict[str, Any]) -> checkout.Wish:
    return checkout.Wish(
        email=asked["email"],
        address=placing.Address(**asked["shipping_address"]),
        delivery_code=asked["delivery_method"],
        total_cents=asked["total"]["amount"],
        currency=asked["total"]["currency"],
    )


def _find_order(request: Request, reference: str) -> Order:
    secret = request.headers.get("Order-Secret") or request.query_params.get("secret", "")
    return access.find_order(reference=reference, secret=secret)


def _show(token: str, *, country: str | None = None, delivery_code: str | None = None) -> Response:
    view = cart_view.read_cart(token=token, country=country, delivery_code=delivery_code, now=timezone.now())
    return Response(showing.show_cart(view))
