"""A story that PostgreSQL ended for the sake of another is told again, a few times."""

from typing import Any

import psycopg
import pytest
from django.db import OperationalError

from catalog import contention

pytestmark = pytest.mark.django_db


def lost(kind: type[psycopg.Error] = psycopg.errors.DeadlockDetected) -> OperationalError:
    error = OperationalError("lost")
    error.__cause__ = kind("lost")
    return error


def story(*ends: Any) -> Any:
    told = list(ends)

    def tell() -> Any:
        end = told.pop(0)
        if isinstance(end, Exception):
            raise end
        return end

    return tell


@pytest.mark.parametrize(
    "kind",
    [
        psycopg.errors.DeadlockDetected,
        psycopg.errors.SerializationFailure,
        psycopg.errors.LockNotAvailable,
    ],
)
def test_who_loses_twice_and_then_wins_has_won(kind: type[psycopg.Error]) -> None:
    assert contention.begin_again_when_blocked(story(lost(kind), lost(kind), "sold")) == "sold"


def test_after_three_losses_the_error_stands() -> None:
    with pytest.raises(OperationalError):
        contention.begin_again_when_blocked(story(lost(), lost(), lost(), "never told"))


def test_what_is_no_contention_is_not_tried_again() -> None:
    with pytest.raises(OperationalError):
        contention.begin_again_when_blocked(story(lost(psycopg.errors.QueryCanceled), "never told"))
