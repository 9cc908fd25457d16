"""The diary of an order may grow and never change; the function is the catalogue's."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_initial"), ("catalog", "0003_append_only")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER order_event_never_changes BEFORE UPDATE OR DELETE ON orders_orderevent "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            "DROP TRIGGER order_event_never_changes ON orders_orderevent",
        ),
    ]
