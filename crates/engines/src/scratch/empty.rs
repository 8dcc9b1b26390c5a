//! Empties a PostgreSQL database of ours without making it anew, which would cost the server more.

use super::keeper::OBJECTS;
use crate::database::{Database, Failure};

/// What can be dropped by its name, with all that hangs on it.
const DROP: &str = "
DO $$
DECLARE statement text;
BEGIN
  FOR statement IN
    SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger
    UNION ALL SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
    UNION ALL SELECT format('DROP FOREIGN DATA WRAPPER %I CASCADE', fdwname) FROM pg_foreign_data_wrapper w
      WHERE NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = w.oid AND d.deptype = 'e')
    UNION ALL SELECT format('DROP EXTENSION IF EXISTS %I CASCADE', extname) FROM pg_extension WHERE oid >= 16384
    UNION ALL SELECT format('DROP SCHEMA IF EXISTS %I CASCADE', nspname) FROM pg_namespace
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    UNION ALL SELECT format('SELECT lo_unlink(%s)', oid) FROM pg_largeobject_metadata
  LOOP
    EXECUTE statement;
  END LOOP;
END $$";

/// `public` as PostgreSQL makes it: since 15 it is the database owner's, and others may only use it.
const PUBLIC: &str = "
DO $$
BEGIN
  CREATE SCHEMA public;
  COMMENT ON SCHEMA public IS 'standard public schema';
  IF current_setting('server_version_num')::int >= 150000 THEN
    ALTER SCHEMA public OWNER TO pg_database_owner;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
  ELSE
    GRANT ALL ON SCHEMA public TO PUBLIC;
  END IF;
END $$";

/// Empties the database that a session is in. False where something is left that can't be dropped like this: settings,
/// privileges by default, casts ...
///
/// # Errors
/// Where the server refuses.
pub(super) fn postgres(inside: &mut dyn Database) -> Result<bool, Failure> {
    // A transaction that was left open, and what was set in the session.
    inside.execute("ROLLBACK")?;
    inside.execute("DISCARD ALL")?;
    inside.execute("SET client_min_messages = error")?;
    // Whoever is in the middle of a transaction is not waited for: the database is then made anew.
    inside.execute("SET lock_timeout = '2s'")?;
    inside.execute(DROP)?;
    inside.execute(PUBLIC)?;
    inside.execute("DISCARD ALL")?;
    Ok(inside.query(OBJECTS)?.first() == Some("0"))
}
