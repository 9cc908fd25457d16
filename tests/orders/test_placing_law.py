"""An order that nobody may place: whoever asks for it, by telephone too."""

import pytest
from django.db import transaction

from catalog.models import AdviceRule, Lot, Movement, Variant
from orders import placing
from orders.models import Order
from orders.placing import NotSoldThere
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product
from tests.builders.knowledge import learn, tell
from tests.builders.orders import HOME, make_order

pytestmark = pytest.mark.django_db


def stock(name: str, label_text: str) -> Variant:
    variant = make_product(name, sku=name.upper(), label_text=label_text).variants.get()
    make_lot(variant)
    return variant


def test_what_the_law_of_the_address_forbids_is_refused_with_every_reason_and_writes_nothing() -> None:
    learn()
    make_market()
    make_delivery()
    lily, renova = stock("Lily", "Aqua, Lilial"), stock("Renova", "Aqua, Tretinoin")
    with pytest.raises(NotSoldThere) as refused, transaction.atomic():
        placing.place_order(
            key="by telephone",
            email="ida@example.org",
            address=HOME,
            delivery_code="standard",
            quantities={lily.pk: 1, renova.pk: 1, stock("Plain", "Aqua, Glycerin").pk: 1},
            seen_cents=1,
            seen_currency="EUR",
            now=NOW,
        )
    assert refused.value.country == "DE"
    assert [(one.sku, one.reason) for one in refused.value.barriers] == [
        ("LILY", "prohibited"),
        ("RENOVA", "prohibited"),
        ("RENOVA", "regulatory_class"),
    ]
    assert not Order.objects.exists()
    assert set(Movement.objects.values_list("kind", flat=True)) == {"RECEIVED"}
    assert set(Lot.objects.values_list("reserved", flat=True)) == {0}


def test_it_is_the_address_that_counts_and_not_the_market() -> None:
    """A market may ship further than its own law reaches."""
    learn()
    make_market("eu", rates={"DE": 1900, "CH": 0})
    make_delivery(country="CH")
    lily = stock("Lily", "Aqua, Lilial")
    assert make_order({lily: 1}, country="CH").country == "CH"


def test_the_order_keeps_the_advice_about_exactly_what_was_bought() -> None:
    learn()
    make_market()
    make_delivery()
    night, balm = stock("Night", "Aqua, Retinal"), stock("Balm", "Petrolatum")
    order = make_order({night: 2})
    AdviceRule.objects.update(words="We think otherwise now.")
    tell()
    order.refresh_from_db()
    assert [(one["rule"], one["words"], one["products"], one["because"]) for one in order.advice] == [
        (
            "retinoid-pregnancy",
            "Ask your doctor before you use a retinoid in pregnancy.",
            ["night"],
            ["Retinal"],
        )
    ]
    later = make_order({balm: 1})
    assert [(one["rule"], one["words"]) for one in later.advice] == [
        ("heavy-occlusive-milia", "We think otherwise now.")
    ]
