"""Keys of machines: shown once, kept as a hash, revoked for good."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from shop import api_keys
from shop.api_keys import KeyNotForThis, NoSuchKey
from shop.models import ApiKey
from tests.builders import NOW
from tests.builders.counts import make_api_key

pytestmark = pytest.mark.django_db
COUNTS = ApiKey.Scope.STOCK_COUNTS


def test_a_key_is_long_random_and_known_again() -> None:
    made, other = make_api_key(), make_api_key("The ERP")
    assert made.secret.startswith("rgm_")
    assert len(made.secret) == 4 + 43  # 256 bits
    assert made.secret != other.secret
    assert api_keys.find_key(made.secret, scope=COUNTS, now=NOW) == made.key
    assert api_keys.find_key(other.secret, scope=COUNTS, now=NOW) == other.key


def test_nothing_in_the_database_gives_a_key_away() -> None:
    secret = make_api_key().secret
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(
                f'SELECT count(*) FROM "{model._meta.db_table}" t WHERE t::text LIKE %s', [f"%{secret}%"]
            )
            assert cursor.fetchone() == (0,)
    assert ApiKey.objects.get().prefix == secret[:12]


@pytest.mark.parametrize("change", [lambda it: it + "x", lambda it: it[:-1], lambda it: it[:12], str.upper])
def test_a_key_that_is_almost_right_is_none(change: Any) -> None:
    with pytest.raises(NoSuchKey):
        api_keys.find_key(change(make_api_key().secret), scope=COUNTS, now=NOW)
    assert ApiKey.objects.get().used_at is None


@pytest.mark.parametrize("secret", ["", "rgm_", "\x00", "ü" * 90, "\udc80"])
def test_what_is_no_key_at_all_is_none(secret: str) -> None:
    make_api_key()
    with pytest.raises(NoSuchKey):
        api_keys.find_key(secret, scope=COUNTS, now=NOW)


def test_a_revoked_key_opens_nothing_and_stays_in_the_books() -> None:
    made = make_api_key()
    assert api_keys.revoke_key(key_id=made.key.pk, now=NOW) is True
    assert api_keys.revoke_key(key_id=made.key.pk, now=NOW + timedelta(days=1)) is False
    with pytest.raises(NoSuchKey):
        api_keys.find_key(made.secret, scope=COUNTS, now=NOW)
    assert ApiKey.objects.get().revoked_at == NOW


def test_a_key_opens_only_what_its_scopes_name() -> None:
    with pytest.raises(KeyNotForThis) as refused:
        api_keys.find_key(make_api_key().secret, scope="orders.read", now=NOW)
    assert (refused.value.scope, refused.value.locations) == ("orders.read", [])


def test_the_use_of_a_key_is_noted_to_the_minute(django_assert_num_queries: Any) -> None:
    secret = make_api_key().secret
    with django_assert_num_queries(2):
        api_keys.find_key(secret, scope=COUNTS, now=NOW)
    with django_assert_num_queries(1):  # a push each second is not a write each second
        api_keys.find_key(secret, scope=COUNTS, now=NOW + timedelta(seconds=59))
    assert ApiKey.objects.get().used_at == NOW
    api_keys.find_key(secret, scope=COUNTS, now=NOW + timedelta(seconds=60))
    assert ApiKey.objects.get().used_at == NOW + timedelta(seconds=60)
