"""Counters can be made anew from the ledger: exactly those that strayed, and never against a promise."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from catalog.models import Lot, Movement
from orders import auditing
from tests.builders import NOW, make_lot, make_product
from tests.builders.markets import make_delivery, make_market
from tests.builders.orders import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot() -> Lot:
    make_market()
    make_delivery()
    lot = make_lot(make_product(sku="QC-50").variants.get(), units=8, code="L1")
    make_order({lot.variant: 3})
    return lot


def tamper(**counters: int) -> None:
    Lot.objects.filter(code="L1").update(**counters)


def rebuild(capsys: Any, *words: str) -> list[str]:
    call_command("rebuild_stock", *words)
    lines: list[str] = capsys.readouterr().out.splitlines()
    return lines


def counters() -> tuple[int, int]:
    lot = Lot.objects.get(code="L1")
    return lot.on_hand, lot.reserved


def test_strayed_counters_are_what_the_ledger_says_again(lot: Lot, capsys: Any) -> None:
    other = make_lot(lot.variant, units=5)
    tamper(on_hand=20, reserved=1)
    before = Movement.objects.count()
    line = f"lot {lot.pk} (L1): on_hand 20, reserved 1 → on_hand 8, reserved 3"
    assert rebuild(capsys, "--dry-run") == [line, "1 lots would be rebuilt, 0 refused"]
    assert counters() == (20, 1)
    assert rebuild(capsys) == [line, "1 lots were rebuilt, 0 refused"]
    assert counters() == (8, 3)
    assert Movement.objects.count() == before
    assert auditing.find_breaks(now=NOW).broken == {}
    other.refresh_from_db()
    assert (other.on_hand, other.reserved) == (5, 0)
    assert rebuild(capsys) == ["0 lots were rebuilt, 0 refused"]


def test_a_lot_whose_ledger_contradicts_the_orders_is_left_to_a_person(lot: Lot, capsys: Any) -> None:
    tamper(on_hand=20)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders_allocation SET units = 2")
    with pytest.raises(SystemExit):
        rebuild(capsys)
    said = capsys.readouterr().out.splitlines()
    why = "left as it is: its movements promise 3, the orders hold 2"
    assert said == [f"lot {lot.pk} (L1): on_hand 20, reserved 3 → {why}", "0 lots were rebuilt, 1 refused"]
    assert counters() == (20, 3)


def test_a_ledger_that_cannot_be_is_not_believed(lot: Lot, capsys: Any) -> None:
    Movement.objects.create(
        lot=lot, kind="COUNTED", on_hand_change=-6, reserved_change=0, at=NOW, cause="slip"
    )
    with pytest.raises(SystemExit):
        rebuild(capsys)
    assert "its movements themselves cannot be: on_hand 2, reserved 3" in capsys.readouterr().out
    assert counters() == (8, 3)
