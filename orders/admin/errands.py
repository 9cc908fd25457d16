"""Errands on a desk: what we owe, what went wrong, and "try again" for what was given up."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from catalog.admin.desk import ReadOnlyDesk
from orders import errands
from orders.errands import Errand

RETRY = "payments.retry_errand"


class Owed(admin.SimpleListFilter):
    title = "errand"
    parameter_name = "errand"
    CONDITIONS = {
        "parked": Q(done_at=None, due_at=None),
        "owed": Q(done_at=None, due_at__isnull=False),
        "done": Q(done_at__isnull=False),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("parked", "Parked: a person must look"), ("owed", "Still owed"), ("done", "Done")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(self.CONDITIONS.get(self.value() or "", Q()))


class ErrandDesk(ReadOnlyDesk):
    actions = ["try_again"]
    errand_fieldset = (
        "The errand",
        {"fields": [("errand_state", "attempts", "failures"), ("due_at", "done_at"), "last_error"]},
    )

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RETRY)

    @admin.action(description="Try again now", permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        woken = sum(
            errands.try_again(self.model, pk, now=timezone.now())
            for pk in queryset.values_list("pk", flat=True)
        )
        self.message_user(request, say_woken(woken))

    @display(
        description="errand",
        label={"parked": "danger", "trying again": "warning", "due": "info", "done": "success"},
    )
    def errand_state(self, errand: Errand) -> str:
        return name_state(errand)


def name_state(errand: Errand) -> str:
    if errand.done_at:
        return "done"
    if errand.due_at is None:
        return "parked"
    return "trying again" if errand.failures else "due"


def say_woken(woken: int) -> str:
    """What to tell a person who asked to try again."""
    if not woken:
        return "Nothing to try: these errands are done, or already on their way."
    errand = "1 errand is" if woken == 1 else f"{woken} errands are"
    return f"{errand} due again. A worker takes it within seconds."
