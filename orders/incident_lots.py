"""Of which lot it was: by what is printed on the pack, else by what was sent, else nobody knows."""

from catalog import lots
from catalog.models import Lot
from orders.models import Incident, ShipmentLine


def find_lot(incident: Incident) -> Lot | None:
    """The lot, or None. The same batch may stand on several shelves: the one that was sent goes first.

    A code that no lot of ours carries is kept as it was read; then the lot is unknown, whatever was sent.
    """
    sent = _lots_sent(incident)
    if incident.lot_code:
        found = lots.find_by_codes([incident.product_id], [incident.lot_code])
        return next((lot for lot in found if lot.pk in sent), found[0] if found else None)
    batches = {lots.fold_code(lot.code) for lot in sent.values() if lot.code_known}
    known = [lot for lot in sent.values() if lot.code_known]
    return known[0] if len(batches) == 1 and len(known) == len(sent) else None


def _lots_sent(incident: Incident) -> dict[int, Lot]:
    """The lots of that product that went out with the order."""
    if incident.order_id is None:
        return {}
    rows = ShipmentLine.objects.filter(
        line__order=incident.order_id, line__variant__product=incident.product_id
    )
    return {row.lot_id: row.lot for row in rows.select_related("lot").order_by("pk")}
