"""A recall and the carts: what lies in them, what the customer reads, and who pays for nothing recalled."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from catalog.models import Lot
from orders import recalls
from orders.models import Allocation, Order, RecallEvent, RecallNotice
from orders.recall_codes import NamedLot
from shop import cart as carts
from shop import recalling
from shop.models import Cart, CartLine, CartNotice
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import make_order, pay_order
from tests.builders.recalls import make_lots, make_recall, send_order

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def market() -> None:
    make_market()
    make_delivery()


def fill(*skus: str, at: Any = NOW) -> Cart:
    cart = carts.open_cart(market="eu", now=at)
    for sku in skus:
        carts.put_line(token=cart.token, sku=sku, units=1, now=at)
    return cart


def held(cart: Cart) -> list[str]:
    return sorted(CartLine.objects.filter(cart=cart).values_list("variant__sku", flat=True))


def read(cart: Cart) -> dict[str, Any]:
    answer: dict[str, Any] = Client().get(f"/api/v1/carts/{cart.token}/").json()
    return answer


def test_a_cart_loses_what_is_recalled_and_says_so_until_the_customer_changes_it() -> None:
    gel = make_product("Clear Gel", sku="GEL").variants.get()
    make_product("Quiet Cream", sku="CREAM")
    make_lots(gel, "BAD")
    cart = fill("GEL", "CREAM")
    recalling.open_recall(recall_id=make_recall((gel, "BAD")).pk, now=LATER)
    assert held(cart) == ["CREAM"]
    words = (
        "Clear Gel, 30 ml is being recalled and cannot be bought for now. "
        "We took it out of your cart; nothing was charged."
    )
    assert read(cart)["notices"] == [{"sku": "GEL", "words": words}]
    assert read(cart)["notices"] != []  # reading is no answer
    carts.put_line(token=cart.token, sku="CREAM", units=2, now=LATER)
    assert read(cart)["notices"] == []


def test_the_customer_may_say_that_they_have_read_it() -> None:
    gel = make_product(sku="GEL").variants.get()
    make_lots(gel, "BAD")
    cart = fill("GEL")
    recalling.open_recall(recall_id=make_recall((gel, "BAD")).pk, now=LATER)
    for _ in range(2):
        answer = Client().delete(f"/api/v1/carts/{cart.token}/notices/")
        assert (answer.status_code, answer.json()["notices"]) == (200, [])
    assert Client().delete("/api/v1/carts/nobody/notices/").status_code == 404


def test_a_line_stays_where_unaffected_units_remain() -> None:
    gel = make_product(sku="GEL").variants.get()
    make_lots(gel, "BAD", "GOOD", units=1)
    cart = fill("GEL")
    recall = make_recall((gel, "BAD"))
    recalling.open_recall(recall_id=recall.pk, now=LATER)
    assert (held(cart), CartNotice.objects.count()) == (["GEL"], 0)
    # What is sold out later was sold, not recalled: the round leaves the line, and so does its trouble.
    Lot.objects.filter(code="GOOD").update(on_hand=0)
    recalling.watch_recalls(now=LATER + recalling.STILL_OURS)
    assert (held(cart), CartNotice.objects.count()) == (["GEL"], 0)


def test_a_lot_named_later_empties_carts_too_and_what_was_added_since_is_the_customers_wish() -> None:
    gel = make_product(sku="GEL").variants.get()
    make_lots(gel, "BAD", "WORSE", units=1)
    early = fill("GEL")
    recall = make_recall((gel, "BAD"))
    recalling.open_recall(recall_id=recall.pk, now=NOW)
    recalling.name_more_lots(recall_id=recall.pk, named=[NamedLot(gel.product_id, "WORSE")], now=LATER)
    late = fill("GEL", at=LATER + timedelta(minutes=1))
    recalling.watch_recalls(now=LATER + timedelta(minutes=2))
    assert (held(early), held(late)) == ([], ["GEL"])


def test_whoever_died_between_the_shelf_and_the_carts_is_helped_by_the_round() -> None:
    gel = make_product(sku="GEL").variants.get()
    make_lots(gel, "BAD")
    cart = fill("GEL")
    recalls.open_recall(recall_id=make_recall((gel, "BAD")).pk, now=NOW)  # and no more
    assert held(cart) == ["GEL"]
    recalling.watch_recalls(now=LATER)
    assert held(cart) == []
    assert CartNotice.objects.get().sku == "GEL"
    recalling.watch_recalls(now=LATER)
    assert CartNotice.objects.count() == 1


def test_a_cart_that_was_paid_is_left_alone() -> None:
    gel = make_product(sku="GEL").variants.get()
    make_lots(gel, "BAD")
    cart, order = fill("GEL"), make_order({gel: 1})
    pay_order(order)
    Cart.objects.filter(pk=cart.pk).update(order=order)
    recalling.open_recall(recall_id=make_recall((gel, "BAD")).pk, now=LATER)
    assert (held(cart), CartNotice.objects.count()) == (["GEL"], 0)


def test_an_unpaid_order_is_promised_from_other_lots_or_withdrawn_by_the_round_and_a_paid_one_waits() -> None:
    gel = make_product(sku="GEL").variants.get()
    make_lots(gel, "BAD", "GOOD", units=3)
    moves, paid, too_large = make_order({gel: 1}), make_order({gel: 1}), make_order({gel: 1})
    pay_order(paid)
    Lot.objects.filter(code="GOOD").update(on_hand=1)
    recall = make_recall((gel, "BAD"))
    recalling.open_recall(recall_id=recall.pk, now=LATER)
    recalling.watch_recalls(now=LATER)
    lots = dict(Allocation.objects.order_by("line__order_id").values_list("line__order_id", "lot__code"))
    assert lots == {moves.pk: "GOOD", paid.pk: "BAD", too_large.pk: "BAD"}  # it has no payment page to close
    assert Order.objects.get(pk=too_large.pk).status == "PLACED"
    assert list(moves.events.order_by("id").values_list("kind", flat=True)) == [
        "PLACED",
        "MOVED",
    ]


def test_a_dry_run_says_it_all_and_writes_nothing() -> None:
    gel = make_product("Clear Gel", sku="GEL").variants.get()
    bad, good = make_lots(gel, "BAD", "GOOD", units=4)
    make_lot(gel, code="AUTO", code_known=False, units=1, expires_on=None)
    has = send_order(gel, 2, lot=bad)
    waits = make_order({gel: 1})
    send_order(gel, 1)
    send_order(gel, 1, lot=good)
    fill("GEL")
    recall = make_recall(
        (gel, "BAD"), (gel, "Z"), remedy="REFUND", depth="CONSUMER", reason="A rare accident."
    )
    before = (RecallEvent.objects.count(), RecallNotice.objects.count(), CartLine.objects.count())
    run = recalling.dry_run(recall=recall, now=LATER)
    assert [(lot.code, lot.on_hand, lot.reserved, lot.location.code) for lot in run.scope.affected] == [
        ("BAD", 1, 1, "BER")
    ]
    assert [lot.code for lot in run.scope.unsure] == ["AUTO"]
    assert [one.code for one in run.never_had] == ["Z"]
    assert [(one.order.pk, one.others_can_stand_in) for one in run.promised] == [(waits.pk, True)]
    assert (run.carts_to_change, run.carts_to_keep) == (0, 1)
    assert next((one.order_id, one.units) for one in run.known) == (has.pk, 2)
    assert (len(run.known), len(run.unknown), run.unaffected) == (2, 0, 1)
    assert run.cost == {"EUR": 3 * 1999}
    assert run.soft_words == ["rare"]
    assert list(run.letters) == ["en", "de"]
    assert run.letters["de"].subject == "Rückruf: Clear Gel 5 %"
    assert "BAD" in run.letters["en"].text
    assert before == (RecallEvent.objects.count(), RecallNotice.objects.count(), CartLine.objects.count())
    assert Lot.objects.get(pk=bad.pk).status == "RELEASED"
