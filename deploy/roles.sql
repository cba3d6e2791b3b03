-- Two roles for a clinic's database: anchored_owner migrates, anchored_web serves and owns nothing.
-- Run it in the database before the first `migrate` and after every one. Plain SQL, safe to run again:
--
--   createdb anchored && psql -d anchored -f deploy/roles.sql        as postgres, once; then give both roles a password
--   psql -d anchored -f deploy/roles.sql                             as anchored_owner, after each migrate
--
-- What the guards in the tables refuse (changing the trail, signatures, clinical rows), the web role may not even ask:
-- the grants below follow the guards, so there is no second list to forget.

DO $roles$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'anchored_owner') THEN
    CREATE ROLE anchored_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'anchored_web') THEN
    CREATE ROLE anchored_web LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
  IF current_user <> 'anchored_owner' THEN
    EXECUTE format('ALTER DATABASE %I OWNER TO anchored_owner', current_database());
  END IF;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO anchored_web', current_database());
END $roles$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO anchored_web;
ALTER DEFAULT PRIVILEGES FOR ROLE anchored_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO anchored_web;
ALTER DEFAULT PRIVILEGES FOR ROLE anchored_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO anchored_web;

DO $grants$
DECLARE
  guarded record;
BEGIN
  REVOKE ALL ON ALL TABLES IN SCHEMA public FROM anchored_web;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO anchored_web;
  GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO anchored_web;
  IF to_regclass('public.django_migrations') IS NOT NULL THEN
    REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM anchored_web;
  END IF;
  FOR guarded IN
    SELECT DISTINCT trigger.tgrelid::regclass AS guarded_table,
           CASE WHEN trigger.tgtype & 8 > 0 THEN 'DELETE' ELSE 'UPDATE' END AS act
    FROM pg_trigger AS trigger JOIN pg_proc AS said ON said.oid = trigger.tgfoid
    WHERE said.proname LIKE '%\_says\_no' AND trigger.tgqual IS NULL AND trigger.tgtype & 24 > 0
  LOOP
    EXECUTE format('REVOKE %s ON %s FROM anchored_web', guarded.act, guarded.guarded_table);
  END LOOP;
END $grants$;
