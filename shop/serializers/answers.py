"""What customers get, as shapes, for the API's description. `shop.showing` builds it by hand."""

from typing import Any

from rest_framework import serializers

from catalog.models import Barrier
from catalog.serializers.fields import Money, Named
from catalog.serializers.knowledge import AdviceShown


class Trouble(serializers.Serializer[Any]):
    code = serializers.ChoiceField(
        choices=[
            "price-changed",
            "sold-out",
            "few-left",
            "not-for-sale",
            "not-sold-there",
            "over-limit",
            "not-shippable",
            "no-such-delivery",
        ]
    )
    detail = serializers.CharField()
    sku = serializers.CharField(required=False)
    available = serializers.IntegerField(required=False)
    seen = serializers.IntegerField(required=False, help_text="Minor units.")
    now = serializers.IntegerField(required=False, help_text="Minor units.")
    most_units = serializers.IntegerField(required=False)
    within_days = serializers.IntegerField(required=False)
    reason = serializers.ChoiceField(choices=Barrier.Reason.choices, required=False)
    words = serializers.CharField(required=False, help_text="Why, in plain words.")
    source = serializers.CharField(  # type: ignore[assignment]  # a column of ours, not the field's own
        required=False, help_text="Where the law says it."
    )


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


class CartNotice(serializers.Serializer[Any]):
    sku = serializers.CharField()
    words = serializers.CharField(help_text="What we took out ourselves, and why: show it as it is.")


class Cart(serializers.Serializer[Any]):
    token = serializers.CharField()
    market = serializers.CharField()
    currency = serializers.CharField()
    country = serializers.CharField(help_text="Whose tax the totals hold.")
    prices_include_tax = serializers.BooleanField()
    lines = CartLine(many=True)
    totals = Totals()
    problems = Trouble(many=True)
    advice = AdviceShown(many=True)
    notices = CartNotice(many=True, help_text="What we changed in the cart; there until the customer does.")
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


class LotSent(serializers.Serializer[Any]):
    code = serializers.CharField(allow_null=True, help_text="As printed on the pack; null: nobody noted it.")
    expires_on = serializers.DateField(allow_null=True)
    units = serializers.IntegerField()


class LineSent(serializers.Serializer[Any]):
    sku = serializers.CharField()
    units = serializers.IntegerField()
    lots = LotSent(many=True)


class Parcel(serializers.Serializer[Any]):
    carrier = serializers.CharField()
    tracking_code = serializers.CharField(allow_blank=True)
    tracking_url = serializers.CharField(allow_blank=True)
    shipped_at = serializers.DateTimeField()
    lines = LineSent(many=True)


class RefundShown(serializers.Serializer[Any]):
    amount = Money()
    reason = serializers.ChoiceField(
        choices=["cancelled", "paid-too-late", "returned", "recalled", "goodwill"]
    )
    state = serializers.ChoiceField(choices=["refund-under-way", "refunded"])
    asked_at = serializers.DateTimeField()


class ReceiptNamed(serializers.Serializer[Any]):
    number = serializers.CharField()
    issued_at = serializers.DateTimeField()


class PaymentShown(serializers.Serializer[Any]):
    state = serializers.ChoiceField(
        choices=[
            "none",
            "waiting",
            "paid",
            "refund-under-way",
            "partly-refunded",
            "refunded",
            "in-review",
        ]
    )
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
    advice = AdviceShown(many=True, help_text="What we advised when it was placed, word for word.")
    payment = PaymentShown()
    receipt = ReceiptNamed(allow_null=True)
    refunds = RefundShown(many=True)
    shipment = Parcel(allow_null=True, help_text="The first of `shipments`.")
    shipments = Parcel(many=True, help_text="Every parcel that left; an order may travel in several.")


class DeliveryChoice(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    carrier = serializers.CharField(allow_blank=True)
    price = Money()
    free_over = Money(allow_null=True)
    min_days = serializers.IntegerField()
    max_days = serializers.IntegerField()


class Accepted(serializers.Serializer[Any]):
    detail = serializers.CharField()


class DeliveryChoices(serializers.Serializer[Any]):
    results = DeliveryChoice(many=True)
