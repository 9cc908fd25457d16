"""What customers send, as shapes. Nothing is guessed and nothing is rounded."""

from rest_framework import serializers

from catalog.serializers.fields import Strict
from shop.models.cart import MOST_UNITS
from shop.serializers.fields import CURRENCY, SKU, SLUG, Country, Whole, Words


class MoneyIn(Strict):
    """An amount in minor units, and its currency."""

    amount = Whole(min_value=1, max_value=99_999_999, help_text="Minor units: 1999 is 19.99.")
    currency = Words(max_length=3, validators=[CURRENCY])


class CartIn(Strict):
    """Where a cart begins."""

    market = Words(max_length=12, validators=[SLUG], help_text="eu, uk, us …")


class LineIn(Strict):
    """How many there shall be."""

    units = Whole(min_value=1, max_value=MOST_UNITS)


class AddressIn(Strict):
    """Where a parcel goes, as its label will say."""

    name = Words(max_length=120, source="recipient")
    street = Words(max_length=160)
    street_more = Words(max_length=160, required=False, allow_blank=True)
    postcode = Words(max_length=20, required=False, allow_blank=True)
    city = Words(max_length=80)
    region = Words(max_length=80, required=False, allow_blank=True)
    country = Country()
    phone = Words(max_length=32, required=False, allow_blank=True)


class CheckoutIn(Strict):
    """What the customer decided, and the total that they saw."""

    email = serializers.EmailField(max_length=254)
    shipping_address = AddressIn()
    delivery_method = Words(max_length=40, validators=[SLUG])
    total = MoneyIn(help_text="What the customer was shown; another total is refused, not charged.")


class CartQuestion(Strict):
    """What may stand behind the ? of a cart's address."""

    country = Country(required=False)
    delivery_method = Words(max_length=40, validators=[SLUG], required=False)


class StockAlertIn(Strict):
    """What somebody waits for, and where they are written to."""

    sku = Words(max_length=64, validators=[SKU])
    market = Words(max_length=12, validators=[SLUG], help_text="Where they would buy it.")
    email = serializers.EmailField(max_length=254)


class DeliveryQuestion(Strict):
    """What may stand behind the ? of the delivery methods."""

    country = Country()
