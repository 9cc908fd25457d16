"""A mail server of our own on loopback: what the shop sends really crosses a socket."""

import asyncio
import email
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Postbox:
    """The mails that arrived, in their order, and the ways in which a mail server can be difficult."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refusing = False  # answers 451: not now
        self.losing_answers = False  # takes the mail and hangs up before saying so
        self.slow_s = 0.0
        self.on_letter: Callable[[], None] = lambda: None  # what else happens before it answers

    @property
    def only(self) -> EmailMessage:
        (letter,) = self.letters
        return letter

    @property
    def message_ids(self) -> list[str]:
        return [str(letter["Message-ID"]) for letter in self.letters]


class Clerk:
    """What aiosmtpd asks for each mail; it prescribes the method's name."""

    def __init__(self, postbox: Postbox) -> None:
        self.postbox = postbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.postbox.refusing:
            return "451 not now"
        await asyncio.sleep(self.postbox.slow_s)
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        self.postbox.letters.append(email.message_from_bytes(raw, policy=default))
        self.postbox.recipients.append([str(name) for name in envelope.rcpt_tos])
        await asyncio.to_thread(self.postbox.on_letter)
        if self.postbox.losing_answers:
            cast(asyncio.Transport, server.transport).abort()
        return "250 taken"


@contextmanager
def open_postbox(settings: Any) -> Iterator[Postbox]:
    """A postbox, and settings that send there, until the block ends."""
    postbox = Postbox()
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    controller = Controller(
        Clerk(postbox), hostname="127.0.0.1", port=port, server_hostname="postbox.localhost"
    )
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    try:
        yield postbox
    finally:
        controller.stop()


def text_of(letter: EmailMessage) -> str:
    return _body_of(letter, "plain")


def html_of(letter: EmailMessage) -> str:
    return _body_of(letter, "html")


def _body_of(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body(preferencelist=(kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
