"""The shapes of what `catalog.publishing` renders, for the API's description. Nothing runs through them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class Money(serializers.Serializer[Any]):
    amount = serializers.IntegerField(help_text="Minor units: 1999 is 19.99.")
    currency = serializers.CharField()


class UnitPrice(Money):
    per = serializers.CharField(help_text="100 ml or 100 g.")


class Named(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class CategoryPath(Named):
    path = Named(many=True, help_text="From the root down to this one.")


class Picture(serializers.Serializer[Any]):
    alt = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    sources = serializers.DictField(
        child=serializers.CharField(), help_text="Width in px → address of a WebP picture."
    )


class Card(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    brand = Named()
    category = Named()
    concerns = serializers.ListField(child=serializers.CharField())
    summary = serializers.CharField(allow_blank=True)
    image = Picture(allow_null=True)
    price_from = Money()
    prices_include_tax = serializers.BooleanField()
    variants = serializers.IntegerField(help_text="How many sizes there are.")
    in_stock = serializers.BooleanField()


class Cards(serializers.Serializer[Any]):
    results = Card(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page.")


class Size(serializers.Serializer[Any]):
    quantity = serializers.CharField()
    unit = serializers.ChoiceField(choices=["ml", "g", "piece"])


class VariantShown(serializers.Serializer[Any]):
    sku = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    size = Size(allow_null=True, help_text="Null: the maker does not say.")
    barcode = serializers.CharField(allow_null=True)
    price = Money()
    unit_price = UnitPrice(allow_null=True)
    in_stock = serializers.BooleanField()
    few_left = serializers.IntegerField(allow_null=True, help_text="How many, when they are few.")


class Ingredients(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="As printed on the pack.")
    version = serializers.IntegerField()


class Page(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    brand = Named()
    category = CategoryPath()
    concerns = Named(many=True)
    summary = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    ingredients = Ingredients(
        allow_null=True, help_text="Null: unknown. The maker has not published the list."
    )
    images = Picture(many=True)
    price_from = Money()
    prices_include_tax = serializers.BooleanField()
    variants = VariantShown(many=True)


class Shelves(serializers.Serializer[Any]):
    results = Named(many=True)


@extend_schema_field({"type": "array", "items": {"$ref": "#/components/schemas/TreeNode"}})
class Branches(serializers.ListField):
    """Categories of the same shape; a serializer cannot name itself, a reference can."""


class TreeNode(Named):
    children = Branches(help_text="The categories inside this one.")


class Tree(serializers.Serializer[Any]):
    results = TreeNode(many=True)
