"""Rows to the end of the chain, in one round trip. One writer at a time: an unlocked chain forks."""

from django.db import migrations

from anchored.ground.operations import PostgresSQL

# Several statements in a volatile function: those after the lock see what was committed while the first waited.
TRAIL_APPEND = r"""
CREATE FUNCTION trail_append(said text[]) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  last bigint;
  digest text;
  digests text[];
  words text;
BEGIN
  PERFORM pg_advisory_xact_lock(4207042);
  SELECT t.sequence, t.hash INTO last, digest FROM audit_trailentry t ORDER BY t.sequence DESC LIMIT 1;
  IF NOT FOUND THEN
    last := 0;
    digest := repeat('0', 64);
  END IF;
  digests := ARRAY[digest];
  FOREACH words IN ARRAY said LOOP
    digest := encode(sha256(convert_to(digest || (last + cardinality(digests)) || E'\n' || words, 'UTF8')), 'hex');
    digests := digests || digest;
  END LOOP;
  INSERT INTO audit_trailentry (sequence, at, event, actor_id, patient_id, subject, facts, previous_hash, hash)
  SELECT last + n, (row->>0)::timestamptz, row->>1, (row->>2)::bigint, (row->>3)::uuid, row->>4, row->5, digests[n], digests[n + 1]
  FROM (SELECT each.n, each.said::jsonb AS row FROM unnest(said) WITH ORDINALITY AS each (said, n) OFFSET 0) AS rows;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [PostgresSQL(TRAIL_APPEND, "DROP FUNCTION trail_append(text[])")]
