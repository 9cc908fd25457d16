from orders.admin import audits, delivery, incidents, mails

__all__ = ["audits", "delivery", "incidents", "mails"]
