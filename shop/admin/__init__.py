from shop.admin import alerts, dashboard, people, recalls, staff_mails

__all__ = ["alerts", "dashboard", "people", "recalls", "staff_mails"]
