from shop.admin import alerts, dashboard, people, staff_mails

__all__ = ["alerts", "dashboard", "people", "staff_mails"]
