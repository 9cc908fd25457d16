"""What a person does with an adverse report: one form and one verb each."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from catalog import exporting
from catalog.models import Product
from orders import incident_export, incidents
from orders.admin.incident_forms import CloseForm, DoneForm, IncidentForm, NoteForm, show_known
from orders.incidents import LEARNABLE, DutiesOpen, KnownMeanwhile, Told
from orders.models import Incident, IncidentDuty, Order

ADD, CHANGE, EXPORT = "orders.add_incident", "orders.change_incident", "orders.export_incident"
ASK = "admin/orders/incident/ask.html"
MEANWHILE = "Somebody wrote about this in the meantime. Nothing was saved: look what is new, then save again."


def add(request: HttpRequest, desk: Any) -> HttpResponse:
    let_in(request, ADD)
    known = _read_return(request)
    form = IncidentForm(_sent(request), initial=known)
    if request.method == "POST" and form.is_valid():
        told = Told(**{name: form.cleaned_data[name] for name in LEARNABLE})
        source = Incident.Source.RETURN if known else Incident.Source.DESK
        incident = incidents.report_incident(told, source=source, now=timezone.now(), by=request.user)
        if form.cleaned_data["note"]:
            _note(incident, form.cleaned_data["note"], request)
        messages.success(
            request, f"{incident.reference} is taken down. What must be done stands on its page."
        )
        return HttpResponseRedirect(page_of(incident.pk))
    words = {
        "title": "A reaction was reported",
        "lead": "The clock runs from now. Leave empty what nobody said: it can be added once it is known.",
        "button": "Take it down",
    }
    return _ask(request, desk, form, words, back=reverse("admin:orders_incident_changelist"))


def _read_return(request: HttpRequest) -> dict[str, Any]:
    """What a return that led here knows already: its order and product, and who bought it."""
    order_id, product_id = request.GET.get("order", ""), request.GET.get("product", "")
    if not (order_id.isdecimal() and product_id.isdecimal()):
        return {}
    order = Order.objects.filter(pk=int(order_id)).first()
    product = Product.objects.filter(pk=int(product_id)).first()
    if order is None or product is None:
        return {}
    return {
        "order": order.reference,
        "product": product.slug,
        "country": order.country,
        "name": order.recipient,
        "email": order.email,
    }


def learn(request: HttpRequest, incident_id: int, desk: Any) -> HttpResponse:
    let_in(request, CHANGE)
    incident = get_object_or_404(Incident.objects.select_related("product", "order"), pk=incident_id)
    known = show_known(incident) | {"seen": str(incident.events.count())}
    form = IncidentForm(_sent(request), initial=known)
    if request.method == "POST" and form.is_valid() and _learn(request, incident, form):
        return HttpResponseRedirect(page_of(incident.pk))
    words = {
        "title": f"What is known of {incident.reference}",
        "lead": "Every change stands in the diary with what it was before. When it becomes serious, "
        "or goes on after a report, new duties appear by themselves.",
        "button": "Save what is new",
    }
    return _ask(request, desk, form, words, back=page_of(incident.pk))


def _learn(request: HttpRequest, incident: Incident, form: IncidentForm) -> bool:
    seen = form.cleaned_data["seen"]
    try:
        incidents.learn_more(
            incident_id=incident.pk,
            changes={name: form.cleaned_data[name] for name in LEARNABLE},
            now=timezone.now(),
            by=request.user,
            note=form.cleaned_data["note"],
            seen=int(seen) if seen.isdecimal() else -1,
        )
    except KnownMeanwhile:
        form.add_error(None, MEANWHILE)
        again = request.POST.copy()
        again["seen"] = str(incident.events.count())
        form.data = again
        return False
    messages.success(request, "Saved, and written into the diary.")
    return True


def finish(request: HttpRequest, duty_id: int, desk: Any) -> HttpResponse:
    let_in(request, CHANGE)
    duty = get_object_or_404(IncidentDuty.objects.select_related("incident"), pk=duty_id)
    if duty.done_at is not None:
        messages.info(request, f"This was done already: {duty.proof}")
        return HttpResponseRedirect(page_of(duty.incident_id))
    form = DoneForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        incidents.finish_duty(
            duty_id=duty.pk, proof=form.cleaned_data["proof"], now=timezone.now(), by=request.user
        )
        messages.success(request, "Done, and written into the diary.")
        return HttpResponseRedirect(page_of(duty.incident_id))
    words = {
        "title": duty.get_kind_display(),
        "lead": f"To: {duty.to}. Due on {duty.due_on:%-d %B %Y}. {duty.source}",
        "button": "It is done",
    }
    return _ask(request, desk, form, words, back=page_of(duty.incident_id))


def close(request: HttpRequest, incident_id: int, desk: Any) -> HttpResponse:
    let_in(request, CHANGE)
    incident = get_object_or_404(Incident, pk=incident_id)
    form = CloseForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            incidents.close_incident(
                incident_id=incident.pk, now=timezone.now(), by=request.user, note=form.cleaned_data["note"]
            )
        except DutiesOpen as refusal:
            form.add_error(None, f"Something must still be done: {'; '.join(refusal.what)}.")
        else:
            messages.success(request, f"{incident.reference} is closed.")
            return HttpResponseRedirect(page_of(incident.pk))
    words = {
        "title": f"Close {incident.reference}",
        "lead": "Nothing is due any more. Whatever becomes known later opens it again.",
        "button": "Close it",
    }
    return _ask(request, desk, form, words, back=page_of(incident.pk))


def note(request: HttpRequest, incident_id: int, desk: Any) -> HttpResponse:
    let_in(request, CHANGE)
    incident = get_object_or_404(Incident, pk=incident_id)
    form = NoteForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        _note(incident, form.cleaned_data["note"], request)
        return HttpResponseRedirect(page_of(incident.pk))
    words = {"title": f"A note on {incident.reference}", "lead": "Into the diary.", "button": "Write it"}
    return _ask(request, desk, form, words, back=page_of(incident.pk))


def export(request: HttpRequest, kind: str, desk: Any) -> Any:
    """All reports as one file. GET changes nothing."""
    let_in(request, EXPORT)
    written: Any = incident_export.write_json()
    if kind == "csv":
        written = exporting.write_csv(incident_export.list_incidents())
    types = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
    answer = StreamingHttpResponse(written, content_type=types[kind])
    answer["Content-Disposition"] = f'attachment; filename="incidents-{timezone.now():%Y-%m-%d}.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer


def let_in(request: HttpRequest, permission: str) -> None:
    """Writing needs reading too. Raises PermissionDenied."""
    if not (request.user.has_perm(permission) and request.user.has_perm("orders.view_incident")):
        raise PermissionDenied


def page_of(incident_id: int) -> str:
    return reverse("admin:orders_incident_change", args=[incident_id])


def _note(incident: Incident, words: str, request: HttpRequest) -> None:
    incidents.add_note(incident_id=incident.pk, note=words, now=timezone.now(), by=request.user)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _ask(
    request: HttpRequest, desk: Any, form: forms.Form, words: dict[str, Any], *, back: str
) -> HttpResponse:
    context = desk.admin_site.each_context(request) | words
    context |= {"form": form, "opts": Incident._meta, "back": back}
    return TemplateResponse(request, ASK, context, status=422 if form.errors else 200)
