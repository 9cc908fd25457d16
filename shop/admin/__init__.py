from shop.admin import dashboard, people

__all__ = ["dashboard", "people"]
