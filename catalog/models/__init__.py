from .advice import AdviceRule
from .claims import ClaimRule
from .concerns import Concern, Guide, Statement
from .facts import Grade
from .feeds import Feed, FeedHost, FeedRefusal, FeedRun
from .finding import SearchMiss, SearchWord, Signpost, Wording
from .formulas import Formula
from .history import RowChange
from .images import Image
from .imports import ImportRun
from .ingredients import Ingredient, IngredientClass, IngredientName, KnowledgeChange
from .law import (
    Barrier,
    Declaration,
    Jurisdiction,
    LegalRule,
    ProductKind,
    RegulatoryClass,
    RegulatoryStatus,
)
from .limits import PurchaseLimit
from .markdowns import Markdown
from .markets import Market, MarketCountry, TaxRate
from .pages import PageWords, PublishedPage, ShelfPlace
from .picks import Dermatologist, Disclosure, Pick, PickEvidence, Signature
from .prices import Price, PriceChange
from .products import Brand, Category, Product, SkinType, Variant
from .stock import Location, Lot, LotDecision, Movement, Supplier
from .tries import PasswordTries

__all__ = [
    "AdviceRule",
    "Barrier",
    "Brand",
    "Category",
    "ClaimRule",
    "Concern",
    "Declaration",
    "Dermatologist",
    "Disclosure",
    "Feed",
    "FeedHost",
    "FeedRefusal",
    "FeedRun",
    "Formula",
    "Grade",
    "Guide",
    "Image",
    "ImportRun",
    "Ingredient",
    "IngredientClass",
    "IngredientName",
    "Jurisdiction",
    "KnowledgeChange",
    "LegalRule",
    "Location",
    "Lot",
    "LotDecision",
    "Markdown",
    "Market",
    "MarketCountry",
    "Movement",
    "PageWords",
    "PasswordTries",
    "Pick",
    "PickEvidence",
    "Price",
    "PriceChange",
    "Product",
    "ProductKind",
    "PublishedPage",
    "PurchaseLimit",
    "RegulatoryClass",
    "RegulatoryStatus",
    "RowChange",
    "SearchMiss",
    "SearchWord",
    "ShelfPlace",
    "Signature",
    "Signpost",
    "SkinType",
    "Statement",
    "Supplier",
    "TaxRate",
    "Variant",
    "Wording",
]
