from .alerts import AlertMail, StockAlert
from .api_key import ApiKey, CountPush
from .cart import Cart, CartLine, CartNotice
from .idempotency import IdempotencyKey
from .staff_mail import StaffMail
from .user import User

__all__ = [
    "AlertMail",
    "ApiKey",
    "Cart",
    "CartLine",
    "CartNotice",
    "CountPush",
    "IdempotencyKey",
    "StaffMail",
    "StockAlert",
    "User",
]
