from orders.admin import delivery, mails

__all__ = ["delivery", "mails"]
