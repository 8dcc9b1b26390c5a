//! Whether a statement has happened, asked of MySQL's and PostgreSQL's catalogs. For statements that no transaction takes
//! back with the line that records them: all DDL of MySQL, and what PostgreSQL runs CONCURRENTLY.

use super::Probe;
use crate::Dialect;
use crate::reader::Reader;
use crate::split::split;

/// The probe of one statement; none where what it does can't be told from a name that is there or not.
pub fn probe(sql: &str, dialect: Dialect) -> Option<Probe> {
    let statement = split(sql, dialect, false).into_iter().next()?;
    let mut r = Reader::new(sql, &statement.tokens, dialect);
    match dialect {
        Dialect::Mysql => mysql(&mut r),
        Dialect::Postgres => postgres(&mut r),
        Dialect::Cockroach | Dialect::Sqlite => None,
    }
}

fn literal(text: &str) -> String {
    // In MySQL a backslash may or may not escape: such a name is told by its bytes.
    if text.contains('\\') {
        let hex: String = text.bytes().map(|b| format!("{b:02x}")).collect();
        return format!("CONVERT(X'{hex}' USING utf8mb4)");
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// A row of a catalog of the connection's own database is there, or is not.
fn there(table: &str, conditions: &[(&str, &str)], is: bool) -> Option<Probe> {
    let conditions: Vec<String> =
        conditions.iter().map(|(column, value)| format!(" AND {column} = {}", literal(value))).collect();
    let query = format!(
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM information_schema.{table} WHERE TABLE_SCHEMA = DATABASE(){}) THEN 1 ELSE 0 END",
        conditions.concat()
    );
    Some(Probe { query, done: if is { "1" } else { "0" }.into() })
}

/// A name without a schema: of another database nothing is told.
fn plain(r: &mut Reader) -> Option<String> {
    let name = r.name()?;
    name.schema.is_empty().then_some(name.name)
}

fn mysql(r: &mut Reader) -> Option<Probe> {
    match () {
        () if r.eat("CREATE TABLE") => {
            r.eat("IF NOT EXISTS");
            there("TABLES", &[("TABLE_NAME", &plain(r)?)], true)
        }
        () if r.eat("DROP TABLE") => {
            r.eat("IF EXISTS");
            let table = plain(r)?;
            // Of several some may be gone and some not.
            (!r.is_punct(b',')).then(|| there("TABLES", &[("TABLE_NAME", &table)], false))?
        }
        () if r.eat("RENAME TABLE") => {
            plain(r)?;
            let to = r.eat("TO").then(|| plain(r))??;
            (!r.is_punct(b',')).then(|| there("TABLES", &[("TABLE_NAME", &to)], true))?
        }
        () if r.eat("DROP INDEX") => {
            let index = plain(r)?;
            let table = r.eat("ON").then(|| plain(r))??;
            there("STATISTICS", &[("TABLE_NAME", &table), ("INDEX_NAME", &index)], false)
        }
        () if r.eat("CREATE INDEX") || r.eat("CREATE UNIQUE INDEX") => {
            let index = plain(r)?;
            let table = r.eat("ON").then(|| plain(r))??;
            there("STATISTICS", &[("TABLE_NAME", &table), ("INDEX_NAME", &index)], true)
        }
        () if r.eat("ALTER TABLE") => {
            let table = plain(r)?;
            // All its parts happen or none: one that can be told tells for all.
            r.clone().commas().into_iter().find_map(|part| mysql_part(&table, part))
        }
        () => None,
    }
}

fn mysql_part(table: &str, mut r: Reader) -> Option<Probe> {
    let column = |name: &str, is| there("COLUMNS", &[("TABLE_NAME", table), ("COLUMN_NAME", name)], is);
    let index = |name: &str, is| there("STATISTICS", &[("TABLE_NAME", table), ("INDEX_NAME", name)], is);
    let constraint =
        |name: &str, is| there("TABLE_CONSTRAINTS", &[("TABLE_NAME", table), ("CONSTRAINT_NAME", name)], is);
    match () {
        () if r.eat("ADD CONSTRAINT") => constraint(&r.ident()?, true),
        () if r.eat_any(&["ADD UNIQUE INDEX", "ADD UNIQUE KEY", "ADD INDEX", "ADD KEY"]).is_some() => {
            index(&r.ident()?, true)
        }
        () if r.eat("ADD COLUMN") => column(&r.ident()?, true),
        () if r.eat("DROP COLUMN") => column(&r.ident()?, false),
        () if r.eat_any(&["DROP INDEX", "DROP KEY"]).is_some() => index(&r.ident()?, false),
        () if r.eat_any(&["DROP FOREIGN KEY", "DROP CONSTRAINT", "DROP CHECK"]).is_some() => {
            constraint(&r.ident()?, false)
        }
        () if r.eat("DROP PRIMARY KEY") => index("PRIMARY", false),
        () if r.eat("RENAME COLUMN") => {
            r.ident()?;
            r.eat("TO").then(|| r.ident())?.and_then(|name| column(&name, true))
        }
        () if r.eat("RENAME INDEX") || r.eat("RENAME KEY") => {
            r.ident()?;
            r.eat("TO").then(|| r.ident())?.and_then(|name| index(&name, true))
        }
        () if r.eat("RENAME TO") || r.eat("RENAME AS") => there("TABLES", &[("TABLE_NAME", &plain(&mut r)?)], true),
        () if r.eat("CHANGE COLUMN") || r.eat("CHANGE") => {
            let (from, to) = (r.ident()?, r.ident()?);
            (from != to).then(|| column(&to, true))?
        }
        () => None,
    }
}

/// Indexes that are made or dropped CONCURRENTLY: made is what is valid.
fn postgres(r: &mut Reader) -> Option<Probe> {
    let made = r.eat_any(&["CREATE UNIQUE INDEX CONCURRENTLY", "CREATE INDEX CONCURRENTLY"]).is_some();
    if !made && !r.eat("DROP INDEX CONCURRENTLY") {
        return None;
    }
    r.eat_any(&["IF NOT EXISTS", "IF EXISTS"]);
    let name = r.name()?;
    let name = if name.schema.is_empty() {
        crate::dialect::quote(&name.name, Dialect::Postgres)
    } else {
        format!("{}.{}", crate::dialect::quote(&name.schema, r.dialect), crate::dialect::quote(&name.name, r.dialect))
    };
    let valid = if made { " AND indisvalid" } else { "" };
    let query = format!(
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('{}'){valid}) THEN 1 ELSE 0 END",
        name.replace('\'', "''")
    );
    Some(Probe { query, done: if made { "1" } else { "0" }.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(sql: &str, dialect: Dialect) -> Option<(String, String)> {
        let probe = probe(sql, dialect)?;
        let condition = probe.query.split("DATABASE()").nth(1).unwrap_or(&probe.query);
        Some((condition.trim_end_matches(") THEN 1 ELSE 0 END").trim_start_matches(" AND ").to_owned(), probe.done))
    }

    #[test]
    fn what_names_tell() {
        let is = |condition: &str, done: &str| Some((condition.to_owned(), done.to_owned()));
        for (sql, wanted) in [
            ("DROP TABLE `a`", is("TABLE_NAME = 'a'", "0")),
            ("DROP TABLE a, b", None),
            ("ALTER TABLE a MODIFY b int, DROP COLUMN `c'`", is("TABLE_NAME = 'a' AND COLUMN_NAME = 'c'''", "0")),
            ("ALTER TABLE a CHANGE b c int", is("TABLE_NAME = 'a' AND COLUMN_NAME = 'c'", "1")),
            ("ALTER TABLE a CHANGE b b int", None),
            ("CREATE UNIQUE INDEX i ON a (b)", is("TABLE_NAME = 'a' AND INDEX_NAME = 'i'", "1")),
            ("RENAME TABLE a TO b", is("TABLE_NAME = 'b'", "1")),
            ("ALTER TABLE other.a DROP COLUMN b", None),
            ("UPDATE a SET b = 1", None),
        ] {
            assert_eq!(told(sql, Dialect::Mysql), wanted, "{sql}");
        }
        let index = probe("DROP INDEX CONCURRENTLY IF EXISTS s.\"I\"", Dialect::Postgres).map(|p| (p.query, p.done));
        assert!(index.is_some_and(|(query, done)| query.contains("to_regclass('\"s\".\"I\"')") && done == "0"));
        assert_eq!(probe("DROP INDEX i", Dialect::Postgres), None);
    }
}
