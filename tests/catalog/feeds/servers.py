"""Suppliers on this machine: real HTTP, HTTPS and SFTP servers that behave as badly as they are told to."""

import datetime
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import paramiko
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Answer = Callable[["Asked"], None]


class Asked(BaseHTTPRequestHandler):
    """One request; an answer writes to it what it likes."""

    protocol_version = "HTTP/1.1"
    server: "Supplier"  # type: ignore[assignment]

    def do_GET(self) -> None:
        self.server.hits.append((self.path, {name.lower(): text for name, text in self.headers.items()}))
        self.close_connection = True
        with suppress(OSError):  # they hang up on us: that is what is tried here
            self.server.answers[self.path.partition("?")[0]](self)

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, text in ({"Content_Length": str(len(body))} | headers).items():
            if text:
                self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


class Supplier(ThreadingHTTPServer):
    """A web server with an answer for each path; it remembers who asked for what."""

    daemon_threads = True

    def __init__(self, host: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, 0), Asked)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.answers: dict[str, Answer] = {}
        self.hits: list[tuple[str, dict[str, str]]] = []
        self.leaving = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: whoever breaks off has reasons."""

    def __enter__(self) -> "Supplier":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self.leaving.set()
        self.shutdown()
        self.server_close()


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that says to everybody what `talk` says, in any protocol or none."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        lines: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                lines.append(line)
                with suppress(OSError):
                    talk(line)

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            for line in lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
                line.close()


def make_certificate(folder: Path, *names: str) -> Path:
    """A certificate that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A supplier")])
    today = datetime.datetime.now(datetime.UTC)
    alternatives = [
        x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name) for name in names
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "supplier.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


# -- SFTP ----------------------------------------------------------------------------------------------


@dataclass
class Shelf:
    """What lies on the SFTP server, and how it misbehaves."""

    files: dict[str, bytes] = field(default_factory=dict)
    changed_at: int = 1_790_000_000
    told_size: int | None = None
    hangs: threading.Event | None = None
    grows: bool = False
    logins: list[tuple[str, str]] = field(default_factory=list)


class _File(paramiko.SFTPHandle):
    def __init__(self, shelf: Shelf, content: bytes) -> None:
        super().__init__()
        self.shelf, self.content = shelf, content

    def read(self, offset: int, length: int) -> bytes | int:  # type: ignore[override]
        if self.shelf.hangs:
            self.shelf.hangs.wait(20)
        if self.shelf.grows:
            self.shelf.changed_at += 1
        return self.content[offset : offset + length] or paramiko.SFTP_EOF


class _Session(paramiko.SFTPServerInterface):
    def __init__(self, server: "_Door", *args: Any, **options: Any) -> None:
        super().__init__(server)
        self.shelf = server.shelf

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        found = paramiko.SFTPAttributes()
        if path == "/":
            found.st_mode = 0o040755
            return found
        if path == "/secret.csv":
            return paramiko.SFTP_PERMISSION_DENIED
        if path not in self.shelf.files:
            return paramiko.SFTP_NO_SUCH_FILE
        found.st_size = len(self.shelf.files[path]) if self.shelf.told_size is None else self.shelf.told_size
        found.st_mtime = found.st_atime = self.shelf.changed_at
        found.st_mode = 0o100644
        return found

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            return paramiko.SFTP_PERMISSION_DENIED
        return _File(self.shelf, self.shelf.files[path])


class _Door(paramiko.ServerInterface):
    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def check_auth_password(self, username: str, password: str) -> int:
        self.shelf.logins.append((username, password))
        good = (username, password) == ("regimen", "s3cret")
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "password"


@contextmanager
def sftp_server(shelf: Shelf, *keys: paramiko.PKey) -> Iterator[int]:
    """The port of an SFTP server with these host keys, until the block ends."""
    transports: list[paramiko.Transport] = []

    def talk(line: socket.socket) -> None:
        transport = paramiko.Transport(line)
        transports.append(transport)
        for key in keys:
            transport.add_server_key(key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Session)
        with suppress(paramiko.SSHException, EOFError):
            transport.start_server(server=_Door(shelf))

    with raw_server(talk) as port:
        try:
            yield port
        finally:
            if shelf.hangs:
                shelf.hangs.set()
            for transport in transports:
                transport.close()


def written_key(key: paramiko.PKey) -> str:
    return f"{key.get_name()} {key.get_base64()}"
