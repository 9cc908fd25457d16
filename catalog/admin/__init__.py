from catalog.admin import history, markets, products, shelves, sizes, stock

__all__ = ["history", "markets", "products", "shelves", "sizes", "stock"]
