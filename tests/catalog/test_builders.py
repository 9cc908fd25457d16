import pytest

from catalog.models import Movement, PublishedPage
from orders.models import DeliveryRate
from tests.builders import make_delivery, make_lot, make_market, make_product, make_variant

pytestmark = pytest.mark.django_db


def test_a_built_product_can_be_read_in_its_market_and_bought_from_its_lot() -> None:
    product = make_product("Still Water", concerns=["Dryness"], prices={"EUR": 1999})
    lot = make_lot(product.variants.get(), units=3)
    page = PublishedPage.objects.get()
    assert (page.market, page.slug, page.price_from_cents) == ("eu", "still-water", 1999)
    assert (lot.on_hand, lot.reserved, Movement.objects.get().on_hand_change) == (3, 0, 3)


def test_a_second_size_appears_on_the_page() -> None:
    product = make_product("Still Water", prices={"EUR": 1999})
    make_variant(product, sku="BIG", prices={"EUR": 1500}, size=("400", "ml"))
    assert PublishedPage.objects.get().price_from_cents == 1500


def test_markets_and_ways_to_send_are_the_same_when_built_twice() -> None:
    for _ in range(2):
        market = make_market("us")
        make_delivery(country="US", currency="USD")
    assert (market.currency, market.prices_include_tax) == ("USD", False)
    assert market.countries.get().country == "US"
    assert DeliveryRate.objects.get().price_cents == 490
