"""The drill: a real recall, of benzene in benzoyl peroxide, from the authority's list to the last answer.

Its seven lots are in ../shared, which is not everywhere: without it this is skipped, and
`test_recalling_for_real.py` still runs the same way with invented codes.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from catalog import shelf_life, stock
from catalog.models import Category, Lot, Variant
from orders import dispatch, mail, recall_codes, recall_report, recalls
from orders.models import Allocation, Order, OrderMail, Recall, RecallNotice
from orders.recalls import Draft
from shop import cart as carts
from shop import recalling
from shop.models import Cart, CartLine
from tests.builders import make_category, make_delivery, make_lot, make_market, make_product
from tests.builders.orders import make_order, pay_order
from tests.builders.parcels import send_back
from tests.builders.recalls import send_order
from tests.postbox import Postbox, open_postbox, text_of

pytestmark = pytest.mark.django_db

NOTICE = Path(__file__).resolve().parents[3] / "shared/data/law/real_recall_fda_bpo_benzene_2025-03-11.csv"
SOLD = datetime(2025, 1, 10, 9, 0, tzinfo=UTC)
RECALLED = datetime(2025, 3, 11, 9, 0, tzinfo=UTC)
DEEPENED = RECALLED + timedelta(hours=6)
EACH, SPARE = 6, 10  # units received of each recalled lot, and of one beside it that is fine
NEVER_HAD, UNNOTED, ALONE = "V3304A", "2430600", "49707430"
TEXTS = {
    "en": {"subject": "Product safety recall: acne treatment", "text": "Please stop using it.", "where": ""},
    "de": {"subject": "Produktsicherheitsrückruf", "text": "Bitte nicht mehr benutzen.", "where": ""},
}


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with open_postbox(settings) as box:
        yield box


class House:
    """A shop that has sold some of it: to known and unknown lots, and from lots that are fine."""

    def __init__(self, named: list[dict[str, str]]) -> None:
        make_market("eu")
        for country in ("DE", "AT", "FR"):
            make_delivery(country=country)
        category = make_category("Acne > Treatments")
        Category.objects.filter(pk=category.pk).update(min_life_days=14)
        names = dict.fromkeys(row["product"] for row in named)
        self.sizes: dict[str, Variant] = {
            name: make_product(name, category="Acne > Treatments", sku=f"ACNE-{number}").variants.get()
            for number, name in enumerate(names, 1)
        }
        self.fine = [self.sell_fine(row) for row in named if row["lot"] not in (NEVER_HAD, ALONE)]
        self.unknown = [self.sell_unnoted(row) for row in named if row["lot"] == UNNOTED]
        here = [row for row in named if row["lot"] != NEVER_HAD]
        self.lots = {row["lot"]: self.receive(row) for row in here}
        self.known = [self.sell(row, country) for row in here for country in ("DE", "FR")]

    def receive(self, row: dict[str, str], **facts: Any) -> Lot:
        year, month = map(int, row["expiry_month"].split("-"))
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return make_lot(
            self.sizes[row["product"]],
            **{"units": EACH, "code": row["lot"], "expires_on": last} | facts,
        )

    def sell(self, row: dict[str, str], country: str, **details: Any) -> Order:
        lot = self.lots[row["lot"]]
        return send_order(self.sizes[row["product"]], 1, lot=lot, now=SOLD, country=country, **details)

    def sell_fine(self, row: dict[str, str]) -> Order:
        fine = self.receive(row, code=f"FINE-{row['lot']}", units=SPARE, expires_on=date(2027, 1, 31))
        return send_order(self.sizes[row["product"]], 1, lot=fine, now=SOLD)

    def sell_unnoted(self, row: dict[str, str]) -> Order:
        unnoted = self.receive(row, code="AUTO-1", code_known=False, units=2, expires_on=date(2025, 3, 29))
        return send_order(self.sizes[row["product"]], 2, lot=unnoted, now=SOLD, country="AT")

    def size_of(self, lot_code: str) -> Variant:
        return self.lots[lot_code].variant


def read_notice() -> list[dict[str, str]]:
    if not NOTICE.exists():
        pytest.skip(f"{NOTICE.name} is not here: the folder shared/ beside the repository holds it")
    head, *lines = NOTICE.read_text().splitlines()
    return [dict(zip(head.split(","), line.split(","), strict=True)) for line in lines]


def draw_up(named: list[dict[str, str]]) -> Recall:
    """The draft, as somebody pastes the authority's table into the desk."""
    lots, bad = recall_codes.read_codes(NOTICE.read_text(), product=None)
    assert (len(lots), bad) == (7, [])
    draft = Draft(
        title="Benzene in acne products",
        authority="FDA",
        source=named[0]["source"],
        reason="Tests found too much benzene in products with benzoyl peroxide.",
        announced_on=date.fromisoformat(named[0]["recall_date"]),
        remedy=Recall.Remedy.REFUND,
        named=lots,
        texts=TEXTS,
    )
    return recalls.write_draft(draft=draft)


def fill_cart(*sizes: Variant) -> Cart:
    cart = carts.open_cart(market="eu", now=RECALLED)
    for size in sizes:
        carts.put_line(token=cart.token, sku=size.sku, units=1, now=RECALLED)
    return cart


def ask(what: str, recall: Recall) -> dict[str, Any]:
    out = StringIO()
    call_command("recall", what, recall.reference, json=True, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def send_all(now: datetime) -> None:
    """The sweeps of two hours: whoever cannot be reached is parked at the end."""
    for minutes in range(0, 120, 4):
        at = now + timedelta(minutes=minutes)
        for pk in list(OrderMail.objects.filter(kind="RECALLED").due(at).values_list("pk", flat=True)):
            mail.deliver_order_mail(pk=pk, now=at)


def test_the_drill(postbox: Postbox, capsys: Any) -> None:
    named = read_notice()
    house = House(named)
    size, alone = house.size_of("MYX46W"), house.size_of(ALONE)
    send_back(house.known[0], now=SOLD)  # one pack of MYX46W came back unopened, weeks ago
    unreachable = house.known[-1]
    Order.objects.filter(pk=unreachable.pk).update(email="nobody@example.org\nBcc: x")
    stands_in, stuck = make_order({size: 1}, now=RECALLED), make_order({alone: 1}, now=RECALLED)
    pay_order(stands_in, now=RECALLED)
    pay_order(stuck, now=RECALLED)
    keeps, loses = fill_cart(size), fill_cart(size, alone)
    recall = draw_up(named)

    # -- before: what it would do
    run = recalling.dry_run(recall=recall, now=RECALLED)
    assert len(run.scope.affected) == 7  # six lots, and the twin of MYX46W where returns stand
    assert [lot.code for lot in run.scope.unsure] == ["AUTO-1"]
    assert [one.code for one in run.never_had] == [NEVER_HAD]
    assert (len(run.known), len(run.unknown), run.unaffected) == (11, 1, 5)
    assert (run.carts_to_change, run.carts_to_keep) == (1, 1)
    stops = {one.order.pk: one.others_can_stand_in for one in run.promised}
    assert stops == {stands_in.pk: True, stuck.pk: False}
    assert run.cost == {"EUR": 13 * 1999}

    # -- retail: the shelf, the carts, the orders; nobody is told
    grasp = recalling.open_recall(recall_id=recall.pk, now=RECALLED)
    assert (len(grasp.blocked), grasp.found, grasp.owed) == (7, 12, 0)
    assert set(Lot.objects.filter(code__in=house.lots).values_list("status", flat=True)) == {"RECALLED"}
    assert stock.free_units([alone.pk, size.pk], on=RECALLED.date()) == {size.pk: SPARE - 1}
    assert list(CartLine.objects.order_by("cart_id").values_list("cart_id", "variant_id")) == [
        (keeps.pk, size.pk),
        (loses.pk, size.pk),
    ]
    assert list(loses.notices.values_list("sku", flat=True)) == [alone.sku]
    with pytest.raises(stock.LotNotFit):
        dispatch.dispatch_order(
            order_id=stuck.pk, carrier="DHL", tracking_code="", tracking_url="", now=RECALLED
        )
    dispatch.promise_anew(order_id=stands_in.pk, now=RECALLED)
    assert Allocation.objects.get(line__order=stands_in).lot.code == "FINE-MYX46W"
    send_all(RECALLED)
    assert (postbox.letters, OrderMail.objects.filter(kind="RECALLED").count()) == ([], 0)
    figures = ask("report", recall)["figures"]
    assert (figures["buyers"], figures["not_owed"], figures["owed"], figures["accepted"]) == (12, 12, 0, 0)

    # -- consumer: every buyer is told
    grasp = recalls.deepen_recall(recall_id=recall.pk, now=DEEPENED)
    assert (grasp.found, grasp.owed) == (0, 12)
    send_all(DEEPENED)
    assert len(postbox.letters) == 11
    told = {notice.order_id: notice for notice in RecallNotice.objects.all()}
    assert set(told) == {order.pk for order in [*house.known[1:], *house.unknown]}
    german = [letter for letter in postbox.letters if letter["Subject"] == "Produktsicherheitsrückruf"]
    assert len(german) == 5 + 1  # five to Germany (the sixth came back), one to Austria; France reads English
    sure = next(letter for letter in postbox.letters if house.known[1].reference in text_of(letter))
    assert "Lot code on the pack: MYX46W" in text_of(sure)
    unsure = next(letter for letter in postbox.letters if "We did not note which lot" in text_of(letter))
    assert UNNOTED in text_of(unsure)

    # -- answers, and units destroyed
    replies = ["DISCARDED", "DISCARDED", "NONE_LEFT", "REACTION", "SENDS_BACK"]
    reachable = [one for one in RecallNotice.objects.order_by("id") if one.order_id != unreachable.pk]
    for notice, reply in zip(reachable, replies, strict=False):
        assert Client().post(f"/recalls/{notice.token}/", {"reply": reply}).status_code == 302
    with transaction.atomic():
        cause = f"Recall {recall.reference}"
        stock.write_off(lot_id=house.lots["V4204A"].pk, units=4, cause=cause, now=DEEPENED)

    report = ask("report", recall)
    assert report["figures"] == {
        "received": 6 * EACH + 2,
        "on_hand": 5 * (EACH - 2) + 1,
        "promised": 1,
        "destroyed": 4,
        "sold": 12 + 2,
        "returned": 1,
        "buyers": 12,
        "known_lot": 11,
        "unknown_lot": 1,
        "owed": 12,
        "accepted": 11,
        "waiting": 0,
        "failing": 0,
        "parked": 1,
        "not_owed": 0,
        "replied": 5,
        "open": 6,
        "reply_rate_percent": 45,
    }
    assert report["never_had"] == [NEVER_HAD]
    assert {reply: count for reply, count in report["replies"].items() if count} == {
        "DISCARDED": 2,
        "NONE_LEFT": 1,
        "REACTION": 1,
        "SENDS_BACK": 1,
    }
    prove(recall, postbox)
    recalls.close_recall(recall_id=recall.pk, note="All but one buyer told; 4 units destroyed.", now=DEEPENED)
    with capsys.disabled():
        call_command("recall", "report", recall.reference)


def prove(recall: Recall, postbox: Postbox) -> None:
    """Each mail in the report is one that the postbox really got, and the table says so."""
    report = recall_report.write_report(recall, now=DEEPENED)
    accepted = [proof for proof in report.proofs if proof.state == "accepted"]
    assert sorted(proof.message_id for proof in accepted) == sorted(postbox.message_ids)
    assert all(proof.sent_to == proof.notice.order.email for proof in accepted)
    (parked,) = [proof for proof in report.proofs if proof.state == "parked"]
    assert parked.mail is not None
    assert (parked.mail.failures, parked.sent_to) == (8, "")
    head, *rows = recall_report.list_proofs(report, sees_reactions=True)
    assert (len(rows), head[0], head[9]) == (12, "order", "mail")


def test_dates_of_the_lots_are_kept_by_their_shelf() -> None:
    """So that the drill sells them at all: some of the seven had weeks to live."""
    named = read_notice()
    house = House(named)
    with transaction.atomic():
        assert shelf_life.date_lots([lot.variant.product_id for lot in house.lots.values()]) == 0
    assert house.lots["2430600"].expires_on == date(2025, 3, 31)
