"""The stock desk: units come in by receiving, numbers are mended by counting, and the ledger knows why."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.utils import timezone

from catalog import stock
from catalog.models import Location, Lot, Movement, Variant
from tests.builders import make_lot, make_product
from tests.builders.staff import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def warehouse() -> Client:
    return sign_in("warehouse")


@pytest.fixture
def variant() -> Variant:
    return make_product(sku="QC-50").variants.get()


def receive(client: Client, variant: Variant, **changes: Any) -> Any:
    location, _ = Location.objects.get_or_create(code="BER", defaults={"name": "Berlin"})
    page = {"variant": variant.pk, "location": location.pk, "lot_code": "L-1", "units": 24}
    page |= {"expires_on": "2028-03-31", "cause": "note 4711"}
    return client.post("/admin/catalog/lot/add/", page | changes)


def count(client: Client, lot: Lot, counted: Any, cause: str = "yearly count") -> Any:
    page = {"counted": counted, "cause": cause, "movements-TOTAL_FORMS": 0, "movements-INITIAL_FORMS": 0}
    page |= {"decisions-TOTAL_FORMS": 0, "decisions-INITIAL_FORMS": 0}
    return client.post(f"/admin/catalog/lot/{lot.pk}/change/", page)


def ledger_of(lot: Lot) -> list[tuple[Any, ...]]:
    rows = lot.movements.order_by("pk")
    return list(rows.values_list("kind", "on_hand_change", "reserved_change", "cause", "actor__email"))


def test_received_units_stand_on_the_shelf_and_in_the_ledger(warehouse: Client, variant: Variant) -> None:
    answer = receive(warehouse, variant)

    assert answer.status_code == 302
    lot = Lot.objects.get()
    assert (lot.code, lot.on_hand, lot.reserved, lot.expires_on) == ("L-1", 24, 0, date(2028, 3, 31))
    assert ledger_of(lot) == [("RECEIVED", 24, 0, "note 4711", "warehouse@regimen.example")]


def test_a_second_delivery_of_a_lot_adds_and_the_same_note_counts_once(
    warehouse: Client, variant: Variant
) -> None:
    receive(warehouse, variant)
    receive(warehouse, variant)
    receive(warehouse, variant, units=6, cause="note 4712")

    assert Lot.objects.get().on_hand == 30


@pytest.mark.parametrize("units", [0, -3, "2.5", "many", 10**9, ""])
def test_units_that_cannot_be_are_refused(warehouse: Client, variant: Variant, units: Any) -> None:
    answer = receive(warehouse, variant, units=units)

    assert answer.status_code == 200
    assert list(answer.context["adminform"].errors) == ["units"]
    assert not Lot.objects.exists()


def test_a_count_sets_what_stands_there_and_says_who_and_why(warehouse: Client, variant: Variant) -> None:
    lot = make_lot(variant, units=10)

    assert count(warehouse, lot, 8, "two broken").status_code == 302

    lot.refresh_from_db()
    assert lot.on_hand == 8
    assert ledger_of(lot)[1:] == [("COUNTED", -2, 0, "two broken", "warehouse@regimen.example")]


def test_a_count_that_agrees_writes_nothing(warehouse: Client, variant: Variant) -> None:
    lot = make_lot(variant, units=10)

    count(warehouse, lot, 10)

    assert len(ledger_of(lot)) == 1


def test_promised_units_cannot_be_counted_away(warehouse: Client, variant: Variant) -> None:
    lot = make_lot(variant, units=10)
    with transaction.atomic():
        stock.reserve({variant.pk: 4}, cause="an order", now=timezone.now())

    answer = count(warehouse, lot, 3, "missing")

    words = str(answer.context["adminform"].errors)
    assert "4 units of this lot are promised to orders, so 3 cannot be all." in words
    assert answer.context["adminform"].form["cause"].value() == "missing", "what was typed in is still there"
    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved, len(ledger_of(lot))) == (10, 4, 2)


def test_nobody_types_a_counter(variant: Variant) -> None:
    owner, lot = sign_in("owner"), make_lot(variant, units=10)

    page = {"on_hand": 99, "reserved": 9, "code": "other", "counted": 10, "cause": "count"}
    owner.post(
        f"/admin/catalog/lot/{lot.pk}/change/",
        page | {"movements-TOTAL_FORMS": 0, "movements-INITIAL_FORMS": 0},
    )

    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved) == (10, 0)
    assert owner.post(f"/admin/catalog/lot/{lot.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_curator_neither_receives_nor_counts(variant: Variant) -> None:
    curator, lot = sign_in("curator"), make_lot(variant, units=10)

    assert receive(curator, variant).status_code == 403
    assert count(curator, lot, 3).status_code == 403
    assert Movement.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("expiry=over", ["old"]),
        ("expiry=90", ["soon"]),
        ("expiry=none", ["endless"]),
        ("stock=low", ["few"]),
        ("q=FEW-1", ["few"]),
    ],
)
def test_lots_are_found_by_expiry_and_by_how_little_is_left(
    warehouse: Client, query: str, codes: list[str]
) -> None:
    today = timezone.now().date()
    plenty, few = make_product(sku="MANY-1").variants.get(), make_product(sku="FEW-1").variants.get()
    make_lot(plenty, code="old", expires_on=date(2026, 1, 1))
    make_lot(plenty, code="soon", expires_on=date.fromordinal(today.toordinal() + 60))
    make_lot(plenty, code="endless", expires_on=None)
    make_lot(few, code="few", units=2)

    shown = warehouse.get(f"/admin/catalog/lot/?{query}").context["cl"].result_list

    assert [lot.code for lot in shown] == codes


def test_a_lot_is_received_into_quarantine_and_released_with_a_name_under_it(
    warehouse: Client, variant: Variant
) -> None:
    receive(warehouse, variant, other_codes="F.I.L. D20/1, ILN 77", pao_months=12, code_known="on")
    lot = Lot.objects.get()
    assert (lot.status, lot.other_codes) == ("QUARANTINE", ["F.I.L. D20/1", "ILN 77"])
    assert lot.sell_until_on == date(2027, 10, 3)
    page = warehouse.get(f"/admin/catalog/lot/{lot.pk}/change/").content.decode()
    assert "In quarantine" in page
    assert f"/admin/catalog/lot/{lot.pk}/release/" in page
    asked = warehouse.get(f"/admin/catalog/lot/{lot.pk}/release/").content.decode()
    assert "Aqua, Glycerin, Niacinamide" in asked  # the list to hold the pack beside
    checks = ["code_readable", "label_matches", "life_enough"]
    half = warehouse.post(f"/admin/catalog/lot/{lot.pk}/release/", {"checks": checks[:2]})
    assert half.status_code == 422
    assert "All three must have been looked at" in half.content.decode()
    done = warehouse.post(f"/admin/catalog/lot/{lot.pk}/release/", {"checks": checks, "note": "two packs"})
    assert done.status_code == 302
    lot.refresh_from_db()
    decision = lot.decisions.get()
    assert (lot.status, decision.kind, decision.note) == ("RELEASED", "RELEASED", "two packs")
    assert decision.actor.email == "warehouse@regimen.example"  # type: ignore[union-attr]


def test_only_a_released_and_fresh_lot_has_free_units(variant: Variant) -> None:
    lot = make_lot(variant, units=9)
    desk = admin.site.get_model_admin(Lot)
    lot.reserved = 2
    assert desk.free(lot) == 7
    lot.sell_until_on = timezone.now().date() - timedelta(days=1)
    assert desk.free(lot) == 0
    lot.sell_until_on, lot.status = None, Lot.Status.QUARANTINE
    assert desk.free(lot) == 0


@pytest.mark.parametrize(
    ("page", "typed", "status", "units"),
    [
        ("block", {"note": "a torn seal"}, "BLOCKED", 10),
        ("quarantine", {"note": "look again"}, "QUARANTINE", 10),
        ("write_off", {"units": 4, "cause": "broken"}, "RELEASED", 6),
        ("write_off", {"units": 11, "cause": "broken"}, None, 10),
        ("write_off", {"units": 0, "cause": "broken"}, None, 10),
        ("block", {"note": ""}, None, 10),
    ],
)
def test_each_decision_is_a_page_and_a_reason(
    warehouse: Client, variant: Variant, page: str, typed: dict[str, Any], status: str | None, units: int
) -> None:
    lot = make_lot(variant, units=10)
    answer = warehouse.post(f"/admin/catalog/lot/{lot.pk}/{page}/", typed)
    assert answer.status_code == (302 if status else 422)
    lot.refresh_from_db()
    assert (lot.status, lot.on_hand) == (status or "RELEASED", units)


def test_units_are_carried_to_another_place(warehouse: Client, variant: Variant) -> None:
    lot = make_lot(variant, units=10, location="BER")
    hamburg = Location.objects.create(code="HAM", name="Hamburg")
    typed = {"to": hamburg.pk, "units": 4, "cause": "tour 7"}
    assert warehouse.post(f"/admin/catalog/lot/{lot.pk}/move/", typed).status_code == 302
    there = Lot.objects.get(location=hamburg)
    assert (there.on_hand, there.status, there.code) == (4, "QUARANTINE", lot.code)
    to_itself = typed | {"to": lot.location_id}
    assert warehouse.post(f"/admin/catalog/lot/{lot.pk}/move/", to_itself).status_code == 422


def test_curators_look_at_no_lot_and_support_decides_nothing(variant: Variant) -> None:
    lot = make_lot(variant)
    for role in ("curator", "support"):
        answer = sign_in(role).post(f"/admin/catalog/lot/{lot.pk}/block/", {"note": "x"})
        assert answer.status_code == 403
    assert Lot.objects.get().status == "RELEASED"
