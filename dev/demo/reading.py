"""A customer asks why this jar: from her own words to a concern, a guide, a pick, and what is in it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from dev.demo import telling
from dev.demo.browser import Answer, RefusedError, ask, expect

ASKED, CONCERN, HELPS, MARKET = "milk spots", "milia", "retinoid", "eu"
HERE = {"market": MARKET, "in_stock": "true"}
CLAIMS = ("fragrance_free", "no_heavy_occlusives", "retinoid")


def read_why(shop: str) -> list[dict[str, Any]]:
    """Cards of what she would buy, picks first; each step told in a line.

    Raises  RefusedError: the shop does not lead from her words to a jar.
    """
    api = f"{shop}/api/v1"
    _find_concern(api)
    page = _read(f"{api}/concerns/{CONCERN}/")
    concern = page.json()
    disputes = {one["dispute"] for one in concern["statements"] if one["dispute"]}
    told = f"sources disagree on {len(disputes)} points: both sides are told"
    _tell("GET  /concerns/milia/", told, page)
    helps = [one for one in concern["statements"] if (one["about"] or {}).get("slug") == HELPS]
    for one in helps[:1]:
        telling.line(f"    may help: {shorten(one['text'], 72)} (grade {one['grade']})")
    page = _read(f"{api}/guides/{CONCERN}/?market={MARKET}")
    guide = page.json()
    _tell("GET  /guides/milia/", f"“{shorten(guide['title'], 34)}”, {_count(guide['picks'])}", page)
    cards = _list(api)
    for card in cards[:1]:
        _read_pick(api, card)
    return cards


def _find_concern(api: str) -> None:
    page = _read(f"{api}/search/suggest/?{urlencode({'q': ASKED, 'market': MARKET})}")
    found = page.json()["concerns"]
    if CONCERN not in [one["slug"] for one in found]:
        raise RefusedError(f"“{ASKED}” does not lead to {CONCERN}: {page.text[:600]}")
    _tell("GET  /search/suggest/", f"“{ASKED}” leads to the concern {found[0]['name']}", page)


def _list(api: str) -> list[dict[str, Any]]:
    """Products in stock, those with a pick first: for the concern, and with what may help."""
    cards: list[dict[str, Any]] = []
    for name, value in (("concern", CONCERN), ("contains", HELPS)):
        page = _read(f"{api}/products/?{urlencode({name: value, **HERE})}")
        found = sorted(page.json()["results"], key=lambda card: card["pick"] is None)
        told = f"{value}: {len(found)} in stock, {_count([card for card in found if card['pick']])}"
        _tell(f"GET  /products/?{name}=…", told, page)
        new = [card for card in found if card["slug"] not in {each["slug"] for each in cards}]
        cards = [*cards[:1], *new[:1], *cards[1:], *new[1:]]  # one of each, then the others
    if len(cards) < 2:
        cards += _read(f"{api}/products/?{urlencode(HERE)}").json()["results"]
    return cards


def _read_pick(api: str, card: dict[str, Any]) -> None:
    """What stands behind the badge, and what stands beside it."""
    page = _read(f"{api}/products/{quote(card['slug'])}/?market={MARKET}")
    product = page.json()
    pick = product["pick"]
    if pick is None:
        _tell("GET  /products/{slug}/", f"{product['name']}: nobody signs for it", page)
        return
    _tell("GET  /products/{slug}/", f"{product['name']}: a pick of {pick['dermatologist']['name']}", page)
    answers = {
        one["slug"]: f"{one['name'].lower()}: {one['answer']}" for one in product["ingredients"]["claims"]
    }
    telling.line(f"    why: {pick['headline']}")
    telling.line(f"    not for: {pick['not_for'][0]}")
    telling.line(f"    beside it: {pick['disclosure']['text']}")
    telling.line(f"    signed {pick['signed_on']}, to be looked at again by {pick['review_by']}")
    telling.line(f"    computed: {', '.join(answers[slug] for slug in CLAIMS if slug in answers)}")


def shorten(text: str, most: int) -> str:
    """The text, or as many whole words of it as fit, with an ellipsis."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _read(url: str) -> Answer:
    return expect(ask("GET", url), 200, what=url)


def _tell(request: str, result: str, answer: Answer) -> None:
    telling.done(request, seconds=answer.milliseconds / 1000, result=result)


def _count(picks: list[Any]) -> str:
    return f"{len(picks)} pick" if len(picks) == 1 else f"{len(picks)} picks"
