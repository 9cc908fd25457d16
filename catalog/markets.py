"""Where we sell, and what the state takes: lists of a page or less, loaded whole or not at all."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from catalog import republishing
from catalog.importing import lists
from catalog.importing.lists import List
from catalog.models import Category, Market, MarketCountry, TaxRate

MARKET_COLUMNS = {
    "market": lists.code(12),
    "name": lists.text(80),
    "currency": lists.currency,
    "default_country": lists.country,
    "prices_include_tax": lists.yes_or_no,
    "countries": lists.countries,
}
TAX_COLUMNS = {
    "country": lists.country,
    "category": lists.text(800, needed=False),
    "rate_percent": lists.basis_points,
}


@dataclass(frozen=True)
class Loaded:
    """How many of each there are in the list that was loaded."""

    markets: int
    countries: int


def load_markets(*, content: bytes, name: str, now: datetime) -> Loaded:
    """Markets with exactly the countries of the list; markets that are not in it stay as they are.

    Writes  Market, MarketCountry; and every page again when a market is new or shows prices differently.
    Raises  BadList.
    """
    assert connection.in_atomic_block, "load_markets() joins its caller's transaction"
    found = lists.read_list(content, name=name, readers=MARKET_COLUMNS)
    found.refuse_repeats("market")
    _refuse_shared_countries(found)
    found.insist()
    shown_differently = False
    for line in found:
        values = {key: line[key] for key in ("name", "currency", "default_country", "prices_include_tax")}
        before = Market.objects.filter(code=line["market"]).values("currency", "prices_include_tax").first()
        shown_differently |= before != {key: values[key] for key in ("currency", "prices_include_tax")}
        market, _ = Market.objects.update_or_create(code=line["market"], defaults=values)
        market.countries.exclude(country__in=line["countries"]).delete()
        for country in line["countries"]:
            MarketCountry.objects.update_or_create(country=country, defaults={"market": market})
    if shown_differently:
        for _ in republishing.publish_all(now=now):
            pass
    return Loaded(len(found.lines), sum(len(line["countries"]) for line in found))


def load_taxes(*, content: bytes, name: str) -> int:
    """The number of tax rates in the list; rates that are not in it stay as they are.

    Writes  TaxRate.
    Raises  BadList.
    """
    assert connection.in_atomic_block, "load_taxes() joins its caller's transaction"
    found = lists.read_list(content, name=name, readers=TAX_COLUMNS)
    found.refuse_repeats("category", "country")
    shelves = _shelves_by_path()
    for line in found:
        if line["category"] and _path(line["category"]) not in shelves:
            found.refuse(line, "category", "is no category of ours")
    found.insist()
    for line in found:
        category = shelves[_path(line["category"])] if line["category"] else None
        TaxRate.objects.update_or_create(
            country=line["country"], category=category, defaults={"rate_bp": line["rate_percent"]}
        )
    return len(found.lines)


def _refuse_shared_countries(found: List) -> None:
    owners: dict[str, str] = {}
    for line in found:
        if line["default_country"] not in line["countries"]:
            found.refuse(line, "default_country", "is not among the market's countries")
        for country in line["countries"]:
            owner = owners.setdefault(country, line["market"])
            if owner != line["market"]:
                found.refuse(line, "countries", f"{country} belongs to {owner} already")


def _shelves_by_path() -> dict[tuple[str, ...], Category]:
    shelves = {shelf.pk: shelf for shelf in Category.objects.all()}
    return {tuple(shelves[pk].name.casefold() for pk in shelf.lineage): shelf for shelf in shelves.values()}


def _path(cell: str) -> tuple[str, ...]:
    return tuple(part.strip().casefold() for part in cell.split(">"))
