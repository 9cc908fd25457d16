"""What follows once a recall is open: orders from other lots, money back, the table of buyers, the mail."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog import exporting
from catalog.money import format_money
from orders import recall_letters, recall_report
from orders.models import Order, Recall, RecallNotice
from payments import recall_refunds
from shop import recall_orders

OPEN, READ_REACTIONS = "orders.open_recall", "orders.view_incident"


@require_POST
def promise(request: HttpRequest, recall_id: int, order_id: int, desk: Any) -> HttpResponse:
    """Other lots stand for one order."""
    recall = find_recall(request, recall_id, OPEN)
    order = get_object_or_404(Order, pk=order_id)
    if recall_orders.promise_anew(order_id=order.pk, by=request.user, now=timezone.now()):
        messages.success(request, f"{order.reference} is promised from other lots: it can be sent.")
    else:
        messages.error(
            request, f"No other lot has enough for {order.reference}. Cancel it, or wait for goods."
        )
    return HttpResponseRedirect(page_of(recall))


@require_POST
def refund(request: HttpRequest, recall_id: int, notice_id: int, desk: Any) -> HttpResponse:
    """Money back for one buyer. Asked twice, paid once."""
    recall = find_recall(request, recall_id, OPEN)
    notice = get_object_or_404(RecallNotice, pk=notice_id, recall=recall)
    if recall.remedy != Recall.Remedy.REFUND:
        raise Http404
    asked = recall_refunds.refund_notice(notice_id=notice.pk, by=request.user, now=timezone.now())
    if asked is None:
        messages.info(request, "Nothing is left of what was paid for this order: it has gone back already.")
    else:
        money = format_money(asked.amount_cents, asked.currency)
        messages.success(request, f"{money} go back for {notice.order.reference}.")
    return HttpResponseRedirect(page_of(recall))


@require_safe
def export(request: HttpRequest, recall_id: int, desk: Any) -> Any:
    """Every buyer with the proof. GET changes nothing."""
    recall = find_recall(request, recall_id, "orders.view_recallnotice")
    report = recall_report.write_report(recall, now=timezone.now())
    sees = request.user.has_perm(READ_REACTIONS)
    written = exporting.write_csv(recall_report.list_proofs(report, sees_reactions=sees))
    response = StreamingHttpResponse(written, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="recall-{recall.reference}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def letter(request: HttpRequest, recall_id: int, language: str, desk: Any) -> HttpResponse:
    """The mail as it will look."""
    found = recall_letters.preview_letters(find_recall(request, recall_id, "orders.view_recall")).get(
        language
    )
    if found is None:
        raise Http404
    return HttpResponse(found.html)


def find_recall(request: HttpRequest, recall_id: int, permission: str) -> Recall:
    if not (request.user.has_perm(permission) and request.user.has_perm("orders.view_recall")):
        raise PermissionDenied
    return get_object_or_404(Recall, pk=recall_id)


def page_of(recall: Recall) -> str:
    return reverse("admin:orders_recall_change", args=[recall.pk])
