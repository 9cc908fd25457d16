"""What a buyer reads about a recall: exact, calm, in their language when we have it."""

from typing import Any

import pytest

from orders import order_letters, recall_letters, recalls
from orders.models import OrderMail, Recall, ShipmentLine
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product
from tests.builders.recalls import make_lots, make_recall, send_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market() -> None:
    make_market("eu", rates={"DE": 1900, "AT": 2000, "FR": 2000, "IE": 2300, "BE": 2100})
    for country in ("DE", "AT", "FR", "BE"):
        make_delivery(country=country)


def tell(recall: Recall) -> list[Any]:
    recalls.open_recall(recall_id=recall.pk, now=NOW)
    owed = OrderMail.objects.filter(kind="RECALLED").order_by("order_id")
    return [order_letters.compose_order_mail(mail) for mail in owed]


@pytest.mark.parametrize(
    ("country", "texts", "language"),
    [
        ("DE", "en de", "de"),
        ("AT", "en de", "de"),
        ("CH", "en fr", "fr"),
        ("BE", "en de nl", "nl"),
        ("FR", "en de", "en"),
        ("US", "en es", "en"),
        ("FR", "de", "de"),
        ("ZZ", "en de", "en"),
        ("FR", "", "en"),
    ],
)
def test_a_buyer_reads_their_language_else_english_else_what_there_is(
    country: str, texts: str, language: str
) -> None:
    recall = Recall(texts={one: {"text": one} for one in texts.split()})
    assert recall_letters.choose_language(recall, country) == language


def test_a_known_lot_is_named_with_where_its_code_stands_and_what_to_do(settings: Any) -> None:
    gel = make_product("Clear Gel").variants.get()
    (bad,) = make_lots(gel, "B-7781")
    order = send_order(gel, 2, lot=bad, country="FR")
    recall = make_recall((gel, "b7781"), depth="CONSUMER", remedy="REFUND")
    (letter,) = tell(recall)
    assert letter.subject == "Product safety recall: Clear Gel 5 %"
    for said in (
        "Product safety recall\n\nA lot of Clear Gel may hold too much benzene.\n\nPlease stop using it.",
        "2 × Clear Gel, Maren Ostby, 30 ml\n    Lot code on the pack: B-7781\n",
        f"These units were in the parcel for your order {order.reference},\nsent on 20 November 2026.",
        "The code is stamped on the crimp of the tube.",
        "Stop using it now. You get back what you paid for it. You need not send it back first.",
        f"{settings.SHOP_URL}/recalls/{order.recall_notices.get().token}/",
        "Announced by FDA on 11 March 2025.\nThe notice: https://fda.example/notice",
        f"Recall {recall.reference}",
    ):
        assert said in letter.text
    assert "!" not in letter.text
    assert "B-7781" in letter.html


def test_who_may_have_it_is_told_which_codes_to_look_for() -> None:
    gel = make_product("Clear Gel").variants.get()
    make_lot(gel, code="AUTO-1", code_known=False)
    send_order(gel, 1, country="FR")
    (letter,) = tell(make_recall((gel, "B-7781"), (gel, "B-7782"), depth="CONSUMER"))
    assert "Lot code on the pack: B-7781, B-7782" in letter.text
    assert "AUTO-1" not in letter.text
    assert "We did not note which lot left in it, so please look at the pack." in letter.text
    assert "With another code you need do nothing." in letter.text


def test_every_lot_of_a_product_needs_no_code_and_what_is_fine_in_the_parcel_is_not_named() -> None:
    gel, cream = make_product("Clear Gel").variants.get(), make_product("Quiet Cream").variants.get()
    make_lot(gel, code="AUTO-1", code_known=False)
    make_lot(cream, code="C-1")
    send_order(gel, 1, country="FR")
    send_order(cream, 1, country="FR")
    ShipmentLine.objects.filter(lot__code="AUTO-1").delete()
    (letter,) = tell(make_recall(product_id=gel.product_id, depth="CONSUMER", authority=""))
    assert "Lot code on the pack: every lot" in letter.text
    assert "Stop using it now." in letter.text
    assert "We decided it ourselves on 11 March 2025." in letter.text
    assert "Quiet Cream" not in letter.text


def test_words_that_play_it_down_are_found() -> None:
    recall = Recall(
        reason="A voluntary step.", texts={"en": {"text": "In RARE cases, as a precautionary measure."}}
    )
    assert recall_letters.find_soft_words(recall) == ["voluntary", "rare", "precautionary"]
    assert recall_letters.find_soft_words(Recall(reason="Too much benzene.", texts={})) == []
