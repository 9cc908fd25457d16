from .delivery import DeliveryMethod, DeliveryRate, Shipment
from .mail import OrderMail
from .order import Allocation, Order, OrderEvent, OrderLine

__all__ = [
    "Allocation",
    "DeliveryMethod",
    "DeliveryRate",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderMail",
    "Shipment",
]
