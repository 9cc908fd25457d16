"""Lots: for sale only after their checks, and every decision has a name under it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from catalog import categories, lots, publishing, shelf_life, stock
from catalog.models import Lot, LotDecision, Variant
from shop.models import User
from tests.builders import LONG_AGO, NOW, make_lot, make_product

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def variant(db: None) -> Variant:
    return make_product(sku="QC-50", category="Sun > Sun milks").variants.get()


def test_a_released_lot_carries_its_checks_and_the_list_that_it_was_compared_with(variant: Variant) -> None:
    ada = User.objects.create_user("ada@regimen.example")
    lot = make_lot(variant, released=False)
    [released] = lots.release_lots(lot_ids=[lot.pk], checks=lots.CHECKS, note="Two packs", by=ada, now=NOW)
    assert released.status == "RELEASED"
    lot.refresh_from_db()
    assert (lot.status, lot.formula) == ("RELEASED", variant.product.current_formula)
    decision = LotDecision.objects.get()
    assert (decision.kind, decision.note, decision.actor, decision.at) == ("RELEASED", "Two packs", ada, NOW)
    assert decision.checks == sorted(["code_readable", "label_matches", "life_enough"])
    lots.release_lots(lot_ids=[lot.pk], checks=lots.CHECKS, by=ada, now=NOW)
    assert LotDecision.objects.count() == 1  # it was released already


@pytest.mark.parametrize(
    ("facts", "checks", "why"),
    [
        ({}, lots.CHECKS[:2], "All three checks must have been made."),
        ({"expires_on": TODAY}, lots.CHECKS, f"It expired on {TODAY}."),
    ],
)
def test_what_is_not_fit_is_not_released(
    variant: Variant, facts: dict[str, Any], checks: tuple[str, ...], why: str
) -> None:
    good, bad = make_lot(variant, released=False), make_lot(variant, released=False, **facts)
    with pytest.raises(lots.NotFit) as refused, transaction.atomic():
        lots.release_lots(lot_ids=[good.pk, bad.pk], checks=checks, now=NOW)
    assert refused.value.why[bad.pk] == why
    assert set(Lot.objects.values_list("status", flat=True)) == {"QUARANTINE"}
    assert not LotDecision.objects.exists()


def test_a_recalled_lot_stays_recalled(variant: Variant) -> None:
    lot = make_lot(variant)
    assert [one.pk for one in lots.recall_lots(lot_ids=[lot.pk], note="recall", now=NOW)] == [lot.pk]
    assert lots.recall_lots(lot_ids=[lot.pk], note="recall", now=NOW) == []
    assert lots.block_lots(lot_ids=[lot.pk], note="x", now=NOW) == []
    assert lots.quarantine_lots(lot_ids=[lot.pk], note="x", now=NOW) == []
    with pytest.raises(lots.NotFit, match="recalled"):
        lots.release_lots(lot_ids=[lot.pk], checks=lots.CHECKS, now=NOW)
    assert Lot.objects.get().status == "RECALLED"
    assert list(LotDecision.objects.order_by("id").values_list("kind", flat=True)) == ["RELEASED", "RECALLED"]


def test_a_blocked_lot_can_be_released_again(variant: Variant) -> None:
    lot = make_lot(variant, units=3)
    lots.block_lots(lot_ids=[lot.pk], note="a torn seal", now=NOW)
    assert stock.free_units([variant.pk], on=TODAY) == {}
    lots.release_lots(lot_ids=[lot.pk], checks=lots.CHECKS, note="looked at again", now=NOW)
    assert stock.free_units([variant.pk], on=TODAY) == {variant.pk: 3}


def test_a_lot_is_found_by_any_of_its_codes_however_they_are_typed(variant: Variant) -> None:
    known = make_lot(variant, code="23 09328", other_codes=("F.I.L. D20/1",))
    unknown = make_lot(variant, code="OLD-STOCK", code_known=False)
    make_lot(make_product().variants.get(), code="2309328")
    find = [variant.product_id]
    assert lots.find_by_codes(find, ["2309328"]) == [known]
    assert lots.find_by_codes(find, ["fil d20 1"]) == [known]
    assert lots.find_by_codes(find, ["OLD-STOCK"]) == []  # our word for it, nothing that is printed
    assert lots.codes_of(unknown) == []


@pytest.mark.parametrize(
    ("shelf", "parent", "last_day"),
    [
        (None, None, date(2027, 12, 3)),  # 180 days
        (None, 90, date(2028, 3, 2)),
        (30, 90, date(2028, 5, 1)),
        (0, None, date(2028, 5, 31)),
    ],
)
def test_the_nearest_shelf_says_how_much_life_a_customer_must_find(
    variant: Variant, shelf: int | None, parent: int | None, last_day: date
) -> None:
    lot = make_lot(variant, expires_on=date(2028, 5, 31))
    category = variant.product.category
    category.min_life_days, category.parent.min_life_days = shelf, parent  # type: ignore[union-attr]
    category.save()
    category.parent.save()  # type: ignore[union-attr]
    publishing.publish_products(product_ids=[variant.product_id], now=NOW)
    lot.refresh_from_db()
    assert lot.sell_until_on == last_day
    assert shelf_life.date_lots([variant.product_id]) == 0  # nothing more to change


def test_a_product_that_moves_to_another_shelf_takes_its_lots_along(variant: Variant) -> None:
    lot = make_lot(variant, expires_on=date(2028, 5, 31))
    lips = categories.place_category(["Lips"])
    lips.min_life_days = 365
    lips.save()
    variant.product.category = lips
    variant.product.save()
    publishing.publish_products(product_ids=[variant.product_id], now=NOW)
    lot.refresh_from_db()
    assert lot.sell_until_on == date(2027, 6, 1)


def test_a_pack_without_a_date_lasts_thirty_months_and_a_brush_for_ever(variant: Variant) -> None:
    jar = make_lot(variant, expires_on=None, pao_months=12, now=LONG_AGO)
    made = make_lot(variant, expires_on=None, pao_months=12, made_on=date(2026, 10, 1))
    brush = make_lot(variant, expires_on=None)
    assert jar.sell_until_on == date(2027, 7, 7) - timedelta(days=180)
    assert made.sell_until_on == date(2029, 4, 1) - timedelta(days=180)
    assert brush.sell_until_on is None
