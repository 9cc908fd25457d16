"""What a buyer reads about a recall: which product, which lot, what to do, why, and how to answer.

Source: Regulation (EU) 2023/988 (product safety), Article 36: the heading, the product and its lot, the
hazard without words that play it down, what to do at once, the remedy, and where to ask.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlsplit

from babel.dates import format_date
from babel.languages import get_official_languages
from django.conf import settings

from orders import letters, recall_packs, statement
from orders.letters import Letter
from orders.models import Order, Recall, RecallNotice
from orders.recall_packs import Pack

Remedy = Recall.Remedy

ENGLISH = "en"
T = TypeVar("T")
WHERE = (
    "The lot code is printed or stamped on the pack: on the crimp of a tube, on the base of a jar or "
    "bottle, or on an end flap of the carton."
)
REMEDIES = {
    Remedy.NONE: "",
    Remedy.DISCARD: "Throw it away with your household waste. There is nothing to send back.",
    Remedy.REFUND: "You get back what you paid for it. You need not send it back first.",
    Remedy.REPLACE: "We send you another one for nothing. You need not send this one back first.",
}
# Source: Regulation (EU) 2023/988, Article 36(2)(c): words that make a hazard look smaller than it is.
PLAYS_DOWN = re.compile(
    r"\b(voluntar\w*|precaution\w*|discretion\w*|rare|rarely|specific situations?|no accidents?"
    r"|freiwillig\w*|vorsorglich\w*|seltene?n?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Addressee:
    """Whom a letter is written to: an order, or nobody yet (a preview)."""

    reference: str
    sent_on: str
    answer_url: str


def compose_recall_letter(notice: RecallNotice) -> Letter:
    """The letter of one notice, in the language of the order's country when the recall has it."""
    order = notice.order
    told = tell_notice(notice)
    return _write(told, Addressee(order.reference, _first_sent(order), link_answer(notice)))


def tell_notice(notice: RecallNotice) -> dict[str, Any]:
    """What the letter and the page behind it say to one buyer."""
    language = choose_language(notice.recall, notice.order.country)
    return _tell(notice.recall, recall_packs.find_packs(notice), language)


def _tell(recall: Recall, packs: list[Pack], language: str) -> dict[str, Any]:
    words: dict[str, str] = recall.texts.get(language, {})
    name = ", ".join(dict.fromkeys(pack.name for pack in packs)) or recall.title
    text = words.get("text", "").replace("\r\n", "\n")
    return {
        "subject": " ".join((words.get("subject") or f"Product safety recall: {name}").split())[:200],
        "recall": recall,
        "language": language,
        "paragraphs": [part.strip() for part in text.split("\n\n") if part.strip()],
        "where": words.get("where") or WHERE,
        "packs": packs,
        "surely": bool(packs) and all(pack.known for pack in packs),
        "remedy": REMEDIES[Remedy(recall.remedy)],
        "announced_on": write_day(recall.announced_on),
        "source_url": _find_url(recall.source),
    }


def _write(told: dict[str, Any], addressee: Addressee) -> Letter:
    return letters.compose_letter("recalled", addressee=addressee, **told)


def choose_language(recall: Recall, country: str) -> str:
    """Which of the recall's texts a buyer in that country reads: their own language, else English."""
    spoken = get_official_languages(country, regional=True, de_facto=True)
    there: Mapping[str, Any] = recall.texts
    return next((one for one in (*spoken, ENGLISH) if one in there), next(iter(there), ENGLISH))


def preview_letters(recall: Recall) -> dict[str, Letter]:
    """{language: the letter} as a buyer of the first product would get it, before anybody gets one."""
    named = recall.lots.select_related("product").order_by("id").first()
    whole = recall.product or (recall.formula.product if recall.formula else None)
    product = named.product if named else whole
    brand = product.brand.name if product else ""
    pack = Pack(product.name if product else "", brand, "", 1, (named.code,) if named else (), known=True)
    addressee = Addressee("7K2M-9QXW", write_day(recall.announced_on), f"{settings.SHOP_URL}/recalls/…/")
    languages = [*recall.texts] or [ENGLISH]
    return {one: _write(_tell(recall, [pack], one), addressee) for one in languages}


def in_order(by_language: Mapping[str, T]) -> list[tuple[str, T]]:
    """English first, then by language."""
    return sorted(by_language.items(), key=lambda one: (one[0] != ENGLISH, one[0]))


def find_faults(recall: Recall) -> list[str]:
    """What keeps the letter from being sent, or makes it say less than it should."""
    if not recall.texts:
        return ["There is no text for buyers yet: write at least one language."]
    faults = []
    for language, words in recall.texts.items():
        if not words.get("text", "").strip():
            faults.append(f"The text in “{language}” is empty.")
    return faults


def find_soft_words(recall: Recall) -> list[str]:
    """Words in the texts that play the hazard down, which the law asks us to leave out."""
    said = [recall.reason, *(words.get("text", "") for words in recall.texts.values())]
    return list(dict.fromkeys(found.group().lower() for text in said for found in PLAYS_DOWN.finditer(text)))


def link_answer(notice: RecallNotice) -> str:
    return f"{settings.SHOP_URL}/recalls/{notice.token}/"


def write_day(day: date) -> str:
    return format_date(day, format="d MMMM y", locale=statement.ENGLISH)


def _first_sent(order: Order) -> str:
    first = order.shipments.order_by("shipped_at").first()
    return statement.write_date(first.shipped_at if first else order.placed_at)


def _find_url(source: str) -> str:
    """The first web address in the source, to be followed."""
    found = re.search(r"https?://[^\s;,<>\"]+", source)
    return found.group().rstrip(".)") if found and urlsplit(found.group()).hostname else ""
