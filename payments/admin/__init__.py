from payments.admin import money, orders, returns

__all__ = ["money", "orders", "returns"]
