//! How long it takes to make a table of SQLite anew, foretold from a part of its rows on the database itself.
//!
//! The part is copied into a temporary table, and indexed as the table is: nothing of the database is written.

use crate::archive::sql::literal;
use std::time::{Duration, Instant};
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::dialect::quote;
use unmigrate_kernel::render::clause;

const LITE: Dialect = Dialect::Sqlite;
/// Rows that are copied.
const PART: u64 = 20_000;
const COPY: &str = "temp.unmigrate_part";

/// A sentence on the rows of a table, and how long their copy may take.
///
/// # Errors
/// Those of the database.
pub fn sentence(db: &mut dyn Database, table: &Name) -> Result<String, Failure> {
    let own = clause::name(table, LITE);
    let rows: u64 = number(db, &format!("SELECT count(*) FROM {own}"))?;
    let begun = Instant::now();
    db.execute(&format!("CREATE TABLE {COPY} AS SELECT * FROM {own} LIMIT {PART}"))?;
    let indexed = index(db, table);
    let took = begun.elapsed();
    db.execute(&format!("DROP TABLE {COPY}"))?;
    indexed?;
    let all = took.mul_f64(rows as f64 / rows.clamp(1, PART) as f64);
    Ok(format!(
        "{table} holds {rows} rows here: each time it is made anew, writers wait for {}, and fail where their busy_timeout is shorter",
        words(all)
    ))
}

/// Indexes as the table has them, but for those over expressions.
fn index(db: &mut dyn Database, table: &Name) -> Result<(), Failure> {
    let name = literal(&table.name, LITE);
    let found = db.query(&format!(
        "SELECT i.seq, group_concat('\"' || replace(c.name, '\"', '\"\"') || '\"') FROM pragma_index_list({name}) i \
         JOIN pragma_index_info(i.name) c WHERE c.name IS NOT NULL GROUP BY i.seq"
    ))?;
    for row in &found.rows {
        let [Some(number), Some(columns)] = row.as_slice() else { continue };
        let index = quote(&format!("unmigrate_part_{number}"), LITE);
        db.execute(&format!("CREATE INDEX temp.{index} ON unmigrate_part ({columns})"))?;
    }
    Ok(())
}

fn number(db: &mut dyn Database, sql: &str) -> Result<u64, Failure> {
    Ok(db.query(sql)?.first().and_then(|n| n.parse().ok()).unwrap_or_default())
}

/// Two digits: it is a guess.
fn words(time: Duration) -> String {
    match time.as_secs_f64() {
        less if less < 0.1 => "less than 0.1 s".to_owned(),
        seconds if seconds < 10.0 => format!("about {seconds:.1} s"),
        seconds => format!("about {seconds:.0} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unmigrate_engines::{Target, connect, target::Place};

    #[test]
    fn a_part_tells_of_the_whole_and_leaves_nothing() {
        let mut db = connect(&Target::Sqlite(Place::Memory)).unwrap();
        let rows = "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 30000)";
        db.script(&format!(
            "CREATE TABLE \"t 1\" (id INTEGER PRIMARY KEY, \"a\"\"b\" TEXT UNIQUE, c); CREATE INDEX i ON \"t 1\" (lower(c)); {rows} INSERT INTO \
             \"t 1\" SELECT n, 'v' || n, n FROM g"
        ))
        .unwrap();
        let said = sentence(db.as_mut(), &Name::plain("t 1")).unwrap();
        assert!(said.starts_with("t 1 holds 30000 rows here: each time it is made anew, writers wait for "), "{said}");
        assert_eq!(db.query("SELECT count(*) FROM temp.sqlite_master").unwrap().first(), Some("0"));
    }

    #[test]
    fn no_more_digits_than_are_known() {
        let said = [0.01, 0.94, 12.3].map(|s| words(Duration::from_secs_f64(s)));
        assert_eq!(said, ["less than 0.1 s", "about 0.9 s", "about 12 s"]);
    }
}
