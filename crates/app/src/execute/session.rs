//! The session's own settings: how long it waits for locks. Put back when the walk is over.

use std::time::Duration;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;

/// As they were.
pub struct Settings {
    dialect: Dialect,
    /// Statements that put them back.
    back: Vec<String>,
}

impl Settings {
    /// Remembers them.
    pub fn of(db: &mut dyn Database) -> Result<Settings, Failure> {
        let dialect = db.dialect();
        let back = match dialect {
            Dialect::Postgres | Dialect::Cockroach => {
                let was = db.query("SHOW lock_timeout")?;
                vec![format!("SET lock_timeout = '{}'", was.first().unwrap_or("0").replace('\'', ""))]
            }
            Dialect::Mysql => {
                let was = db.query("SELECT @@SESSION.lock_wait_timeout, @@SESSION.innodb_lock_wait_timeout")?;
                let value = |at: usize| was.rows.first().and_then(|r| r.get(at).cloned().flatten()).filter(is_number);
                let set = |name: &str, value: Option<String>| value.map(|v| format!("SET SESSION {name} = {v}"));
                let names = ["lock_wait_timeout", "innodb_lock_wait_timeout"];
                names.iter().enumerate().filter_map(|(at, name)| set(name, value(at))).collect()
            }
            Dialect::Sqlite => {
                let was = db.query("PRAGMA busy_timeout")?;
                was.first().filter(is_number).map(|v| format!("PRAGMA busy_timeout = {v}")).into_iter().collect()
            }
        };
        Ok(Settings { dialect, back })
    }

    /// Puts them back. Where that is refused the session is gone, or of no use to anybody.
    pub fn restore(self, db: &mut dyn Database) {
        for statement in &self.back {
            // A PRAGMA answers.
            let _ = if self.dialect == Dialect::Sqlite {
                db.query(statement).map(drop)
            } else {
                db.execute(statement).map(drop)
            };
        }
    }
}

fn is_number(text: &(impl AsRef<str> + ?Sized)) -> bool {
    let text = text.as_ref();
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Sets how long the next statement waits for locks; none: as long as it takes. In a transaction of PostgreSQL, for the
/// transaction alone.
pub fn wait_at_most(db: &mut dyn Database, limit: Option<Duration>, in_transaction: bool) -> Result<(), Failure> {
    match db.dialect() {
        Dialect::Postgres | Dialect::Cockroach => {
            let local = if in_transaction { "LOCAL " } else { "" };
            let millis = limit.map_or(0, |limit| limit.as_millis().max(1));
            db.execute(&format!("SET {local}lock_timeout = '{millis}ms'")).map(drop)
        }
        Dialect::Mysql => {
            // Whole seconds, at least one. A year is its own default.
            let seconds = limit.map_or(31_536_000, |limit| limit.as_secs().max(1));
            db.execute(&format!("SET SESSION lock_wait_timeout = {seconds}"))?;
            db.execute(&format!("SET SESSION innodb_lock_wait_timeout = {}", seconds.min(1_073_741_824))).map(drop)
        }
        // Nobody stands in line: a writer that waits stops no reader.
        Dialect::Sqlite => {
            let millis = limit.map_or(1000, |limit| limit.as_millis());
            db.query(&format!("PRAGMA busy_timeout = {millis}")).map(drop)
        }
    }
}
