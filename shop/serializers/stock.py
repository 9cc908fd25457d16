"""Counts as machines push them, and what came of each."""

import re
from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.counting import MOST_COUNTS
from catalog.counts import Outcome
from catalog.serializers.fields import Strict
from shop.serializers.fields import Flag, Whole, Words

MOST_UNITS = 1_000_000  # on one shelf; more is a slip of the finger
PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$"


@extend_schema_field({"type": "string", "format": "date-time", "pattern": PATTERN})
class Moment(Words):
    """A moment with its offset from UTC: an hour without one could be any of twenty-four."""

    default_error_messages = {
        "moment": "A moment with its offset is needed, such as 2026-11-22T07:30:00Z or …+01:00."
    }

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            if not re.fullmatch(PATTERN, text):
                raise ValueError
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("moment")


class CountIn(Strict):
    """One shelf: how many units of a lot stood there, and when."""

    sku = Words(max_length=64)
    location = Words(max_length=40, help_text="The code of a place, such as BER.")
    lot = Words(
        max_length=40,
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="Any code of the pack. Left out: the only lot of that SKU there that has units.",
    )
    counted = Whole(min_value=0, max_value=MOST_UNITS, help_text="Units, those promised to orders included.")
    as_of = Moment(help_text="The moment of which the count speaks, not of the push.")
    expected = Whole(
        min_value=0,
        max_value=MOST_UNITS,
        required=False,
        help_text="What you believe that our books said at that moment: if they did not, it is refused.",
    )


class CountsIn(Strict):
    """A push: up to 1,000 counts."""

    counts: Any = serializers.ListSerializer(child=CountIn(), min_length=1, max_length=MOST_COUNTS)
    free = Flag(
        default=False,
        help_text="True: `counted` and `expected` say how many were free to be sold, without promised ones.",
    )


class CountTaken(serializers.Serializer[Any]):
    """What came of one count, and what our books say now."""

    sku = serializers.CharField()
    location = serializers.CharField()
    lot = serializers.CharField(help_text="As our books call it; as you did where we found none.")
    result = serializers.ChoiceField([outcome.value for outcome in Outcome])
    change = serializers.IntegerField(help_text="Units by which our books were set right.")
    on_hand = serializers.IntegerField(allow_null=True, help_text="Null: no lot was found.")
    reserved = serializers.IntegerField(allow_null=True, help_text="Of them, promised to orders.")
    reason = serializers.CharField(allow_null=True, help_text="Why it was refused: docs/counting.md.")
    detail = serializers.CharField(allow_null=True, help_text="The same in words, for a person.")
    lots = serializers.ListField(
        child=serializers.CharField(), help_text="`which-lot`: the codes of those that it may be."
    )


class CountsTaken(serializers.Serializer[Any]):
    """What came of each count, in the order of the push."""

    results = CountTaken(many=True)
    applied = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
