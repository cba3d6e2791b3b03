"""The end of the chain, locked until the transaction ends. One writer at a time: an unlocked chain forks."""

from django.db import migrations

from anchored.ground.operations import PostgresSQL

# Two statements in a volatile function: the second sees what was committed while the first waited.
TRAIL_HEAD = """
CREATE FUNCTION trail_head() RETURNS TABLE (sequence bigint, hash varchar) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(4207042);
  RETURN QUERY SELECT t.sequence, t.hash FROM audit_trailentry t ORDER BY t.sequence DESC LIMIT 1;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [PostgresSQL(TRAIL_HEAD, "DROP FUNCTION trail_head()")]
