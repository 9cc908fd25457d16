"""Shapes that stand in many others."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers


class Money(serializers.Serializer[Any]):
    amount = serializers.IntegerField(help_text="Minor units: 1999 is 19.99.")
    currency = serializers.CharField()


class Named(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class Picture(serializers.Serializer[Any]):
    alt = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    sources = serializers.DictField(
        child=serializers.CharField(), help_text="Width in px → address of a WebP picture."
    )


class Strict(serializers.Serializer[Any]):
    """A shape that refuses names which it does not have: a misspelt postcode must not be lost in silence."""

    default_error_messages = {"stranger": "There is no such field here."}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (strangers := data.keys() - self.fields.keys()):
            words = self.error_messages["stranger"]
            raise serializers.ValidationError({str(name)[:80]: [words] for name in sorted(strangers)[:20]})
        return super().to_internal_value(data)
