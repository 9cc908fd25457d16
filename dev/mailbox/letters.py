"""One letter, read: any bytes give a letter, however broken they are."""

from __future__ import annotations

import base64
import re
import textwrap
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from email.utils import getaddresses

# What the standard library raises on headers and charsets that break the rules.
_BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Attachment:
    """A file that came with a letter."""

    name: str
    type: str
    content: bytes

    @property
    def size(self) -> str:
        count = len(self.content)
        if count < 1000:
            return f"{count} bytes"
        return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


@dataclass(frozen=True)
class Letter:
    """A letter as a person reads it."""

    id: str
    sender: str
    recipients: list[str]
    subject: str
    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[Attachment]

    @property
    def received_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.id[:19]) / 1_000_000_000, tz=UTC)

    @property
    def excerpt(self) -> str:
        return textwrap.shorten(self.text, 150, placeholder=" …")


def read_letter(letter_id: str, raw: bytes) -> Letter:
    """The letter in these bytes; what cannot be decoded is shown as well as it can be."""
    message = message_from_bytes(raw, policy=policy.default)
    headers = _read_headers(message)
    envelope = _first(headers, "x-envelope-to")
    named = [address for _, address in _addresses(_first(headers, "to")) if address]
    blind = [name.strip() for name in envelope.split(",") if name.strip() and name.strip() not in named]
    text, html, attachments, pictures = _read_parts(message)
    return Letter(
        id=letter_id,
        sender=_first(headers, "from") or "(no sender)",
        recipients=named + blind,
        subject=_first(headers, "subject") or "(no subject)",
        headers=[(name, value) for name, value in headers if name.lower() != "x-envelope-to"],
        text=text or _text_of(html),
        html=_with_pictures(html, pictures),
        attachments=attachments,
    )


def _read_headers(message: Message) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    for name, source in message.raw_items():
        try:
            value = str(message.policy.header_fetch_parse(name, source))
        except _BROKEN:
            value = str(source)
        headers.append((_clean(str(name)), _clean(value)))
    return headers


def _clean(text: str) -> str:
    """Printable on one line, and encodable."""
    return _CONTROL.sub(" ", text).encode("utf-8", "replace").decode().strip()


def _first(headers: list[tuple[str, str]], wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")


def _addresses(line: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([line])
    except _BROKEN:
        return []


def _read_parts(message: Message) -> tuple[str, str, list[Attachment], dict[str, Attachment]]:
    text = html = ""
    attachments: list[Attachment] = []
    pictures: dict[str, Attachment] = {}
    for part in message.walk():
        if part.is_multipart():
            continue
        kind, name, disposition, content_id = _describe(part)
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else str(payload or "").encode("utf-8", "replace")
        attached = disposition == "attachment" or bool(name)
        if content_id and kind.startswith("image/"):
            pictures[content_id] = Attachment(name or content_id, kind, content)
        elif kind == "text/plain" and not attached and not text:
            text = _decode(part, content)
        elif kind == "text/html" and not attached and not html:
            html = _decode(part, content)
        else:
            fallback = f"attachment-{len(attachments) + 1}"
            attachments.append(Attachment(name or fallback, kind, content))
    return text, html, attachments, pictures


def _describe(part: Message) -> tuple[str, str, str, str]:
    """Kind, file name, disposition and content id of a part; what cannot be read is plain."""
    try:
        kind = part.get_content_type()
        name = _clean(part.get_filename() or "").replace("/", "_").replace("\\", "_")[-120:]
        disposition = part.get_content_disposition() or ""
        content_id = _clean(str(part.get("Content-ID", ""))).strip("<>")
    except _BROKEN:
        return "application/octet-stream", "", "attachment", ""
    if not re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", kind):
        kind = "application/octet-stream"
    return kind, name, disposition, content_id


def _decode(part: Message, content: bytes) -> str:
    try:
        text = content.decode(part.get_content_charset() or "utf-8", "replace")
    except _BROKEN:
        text = content.decode("utf-8", "replace")
    # some charsets decode to half characters, which cannot be shown
    return text.replace("\r\n", "\n").encode("utf-8", "replace").decode()


def _text_of(html: str) -> str:
    without = re.sub(r"(?is)<(style|script|head)\b.*?</\1\s*>", " ", html)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", without)).strip()


def _with_pictures(html: str, pictures: dict[str, Attachment]) -> str:
    """Pictures that came inside the letter are put where it names them: no request is needed."""
    for content_id, picture in pictures.items():
        encoded = base64.b64encode(picture.content).decode()
        html = html.replace(f"cid:{content_id}", f"data:{picture.type};base64,{encoded}")
    return html
