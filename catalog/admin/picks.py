"""The pick desk: written here, seen as customers will see it, signed by the one whose name it is."""

from collections import Counter
from typing import Any

from django.contrib import admin
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from catalog import pick_states, pick_words, picks
from catalog.admin import exporting, pick_actions, pick_offers
from catalog.admin.desk import Blocks, Desk, ReadOnlyRows
from catalog.admin.pick_forms import EvidenceForm, PickForm
from catalog.models import Pick, PickEvidence, Signature
from catalog.pick_states import Standing

STATES = {
    "live": ("Live", "success"),
    "under_review": ("Under review", "info"),
    "draft": ("Draft", "plain"),
    "signed": ("Signed", "info"),
    "suspended": ("Suspended", "danger"),
    "lapsed": ("Lapsed", "warning"),
    "withdrawn": ("Withdrawn", "plain"),
}
EMPTY = "No pick here. Write one: what it is, for whom, for whom not, and what would change her mind."


class InState(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, words) for state, (words, _) in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Pick]) -> QuerySet[Pick]:
        if self.value() not in STATES:
            return queryset
        states = read_states(request)
        return queryset.filter(pk__in=[pk for pk, one in states.items() if one.state == self.value()])


def read_states(request: HttpRequest) -> dict[int, Standing]:
    """Where every pick stands today, asked once per request."""
    if not hasattr(request, "pick_states"):
        today = timezone.now().date()
        everyone = pick_states.with_signatures(Pick.objects.all())
        request.pick_states = {  # type: ignore[attr-defined]
            pick.pk: pick_states.stand_of(pick, today) for pick in everyone
        }
    found: dict[int, Standing] = request.pick_states  # type: ignore[attr-defined]
    return found


class EvidenceBlocks(Blocks):
    model = PickEvidence
    form = EvidenceForm
    tab = False
    verbose_name, verbose_name_plural = "finding", "what the literature says"
    ordering = ["position", "id"]
    fieldsets = [(None, {"fields": ["claim", "source", "reviewed_on", ("grade", "reviewed_by"), "position"]})]


class SignatureRows(ReadOnlyRows):
    model = Signature
    tab = False
    hide_title = False
    verbose_name_plural = "signatures"
    fields = ["signed_at", "signed_by", "live_from_on", "review_by_on"]
    ordering = ["-pk"]


@admin.register(Pick)
class PickDesk(Desk):
    form = PickForm
    inlines = [EvidenceBlocks, SignatureRows]
    autocomplete_fields = ["product", "cheaper_product", "compared_with"]
    list_display = ["headline_and_product", "dermatologist", "state", "review_by"]
    list_filter = [InState, ("dermatologist", admin.RelatedOnlyFieldListFilter)]
    list_before_template = "admin/catalog/pick/states.html"
    change_form_outer_before_template = "admin/catalog/pick/beside.html"
    search_fields = ["headline", "product__name", "product__brand__name", "dermatologist__name"]
    ordering = ["-pk"]
    actions = [exporting.export_picks]
    empty_words = EMPTY
    refusals = {
        picks.PickNotReady: lambda refusal: " ".join(refusal.why),
        IntegrityError: lambda _: "Somebody else wrote the same a moment ago.",
    }
    fieldsets = [
        (None, {"fields": ["product", "dermatologist", "headline"]}),
        ("For whom, and for whom not", {"fields": ["for_whom", "not_for"]}),
        ("How to use it", {"fields": ["slot", "how_to_use", "order_override"]}),
        ("Why it is worth its price", {"fields": ["why_worth_it"]}),
        ("What is cheaper", {"fields": ["cheaper_product", "cheaper_words"]}),
        ("What would change her mind", {"fields": ["would_change_mind"]}),
        (
            "How it was tested",
            {
                "fields": [
                    *("tested_where", "tested_people", "tested_weeks", "tested_blinded", "tested_notes"),
                ]
            },
        ),
        ("What it was compared with", {"fields": ["compared_with", "compared_notes"]}),
        (
            "Her own regimen",
            {"fields": ["regimen_since_on", "regimen_until_on", "regimen_notes"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return pick_states.with_signatures(super().get_queryset(request)).select_related("product__brand")

    def get_urls(self) -> list[Any]:
        actions = [
            path(f"<int:pick_id>/{name}/", self.admin_site.admin_view(view), name=f"catalog_pick_{name}")
            for name, view in pick_actions.PAGES.items()
        ]
        return [*actions, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        counts: Counter[str] = Counter(one.state for one in read_states(request).values())
        chosen = request.GET.get("state", "")
        states = [
            {"state": "", "words": "All", "count": sum(counts.values()), "active": chosen not in STATES}
        ]
        states += [
            {"state": state, "words": words, "count": counts[state], "active": chosen == state}
            for state, (words, _) in STATES.items()
        ]
        return super().changelist_view(request, (extra_context or {}) | {"states": states})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        pick = self.get_queryset(request).filter(pk=object_id).first() if object_id.isdecimal() else None
        beside = draw_beside(pick, request.user) if pick is not None else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | beside)

    def get_readonly_fields(self, request: HttpRequest, obj: Pick | None = None) -> Any:
        return ["product", "dermatologist"] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Pick | None) -> Any:
        return self.inlines if obj else [EvidenceBlocks]

    def has_change_permission(self, request: HttpRequest, obj: Pick | None = None) -> bool:
        withdrawn = obj is not None and obj.withdrawn_at is not None
        return super().has_change_permission(request, obj) and not withdrawn

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what was said stays said: withdraw it instead

    def save_model(self, request: HttpRequest, obj: Pick, form: Any, change: bool) -> None:
        if not change:
            obj.formula = obj.product.current_formula  # type: ignore[assignment]  # the form insists on it
            obj.disclosure = picks.newest_disclosure(obj.dermatologist)
            obj.created_by, obj.created_at = request.user, timezone.now()  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        occasion = picks.Occasion(request.user, timezone.now())
        picks.settle_words(pick=form.instance, occasion=occasion, adopts=False)

    @display(description="pick", ordering="headline")
    def headline_and_product(self, pick: Pick) -> str:
        return format_html(
            '<span class="two-lines"><strong>{}</strong><span>{} · {}</span></span>',
            pick.headline,
            pick.product.brand.name,
            pick.product.name,
        )

    @display(description="state", label=dict(STATES.values()))
    def state(self, pick: Pick) -> str:
        return STATES[pick_states.stand_of(pick, timezone.now().date()).state][0]

    @display(description="review by")
    def review_by(self, pick: Pick) -> Any:
        return pick_states.stand_of(pick, timezone.now().date()).until


def draw_beside(pick: Pick, user: Any) -> dict[str, Any]:
    """What stands beside the form: its state, what keeps it from being signed, and what may be done now."""
    standing = pick_states.stand_of(pick, timezone.now().date())
    words, tone = STATES[standing.state]
    faults = pick_words.find_faults(pick) if standing.state != "withdrawn" else []
    offered = pick_offers.offer(pick, standing, user)
    if faults and not pick_offers.has_other_formula(pick):
        offered = [action | {"tone": ""} for action in offered]  # the thing to do is the form itself
    return {
        "pick": pick,
        "standing": standing,
        "state_words": words,
        "state_tone": tone,
        "faults": faults,
        "compare_url": pick_offers.link_comparison(pick),
        "pick_actions": offered,
        "product_url": reverse("admin:catalog_product_change", args=[pick.product_id]),
    }
