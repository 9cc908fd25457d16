"""The door for counts: whose key it is, what it may say, and that a repeat is no second push."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from catalog.models import Lot, Movement
from config import api
from shop import api_keys, pushing, tasks
from shop.api_keys import Made
from shop.models import CountPush
from tests.builders import make_lot, make_product
from tests.builders.counts import make_api_key

pytestmark = pytest.mark.django_db
URL = "/api/v1/stock/counts/"


@pytest.fixture
def made(db: None) -> Made:
    cache.clear()
    make_lot(make_product(sku="QC-50").variants.get(), units=10, code="L1")
    return make_api_key()


def line(**changes: Any) -> dict[str, Any]:
    told = {"sku": "QC-50", "location": "BER", "lot": "L1", "counted": 7, "as_of": ago(30)}
    return {name: value for name, value in (told | changes).items() if value is not ...}


def ago(minutes: int) -> str:
    return (timezone.now() - timedelta(minutes=minutes)).isoformat(timespec="seconds")


def push(made: Made | None, *lines: Any, name: str = "file-1", **more: Any) -> Any:
    headers = {"Idempotency-Key": name} if name else {}
    if made:
        headers["Authorization"] = f"Bearer {made.secret}"
    return Client().post(
        URL, {"counts": list(lines)} | more, content_type="application/json", headers=headers
    )


def assert_nothing_happened() -> None:
    assert (Lot.objects.get().on_hand, Lot.objects.get().counted_at) == (10, None)
    assert not CountPush.objects.exists()
    assert not Movement.objects.filter(kind="COUNTED").exists()


def test_each_line_has_its_result_in_the_order_of_the_push(made: Made) -> None:
    answer = push(made, line(sku="NOTHING", lot=...), line(counted=7), line(lot="L9"))
    assert answer.status_code == 200
    empty = {"change": 0, "on_hand": None, "reserved": None, "lots": []}
    assert answer.json() == {
        "results": [
            {"sku": "NOTHING", "location": "BER", "lot": "", "result": "refused", "reason": "unknown-sku"}
            | {"detail": "We have no SKU NOTHING."}
            | empty,
            {
                "sku": "QC-50",
                "location": "BER",
                "lot": "L1",
                "result": "applied",
                "reason": None,
                "detail": None,
            }
            | {"change": -3, "on_hand": 7, "reserved": 0, "lots": []},
            {"sku": "QC-50", "location": "BER", "lot": "L9", "result": "refused", "reason": "unknown-lot"}
            | {"detail": "There is no lot L9 of QC-50 at BER: receive it before you count it."}
            | empty,
        ],
        "applied": 1,
        "unchanged": 0,
        "refused": 2,
    }
    written = Movement.objects.get(kind="COUNTED")
    assert (written.cause, written.actor) == (f"key {made.key.prefix}: Warehouse Berlin", None)


def test_the_same_push_again_is_the_same_bytes_and_no_second_push(made: Made) -> None:
    told = line()
    first = push(made, told)
    Lot.objects.update(on_hand=3)  # the world goes on
    again = push(made, told)
    assert (again.status_code, again.content) == (200, first.content)
    assert Lot.objects.get().on_hand == 3
    assert Movement.objects.filter(kind="COUNTED").count() == CountPush.objects.count() == 1


def test_a_name_belongs_to_one_push_of_one_key(made: Made) -> None:
    told = line()
    push(made, told)
    reused = push(made, told | {"counted": 8})
    assert (reused.status_code, reused.json()["type"]) == (409, "/problems/key-reused")
    assert push(made, told, free=True).status_code == 409
    assert push(make_api_key("The ERP"), told | {"counted": 8}).json()["applied"] == 1
    assert (Lot.objects.get().on_hand, CountPush.objects.count()) == (8, 2)


def test_a_push_is_remembered_for_a_week(made: Made) -> None:
    push(made, line())
    CountPush.objects.update(pushed_at=timezone.now() - timedelta(days=7, minutes=-1))
    tasks.forget_old_rows()
    assert CountPush.objects.count() == 1
    assert pushing.forget_pushes(older_than=timezone.now()) == 1


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer rgm_wrong", "Basic {}", "{}", "Bearer {}x", "Bearer \xff"],
)
def test_without_a_key_nothing_is_taken(made: Made, header: str | None) -> None:
    sent = {} if header is None else {"Authorization": header.format(made.secret)}
    answer = Client().post(URL, {"counts": [line()]}, content_type="application/json", headers=sent)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/no-such-key")
    assert answer["WWW-Authenticate"] == 'Bearer realm="stock"'
    assert_nothing_happened()


def test_a_revoked_key_is_no_key(made: Made) -> None:
    api_keys.revoke_key(key_id=made.key.pk, now=timezone.now())
    assert push(made, line()).status_code == 401
    assert_nothing_happened()


def test_a_key_of_another_place_takes_nothing_at_all(made: Made) -> None:
    hamburg = make_api_key("Hamburg", location="HAM")
    answer = push(hamburg, line(location="HAM"), line())
    assert answer.status_code == 403
    assert (answer.json()["type"], answer.json()["locations"]) == ("/problems/key-not-for-this", ["BER"])
    assert_nothing_happened()


MISTAKES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a fraction": ({"counted": 2.5}, ["/counts/1/counted"]),
    "a text": ({"counted": "7"}, ["/counts/1/counted"]),
    "below zero": ({"counted": -1}, ["/counts/1/counted"]),
    "too many": ({"counted": 1_000_001}, ["/counts/1/counted"]),
    "yes": ({"counted": True}, ["/counts/1/counted"]),
    "an hour without its offset": ({"as_of": "2026-11-22T07:30:00"}, ["/counts/1/as_of"]),
    "a day": ({"as_of": "2026-11-22"}, ["/counts/1/as_of"]),
    "a day that is none": ({"as_of": "2026-02-30T07:30:00Z"}, ["/counts/1/as_of"]),
    "before all time": ({"as_of": "0001-01-01T00:00:00+14:00"}, ["/counts/1/as_of"]),
    "other digits": ({"as_of": "２０２６-11-22T07:30:00Z"}, ["/counts/1/as_of"]),
    "no moment": ({"as_of": ...}, ["/counts/1/as_of"]),
    "a stranger": ({"quantity": 3}, ["/counts/1/quantity"]),
    "a NUL": ({"sku": "QC\x0050"}, ["/counts/1/sku"]),
    "no place and no SKU": ({"sku": ..., "location": None}, ["/counts/1/sku", "/counts/1/location"]),
    "an expectation below zero": ({"expected": -1}, ["/counts/1/expected"]),
}


@pytest.mark.parametrize(("change", "pointers"), MISTAKES.values(), ids=MISTAKES.keys())
def test_what_cannot_be_read_is_pointed_at_and_nothing_is_taken(
    made: Made, change: dict[str, Any], pointers: list[str]
) -> None:
    answer = push(made, line(), line(**change))
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")
    assert [error["pointer"] for error in answer.json()["errors"]] == pointers
    assert_nothing_happened()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/counts"),
        ({"counts": []}, "/counts"),
        ({"counts": {}}, "/counts"),
        ({"counts": [line()] * 1001}, "/counts"),
        ({"counts": [line()], "free": "no"}, "/free"),
        ({"counts": [line()], "dry": True}, "/dry"),
        ({"counts": [7]}, "/counts/0"),
    ],
)
def test_a_body_of_another_shape_is_pointed_at(made: Made, body: Any, pointer: str) -> None:
    headers = {"Idempotency-Key": "file-1", "Authorization": f"Bearer {made.secret}"}
    answer = Client().post(URL, json.dumps(body), content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert_nothing_happened()


def test_of_a_thousand_mistakes_a_hundred_are_told(made: Made) -> None:
    answer = push(made, *[line(counted=-1)] * 1000)
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 100)


def test_a_push_has_a_name(made: Made) -> None:
    answer = push(made, line(), name="")
    assert answer.json()["errors"] == [
        {
            "pointer": "/Idempotency-Key",
            "detail": "Name this push in a header, so that it can be repeated without harm.",
        }
    ]
    assert_nothing_happened()


def test_moments_are_read_in_any_zone(made: Made) -> None:
    now = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    told = now.astimezone(timezone.get_fixed_timezone(570)).isoformat()
    assert told.endswith("+09:30")
    assert push(made, line(as_of=told)).json()["applied"] == 1
    assert Lot.objects.get().counted_at == now


def test_what_is_free_is_told_apart(made: Made) -> None:
    Lot.objects.update(reserved=4)
    answer = push(made, line(counted=5, as_of=ago(0)), free=True).json()
    assert [(one["result"], one["on_hand"], one["reserved"]) for one in answer["results"]] == [
        ("applied", 9, 4)
    ]


def test_each_key_is_counted_for_itself(made: Made, monkeypatch: Any) -> None:
    monkeypatch.setattr(api.Throttle, "THROTTLE_RATES", {"counts": "2/min"})
    other = make_api_key("The ERP")
    statuses = [push(key, line(), name=f"n{n}").status_code for n, key in enumerate([made] * 3 + [other])]
    assert statuses == [200, 200, 429, 200]


def test_a_thousand_lines_take_as_many_statements_as_one(
    made: Made, django_assert_max_num_queries: Any
) -> None:
    lines = [line(lot=f"L{n}") for n in range(1000)]
    with django_assert_max_num_queries(14):
        answer = push(made, *lines).json()
    assert (answer["applied"], answer["refused"]) == (1, 999)
