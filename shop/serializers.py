"""What customers send and get, as shapes. Reading products needs none of it: see catalog.publishing."""

from typing import Any

from rest_framework import serializers

from catalog.serializers import Money, Named
from shop.fields import SLUG, Country, Whole, Words
from shop.models.cart import MOST_UNITS


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


class Trouble(serializers.Serializer[Any]):
    code = serializers.ChoiceField(
        choices=[
            "price-changed",
            "sold-out",
            "few-left",
            "not-for-sale",
            "not-shippable",
            "no-such-delivery",
        ]
    )
    detail = serializers.CharField()
    sku = serializers.CharField(required=False)
    available = serializers.IntegerField(required=False)
    seen = serializers.IntegerField(required=False, help_text="Minor units.")
    now = serializers.IntegerField(required=False, help_text="Minor units.")


class CartLine(serializers.Serializer[Any]):
    sku = serializers.CharField()
    product = Named()
    name = serializers.CharField(help_text="The size: 50 ml.")
    units = serializers.IntegerField()
    unit_price = Money(allow_null=True)
    total = Money(allow_null=True)


class TaxPart(serializers.Serializer[Any]):
    rate_bp = serializers.IntegerField(help_text="Basis points: 19 % is 1900.")
    net = Money()
    tax = Money()


class Totals(serializers.Serializer[Any]):
    goods = Money()
    delivery = Money(allow_null=True)
    tax = TaxPart(many=True)
    total = Money(help_text="What a checkout must name.")


class OrderNamed(serializers.Serializer[Any]):
    reference = serializers.CharField()
    status = serializers.CharField()


class Cart(serializers.Serializer[Any]):
    token = serializers.CharField()
    market = serializers.CharField()
    currency = serializers.CharField()
    country = serializers.CharField(help_text="Whose tax the totals hold.")
    prices_include_tax = serializers.BooleanField()
    lines = CartLine(many=True)
    totals = Totals()
    problems = Trouble(many=True)
    order = OrderNamed(allow_null=True, help_text="The order that this cart became.")


class PlacedOrder(serializers.Serializer[Any]):
    reference = serializers.CharField()
    secret = serializers.CharField(help_text="Whoever has it may read the order.")
    status = serializers.CharField()
    total = Money()
    pay_before = serializers.DateTimeField()


class Started(serializers.Serializer[Any]):
    order = PlacedOrder()
    payment_url = serializers.URLField()


class PaymentLink(serializers.Serializer[Any]):
    payment_url = serializers.URLField()


class OrderLine(serializers.Serializer[Any]):
    sku = serializers.CharField()
    product = serializers.CharField()
    name = serializers.CharField()
    units = serializers.IntegerField()
    unit_price = Money()
    total = Money()


class Address(serializers.Serializer[Any]):
    name = serializers.CharField()
    street = serializers.CharField()
    street_more = serializers.CharField(allow_blank=True)
    postcode = serializers.CharField(allow_blank=True)
    city = serializers.CharField()
    region = serializers.CharField(allow_blank=True)
    country = serializers.CharField()
    phone = serializers.CharField(allow_blank=True)


class Delivery(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class Parcel(serializers.Serializer[Any]):
    carrier = serializers.CharField()
    tracking_code = serializers.CharField(allow_blank=True)
    tracking_url = serializers.CharField(allow_blank=True)
    shipped_at = serializers.DateTimeField()


class ReceiptNamed(serializers.Serializer[Any]):
    number = serializers.CharField()
    issued_at = serializers.DateTimeField()


class PaymentShown(serializers.Serializer[Any]):
    state = serializers.CharField(help_text="none, waiting, paid, refund-under-way, refunded or in-review.")
    url = serializers.CharField(allow_null=True, help_text="Where to pay, while that is possible.")


class Order(serializers.Serializer[Any]):
    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=["placed", "paid", "shipped", "lapsed", "cancelled"])
    placed_at = serializers.DateTimeField()
    pay_before = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    email = serializers.EmailField()
    shipping_address = Address()
    delivery_method = Delivery()
    lines = OrderLine(many=True)
    totals = Totals()
    payment = PaymentShown()
    receipt = ReceiptNamed(allow_null=True)
    shipment = Parcel(allow_null=True)


class DeliveryChoice(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    carrier = serializers.CharField(allow_blank=True)
    price = Money()
    free_over = Money(allow_null=True)
    min_days = serializers.IntegerField()
    max_days = serializers.IntegerField()


class DeliveryChoices(serializers.Serializer[Any]):
    results = DeliveryChoice(many=True)
