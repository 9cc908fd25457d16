"""The shapes of reading a label that somebody pasted."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.label_answer import LONGEST_LABEL
from catalog.serializers.fields import Strict
from catalog.serializers.knowledge import ANSWERS, ActiveShown


@extend_schema_field({"type": "string", "maxLength": LONGEST_LABEL})
class Pasted(serializers.Field):  # type: ignore[type-arg]
    """Text as it was pasted: spaces, line breaks and what no label should hold belong to it."""

    default_error_messages = {
        "text": "Text is needed, not another kind of value.",
        "long": f"No label has more than {LONGEST_LABEL:,} characters.",
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("text")
        if len(data) > LONGEST_LABEL:
            self.fail("long")
        return data


class LabelIn(Strict):
    text = Pasted(help_text="The list of ingredients as printed, with all that stands around it.")


class NameRead(serializers.Serializer[Any]):
    rank = serializers.IntegerField()
    text = serializers.CharField(help_text="As printed.")
    name = serializers.CharField(help_text="The INCI name, or as printed.")
    slug = serializers.CharField(allow_null=True, help_text="Null: nobody here knows this name.")
    percent = serializers.CharField(allow_null=True)
    marks = serializers.CharField(allow_blank=True, help_text="Its footnote's sign, such as *.")
    nano = serializers.BooleanField()


class NotUnderstood(serializers.Serializer[Any]):
    token = serializers.CharField()
    suggestions = serializers.ListField(
        child=serializers.CharField(), help_text="Names that look like it. Never taken for it."
    )


class FormulaAnswered(serializers.Serializer[Any]):
    title = serializers.CharField(allow_blank=True, help_text="Step 2, Night …, when a pack has several.")
    ingredients = NameRead(many=True)
    actives = ActiveShown(many=True)
    may_contain = NameRead(many=True)
    label_codes = serializers.ListField(child=serializers.CharField())
    unresolved = NotUnderstood(many=True)
    flags = serializers.DictField(
        child=serializers.ChoiceField(choices=ANSWERS), help_text="Claim → yes, no or unknown."
    )
    notes = serializers.ListField(child=serializers.CharField())
    rank_tells_dose = serializers.BooleanField()
    complete = serializers.BooleanField(help_text="Every name is known, and nothing stands elsewhere.")


class LabelAnswered(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=["read", "unknown"])
    reason = serializers.CharField(allow_blank=True, help_text="Why it is unknown.")
    formulas = FormulaAnswered(many=True)
    notes = serializers.ListField(child=serializers.CharField())
