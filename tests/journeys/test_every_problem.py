"""Every failure that the shop can admit to, met by a customer: a recipe for each line of config.problems."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404
from django.utils import timezone
from rest_framework import exceptions

from catalog import asking, knowledge_pages, search
from catalog.models import Variant
from config import api, problems
from orders import delivery, lifecycle, limits, placing
from orders.models import Order
from payments import sessions, stripe_gateway
from shop import access, api_keys, cart, cart_view, checkout, reporting
from shop.models import Cart, CartLine
from tests.builders import make_delivery, make_lot, make_product
from tests.builders.counts import make_api_key
from tests.builders.knowledge import learn
from tests.builders.waiting import make_limit
from tests.journeys.conftest import ADDRESS, Customer, write_wish

pytestmark = pytest.mark.django_db(transaction=True)
Recipe = Callable[[Customer], Any]

# No customer can bring these about one by one; `test_a_broken_connection_...` meets them together.
NOT_COOKED: set[type[Exception]] = {InterfaceError}


def ask(customer: Customer, method: str, path: str, **given: Any) -> requests.Response:
    return requests.request(method, f"{customer.shop}{path}", timeout=20, **given)


def line(customer: Customer, sku: str = "QC-50") -> str:
    return f"/api/v1/carts/{customer.cart}/lines/{sku}/"


def try_to_check_out(customer: Customer, **changes: Any) -> requests.Response:
    key = changes.pop("key", "mine")
    total = changes.pop("total", None) or customer.read_cart()["totals"]["total"]
    return ask(
        customer,
        "POST",
        f"/api/v1/carts/{customer.cart}/checkout/",
        json=write_wish(customer.email, total) | changes,
        headers={"Idempotency-Key": key},
    )


def overload(customer: Customer) -> requests.Response:
    """Somebody holds the cart for longer than anybody waits."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM shop_cart WHERE token = %s FOR UPDATE", [customer.cart])
        try:
            return ask(customer, "PUT", line(customer), json={"units": 1})
        finally:
            cursor.execute("ROLLBACK")


def fill_to_the_brim(customer: Customer) -> requests.Response:
    product = Variant.objects.get(sku="QC-50").product
    held = Cart.objects.get(token=customer.cart)
    now = timezone.now()
    rows = Variant.objects.bulk_create(
        Variant(product=product, sku=f"V-{n}", net_unit="ml") for n in range(cart.MOST_LINES)
    )
    CartLine.objects.bulk_create(
        CartLine(cart=held, variant=row, units=1, seen_unit_cents=1, added_at=now) for row in rows
    )
    assert ask(customer, "PUT", line(customer), json={"units": 3}).status_code == 200  # held already
    make_product("One too many", sku="MORE")
    return ask(customer, "PUT", line(customer, "MORE"), json={"units": 1})


def close_the_cart(customer: Customer) -> requests.Response:
    customer.check_out()
    order = Order.objects.get()
    Order.objects.filter(pk=order.pk).update(status="PAID", paid_at=timezone.now())
    return ask(customer, "PUT", line(customer), json={"units": 1})


def close_the_order(customer: Customer) -> requests.Response:
    customer.check_out()
    order = Order.objects.get()
    Order.objects.filter(pk=order.pk).update(status="LAPSED", closed_at=timezone.now())
    secret = {"Order-Secret": order.secret}
    return ask(customer, "POST", f"/api/v1/orders/{order.reference}/payment/", headers=secret)


def buy_too_much(customer: Customer) -> requests.Response:
    gold = make_product("Gold", sku="GOLD", prices={"EUR": 90_000_000})
    make_lot(gold.variants.get(), units=2)
    customer.put("GOLD", 2)
    return try_to_check_out(customer, total={"amount": 99_999_999, "currency": "EUR"})


def buy_too_little(customer: Customer) -> requests.Response:
    make_delivery(price_cents=0)
    sample = make_product("Sample", sku="S-1", prices={"EUR": 10})
    make_lot(sample.variants.get(), units=1)
    customer.fill_cart(**{"S-1": 1})
    return try_to_check_out(customer)


def reuse_a_key(customer: Customer) -> requests.Response:
    try_to_check_out(customer)
    return try_to_check_out(customer, email="somebody@customer.example")


def retire_it(customer: Customer) -> requests.Response:
    Variant.objects.filter(sku="QC-50").update(retired_at=timezone.now())
    return try_to_check_out(customer, total={"amount": 2489, "currency": "EUR"})


def want_what_is_forbidden(customer: Customer) -> requests.Response:
    learn()
    lily = make_product("Lily", sku="LILY-30", label_text="Aqua, Glycerin, Lilial")
    make_lot(lily.variants.get(), units=1)
    customer.put("LILY-30", 1)
    return try_to_check_out(customer)


def want_more_than_there_is(customer: Customer) -> requests.Response:
    customer.put("QC-50", 9)
    return try_to_check_out(customer)


def want_too_much_of_something_strong(customer: Customer) -> requests.Response:
    make_limit(product=Variant.objects.get(sku="QC-50").product)
    customer.put("QC-50", 3)
    return try_to_check_out(customer)


def silence_stripe(customer: Customer) -> requests.Response:
    customer.sandbox.control("faults", {"match": {"path": "/v1/"}, "status": 503})
    return try_to_check_out(customer)


def send_much(customer: Customer, path: str) -> requests.Response:
    return ask(customer, "POST", path, data=b'{"market": "' + b"x" * 2_000_000 + b'"}', headers=JSON)


def report_another_jar(customer: Customer) -> requests.Response:
    """A reaction to something that this order does not hold."""
    customer.check_out()
    opened = {"reference": customer.order["reference"], "secret": customer.order["secret"]}
    told = {"order": opened, "product": "another-jar", "symptoms": "Red cheeks"}
    return ask(customer, "POST", "/api/v1/incidents/", json=told)


def push(customer: Customer, secret: str) -> requests.Response:
    told = {"sku": "QC-50", "location": "BER", "counted": 5, "as_of": "2026-11-22T06:30:00Z"}
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "file-1"}
    return ask(customer, "POST", "/api/v1/stock/counts/", json={"counts": [told]}, headers=headers)


JSON = {"Content-Type": "application/json"}
RECIPES: dict[type[Exception], Recipe] = {
    asking.BadQuery: lambda it: ask(it, "GET", "/api/v1/products/?limit=many"),
    search.BadCursor: lambda it: ask(it, "GET", "/api/v1/products/?cursor=abc"),
    search.UnknownFilter: lambda it: ask(it, "GET", "/api/v1/products/?concern=boredom"),
    cart.NoSuchMarket: lambda it: ask(it, "POST", "/api/v1/carts/", json={"market": "mars"}),
    reporting.WhichProduct: report_another_jar,
    api.BodyTooLarge: lambda it: send_much(it, "/api/v1/carts/"),
    RequestDataTooBig: lambda it: send_much(it, "/webhooks/stripe"),
    exceptions.ParseError: lambda it: ask(it, "POST", "/api/v1/carts/", data=b"{", headers=JSON),
    exceptions.UnsupportedMediaType: lambda it: ask(it, "POST", "/api/v1/carts/", data={"market": "eu"}),
    exceptions.NotAcceptable: lambda it: ask(
        it, "GET", f"/api/v1/carts/{it.cart}/", headers={"Accept": "text/html"}
    ),
    exceptions.MethodNotAllowed: lambda it: ask(it, "PATCH", "/api/v1/carts/", json={}),
    stripe_gateway.BadSignature: lambda it: ask(it, "POST", "/webhooks/stripe", json={}),
    api_keys.NoSuchKey: lambda it: push(it, "rgm_nobody-has-this-one"),
    api_keys.KeyNotForThis: lambda it: push(it, make_api_key(location="HAM").secret),
    Http404: lambda it: ask(it, "GET", "/api/v1/nothing/"),
    knowledge_pages.NoSuchPage: lambda it: ask(it, "GET", "/api/v1/guides/nothing/"),
    search.NoSuchProduct: lambda it: ask(it, "GET", "/api/v1/products/nothing/"),
    cart.NoSuchCart: lambda it: ask(it, "GET", "/api/v1/carts/nothing/"),
    access.NoSuchOrder: lambda it: ask(it, "GET", "/api/v1/orders/AAAA-AAAA/"),
    cart.NoSuchVariant: lambda it: ask(it, "PUT", line(it, "NOTHING"), json={"units": 1}),
    cart.CartFull: fill_to_the_brim,
    cart.CartClosed: close_the_cart,
    checkout.KeyReused: reuse_a_key,
    placing.EmptyOrder: lambda it: (
        it.fill_cart() and try_to_check_out(it, total={"amount": 490, "currency": "EUR"})
    ),
    placing.NotForSale: retire_it,
    placing.NotSoldThere: want_what_is_forbidden,
    placing.NotShippable: lambda it: try_to_check_out(it, shipping_address=ADDRESS | {"country": "NZ"}),
    delivery.NoSuchDelivery: lambda it: try_to_check_out(it, delivery_method="pigeon"),
    placing.PriceChanged: lambda it: try_to_check_out(it, total={"amount": 1, "currency": "EUR"}),
    placing.TooExpensive: buy_too_much,
    limits.LimitReached: want_too_much_of_something_strong,
    placing.OutOfStock: want_more_than_there_is,
    lifecycle.OrderClosed: close_the_order,
    sessions.PaymentRefused: buy_too_little,
    stripe_gateway.StripeUnreachable: silence_stripe,
    OperationalError: overload,
}


def test_there_is_a_recipe_for_every_line() -> None:
    assert set(RECIPES) | NOT_COOKED == set(problems.PROBLEMS)


@pytest.mark.parametrize("failure", RECIPES, ids=lambda failure: failure.__name__)
def test_the_failure_is_told_as_its_line_says(
    customer: Customer, failure: type[Exception], monkeypatch: Any
) -> None:
    jar = make_product("Quiet Cream", sku="QC-50")
    make_lot(jar.variants.get(), units=5)
    customer.fill_cart(**{"QC-50": 1})
    problem, met = problems.PROBLEMS[failure], list[Exception]()

    def listen(error: Exception) -> dict[str, Any]:
        met.append(error)
        return problem.tell(error)

    monkeypatch.setitem(problems.PROBLEMS, failure, problem._replace(tell=listen))
    answer = RECIPES[failure](customer)

    assert answer.status_code == problem.status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    said = answer.json()
    assert (said["type"], said["title"], said["status"]) == (
        f"/problems/{problem.slug}",
        problem.title,
        problem.status,
    )
    if problem.retry_after_s is not None:
        assert answer.headers["Retry-After"] == str(problem.retry_after_s)
    if failure is not Http404:  # Django answers an unknown address before any view is asked
        assert isinstance(met[-1], failure)


def test_too_often_is_told_with_the_time_to_wait(customer: Customer, monkeypatch: Any) -> None:
    monkeypatch.setattr(api.Throttle, "THROTTLE_RATES", {"cart": "2/min"})
    began = time.monotonic()
    answers = [ask(customer, "GET", "/api/v1/carts/nothing/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 429, 429]
    said = answers[-1].json()
    assert (said["type"], said["status"]) == ("/problems/too-many-requests", 429)
    assert 60 - (time.monotonic() - began) - 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_what_nobody_foresaw_is_told_in_words_and_not_as_a_bare_page(
    customer: Customer, monkeypatch: Any, caplog: Any
) -> None:
    def stumble(**_: Any) -> None:
        raise ZeroDivisionError("of a test")

    monkeypatch.setattr(cart_view, "read_cart", stumble)
    answer = ask(customer, "GET", "/api/v1/carts/nothing/")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/unforeseen",
        "title": problems.UNFORESEEN.title,
        "status": 500,
    }
    assert "of a test" not in answer.text
    assert any("ZeroDivisionError" in str(record.exc_info) for record in caplog.records)


def test_a_broken_connection_to_the_database_is_told_as_busy(customer: Customer, monkeypatch: Any) -> None:
    """The server ends the connection in the middle of a request."""
    read_cart = cart_view.read_cart

    def lose_connection(**asked: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return read_cart(**asked)

    monkeypatch.setattr(cart_view, "read_cart", lose_connection)
    answer = ask(customer, "GET", "/api/v1/carts/nothing/")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/busy")
    monkeypatch.setattr(cart_view, "read_cart", read_cart)
    assert ask(customer, "GET", "/api/v1/carts/nothing/").status_code == 404  # and then it is well again
    broken = problems.as_problem(InterfaceError("connection already closed"), {})
    assert broken is not None
    assert broken.status_code == 503
