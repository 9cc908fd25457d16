"""Alerts: nobody is written to without having asked and confirmed, and nobody twice."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from catalog.models import Lot, Variant
from orders import errands
from shop import alert_mail, alerts, shelf_watch
from shop.models import AlertMail, StockAlert
from tests.builders import NOW, make_lot, make_product
from tests.builders.waiting import make_alert
from tests.drain import drain
from tests.postbox import Postbox, open_postbox, text_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
State = StockAlert.State


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    with open_postbox(settings) as box:
        yield box


@pytest.fixture
def jar() -> Variant:
    return make_product("Quiet Cream", sku="QC-50").variants.get()


def ask(jar: Variant, email: str = "mara@customer.example", now: Any = NOW, market: str = "eu") -> None:
    alerts.ask_alert(sku=jar.sku, market=market, email=email, now=now)


def test_asking_owes_one_confirmation_and_nothing_else(jar: Variant, postbox: Postbox, settings: Any) -> None:
    ask(jar, "Mara@Customer.example")

    alert = StockAlert.objects.get()
    assert (alert.email, alert.state, alert.variant) == ("mara@customer.example", "ASKED", jar)
    drain(NOW)
    letter = postbox.only
    assert letter["To"] == "mara@customer.example"
    assert letter["Subject"] == "Shall we tell you about Quiet Cream?"
    assert f"/stock-alerts/{alert.token}/\n" in text_of(letter)
    end = f"<{settings.SHOP_URL}/stock-alerts/{alert.token}/end/>"
    assert letter["List-Unsubscribe"].strip() == end  # folded: the line is long
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("wrong", [{"sku": "NOTHING"}, {"market": "mars"}, {"market": "uk"}])
def test_what_is_not_sold_there_leaves_nothing_behind(jar: Variant, wrong: dict[str, str]) -> None:
    asked = {"sku": jar.sku, "market": "eu", "email": "mara@customer.example"} | wrong
    alerts.ask_alert(**asked, now=NOW)
    assert not StockAlert.objects.exists()


def test_asking_again_sends_no_second_mail_within_a_day_and_a_new_letter_after_it(
    jar: Variant, postbox: Postbox
) -> None:
    for hours in (0, 1, 23):
        ask(jar, now=NOW + timedelta(hours=hours))
        drain(NOW + timedelta(hours=hours))
    assert len(postbox.letters) == 1

    ask(jar, now=NOW + DAY)
    drain(NOW + DAY)

    first, second = postbox.message_ids
    assert first != second  # else a mail program would drop it as a copy
    assert StockAlert.objects.count() == AlertMail.objects.count() == 1


def test_asking_again_after_confirming_changes_nothing(jar: Variant, postbox: Postbox) -> None:
    alert = make_alert(jar)
    drain(NOW)
    ask(jar, now=NOW + 2 * DAY)
    drain(NOW + 2 * DAY)
    alert.refresh_from_db()
    assert (alert.state, alert.confirmed_at, alert.asked_at) == ("CONFIRMED", NOW, NOW)
    assert postbox.letters == []  # it was confirmed before the mail left: nothing is asked any more


def test_nobody_can_fill_a_strangers_mailbox(postbox: Postbox) -> None:
    for number in range(alerts.MOST_UNCONFIRMED + 3):
        ask(make_product(f"Jar {number}", sku=f"JAR-{number}").variants.get())
    drain(NOW)
    assert len(postbox.letters) == alerts.MOST_UNCONFIRMED


def test_confirming_twice_is_confirming_once_and_an_ended_one_stays_ended(jar: Variant) -> None:
    alert = make_alert(jar)
    assert alerts.confirm_alert(token=alert.token, now=NOW + DAY).confirmed_at == NOW
    alerts.end_alert(token=alert.token, now=NOW + DAY)
    assert alerts.confirm_alert(token=alert.token, now=NOW + 2 * DAY).state == "ENDED"
    assert alerts.end_alert(token=alert.token, now=NOW + 2 * DAY).ended_at == NOW + DAY


def test_a_token_that_nobody_has_is_refused(jar: Variant) -> None:
    for verb in (alerts.confirm_alert, alerts.end_alert):
        with pytest.raises(alerts.NoSuchAlert):
            verb(token="guess", now=NOW)


def test_whoever_confirmed_is_told_once_when_there_is_a_free_unit(jar: Variant, postbox: Postbox) -> None:
    alert = make_alert(jar)
    ask(jar, "unconfirmed@customer.example")
    assert shelf_watch.watch_shelves(now=NOW) == 0
    make_lot(jar, units=3)

    assert shelf_watch.watch_shelves(now=NOW + DAY) == 1
    assert shelf_watch.watch_shelves(now=NOW + DAY) == 0

    AlertMail.objects.filter(kind="CONFIRM").delete()
    drain(NOW + DAY)
    drain(NOW + 3 * DAY)
    letter = postbox.only
    assert (letter["To"], letter["Subject"]) == ("mara@customer.example", "Quiet Cream can be had again")
    assert "for €19.99" in text_of(letter)
    alert.refresh_from_db()
    assert (alert.state, alert.ended_at) == ("TOLD", NOW + DAY)


@pytest.mark.parametrize("status", ["QUARANTINE", "BLOCKED", "RECALLED"])
def test_units_that_nobody_may_buy_are_not_back(jar: Variant, status: str) -> None:
    make_alert(jar)
    make_lot(jar, units=3)
    Lot.objects.update(status=status)
    assert shelf_watch.watch_shelves(now=NOW) == 0
    assert StockAlert.objects.get().state == "CONFIRMED"


def test_a_retired_size_is_not_back(jar: Variant) -> None:
    make_alert(jar)
    make_lot(jar, units=3)
    Variant.objects.update(retired_at=NOW)
    assert shelf_watch.watch_shelves(now=NOW) == 0


def test_few_units_call_few_people_the_longest_waiting_first(
    jar: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf_watch, "TOLD_PER_UNIT", 2)
    monkeypatch.setattr(shelf_watch, "BATCH", 3)
    people = [f"p{number}@customer.example" for number in range(7)]
    for number, email in enumerate(people):
        make_alert(jar, email, now=NOW - timedelta(minutes=number))  # the last one waits longest
    make_lot(jar, units=2)

    assert shelf_watch.watch_shelves(now=NOW) == 4

    told = StockAlert.objects.filter(state=State.TOLD).values_list("email", flat=True)
    assert set(told) == set(people[-4:])
    assert shelf_watch.watch_shelves(now=NOW + timedelta(hours=23)) == 0
    assert shelf_watch.watch_shelves(now=NOW + DAY + timedelta(minutes=1)) == 3


def test_whoever_ends_it_before_the_mail_leaves_gets_none(jar: Variant, postbox: Postbox) -> None:
    alert = make_alert(jar)
    make_lot(jar)
    shelf_watch.watch_shelves(now=NOW)
    alerts.end_alert(token=alert.token, now=NOW)
    drain(NOW)
    assert postbox.letters == []
    assert not AlertMail.objects.filter(done_at=None).exists()


def test_a_lost_answer_means_a_second_copy_with_the_same_message_id(jar: Variant, postbox: Postbox) -> None:
    ask(jar)
    mail = AlertMail.objects.get()
    postbox.losing_answers = True
    assert alert_mail.deliver_alert_mail(pk=mail.pk, now=NOW) is False
    postbox.losing_answers = False
    assert alert_mail.deliver_alert_mail(pk=mail.pk, now=NOW + errands.FIRST_WAIT) is True
    first, second = postbox.message_ids
    assert first == second


def test_addresses_are_forgotten_in_time(jar: Variant) -> None:
    ask(jar, "never@customer.example")
    told = make_alert(jar, "told@customer.example")
    waits = make_alert(jar, "waits@customer.example", now=NOW + DAY)
    StockAlert.objects.filter(pk=told.pk).update(state=State.TOLD, ended_at=NOW)
    AlertMail.objects.filter(alert=told).update(last_error="550 told@customer.example is unknown")

    assert alerts.forget_alerts(now=NOW + 7 * DAY) == {"deleted": 0, "ended": 0, "blanked": 0}
    late = NOW + 30 * DAY + timedelta(seconds=1)
    assert alerts.forget_alerts(now=late) == {"deleted": 1, "ended": 0, "blanked": 1}

    told.refresh_from_db()
    assert (told.email, told.state) == ("", "TOLD")
    assert AlertMail.objects.get(alert=told).last_error == ""
    assert set(StockAlert.objects.values_list("pk", flat=True)) == {told.pk, waits.pk}
    with pytest.raises(alerts.NoSuchAlert):
        alerts.find_alert(told.token)
    assert alerts.forget_alerts(now=NOW + 367 * DAY) == {"deleted": 0, "ended": 1, "blanked": 0}


def test_many_may_be_forgotten_for_one_size(jar: Variant) -> None:
    for name in ("a", "b"):
        alert = make_alert(jar, f"{name}@customer.example")
        alerts.end_alert(token=alert.token, now=NOW)
    assert alerts.forget_alerts(now=NOW + 31 * DAY)["blanked"] == 2
