"""Fields that take exactly what they say: an integer is no string, no fraction, no boolean."""

import re
from typing import Any

from babel import Locale
from django.core.validators import RegexValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

NO_COUNTRIES = frozenset("EU EZ QO UN XA XB ZZ".split())  # the list has groups and tests in it
COUNTRIES = (
    frozenset(filter(re.compile(r"[A-Z]{2}\Z").match, map(str, Locale("en").territories))) - NO_COUNTRIES
)
CURRENCY = RegexValidator(r"^[A-Z]{3}\Z", "A currency's three-letter code is needed, such as EUR.")
SKU = RegexValidator(r"^[A-Za-z0-9._-]+\Z", "This is not how we write a SKU.")
SLUG = RegexValidator(r"^[A-Za-z0-9_-]+\Z", "This is not a name that we use in addresses.")


class Whole(serializers.IntegerField):
    default_error_messages = {"whole": "A whole number is needed, such as 2."}

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("whole")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    default_error_messages = {"flag": "true or false is needed."}

    def to_internal_value(self, data: Any) -> bool:
        if type(data) is not bool:
            self.fail("flag")
        return data


class Words(serializers.CharField):
    """One line of text: no control characters, which no label printer could print."""

    default_error_messages = {
        "words": "Text is needed, not another kind of value.",
        "controls": "Line breaks and control characters cannot be kept here.",
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("words")
        text = super().to_internal_value(data)
        if not text.isprintable():
            self.fail("controls")
        return text


@extend_schema_field({"$ref": "#/components/schemas/Country"})  # written by config.description
class Country(Words):
    default_error_messages = {"country": "A country's two-letter code is needed, such as DE."}

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=2, max_length=2, **options)

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if code not in COUNTRIES:
            self.fail("country")
        return code
