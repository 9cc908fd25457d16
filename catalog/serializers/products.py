"""The shapes of what `catalog.publishing` renders, for the API's description. Nothing runs through them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.models import SkinType
from catalog.serializers import finding, knowledge, picks
from catalog.serializers.fields import Money, Named, Picture


class UnitPrice(Money):
    per = serializers.CharField(help_text="100 ml or 100 g.")


class CategoryPath(Named):
    path = Named(many=True, help_text="From the root down to this one.")


class Badge(serializers.Serializer[Any]):
    dermatologist = picks.DermatologistShort()
    headline = serializers.CharField()
    disclosure = serializers.CharField(help_text="What she earns by it; to be shown in the same size.")


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
    pick = Badge(allow_null=True, help_text="Only while a dermatologist's signature stands.")
    in_stock = serializers.BooleanField()
    why = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="With q only: where it answers."
    )


class Cards(serializers.Serializer[Any]):
    results = Card(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page.")
    search = finding.Search(required=False, help_text="With q only.")
    facets = finding.Facets(required=False, help_text="With facets=true only.")


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


class Ingredients(knowledge.ListRead):
    text = serializers.CharField(help_text="As printed on the pack.")
    version = serializers.IntegerField()
    unresolved = serializers.IntegerField(help_text="How many names nobody knows.")
    claims = knowledge.ClaimShown(many=True)


class Page(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    brand = Named()
    category = CategoryPath()
    concerns = Named(many=True)
    summary = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    skin_types = serializers.ListField(
        child=serializers.ChoiceField(choices=SkinType.choices), help_text="Empty: unknown."
    )
    ingredients = Ingredients(
        allow_null=True, help_text="Null: unknown. The maker has not published the list."
    )
    pick = picks.PickShown(allow_null=True, help_text="Only while a dermatologist's signature stands.")
    withdrawn_picks = picks.WithdrawnPick(many=True)
    advice = knowledge.AdviceShown(many=True)
    sale = knowledge.SaleShown(many=True)
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
