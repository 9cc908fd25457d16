"""Who guesses at the door of the house is stopped, with Redis or without, and told for how long."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from catalog.models import PasswordTries
from shop import tasks
from shop.models import User
from tests.builders import NOW
from tests.builders.staff import make_staff

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a-quiet-waiting-room"
DOOR = "/admin/login/?next=/admin/"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def sign_in(name: str, password: str, address: str = "203.0.113.9") -> str:
    """ "in", or what the page says."""
    answer = Client(REMOTE_ADDR=address).post(DOOR, {"username": name, "password": password})
    if answer.status_code == 302:
        return "in"
    said = re.search(r'role="alert"[^>]*>(.*?)</p>', answer.content.decode(), re.S)
    assert said is not None
    return said[1].strip()


WRONG = (
    "This address and password do not open the house. "
    "Check both, or ask an owner to set a new password for you."
)
LOCKED = "Too many wrong passwords. Try again in {}. Not even the right password opens until then."


def test_after_ten_wrong_passwords_of_one_name_from_one_place_the_right_one_waits(clock: Any) -> None:
    her = make_staff("curator")
    assert [sign_in(her.email, "guessed") for _ in range(10)] == [WRONG] * 10
    assert sign_in(her.email, PASSWORD) == LOCKED.format("15 minutes")
    assert sign_in(f" {her.email.upper()}", PASSWORD) == LOCKED.format("15 minutes")
    assert sign_in(her.email, PASSWORD, address="198.51.100.7") == "in", "she herself, elsewhere"
    clock.shift(14 * MINUTE)
    assert sign_in(her.email, PASSWORD) == LOCKED.format("1 minute")
    clock.shift(MINUTE)
    assert sign_in(her.email, PASSWORD) == "in"
    assert sign_in(her.email, "guessed") == WRONG, "and her sign-in wiped the count"


def test_a_guesser_with_many_addresses_is_stopped_at_the_name(clock: Any) -> None:
    her = make_staff("curator")
    for number in range(100):
        assert sign_in(her.email, "guessed", address=f"198.51.100.{number}") == WRONG
    assert sign_in(her.email, PASSWORD) == LOCKED.format("60 minutes")
    clock.shift(60 * MINUTE)
    assert sign_in(her.email, PASSWORD) == "in"


def test_a_guesser_with_many_names_is_stopped_at_the_address_and_his_own_account_does_not_help() -> None:
    his = make_staff("curator")
    for number in range(199):
        assert sign_in(f"nobody{number}@regimen.example", "guessed") == WRONG
    assert sign_in(his.email, PASSWORD) == "in"
    assert sign_in("nobody@regimen.example", "guessed") == LOCKED.format("60 minutes")


def test_nobody_learns_who_works_here() -> None:
    her = make_staff("curator")
    for name in (her.email, "nobody@regimen.example"):
        assert [sign_in(name, "guessed") for _ in range(11)] == [WRONG] * 10 + [LOCKED.format("15 minutes")]


def test_a_lost_redis_does_not_open_the_door(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": settings.REDIS_URL,
        }
    }
    her = make_staff("curator")
    assert [sign_in(her.email, "guessed") for _ in range(10)] == [WRONG] * 10
    assert sign_in(her.email, PASSWORD) == LOCKED.format("15 minutes")


def test_an_open_desk_does_not_help_to_guess_the_password_for_a_new_one() -> None:
    her = make_staff("curator")
    desk = Client()
    desk.force_login(her)
    typed = {"new_password1": "an-even-quieter-room", "new_password2": "an-even-quieter-room"}
    for _ in range(5):
        answer = desk.post("/admin/password_change/", typed | {"old_password": "guessed"})
        assert "Your old password was entered incorrectly." in answer.content.decode()
    answer = desk.post("/admin/password_change/", typed | {"old_password": PASSWORD})
    assert "Too many wrong passwords. Try again in 15 minutes." in answer.content.decode()
    assert User.objects.get(pk=her.pk).check_password(PASSWORD)


def test_the_right_old_password_sets_a_new_one() -> None:
    her = make_staff("curator")
    desk = Client()
    desk.force_login(her)
    typed = {"new_password1": "an-even-quieter-room", "new_password2": "an-even-quieter-room"}
    answer = desk.post("/admin/password_change/", typed | {"old_password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/password_change/done/")
    assert User.objects.get(pk=her.pk).check_password("an-even-quieter-room")
    assert not PasswordTries.objects.exists()


def test_counts_are_forgotten_after_two_days(clock: Any) -> None:
    sign_in("nobody@regimen.example", "guessed")
    assert PasswordTries.objects.count() == 3
    tasks.forget_old_rows()
    assert PasswordTries.objects.count() == 3
    clock.shift(timedelta(days=2, minutes=1))
    tasks.forget_old_rows()
    assert not PasswordTries.objects.exists()
