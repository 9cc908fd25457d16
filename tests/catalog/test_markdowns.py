"""Markdowns: proposed from the shelves, decided by a person, remembered by the price history."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from catalog import markdowns, pricing, shelf_life, stock
from catalog.markdowns import MarkdownDecided, PriceMoved, Proposed
from catalog.models import Lot, Markdown, Price, PriceChange, PublishedPage, Variant
from tests.builders import NOW, make_lot, make_product
from tests.builders.staff import make_staff

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)
State = Markdown.State


def lot_until(variant: Variant, days: int, units: int = 10, **facts: Any) -> Lot:
    """A lot that may be sold for so many days from today."""
    last_on = TODAY + timedelta(days=days - 1)
    expires_on = last_on + timedelta(days=shelf_life.MIN_LIFE_DAYS)
    lot = make_lot(variant, units=units, expires_on=expires_on, **facts)
    assert lot.sell_until_on == last_on
    return lot


@pytest.fixture
def jar() -> Variant:
    return make_product("Quiet Cream", sku="QC-50", prices={"EUR": 2090}).variants.get()


def propose(now: Any = NOW) -> Proposed:
    return markdowns.propose_markdowns(now=now)


def price_of(variant: Variant) -> int:
    return Price.objects.get(variant=variant, currency="EUR").amount_cents


def set_price(variant: Variant, cents: int, now: Any = NOW) -> None:
    with transaction.atomic():
        pricing.set_price(variant=variant, currency="EUR", amount_cents=cents, cause="a test", now=now)


def test_an_operator_can_ask_for_the_proposals_at_once(jar: Variant, capsys: Any) -> None:
    call_command("propose_markdowns")
    assert capsys.readouterr().out == "0 new, 0 changed, 0 withdrawn.\n"


def test_what_would_be_left_is_proposed_once_per_currency(jar: Variant) -> None:
    set_price(jar, 2090)
    with transaction.atomic():
        pricing.set_price(variant=jar, currency="USD", amount_cents=2400, cause="a test", now=NOW)
    lot = lot_until(jar, 40)

    assert propose() == Proposed(new=2, changed=0, withdrawn=0)
    assert propose(NOW + timedelta(hours=6)) == Proposed(0, 0, 0)

    found = Markdown.objects.order_by("currency").values_list(
        "lot", "currency", "was_cents", "lowest_cents", "proposed_cents", "free_units", "state"
    )
    assert list(found) == [
        (lot.pk, "EUR", 2090, 2090, 1590, 10, "PROPOSED"),
        (lot.pk, "USD", 2400, 2400, 1900, 10, "PROPOSED"),
    ]
    assert price_of(jar) == 2090  # nothing but a person changes it


def test_what_sells_by_itself_and_what_has_time_is_not_proposed(jar: Variant) -> None:
    lot_until(jar, 61)
    assert propose().new == 0
    lot = lot_until(jar, 40, units=60)
    with transaction.atomic():
        shares = stock.reserve({jar.pk: 40}, cause="an order", now=NOW)
        stock.ship(shares[jar.pk], cause="an order", now=NOW)
    assert Lot.objects.get(pk=lot.pk).on_hand == 20  # 40 in four weeks, and 40 days for the other 20
    assert propose().new == 0


@pytest.mark.parametrize("status", ["QUARANTINE", "BLOCKED", "RECALLED"])
def test_a_lot_that_is_not_for_sale_is_not_proposed_and_an_open_proposal_goes(
    jar: Variant, status: str
) -> None:
    lot = lot_until(jar, 40)
    propose()
    Lot.objects.filter(pk=lot.pk).update(status=status)
    assert propose() == Proposed(0, 0, 1)
    assert not Markdown.objects.exists()


def test_the_proposal_goes_deeper_as_the_day_comes_nearer(jar: Variant) -> None:
    lot_until(jar, 40)
    propose()
    assert propose(NOW + 10 * DAY) == Proposed(0, 1, 0)
    assert Markdown.objects.get().proposed_cents == 1390


def test_accepting_changes_the_price_the_history_and_the_page(jar: Variant) -> None:
    lot = lot_until(jar, 40, code="L-77")
    propose()
    curator = make_staff("curator")

    done = markdowns.accept_markdown(markdown_id=Markdown.objects.get().pk, by=curator, now=NOW)

    assert (done.state, done.decided_by, done.decided_at, done.lot) == ("ACCEPTED", curator, NOW, lot)
    assert price_of(jar) == 1590
    change = PriceChange.objects.latest("pk")
    assert (change.old_cents, change.new_cents, change.changed_by, change.cause) == (
        2090,
        1590,
        curator,
        "near expiry of lot L-77",
    )
    page = PublishedPage.objects.get(product=jar.product)
    assert page.price_from_cents == 1590
    with pytest.raises(MarkdownDecided):
        markdowns.accept_markdown(markdown_id=done.pk, by=curator, now=NOW)
    with pytest.raises(MarkdownDecided):
        markdowns.dismiss_markdown(markdown_id=done.pk, by=curator, now=NOW)


def test_a_price_that_moved_meanwhile_is_not_touched_and_the_proposal_is_made_anew(jar: Variant) -> None:
    lot_until(jar, 40)
    propose()
    old = Markdown.objects.get()
    set_price(jar, 2490)

    with pytest.raises(PriceMoved) as refused:
        markdowns.accept_markdown(markdown_id=old.pk, by=make_staff("curator"), now=NOW)

    assert (refused.value.seen_cents, refused.value.now_cents) == (2090, 2490)
    assert price_of(jar) == 2490
    again = Markdown.objects.get()
    assert (again.state, again.was_cents, again.lowest_cents, again.proposed_cents) == (
        "PROPOSED",
        2490,
        2090,  # what it cost an hour ago is a price of the last 30 days
        1990,
    )


def test_the_lowest_price_of_thirty_days_is_undercut_and_older_ones_are_forgotten(jar: Variant) -> None:
    set_price(jar, 1490, NOW - 31 * DAY)
    set_price(jar, 2090, NOW - 30 * DAY - timedelta(seconds=1))
    lot_until(jar, 40)
    propose()
    assert Markdown.objects.get().lowest_cents == 2090

    set_price(jar, 1490, NOW - 2 * DAY)
    set_price(jar, 2090, NOW - DAY)
    propose()
    found = Markdown.objects.get()
    assert (found.lowest_cents, found.proposed_cents) == (1490, 1390)


def test_a_lot_that_is_gone_meanwhile_lowers_no_price(jar: Variant) -> None:
    lot = lot_until(jar, 40)
    propose()
    Lot.objects.filter(pk=lot.pk).update(status="BLOCKED")
    with pytest.raises(MarkdownDecided):
        markdowns.accept_markdown(markdown_id=Markdown.objects.get().pk, by=make_staff("curator"), now=NOW)
    assert price_of(jar) == 2090
    assert not Markdown.objects.exists()


def test_a_dismissed_lot_rests_for_two_weeks(jar: Variant) -> None:
    lot_until(jar, 58)
    propose()
    curator = make_staff("curator")
    markdowns.dismiss_markdown(markdown_id=Markdown.objects.get().pk, by=curator, now=NOW)
    assert propose(NOW + 14 * DAY - timedelta(seconds=1)).new == 0
    assert propose(NOW + 14 * DAY).new == 1
    assert price_of(jar) == 2090


def test_markdowns_upon_markdowns_are_counted_from_the_full_price(jar: Variant) -> None:
    lot_until(jar, 40)
    curator = make_staff("curator")
    for days, proposed in ((0, 1590), (15, 1390), (30, 1090)):
        propose(NOW + days * DAY)
        found = Markdown.objects.get(state=State.PROPOSED)
        assert found.proposed_cents == proposed
        markdowns.accept_markdown(markdown_id=found.pk, by=curator, now=NOW + days * DAY)
    assert propose(NOW + 31 * DAY).new == 0  # half of it is gone: the floor


def test_when_the_lot_is_gone_the_price_is_offered_back_and_a_person_puts_it_back(jar: Variant) -> None:
    lot = lot_until(jar, 40, code="L-77")
    lot_until(jar, 400)
    curator = make_staff("curator")
    for days in (0, 15):
        propose(NOW + days * DAY)
        open_one = Markdown.objects.get(state=State.PROPOSED)
        markdowns.accept_markdown(markdown_id=open_one.pk, by=curator, now=NOW + days * DAY)
    later = NOW + 20 * DAY
    assert markdowns.find_to_put_back(now=later) == []
    with transaction.atomic():
        stock.write_off(lot_id=lot.pk, units=10, cause="too old", by=curator, now=later)

    (found,) = markdowns.find_to_put_back(now=later)

    assert (found.markdown.proposed_cents, found.full_cents) == (1390, 2090)
    assert price_of(jar) == 1390
    assert markdowns.put_back(markdown_id=found.markdown.pk, by=curator, now=later) is True
    assert price_of(jar) == 2090
    assert PriceChange.objects.latest("pk").cause == "lot L-77 is gone"
    assert markdowns.put_back(markdown_id=found.markdown.pk, by=curator, now=later) is False
    assert markdowns.find_to_put_back(now=later) == []


def test_another_lot_near_its_day_keeps_the_low_price(jar: Variant) -> None:
    first, second = lot_until(jar, 30), lot_until(jar, 45)
    propose()
    deepest = Markdown.objects.get(lot=first)
    markdowns.accept_markdown(markdown_id=deepest.pk, by=make_staff("curator"), now=NOW)
    Lot.objects.filter(pk=first.pk).update(status="BLOCKED")
    assert markdowns.find_to_put_back(now=NOW) == []
    Lot.objects.filter(pk=second.pk).update(sell_until_on=date(2035, 1, 1))
    assert len(markdowns.find_to_put_back(now=NOW)) == 1
