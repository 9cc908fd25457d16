"""What customers send, as shapes. Nothing is guessed and nothing is rounded."""

from typing import Any

from rest_framework import serializers

from shop.models.cart import MOST_UNITS
from shop.serializers.fields import SLUG, Country, Whole, Words


class MoneyIn(serializers.Serializer[Any]):
    amount = Whole(min_value=1, max_value=99_999_999, help_text="Minor units: 1999 is 19.99.")
    currency = Words(min_length=3, max_length=3)

    def validate_currency(self, code: str) -> str:
        if not (code.isascii() and code.isalpha() and code.isupper()):
            raise serializers.ValidationError("A currency's three-letter code is needed, such as EUR.")
        return code


class CartIn(serializers.Serializer[Any]):
    market = Words(max_length=12, validators=[SLUG], help_text="eu, uk, us …")


class LineIn(serializers.Serializer[Any]):
    units = Whole(min_value=1, max_value=MOST_UNITS)


class AddressIn(serializers.Serializer[Any]):
    name = Words(max_length=120, source="recipient")
    street = Words(max_length=160)
    street_more = Words(max_length=160, required=False, allow_blank=True)
    postcode = Words(max_length=20, required=False, allow_blank=True)
    city = Words(max_length=80)
    region = Words(max_length=80, required=False, allow_blank=True)
    country = Country()
    phone = Words(max_length=32, required=False, allow_blank=True)


class CheckoutIn(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    shipping_address = AddressIn()
    delivery_method = Words(max_length=40, validators=[SLUG])
    total = MoneyIn(help_text="What the customer was shown; another total is refused, not charged.")


class CartQuestion(serializers.Serializer[Any]):
    country = Country(required=False)
    delivery_method = Words(max_length=40, validators=[SLUG], required=False)


class DeliveryQuestion(serializers.Serializer[Any]):
    country = Country()
