"""What stands beside products: what was named, and only then what speaks of it."""

import pytest

from catalog.models import Concern, Guide
from tests.builders import LONG_AGO, make_market
from tests.catalog.finding.shop import beside, put_up

pytestmark = pytest.mark.django_db


def test_beside_what_was_named_stands_only_what_has_it_in_its_title() -> None:
    make_market()
    Concern.objects.create(slug="milia", name="Milia")
    for slug, title, summary in (
        ("milia-guide", "Living with milia", "Pearls."),
        ("peeling", "Peeling", "Not for milia, not for bumps."),
    ):
        Guide.objects.create(slug=slug, title=title, summary=summary, published_at=LONG_AGO)
    put_up()
    assert beside("milia") == ["concern:milia", "guide:milia-guide"]
    assert beside("bumps") == ["guide:peeling"], "nothing was named, so any of its words will do"
