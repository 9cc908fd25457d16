from orders.admin import audits, delivery, mails

__all__ = ["audits", "delivery", "mails"]
