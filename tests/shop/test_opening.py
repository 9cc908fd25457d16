"""Markets, taxes and delivery rates: all of it, or nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.importing.lists import BadList
from catalog.models import Market, MarketCountry, PublishedPage, RowChange, TaxRate
from orders import delivery
from orders.models import DeliveryMethod, DeliveryRate
from shop import opening
from shop.opening import Opened
from tests.builders import NOW, make_category, make_product

pytestmark = pytest.mark.django_db
MARKETS = """market,name,currency,default_country,prices_include_tax,countries
eu,European Union,EUR,DE,yes,DE|AT
us,United States,USD,US,no,US
"""
TAXES = "country,category,rate_percent\nDE,,19\nUS,,8.25\n"
DELIVERY = """method,name,carrier,market,country,currency,price,free_over,min_days,max_days
standard,Standard,DHL,eu,DE,EUR,4.90,49.00,1,2
standard,Standard,Post,eu,AT,EUR,0,,2,3
express,Express,UPS,us,US,USD,12,,1,1
"""


def open_with(markets: str = MARKETS, taxes: str | None = TAXES, rates: str | None = DELIVERY) -> Opened:
    return opening.open_markets(
        market_list=("markets.csv", markets.encode()),
        tax_list=("taxes.csv", taxes.encode()) if taxes is not None else None,
        rate_list=("delivery.csv", rates.encode()) if rates is not None else None,
        now=NOW,
    )


def everything() -> list[object]:
    models = (Market, MarketCountry, TaxRate, DeliveryMethod, DeliveryRate)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_the_lists_become_markets_taxes_and_ways_to_send() -> None:
    assert open_with().summary() == "2 markets, 3 countries, 2 taxes, 3 rates"
    eu = Market.objects.get(code="eu")
    assert (eu.currency, eu.default_country, eu.prices_include_tax) == ("EUR", "DE", True)
    assert sorted(eu.countries.values_list("country", flat=True)) == ["AT", "DE"]
    assert dict(TaxRate.objects.values_list("country", "rate_bp")) == {"DE": 1900, "US": 825}
    assert set(RowChange.objects.values_list("actor", flat=True)) == {"load_markets"}
    (choice,) = delivery.find_methods(country="DE", currency="EUR")
    assert (choice.code, choice.carrier, choice.price_cents, choice.free_over_cents) == (
        "standard",
        "DHL",
        490,
        4900,
    )
    (free,) = delivery.find_methods(country="AT")
    assert (free.carrier, free.price_cents, free.free_over_cents) == ("Post", 0, None)


def test_a_way_to_a_country_is_found_by_its_code_and_free_for_large_orders() -> None:
    open_with()
    choice = delivery.find_method(code="standard", country="DE", currency="EUR")
    assert (choice.price_for(4899), choice.price_for(4900)) == (490, 0)
    for code, country, currency in (
        ("express", "DE", "EUR"),
        ("standard", "FR", "EUR"),
        ("standard", "DE", "USD"),
    ):
        with pytest.raises(delivery.NoSuchDelivery):
            delivery.find_method(code=code, country=country, currency=currency)


def test_methods_are_offered_in_the_order_of_the_list() -> None:
    line = "express,Express,UPS,eu,DE,EUR,9,,1,1\n"
    header, rest = DELIVERY.split("\n", 1)
    open_with(rates=f"{header}\n{line}{rest}")
    assert [choice.code for choice in delivery.find_methods(country="DE")] == ["express", "standard"]


def test_loading_again_changes_nothing() -> None:
    open_with()
    before = everything()
    open_with()
    assert everything() == before


def test_a_changed_list_changes_what_it_names_and_no_other() -> None:
    open_with()
    open_with(
        markets=MARKETS.replace("DE|AT", "DE|NL").splitlines()[0] + "\neu,EU,EUR,DE,yes,DE|NL\n", rates=None
    )
    assert sorted(MarketCountry.objects.values_list("country", "market__code")) == [
        ("DE", "eu"),
        ("NL", "eu"),
        ("US", "us"),
    ]
    assert (Market.objects.get(code="eu").name, DeliveryRate.objects.count()) == ("EU", 3)


def test_a_tax_can_stand_on_a_category() -> None:
    shelf = make_category("Sun > Sunscreens")
    open_with(taxes=TAXES + "DE,sun>sunscreens,7\n")
    assert TaxRate.objects.get(category=shelf).rate_bp == 700


def test_a_market_that_shows_prices_differently_publishes_every_page_again() -> None:
    open_with()
    make_product(prices={"EUR": 1000})
    assert '"prices_include_tax":true' in PublishedPage.objects.get().card
    open_with(markets=MARKETS.replace("DE,yes", "DE,no"))
    assert '"prices_include_tax":false' in PublishedPage.objects.get().card


@pytest.mark.parametrize(
    ("which", "old", "new", "column", "reason"),
    [
        ("markets", "EUR", "EUX", "currency", "is no currency's three-letter code"),
        ("markets", "DE|AT", "DE|ZZ", "countries", "is no country's two-letter code"),
        ("markets", "DE|AT", "DE|DE", "countries", "names a country twice"),
        ("markets", "DE|AT", "AT", "default_country", "is not among the market's countries"),
        ("markets", "no,US", "no,US|DE", "countries", "DE belongs to eu already"),
        ("markets", "yes", "perhaps", "prices_include_tax", "is neither yes nor no"),
        ("markets", "us,", "eu,", "market", "stands on line 2 already"),
        ("markets", "European Union", "", "name", "is missing"),
        ("markets", "European Union", "E" * 81, "name", "has 81 characters; there is room for 80"),
        (
            "taxes",
            "19",
            "190",
            "rate_percent",
            "is no percentage between 0 and 100 with at most two decimals",
        ),
        ("taxes", "19", "-1", "rate_percent", "is not a number like 19.90"),
        ("taxes", "DE,", "DE,Moon", "category", "is no category of ours"),
        ("taxes", "DE", "De", "country", "is no country's two-letter code"),
        ("taxes", "US", "DE", "country", "stands on line 2 already"),
        ("rates", "EUR,4.90", "USD,4.90", "currency", "is not the market's, which is EUR"),
        ("rates", "4.90", "-4.90", "price", "is not a number like 19.90"),
        ("rates", "4.90", "4.905", "price", "has more than 2 decimals"),
        ("rates", "4.90", "", "price", "is missing"),
        ("rates", "49.00,1,2", "49.00,3,2", "max_days", "is less than min_days"),
        ("rates", "eu,DE", "us,DE", "country", "is no country of the market us"),
        ("rates", "eu,AT", "eu,FR", "country", "is no country of the market eu"),
        ("rates", "eu,AT", "eu,DE", "country", "stands on line 2 already"),
        ("rates", "Standard,Post", "Slow,Post", "name", "contradicts a line above: Standard"),
    ],
)
def test_one_bad_cell_and_nothing_is_loaded(which: str, old: str, new: str, column: str, reason: str) -> None:
    good = {"markets": MARKETS, "taxes": TAXES, "rates": DELIVERY}
    assert old in good[which]
    with pytest.raises(BadList) as refused:
        open_with(**good | {which: good[which].replace(old, new)})
    assert (column, reason) in [(bad.column, bad.reason) for bad in refused.value.refused]
    assert everything() == [[], [], [], [], []]


@pytest.mark.parametrize("which", ["markets", "taxes", "rates"])
@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "market,name\n"])
def test_a_list_that_is_another_list_loads_nothing(which: str, content: str) -> None:
    with pytest.raises(BadList):
        open_with(**{which: content})
    assert everything() == [[], [], [], [], []]


def test_the_command_prints_the_counts_or_every_reason(tmp_path: Path) -> None:
    for name, content in (("markets", MARKETS), ("taxes", TAXES), ("delivery", DELIVERY)):
        (tmp_path / f"{name}.csv").write_text(content)
    said = StringIO()
    args = [str(tmp_path / "markets.csv"), "--taxes", str(tmp_path / "taxes.csv")]
    call_command("load_markets", *args, "--delivery", str(tmp_path / "delivery.csv"), stdout=said)
    assert said.getvalue() == "2 markets, 3 countries, 2 taxes, 3 rates\n"
    (tmp_path / "taxes.csv").write_text(TAXES.replace("19", "x"))
    with pytest.raises(CommandError) as refused:
        call_command("load_markets", *args, stdout=said)
    assert (
        str(refused.value)
        == "taxes.csv line 2, rate_percent: “x” is not a number like 19.90\nNothing was loaded."
    )
    with pytest.raises(CommandError, match="No such file") as missing:
        call_command("load_markets", str(tmp_path / "none.csv"), stdout=said)
    assert missing.value.returncode == 2
