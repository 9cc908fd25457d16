"""Fetching over SFTP, from a server whose key we know."""

import base64
import binascii
import logging
import socket
import stat
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import paramiko
from paramiko.ssh_exception import AuthenticationException, SSHException

from catalog.feeds.addresses import Place, Resolve, look_up
from catalog.feeds.deadlines import Deadline
from catalog.feeds.sources import Allowed, Fetched, FetchFailed, Source

CHUNK = 64 * 1024
READ_AHEAD = 64  # requests of 32 KiB on their way: a file is not a round trip per piece
KEY_KINDS = {
    "ssh-ed25519": ("ssh-ed25519",),
    "ecdsa-sha2-nistp256": ("ecdsa-sha2-nistp256",),
    "ecdsa-sha2-nistp384": ("ecdsa-sha2-nistp384",),
    "ecdsa-sha2-nistp521": ("ecdsa-sha2-nistp521",),
    "ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256"),
}
# What goes wrong is said once, by us; its threads would write a traceback for every supplier that is away.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


def fetch(source: Source, place: Place, *, into: Path, allowed: Allowed, resolve: Resolve) -> Fetched:
    """What lies there; the etag is its size and the moment of its last change. Raises FetchFailed."""
    kind, key = _read_key(source.host_key)
    deadline = Deadline(source.total_s)
    addresses = look_up(place, allowed, resolve)
    sock = _connect(source, place, addresses, deadline)
    try:
        with deadline.watch(sock):
            transport = paramiko.Transport(sock)
            try:
                _greet(transport, source, place, kind, key)
                return _read_file(transport, source, place, into)
            finally:
                transport.close()
    except AuthenticationException:
        why = f"{place.named} does not take our name and password."
        raise FetchFailed(why, is_ours=True) from None
    except TimeoutError:
        raise FetchFailed(f"{place.named} hangs: nothing came for {source.timeout_s:g} seconds.") from None
    except (SSHException, EOFError, OSError) as error:
        raise FetchFailed(f"{place.named} broke off, or speaks no SFTP ({type(error).__name__}).") from None
    finally:
        sock.close()


def _read_key(text: str) -> tuple[str, bytes]:
    """(kind, key) of a pinned host key such as "ssh-ed25519 AAAA…"; a comment may follow."""
    words = text.split()
    if len(words) < 2:
        raise FetchFailed("SFTP needs the server's host key: ask the supplier for it.", is_ours=True)
    try:
        key = base64.b64decode(words[1], validate=True)
    except binascii.Error:
        key = b""
    if words[0] not in KEY_KINDS or not key:
        raise FetchFailed("The host key is none: it looks like “ssh-ed25519 AAAA…”.", is_ours=True)
    return words[0], key


def _connect(source: Source, place: Place, addresses: list[str], deadline: Deadline) -> socket.socket:
    for address in addresses:
        try:
            return socket.create_connection((address, place.port), timeout=deadline.left(source.timeout_s))
        except OSError:
            continue
    raise FetchFailed(f"{place.named} takes no connection within {source.timeout_s:g} seconds.")


def _greet(transport: paramiko.Transport, source: Source, place: Place, kind: str, key: bytes) -> None:
    """The server has shown the key that we know, and then taken our name and password."""
    transport.banner_timeout = transport.handshake_timeout = source.timeout_s
    transport.auth_timeout = transport.channel_timeout = source.timeout_s
    # a server may have keys of several kinds: ask for the one that we know
    transport.get_security_options().key_types = KEY_KINDS[kind]
    try:
        transport.start_client(timeout=source.timeout_s)
        shown = transport.get_remote_server_key()
    except SSHException as error:
        if "no acceptable host key" in str(error):
            raise _other_key(place) from None
        raise
    if shown.asbytes() != key:
        raise _other_key(place)
    transport.auth_password(source.username, source.password)


def _other_key(place: Place) -> FetchFailed:
    why = f"{place.named} shows another host key than the one that we know: it may not be the supplier's."
    return FetchFailed(why, is_ours=True)


def _read_file(transport: paramiko.Transport, source: Source, place: Place, into: Path) -> Fetched:
    path = unquote(place.path)
    with paramiko.SFTPClient.from_transport(transport) or _no_session() as client:
        channel = client.get_channel()
        if channel is not None:
            channel.settimeout(source.timeout_s)
        try:
            before = client.stat(path)
        except FileNotFoundError:
            raise FetchFailed(f"There is no file {path[:80]} on {place.named}.", is_ours=True) from None
        except PermissionError:
            raise FetchFailed(f"We may not read {path[:80]} on {place.named}.", is_ours=True) from None
        size = before.st_size or 0
        if not stat.S_ISREG(before.st_mode or 0):
            raise FetchFailed(f"{path[:80]} on {place.named} is no file.", is_ours=True)
        if size > source.most_bytes:
            limit = f"more than the {source.most_bytes:,} bytes that a feed may have"
            raise FetchFailed(f"The file has {size:,} bytes: {limit}.")
        etag = f"{size}-{before.st_mtime}"
        if etag == source.etag:
            return Fetched("unchanged", source.etag, source.last_modified, 0)
        written = _write(client, path, size, into)
        after = client.stat(path)
        if written != size or (after.st_size, after.st_mtime) != (before.st_size, before.st_mtime):
            raise FetchFailed("The file was being written while we read it, or was cut off.")
    moment = datetime.fromtimestamp(before.st_mtime, UTC) if before.st_mtime else None
    return Fetched("new", etag, moment, size)


def _no_session() -> paramiko.SFTPClient:
    raise SSHException("no session was opened")


def _write(client: paramiko.SFTPClient, path: str, size: int, into: Path) -> int:
    written = 0
    with client.open(path, "rb") as theirs, into.open("wb") as ours:
        theirs.prefetch(size, READ_AHEAD)
        while written < size and (piece := theirs.read(min(CHUNK, size - written))):
            ours.write(piece)
            written += len(piece)
    return written
