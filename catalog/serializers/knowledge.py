"""The shapes of what we know and say: statements, lists, advice, law. For the API's description."""

from typing import Any

from rest_framework import serializers

from catalog.models import (
    AdviceRule,
    Barrier,
    Grade,
    IngredientClass,
    Jurisdiction,
    LegalRule,
    RegulatoryClass,
    Statement,
)
from catalog.serializers.fields import Named
from catalog.serializers.picks import PickTold

ANSWERS = ["yes", "no", "unknown"]


class FactShown(serializers.Serializer[Any]):
    source = serializers.CharField()  # type: ignore[assignment]
    grade = serializers.ChoiceField(choices=Grade.choices)
    reviewed_by = serializers.CharField()
    reviewed_on = serializers.DateField()


class StatementShown(FactShown):
    kind = serializers.ChoiceField(choices=Statement.Kind.choices)
    heading = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    about = Named(allow_null=True, help_text="The class of ingredients that it is about.")
    dispute = serializers.CharField(
        allow_null=True, help_text="Statements with the same word here disagree with each other."
    )


class ListedIngredient(serializers.Serializer[Any]):
    name = serializers.CharField()
    slug = serializers.CharField(allow_null=True, help_text="Null: nobody here knows this name.")
    rank = serializers.IntegerField()
    percent = serializers.CharField(allow_null=True)
    marks = serializers.CharField(allow_blank=True)
    nano = serializers.BooleanField()
    classes = serializers.ListField(child=serializers.ChoiceField(choices=IngredientClass.choices))


class ActiveShown(serializers.Serializer[Any]):
    name = serializers.CharField()
    slug = serializers.CharField(allow_null=True)
    percent = serializers.CharField(allow_null=True)


class FormulaShown(serializers.Serializer[Any]):
    title = serializers.CharField(allow_blank=True, help_text="Step 2, Night …, when a pack has several.")
    list = ListedIngredient(many=True)
    may_contain = ListedIngredient(many=True)
    actives = ActiveShown(many=True)
    label_codes = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())
    rank_tells_dose = serializers.BooleanField(help_text="False: the list is not in the order of weight.")


class ListRead(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=["read", "unknown"])
    formulas = FormulaShown(many=True)


class ClaimShown(Named):
    answer = serializers.ChoiceField(choices=ANSWERS)
    because = serializers.ListField(child=serializers.CharField(), help_text="What decided it.")


class AdviceShown(serializers.Serializer[Any]):
    """Something to know before using it. Advice, never a refusal."""

    rule = serializers.CharField()
    severity = serializers.ChoiceField(choices=AdviceRule.Severity.choices)
    audience = serializers.ChoiceField(choices=AdviceRule.Audience.choices, allow_blank=True)
    words = serializers.CharField()
    other_view = serializers.CharField(allow_null=True, help_text="What others say, when sources disagree.")
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    grade = serializers.ChoiceField(
        choices=Grade.choices, allow_null=True, help_text="Null where no medical fact is stated."
    )
    products = serializers.ListField(child=serializers.CharField())
    because = serializers.ListField(child=serializers.CharField())


class BarrierShown(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=Barrier.Reason.choices)
    stops = serializers.BooleanField(help_text="False: sold while the supplier is asked.")
    words = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class DatedBarrier(BarrierShown):
    since = serializers.DateField(allow_null=True, help_text="From when; null: always.")


class SaleShown(serializers.Serializer[Any]):
    """What the product is to the law of one jurisdiction, and whether we sell it there."""

    jurisdiction = serializers.ChoiceField(choices=Jurisdiction.choices)
    regulatory_class = serializers.ChoiceField(choices=RegulatoryClass.choices, allow_null=True)
    can_be_sold = serializers.BooleanField()
    until = serializers.DateField(
        allow_null=True, help_text="From then on not: a rule that is known to come."
    )
    list = serializers.ChoiceField(
        choices=["read", "partly", "unknown"],
        help_text="How much of the label we understood. Only of what was read silence means allowed.",
    )
    barriers = DatedBarrier(many=True)


class GuideShort(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)


class ConcernPage(Named):
    also_called = serializers.ListField(child=serializers.CharField())
    one_line = serializers.CharField(allow_blank=True)
    statements = StatementShown(many=True)
    guides = GuideShort(many=True)
    picks = PickTold(many=True)
    products = serializers.IntegerField(help_text="How many stand on this shelf in the market.")


class GuideList(serializers.Serializer[Any]):
    results = GuideShort(many=True)


class GuidePage(GuideShort):
    sells = serializers.BooleanField(help_text="False: show no products beside it.")
    concerns = Named(many=True)
    statements = StatementShown(many=True)
    picks = PickTold(many=True)


class RuleShown(FactShown):
    jurisdiction = serializers.ChoiceField(choices=Jurisdiction.choices)
    sort = serializers.ChoiceField(choices=LegalRule.Sort.choices)
    words = serializers.CharField()
    max_percent = serializers.CharField(allow_null=True)
    product_kinds = serializers.ListField(child=serializers.CharField(), help_text="Empty: every kind.")
    valid_from_placing = serializers.DateField(allow_null=True)
    valid_from_available = serializers.DateField(allow_null=True)
    label_text = serializers.CharField(allow_blank=True)


class IngredientPage(Named):
    cas = serializers.CharField(allow_blank=True)
    functions = serializers.ListField(child=serializers.CharField())
    classes = Named(many=True)
    also_called = serializers.ListField(child=serializers.CharField())
    statements = StatementShown(many=True)
    rules = RuleShown(many=True)
    products = serializers.IntegerField(help_text="How many contain it in the market.")
