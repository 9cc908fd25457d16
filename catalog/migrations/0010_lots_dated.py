"""Lots that stand on shelves already were let there by the house's old rules; what decides about a lot is kept."""

from django.db import migrations

# The lots of a shop that has sold so far: on sale they were, and on sale they stay.
RELEASE = """
UPDATE catalog_lot lot
   SET status = 'RELEASED',
       received_on = (SELECT min(at)::date FROM catalog_movement WHERE lot_id = lot.id AND kind = 'RECEIVED'),
       sell_until_on = expires_on - 180
 WHERE status = 'QUARANTINE'
"""
DIARY = """
INSERT INTO catalog_lotdecision (lot_id, kind, checks, note, at, actor_id)
SELECT id, 'RELEASED', ARRAY['code_readable', 'label_matches', 'life_enough'],
       'On sale since before releases were written down.',
       coalesce((SELECT min(at) FROM catalog_movement WHERE lot_id = catalog_lot.id), now()), NULL
  FROM catalog_lot
"""
GUARD = """
CREATE TRIGGER lot_decision_never_changes BEFORE UPDATE OR DELETE ON catalog_lotdecision
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
# Room on each page: a lot whose counter moves stays where it is, and no index is touched.
ROOM = "ALTER TABLE catalog_lot SET (fillfactor = 70)"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0009_lots_and_feeds")]

    operations = [
        migrations.RunSQL(RELEASE, migrations.RunSQL.noop),
        migrations.RunSQL(DIARY, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, "DROP TRIGGER lot_decision_never_changes ON catalog_lotdecision"),
        migrations.RunSQL(ROOM, "ALTER TABLE catalog_lot RESET (fillfactor)"),
    ]
