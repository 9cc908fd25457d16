"""Delivery notes: units on shelves, once, whatever the day."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog import receiving, stock
from catalog.importing.lists import BadList
from catalog.models import Location, Lot, Movement, Variant
from catalog.receiving import Received
from tests.builders import NOW, make_product
from tests.catalog import ledger

pytestmark = pytest.mark.django_db
HEADER = "sku,location,lot,expires_on,units\n"


@pytest.fixture(autouse=True)
def _two_sizes() -> None:
    make_product(sku="OAT-150")
    make_product(sku="FERN-30")


def receive(*lines: str, name: str = "note.csv", days_later: int = 0) -> Received:
    content = (HEADER + "\n".join(lines)).encode()
    return receiving.receive_lots(content=content, name=name, now=NOW + timedelta(days=days_later))


def test_a_note_puts_units_on_shelves_and_writes_down_why() -> None:
    brought = receive("OAT-150,BER,A-1,2027-06-30,57", "OAT-150,ROT,A-1,,3", "FERN-30,BER,B-1,-3d,5")
    assert (brought.lots, brought.units, brought.refused) == (3, 65, [])
    lots = Lot.objects.order_by("id").values_list(
        "variant__sku", "location__code", "code", "expires_on", "on_hand"
    )
    assert list(lots) == [
        ("OAT-150", "BER", "A-1", date(2027, 6, 30), 57),
        ("OAT-150", "ROT", "A-1", None, 3),
        ("FERN-30", "BER", "B-1", NOW.date() - timedelta(days=3), 5),
    ]
    moved = Movement.objects.order_by("id").values_list("kind", "on_hand_change", "reserved_change", "cause")
    assert list(moved) == [
        ("RECEIVED", 57, 0, "receipt note.csv OAT-150/A-1"),
        ("RECEIVED", 3, 0, "receipt note.csv OAT-150/A-1"),
        ("RECEIVED", 5, 0, "receipt note.csv FERN-30/B-1"),
    ]
    assert sorted(Location.objects.values_list("code", flat=True)) == ["BER", "ROT"]


def test_the_same_note_on_another_day_brings_nothing_even_with_relative_days() -> None:
    lines = ["OAT-150,BER,A-1,+540d,57", "FERN-30,BER,B-1,2027-01-01,5"]
    receive(*lines)
    before = ledger.read_all()
    again = receive(*lines, days_later=9)
    assert (again.lots, again.units, again.again, again.refused) == (0, 0, 2, [])
    assert ledger.read_all() == before


def test_another_note_for_the_same_lot_adds_to_it() -> None:
    receive("OAT-150,BER,A-1,+540d,57")
    assert receive("OAT-150,BER,A-1,+540d,3", name="second.csv", days_later=2).lots == 1
    lot = Lot.objects.get()
    assert (lot.on_hand, lot.expires_on) == (60, NOW.date() + timedelta(days=540))


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("NONE,BER,A,,5", "sku", "is unknown"),
        ("OAT 150,BER,A,,5", "sku", "is no code: up to 64 letters, digits, hyphens"),
        ("OAT-150,,A,,5", "location", "is no code: up to 12 letters, digits, hyphens"),
        ("OAT-150,BER,,,5", "lot", "is no code: up to 40 letters, digits, hyphens"),
        (
            "OAT-150,BER,A,soon,5",
            "expires_on",
            "is neither a date such as 2027-06-30 nor days from now such as +540d",
        ),
        ("OAT-150,BER,A,,0", "units", "is no whole number between 1 and 1,000,000"),
        ("OAT-150,BER,A,,-5", "units", "is no whole number between 1 and 1,000,000"),
        ("OAT-150,BER,A,,1.5", "units", "is no whole number between 1 and 1,000,000"),
        ("OAT-150,BER,A,,99999999999", "units", "is no whole number between 1 and 1,000,000"),
        ("OAT-150,BER,A,=1,5", "expires_on", "begins with =: a formula, not a value"),
        ("OAT-150,BER,A,5", "", "has 4 cells, the header has 5"),
    ],
)
def test_a_bad_line_is_refused_and_the_good_one_is_kept(line: str, column: str, reason: str) -> None:
    brought = receive(line, "FERN-30,BER,B-1,,5")
    assert [(bad.line, bad.column, bad.reason) for bad in brought.refused] == [(2, column, reason)]
    assert (brought.lots, Lot.objects.get().code) == (1, "B-1")


def test_a_lot_that_stands_twice_in_a_note_is_received_once() -> None:
    brought = receive("OAT-150,BER,A-1,,5", "OAT-150,BER,A-1,,7")
    assert [(bad.line, bad.reason) for bad in brought.refused] == [(3, "stands on line 2 already")]
    assert Lot.objects.get().on_hand == 5


def test_a_note_that_says_something_else_the_second_time_is_refused() -> None:
    receive("OAT-150,BER,A-1,2027-06-30,57")
    before = ledger.read_all()
    units = receive("OAT-150,BER,A-1,2027-06-30,75")
    day = receive("OAT-150,BER,A-1,2028-06-30,57", name="second.csv")
    assert [bad.reason for bad in units.refused + day.refused] == [
        "contradicts this note, which brought 57 before: count the lot",
        "contradicts the lot, which expires on 2027-06-30",
    ]
    assert ledger.read_all() == before


def test_the_stock_itself_counts_one_cause_once() -> None:
    place = Location.objects.create(code="BER", name="Berlin")
    for _ in range(2):
        lot = stock.receive(
            variant=Variant.objects.get(sku="OAT-150"),
            location=place,
            lot_code="A-1",
            units=5,
            expires_on=None,
            cause="note 7",
            now=NOW,
        )
    assert (lot.on_hand, Movement.objects.count()) == (5, 1)


def test_a_long_name_of_a_note_still_counts_once() -> None:
    for _ in range(2):
        receive("OAT-150,BER,A-1,,5", name="n" * 100)
    assert (Lot.objects.get().on_hand, len(Movement.objects.get().cause) <= 80) == (5, True)


@pytest.mark.parametrize(
    "content", [b"", b"sku,lot\nA,B\n", HEADER.encode(), HEADER.replace("units", "pieces").encode()]
)
def test_a_file_that_is_no_delivery_note_is_refused_whole(content: bytes) -> None:
    with pytest.raises(BadList):
        receiving.receive_lots(content=content, name="note.csv", now=NOW)


def test_the_command_counts_and_ends_with_1_when_nothing_was_good(tmp_path: Path) -> None:
    said, note = StringIO(), tmp_path / "note.csv"
    note.write_text(HEADER + "OAT-150,BER,A-1,+9d,57\nNONE,BER,A,,5\n")
    call_command("receive_lots", str(note), stdout=said)
    assert said.getvalue() == "line 3, sku: “NONE” is unknown\n1 lots, 57 units; 0 known, 1 refused\n"
    note.write_text(HEADER + "NONE,BER,A,,5\n")
    with pytest.raises(SystemExit) as ended:
        call_command("receive_lots", str(note), stdout=said)
    assert ended.value.code == 1
    (tmp_path / "empty.csv").touch()
    for file in ("none.csv", ".", "empty.csv"):
        with pytest.raises(CommandError) as unreadable:
            call_command("receive_lots", str(tmp_path / file), stdout=said)
        assert unreadable.value.returncode == 2
