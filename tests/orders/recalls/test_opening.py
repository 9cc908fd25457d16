"""Opening, deepening and closing: what each does, and that doing it twice changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from catalog import lots as lot_verbs
from catalog import stock
from catalog.models import Lot, LotDecision
from orders import dispatch, recall_notices, recalls
from orders.models import Allocation, OrderEvent, OrderMail, Recall, RecallEvent, RecallNotice
from orders.recall_codes import NamedLot
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import make_order, pay_order
from tests.builders.recalls import counters, make_lots, make_recall, send_order

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def market() -> None:
    make_market()
    make_delivery()


def diary(recall: Recall) -> list[tuple[str, str]]:
    return list(RecallEvent.objects.filter(recall=recall).order_by("id").values_list("kind", "note"))


def rows() -> list[int]:
    kinds: list[Any] = [LotDecision, RecallEvent, RecallNotice, OrderMail, OrderEvent]
    return [kind.objects.count() for kind in kinds]


def test_at_retail_depth_the_lots_are_blocked_and_nobody_is_told() -> None:
    gel = make_product().variants.get()
    bad, good = make_lots(gel, "BAD", "GOOD", units=2)
    order = send_order(gel, 1, lot=bad)
    recall = make_recall((gel, "bad"))
    grasp = recalls.open_recall(recall_id=recall.pk, now=LATER)
    assert ([lot.pk for lot in grasp.blocked], grasp.found, grasp.owed) == ([bad.pk], 1, 0)
    assert counters({"bad": bad, "good": good}) == {"bad": ("RECALLED", 1, 0), "good": ("RELEASED", 2, 0)}
    assert stock.free_units([gel.pk], on=LATER.date()) == {gel.pk: 2}
    notice = RecallNotice.objects.get()
    assert (notice.order_id, notice.sort, notice.units, notice.lot_codes) == (
        order.pk,
        "KNOWN_LOT",
        1,
        ["BAD"],
    )
    assert notice.owed_at is None
    assert not OrderMail.objects.filter(kind="RECALLED").exists()
    assert diary(recall) == [
        ("OPENED", "Retail: off the shelf. 1 lot recalled."),
        ("FOUND", "1 buyer found."),
    ]
    decision = LotDecision.objects.get(lot=bad, kind="RECALLED")
    assert decision.note == f"Recall {recall.reference}: Benzene in Clear Gel"


def test_opening_and_deepening_twice_changes_nothing() -> None:
    gel = make_product().variants.get()
    (bad,) = make_lots(gel, "BAD")
    send_order(gel, 1, lot=bad)
    recall = make_recall((gel, "BAD"))
    recalls.open_recall(recall_id=recall.pk, now=NOW)
    recalls.deepen_recall(recall_id=recall.pk, now=NOW)
    before = rows()
    assert recalls.open_recall(recall_id=recall.pk, now=LATER) == recalls.Grasp()
    assert recalls.deepen_recall(recall_id=recall.pk, now=LATER) == recalls.Grasp()
    assert recalls.watch_recall(recall_id=recall.pk, now=LATER) == recalls.Grasp()
    assert rows() == before
    recall.refresh_from_db()
    assert recall.opened_at == NOW


def test_at_consumer_depth_every_buyer_is_owed_one_mail_and_their_order_says_so() -> None:
    gel = make_product().variants.get()
    (bad,) = make_lots(gel, "BAD")
    make_lot(gel, code="AUTO", code_known=False, units=1, expires_on=None)
    known = send_order(gel, 5, lot=bad)
    unknown = send_order(gel, 1)
    recall = make_recall((gel, "BAD"))
    recalls.open_recall(recall_id=recall.pk, now=NOW)
    grasp = recalls.deepen_recall(recall_id=recall.pk, now=LATER)
    assert (grasp.found, grasp.owed) == (0, 2)
    notices = {one.order_id: one for one in RecallNotice.objects.all()}
    assert {pk: one.sort for pk, one in notices.items()} == {known.pk: "KNOWN_LOT", unknown.pk: "UNKNOWN_LOT"}
    owed = OrderMail.objects.filter(kind="RECALLED").order_by("order_id")
    assert [(one.order_id, one.about, one.due_at) for one in owed] == [
        (known.pk, notices[known.pk].pk, LATER),
        (unknown.pk, notices[unknown.pk].pk, LATER),
    ]
    assert known.events.filter(kind="RECALLED").get().note == f"Recall {recall.reference}: the buyer is told."
    assert diary(recall)[-1] == ("DEEPENED", "2 mails owed.")


def test_what_comes_in_later_is_blocked_and_who_becomes_known_later_is_told_later() -> None:
    gel = make_product().variants.get()
    (bad,) = make_lots(gel, "BAD")
    make_lot(gel, code="AUTO", code_known=False, units=1, expires_on=None)
    send_order(gel, 5, lot=bad)
    send_order(gel, 1)
    recall = make_recall((gel, "BAD"), (gel, "WORSE"), depth="CONSUMER")
    recalls.open_recall(recall_id=recall.pk, now=NOW)
    assert OrderMail.objects.filter(kind="RECALLED").count() == 2
    late = make_lot(gel, code="W-ORSE", now=LATER)
    Lot.objects.filter(code="AUTO").update(code="BAD 2", other_codes=["BAD"], code_known=True)
    grasp = recalls.watch_recall(recall_id=recall.pk, now=LATER)
    assert [lot.pk for lot in grasp.blocked] == sorted([Lot.objects.get(code="BAD 2").pk, late.pk])
    assert (grasp.found, grasp.cleared_up, grasp.owed) == (0, 1, 0)
    assert {one.sort for one in RecallNotice.objects.all()} == {"KNOWN_LOT"}
    assert diary(recall)[-2:] == [("FOUND", "2 lots recalled."), ("FOUND", "1 buyer’s lot cleared up.")]
    sold = make_lot(gel, code="WORST", now=LATER)
    order = send_order(gel, 1, lot=sold, now=LATER)
    grasp = recalls.name_more_lots(recall_id=recall.pk, named=[NamedLot(gel.product_id, "WORST")], now=LATER)
    assert (grasp.found, grasp.owed) == (1, 1)
    assert RecallNotice.objects.get(order=order).owed_at == LATER
    assert diary(recall)[-3:] == [
        ("NOTED", "1 more lot named."),
        ("FOUND", "1 lot recalled."),
        ("FOUND", "1 buyer found, 1 mail owed."),
    ]


def test_a_lot_whose_code_nobody_noted_is_set_aside_until_somebody_reads_it() -> None:
    gel = make_product().variants.get()
    unread = make_lot(gel, code="AUTO", code_known=False)
    blocked = make_lot(gel, code="AUTO-2", code_known=False)
    with transaction.atomic():
        lot_verbs.block_lots(lot_ids=[blocked.pk], note="broken seal", now=NOW)
    recall = make_recall((gel, "BAD"))
    grasp = recalls.open_recall(recall_id=recall.pk, now=NOW)
    assert ([lot.pk for lot in grasp.set_aside], grasp.blocked) == ([unread.pk], ())
    assert counters({"a": unread, "b": blocked}) == {"a": ("QUARANTINE", 10, 0), "b": ("BLOCKED", 10, 0)}


def test_nothing_recalled_is_promised_or_sent() -> None:
    gel = make_product().variants.get()
    bad, good = make_lots(gel, "BAD", "GOOD", units=1)
    order = make_order({gel: 1})
    pay_order(order)
    recalls.open_recall(recall_id=make_recall((gel, "BAD")).pk, now=NOW)
    parcel = {"carrier": "DHL", "tracking_code": "", "tracking_url": ""}
    with pytest.raises(stock.LotNotFit) as refused:
        dispatch.dispatch_order(order_id=order.pk, now=LATER, **parcel)
    assert refused.value.lot_ids == [bad.pk]
    dispatch.promise_anew(order_id=order.pk, now=LATER)
    assert Allocation.objects.get().lot_id == good.pk
    assert dispatch.dispatch_order(order_id=order.pk, now=LATER, **parcel).status == "SHIPPED"
    assert counters({"bad": bad, "good": good}) == {"bad": ("RECALLED", 1, 0), "good": ("RELEASED", 0, 0)}


def test_a_draft_that_names_nothing_or_has_no_words_for_buyers_is_not_opened() -> None:
    gel = make_product().variants.get()
    (bad,) = make_lots(gel, "BAD")
    before = rows()
    with pytest.raises(recalls.RecallNotReady) as refused:
        recalls.open_recall(recall_id=make_recall().pk, now=NOW)
    assert refused.value.why == ["It names no lot, no formula and no product."]
    mute = make_recall((gel, "BAD"), depth="CONSUMER", texts={})
    with pytest.raises(recalls.RecallNotReady) as refused:
        recalls.open_recall(recall_id=mute.pk, now=NOW)
    assert refused.value.why == ["There is no text for buyers yet: write at least one language."]
    assert counters({"bad": bad}) == {"bad": ("RELEASED", 5, 0)}
    assert rows() == before
    assert set(Recall.objects.values_list("state", flat=True)) == {"DRAFT"}


def test_what_is_open_is_no_draft_and_what_is_closed_stays_closed_with_its_lots_recalled() -> None:
    gel = make_product().variants.get()
    (bad,) = make_lots(gel, "BAD")
    recall = make_recall((gel, "BAD"))
    draft = recalls.Draft("Another", "x", "y", NOW.date())
    with pytest.raises(recalls.RecallOver):
        recalls.close_recall(recall_id=recall.pk, note="early", now=NOW)
    recalls.open_recall(recall_id=recall.pk, now=NOW)
    with pytest.raises(recalls.RecallOver):
        recalls.write_draft(draft=draft, recall_id=recall.pk)
    with pytest.raises(recalls.RecallNotReady):
        recalls.close_recall(recall_id=recall.pk, note="  ", now=NOW)
    recalls.close_recall(recall_id=recall.pk, note="All units destroyed.", now=LATER)
    assert (
        recalls.close_recall(recall_id=recall.pk, note="again", now=LATER).closing_note
        == "All units destroyed."
    )
    for verb in (recalls.open_recall, recalls.deepen_recall):
        with pytest.raises(recalls.RecallOver):
            verb(recall_id=recall.pk, now=LATER)
    make_lot(gel, code="BAD", location="HAM", now=LATER)
    assert recalls.watch_recall(recall_id=recall.pk, now=LATER) == recalls.Grasp()
    assert counters({"bad": bad})["bad"][0] == "RECALLED"
    with transaction.atomic(), pytest.raises(lot_verbs.NotFit):
        lot_verbs.release_lots(lot_ids=[bad.pk], checks=lot_verbs.CHECKS, now=LATER)


def test_a_notice_is_found_once_it_was_sent_and_its_answer_stands_in_the_orders_diary() -> None:
    gel = make_product().variants.get()
    (bad,) = make_lots(gel, "BAD")
    order = send_order(gel, 1, lot=bad)
    recall = make_recall((gel, "BAD"))
    recalls.open_recall(recall_id=recall.pk, now=NOW)
    token = RecallNotice.objects.get().token
    with pytest.raises(recall_notices.NoSuchNotice):
        recall_notices.find_notice(token)  # nobody has been told
    recalls.deepen_recall(recall_id=recall.pk, now=NOW)
    reply = RecallNotice.Reply
    recall_notices.answer_notice(token=token, reply=reply.DISCARDED, now=NOW)
    recall_notices.answer_notice(token=token, reply=reply.DISCARDED, now=LATER)
    assert RecallNotice.objects.get().replied_at == NOW
    recall_notices.answer_notice(token=token, reply=reply.REACTION, now=LATER)
    notice = RecallNotice.objects.get()
    assert (notice.reply, notice.replied_at) == ("REACTION", LATER)
    told = list(order.events.filter(kind="NOTED").order_by("id").values_list("note", flat=True))
    assert told == [
        f"Recall {recall.reference}: the buyer answers “Threw it away”.",
        f"Recall {recall.reference}: the buyer has answered.",
    ]
