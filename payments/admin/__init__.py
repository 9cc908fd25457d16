from payments.admin import money, orders

__all__ = ["money", "orders"]
