"""Shapes that stand in many others."""

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
