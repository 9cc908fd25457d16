"""Whatever a stranger sends to whichever address: an answer, never a 500, and the invariants hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client

from dev.stripe_sandbox.app import App
from dev.stripe_sandbox.endpoints import ENDPOINTS
from dev.stripe_sandbox.sandbox import Sandbox
from dev.stripe_sandbox.settings import Settings
from dev.stripe_sandbox.shapes import read_shape

KEY = "sk_test_local_regimen"
NAMES = sorted({name for endpoint in ENDPOINTS for name in read_shape(endpoint.params).fields})
PLACES = sorted({endpoint.path.replace("<id>", "{id}") for endpoint in ENDPOINTS})
PAGES = ["/", "/c/pay/{id}", "/c/pay/{id}/authenticate"]
CONTROLS = [
    f"/_sandbox/{name}" for name in ("pay/{id}", "clock", "faults", "webhooks", "invariants", "deliveries")
]

words = st.sampled_from([*NAMES, "number", "email", "test_card", "answer", "quantity", "price_data", "x"])
parts = st.lists(
    st.one_of(words, st.sampled_from(["", "0", "1", "99999999999"]), st.text(max_size=3)), max_size=4
)
values = st.one_of(
    st.text(max_size=20),
    st.integers().map(str),
    st.sampled_from(
        ["", "true", "eur", "payment", "4242424242424242", "complete", "line_items", "data.x", "1e5"]
    ),
)
pairs = st.tuples(words, parts, values).map(
    lambda p: p[0] + "".join(f"[{name}]" for name in p[1]) + "=" + p[2]
)
forms = st.one_of(
    st.lists(pairs, max_size=6).map(lambda lines: "&".join(lines).encode("utf-8", "surrogatepass")),
    st.binary(max_size=60),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(words | st.text(max_size=4), inner, max_size=3)
        ),
        max_leaves=5,
    ).map(lambda content: json.dumps(content).encode()),
)


@pytest.fixture(scope="module")
def shop() -> Iterator[tuple[Client, str, Sandbox]]:
    sandbox = Sandbox(Settings(db=":memory:", seed=1))
    client = Client(App(sandbox))
    form: Any = {
        "mode": "payment",
        "success_url": "https://shop.example/",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "eur",
        "line_items[0][price_data][unit_amount]": "900",
        "line_items[0][price_data][product_data][name]": "Jar",
    }
    made = client.post("/v1/checkout/sessions", data=form, headers={"Authorization": f"Bearer {KEY}"})
    assert made.status_code == 200
    yield client, made.get_json()["id"], sandbox
    sandbox.store.close()


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    method=st.sampled_from(["GET", "POST", "POST", "DELETE", "PUT"]),
    place=st.sampled_from([*PLACES, *PAGES, *CONTROLS]),
    known=st.booleans(),
    body=forms,
    kind=st.sampled_from(
        ["application/x-www-form-urlencoded", "application/json", "", "multipart/form-data"]
    ),
    key=st.none() | st.text("abc \t'\"", max_size=4),
)
def test_nothing_that_can_be_sent_breaks_the_sandbox(
    shop: tuple[Client, str, Sandbox],
    method: str,
    place: str,
    known: bool,
    body: bytes,
    kind: str,
    key: str | None,
) -> None:
    client, session_id, _ = shop
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": kind}
    if key is not None:
        headers["Idempotency-Key"] = key
    path = place.replace("{id}", session_id if known else "nobody")
    query = body.decode("latin-1") if method == "GET" else None
    sent = b"" if method == "GET" else body
    client.post("/_sandbox/faults", json={"rules": []}, headers={"Authorization": f"Bearer {KEY}"})
    answer = client.open(path, method=method, data=sent, query_string=query, headers=headers)
    assert answer.status_code < 500, answer.get_data()
    checked = client.get("/_sandbox/invariants", headers={"Authorization": f"Bearer {KEY}"})
    assert checked.get_json() == {"ok": True, "violations": []}
