"""A customer says that their skin reacted: whoever sends it learns a reference, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.models import Product
from catalog.search import NoSuchProduct
from orders import incidents
from orders.incidents import Told
from orders.models import Incident, Order
from shop import access


@dataclass(eq=False)
class WhichProduct(Exception):
    """The order does not say which product it was: it holds several, or not the one that was named."""

    slugs: list[str]  # what it holds


def report_reaction(*, told: Mapping[str, Any], now: datetime) -> Incident:
    """The incident of what somebody told us. Nothing that is known of it is ever shown to anybody outside.

    Takes   `told`: fields of incidents.Told, with `product` a slug and `order` {reference, secret}.
    Writes  see `incidents.report_incident`.
    Raises  NoSuchOrder: also when the secret is wrong. NoSuchProduct. WhichProduct.
    """
    facts = dict(told)
    opened, slug = facts.pop("order", None), facts.pop("product", "")
    order = access.find_order(**opened) if opened else None
    product = _find_product(order, slug)
    country = facts.pop("country", "") or (order.country if order else "")
    report = Told(product=product, order=order, country=country, **facts)
    return incidents.report_incident(report, source=Incident.Source.API, now=now)


def _find_product(order: Order | None, slug: str) -> Product:
    """Also one that is hidden by now: people report what they bought."""
    shown = Product.objects.select_related("brand")
    if order is None:
        product = shown.filter(slug=slug, published_at__isnull=False).first()
        if product is None:
            raise NoSuchProduct
        return product
    held = list(shown.filter(variants__in=order.lines.values("variant")).distinct().order_by("slug"))
    found = [product for product in held if slug in ("", product.slug)]
    if len(found) != 1:
        raise WhichProduct([product.slug for product in held])
    return found[0]
