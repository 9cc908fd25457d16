"""What may be done with a pick, a page and a verb each: preview, give to review, sign, adopt, withdraw."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from catalog import pick_pages, pick_states, pick_words, picks, tries
from catalog.admin.pick_forms import SignForm, WithdrawForm, offer_dates
from catalog.admin.pick_offers import CHANGE, SIGN, WITHDRAW, link_comparison, may_withdraw
from catalog.models import Pick
from catalog.picks import Occasion, Wish

REFUSALS = (
    picks.PickNotReady,
    picks.FormulaChanged,
    picks.PickChanged,
    picks.NotTheDermatologist,
    picks.WrongPassword,
    picks.PickWithdrawn,
    tries.TooManyTries,
)
LOOKS = {"light": "Light", "dark": "Dark", "phone": "On a phone"}


@require_http_methods(["GET", "HEAD"])
def preview(request: HttpRequest, pick_id: int) -> HttpResponse:
    """The pick as customers will see it: the card in a listing, and the product's page."""
    pick = _find(request, pick_id, "catalog.view_pick", CHANGE)
    look = request.GET.get("look", "light")
    image = pick.product.images.order_by("position", "id").first()
    renditions = list(image.renditions.values()) if image else []
    context = {
        "pick": pick,
        "shown": pick_pages.show_pick(pick),
        "standing": pick_states.stand_of(pick, timezone.now().date()),
        "look": look if look in LOOKS else "light",
        "looks": LOOKS,
        "image": image if renditions else None,
        "image_url": f"{settings.MEDIA_URL}{renditions[-1]}" if renditions else "",
        "back": _page_of(pick),
        "shop": settings.SHOP_NAME,
        "care": settings.SELLER["email"],
    }
    return TemplateResponse(request, "admin/catalog/pick/preview.html", context)


def submit(request: HttpRequest, pick_id: int) -> HttpResponse:
    pick = _find(request, pick_id, CHANGE)
    words = {
        "title": "Give to review",
        "lead": f"{pick.dermatologist.name} finds it on the re-review desk, reads it, and signs it or not.",
        "button": "Give to review",
        "faults": pick_words.find_faults(pick),
    }
    refusal = ""
    if request.method == "POST":
        try:
            picks.submit_pick(pick_id=pick.pk, occasion=Occasion(request.user, timezone.now()))
        except REFUSALS as refused:
            refusal = say(refused)
        else:
            messages.success(request, f"It lies on the desk of {pick.dermatologist.name} now.")
            return HttpResponseRedirect(_page_of(pick))
    return _ask(request, pick, words, refusal=refusal)


@never_cache
@sensitive_post_parameters("password")
def sign(request: HttpRequest, pick_id: int) -> HttpResponse:
    """The words once more, the days, her password. Signing again renews."""
    pick = _find(request, pick_id, SIGN)
    if not picks.is_hers(pick, request.user):
        raise PermissionDenied
    now = timezone.now()
    form = SignForm(_sent(request), initial=offer_dates(now.date()) | {"text_sha256": pick.text_sha256})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            signed = picks.sign_pick(
                pick_id=pick.pk, wish=Wish(**form.cleaned_data), occasion=Occasion(request.user, now)
            )
        except REFUSALS as refused:
            refusal = say(refused)
            pick = _find(request, pick_id, SIGN)  # what she reads below is what stands there now
            form.data = request.POST.copy()
            form.data["text_sha256"] = pick.text_sha256
        else:
            messages.success(
                request,
                f"Signed. The badge is live from {signed.live_from_on:%-d %B %Y} "
                f"and goes off on {signed.review_by_on:%-d %B %Y}.",
            )
            return HttpResponseRedirect(_page_of(pick))
    words = {
        "title": "Sign",
        "lead": "You put your name to these words, about this list of ingredients, with these interests.",
        "button": f"Sign as {pick.dermatologist.name}",
        "shows_words": True,
        "faults": pick_words.find_faults(pick),
    }
    return _ask(request, pick, words, form=form, refusal=refusal)


def adopt(request: HttpRequest, pick_id: int) -> HttpResponse:
    pick = _find(request, pick_id, CHANGE, SIGN)
    words = {
        "title": "Adopt the new formula",
        "lead": "It will be about what is in the product today. Nothing is live before it is signed again.",
        "button": "The words still hold: adopt it",
        "compare_url": link_comparison(pick),
    }
    refusal = ""
    if request.method == "POST":
        try:
            picks.adopt_formula(pick_id=pick.pk, occasion=Occasion(request.user, timezone.now()))
        except REFUSALS as refused:
            refusal = say(refused)
        else:
            messages.success(request, "It is about the new formula now. It must be signed again.")
            return HttpResponseRedirect(_page_of(pick))
    return _ask(request, pick, words, refusal=refusal)


def withdraw(request: HttpRequest, pick_id: int) -> HttpResponse:
    pick = _find(request, pick_id, WITHDRAW)
    if not may_withdraw(pick, request.user):
        raise PermissionDenied
    form = WithdrawForm(_sent(request))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        occasion = Occasion(request.user, timezone.now())
        try:
            picks.withdraw_pick(pick_id=pick.pk, reason=form.cleaned_data["reason"], occasion=occasion)
        except REFUSALS as refused:
            refusal = say(refused)
        else:
            messages.success(request, "Withdrawn. Customers read the reason from now on.")
            return HttpResponseRedirect(_page_of(pick))
    words = {
        "title": "Withdraw",
        "lead": "The badge goes off at once and for good. The product stays, and the reason is public.",
        "button": "Withdraw this pick",
        "danger": True,
    }
    return _ask(request, pick, words, form=form, refusal=refusal)


PAGES = {"preview": preview, "submit": submit, "sign": sign, "adopt": adopt, "withdraw": withdraw}


def say(refusal: Exception) -> str:
    """A refusal in a line for whoever was refused."""
    match refusal:
        case picks.PickNotReady(why=why):
            return " ".join(why)
        case picks.FormulaChanged(product=product):
            return f"What is in {product} has changed since this was written. Compare, then adopt it or not."
        case picks.PickChanged():
            return "Somebody changed the words since you read them. Read them again below, then sign."
        case picks.NotTheDermatologist(name=name):
            return f"Only {name} signs this, with her own login."
        case picks.WrongPassword():
            return "That is not your password."
        case tries.TooManyTries(words=words):
            return words
    return "It was withdrawn, and stays as it is. Write a new one."


def _find(request: HttpRequest, pick_id: int, *permissions: str) -> Pick:
    if not any(request.user.has_perm(permission) for permission in permissions):
        raise PermissionDenied
    everyone = pick_states.with_signatures(Pick.objects.all())
    parts = ("product__brand", "cheaper_product", "disclosure")
    found: Pick = get_object_or_404(everyone.select_related(*parts), pk=pick_id)
    return found


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _page_of(pick: Pick) -> str:
    return reverse("admin:catalog_pick_change", args=[pick.pk])


def _ask(
    request: HttpRequest,
    pick: Pick,
    words: dict[str, Any],
    *,
    form: forms.Form | None = None,
    refusal: str = "",
) -> HttpResponse:
    context = admin.site.each_context(request) | {
        "opts": Pick._meta,
        "pick": pick,
        "shown": pick_pages.show_pick(pick),
        "form": form,
        "refusal": refusal and f"{refusal} Nothing was changed.",
        "back": _page_of(pick),
        **words,
    }
    refused = bool(refusal or (form is not None and form.errors))
    return TemplateResponse(
        request, "admin/catalog/pick/action.html", context, status=422 if refused else 200
    )
