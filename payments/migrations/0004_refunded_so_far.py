"""What was paid back before parts could be: every refund was whole."""

from django.db import migrations

COUNT = """
UPDATE payments_payment paid SET refunded_cents = back.cents
  FROM (SELECT payment_id, sum(amount_cents) AS cents FROM payments_refund
         WHERE state IN ('ASKED', 'PENDING', 'SUCCEEDED') GROUP BY payment_id) back
 WHERE back.payment_id = paid.id
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_partial_refunds")]

    operations = [migrations.RunSQL(COUNT, migrations.RunSQL.noop)]
