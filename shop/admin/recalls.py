"""The recall desk: what a recall would do before it does it, and how it goes once it is open.

It stands on the roof because it counts carts. None of its pages holds a transaction open.
"""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from unfold.decorators import display

from catalog.admin.desk import Desk
from catalog.money import format_money
from orders import recall_finding, recall_letters, recall_report, recall_scope
from orders.models import Order, Recall, RecallNotice
from payments.models import Refund
from shop import recalling
from shop.admin import recall_actions
from shop.admin.recall_following import OPEN, READ_REACTIONS

State = Recall.State
TONES = {State.DRAFT: "", State.OPEN: "danger", State.CLOSED: "success"}
SHOWN = 100  # buyers on the page; the table has them all
WORDS_OF_STATE = {
    "accepted": ("taken by the mail server", "success"),
    "waiting": ("on its way", "info"),
    "failing": ("trying again", "warning"),
    "parked": ("parked: could not be sent", "danger"),
    "not owed": ("not told", "plain"),
}


@admin.register(Recall)
class RecallDesk(Desk):
    list_display = ["title", "reference", "state_label", "depth", "authority", "announced_on", "opened_at"]
    list_filter = ["state", "depth"]
    search_fields = ["reference", "title", "authority", "lots__code", "lots__product__name"]
    search_help_text = "Reference, title, authority, lot code or product"
    ordering = ["-pk"]
    empty_words = "No recall, and may it stay so. To be ready: write a draft, and look at what it would find."

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        actions = [
            path(f"<int:recall_id>/{address}", self.admin_site.admin_view(view), {"desk": self}, name=name)
            for address, view, name in recall_actions.ADDRESSES
        ]
        return [*actions, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return recall_actions.draft(request, None, self)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The recall's page: a dry run while it is a draft, the report afterwards. No form behind it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        recall = get_object_or_404(Recall, pk=int(object_id) if object_id.isdecimal() else 0)
        context = self.admin_site.each_context(request) | _tell(recall, request.user)
        context |= _dry_run(recall) if recall.state == State.DRAFT else _report(recall, request.user)
        page = "draft_page" if recall.state == State.DRAFT else "page"
        return TemplateResponse(request, f"admin/recalls/{page}.html", context)

    @display(description="state", label=TONES, ordering="state")
    def state_label(self, recall: Recall) -> tuple[str, str]:
        return recall.state, recall.get_state_display()


def _tell(recall: Recall, user: Any) -> dict[str, Any]:
    return {
        "title": recall.title,
        "opts": Recall._meta,
        "original": recall,
        "recall": recall,
        "tone": TONES[State(recall.state)] or "plain",
        "actions": recall_actions.offer(recall, user),
        "may_act": user.has_perm(OPEN),
        "sees_people": user.has_perm("orders.view_recallnotice"),
        "may_cancel": user.has_perm("orders.cancel_order"),
        "sees_orders": user.has_perm("orders.view_order"),
        "named": recall.lots.select_related("product").order_by("product__name", "code"),
        "events": recall.events.select_related("actor").order_by("-at", "-pk"),
    }


def _dry_run(recall: Recall) -> dict[str, Any]:
    run = recalling.dry_run(recall=recall, now=timezone.now())
    return {
        "run": run,
        "lots": [("meant", lot) for lot in run.scope.affected]
        + [("unsure", lot) for lot in run.scope.unsure],
        "units_here": sum(lot.on_hand for lot in run.scope.affected),
        "buyers": run.buyers[:SHOWN],
        "more": max(len(run.buyers) - SHOWN, 0),
        "promised": run.promised,
        "never_had": [(one, run.elsewhere.get(one.code, [])) for one in run.never_had],
        "cost": [format_money(cents, currency) for currency, cents in sorted(run.cost.items())],
        "letters": recall_letters.in_order(run.letters),
        "is_consumer": recall.depth == Recall.Depth.CONSUMER,
    }


def _report(recall: Recall, user: Any) -> dict[str, Any]:
    now = timezone.now()
    report = recall_report.write_report(recall, now=now)
    refunds, replaced = _find_refunds(recall), _find_replacements(recall)
    sees = user.has_perm(READ_REACTIONS)
    proofs = sorted(report.proofs, key=lambda proof: _most_urgent(proof, sees_reactions=sees))
    scope = recall_scope.find_scope(recall)
    return {
        "report": report,
        "figures": report.figures,
        "replies": [
            (RecallNotice.Reply(reply).label, count) for reply, count in report.by_reply.items() if count
        ],
        "proofs": [
            {
                "proof": proof,
                "words": WORDS_OF_STATE[proof.state][0],
                "tone": WORDS_OF_STATE[proof.state][1],
                "reply": recall_report.say_reply(proof.notice, sees_reactions=sees),
                "reacted": sees and proof.notice.reply == RecallNotice.Reply.REACTION,
                "refund": refunds.get(proof.notice.order_id),
                "replacement": replaced.get(proof.notice.order_id),
            }
            for proof in proofs[:SHOWN]
        ],
        "more": max(len(proofs) - SHOWN, 0),
        "promised": recall_finding.find_promised(scope, on=now.date()),
        "is_open": recall.state == State.OPEN,
        "is_consumer": recall.depth == Recall.Depth.CONSUMER,
        "may_refund": recall.remedy == Recall.Remedy.REFUND and user.has_perm(OPEN),
    }


def _most_urgent(proof: recall_report.Proof, *, sees_reactions: bool) -> tuple[int, int]:
    """Reactions first, then what could not be sent, then whoever waits for an answer of ours."""
    if sees_reactions and proof.notice.reply == RecallNotice.Reply.REACTION:
        return 0, proof.notice.pk
    if proof.state in ("parked", "failing"):
        return 1, proof.notice.pk
    return (2 if proof.notice.reply == RecallNotice.Reply.SENDS_BACK else 3), proof.notice.pk


def _find_refunds(recall: Recall) -> dict[int, Refund]:
    """{order id: the refund that this recall has asked}."""
    asked = (
        Refund.objects.filter(key=f"recall {recall.reference}").select_related("payment").order_by("asked_at")
    )
    return {refund.payment.order_id: refund for refund in asked}


def _find_replacements(recall: Recall) -> dict[int, Order]:
    """{order id: the order that was sent in its place because of this recall}."""
    made = Order.objects.filter(replaces__isnull=False, key__startswith=f"recall {recall.reference} ")
    return {order.replaces_id: order for order in made if order.replaces_id is not None}
