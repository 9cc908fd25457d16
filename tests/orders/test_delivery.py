"""The ways to a country, in the order we like to offer them."""

from typing import Any

import pytest

from orders import delivery
from orders.delivery import Choice, NoSuchDelivery
from orders.models import DeliveryMethod, DeliveryRate
from tests.builders import NOW, make_delivery

pytestmark = pytest.mark.django_db


def test_the_ways_to_a_country_with_what_they_cost_there(django_assert_num_queries: Any) -> None:
    make_delivery("express", price_cents=990, free_over_cents=None, min_days=1, max_days=1, position=2)
    standard = make_delivery("standard", position=1)
    make_delivery("standard", country="FR", price_cents=890)
    with django_assert_num_queries(1):
        found = delivery.find_methods(country="DE", currency="EUR")
    assert [choice.code for choice in found] == ["standard", "express"]
    assert found[0] == Choice(standard.pk, "standard", "Standard", "DHL", "EUR", 490, 4900, 1, 2)
    assert [choice.price_cents for choice in delivery.find_methods(country="FR")] == [890]
    assert delivery.find_methods(country="DE", currency="USD") == []
    assert delivery.find_methods(country="NZ") == []
    assert str(standard) == "Standard"
    assert str(DeliveryRate.objects.get(country="FR")) == f"{standard.pk} to FR"


def test_a_carrier_of_its_own_for_one_country() -> None:
    make_delivery()
    DeliveryRate.objects.update(carrier="Deutsche Post")
    assert delivery.find_method(code="standard", country="DE", currency="EUR").carrier == "Deutsche Post"


def test_what_is_retired_or_does_not_go_there_is_no_way() -> None:
    make_delivery()
    for code, country, currency in (
        ("pigeon", "DE", "EUR"),
        ("standard", "FR", "EUR"),
        ("standard", "DE", "USD"),
    ):
        with pytest.raises(NoSuchDelivery) as refused:
            delivery.find_method(code=code, country=country, currency=currency)
        assert (refused.value.method, refused.value.country) == (code, country)
    DeliveryMethod.objects.update(retired_at=NOW)
    with pytest.raises(NoSuchDelivery):
        delivery.find_method(code="standard", country="DE", currency="EUR")
