//! The locks that the tools hold while they migrate: as SQL that takes one without waiting.

use crate::Tool;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Rows;

/// A lock of a session, by its SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolLock {
    /// As messages name it.
    pub name: &'static str,
    /// A query that takes it or gives up at once; [`is_taken`](Self::is_taken) reads its answer.
    pub take: String,
    /// A query that gives it back. The session's end does too.
    pub release: String,
    /// A query for who holds it; [`holder`](Self::holder) reads its answer.
    pub holder: String,
}

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The server's number for the session.
    pub pid: String,
    /// What the session calls itself, or whose it is.
    pub application: String,
    /// Where it comes from.
    pub client: Option<String>,
    /// `active`, `idle`, `idle in transaction`, `Sleep` ...
    pub state: String,
    /// For how long the session has been in that state, in seconds.
    pub age: Option<u64>,
    /// What it runs, or ran last.
    pub query: Option<String>,
}

/// Prisma's number on PostgreSQL.
const PRISMA: i64 = 72_707_369;
/// Ours: the bytes `unmigrat`, so that nobody else's is likely to be the same.
const OURS: i64 = 0x756e_6d69_6772_6174;

impl ToolLock {
    /// The lock that the tool's own process takes. None where it takes none that SQL can take: Drizzle has none, and with
    /// SQLite and CockroachDB Prisma has none either (there a transaction that writes is the lock).
    pub fn of(tool: Tool, dialect: Dialect) -> Option<ToolLock> {
        match (tool, dialect) {
            (Tool::Prisma, Dialect::Postgres) => Some(advisory("Prisma's advisory lock 72707369", PRISMA)),
            (Tool::Prisma, Dialect::Mysql) => Some(named("Prisma's lock prisma_migrate", "'prisma_migrate'")),
            (Tool::Prisma, Dialect::Cockroach | Dialect::Sqlite) | (Tool::Drizzle, _) => None,
        }
    }

    /// Ours, against a second unmigrate on the same database.
    pub fn ours(dialect: Dialect) -> Option<ToolLock> {
        match dialect {
            Dialect::Postgres => Some(advisory("unmigrate's advisory lock", OURS)),
            // Names are the server's, not the database's, and have 64 characters at most.
            Dialect::Mysql => {
                Some(named("unmigrate's lock", "CONCAT('unmigrate:', LEFT(SHA1(COALESCE(DATABASE(), '')), 40))"))
            }
            Dialect::Cockroach | Dialect::Sqlite => None,
        }
    }

    /// Did `take` get it?
    pub fn is_taken(&self, answer: &Rows) -> bool {
        matches!(answer.first(), Some("1" | "t" | "true"))
    }

    /// Who has it; none where nobody does, or where this user may not see it.
    pub fn holder(&self, answer: &Rows) -> Option<Holder> {
        let row = answer.iter().next()?;
        let held = |name: &str| row.get(name).filter(|text| !text.is_empty()).map(str::to_owned);
        Some(Holder {
            pid: held("pid")?,
            application: row.text("application").into(),
            client: held("client"),
            state: row.text("state").into(),
            age: row.get("age").and_then(|age| age.parse().ok()),
            query: held("query"),
        })
    }
}

/// PostgreSQL keeps the upper half of a number in `classid` and the lower in `objid`; `objsubid` 1 says that it was one.
fn advisory(name: &'static str, key: i64) -> ToolLock {
    let (class, object) = ((key >> 32) as u32, key as u32);
    ToolLock {
        name,
        take: format!("SELECT pg_try_advisory_lock({key})::text"),
        release: format!("SELECT pg_advisory_unlock({key})::text"),
        holder: format!(
            "SELECT l.pid::text AS pid, COALESCE(NULLIF(a.application_name, ''), a.usename)::text AS application, \
             a.client_addr::text AS client, a.state::text AS state, \
             greatest(extract(epoch FROM clock_timestamp() - a.state_change), 0)::bigint::text AS age, a.query::text AS query \
             FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
             WHERE l.locktype = 'advisory' AND l.granted AND l.classid = {class} AND l.objid = {object} AND l.objsubid = 1 \
             AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) \
             AND l.pid <> pg_backend_pid()"
        ),
    }
}

fn named(name: &'static str, key: &str) -> ToolLock {
    ToolLock {
        name,
        take: format!("SELECT GET_LOCK({key}, 0)"),
        release: format!("SELECT RELEASE_LOCK({key})"),
        // Whose sessions one may not see are not in the list: their number is known all the same.
        holder: format!(
            "SELECT CAST(h.pid AS CHAR) AS pid, COALESCE(p.USER, '') AS application, p.HOST AS client, \
             COALESCE(p.COMMAND, '') AS state, CAST(p.TIME AS CHAR) AS age, p.INFO AS query \
             FROM (SELECT IS_USED_LOCK({key}) AS pid) h LEFT JOIN information_schema.PROCESSLIST p ON p.ID = h.pid \
             WHERE h.pid IS NOT NULL AND h.pid <> CONNECTION_ID()"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_a_number() {
        let lock = advisory("", OURS);
        assert!(lock.holder.contains("classid = 1970171241 AND l.objid = 1735549300"), "{}", lock.holder);
        assert_eq!((1_970_171_241_i64 << 32) + 1_735_549_300, OURS);
    }

    #[test]
    fn answers() {
        let lock = advisory("", PRISMA);
        let rows = |columns: &[&str], row: &[Option<&str>]| Rows {
            columns: columns.iter().map(|c| (*c).into()).collect(),
            rows: vec![row.iter().map(|v| v.map(str::to_owned)).collect()],
        };
        assert!(lock.is_taken(&rows(&["x"], &[Some("true")])) && !lock.is_taken(&rows(&["x"], &[Some("0")])));
        assert!(!lock.is_taken(&Rows::default()));
        let held = lock.holder(&rows(&["pid", "application", "age"], &[Some("7"), Some("prisma"), Some("31")]));
        assert_eq!(held.map(|h| (h.pid, h.application, h.age)), Some(("7".into(), "prisma".into(), Some(31))));
        assert_eq!(lock.holder(&Rows::default()), None);
    }
}
