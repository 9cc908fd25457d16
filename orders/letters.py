"""Letters: what customers get by mail, the same words as HTML and as plain text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.template.loader import render_to_string
from mjml import mjml2html

from orders.statement import write_country

# What XML cannot hold and no reader can see: one bell in a product's name would cost a customer the mail.
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a letter."""

    name: str
    content: bytes
    media_type: str


def compose_letter(template: str, *, subject: str, **words: Any) -> Letter:
    """A letter from the templates `mail/<template>.mjml` and `.txt`.

    Takes   `words`: what the templates say. Customers' words stay words: Django escapes them before
            MJML reads the page.
    """
    context: Mapping[str, Any] = {
        "subject": subject,
        "shop_name": settings.SHOP_NAME,
        "seller": settings.SELLER,
        "seller_country": write_country(settings.SELLER["country"]),
        **words,
    }
    page = UNREADABLE.sub("", render_to_string(f"mail/{template}.mjml", context))
    text = UNREADABLE.sub("", render_to_string(f"mail/{template}.txt", context))
    return Letter(
        subject=subject, text=text.strip() + "\n", html=mjml2html(page, disable_comments=True, fonts={})
    )


def send_letter(
    letter: Letter,
    *,
    to: str | Sequence[str],
    message_id: str,
    enclosures: Sequence[Enclosure] = (),
    headers: Mapping[str, str] = NO_HEADERS,
) -> None:
    """Hand a letter to the mail server, while no transaction is open.

    Takes   `to`: one address, or those of colleagues who may see each other's; `headers`: further ones.

    Raises  OSError or SMTPException: the server did not take it. ValueError: an address or subject
            with a line break in it, which would forge headers.
    """
    _assert_no_transaction()
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[to] if isinstance(to, str) else list(to),
        # RFC 3834: so that nobody's "I am on holiday" answers a machine.
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated", **headers},
    )
    mail.attach_alternative(letter.html, "text/html")
    for enclosure in enclosures:
        mail.attach(enclosure.name, enclosure.content, enclosure.media_type)
    mail.send()


def _assert_no_transaction() -> None:
    """No lock is held while we wait for a mail server. (A test's own outer transaction does not count.)"""
    ours = [block for block in connection.atomic_blocks if not getattr(block, "_from_testcase", False)]
    assert not ours, "Mail is sent with no transaction open"


def message_id_for(key: str) -> str:
    """The Message-ID of a letter, the same at each retry: a mail program drops the second copy.

    Takes   `key`: plain ASCII without spaces, unique in the house.
    """
    domain = settings.SELLER["email"].rpartition("@")[2].encode("idna").decode()
    return f"<{key}@{domain}>"
