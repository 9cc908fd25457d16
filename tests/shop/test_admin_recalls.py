"""The recall desk: a draft is pasted, looked at, opened by typing its reference, followed and closed."""

import re
from typing import Any

import pytest
from django.test import Client

from catalog.models import Lot
from orders import recalls
from orders.models import Allocation, Recall, RecallLot, RecallNotice
from payments.models import Refund
from tests.builders import NOW, make_delivery, make_lot, make_market, make_product
from tests.builders.desk import words_of
from tests.builders.orders import make_order, pay_order
from tests.builders.recalls import make_lots, make_recall, send_order
from tests.builders.staff import sign_in
from tests.catalog.desks.browser import Forms

pytestmark = pytest.mark.django_db
DESK = "/admin/orders/recall/"
TYPED = {
    "title": "Benzene in Clear Gel",
    "authority": "FDA",
    "source": "https://fda.example/notice",
    "announced_on": "2025-03-11",
    "reason": "Too much benzene.",
    "meant": "lots",
    "product": "",
    "lots": "",
    "formula_version": "",
    "depth": "RETAIL",
    "remedy": "DISCARD",
    "language_0": "en",
    "subject_0": "",
    "text_0": "Please stop using it.",
    "where_0": "",
}


@pytest.fixture(autouse=True)
def market() -> None:
    make_market()
    make_delivery()


@pytest.fixture
def owner() -> Client:
    return sign_in("owner")


def write(client: Client, **changes: Any) -> Any:
    return client.post(f"{DESK}add/", TYPED | changes, follow=True)


def test_a_pasted_table_becomes_a_draft_and_the_page_says_what_it_would_do(owner: Client) -> None:
    gel = make_product("Clear Gel", sku="GEL").variants.get()
    bad, _ = make_lots(gel, "B-1", "FINE", units=3)
    make_lot(gel, code="AUTO", code_known=False, units=2, expires_on=None)
    order = send_order(gel, 1, lot=bad)
    table = "product,lot,expiry\nClear Gel,b1,2030-01\nmaren ostby clear gel,Z-9,"
    page = write(owner, lots=table)
    words = words_of(page)
    assert page.redirect_chain
    assert "The draft is kept. Nothing has happened yet" in words
    assert list(RecallLot.objects.order_by("id").values_list("code", "note")) == [
        ("b1", "2030-01"),
        ("Z-9", ""),
    ]
    assert re.search(r"Lots here 1 2 units on hand, and 1 lot to look at", words)
    assert order.reference in words
    assert "Codes that we never had: Z-9" in words
    assert "What buyers read" in words
    assert Lot.objects.get(pk=bad.pk).status == "RELEASED"
    assert Recall.objects.get().state == "DRAFT"


def test_bad_lines_are_named_with_their_reason_and_nothing_is_kept(owner: Client) -> None:
    make_product("Clear Gel")
    page = write(owner, lots="nothing,B-1\nB-2\nClear Gel,\nClear Gel," + "9" * 41)
    words = words_of(page)
    assert page.status_code == 422
    assert "Line 1, “nothing,B-1”: We have no “nothing”." in words
    assert "Line 2, “B-2”: Whose lot is it?" in words
    assert "Line 4" in words
    assert "at most 40 characters" in words
    assert not Recall.objects.exists()
    assert "Name at least one lot." in words_of(write(owner, lots=" "))
    assert "Say which product." in words_of(write(owner, meant="product"))
    assert "no list of that version" in words_of(write(owner, meant="formula", product="clear-gel"))
    assert "Which language is this?" in words_of(write(owner, meant="lots", language_0=""))


def test_a_draft_comes_back_as_it_was_typed(owner: Client) -> None:
    gel = make_product("Clear Gel")
    write(owner, meant="formula", product="clear-gel", formula_version="1")
    recall = Recall.objects.get()
    assert recall.formula == gel.formulas.get()
    page = owner.get(f"{DESK}{recall.pk}/draft/")
    (form,) = [form for form in Forms(page.content.decode()).forms if "title" in form]
    assert {name: form[name][0] for name in ("meant", "product", "formula_version", "text_0")} == {
        "meant": "formula",
        "product": "clear-gel",
        "formula_version": "1",
        "text_0": "Please stop using it.",
    }
    owner.post(f"{DESK}{recall.pk}/draft/", TYPED | {"meant": "product", "product": "Clear Gel"})
    recall.refresh_from_db()
    assert (recall.product, recall.formula) == (gel, None)


def test_it_is_opened_only_by_typing_its_reference(owner: Client) -> None:
    gel = make_product(sku="GEL").variants.get()
    (bad,) = make_lots(gel, "BAD")
    recall = make_recall((gel, "BAD"))
    url = f"{DESK}{recall.pk}/open/"
    assert owner.get(url).status_code == 200
    refused = owner.post(url, {"reference": "2222-2222"})
    assert refused.status_code == 422
    assert "That is not its reference. Nothing has changed." in words_of(refused)
    assert Lot.objects.get(pk=bad.pk).status == "RELEASED"
    opened = owner.post(url, {"reference": f" {recall.reference.lower()} "}, follow=True)
    assert "It is open: 1 lot recalled." in words_of(opened)
    assert Lot.objects.get(pk=bad.pk).status == "RECALLED"
    event = recall.events.get()
    assert (event.kind, event.actor.email) == ("OPENED", "owner@regimen.example")
    again = owner.post(f"{DESK}{recall.pk}/draft/", TYPED | {"lots": "GEL,BAD"})
    assert again.status_code == 422
    assert recall.lots.count() == 1


def test_it_is_followed_deepened_and_closed(owner: Client) -> None:
    gel = make_product(sku="GEL").variants.get()
    bad, good = make_lots(gel, "BAD", "GOOD", units=2)
    sent, waits = send_order(gel, 1, lot=bad), make_order({gel: 1})
    pay_order(waits)
    recall = make_recall((gel, "BAD"), remedy="REFUND")
    sure = {"reference": recall.reference}
    owner.post(f"{DESK}{recall.pk}/open/", sure)
    assert "Nobody is told at retail depth." in words_of(owner.get(f"{DESK}{recall.pk}/change/"))
    moved = owner.post(f"{DESK}{recall.pk}/promise/{waits.pk}/", follow=True)
    assert f"{waits.reference} is promised from other lots" in words_of(moved)
    assert Allocation.objects.get().lot_id == good.pk
    assert "Each gets one mail" in words_of(owner.get(f"{DESK}{recall.pk}/deepen/"))
    told = owner.post(f"{DESK}{recall.pk}/deepen/", sure, follow=True)
    assert "1 mail owed" in words_of(told)
    notice = RecallNotice.objects.get()
    back = owner.post(f"{DESK}{recall.pk}/refund/{notice.pk}/", follow=True)
    assert f"€19.99 go back for {sent.reference}." in words_of(back)
    assert Refund.objects.get().amount_cents == 1999
    more = owner.post(f"{DESK}{recall.pk}/more/", {"product": gel.product.slug, "lots": "GOOD"}, follow=True)
    assert "1 code read: 1 lot recalled." in words_of(more)
    short = owner.post(f"{DESK}{recall.pk}/close/", sure | {"note": ""})
    assert short.status_code == 422
    closed = owner.post(f"{DESK}{recall.pk}/close/", sure | {"note": "All told."}, follow=True)
    assert "It is closed. Its lots stay recalled." in words_of(closed)
    recall.refresh_from_db()
    assert (recall.state, recall.closing_note) == ("CLOSED", "All told.")


def test_the_table_of_buyers_runs_nothing_in_a_spreadsheet(owner: Client) -> None:
    gel = make_product(sku="GEL").variants.get()
    (bad,) = make_lots(gel, "BAD")
    order = send_order(gel, 1, lot=bad, email="=cmd@example.org")
    recall = make_recall((gel, "BAD"))
    recalls.open_recall(recall_id=recall.pk, now=NOW)
    answer: Any = owner.get(f"{DESK}{recall.pk}/buyers.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("order,placed_on,country,e-mail,sort,units,lots,")
    assert lines[1].startswith(
        f"{order.reference},2026-11-20,DE,'=cmd@example.org,Has units of a recalled lot,1,BAD,"
    )
    assert "no-store" in answer["Cache-Control"]


def test_who_may_do_what(owner: Client) -> None:
    gel = make_product(sku="GEL").variants.get()
    (bad,) = make_lots(gel, "BAD")
    order = send_order(gel, 1, lot=bad)
    recall = make_recall((gel, "BAD"))
    sure, page = {"reference": recall.reference}, f"{DESK}{recall.pk}/"
    warehouse, support = sign_in("warehouse"), sign_in("support")
    doctor, curator = sign_in("dermatologist"), sign_in("curator")
    for client in (warehouse, support):
        assert client.get(f"{page}change/").status_code == 200
        assert client.post(f"{page}open/", sure).status_code == 403
        assert client.get(f"{DESK}add/").status_code == 403
        assert client.get(f"{page}draft/").status_code == 403
    assert curator.get(f"{page}change/").status_code == 403
    assert order.email not in words_of(warehouse.get(f"{page}change/"))
    assert order.email in words_of(support.get(f"{page}change/"))
    assert warehouse.get(f"{page}buyers.csv").status_code == 403
    assert support.get(f"{page}buyers.csv").status_code == 200
    assert doctor.post(f"{page}open/", sure).status_code == 302
    assert Recall.objects.get().state == "OPEN"
    for address in (f"promise/{order.pk}/", f"refund/{RecallNotice.objects.get().pk}/"):
        assert support.post(page + address).status_code == 403
        assert owner.get(page + address).status_code == 405
    assert owner.get(f"{DESK}999999/change/").status_code == 404
    assert owner.get(f"{page}letter/en/").status_code == 200
    assert owner.get(f"{page}letter/xx/").status_code == 404


def test_that_the_skin_reacted_is_for_those_who_read_adverse_reports(owner: Client) -> None:
    gel = make_product(sku="GEL").variants.get()
    (bad,) = make_lots(gel, "BAD")
    order = send_order(gel, 1, lot=bad)
    recall = make_recall((gel, "BAD"), depth="CONSUMER")
    recalls.open_recall(recall_id=recall.pk, now=NOW)
    Client().post(
        f"/recalls/{RecallNotice.objects.get().token}/", {"reply": "REACTION", "words": "Red cheeks."}
    )
    page = f"{DESK}{recall.pk}/"
    told = {}
    for role, client in {"owner": owner, "warehouse": sign_in("warehouse")}.items():
        told[role] = words_of(client.get(f"{page}change/")).split("Buyers, and how we know")[1]
        assert "Red cheeks" not in told[role]
    assert ("The skin reacted" in told["owner"], "The skin reacted" in told["warehouse"]) == (True, False)
    assert "reacted" not in " ".join(order.events.values_list("note", flat=True))
