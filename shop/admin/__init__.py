from shop.admin import alerts, dashboard, keys, people, recalls, staff_mails

__all__ = ["alerts", "dashboard", "keys", "people", "recalls", "staff_mails"]
