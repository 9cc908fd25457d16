"""The SMTP side: whatever is sent to this port is kept."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from dev.mailbox.drawer import Drawer

LARGEST_BYTES = 30_000_000


class Catcher:
    """What aiosmtpd asks for each message; it prescribes the method's name."""

    def __init__(self, drawer: Drawer) -> None:
        self.drawer = drawer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
        try:
            letter_id = self.drawer.keep(raw, recipients=[str(name) for name in envelope.rcpt_tos])
        except OSError as error:  # a full disk: the sender keeps the mail and tries again
            logging.getLogger("mailbox").error("a message could not be kept: %s", error)
            return "451 could not be kept, try again later"
        return f"250 kept as {letter_id}"


@contextmanager
def catch_mail(drawer: Drawer, *, host: str, port: int) -> Iterator[int]:
    """The port on which mail is being caught, until the block ends."""
    controller = Controller(
        Catcher(drawer),
        hostname=host,
        port=port or free_port(host),
        data_size_limit=LARGEST_BYTES,
        ident="Regimen mailbox",
        server_hostname="mailbox.localhost",
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port(host: str) -> int:
    """A port that was free a moment ago: aiosmtpd must know the number before it binds."""
    with socket.socket() as sock:
        sock.bind((host, 0))
        return int(sock.getsockname()[1])
