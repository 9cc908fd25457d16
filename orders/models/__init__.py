from .audits import StockAudit
from .delivery import DeliveryMethod, DeliveryRate, Shipment, ShipmentLine
from .incidents import Incident, IncidentDuty, IncidentEvent
from .mail import OrderMail
from .order import Allocation, Order, OrderEvent, OrderLine
from .recalls import Recall, RecallEvent, RecallLot, RecallNotice
from .returns import OrderReturn, ReturnLine

__all__ = [
    "Allocation",
    "DeliveryMethod",
    "DeliveryRate",
    "Incident",
    "IncidentDuty",
    "IncidentEvent",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderMail",
    "OrderReturn",
    "Recall",
    "RecallEvent",
    "RecallLot",
    "RecallNotice",
    "ReturnLine",
    "Shipment",
    "ShipmentLine",
    "StockAudit",
]
