"""The rule desks: what the law says of substances, and what we advise, each with where it comes from."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from catalog import enacting
from catalog.admin.rule_forms import AdviceForm, LawForm
from catalog.admin.tabled import Tabled
from catalog.models import AdviceRule, LegalRule

FACT = ("Where it comes from", {"fields": ["source", "grade", ("reviewed_by", "reviewed_on")]})


class InForce(admin.SimpleListFilter):
    title = "in force"
    parameter_name = "force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "In force"), ("no", "Retired")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(retired_on__isnull=self.value() == "yes") if self.value() else queryset


class RuleDesk(Tabled):
    """Rules are retired, never deleted: barriers and orders refer to what was in force."""

    search_fields = ["slug", "words", "source"]
    ordering = ["slug"]
    actions = ["retire", *Tabled.actions]
    was: ClassVar[str] = "edited"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["slug"] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = enacting.products_about(self.model.objects.get(pk=obj.pk)) if change else set()
        super().save_model(request, obj, form, change)
        if change and not form.has_changed():
            return
        what = f"{', '.join(form.changed_data)} edited"[:200] if change else "written"
        enacted = enacting.enact(rule=obj, before=before, what=what, by=request.user, now=timezone.now())
        self._tell(request, enacted)

    @admin.action(description="Retire: it counts no more from today on", permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        enacted = enacting.retire_rules(model=self.model, ids=ids, by=request.user, now=timezone.now())
        self._tell(request, enacted)

    def _tell(self, request: HttpRequest, enacted: enacting.Enacted) -> None:
        self.message_user(request, f"{enacted.products} products were judged again and their pages written.")
        if enacted.left:
            words = f"{enacted.left} products wait: “manage.py publish_pages” judges them."
            self.message_user(request, words, messages.WARNING)


@admin.register(LegalRule)
class LegalRuleDesk(RuleDesk):
    form = LawForm
    list_display = ["slug", "jurisdiction", "sort", "short", "from_when", "grade", "state"]
    list_filter = ["jurisdiction", "sort", InForce, "grade"]
    empty_words = (
        "No legal rule yet. “manage.py load_knowledge” brings them; add one here when a law changes."
    )
    fieldsets = [
        (None, {"fields": ["slug", ("jurisdiction", "sort"), "words"]}),
        ("What it is about", {"fields": ["substances", "classes", "product_kinds"]}),
        ("How much", {"fields": [("max_percent", "without_declaration"), "parts"]}),
        ("On the label", {"fields": ["label_text", ("above_leave_on", "above_rinse_off")]}),
        (
            "From when",
            {
                "fields": [
                    ("valid_from_placing_on", "valid_from_available_on"),
                    ("regulatory_class", "retired_on"),
                ]
            },
        ),
        FACT,
    ]

    @display(description="what it says")
    def short(self, rule: LegalRule) -> str:
        return rule.words if len(rule.words) <= 100 else f"{rule.words[:100]}…"

    @display(description="from", ordering="valid_from_placing_on")
    def from_when(self, rule: LegalRule) -> Any:
        return rule.valid_from_placing_on or rule.valid_from_available_on

    @display(description="state", label={"in force": "success", "retired": ""})
    def state(self, rule: LegalRule) -> str:
        return "retired" if rule.retired_on else "in force"


@admin.register(AdviceRule)
class AdviceRuleDesk(RuleDesk):
    form = AdviceForm
    list_display = ["slug", "when", "first", "second", "audience_words", "severity", "grade", "state"]
    list_filter = ["when", "severity", "audience", InForce, "grade"]
    empty_words = "No advice yet. “manage.py load_knowledge” brings it; add more here."
    fieldsets = [
        (None, {"fields": ["slug", ("when", "severity"), "audience"]}),
        ("About", {"fields": [("first", "second"), "within_first"]}),
        ("What we say", {"fields": ["words", "other_view", "retired_on"]}),
        FACT,
    ]

    @display(description="for", ordering="audience")
    def audience_words(self, rule: AdviceRule) -> str:
        return rule.get_audience_display()

    @display(description="state", label={"in force": "success", "retired": ""})
    def state(self, rule: AdviceRule) -> str:
        return "retired" if rule.retired_on else "in force"
