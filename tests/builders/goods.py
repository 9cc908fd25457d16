import itertools
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from catalog import categories, formulas, lots, pricing, publishing, shelf_life, stock
from catalog.models import Brand, Category, Concern, Location, Lot, Market, Product, Variant
from tests.builders.clock import LONG_AGO
from tests.builders.markets import make_market

_number = itertools.count(1)


def make_brand(name: str = "Maren Ostby") -> Brand:
    brand, _ = Brand.objects.get_or_create(name=name, defaults={"slug": slugify(name)})
    return brand


def make_category(path: str = "Face > Serums") -> Category:
    """The shelf at the end of a path such as "Face > Serums"; missing shelves are made."""
    with transaction.atomic():
        return categories.place_category([name.strip() for name in path.split(">")])


def make_product(
    name: str | None = None,
    *,
    brand: str = "Maren Ostby",
    category: str = "Face > Serums",
    concerns: Sequence[str] = (),
    label_text: str = "Aqua, Glycerin, Niacinamide",
    summary: str = "",
    description: str = "",
    published_at: datetime | None = LONG_AGO,
    sku: str | None = None,
    prices: Mapping[str, int] | None = None,
    size: tuple[str, str] | None = ("30", "ml"),
) -> Product:
    """A product with one variant, its price and its published pages; the market `eu` when there is none.

    Takes   `prices`: {currency: minor units}, {"EUR": 1999} unless told; `concerns`: names.
    """
    number = next(_number)
    name = name or f"Quiet Serum {number}"
    if not Market.objects.exists():
        make_market()
    product = Product.objects.create(
        slug=slugify(f"{name}") or f"product-{number}",
        name=name,
        brand=make_brand(brand),
        category=make_category(category),
        summary=summary,
        description=description,
        created_at=LONG_AGO,
        published_at=published_at,
    )
    for concern in concerns:
        row, _ = Concern.objects.get_or_create(name=concern, defaults={"slug": slugify(concern)})
        product.concerns.add(row)
    with transaction.atomic():
        formulas.record_label(product=product, label_text=label_text, now=LONG_AGO)
    make_variant(product, sku=sku, prices=prices, size=size)
    return product


def make_variant(
    product: Product,
    *,
    sku: str | None = None,
    name: str | None = None,
    prices: Mapping[str, int] | None = None,
    size: tuple[str, str] | None = ("30", "ml"),
    weight_g: int | None = 90,
    barcode: str | None = None,
) -> Variant:
    """One more size of a product, with its prices; the product is published again."""
    quantity, unit = size or (None, "ml")
    with transaction.atomic():
        variant = Variant.objects.create(
            product=product,
            sku=sku or f"SKU-{next(_number)}",
            name=(" ".join(size) if size else "") if name is None else name,
            net_quantity=Decimal(quantity) if quantity else None,
            net_unit=unit,
            weight_g=weight_g,
            barcode=barcode,
            position=product.variants.count(),
        )
        for currency, amount_cents in ({"EUR": 1999} if prices is None else prices).items():
            pricing.set_price(
                variant=variant, currency=currency, amount_cents=amount_cents, cause="builder", now=LONG_AGO
            )
        publishing.publish_products(product_ids=[product.pk], now=LONG_AGO)
    return variant


def make_lot(
    variant: Variant,
    *,
    units: int = 10,
    location: str = "BER",
    code: str | None = None,
    expires_on: date | None = date(2035, 6, 30),
    released: bool = True,
    now: datetime = LONG_AGO,
    **facts: Any,
) -> Lot:
    """Units of a variant on a shelf, received and released by the house's own verbs.

    Takes   `released`: or it stays in quarantine; `facts`: what else a stock.Delivery may say.
    """
    code = code or f"LOT-{next(_number)}"
    place, _ = Location.objects.get_or_create(code=location, defaults={"name": location})
    with transaction.atomic():
        lot = stock.receive(
            variant=variant,
            location=place,
            lot_code=code,
            units=units,
            expires_on=expires_on,
            cause=f"delivery of {code}",
            now=now,
            **facts,
        )
        shelf_life.date_lots([variant.product_id])
        if released:
            lots.release_lots(lot_ids=[lot.pk], checks=lots.CHECKS, now=now)
        lot.refresh_from_db()
    return lot
