"""What a search answers in a small shop, and in the demo's."""

from pathlib import Path
from typing import Any

import orjson
from django.core.management import call_command
from django.db import transaction

from catalog import search, signposts
from catalog.finding import words
from catalog.finding.listing import RELEVANCE, Listing
from tests.builders import NOW

DEMO = Path(__file__).parents[3] / "dev" / "demo" / "catalogue"


def ask(q: str, *, now: Any = NOW, **asked: Any) -> dict[str, Any]:
    """The whole answer to a question in words."""
    listing = Listing(**({"market": "eu", "q": q, "sort": RELEVANCE} | asked))
    found: dict[str, Any] = orjson.loads(search.find_products(listing, now=now).body)
    return found


def slugs(q: str, **asked: Any) -> list[str]:
    return [card["slug"] for card in ask(q, **asked)["results"]]


def beside(q: str, **asked: Any) -> list[str]:
    return [f"{sign['kind']}:{sign['slug']}" for sign in ask(q, **asked)["search"]["beside"]]


def put_up() -> None:
    with transaction.atomic():
        signposts.put_up_all(now=NOW)


def open_demo() -> None:
    """The demo's shop with all that the house knows."""
    call_command("load_knowledge", verbosity=0)
    shelves = ["--taxes", str(DEMO / "taxes.csv"), "--delivery", str(DEMO / "delivery.csv")]
    call_command("load_markets", str(DEMO / "markets.csv"), *shelves)
    call_command("import_catalogue", str(DEMO / "products.csv"), "--quiet")
    put_up()
    words.count_words()
