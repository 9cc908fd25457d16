"""Every state of a pick on a day, and what lies on the re-review desk."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from catalog import pick_states, picks
from catalog.models import Pick
from catalog.picks import Occasion
from tests.builders import NOW
from tests.builders.picks import disclose, make_pick, relabel, sign

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = NOW.date()


def stand(pick: Pick, on: date = TODAY) -> tuple[str, str, date | None]:
    one = pick_states.stand_of(pick_states.with_signatures(Pick.objects.all()).get(pk=pick.pk), on)
    return one.state, one.why, one.until


def is_live(pick: Pick, on: date) -> bool:
    return Pick.objects.live(on).filter(pk=pick.pk).exists()


def edit(pick: Pick, **changes: Any) -> None:
    with transaction.atomic():
        for name, value in changes.items():
            setattr(pick, name, value)
        pick.save(update_fields=[*changes])
        picks.settle_words(pick=pick, occasion=Occasion(None, NOW), adopts=False)


def test_a_draft_is_given_to_review_signed_and_live_until_its_day() -> None:
    pick = make_pick()
    assert stand(pick) == ("draft", "", None)

    picks.submit_pick(pick_id=pick.pk, occasion=Occasion(None, NOW))
    assert stand(pick) == ("under_review", "", None)

    until = TODAY + timedelta(days=100)
    sign(pick, review_by_on=until)
    assert stand(pick) == ("live", "", until)
    assert [is_live(pick, day) for day in (TODAY, until - timedelta(days=1), until)] == [True, True, False]
    assert stand(pick, until)[:2] == ("lapsed", "It was to be reviewed by 28 February 2027.")


def test_signed_for_a_day_to_come_is_not_live_before_it() -> None:
    pick, begins = make_pick(), TODAY + timedelta(days=10)
    sign(pick, live_from_on=begins)
    assert stand(pick)[:2] == ("signed", "It will be live from 30 November 2026.")
    assert not is_live(pick, TODAY)
    assert is_live(pick, begins)
    assert stand(pick, begins)[0] == "live"


def test_another_formula_suspends_it_and_adopting_it_asks_for_a_new_signature() -> None:
    pick = make_pick()
    sign(pick)
    relabel(pick.product, "Aqua, Petrolatum")
    assert stand(pick)[:2] == ("suspended", "The formula has changed since it was signed.")
    assert not is_live(pick, TODAY)

    picks.adopt_formula(pick_id=pick.pk, occasion=Occasion(None, NOW))
    assert stand(pick)[:2] == (
        "suspended",
        "The words or the interests have changed since it was signed.",
    )
    sign(pick)
    assert stand(pick)[0] == "live"


def test_the_same_list_printed_otherwise_suspends_nothing() -> None:
    pick = make_pick()
    sign(pick)
    relabel(pick.product, "Aqua,Glycerin ,  Niacinamide.")
    assert stand(pick)[0] == "live"


def test_going_back_to_the_signed_formula_makes_it_live_again() -> None:
    pick = make_pick()
    sign(pick)
    relabel(pick.product, "Aqua, Petrolatum")
    relabel(pick.product, "Aqua, Glycerin, Niacinamide")
    assert stand(pick)[0] == "live"


def test_an_unknown_list_suspends_it() -> None:
    pick = make_pick()
    sign(pick)
    relabel(pick.product, "")
    assert stand(pick)[0] == "suspended"


def test_changed_words_suspend_it_and_the_same_words_again_do_not() -> None:
    pick = make_pick()
    sign(pick)
    edit(pick, headline="Heavier than it was")
    assert stand(pick)[0] == "suspended"
    picks.submit_pick(pick_id=pick.pk, occasion=Occasion(None, NOW))
    assert stand(pick)[0] == "under_review"
    edit(pick, headline="Light enough for skin that is prone to milia")
    assert stand(pick)[0] == "live"


def test_a_words_change_does_not_adopt_another_formula_in_passing() -> None:
    pick = make_pick()
    sign(pick)
    relabel(pick.product, "Aqua, Petrolatum")
    edit(pick, headline="Lighter")
    with pytest.raises(picks.FormulaChanged):
        sign(pick)


def test_new_interests_suspend_every_pick_and_adopt_no_formula() -> None:
    pick = make_pick()
    sign(pick)
    other = make_pick(dermatologist=pick.dermatologist)
    relabel(other.product, "Aqua, Petrolatum")
    disclose(pick.dermatologist, "Dr Wirth owns a share of the maker and earns from it.", equity=True)
    assert stand(pick)[0] == "suspended"
    other.refresh_from_db()
    assert other.formula.version == 1
    with pytest.raises(picks.FormulaChanged):
        picks.submit_pick(pick_id=other.pk, occasion=Occasion(None, NOW))
    sign(pick)
    assert stand(pick)[0] == "live"


def test_withdrawn_stays_withdrawn() -> None:
    pick = make_pick()
    sign(pick)
    picks.withdraw_pick(
        pick_id=pick.pk, reason="The maker changed what it costs to be honest.", occasion=Occasion(None, NOW)
    )
    assert stand(pick)[:2] == ("withdrawn", "The maker changed what it costs to be honest.")
    assert not is_live(pick, TODAY)
    acts: list[Callable[[], Any]] = [
        lambda: sign(pick),
        lambda: picks.submit_pick(pick_id=pick.pk, occasion=Occasion(None, NOW)),
        lambda: picks.adopt_formula(pick_id=pick.pk, occasion=Occasion(None, NOW)),
        lambda: picks.withdraw_pick(
            pick_id=pick.pk, reason="And once more for good.", occasion=Occasion(None, NOW)
        ),
    ]
    for act in acts:
        with pytest.raises(picks.PickWithdrawn):
            act()
    pick.refresh_from_db()
    assert pick.withdrawn_reason == "The maker changed what it costs to be honest."
    make_pick(pick.product, dermatologist=pick.dermatologist)  # and a new one may be written


def test_the_re_review_desk_has_what_needs_eyes_the_worst_first() -> None:
    live, soon, lapsed, waiting, suspended, draft = (make_pick() for _ in range(6))
    sign(live)
    sign(soon, review_by_on=TODAY + timedelta(days=30))
    sign(lapsed, now=NOW - timedelta(days=40), review_by_on=TODAY - timedelta(days=1))
    picks.submit_pick(pick_id=waiting.pk, occasion=Occasion(None, NOW))
    sign(suspended)
    relabel(suspended.product, "Aqua, Petrolatum")

    found = [(one.pick, one.standing.state) for one in pick_states.find_to_review(TODAY)]

    assert found == [
        (suspended, "suspended"),
        (lapsed, "lapsed"),
        (waiting, "under_review"),
        (soon, "live"),
    ]
    assert draft not in [one for one, _ in found]
