"""The same CSV over SFTP."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)
from paramiko.sftp import SFTP_EOF, SFTP_FAILURE, SFTP_NO_SUCH_FILE, SFTP_PERMISSION_DENIED

from dev.supplier import misbehaving
from dev.supplier.misbehaving import Mood
from dev.supplier.shelves import Shelves

PATH = "/stock.csv"
USERNAME, PASSWORD = "regimen", "noordkade"  # of a supplier that only this machine can reach
FAULTS = {"500", "redirect", "zip-bomb"}
logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # who hangs up is no news


def make_host_key(path: Path) -> paramiko.PKey:
    """The key by which the server is known: the one in the file, or a new one that is kept there."""
    if not path.exists():
        written = ed25519.Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(written)
    return paramiko.Ed25519Key.from_private_key_file(str(path))


def written_key(key: paramiko.PKey) -> str:
    """As in known_hosts: "ssh-ed25519 AAAA…"."""
    return f"{key.get_name()} {key.get_base64()}"


@contextmanager
def serve_sftp(shelves: Shelves, mood: Mood, *, host: str, port: int, key: paramiko.PKey) -> Iterator[int]:
    """The port on which the file can be read, until the block ends."""
    transports: list[paramiko.Transport] = []
    with socket.create_server((host, port)) as listening:

        def accept() -> None:
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                transports[:] = [transport for transport in transports if transport.is_active()]
                transport = paramiko.Transport(line)
                transports.append(transport)
                threading.Thread(target=_greet, args=(transport, key, shelves, mood), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            for transport in transports:
                transport.close()


def _greet(transport: paramiko.Transport, key: paramiko.PKey, shelves: Shelves, mood: Mood) -> None:
    transport.add_server_key(key)
    transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Session)
    try:
        transport.start_server(server=_Door(shelves, mood))
    except (paramiko.SSHException, EOFError, OSError):
        transport.close()


class _Door(paramiko.ServerInterface):
    """Who may come in. paramiko prescribes the names of the methods."""

    def __init__(self, shelves: Shelves, mood: Mood) -> None:
        self.shelves, self.mood = shelves, mood

    def check_auth_password(self, username: str, password: str) -> int:
        is_known = (username, password) == (USERNAME, PASSWORD)
        return AUTH_SUCCESSFUL if is_known else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        is_session = kind == "session"
        return OPEN_SUCCEEDED if is_session else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def get_allowed_auths(self, username: str) -> str:
        return "password"


class _Session(paramiko.SFTPServerInterface):
    """A directory with one file, to be read."""

    def __init__(self, server: Any, *args: Any, **options: Any) -> None:
        super().__init__(server)
        self.shelves: Shelves = server.shelves
        self.mood: Mood = server.mood

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        found = self.stat(PATH)
        if isinstance(found, int):
            return found
        found.filename = PATH.removeprefix("/")
        return [found] if path == "/" else SFTP_NO_SUCH_FILE

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        found = paramiko.SFTPAttributes()
        if path == "/":
            found.st_mode = 0o040555
            return found
        if path != PATH:
            return SFTP_NO_SUCH_FILE
        if self.mood.mode in FAULTS:
            return SFTP_FAILURE
        count = self.shelves.count()
        content = misbehaving.write_badly(count, "csv", self.mood.mode)
        found.st_size = misbehaving.HUGE_BYTES if self.mood.mode == "huge" else len(content)
        found.st_mtime = found.st_atime = int(count.counted_at.timestamp())
        found.st_mode = 0o100444
        return found

    def lstat(self, path: str) -> paramiko.SFTPAttributes | int:
        return self.stat(path)

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        if path != PATH:
            return SFTP_NO_SUCH_FILE
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return SFTP_PERMISSION_DENIED
        return _Reading(misbehaving.write_badly(self.shelves.count(), "csv", self.mood.mode), self.mood)


class _Reading(paramiko.SFTPHandle):
    """The file as it was when it was opened."""

    def __init__(self, content: bytes, mood: Mood) -> None:
        super().__init__()
        self.content, self.mood = content, mood

    def read(self, offset: int, length: int) -> bytes | int:
        if self.mood.mode == "hang":
            self.mood.hang()
        return self.content[offset : offset + length] or SFTP_EOF
