"""Why a count is not believed; whatever the reason, the books stay as they were and the others are taken."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from catalog import counting, stock
from catalog.counts import Count
from catalog.models import Lot, Movement, Variant
from tests.builders import LONG_AGO, NOW, make_lot, make_product
from tests.builders.counts import count, say, take
from tests.catalog.ledger import read_all

pytestmark = pytest.mark.django_db
EARLIER = NOW - timedelta(minutes=30)


@pytest.fixture
def variant(db: None) -> Variant:
    variant = make_product(sku="QC-50").variants.get()
    make_lot(variant, units=10, code="L1")
    with transaction.atomic():
        stock.reserve({variant.pk: 3}, cause="ORDER", now=LONG_AGO)
    return variant


REFUSALS: dict[str, tuple[Count, str, str]] = {
    "unknown-sku": (count(1, sku="NOTHING"), "unknown-sku", "We have no SKU NOTHING."),
    "unknown-location": (count(1, location="MARS"), "unknown-location", "We have no place MARS."),
    "unknown-lot": (
        count(1, lot="L9"),
        "unknown-lot",
        "There is no lot L9 of QC-50 at BER: receive it before you count it.",
    ),
    "promised": (
        count(2),
        "promised",
        "3 units are promised to orders, and only 2 would be left.",
    ),
    "not-as-expected": (
        count(9, expected=12),
        "not-as-expected",
        "At that moment our books said 10, not 12.",
    ),
    "in-the-future": (
        count(9, at=NOW + timedelta(seconds=61)),
        "in-the-future",
        "That moment has not come: it is 2026-11-20T09:30:00Z here.",
    ),
    "too-old": (
        count(9, at=NOW - timedelta(days=30, seconds=1)),
        "too-old",
        "A count is taken up to 30 days after its moment.",
    ),
}


@pytest.mark.parametrize(("told", "reason", "words"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_count_that_cannot_be_is_refused_in_words_and_moves_nothing(
    variant: Variant, told: Count, reason: str, words: str
) -> None:
    before = read_all()
    [refused] = take(told)
    assert (refused.outcome.value, refused.reason, refused.words, refused.change) == (
        "refused",
        reason,
        words,
        0,
    )
    assert read_all() == before


def test_a_refusal_says_what_we_have(variant: Variant) -> None:
    assert say(take(count(2))[0]) == ("refused", "promised", 10, 3)
    assert say(take(count(2, lot="L9"))[0]) == ("refused", "unknown-lot", None, None)


def test_one_bad_line_stops_no_other(variant: Variant) -> None:
    make_lot(variant, units=4, code="L2")
    taken = take(count(1, sku="NOTHING"), count(8), count(1, lot="L9"), count(5, lot="L2"))
    assert [one.outcome.value for one in taken] == ["refused", "applied", "refused", "applied"]
    assert list(Lot.objects.order_by("code").values_list("on_hand", flat=True)) == [8, 5]


def test_a_newer_count_is_not_overwritten_by_an_older_one(variant: Variant) -> None:
    take(count(8, at=EARLIER))
    [refused] = take(count(10, at=EARLIER - timedelta(microseconds=1)))
    assert say(refused) == ("refused", "older-count", 8, 3)
    assert refused.words == "A newer count is in our books: of 2026-11-20T09:00:00Z."
    assert say(take(count(9, at=EARLIER))[0]) == ("applied", "", 9, 3)  # of the same moment: told better


def test_the_desks_count_is_a_count_like_any_other(variant: Variant) -> None:
    with transaction.atomic():
        stock.count_lot(lot_id=Lot.objects.get().pk, counted=8, cause="yearly", now=NOW)
    assert say(take(count(10, at=EARLIER))[0]) == ("refused", "older-count", 8, 3)


def test_what_they_expected_is_compared_with_the_books_of_that_moment(variant: Variant) -> None:
    with transaction.atomic():
        stock.ship({Lot.objects.get().pk: 3}, cause="ORDER", now=NOW - timedelta(minutes=10))
    assert say(take(count(9, at=EARLIER, expected=10))[0]) == ("applied", "", 6, 0)
    assert say(take(count(9, at=NOW, expected=7))[0]) == ("refused", "not-as-expected", 6, 0)
    assert Lot.objects.get().on_hand == 6


def test_whoever_did_not_see_the_other_count_is_refused(variant: Variant) -> None:
    """Compare and set: both read ten, both tell of the same moment; the second has not seen the first."""
    assert say(take(count(8, at=EARLIER, expected=10))[0]) == ("applied", "", 8, 3)
    assert say(take(count(9, at=EARLIER, expected=10))[0]) == ("refused", "not-as-expected", 8, 3)
    assert say(take(count(9, at=EARLIER, expected=8))[0]) == ("applied", "", 9, 3)


def test_what_left_since_must_have_stood_there(variant: Variant) -> None:
    with transaction.atomic():
        stock.ship({Lot.objects.get().pk: 3}, cause="ORDER", now=NOW - timedelta(minutes=10))
    [refused] = take(count(2, at=EARLIER))
    assert say(refused) == ("refused", "left-since", 7, 0)
    assert refused.words == "Since then 3 units left that shelf: 2 cannot have stood there."


def test_a_lot_that_is_counted_twice_at_once_is_not_counted(variant: Variant) -> None:
    taken = take(count(9), count(8, lot="l 1"), count(8, lot=""))
    assert [say(one) for one in taken] == [("refused", "repeated", 10, 3)] * 3
    assert not Movement.objects.filter(kind="COUNTED").exists()


# -- which lot ----------------------------------------------------------------------------------------


def test_without_a_code_the_only_lot_with_units_is_meant(variant: Variant) -> None:
    make_lot(variant, units=5, code="L1", location="HAM")
    empty = make_lot(variant, units=2, code="L0")
    with transaction.atomic():
        stock.write_off(lot_id=empty.pk, units=2, cause="broken", now=LONG_AGO)
    [taken] = take(count(9, lot=""))
    assert (say(taken), taken.lot_code) == (("applied", "", 9, 3), "L1")


def test_without_a_code_and_with_several_lots_their_codes_are_told(variant: Variant) -> None:
    make_lot(variant, units=5, code="L2")
    [refused] = take(count(9, lot=""))
    assert say(refused) == ("refused", "which-lot", None, None)
    assert refused.words == "Several lots of QC-50 at BER have units: name one."
    assert refused.candidates == ("L1", "L2")


def test_a_lot_that_was_sold_out_since_may_be_the_one_that_was_counted(variant: Variant) -> None:
    gone = make_lot(variant, units=2, code="L2")
    with transaction.atomic():
        stock.write_off(lot_id=gone.pk, units=2, cause="broken", now=NOW - timedelta(minutes=10))
    assert take(count(12, lot="", at=EARLIER))[0].candidates == ("L1", "L2")
    assert say(take(count(9, lot="", at=NOW - timedelta(minutes=5)))[0]) == ("applied", "", 9, 3)


def test_nothing_of_nothing_is_nothing_new(variant: Variant) -> None:
    other = make_product(sku="OLD").variants.get()
    for code in ("A", "B"):
        lot = make_lot(other, units=1, code=code)
        with transaction.atomic():
            stock.write_off(lot_id=lot.pk, units=1, cause="sold", now=LONG_AGO)
    assert say(take(count(0, sku="OLD", lot=""))[0]) == ("unchanged", "", 0, 0)
    assert say(take(count(1, sku="OLD", lot=""))[0]) == ("refused", "which-lot", None, None)
    unknown = make_product(sku="NEVER").variants.get()
    assert say(take(count(0, sku=unknown.sku, lot=""))[0]) == ("refused", "unknown-lot", None, None)


@pytest.mark.parametrize("written", ["FIL 77-A", "fil77a", "Ch.-B. 0042"])
def test_a_lot_is_known_by_any_code_of_its_pack_however_it_is_written(db: None, written: str) -> None:
    make_lot(
        make_product(sku="QC-50").variants.get(), units=5, code="CHB0042", other_codes=("FIL 77-A", "ILN 9")
    )
    [taken] = take(count(4, lot=written))
    assert (say(taken), taken.lot_code) == (("applied", "", 4, 0), "CHB0042")


def test_the_code_as_we_write_it_goes_before_what_looks_like_it(db: None) -> None:
    variant = make_product(sku="QC-50").variants.get()
    for code, others in (("AB-1", ()), ("A-B1", ()), ("C1", ("X9",)), ("C2", ("x 9",))):
        make_lot(variant, units=5, code=code, other_codes=others)
    assert take(count(4, lot="A-B1"))[0].lot_code == "A-B1"
    assert take(count(4, lot="AB1"))[0].candidates == ("AB-1", "A-B1")
    assert take(count(4, lot="X9"))[0].candidates == ("C1", "C2")


# -- many ---------------------------------------------------------------------------------------------


def test_a_thousand_counts_take_as_many_statements_as_one(
    django_assert_num_queries: Any, variant: Variant
) -> None:
    Lot.objects.bulk_create(
        Lot(variant=variant, location_id=Lot.objects.get().location_id, code=f"M{n}", on_hand=0)
        for n in range(999)
    )
    with transaction.atomic(), django_assert_num_queries(7):
        one = [count(9)]
        assert [say(it)[0] for it in _take(one)] == ["applied"]
    many = [count(n, lot=f"M{n}") for n in range(999)] + [count(8)]
    with transaction.atomic(), django_assert_num_queries(7):
        taken = _take(many)
    assert [it.on_hand for it in taken] == [*range(999), 8]
    assert Movement.objects.filter(kind="COUNTED").count() == 1 + 998 + 1


def _take(counts: list[Count]) -> Any:
    return counting.count_shelves(counts, counts_free=False, cause="count", now=NOW)
