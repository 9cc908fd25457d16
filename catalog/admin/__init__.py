from catalog.admin import (
    diary,
    history,
    importing,
    knowing,
    markets,
    products,
    rules,
    selling,
    shelves,
    sizes,
    stock,
)

__all__ = [
    "diary",
    "history",
    "importing",
    "knowing",
    "markets",
    "products",
    "rules",
    "selling",
    "shelves",
    "sizes",
    "stock",
]
