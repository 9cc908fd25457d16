"""An allocation ends when its units leave the house: what has left already becomes lines of its parcel."""

from django.db import migrations

SENT = """
INSERT INTO orders_shipmentline (shipment_id, line_id, lot_id, units, returned_units)
SELECT parcel.id, line.id, held.lot_id, held.units, 0
  FROM orders_allocation held
  JOIN orders_orderline line ON line.id = held.line_id
  JOIN orders_shipment parcel ON parcel.order_id = line.order_id
"""
COUNTED = """
UPDATE orders_orderline line SET shipped_units = line.units
  FROM orders_shipment parcel WHERE parcel.order_id = line.order_id
"""
ENDED = """
DELETE FROM orders_allocation held USING orders_orderline line, orders_shipment parcel
 WHERE line.id = held.line_id AND parcel.order_id = line.order_id
"""


def guard(table: str, name: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_parcels_recalls_incidents")]

    operations = [
        migrations.RunSQL(SENT, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
        migrations.RunSQL(ENDED, migrations.RunSQL.noop),
        guard("orders_recallevent", "recall_event_never_changes"),
        guard("orders_incidentevent", "incident_event_never_changes"),
    ]
