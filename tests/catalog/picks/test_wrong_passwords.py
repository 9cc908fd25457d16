"""Nobody guesses the password under which a pick is signed, and nobody is shut out for good."""

from datetime import timedelta
from typing import Any

import pytest

from catalog import picks, tries
from catalog.models import PasswordTries, Pick, Signature
from catalog.tries import TooManyTries
from tests.builders import NOW
from tests.builders.picks import PASSWORD, make_pick, sign
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


def guess(pick: Pick, times: int, now: Any = NOW) -> list[type[Exception]]:
    """What each guess was answered."""
    answers: list[type[Exception]] = []
    for number in range(times):
        with pytest.raises((picks.WrongPassword, TooManyTries)) as refused:
            sign(pick, now=now, password=f"guess-{number}")
        answers.append(refused.type)
    return answers


def test_after_five_wrong_passwords_the_right_one_is_not_looked_at_for_a_quarter_of_an_hour() -> None:
    pick = make_pick()
    assert guess(pick, 7) == [picks.WrongPassword] * 5 + [TooManyTries] * 2
    with pytest.raises(TooManyTries) as refused:
        sign(pick, now=NOW + 14 * MINUTE)
    assert refused.value.words == "Too many wrong passwords. Try again in 1 minute."
    assert not Signature.objects.exists()

    sign(pick, now=NOW + 15 * MINUTE)
    assert Signature.objects.count() == 1


def test_guessing_on_does_not_make_the_wait_longer() -> None:
    pick = make_pick()
    guess(pick, 6)
    assert guess(pick, 3, now=NOW + 10 * MINUTE) == [TooManyTries] * 3
    assert guess(pick, 5, now=NOW + 15 * MINUTE) == [picks.WrongPassword] * 5


def test_a_right_password_wipes_the_count_and_another_doctor_has_her_own() -> None:
    pick, other = make_pick(), make_pick()
    guess(pick, 4)
    sign(pick)
    assert guess(pick, 6) == [picks.WrongPassword] * 5 + [TooManyTries]
    sign(other)


def test_a_refusal_for_another_reason_does_not_count() -> None:
    pick = make_pick()
    for _ in range(9):
        with pytest.raises(picks.PickChanged):
            sign(pick, text_sha256="0" * 64)
    sign(pick)


def test_of_many_guesses_at_once_only_five_are_looked_at() -> None:
    pick = make_pick()
    answers = rush(*[lambda: sign(pick, password="guessed")] * 12)
    assert sorted(type(answer).__name__ for answer in answers) == ["TooManyTries"] * 7 + ["WrongPassword"] * 5
    assert PasswordTries.objects.get().tries == 12


def test_without_counting_first_many_guesses_at_once_would_all_be_looked_at(monkeypatch: Any) -> None:
    """The control."""
    monkeypatch.setattr(tries, "count_try", lambda **_: None)
    pick = make_pick()
    answers = rush(*[lambda: sign(pick, password="guessed")] * 12)
    assert [type(answer) for answer in answers] == [picks.WrongPassword] * 12


def test_both_are_told_in_the_log_without_the_password(caplog: Any) -> None:
    pick = make_pick()
    guess(pick, 6)
    said = [record.getMessage() for record in caplog.records if record.name.startswith("catalog.")]
    assert said == [
        *[f"wrong password for signing a pick: user {pick.dermatologist.user_id}"] * 5,
        "too many passwords tried: own, 5 in a window",
    ]
    assert PASSWORD not in caplog.text


def test_what_is_kept_names_nobody_and_is_forgotten() -> None:
    guess(make_pick(), 1)
    kept = PasswordTries.objects.get()
    assert len(kept.lock) == 64
    assert tries.forget_stale(older_than=NOW) == 0
    assert tries.forget_stale(older_than=NOW + MINUTE) == 1
