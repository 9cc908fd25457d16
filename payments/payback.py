"""What went back of an order's money, and what is on its way. Reading only."""

from orders.models import Order
from payments.models import Payment, Refund

State = Refund.State


def name_state(payment: Payment) -> str:
    """How a payment stands, in the words of the API: paid, in-review, partly-refunded and so on."""
    refunds = _owed(list(payment.refunds.order_by("asked_at", "pk")))
    if any(refund.state != State.SUCCEEDED for refund in refunds):
        return "refund-under-way"
    if refunds:
        back = sum(refund.amount_cents for refund in refunds)
        return "refunded" if back >= payment.amount_cents else "partly-refunded"
    return "paid" if payment.status == Payment.Status.APPLIED else "in-review"


def list_owed(order: Order) -> list[Refund]:
    """Every refund of the order that was paid, is under way, or failed and has not been asked again."""
    return _owed(list(Refund.objects.filter(payment__order=order).order_by("asked_at", "pk")))


def list_failed(order: Order) -> list[Refund]:
    """Refunds that Stripe could not carry out, and that nobody has asked again."""
    return [refund for refund in list_owed(order) if refund.state == State.FAILED]


def _owed(refunds: list[Refund]) -> list[Refund]:
    """Without the failed ones in whose place another was asked: the customer is owed it once."""
    again = {(refund.payment_id, refund.key) for refund in refunds if refund.state != State.FAILED}
    last = {(refund.payment_id, refund.key): refund.pk for refund in refunds if refund.state == State.FAILED}
    return [
        refund
        for refund in refunds
        if refund.state != State.FAILED
        or ((refund.payment_id, refund.key) not in again and last[refund.payment_id, refund.key] == refund.pk)
    ]
