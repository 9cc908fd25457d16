"""The search table: what customers type, and at which place they meet what they mean."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from catalog import importing
from catalog.finding import words
from tests.builders import NOW, make_market
from tests.catalog.finding.queries import DEMO, Query
from tests.catalog.finding.queries_2019 import OF_2019
from tests.catalog.finding.queries_blind import BLIND
from tests.catalog.finding.queries_blind_2019 import BLIND_2019
from tests.catalog.finding.shop import ask, open_demo, put_up

pytestmark = pytest.mark.django_db

FILE = Path(__file__).parents[4] / "shared" / "data" / "catalogues" / "sephora_2019_raw_1472.csv"
MAPPING = Path(__file__).parents[1] / "mappings" / "sephora_2019.toml"
# Reciprocal ranks, by sort of question. Two of the four tables were at hand while the search was made; two
# were written blind and then asked (0.924 and 0.858 at first). All keep it where it is, none foretells.
FLOORS = {
    "exact": 0.97,
    "prefix": 0.95,
    "one typo": 0.93,
    "two typos": 0.9,
    "synonym": 0.95,
    "colloquial": 0.9,
    "ingredient": 0.97,
    "avoid-list": 0.85,
    "nonsense": 1.0,
    "other order": 1.0,
    "brand misspelt": 0.9,
    "plural, singular": 0.95,
    "sentence": 0.9,
    "number": 0.95,
    "accent, hyphen": 0.95,
    "other language": 0.9,
}


def reciprocal(rank: int) -> float:
    return 1 / rank if rank else 0.0


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def rank_of(query: Query) -> int:
    """The place of the first good answer, among products or beside them; 0 when there is none."""
    found = ask(query.text, now=timezone.now())  # the command publishes now
    products = [card["slug"] for card in found["results"]]
    signs = [f"{sign['kind']}:{sign['slug']}" for sign in found["search"]["beside"]]
    if not query.wanted:
        return int(not products and not signs)
    places = [names.index(one) + 1 for names in (products, signs) for one in query.wanted if one in names]
    return min(places, default=0)


def test_the_tables_over_the_demo_catalogue() -> None:
    open_demo()
    by_sort: dict[str, list[float]] = defaultdict(list)
    for query in (*DEMO, *BLIND):
        rank = rank_of(query)
        by_sort[query.sort].append(reciprocal(rank))
        if rank != 1:
            print(f"{rank or 'missed':>6}  {query.sort}: {query.text}")
    for sort, ranks in by_sort.items():
        print(f"{sort:<12} {len(ranks):>3} questions, MRR {mean(ranks):.3f}")
    everything = [rank for ranks in by_sort.values() for rank in ranks]
    print(f"all {len(everything)}, MRR {mean(everything):.3f}, first {everything.count(1.0)}")
    assert (len(DEMO), len(BLIND)) >= (90, 120)
    assert {sort: mean(ranks) for sort, ranks in by_sort.items() if mean(ranks) < FLOORS[sort]} == {}


@pytest.mark.skipif(not FILE.exists(), reason=f"the catalogue of 2019 is not on this machine: {FILE.name}")
def test_the_tables_over_the_catalogue_of_2019() -> None:
    call_command("load_knowledge", verbosity=0)
    make_market("us")
    rules = importing.read_rules(MAPPING.read_text(encoding="utf-8"))
    report = importing.import_catalogue(content=FILE.read_bytes(), name=FILE.name, now=NOW, rules=rules)
    assert report.created > 1400
    put_up()
    words.count_words()
    for table, least in ((OF_2019, 0.95), (BLIND_2019, 0.94)):
        ranks = {text: reciprocal(_place(text, wanted)) for text, wanted in table.items()}
        for text, rank in ranks.items():
            if rank < 1:
                print(f"{rank:.2f}  {text}")
        print(f"{len(ranks)} questions, MRR {mean(list(ranks.values())):.3f}")
        assert len(ranks) >= 40
        assert mean(list(ranks.values())) >= least


def _place(text: str, wanted: str) -> int:
    """The first place of what is wanted, among products or beside them."""
    found = ask(text, market="us", now=timezone.now())
    products = [f"{card['brand']['name']} | {card['name']}" for card in found["results"]]
    signs = [f"{sign['kind']}:{sign['slug']}" for sign in found["search"]["beside"]]
    if not wanted:
        return int(not products and not signs)
    places = (
        place
        for names in (products, signs)
        for place, name in enumerate(names, start=1)
        if re.search(wanted, name, re.IGNORECASE)
    )
    return min(places, default=0)
