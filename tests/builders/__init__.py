"""Plain functions that put one thing into the house; each has honest defaults and asks for nothing.

They go through the same verbs as the shop, so what a test starts from could have happened.
"""

from tests.builders.clock import LONG_AGO, NOW
from tests.builders.goods import make_brand, make_category, make_lot, make_product, make_variant
from tests.builders.markets import make_delivery, make_market

__all__ = [
    "LONG_AGO",
    "NOW",
    "make_brand",
    "make_category",
    "make_delivery",
    "make_lot",
    "make_market",
    "make_product",
    "make_variant",
]
