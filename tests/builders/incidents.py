"""Adverse reports, taken down by the house's own verb."""

from datetime import datetime
from typing import Any

from catalog.models import Product
from orders import incidents
from orders.incidents import Told
from orders.models import Incident
from tests.builders.clock import NOW
from tests.builders.goods import make_product


def make_incident(
    product: Product | None = None,
    *,
    country: str = "US",
    symptoms: str = "Redness and itching on both cheeks, a day after the first use.",
    source: str = "DESK",
    now: datetime = NOW,
    by: Any = None,
    **told: Any,
) -> Incident:
    """Somebody in the United States whose cheeks are red: not serious, unless `criteria` says so."""
    told = {"product": product or make_product(), "country": country, "symptoms": symptoms} | told
    return incidents.report_incident(Told(**told), source=source, now=now, by=by)
