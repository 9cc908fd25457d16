"""Who signs what: her own name, her password, these words, this formula, these dates."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from catalog import pick_texts, picks
from catalog.models import Disclosure, Pick, RowChange, Signature
from catalog.picks import Occasion, PickNotReady
from tests.builders import NOW, make_product
from tests.builders.picks import PASSWORD, disclose, make_dermatologist, make_pick, relabel, sign
from tests.races.crowd import held_at

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = NOW.date()


def refused(error: type[Exception], pick: Pick, **wish: Any) -> Any:
    with pytest.raises(error) as caught:
        sign(pick, **wish)
    assert not Signature.objects.exists(), "after a refusal nothing is signed"
    pick.refresh_from_db()
    assert pick.submitted_at is None
    return caught.value


def test_a_signature_holds_the_words_the_formula_the_interests_and_the_days() -> None:
    pick = make_pick()
    signature = sign(pick)
    assert signature.signed_by == pick.dermatologist.user
    assert (signature.signed_on, signature.live_from_on) == (TODAY, TODAY)
    assert signature.review_by_on == date(2027, 11, 20)
    assert signature.text["headline"] == pick.headline
    assert signature.text["disclosure"] == 1
    assert signature.text["formula"] == pick.formula.contents_sha256
    assert signature.text["evidence"] == [
        {"claim": "Niacinamide calms redness.", "source": "PMC0000001", "grade": "B"}
    ]
    assert signature.text_sha256 == pick.text_sha256 == pick_texts.hash_words(pick)


def test_nobody_signs_in_another_name() -> None:
    pick, other = make_pick(), make_dermatologist("Jonas Meyer")
    assert refused(picks.NotTheDermatologist, pick, by=other.user).name == "Ada Wirth"


def test_a_dermatologist_without_a_login_cannot_be_signed_for() -> None:
    pick, other = make_pick(), make_dermatologist("Jonas Meyer")
    pick.dermatologist.user = None
    pick.dermatologist.save()
    refused(picks.NotTheDermatologist, pick, by=other.user)


@pytest.mark.parametrize("password", ["", "a-quiet-waiting-rooM", PASSWORD + " "])
def test_a_wrong_password_signs_nothing(password: str) -> None:
    refused(picks.WrongPassword, make_pick(), password=password)


def test_words_that_changed_since_they_were_read_are_not_signed() -> None:
    pick = make_pick()
    refused(picks.PickChanged, pick, text_sha256="0" * 64)


def test_words_that_changed_behind_the_desks_back_are_not_signed() -> None:
    pick = make_pick()
    Pick.objects.update(headline="Something that nobody read")
    refused(picks.PickChanged, pick)


def test_a_formula_that_changed_meanwhile_is_not_signed() -> None:
    pick = make_pick()
    relabel(pick.product, "Aqua, Petrolatum")
    assert refused(picks.FormulaChanged, pick).product == pick.product.name


@pytest.mark.parametrize(
    ("begins", "ends", "why"),
    [
        (-1, 365, "It cannot be live before it is signed."),
        (0, 0, "The review must come after the first day."),
        (10, 5, "The review must come after the first day."),
        (0, 367, "A signature stands for twelve months at most."),
        (400, 401, "It cannot begin more than a year ahead."),
    ],
)
def test_dates_that_cannot_be_are_refused(begins: int, ends: int, why: str) -> None:
    first, last = (TODAY + timedelta(days=days) for days in (begins, ends))
    assert why in refused(PickNotReady, make_pick(), live_from_on=first, review_by_on=last).why


def test_a_year_and_its_leap_day_are_taken() -> None:
    assert sign(make_pick(), review_by_on=TODAY + timedelta(days=366)).review_by_on == date(2027, 11, 21)


def test_every_fault_is_told_at_once() -> None:
    pick = make_pick(headline="The best cream, tested, cures acne", not_for=[], cheaper_words="")
    assert refused(PickNotReady, pick).why == [
        "It does not say for whom it is not.",
        "It names no cheaper alternative, nor says that there is none.",
        "“best” needs a comparison: with what, and what was found.",
        "“tested” needs a test: where, and what was seen.",
        "“cures” is a medicine's claim: say what it does for the look or feel of skin.",
    ]


def test_best_and_tested_are_fine_when_they_happened() -> None:
    pick = make_pick(
        headline="The best of three creams, tested for a winter",
        compared_notes="It left the least shine of the three.",
        tested_where="clinic",
        tested_people=40,
        tested_weeks=12,
        tested_notes="Less tightness by their own word.",
    )
    pick.compared_with.set([make_product(), make_product()])
    with transaction.atomic():
        picks.settle_words(pick=pick, occasion=Occasion(None, NOW), adopts=False)
    assert sign(pick).text["tested_people"] == 40


def test_the_own_regimen_counts_only_while_it_lasts() -> None:
    words: dict[str, Any] = {
        "why_worth_it": "It stands in my own routine.",
        "regimen_since_on": date(2025, 1, 1),
    }
    ended = make_pick(**words, regimen_until_on=date(2026, 1, 1))
    assert refused(PickNotReady, ended).why == [
        "“my own routine” needs a date since when, and none until when."
    ]
    sign(make_pick(**words))


def test_signing_twice_renews_and_both_stay() -> None:
    pick = make_pick()
    first = sign(pick, review_by_on=TODAY + timedelta(days=30))
    later = NOW + timedelta(days=20)
    second = sign(pick, now=later, review_by_on=later.date() + timedelta(days=365))
    assert list(Signature.objects.order_by("pk")) == [first, second]
    assert Pick.objects.live(later.date() + timedelta(days=364)).filter(pk=pick.pk).exists()


def test_a_renewal_leaves_no_day_without_a_signature() -> None:
    pick = make_pick()
    sign(pick, review_by_on=TODAY + timedelta(days=30))
    with pytest.raises(PickNotReady) as caught:
        sign(pick, live_from_on=TODAY + timedelta(days=31))
    assert caught.value.why == ["There would be days without a signature: begin by 20 December 2026."]
    assert Signature.objects.count() == 1


def test_withdrawing_needs_a_reason_that_customers_can_read() -> None:
    pick = make_pick()
    with pytest.raises(PickNotReady):
        picks.withdraw_pick(pick_id=pick.pk, reason="  nope  ", occasion=Occasion(None, NOW))
    pick.refresh_from_db()
    assert pick.withdrawn_at is None


def test_signed_picks_signatures_and_disclosures_cannot_be_deleted_or_altered() -> None:
    pick = make_pick()
    signature = sign(pick)
    with pytest.raises(ProtectedError):
        pick.delete()
    for row in (signature, pick.disclosure):
        table = row._meta.db_table
        for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
                cursor.execute(sql)
    assert (Signature.objects.count(), Disclosure.objects.count()) == (1, 1)


def test_a_disclosure_that_denies_what_it_must_say_is_no_new_version() -> None:
    doctor = make_dermatologist()
    for text in ("Dr Wirth is not affiliated with the maker, and earns.", "A word about the weather."):
        with pytest.raises(PickNotReady):
            disclose(doctor, text)
    assert list(doctor.disclosures.values_list("version", flat=True)) == [1]


def test_nobody_writes_a_pick_before_she_disclosed_her_interests() -> None:
    doctor = make_dermatologist(discloses=False)
    with pytest.raises(PickNotReady):
        make_pick(dermatologist=doctor)


def test_the_diary_knows_who_signed() -> None:
    pick = make_pick()
    sign(pick)
    change = RowChange.objects.filter(table="catalog_pick").order_by("-pk")[0]
    assert change.actor == pick.dermatologist.user.email  # type: ignore[union-attr]


def test_a_label_recorded_while_she_signs_comes_after_or_refuses(monkeypatch: Any) -> None:
    pick = make_pick()
    done = threading.Event()

    def change() -> None:
        relabel(pick.product, "Aqua, Petrolatum")
        done.set()
        connection.close()

    with held_at(monkeypatch, picks, "_find_gap", lambda: sign(pick)):
        other = threading.Thread(target=change, daemon=True)
        other.start()
        assert not done.wait(0.6), "the label waits for her signature"
    other.join(20)
    assert done.is_set()
    assert Signature.objects.get().formula.version == 1
    assert not Pick.objects.live(TODAY).exists()


def test_control_without_the_products_lock_a_label_slips_in_between(monkeypatch: Any) -> None:
    monkeypatch.setattr(picks, "_lock_product", lambda pick: None)
    pick = make_pick()
    done = threading.Event()

    def change() -> None:
        relabel(pick.product, "Aqua, Petrolatum")
        done.set()
        connection.close()

    with held_at(monkeypatch, picks, "_find_gap", lambda: sign(pick)):
        other = threading.Thread(target=change, daemon=True)
        other.start()
        assert done.wait(10), "nothing keeps the label from changing between reading and signing"
    other.join(20)
    signature = Signature.objects.get()
    assert signature.text["formula"] != pick.product.formulas.order_by("-version")[0].contents_sha256
