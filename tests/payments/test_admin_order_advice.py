"""The order's page keeps what we advised when it was placed."""

import pytest

from catalog.models import AdviceRule
from tests.builders import make_delivery, make_lot, make_product
from tests.builders.desk import ORDERS, words_of
from tests.builders.knowledge import learn, tell
from tests.builders.orders import make_order
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db


def test_the_page_tells_what_was_advised_even_when_the_rule_says_something_else_by_now() -> None:
    client = sign_in("owner")
    learn()
    make_delivery()
    night = make_product("Night", label_text="Aqua, Petrolatum").variants.get()
    make_lot(night)
    order = make_order({night: 1})
    AdviceRule.objects.update(words="Something else.")
    tell()

    words = words_of(client.get(f"{ORDERS}{order.pk}/change/"))

    assert "What we advised" in words
    assert "Good to know A heavy, sealing ingredient stands among the first five." in words
    assert "heavy-occlusive-milia · for Skin that tends to milia · grade C · Consensus of clinics" in words
    assert "Something else" not in words


def test_an_order_without_advice_has_no_empty_panel() -> None:
    client, order = sign_in("owner"), make_order()
    order.refresh_from_db()
    learn()
    assert [one["rule"] for one in order.advice] == ["unknown-list"]
    type(order).objects.update(advice=[])
    assert "What we advised" not in words_of(client.get(f"{ORDERS}{order.pk}/change/"))
