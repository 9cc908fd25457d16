from .concerns import Concern
from .formulas import Formula
from .images import Image
from .markets import Market, MarketCountry, TaxRate
from .pages import PublishedPage, ShelfPlace
from .prices import Price, PriceChange
from .products import Brand, Category, Product, Variant
from .stock import Location, Lot, Movement

__all__ = [
    "Brand",
    "Category",
    "Concern",
    "Formula",
    "Image",
    "Location",
    "Lot",
    "Market",
    "MarketCountry",
    "Movement",
    "Price",
    "PriceChange",
    "Product",
    "PublishedPage",
    "ShelfPlace",
    "TaxRate",
    "Variant",
]
