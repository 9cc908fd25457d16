"""A recall whose remedy is another one: who answers gets it, once; the money when there is none to send."""

from datetime import UTC, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.models import Lot, Variant
from orders import dispatch, order_letters, recall_notices, recalls
from orders.limits import LimitReached
from orders.models import Allocation, Order, OrderEvent, OrderMail, Recall, RecallNotice
from payments import closing, refunds, replacements, returning, sales
from payments.models import Payment, Refund
from tests.builders import NOW, make_delivery, make_market, make_product
from tests.builders.desk import ORDERS, words_of
from tests.builders.orders import make_order
from tests.builders.parcels import send_back
from tests.builders.recalls import make_lots, make_recall, send_order
from tests.builders.staff import sign_in
from tests.builders.waiting import make_limit
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=1)
Reply = RecallNotice.Reply


@pytest.fixture
def gel() -> Variant:
    make_market()
    make_delivery()
    return make_product("Clear Gel", sku="GEL").variants.get()


def recall_from(gel: Variant, bad: Lot, remedy: str = "REPLACE") -> Recall:
    recall = make_recall((gel, bad.code), depth="CONSUMER", remedy=remedy)
    recalls.open_recall(recall_id=recall.pk, now=NOW)
    return recall


def answer(order: Order, reply: str = "DISCARDED") -> RecallNotice:
    token = RecallNotice.objects.get(order=order).token
    return recall_notices.answer_notice(token=token, reply=Reply(reply), now=NOW)


def replace_one() -> Order:
    (order,) = replacements.replace_answered(now=LATER)
    assert isinstance(order, Order)
    return order


def snapshot() -> Any:
    kinds = (Order, OrderEvent, Allocation, Lot, Payment, Refund)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


def test_who_answers_gets_another_one_of_a_fit_lot_for_nothing_and_once(gel: Variant) -> None:
    bad, fit = make_lots(gel, "BAD", "FIT", units=2)
    first = send_order(gel, 2, lot=bad)
    recall = recall_from(gel, bad)
    assert replacements.replace_answered(now=LATER) == []  # nobody has answered
    answer(first)

    order = replace_one()

    order.refresh_from_db()
    assert (order.status, order.paid_at, order.replaces_id) == ("PAID", LATER, first.pk)
    assert (order.total_cents, order.delivery_cents, order.currency) == (0, 0, "EUR")
    for name in ("email", "recipient", "street", "postcode", "city", "country", "delivery_method_id"):
        assert getattr(order, name) == getattr(first, name)
    line = order.lines.get()
    assert (line.sku, line.units, line.unit_cents, line.total_cents) == ("GEL", 2, 0, 0)
    assert [(one.lot_id, one.units) for one in line.allocations.all()] == [(fit.pk, 2)]
    fit.refresh_from_db()
    assert (fit.on_hand, fit.reserved) == (2, 2)
    note = f"Replaced by {order.reference}, recall {recall.reference}."
    assert OrderEvent.objects.filter(order=first, kind="RECALLED", note=note).count() == 1
    once = snapshot()
    assert replacements.replace_answered(now=LATER) == []
    notice = RecallNotice.objects.get()
    assert replacements.settle_notice(notice_id=notice.pk, now=LATER) == order
    assert snapshot() == once
    assert not Refund.objects.exists()


def test_it_can_be_packed_and_sent_like_any_other(gel: Variant) -> None:
    bad, _ = make_lots(gel, "BAD", "FIT", units=1)
    first = send_order(gel, 1, lot=bad)
    recall_from(gel, bad)
    answer(first, "UNHARMED")
    order = replace_one()

    dispatch.dispatch_order(order_id=order.pk, carrier="DHL", tracking_code="JD2", tracking_url="", now=LATER)

    sent = Order.objects.get(pk=order.pk)
    assert (sent.status, sent.mails.get().kind) == ("SHIPPED", "SHIPPED")


def test_where_no_fit_lot_has_enough_the_money_goes_back_and_the_diary_says_why(gel: Variant) -> None:
    bad, fit = make_lots(gel, "BAD", "FIT", units=2)
    Lot.objects.filter(pk=fit.pk).update(on_hand=1)
    first = send_order(gel, 2, lot=bad)
    recall = recall_from(gel, bad)
    answer(first)

    (refund,) = replacements.replace_answered(now=LATER)

    assert isinstance(refund, Refund)
    assert (refund.amount_cents, refund.reason, refund.key) == (
        first.total_cents - first.delivery_cents,
        "RECALLED",
        f"recall {recall.reference}",
    )
    assert OrderEvent.objects.filter(order=first).latest("pk").note == (
        f"Recall {recall.reference}: money back is asked, because no fit lot has enough of it."
    )
    assert Order.objects.get() == first
    assert Lot.objects.get(pk=fit.pk).reserved == 0
    Lot.objects.filter(pk=fit.pk).update(on_hand=9)
    once = snapshot()
    assert replacements.replace_answered(now=LATER) == []  # the money is theirs already
    assert replacements.settle_notice(notice_id=RecallNotice.objects.get().pk, now=LATER) == refund
    assert snapshot() == once


@pytest.mark.parametrize(
    ("remedy", "reply"), [("REPLACE", "NONE_LEFT"), ("REPLACE", "REACTION"), ("REFUND", "DISCARDED")]
)
def test_who_did_not_ask_for_another_one_gets_none_by_itself(gel: Variant, remedy: str, reply: str) -> None:
    bad, _ = make_lots(gel, "BAD", "FIT", units=1)
    first = send_order(gel, 1, lot=bad)
    recall_from(gel, bad, remedy)
    answer(first, reply)
    assert replacements.replace_answered(now=LATER) == []
    assert (Order.objects.count(), Refund.objects.count()) == (1, 0)


def test_only_what_is_still_with_the_buyer_is_replaced(gel: Variant) -> None:
    bad, _ = make_lots(gel, "BAD", "FIT", units=3)
    first = send_order(gel, 3, lot=bad)
    send_back(first, 1, refund_cents=100)
    recall_from(gel, bad)
    answer(first)
    order = replace_one()
    assert order.lines.get().units == 2


def test_who_has_all_the_money_back_gets_no_other_one(gel: Variant) -> None:
    bad, _ = make_lots(gel, "BAD", "FIT", units=1)
    first = send_order(gel, 1, lot=bad)
    recall_from(gel, bad)
    answer(first)
    with transaction.atomic():
        refunds.ask_what_is_left(payment=Payment.objects.get(), reason="RETURNED", now=NOW)
    assert replacements.replace_answered(now=LATER) == []
    assert Order.objects.get() == first


def test_two_rounds_at_once_send_one(gel: Variant) -> None:
    bad, _ = make_lots(gel, "BAD", "FIT", units=5)
    first = send_order(gel, 1, lot=bad)
    recall_from(gel, bad)
    answer(first)
    pk = RecallNotice.objects.get().pk

    found = rush(*[lambda: replacements.settle_notice(notice_id=pk, now=LATER)] * 4)

    assert len({one.pk for one in found}) == 1
    assert Order.objects.filter(replaces=first).count() == 1
    assert Lot.objects.get(code="FIT").reserved == 1


def test_who_is_killed_in_the_middle_has_written_nothing_and_the_next_round_does_it(gel: Variant) -> None:
    bad, _ = make_lots(gel, "BAD", "FIT", units=1)
    first = send_order(gel, 1, lot=bad)
    recall_from(gel, bad)
    answer(first)
    before = snapshot()

    def cut(execute: Any, sql: str, *asked: Any) -> Any:
        if "INSERT INTO orders_allocation" in sql:
            raise KeyboardInterrupt
        return execute(sql, *asked)

    with connection.execute_wrapper(cut), pytest.raises(KeyboardInterrupt):
        replacements.replace_answered(now=LATER)

    assert snapshot() == before
    order = replace_one()
    assert Order.objects.get(replaces=first) == order


def test_what_is_sent_for_nothing_is_no_sale_and_counts_towards_no_limit(gel: Variant) -> None:
    bad, _ = make_lots(gel, "BAD", "FIT", units=5)
    make_limit(product=gel.product)  # two in sixty days
    first = send_order(gel, 1, lot=bad)
    recall_from(gel, bad)
    answer(first)
    before = sales.sum_sales(now=LATER, zone=UTC)
    replacements.replace_answered(now=LATER)
    assert sales.sum_sales(now=LATER, zone=UTC) == before
    make_order({gel: 1}, now=LATER)
    with pytest.raises(LimitReached):
        make_order({gel: 1}, now=LATER)


def test_it_can_be_called_off_and_nothing_goes_back(gel: Variant) -> None:
    bad, fit = make_lots(gel, "BAD", "FIT", units=1)
    first = send_order(gel, 1, lot=bad)
    recall_from(gel, bad)
    answer(first)
    order = replace_one()
    closing.cancel_order(order_id=order.pk, by=None, now=LATER)
    assert Order.objects.get(pk=order.pk).status == "CANCELLED"
    assert Lot.objects.get(pk=fit.pk).reserved == 0
    assert returning.left_to_pay_back(Order.objects.get(pk=order.pk)) == 0
    assert not Refund.objects.exists()


# -- What people read ------------------------------------------------------------------------------


def test_the_desks_say_what_became_of_it(gel: Variant) -> None:
    bad, _ = make_lots(gel, "BAD", "FIT", units=1)
    first = send_order(gel, 1, lot=bad)
    recall = recall_from(gel, bad)
    answer(first)
    order = replace_one()
    owner = sign_in("owner")

    page = words_of(owner.get(f"/admin/orders/recall/{recall.pk}/change/"))
    assert f"Another one: {order.reference} , paid, to ship" in page
    page = words_of(owner.get(f"{ORDERS}{order.pk}/change/"))
    assert f"in place of recalled goods of {first.reference}" in page
    assert f"Replaces {first.reference}, recall {recall.reference}." in page
    assert "It costs nothing, so nothing goes back." in words_of(owner.get(f"{ORDERS}{order.pk}/cancel/"))


def test_the_mail_about_one_that_is_called_off_promises_no_money(gel: Variant) -> None:
    bad, _ = make_lots(gel, "BAD", "FIT", units=1)
    first = send_order(gel, 1, lot=bad)
    recall_from(gel, bad)
    answer(first)
    order = replace_one()
    closing.cancel_order(order_id=order.pk, by=None, now=LATER)
    owed = OrderMail.objects.get(order=order, kind="CANCELLED")
    letter = order_letters.compose_order_mail(owed)
    assert "there is nothing to pay back" in letter.text
    assert "€" not in letter.text
