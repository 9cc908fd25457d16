"""What a customer reads who comes back from the payment page. Reading only: Stripe alone says "paid"."""

from dataclasses import dataclass

from orders.models import Order
from payments.models import PaymentAttempt

State = PaymentAttempt.State
Status = Order.Status


@dataclass(frozen=True)
class Story:
    """One page's words. `waiting`: the page should look again by itself."""

    sign: str
    state: str
    title: str
    text: str
    tone: str = "amber"
    next: tuple[str, ...] = ()
    waiting: bool = False


UNKNOWN = Story(
    "?",
    "Not found",
    "We do not know this payment",
    "The address in your browser is cut short, or is not one of ours. If you have paid, nothing is lost: "
    "your receipt comes by mail.",
)
WAITING = Story(
    "…",
    "Waiting",
    "Your payment is on its way to us",
    "The payment page has sent you back, and we wait for Stripe to confirm the payment. "
    "That usually takes a few seconds.",
    tone="",
    waiting=True,
)
IN_REVIEW = Story(
    "!",
    "A person is looking at it",
    "Your payment needs a second look",
    "What Stripe says about this payment does not match your order. Nothing more will be charged; "
    "we check it by hand and write to you.",
)
NOT_PAID = Story(
    "!",
    "Not paid",
    "This payment did not take place",
    "The payment page has closed and nothing was charged. You can check out again from your cart.",
)
PAID = Story(
    "✓",
    "Paid",
    "Thank you. Your order is paid",
    "You need do nothing more.",
    tone="sage",
    next=(
        "Your receipt comes by mail within a minute, with a PDF.",
        "We pack your parcel.",
        "When it leaves, a second mail tells you how to follow it.",
    ),
)
SHIPPED = Story(
    "✓",
    "Shipped",
    "Your parcel is on its way",
    "The mail that we sent when it left tells you how to follow it.",
    tone="sage",
)
SENT_PART = Story(
    "✓",
    "Sent in part",
    "A part of your order is on its way",
    "The mail that we sent when it left tells you how to follow it. The rest travels in a parcel of its own, "
    "and we write again when it leaves.",
    tone="sage",
)
LAPSED = Story(
    "!",
    "Ended",
    "This order ended before it was paid",
    "Its goods are back on the shelf. If money was taken after all, it goes back by itself and in full, "
    "and a mail tells you so.",
)
CANCELLED = Story(
    "!",
    "Cancelled",
    "This order was cancelled",
    "Nothing will be sent. What was paid goes back to the card or account that it came from; "
    "banks take 5 to 10 days to show it.",
)
BY_STATUS = {
    Status.PAID: PAID,
    Status.SHIPPED: SHIPPED,
    Status.LAPSED: LAPSED,
    Status.CANCELLED: CANCELLED,
}


def tell_story(attempt: PaymentAttempt | None) -> Story:
    """What to say about the payment that the customer comes back from."""
    if attempt is None:
        return UNKNOWN
    if attempt.order.status == Status.PAID and attempt.order.shipments.exists():
        return SENT_PART
    if attempt.order.status in BY_STATUS:
        return BY_STATUS[Status(attempt.order.status)]
    if attempt.state == State.NEEDS_REVIEW:
        return IN_REVIEW
    if attempt.state in (State.EXPIRED, State.REFUSED):
        return NOT_PAID
    return WAITING
