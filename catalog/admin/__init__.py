from catalog.admin import history, importing, markets, products, shelves, sizes, stock

__all__ = ["history", "importing", "markets", "products", "shelves", "sizes", "stock"]
