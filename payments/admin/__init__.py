from payments.admin import money, orders, parked

__all__ = ["money", "orders", "parked"]
