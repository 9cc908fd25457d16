"""Every rule of the audit, broken by somebody with a key to the database: it names exactly that."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from catalog import lots, stock
from catalog.models import Location, Lot
from orders import auditing, dispatch, lifecycle, returns
from orders.auditing import Finding, Findings
from orders.models import Order, StockAudit
from payments import auditing as with_money
from payments.models import PaymentAttempt
from tests.builders import NOW, make_lot, make_product
from tests.builders.markets import make_delivery, make_market
from tests.builders.orders import make_order, pay_order
from tests.payments.facts import begin

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def no_guard() -> Iterator[None]:
    """Triggers and foreign keys look away, and the constraints on counters are gone, until the rollback."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET LOCAL session_replication_role = replica")
    sql("ALTER TABLE catalog_lot DROP CONSTRAINT lot_never_oversold")
    sql("ALTER TABLE catalog_movement DROP CONSTRAINT movement_goes_its_way")
    yield
    sql("SET LOCAL session_replication_role = origin")


def find(**asked: Any) -> Findings:
    return auditing.find_breaks(now=LATER, **asked)


def only(*findings: tuple[str, str, str]) -> list[Finding]:
    return [Finding(*one) for one in findings]


def make_shelf() -> Lot:
    make_market()
    make_delivery()
    return make_lot(make_product(sku="QC-50").variants.get(), units=8, code="L1", now=NOW)


def called(lot: Lot) -> str:
    return f"lot {lot.pk} (QC-50/L1)"


def make_paid(lot: Lot, units: int = 2) -> Order:
    order = make_order({lot.variant: units})
    pay_order(order)
    return order


def send(order: Order, *, now: Any = NOW) -> Order:
    return dispatch.dispatch_order(
        order_id=order.pk, carrier="DHL", tracking_code="1Z", tracking_url="", now=now
    )


def test_a_busy_shop_is_clean() -> None:
    lot = make_shelf()
    other, _ = Location.objects.get_or_create(code="HAM", defaults={"name": "Hamburg"})
    with transaction.atomic():
        stock.count_lot(lot_id=lot.pk, counted=9, cause="count", now=NOW)
        stock.write_off(lot_id=lot.pk, units=1, cause="broken", now=NOW)
        twin = stock.move_units(lot_id=lot.pk, to=other, units=2, cause="carried", now=NOW)
        lots.release_lots(lot_ids=[twin.pk], checks=lots.CHECKS, now=NOW)
    make_order({lot.variant: 1})
    lifecycle.lapse_order(make_order({lot.variant: 3}).pk, now=NOW)
    lifecycle.cancel_order(make_paid(lot, 1).pk, now=NOW)
    send(make_paid(lot, 4))
    make_paid(lot)
    assert find() == Findings([], {})


def test_an_empty_shop_is_clean() -> None:
    assert find() == Findings([], {})


def test_s1_a_counter_that_its_movements_do_not_explain(no_guard: None) -> None:
    lot = make_shelf()
    sql("UPDATE catalog_lot SET on_hand = 7 WHERE id = %s", lot.pk)
    assert find().told == only(("S1", called(lot), "on_hand 7, its movements say 8"))
    sql("UPDATE catalog_lot SET on_hand = 8 WHERE id = %s", lot.pk)
    sql("DELETE FROM catalog_movement WHERE lot_id = %s", lot.pk)
    assert find().told == only(("S1", called(lot), "on_hand 8, its movements say 0"))


def test_s1_and_s3_a_promise_that_nothing_explains(no_guard: None) -> None:
    lot = make_shelf()
    sql("UPDATE catalog_lot SET reserved = 2 WHERE id = %s", lot.pk)
    assert find() == Findings(
        only(
            ("S1", called(lot), "reserved 2, its movements say 0"),
            ("S3", called(lot), "reserved 2, the promises of orders are 0"),
        ),
        {"S1": 1, "S3": 1},
    )


def test_s2_more_promised_than_there(no_guard: None) -> None:
    lot = make_shelf()
    make_paid(lot, 3)
    sql("UPDATE catalog_lot SET on_hand = 2 WHERE id = %s", lot.pk)
    assert only(("S2", called(lot), "reserved 3 of on_hand 2"))[0] in find().told
    assert find().broken == {"S1": 1, "S2": 1}


def test_s3_an_allocation_that_was_lost(no_guard: None) -> None:
    lot = make_shelf()
    order = make_paid(lot)
    sql("DELETE FROM orders_allocation")
    assert {(one.row, one.words) for one in find().told} == {
        (called(lot), "reserved 2, the promises of orders are 0"),
        (f"order {order.reference}", f"promises it 0 of lot {lot.pk}, its movements say 2"),
        (f"order {order.reference}", "QC-50: of 2 units 0 are promised and 0 sent"),
    }
    assert find().broken == {"S3": 3}


def test_s3_a_closed_order_that_still_holds_goods(no_guard: None) -> None:
    lot = make_shelf()
    order = make_paid(lot)
    sql("UPDATE orders_order SET status = 'CANCELLED', closed_at = %s", NOW)
    assert find().told == only(
        ("S3", f"order {order.reference}", f"CANCELLED, and still holds 2 of lot {lot.pk}")
    )


def test_s3_a_promise_of_another_size(no_guard: None) -> None:
    lot = make_shelf()
    order = make_paid(lot)
    other = make_product(sku="OTHER").variants.get()
    sql("UPDATE catalog_lot SET variant_id = %s", other.pk)
    assert find().told == only(
        ("S3", f"order {order.reference}", f"2 stands for its QC-50, and is lot {lot.pk} of another size")
    )


def test_s4_an_unpaid_order_that_nobody_asks_about() -> None:
    order = make_order({make_shelf().variant: 2})
    late = order.pay_before + auditing.GRACE
    assert auditing.find_breaks(now=late).told == []
    late += timedelta(seconds=1)
    since = order.pay_before.strftime("%Y-%m-%d %H:%M UTC")
    words = f"holds 2 units, unpaid, since {since}"
    assert auditing.find_breaks(now=late).told == only(("S4", f"order {order.reference}", words))
    assert auditing.find_breaks(now=late, asked=[order.pk]).told == []


def test_s4_an_order_of_which_stripe_is_still_asked_may_hold_its_goods() -> None:
    order = make_order({make_shelf().variant: 2})
    attempt = begin(order)
    late = order.pay_before + timedelta(hours=1)

    def asked() -> list[int]:
        return list(with_money.orders_in_question(now=late))

    PaymentAttempt.objects.filter(pk=attempt.pk).update(due_at=late)
    assert asked() == [order.pk]
    PaymentAttempt.objects.filter(pk=attempt.pk).update(due_at=late - with_money.OVERDUE - timedelta(1))
    assert asked() == []  # nobody has looked for too long
    PaymentAttempt.objects.filter(pk=attempt.pk).update(due_at=None)
    assert asked() == []  # parked: given up on
    PaymentAttempt.objects.filter(pk=attempt.pk).update(state="NEEDS_REVIEW", done_at=NOW)
    assert asked() == [order.pk]  # money came that a person must look at
    PaymentAttempt.objects.filter(pk=attempt.pk).update(state="EXPIRED")
    assert asked() == []


def test_s5_a_parcel_that_the_ledger_does_not_know(no_guard: None) -> None:
    lot = make_shelf()
    order = send(make_paid(lot))
    sql("UPDATE orders_shipmentline SET units = 1")
    assert {(one.rule, one.row, one.words) for one in find().told} == {
        ("S5", f"order {order.reference}", f"parcels with 1 of lot {lot.pk}, its movements say 2"),
        ("S5", f"order {order.reference}", "QC-50: shipped_units 2, its parcels hold 1"),
    }


def test_s5_a_return_that_nobody_wrote_down(no_guard: None) -> None:
    lot = make_shelf()
    send(make_paid(lot))
    sql("UPDATE orders_shipmentline SET returned_units = 1")
    [one] = find().told
    assert (one.rule, one.words) == ("S5", "returned_units 1, its returns say 0")
    sql("UPDATE orders_shipmentline SET returned_units = 0")
    with transaction.atomic():
        twin = stock.take_back(lot_id=lot.pk, units=1, destroy=False, cause="R", now=NOW)
    words = f"lot {twin.pk}: its movements say 1 came back and 0 were destroyed, its lines 0 and 0"
    assert find().told == only(("S5", "return R", words))


def test_s5_a_jar_that_was_said_to_be_destroyed(no_guard: None) -> None:
    lot = make_shelf()
    order = send(make_paid(lot))
    sent = order.shipments.get().lines.get()
    with transaction.atomic():
        back = returns.record_return(
            order_id=order.pk,
            lines=[returns.Returned(sent.pk, 1, "SEALED"), returns.Returned(sent.pk, 1, "OPENED")],
            note="",
            refund_note="A gift",
            now=NOW,
        )
    assert find().told == []
    sql("UPDATE orders_returnline SET fate = 'DESTROYED'")
    twin = back.lines.all()[0].lot
    words = f"lot {twin.pk}: its movements say 2 came back and 1 were destroyed, its lines 2 and 2"
    assert find().told == only(("S5", f"return {order.reference} return {back.reference}", words))


def test_s6_a_unit_that_left_while_its_lot_was_blocked(no_guard: None) -> None:
    lot = make_shelf()
    order = send(make_paid(lot), now=NOW + timedelta(hours=2))
    with transaction.atomic():
        lots.block_lots(lot_ids=[lot.pk], note="A smell", now=NOW + timedelta(hours=2, seconds=-59))
    assert find().told == []  # two clerks at once: who was first is not known that well
    with transaction.atomic():
        lots.release_lots(lot_ids=[lot.pk], checks=lots.CHECKS, now=NOW + timedelta(hours=2, seconds=30))
        lots.block_lots(lot_ids=[lot.pk], note="A smell", now=NOW + timedelta(hours=3))
    sql("UPDATE catalog_lotdecision SET at = %s WHERE kind = 'RELEASED'", NOW + timedelta(hours=4))
    sent_on = NOW.date().isoformat()
    words = f"2 of lot {lot.pk} were sent on {sent_on}, when it was not released"
    assert find().told == only(("S6", f"order {order.reference}", words))


def test_s6_a_unit_that_left_after_its_date(no_guard: None) -> None:
    lot = make_shelf()
    order = send(make_paid(lot))
    sql("UPDATE catalog_lot SET expires_on = %s", NOW.date())
    day = NOW.date().isoformat()
    words = f"2 of lot {lot.pk} were sent on {day}, and had expired on {day}"
    assert find().told == only(("S6", f"order {order.reference}", words))
    sql("UPDATE catalog_lot SET expires_on = %s", date.fromordinal(NOW.date().toordinal() + 1))
    assert find().told == []


def test_s7_and_s8_a_history_that_cannot_have_been(no_guard: None) -> None:
    lot = make_shelf()
    moves = "INSERT INTO catalog_movement (lot_id, kind, on_hand_change, reserved_change, at, cause) VALUES "
    sql(moves + "(%s, 'COUNTED', -9, 0, %s, 'x')", lot.pk, NOW)
    sql(moves + "(%s, 'COUNTED', 9, 0, %s, 'x')", lot.pk, NOW)
    [one] = find().told
    assert (one.rule, one.row) == ("S7", called(lot))
    assert one.words.startswith("after movement ")
    assert one.words.endswith("on_hand -1, reserved 0")
    sql(moves + "(%s, 'SHIPPED', -20, 0, %s, 'x')", lot.pk, NOW)
    assert only(("S8", called(lot), "20 units were shipped, 17 ever came"))[0] in find().told


def test_many_findings_are_counted_and_the_first_are_told(no_guard: None, monkeypatch: Any) -> None:
    lot = make_shelf()
    for number in range(4):
        make_lot(lot.variant, units=5, code=f"M{number}")
    sql("UPDATE catalog_lot SET on_hand = on_hand + 1")
    monkeypatch.setattr(auditing, "SHOWN", 2)
    found = find()
    assert found.broken == {"S1": 5}
    assert [one.row for one in found.told] == [called(lot), f"lot {lot.pk + 1} (QC-50/M0)"]


def test_old_answers_are_thrown_away_and_the_newest_is_found() -> None:
    assert auditing.newest() is None
    for days in (0, 90, 91):
        StockAudit.objects.create(at=NOW - timedelta(days=days), took_ms=1, is_clean=True)
    assert auditing.forget_audits(now=NOW) == 1
    newest = auditing.newest()
    assert newest is not None
    assert newest.at == NOW
    assert StockAudit.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_answer_is_kept_and_the_command_says_it(capsys: pytest.CaptureFixture[str]) -> None:
    lot = make_shelf()
    call_command("audit", "stock")
    assert capsys.readouterr().out.startswith("clean, in ")
    sql("UPDATE catalog_lot SET on_hand = 7 WHERE id = %s", lot.pk)
    with pytest.raises(SystemExit) as ended:
        call_command("audit", "stock")
    assert ended.value.code == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first == f"S1  {called(lot)}: on_hand 7, its movements say 8"
    assert last.startswith("broken: S1 1, in ")
    with pytest.raises(SystemExit):
        call_command("audit", "stock", "--json")
    told = json.loads(capsys.readouterr().out)
    words = {"rule": "S1", "row": called(lot), "words": "on_hand 7, its movements say 8"}
    assert (told["is_clean"], told["broken"], told["findings"]) == (False, {"S1": 1}, [words])
    kept = StockAudit.objects.order_by("pk").values_list("is_clean", "broken", "findings")
    assert list(kept) == [(True, {}, []), (False, {"S1": 1}, [words]), (False, {"S1": 1}, [words])]


@pytest.mark.django_db(transaction=True)
def test_all_rules_look_at_one_picture_and_wait_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two of its statements an order is placed and committed: no rule sees half of it."""
    lot = make_shelf()
    held = connections["default"].copy()  # somebody else holds the lot, and keeps it
    ask, seen, pictured = auditing._ask, [], []

    def sell_first(rules: str, values: Any) -> Any:
        seen.append(ask(rules, values))
        if len(seen) == 1:
            Thread(target=sell).start()
            sold.wait(10)
            pictured.append(Order.objects.count())
        return seen[-1]

    sold = Event()

    def sell() -> None:
        try:
            make_paid(lot)
        finally:
            connections["default"].close()
            sold.set()

    monkeypatch.setattr(auditing, "_ask", sell_first)
    with held.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM orders_order FOR UPDATE")
        audit = auditing.audit_stock(now=LATER)
        cursor.execute("ROLLBACK")
    held.close()
    assert sold.is_set()
    assert pictured == [0]  # and the sale is not in it
    assert Order.objects.get().status == "PAID"
    assert (audit.is_clean, audit.findings) == (True, [])


@pytest.mark.django_db(transaction=True)
def test_the_audit_knows_for_whom_money_may_still_come() -> None:
    order = make_order({make_shelf().variant: 2})
    attempt = begin(order)
    late = order.pay_before + timedelta(hours=1)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(due_at=late)
    assert with_money.audit_stock(now=late).is_clean
    PaymentAttempt.objects.filter(pk=attempt.pk).update(due_at=None)
    assert with_money.audit_stock(now=late).broken == {"S4": 1}
