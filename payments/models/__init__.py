from .news import StripeEvent
from .payment import Payment, PaymentAttempt
from .receipt import Receipt, ReceiptSeries
from .refund import Refund

__all__ = ["Payment", "PaymentAttempt", "Receipt", "ReceiptSeries", "Refund", "StripeEvent"]
