"""Today: what was sold, what waits, what runs out. Each panel is for those whose work it is."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from catalog import figures as goods
from catalog import shelf_figures
from catalog.money import format_money
from orders import auditing, figures
from orders.models import StockAudit
from payments import sales
from payments.sales import SalesIn
from shop import parked

AUDIT_IS_OLD = timedelta(minutes=15)  # three rounds without an answer


def show_dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the admin's first page, with the panels that the reader's role may see."""
    now, zone, may = timezone.now(), timezone.get_current_timezone(), request.user.has_perm
    context |= {"title": "Today", "today": now, "zone": str(zone)}
    if may("orders.view_order"):
        context["waiting"] = figures.count_waiting(on=now.date())
    if may("payments.view_payment"):
        context["sales"] = [draw_sales(each) for each in sales.sum_sales(now=now, zone=zone)]
        context["sales_today"] = [one for one in context["sales"] if one["today_orders"] or one["today_back"]]
    if may("payments.retry_errand"):
        context["needs_person"] = parked.count_parked()
    if may("catalog.view_pick"):
        context["to_review"] = goods.count_to_review(on=now.date())
    if may("catalog.view_variant"):
        context["low_stock"] = goods.find_low_stock(now=now)
    if may("catalog.view_lot") or may("catalog.view_markdown"):
        context["near_expiry"] = shelf_figures.count_near(on=now.date())
    if may("orders.view_stockaudit"):
        context["stock_audit"] = tell_audit(auditing.newest(), now=now)
    return context


def tell_audit(audit: StockAudit | None, *, now: datetime) -> dict[str, Any]:
    """The last answer about the stock, and whether it is too old to be believed."""
    return {
        "audit": audit,
        "findings": sum(audit.broken.values()) if audit else 0,
        "is_old": audit is not None and now - audit.at > AUDIT_IS_OLD,
    }


def draw_sales(sold: SalesIn) -> dict[str, Any]:
    """Sales in one currency as bars: each week's share of the best week, from zero; less is none."""

    def money(cents: int) -> str:
        return format_money(cents, sold.currency)

    best = max((week.total_cents for week in sold.weeks), default=0)
    bars = [
        {
            "monday": week.monday,
            "share": round(max(week.total_cents, 0) / best, 4) if best > 0 else 0,
            "words": money(week.total_cents),
            "short": shorten(week.total_cents, sold.currency) if week.total_cents else "",
            "orders": week.orders,
            "back": money(week.refunded_cents) if week.refunded_cents else "",
            "is_now": week is sold.weeks[-1],
        }
        for week in sold.weeks
    ]
    return {
        "currency": sold.currency,
        "today": money(sold.today_cents),
        "today_orders": sold.today_orders,
        "today_back": money(sold.today_refunded_cents) if sold.today_refunded_cents else "",
        "total": money(sold.total_cents),
        "back": money(sold.refunded_cents) if sold.refunded_cents else "",
        "bars": bars,
    }


def shorten(cents: int, currency: str) -> str:
    """An amount as short as a bar is wide: €1.2k for 123,456 cents."""
    exact = format_money(cents, currency)
    whole = exact.partition(".")[0]
    sign = whole.rstrip("0123456789,")
    units = int(whole.removeprefix(sign).replace(",", ""))
    if units < 1000:
        return whole if units else exact
    if units < 10_000:
        return f"{sign}{units / 1000:.1f}k"
    return f"{sign}{units / 1000:,.0f}k"
