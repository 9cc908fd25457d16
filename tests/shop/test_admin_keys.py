"""The desks of keys and of what was pushed with them."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from shop import api_keys
from shop.models import ApiKey, CountPush
from tests.builders import NOW, make_lot, make_product
from tests.builders.counts import make_api_key
from tests.builders.desk import words_of
from tests.builders.staff import sign_in
from tests.shop.test_pushing import line, push

pytestmark = pytest.mark.django_db
KEYS, PUSHES = "/admin/shop/apikey/", "/admin/shop/countpush/"
TYPED = {"name": "Warehouse Berlin", "location": "", "scopes": ["stock.counts"]}


def make_at_the_desk(owner: Client, **typed: Any) -> tuple[str, str]:
    """The page that shows the new key, and the key."""
    answer = owner.post(f"{KEYS}add/", TYPED | typed)
    assert answer.status_code == 200, words_of(answer)
    page = answer.content.decode()
    return page, re.search(r'<code id="secret"[^>]*>(rgm_[\w-]{43})</code>', page)[1]  # type: ignore[index]


def test_a_key_is_shown_once_and_opens_the_door() -> None:
    owner = sign_in("owner")
    page, secret = make_at_the_desk(owner)
    assert f"Authorization: Bearer {secret}" in page
    key = ApiKey.objects.get()
    assert (key.name, key.made_by.email, key.location) == ("Warehouse Berlin", "owner@regimen.example", None)
    assert api_keys.find_key(secret, scope="stock.counts", now=NOW) == key
    for address in (KEYS, f"{KEYS}{key.pk}/change/", f"{KEYS}{key.pk}/history/"):
        shown = owner.get(address)
        assert shown.status_code == 200
        assert secret not in shown.content.decode()
        assert key.prefix in shown.content.decode() or "history" in address


def test_the_page_with_the_key_is_kept_by_no_cache() -> None:
    answer = sign_in("owner").post(f"{KEYS}add/", TYPED)
    assert "no-store" in answer["Cache-Control"]


def test_a_key_that_opens_nothing_is_not_made() -> None:
    answer = sign_in("owner").post(f"{KEYS}add/", TYPED | {"scopes": []})
    assert "This field is required" in words_of(answer)
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_after_a_question_and_never_edited() -> None:
    owner, made = sign_in("owner"), make_api_key()
    address = f"{KEYS}{made.key.pk}/"
    assert "Revoke…" in words_of(owner.get(f"{address}change/"))
    assert "turned away from now on" in words_of(owner.get(f"{address}revoke/"))
    assert ApiKey.objects.get().revoked_at is None
    answer = owner.post(f"{address}revoke/", follow=True)
    assert "opens nothing any more" in words_of(answer)
    assert "Revoke…" not in words_of(answer)
    assert ApiKey.objects.get().revoked_at is not None
    assert LogEntry.objects.get().get_change_message() == "Revoked."
    assert owner.post(f"{address}change/", TYPED | {"name": "Mine"}).status_code == 403
    assert owner.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    assert ApiKey.objects.get().name == "Warehouse Berlin"


@pytest.mark.parametrize("role", ["warehouse", "curator", "support", "dermatologist"])
def test_keys_are_the_owners(role: str) -> None:
    made, somebody = make_api_key(), sign_in(role)
    for address in ("", "add/", f"{made.key.pk}/change/", f"{made.key.pk}/revoke/"):
        assert somebody.get(f"{KEYS}{address}").status_code == 403
    assert somebody.post(f"{KEYS}{made.key.pk}/revoke/").status_code == 403
    assert ApiKey.objects.get().revoked_at is None


def test_a_push_is_read_line_by_line_refused_ones_first() -> None:
    make_lot(make_product(sku="QC-50").variants.get(), units=10, code="L1")
    push(make_api_key(), line(), line(sku="<b>NOTHING</b>"))
    warehouse = sign_in("warehouse")
    listed = words_of(warehouse.get(PUSHES))
    assert "Warehouse Berlin" in listed
    page = warehouse.get(f"{PUSHES}{CountPush.objects.get().pk}/change/")
    assert re.search(r"NOTHING.*We have no SKU.*QC-50 BER L1 applied -3 7", words_of(page))
    assert "<b>NOTHING" not in page.content.decode()


def test_an_empty_desk_says_what_to_do_next() -> None:
    owner = sign_in("owner")
    assert "Make one for each warehouse" in words_of(owner.get(KEYS))
    assert "No machine has pushed counts" in words_of(owner.get(PUSHES))
