"""What somebody says whose skin reacted, as a shape. Only what happened, to what, and where is needed."""

from datetime import date
from typing import Any

from rest_framework import serializers

from catalog.serializers.fields import Strict
from orders.models import Incident
from shop.serializers.fields import SLUG, Country, Whole, Words

LONGEST = 4000


def written(value: str) -> str:
    """How the API writes a member of a closed set: not-recovered for NOT_RECOVERED."""
    return value.lower().replace("_", "-")


REPORTERS = {written(value): value for value in Incident.Reporter.values}
OUTCOMES = {written(value): value for value in Incident.Outcome.values}
CRITERIA = {written(value): value for value in Incident.Criterion.values}


class Story(serializers.CharField):
    """Some lines of text. No control characters but the ends of lines."""

    default_error_messages = {
        "words": "Text is needed, not another kind of value.",
        "controls": "Control characters cannot be kept here.",
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("words")
        text = super().to_internal_value(data.replace("\r\n", "\n"))
        if not all(letter.isprintable() or letter in "\n\t" for letter in text):
            self.fail("controls")
        return text


class YesOrNo(serializers.BooleanField):
    default_error_messages = {"truth": "true, false, or null where nobody knows."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("truth")
        return data


class PastDay(serializers.DateField):
    default_error_messages = {"future": "This day has not come yet."}

    def to_internal_value(self, data: Any) -> date:
        day: date = super().to_internal_value(data)
        if day > self.context["today"]:
            self.fail("future")
        return day


class OrderOpened(Strict):
    """An order, and the secret that opens it."""

    reference = Words(max_length=9)
    secret = Words(max_length=64)


class IncidentIn(Strict):
    """A reaction to something that we sold."""

    product = Words(
        max_length=140,
        validators=[SLUG],
        required=False,
        help_text="The product's slug. May be left out when `order` holds one product only.",
    )
    order = OrderOpened(required=False, help_text="Where it was bought: then we may know the lot.")
    lot_code = Words(max_length=40, required=False, help_text="As it is printed on the pack.")
    country = Country(required=False, help_text="Where it happened; may be left out with `order`.")
    symptoms = Story(max_length=LONGEST, help_text="What happened, in their own words.")
    criteria = serializers.ListField(
        child=serializers.ChoiceField(choices=list(CRITERIA)),
        max_length=len(CRITERIA),
        required=False,
        help_text="Which of these it led to, if any.",
    )
    started_using_on = PastDay(required=False, allow_null=True)
    onset_on = PastDay(required=False, allow_null=True, help_text="When it began.")
    treatment = Story(max_length=LONGEST, required=False)
    outcome = serializers.ChoiceField(choices=list(OUTCOMES), required=False, allow_null=True)
    came_back_on_reuse = YesOrNo(required=False, allow_null=True)
    confirmed_by_doctor = YesOrNo(required=False, allow_null=True)
    reporter = serializers.ChoiceField(choices=list(REPORTERS), required=False)
    name = Words(max_length=120, required=False)
    email = serializers.EmailField(max_length=254, required=False, help_text="So that we may ask again.")
    age_years = Whole(min_value=0, max_value=120, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "order" not in attrs:
            needed = {name: ["Say this, or name the order."] for name in ("product", "country")}
            if missing := {name: words for name, words in needed.items() if name not in attrs}:
                raise serializers.ValidationError(missing)
        return attrs


class IncidentTaken(serializers.Serializer[Any]):
    reference = serializers.CharField(
        help_text="To name the report when you write or call. It opens nothing."
    )


def read_told(read: dict[str, Any]) -> dict[str, Any]:
    """The fields as our rows have them."""
    told = dict(read)
    if told.get("outcome") is not None:
        told["outcome"] = OUTCOMES[told["outcome"]]
    if "reporter" in told:
        told["reporter"] = REPORTERS[told["reporter"]]
    told["criteria"] = [CRITERIA[one] for one in told.get("criteria", [])]
    if "email" in told:
        told["email"] = told["email"].lower()
    return told
