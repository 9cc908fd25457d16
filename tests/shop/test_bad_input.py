"""Bodies that no honest client sends, to the real web server: refused in words, never a 500, nothing written.

What well-formed requests may get wrong is in tests/journeys/; here it is the wire.
"""

import socket
from contextlib import suppress

import pytest

from tests.shop.wire import Shelf, Wire, assert_untouched

pytestmark = pytest.mark.django_db(transaction=True)

NEST = 10_000
BODIES: dict[str, tuple[bytes, int]] = {
    "six megabytes": (b'{"units": 2, "x": "' + b"x" * 6_000_000 + b'"}', 413),
    "six megabytes of nothing": (b" " * 6_000_000, 413),
    "bad UTF-8": (b'{"units": "\xc3\x28"}', 400),
    "UTF-16": ('{"units": 2}'.encode("utf-16"), 400),
    "a byte order mark": (b'\xef\xbb\xbf{"units": 2}', 400),
    "a NUL byte": (b'{"units": 2}\x00', 400),
    "a NUL in a name": (b'{"un\\u0000its": 2}', 400),
    "not a number": (b'{"units": NaN}', 400),
    "infinity": (b'{"units": -Infinity}', 400),
    "beyond a double": (b'{"units": 1e309}', 400),
    "a long number": (b'{"units": ' + b"9" * 5_000 + b"}", 400),
    "hexadecimal": (b'{"units": 0x2}', 400),
    "Arabic digits": ('{"units": ٣}'.encode(), 400),
    "Arabic digits in a text": ('{"units": "٣"}'.encode(), 400),
    "a lone surrogate": (b'{"units": "\\udc00"}', 400),
    "a lone surrogate in a name": (b'{"\\udc00": 2}', 400),
    "a deep list": (b'{"units": ' + b"[" * NEST + b"]" * NEST + b"}", 400),
    "a deep object": (b'{"units":' * NEST + b"2" + b"}" * NEST, 400),
    "just deep enough for the parser": (b'{"units": ' + b"[" * 1_000 + b"]" * 1_000 + b"}", 400),
    "the same name twice": (b'{"units": 1, "units": 3}', 400),
    "the same name, spelt otherwise": (b'{"units": 1, "\\u0075nits": 3}', 400),
    "two objects": (b'{"units": 1}{"units": 3}', 400),
    "a comma too many": (b'{"units": 1,}', 400),
    "a comment": (b'{"units": 1 /* one */}', 400),
    "a stranger": (b'{"units": 1, "price": 1}', 400),
    "twenty thousand strangers": (
        b'{"units": 1,' + b",".join(b'"a%d":1' % number for number in range(20_000)) + b"}",
        400,
    ),
    "__proto__": (b'{"__proto__": {"units": 1}}', 400),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES.keys())
def test_odd_bodies_are_refused_in_words(wire: Wire, shelf: Shelf, body: bytes, status: int) -> None:
    for target, method in ((shelf.line, "PUT"), (shelf.checkout, "POST"), ("/api/v1/carts/", "POST")):
        answer = wire.say(method, target, body, ("Idempotency-Key", "k1"))
        assert (answer.status, answer.problem()["status"]) == (status, status), target
    assert_untouched()


TYPES = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "",
    "a/b/c",
    "\xff",
]


@pytest.mark.parametrize("kind", TYPES)
def test_a_body_that_does_not_say_json_is_refused(wire: Wire, shelf: Shelf, kind: str) -> None:
    answer = wire.ask("PUT", shelf.line, b'{"units": 1}', ("Content-Type", kind.encode("latin-1")))
    assert answer.problem()["type"] == "/problems/not-json"
    assert_untouched()


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "idna", "rot13"])
def test_a_charset_changes_nothing(wire: Wire, shelf: Shelf, charset: str) -> None:
    answer = wire.ask("PUT", shelf.line, b"[", ("Content-Type", f"application/json; charset={charset}"))
    assert answer.status in (400, 415)
    assert answer.problem()
    assert_untouched()


def test_half_a_body_writes_nothing(wire: Wire, shelf: Shelf) -> None:
    head = f"PUT {shelf.line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", wire.port), timeout=20) as line:
        line.sendall(head.encode() + b'Content-Length: 400\r\n\r\n{"units": 1}')
        line.shutdown(socket.SHUT_WR)
        line.settimeout(3)
        with suppress(TimeoutError, ConnectionResetError):  # it waits for the rest, or has hung up: both fine
            assert b" 200 " not in line.recv(1000)
    assert_untouched()


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "99999999999999999999999999"])
def test_a_length_that_is_none_is_refused(wire: Wire, shelf: Shelf, length: str) -> None:
    head = f"PUT {shelf.line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    answer = wire.send(f'{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{{"units": 1}}'.encode())
    assert 400 <= answer.status < 500
    assert_untouched()


# -- Stripe's door -------------------------------------------------------------------------------------

SIGNATURES = [
    "",
    "t=,v1=",
    "t=x,v1=y",
    "t=1,v1=" + "0" * 64,
    "t=-1,v1=\xff",
    "v1",
    "=" * 5_000,
    "t=" + "9" * 5_000,
]
NEWS = [b"", b"{}", b"null", b"[]", b"\xff\xfe", b'{"id": "evt_1"}', b'{"id": NaN}', b"[" * 10_000, b"\x00"]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_news_that_stripe_did_not_sign_is_not_kept(wire: Wire, shelf: Shelf, signature: str) -> None:
    for body in NEWS:
        answer = wire.say("POST", "/webhooks/stripe", body, ("Stripe-Signature", signature.encode("latin-1")))
        assert (answer.status, answer.problem()["type"]) == (400, "/problems/bad-signature")
    too_much = wire.say("POST", "/webhooks/stripe", b"x" * 6_000_000, ("Stripe-Signature", "t=1,v1=a"))
    assert too_much.problem()["type"] == "/problems/body-too-large"
    assert_untouched()
