"""What a person may do with a recall: a page and a verb each. What cannot be taken back asks twice."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from orders import recall_letters, recalls
from orders.models import Recall
from shop import recalling
from shop.admin import recall_following
from shop.admin.recall_following import OPEN, find_recall, page_of
from shop.admin.recall_forms import CodesForm, DraftForm, fill_draft
from shop.admin.recall_sure import CloseForm, SureForm

WRITE = "orders.change_recall"
REFUSALS = (recalls.RecallNotReady, recalls.RecallOver, OperationalError)
State, Depth = Recall.State, Recall.Depth


def offer(recall: Recall, user: Any) -> list[dict[str, str]]:
    """The actions that make sense now and that this person may take, the main one first."""
    is_open, retail = recall.state == State.OPEN, recall.depth == Depth.RETAIL
    actions = [
        ("Open this recall", "open", OPEN, recall.state == State.DRAFT, "danger"),
        ("Change the draft", "draft", WRITE, recall.state == State.DRAFT, ""),
        ("Take it to consumers", "deepen", OPEN, is_open and retail, "danger"),
        ("Name more lots", "more", OPEN, is_open, ""),
        ("Close it", "close", OPEN, is_open, ""),
    ]
    return [
        {"title": title, "url": reverse(f"admin:orders_recall_{name}", args=[recall.pk]), "tone": tone}
        for title, name, permission, sensible, tone in actions
        if sensible and user.has_perm(permission)
    ]


def draft(request: HttpRequest, recall_id: int | None, desk: Any) -> HttpResponse:
    """A draft, new or changed. It does nothing yet: its page says what it would do."""
    recall = find_recall(request, recall_id, WRITE) if recall_id else None
    if recall is None and not request.user.has_perm("orders.add_recall"):
        raise PermissionDenied
    languages = list(recall.texts) if recall else []
    initial = fill_draft(recall) if recall else {"language_0": "en"}
    form = DraftForm(_sent(request), initial=initial, languages=languages)
    if request.method == "POST" and form.is_valid():
        try:
            written = recalls.write_draft(draft=form.as_draft(), recall_id=recall_id)
        except recalls.RecallOver as over:
            form.add_error(None, say(over))
        else:
            messages.success(
                request, "The draft is kept. Nothing has happened yet: below is what it would find."
            )
            return HttpResponseRedirect(page_of(written))
    words = {
        "title": "Change the draft" if recall else "A new recall",
        "lead": "Nothing happens when you save it. The next page says what opening it would do.",
        "button": "Keep the draft",
        "back": page_of(recall) if recall else reverse("admin:orders_recall_changelist"),
    }
    return _ask(request, desk, recall, form, words)


def open_it(request: HttpRequest, recall_id: int, desk: Any) -> HttpResponse:
    recall = find_recall(request, recall_id, OPEN)
    form = SureForm(_sent(request), recall=recall)
    if request.method == "POST" and form.is_valid():
        try:
            grasp = recalling.open_recall(recall_id=recall.pk, by=request.user, now=timezone.now())
        except REFUSALS as refusal:
            form.add_error(None, say(refusal))
        else:
            messages.success(request, f"It is open: {grasp.say()}.")
            return HttpResponseRedirect(page_of(recall))
    told = (
        "Every buyer that was found gets a mail within a minute."
        if recall.depth == Depth.CONSUMER
        else ("Buyers are not told; you may take it to consumers later.")
    )
    words = {
        "title": "Open this recall",
        "lead": f"Its lots are recalled at once and for good, and carts are emptied of them. {told}",
        "button": "Open it now",
        "danger": True,
    }
    return _ask(request, desk, recall, form, words)


def deepen(request: HttpRequest, recall_id: int, desk: Any) -> HttpResponse:
    recall = find_recall(request, recall_id, OPEN)
    form = SureForm(_sent(request), recall=recall)
    if request.method == "POST" and form.is_valid():
        try:
            grasp = recalls.deepen_recall(recall_id=recall.pk, by=request.user, now=timezone.now())
        except REFUSALS as refusal:
            form.add_error(None, say(refusal))
        else:
            messages.success(request, f"Buyers are told from now on: {grasp.say()}.")
            return HttpResponseRedirect(page_of(recall))
    words = {
        "title": "Take it to consumers",
        "lead": f"{recall.notices.count()} buyers are known so far. Each gets one mail. It cannot be unsent.",
        "button": "Tell every buyer",
        "danger": True,
        "letters": recall_letters.in_order(recall_letters.preview_letters(recall)),
    }
    return _ask(request, desk, recall, form, words)


def more(request: HttpRequest, recall_id: int, desk: Any) -> HttpResponse:
    recall = find_recall(request, recall_id, OPEN)
    form = CodesForm(_sent(request))
    if request.method == "POST" and form.is_valid() and not form.errors:
        named = form.read_lots()
        if not form.errors:
            try:
                now = timezone.now()
                grasp = recalling.name_more_lots(recall_id=recall.pk, named=named, by=request.user, now=now)
            except REFUSALS as refusal:
                form.add_error(None, say(refusal))
            else:
                messages.success(request, f"{len(named)} code{'s'[: len(named) != 1]} read: {grasp.say()}.")
                return HttpResponseRedirect(page_of(recall))
    words = {
        "title": "Name more lots",
        "lead": "When the authority adds to its list. They are blocked at once, as deep as the recall goes.",
        "button": "Recall these too",
        "danger": True,
    }
    return _ask(request, desk, recall, form, words)


def close(request: HttpRequest, recall_id: int, desk: Any) -> HttpResponse:
    recall = find_recall(request, recall_id, OPEN)
    form = CloseForm(_sent(request), recall=recall)
    if request.method == "POST" and form.is_valid():
        try:
            now, note = timezone.now(), form.cleaned_data["note"]
            recalls.close_recall(recall_id=recall.pk, note=note, by=request.user, now=now)
        except REFUSALS as refusal:
            form.add_error(None, say(refusal))
        else:
            messages.success(request, "It is closed. Its lots stay recalled.")
            return HttpResponseRedirect(page_of(recall))
    words = {
        "title": "Close it",
        "lead": "Nobody looks for more lots or buyers then. Its lots stay recalled; answers still come in.",
        "button": "Close it",
    }
    return _ask(request, desk, recall, form, words)


# address below the recall → page → name in admin:
ADDRESSES: list[tuple[str, Any, str]] = [
    ("draft/", draft, "orders_recall_draft"),
    ("open/", open_it, "orders_recall_open"),
    ("deepen/", deepen, "orders_recall_deepen"),
    ("more/", more, "orders_recall_more"),
    ("close/", close, "orders_recall_close"),
    ("promise/<int:order_id>/", recall_following.promise, "orders_recall_promise"),
    ("refund/<int:notice_id>/", recall_following.refund, "orders_recall_refund"),
    ("buyers.csv", recall_following.export, "orders_recall_export"),
    ("letter/<slug:language>/", recall_following.letter, "orders_recall_letter"),
]


def say(refusal: Exception) -> str:
    """A refusal in a line for whoever was refused."""
    if isinstance(refusal, recalls.RecallNotReady):
        return " ".join(refusal.why) + " Nothing has changed."
    if isinstance(refusal, OperationalError):
        return "The shop is very busy, somebody holds one of these lots. Nothing has changed: do it again."
    state = State(refusal.state).label.lower() if isinstance(refusal, recalls.RecallOver) else ""
    return f"Somebody was faster: the recall is “{state}” by now. Look at it again."


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _ask(
    request: HttpRequest, desk: Any, recall: Recall | None, form: forms.Form, words: dict[str, Any]
) -> HttpResponse:
    context = desk.admin_site.each_context(request) | {
        "opts": Recall._meta,
        "original": recall,
        "recall": recall,
        "form": form,
        "back": page_of(recall) if recall else "",
        **words,
    }
    return TemplateResponse(request, "admin/recalls/act.html", context, status=422 if form.errors else 200)
