"""Delivery rates are typed as people write money, and kept in minor units."""

from typing import Any

import pytest

from orders.models import DeliveryRate
from tests.builders import make_delivery
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db


def save(**changes: Any) -> Any:
    method = make_delivery()
    rate = method.rates.get()
    typed = {"id": rate.pk, "method": method.pk, "country": "DE", "carrier": "", "currency": "EUR"}
    typed |= {"price": "4.90", "free_over": "49.00", "min_days": 1, "max_days": 2}
    page = {"code": "standard", "name": "Standard", "carrier": "DHL", "position": 0}
    page |= {"retired_at_0": "", "retired_at_1": "", "rates-TOTAL_FORMS": 1, "rates-INITIAL_FORMS": 1}
    page |= {f"rates-0-{name}": value for name, value in (typed | changes).items()}
    return sign_in("owner").post(f"/admin/orders/deliverymethod/{method.pk}/change/", page)


def kept() -> tuple[int, int | None, str]:
    rate = DeliveryRate.objects.get()
    return rate.price_cents, rate.free_over_cents, rate.currency


def test_the_page_shows_what_is_kept() -> None:
    method = make_delivery(price_cents=490, free_over_cents=4900)

    page = sign_in("owner").get(f"/admin/orders/deliverymethod/{method.pk}/change/").content.decode()

    assert 'value="4.90"' in page
    assert 'value="49.00"' in page


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, (490, 4900, "EUR")),
        ({"price": "6.50", "free_over": ""}, (650, None, "EUR")),
        ({"price": "0"}, (0, 4900, "EUR")),
        ({"price": "650", "free_over": "9000", "currency": "JPY"}, (650, 9000, "JPY")),
    ],
)
def test_a_rate_is_kept_in_minor_units_of_its_currency(typed: dict[str, Any], expected: Any) -> None:
    assert save(**typed).status_code == 302
    assert kept() == expected


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"price": "cheap"}, "price"),
        ({"price": "-1"}, "price"),
        ({"price": ""}, "price"),
        ({"price": "4.999"}, "price"),
        ({"free_over": "0"}, "free_over"),
        ({"currency": ""}, "currency"),
        ({"currency": "JPY"}, "price"),
    ],
)
def test_a_rate_that_cannot_be_is_refused_at_its_field(typed: dict[str, Any], field: str) -> None:
    answer = save(**typed)

    (rates,) = answer.context["inline_admin_formsets"]
    assert field in rates.formset.errors[0]
    assert kept() == (490, 4900, "EUR")


def test_days_the_wrong_way_round_are_refused() -> None:
    assert save(min_days=5, max_days=2).status_code == 200
    assert DeliveryRate.objects.get().min_days == 1
