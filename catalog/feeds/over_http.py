"""Fetching over HTTP and HTTPS, from the one address that was checked."""

import base64
import http.client
import re
import ssl
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ReadTimeoutError,
)
from urllib3.response import BaseHTTPResponse

from catalog.feeds.addresses import Place, Resolve, look_up, read_place
from catalog.feeds.deadlines import Deadline
from catalog.feeds.sources import Allowed, Fetched, FetchFailed, Source

MOST_REDIRECTS = 3
REDIRECTS = {301, 302, 303, 307, 308}
MOST_ETAG_CHARS = 200
ETAG = re.compile(r"[\x21-\x7e]{1,200}")
CHUNK = 64 * 1024
GZIP = 31  # zlib's number for gzip's own head and foot
AGENT = "Regimen/1 (stock feed)"


def fetch(source: Source, place: Place, *, into: Path, allowed: Allowed, resolve: Resolve) -> Fetched:
    """What came from there, or from where it sent us. Raises FetchFailed."""
    deadline = Deadline(source.total_s)
    for _ in range(MOST_REDIRECTS + 1):
        addresses = look_up(place, allowed, resolve)
        found = _ask(source, place, addresses, into, deadline)
        if isinstance(found, Fetched):
            return found
        place = _follow(source, place, found, allowed)
    raise FetchFailed(f"The server sent us on more than {MOST_REDIRECTS} times.")


def _follow(source: Source, place: Place, location: str, allowed: Allowed) -> Place:
    """The next place: checked as the first one was. Raises FetchFailed."""
    there = read_place(urljoin(f"{place.scheme}://{place.named}{place.path}", location), allowed)
    if there.scheme == "sftp":
        raise FetchFailed("The server sends us on to SFTP.")
    if (place.scheme, there.scheme) == ("https", "http"):
        raise FetchFailed("The server sends us on from https down to http.")
    if there.named != place.named and (source.username or source.password):
        raise FetchFailed(f"The server sends us on to {there.named}, which must not see the password.")
    return there


def _ask(source: Source, place: Place, addresses: list[str], into: Path, deadline: Deadline) -> Fetched | str:
    """What came, or the address to which the server sends us on. Raises FetchFailed."""
    connection = _connect(source, place, addresses, deadline)
    try:
        assert connection.sock is not None
        with deadline.watch(connection.sock):
            connection.request("GET", place.path, headers=_headers(source, place), preload_content=False)
            with closing(connection.getresponse()) as answer:
                return _read_answer(source, place, answer, into)
    except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        raise FetchFailed(_explain(error, place, source)) from None
    finally:
        connection.close()


def _connect(source: Source, place: Place, addresses: list[str], deadline: Deadline) -> HTTPConnection:
    """A connection to the first address that takes one; the name is only for the certificate."""
    failed = FetchFailed(f"{place.host} has no address.")
    for address in addresses:
        timeout = deadline.left(source.timeout_s)
        connection: HTTPConnection
        if place.scheme == "https":
            connection = HTTPSConnection(
                address,
                place.port,
                timeout=timeout,
                ssl_context=ssl.create_default_context(),
                server_hostname=place.host,
            )
        else:
            connection = HTTPConnection(address, place.port, timeout=timeout)
        try:
            connection.connect()
        except (HTTPError, OSError) as error:
            connection.close()
            failed = FetchFailed(_explain(error, place, source))
            continue
        return connection
    raise failed


def _headers(source: Source, place: Place) -> dict[str, str]:
    headers = {"Host": place.named, "User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"}
    if source.username or source.password:
        pair = base64.b64encode(f"{source.username}:{source.password}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    if source.etag:
        headers["If-None-Match"] = source.etag
    if source.last_modified:
        headers["If-Modified-Since"] = format_datetime(source.last_modified.astimezone(UTC), usegmt=True)
    return headers


def _read_answer(source: Source, place: Place, answer: BaseHTTPResponse, into: Path) -> Fetched | str:
    if answer.status == 304 and (source.etag or source.last_modified):
        return Fetched("unchanged", source.etag, source.last_modified, 0)
    if answer.status in REDIRECTS and answer.headers.get("Location"):
        return str(answer.headers["Location"])
    if answer.status != 200:
        raise FetchFailed(*_explain_status(answer.status, place))
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        raise FetchFailed(f"The file is packed as “{encoding[:20]}”, which nobody asked for.")
    told = answer.headers.get("Content-Length", "")
    if told.isdecimal() and int(told) > source.most_bytes:
        raise _too_large(source, f"has {int(told):,} bytes")
    size = _write(source, answer, into, is_packed=encoding == "gzip")
    etag = answer.headers.get("ETag", "").strip()
    return Fetched(
        "new",
        etag if ETAG.fullmatch(etag) else "",
        _read_moment(answer.headers.get("Last-Modified", "")),
        size,
    )


def _write(source: Source, answer: BaseHTTPResponse, into: Path, is_packed: bool) -> int:
    size, unpacking = 0, zlib.decompressobj(wbits=GZIP)
    with into.open("wb") as file:
        while piece := answer.read(CHUNK, decode_content=False):
            for part in _unpack(unpacking, piece) if is_packed else [piece]:
                size += len(part)
                if size > source.most_bytes:
                    raise _too_large(source, "goes on")
                file.write(part)
    # urllib3 would let a file pass whose end is missing
    if is_packed and (not unpacking.eof or unpacking.unused_data):
        raise FetchFailed("The file is packed, and its end is missing or not its own.")
    return size


def _unpack(unpacking: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    """What is in a piece, in pieces that are not large, however well it was packed."""
    try:
        while packed:
            yield unpacking.decompress(packed, CHUNK)
            packed = unpacking.unconsumed_tail
    except zlib.error:
        raise FetchFailed("The file says that it is packed, and cannot be unpacked.") from None


def _too_large(source: Source, what: str) -> FetchFailed:
    return FetchFailed(f"The file {what}: more than the {source.most_bytes:,} bytes that a feed may have.")


def _read_moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def _explain_status(status: int, place: Place) -> tuple[str, bool]:
    if status in (401, 403):
        return f"{place.named} answers {status}: it does not take our name and password.", True
    if status in (404, 410):
        return f"{place.named} answers {status}: there is no file at that address.", True
    if status >= 500:
        return f"{place.named} answers {status}: the server has a fault.", False
    return f"{place.named} answers {status}, and not with a file.", False


def _explain(error: Exception, place: Place, source: Source) -> str:
    if isinstance(error, NewConnectionError):  # to urllib3 a kind of the next one
        return f"{place.named} takes no connection."
    if isinstance(error, ConnectTimeoutError):
        return f"{place.named} does not answer: no connection within {source.timeout_s:g} seconds."
    if isinstance(error, ReadTimeoutError | TimeoutError):
        return f"{place.named} hangs: nothing came for {source.timeout_s:g} seconds."
    if isinstance(error.__cause__, http.client.IncompleteRead):  # of which urllib3's own is a kind
        return "The file ends before its length: the transfer was cut off."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {place.named} is not good: {error.verify_message}."
    if isinstance(error, ssl.SSLError):
        return f"{place.named} cannot speak to us in private (TLS)."
    return f"{place.named} broke off, or speaks no HTTP ({type(error).__name__})."
