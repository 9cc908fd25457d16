"""Tax: the parts always make the whole, half a cent is rounded up, the nearest shelf decides."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import tax
from catalog.models import TaxRate
from catalog.tax import CountryRates, Taxed, split_tax, sum_by_rate
from tests.builders import make_category, make_market

CENTS = st.integers(0, 10**12)
RATES = st.integers(0, 10_000)


@given(amount=CENTS, rate_bp=RATES, included=st.booleans())
def test_net_and_tax_are_the_total_whatever_the_rate(amount: int, rate_bp: int, included: bool) -> None:
    taxed = split_tax(amount, rate_bp=rate_bp, included=included)
    assert taxed.net_cents + taxed.tax_cents == taxed.total_cents
    assert (taxed.total_cents if included else taxed.net_cents) == amount
    assert taxed.net_cents >= 0
    assert taxed.tax_cents >= 0
    assert taxed.rate_bp == rate_bp


@given(amount=st.integers(0, 10**9), rate_bp=RATES)
def test_tax_is_rounded_as_a_calculator_does(amount: int, rate_bp: int) -> None:
    rate = Decimal(rate_bp) / 10_000
    on_top = (amount * rate).quantize(Decimal(1), ROUND_HALF_UP)
    inside = (amount * rate / (1 + rate)).quantize(Decimal(1), ROUND_HALF_UP)
    assert split_tax(amount, rate_bp=rate_bp, included=False).tax_cents == on_top
    assert split_tax(amount, rate_bp=rate_bp, included=True).tax_cents == inside


@pytest.mark.parametrize(
    ("amount", "rate_bp", "included", "net", "tax_cents"),
    [
        (1999, 1900, True, 1680, 319),
        (1999, 700, True, 1868, 131),
        (2000, 825, False, 2000, 165),
        (10, 2500, False, 10, 3),  # 2.5 cents are 3
        (1, 10_000, True, 0, 1),  # half a cent is one
        (0, 1900, True, 0, 0),
        (1999, 0, True, 1999, 0),
    ],
)
def test_known_amounts(amount: int, rate_bp: int, included: bool, net: int, tax_cents: int) -> None:
    taxed = split_tax(amount, rate_bp=rate_bp, included=included)
    assert (taxed.net_cents, taxed.tax_cents) == (net, tax_cents)


def test_a_receipt_lists_each_rate_once_the_highest_first() -> None:
    parts = [Taxed(100, 7, 107, 700), Taxed(100, 19, 119, 1900), Taxed(200, 38, 238, 1900), Taxed(5, 0, 5, 0)]
    assert sum_by_rate(parts) == [(1900, 300, 57), (700, 100, 7), (0, 5, 0)]
    assert sum_by_rate([]) == []


def test_the_nearest_shelf_with_a_rate_of_its_own_decides() -> None:
    rates = CountryRates(1900, {1: 700, 3: 0})
    assert rates.rate_for([]) == 1900
    assert rates.rate_for([2]) == 1900
    assert rates.rate_for([1, 2]) == 700
    assert rates.rate_for([1, 2, 3]) == 0
    assert rates.rate_for([1, 2, 3, 4]) == 0


@pytest.mark.django_db
def test_the_rates_of_a_country_are_read_in_one_statement(django_assert_num_queries) -> None:
    books = make_category("Books")
    make_market("eu", category_rates=[("DE", books, 700), ("AT", books, 1000)])
    with django_assert_num_queries(1):
        found = tax.rates_of("DE")
    assert found == CountryRates(1900, {books.pk: 700})
    assert tax.rates_of("NZ") == CountryRates(0, {})
    assert TaxRate.objects.filter(country="DE").count() == 2
