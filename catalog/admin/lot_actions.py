"""What a person may do with a lot: a page, a form and a verb each."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from catalog import lots, stock
from catalog.admin.lot_forms import MoveForm, ReleaseForm, WhyForm, WriteOffForm
from catalog.models import Lot, LotDecision

RELEASE, WRITE_OFF, CHANGE = "catalog.release_lot", "catalog.write_off_lot", "catalog.change_lot"
Status = Lot.Status


def offer(lot: Lot, user: Any) -> list[dict[str, str]]:
    """The actions that make sense now and that this person may take, the one thing to do first."""
    free, may = lot.on_hand - lot.reserved, user.has_perm
    held = lot.status in (Status.QUARANTINE, Status.BLOCKED)
    over = lot.expires_on is not None and lot.expires_on <= timezone.now().date()
    actions = [
        ("release", "Release", held and not over and not lot.location.takes_returns and may(RELEASE)),
        ("write_off", "Write off", free > 0 and may(WRITE_OFF)),
        ("move", "Carry to another place", free > 0 and lot.status != Status.RECALLED and may(CHANGE)),
        ("block", "Block", lot.status in (Status.RELEASED, Status.QUARANTINE) and may(RELEASE)),
        ("quarantine", "Put into quarantine", lot.status == Status.RELEASED and may(RELEASE)),
    ]
    offered = [(name, title) for name, title, sensible in actions if sensible]
    return [
        {
            "title": title,
            "url": reverse(f"admin:catalog_lot_{name}", args=[lot.pk]),
            "tone": "primary" if name == "release" else "",
        }
        for name, title in offered
    ]


def release(request: HttpRequest, lot_id: int) -> HttpResponse:
    lot = _find(request, lot_id, RELEASE)
    form = ReleaseForm(_sent(request))
    words = {
        "title": "Release",
        "lead": "From now on it is for sale, soonest expiry first. Your name stands under it.",
        "button": "Release for sale",
        "shows_list": True,
    }
    return _act(
        request,
        lot,
        form,
        words,
        lambda typed, now: lots.release_lots(
            lot_ids=[lot.pk], checks=typed["checks"], note=typed["note"], by=request.user, now=now
        ),
        "It is for sale.",
    )


def block(request: HttpRequest, lot_id: int) -> HttpResponse:
    lot = _find(request, lot_id, RELEASE)
    words = {
        "title": "Block",
        "lead": "Nothing of it is sold or shipped until somebody releases it again. "
        "Orders that it was promised to are listed as “stop” on the packing list.",
        "button": "Block this lot",
        "danger": True,
    }
    return _set_apart(request, lot, words, lots.block_lots, "It is blocked.")


def quarantine(request: HttpRequest, lot_id: int) -> HttpResponse:
    lot = _find(request, lot_id, RELEASE)
    words = {
        "title": "Put into quarantine",
        "lead": "It waits to be looked at again. Nothing of it is sold or shipped meanwhile.",
        "button": "Put into quarantine",
    }
    return _set_apart(request, lot, words, lots.quarantine_lots, "It stands in quarantine.")


def write_off(request: HttpRequest, lot_id: int) -> HttpResponse:
    lot = _find(request, lot_id, WRITE_OFF)
    form = WriteOffForm(_sent(request), initial={"units": lot.on_hand - lot.reserved})
    words = {
        "title": "Write off",
        "lead": f"Units that are gone or must go. {lot.reserved} of {lot.on_hand} are promised to orders "
        "and cannot be written off.",
        "button": "Write them off",
        "danger": True,
    }
    return _act(
        request,
        lot,
        form,
        words,
        lambda typed, now: stock.write_off(
            lot_id=lot.pk, units=typed["units"], cause=typed["cause"], by=request.user, now=now
        ),
        "They are written off.",
    )


def move(request: HttpRequest, lot_id: int) -> HttpResponse:
    lot = _find(request, lot_id, CHANGE)
    form = MoveForm(_sent(request), lot=lot, initial={"units": lot.on_hand - lot.reserved})
    words = {
        "title": "Carry to another place",
        "lead": "The lot keeps its code and its date. Where it is new, it stands in quarantine until it is "
        "released there. Promised units stay here.",
        "button": "Carry them there",
    }
    return _act(
        request,
        lot,
        form,
        words,
        lambda typed, now: stock.move_units(lot_id=lot.pk, **typed, by=request.user, now=now),
        "They stand there now.",
    )


PAGES = {
    "release": release,
    "block": block,
    "quarantine": quarantine,
    "write_off": write_off,
    "move": move,
}


def say(refusal: Exception) -> str:
    """A refusal in a line for whoever was refused."""
    if isinstance(refusal, lots.NotFit):
        return " ".join(refusal.why.values())
    assert isinstance(refusal, stock.BelowReserved)
    return f"{refusal.reserved} units are promised to orders: {max(refusal.counted, 0)} would be left."


def _set_apart(
    request: HttpRequest, lot: Lot, words: dict[str, Any], verb: Callable[..., Any], done: str
) -> HttpResponse:
    return _act(
        request,
        lot,
        WhyForm(_sent(request)),
        words,
        lambda typed, now: verb(lot_ids=[lot.pk], note=typed["note"], by=request.user, now=now),
        done,
    )


def _act(
    request: HttpRequest,
    lot: Lot,
    form: forms.Form,
    words: dict[str, Any],
    verb: Callable[[dict[str, Any], Any], Any],
    done: str,
) -> HttpResponse:
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                verb(form.cleaned_data, timezone.now())
        except (lots.NotFit, stock.BelowReserved) as refused:
            refusal = say(refused)
        else:
            messages.success(request, done)
            return HttpResponseRedirect(_page_of(lot))
    context = admin.site.each_context(request) | {
        "opts": Lot._meta,
        "lot": lot,
        "last": LotDecision.objects.filter(lot=lot).select_related("actor").order_by("-pk").first(),
        "form": form,
        "refusal": refusal and f"{refusal} Nothing was changed.",
        "back": _page_of(lot),
        **words,
    }
    status = 422 if refusal or form.errors else 200
    return TemplateResponse(request, "admin/catalog/lot/action.html", context, status=status)


def _find(request: HttpRequest, lot_id: int, permission: str) -> Lot:
    if not request.user.has_perm(permission):
        raise PermissionDenied
    whole = Lot.objects.select_related("variant__product__current_formula", "location", "supplier")
    return get_object_or_404(whole, pk=lot_id)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _page_of(lot: Lot) -> str:
    return reverse("admin:catalog_lot_change", args=[lot.pk])
