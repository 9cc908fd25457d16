"""Who puts a name to picks: credentials that can be checked, a login, and what she gets out of it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldBooleanSwitchWidget

from catalog import disclosing, picks, publishing
from catalog.admin.desk import Desk, ReadOnlyRows, RefusableForm
from catalog.disclosing import Interests
from catalog.models import Dermatologist, Disclosure

FACTS = {
    "sells_it": "Earns when it is sold here",
    "gifts": "Gets products free of charge",
    "paid": "Is paid by the maker",
    "consultancy": "Advises the maker",
    "equity": "Owns a share of the maker",
}
VERIFIED = ("name", "slug", "credentials", "board", "role", "user")
LICENCE = ("licence_number", "licence_state", "licence_source", "licence_verified_on")


def _ask(fact: str) -> forms.BooleanField:
    return forms.BooleanField(required=False, label=FACTS[fact], widget=UnfoldBooleanSwitchWidget)


class DermatologistForm(RefusableForm):
    text = forms.CharField(
        label="In plain words",
        max_length=600,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Customers read it beside every pick, in the same size. Other words, or another tick, "
        "make a new version, and her picks must be signed again.",
    )
    sells_it, gifts, paid = _ask("sells_it"), _ask("gifts"), _ask("paid")
    consultancy, equity = _ask("consultancy"), _ask("equity")

    class Meta:
        model = Dermatologist
        fields = [*VERIFIED, *LICENCE, "bio"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = self.instance.disclosures.order_by("-version").first() if self.instance.pk else None
        for name in ("text", *FACTS):
            if newest is not None and name in self.fields:
                self.fields[name].initial = getattr(newest, name)
        if "user" in self.fields:
            self.fields["user"].queryset = self.fields["user"].queryset.filter(is_staff=True)  # type: ignore[attr-defined]

    def interests(self) -> Interests | None:
        """Her interests as they were typed; None when they are those of the newest version."""
        if not {"text", *FACTS} & {*self.changed_data}:
            return None
        facts = {name: bool(self.cleaned_data[name]) for name in FACTS}
        return Interests(text=self.cleaned_data["text"].strip(), **facts)


class DisclosureRows(ReadOnlyRows):
    model = Disclosure
    tab = False
    hide_title = False
    verbose_name_plural = "interests, version by version"
    fields = ["version", "text", *FACTS, "made_at", "made_by"]
    ordering = ["-version"]


@admin.register(Dermatologist)
class DermatologistDesk(Desk):
    form = DermatologistForm
    inlines = [DisclosureRows]
    prepopulated_fields = {"slug": ["name"]}
    list_display = ["called", "role", "licence", "licence_verified_on", "signs"]
    search_fields = ["name", "slug", "licence_number"]
    ordering = ["name"]
    empty_words = "No dermatologist yet. Add one with a licence that can be looked up, and her own login."
    refusals = {picks.PickNotReady: lambda refusal: " ".join(refusal.why)}
    fieldsets = [
        (None, {"fields": [("name", "slug"), ("credentials", "board"), ("role", "user"), "bio"]}),
        (
            "Licence",
            {"fields": [("licence_number", "licence_state"), ("licence_source", "licence_verified_on")]},
        ),
        (
            "What she gets out of it",
            {"fields": ["text", ("sells_it", "gifts"), ("paid", "consultancy", "equity")]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user")

    def get_inlines(self, request: HttpRequest, obj: Dermatologist | None) -> Any:
        return self.inlines if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Dermatologist | None = None) -> bool:
        """Whoever may add dermatologists changes all of them; a dermatologist her own words and interests."""
        hers = obj is None or obj.user_id == request.user.pk
        return super().has_change_permission(request, obj) and (hers or self.has_add_permission(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what she signed stays signed

    def get_readonly_fields(self, request: HttpRequest, obj: Dermatologist | None = None) -> Any:
        if obj is not None and not self.has_add_permission(request):
            return [*VERIFIED, *LICENCE]
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def get_fieldsets(self, request: HttpRequest, obj: Dermatologist | None = None) -> Any:
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return self.fieldsets if may_write else self.fieldsets[:2]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        doctor, now = form.instance, timezone.now()
        interests = form.interests()
        if interests is not None:
            occasion = picks.Occasion(request.user, now)
            disclosing.write_disclosure(dermatologist=doctor, interests=interests, occasion=occasion)
        products = list(doctor.picks.values_list("product_id", flat=True))
        publishing.publish_products(product_ids=products, now=now)
        waiting = doctor.picks.filter(withdrawn_at=None, signatures__isnull=False).distinct().count()
        if interests is not None and waiting:
            words = "1 pick must" if waiting == 1 else f"{waiting} picks must"
            self.message_user(request, f"{words} be signed again.", messages.WARNING)

    @display(description="name", ordering="name")
    def called(self, doctor: Dermatologist) -> str:
        return str(doctor)

    @display(description="licence")
    def licence(self, doctor: Dermatologist) -> str:
        return f"{doctor.licence_number}, {doctor.licence_state}"

    @display(description="signs with")
    def signs(self, doctor: Dermatologist) -> str | None:
        return doctor.user.email if doctor.user else None
