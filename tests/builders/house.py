"""A house with at least one row of everything that a desk shows."""

from django.db import transaction

from catalog import images
from catalog.models import Product
from orders import mail
from orders.models import Order, OrderMail
from payments import receipts, refunds
from payments.models import Receipt, Refund, StripeEvent
from tests.builders.clock import NOW
from tests.builders.goods import make_lot, make_product
from tests.builders.markets import make_delivery, make_market
from tests.builders.orders import make_order, pay_order
from tests.builders.parcels import send, send_back
from tests.builders.pictures import draw_picture


def furnish(products: int = 1) -> Order:
    """Products with pictures, lots and prices; a shipped order each, with receipt, mail and refund.

    Gives   the last order.
    """
    make_market("eu")
    make_delivery()
    with transaction.atomic():
        picture = images.make_renditions(draw_picture())
    for _ in range(products):
        order = _sell(_show(picture))
    return order


def _show(picture: images.Renditions) -> Product:
    product = make_product(concerns=["Dryness", "Rosacea"])
    with transaction.atomic():
        images.attach(product=product, renditions=picture, alt_text="A white jar", position=0)
    make_lot(product.variants.get(), units=3)
    return product


def _sell(product: Product) -> Order:
    order = make_order({product.variants.get(): 2})
    payment = pay_order(order)
    with transaction.atomic():
        receipts.issue_receipt(order=order, payment=payment, now=NOW)
        refunds.ask_what_is_left(payment=payment, reason=Refund.Reason.CANCELLED, now=NOW)
        mail.owe_mail(order=order, kind=OrderMail.Kind.CANCELLED, now=NOW)
    Receipt.objects.filter(order=order).update(pdf=b"%PDF-1.7")
    StripeEvent.objects.create(
        stripe_id=f"evt_{order.pk}",
        type="checkout.session.completed",
        object_id=f"cs_{order.pk}",
        livemode=False,
        raw=b'{"id": "evt", "nested": {"amount": 4370}}',
        received_at=NOW,
        due_at=NOW,
    )
    sent = send(order)
    send_back(order, 1, refund_cents=0, refund_note="It is paid back already.")
    return sent
