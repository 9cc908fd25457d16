"""What units of an order cost its customer: for whoever pays some of them back. Reading only."""

from collections.abc import Mapping

from django.db.models import Sum

from orders.models import Order, OrderLine, ShipmentLine


def price_of(order: Order, back: Mapping[int, int]) -> int:
    """What these units cost, in minor units; with the delivery, once with them everything is back.

    Takes   {line id: units} that come back now, before they are written down as returned.
    Source  Directive 2011/83/EU, Art. 13: who withdraws from all of it also gets the standard delivery back.
    """
    lines = list(order.lines.order_by("pk"))
    before = count_back(order, lines)
    cents = sum(share_of(line, before[line.pk], back.get(line.pk, 0)) for line in lines)
    all_back = all(before[line.pk] + back.get(line.pk, 0) == line.units for line in lines)
    return cents + (order.delivery_cents if all_back and any(back.values()) else 0)


def count_back(order: Order, lines: list[OrderLine]) -> dict[int, int]:
    """{line id: units} that the customer does not have any more, or never gets: returned or called off."""
    returned = dict(
        ShipmentLine.objects.filter(shipment__order=order)
        .values_list("line")
        .annotate(units=Sum("returned_units"))
        .order_by()
    )
    over = order.status == Order.Status.SHIPPED  # then what was not sent was called off
    return {
        line.pk: (returned.get(line.pk) or 0) + (line.units - line.shipped_units if over else 0)
        for line in lines
    }


def share_of(line: OrderLine, before: int, units: int) -> int:
    """The next units' share of a line's total. Over all units the shares are the total, to the cent."""
    total = line.total_cents
    return total * (before + units) // line.units - total * before // line.units
