from .cart import Cart, CartLine
from .idempotency import IdempotencyKey
from .user import User

__all__ = ["Cart", "CartLine", "IdempotencyKey", "User"]
