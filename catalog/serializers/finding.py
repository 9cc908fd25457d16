"""The shapes of a search: how it was understood, what stands beside it, what may be chosen next."""

from typing import Any

from rest_framework import serializers

from catalog.serializers.fields import Money, Named, Picture

KINDS = ["concern", "guide", "category", "brand", "ingredient"]


class Beside(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=KINDS)
    slug = serializers.CharField()
    title = serializers.CharField()
    why = serializers.CharField(help_text="In a few words.")


class Understanding(serializers.Serializer[Any]):
    free_from = serializers.ListField(child=serializers.CharField(), help_text="As in ?free_from=.")


class Search(serializers.Serializer[Any]):
    asked = serializers.CharField()
    understood_as = serializers.ListField(
        child=serializers.CharField(), help_text="Its words, with mistyped ones put right."
    )
    corrected = serializers.DictField(
        child=serializers.CharField(), help_text="Word as typed → word as understood."
    )
    filters = Understanding(help_text="What the words ask to avoid; these filters are applied.")
    whole = serializers.BooleanField(
        help_text="False: nothing answers all of it, and the results answer a part."
    )
    beside = Beside(many=True, help_text="What else there is under these words.")


class FacetValue(Named):
    count = serializers.IntegerField(help_text="Products that would be shown.")


class PriceRange(serializers.Serializer[Any]):
    min = serializers.IntegerField(allow_null=True, help_text="Minor units.")
    max = serializers.IntegerField(allow_null=True, help_text="Minor units.")


class Facets(serializers.Serializer[Any]):
    category = FacetValue(many=True)
    brand = FacetValue(many=True)
    concern = FacetValue(many=True)
    skin_type = FacetValue(many=True)
    free_from = FacetValue(many=True)
    price = PriceRange()


class SuggestedProduct(Named):
    brand = Named()
    image = Picture(allow_null=True)
    price_from = Money()


class Suggestions(serializers.Serializer[Any]):
    asked = serializers.CharField(allow_blank=True)
    corrected = serializers.DictField(child=serializers.CharField())
    products = SuggestedProduct(many=True)
    concerns = Named(many=True)
    guides = Named(many=True)
    ingredients = Named(many=True)
    brands = Named(many=True)
    categories = Named(many=True)
