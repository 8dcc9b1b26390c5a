//! The statements of a rollback file as those of a migration.

use crate::Problem;
use regex::Regex;
use unmigrate_kernel::plan::{stands_outside, unmarked};
use unmigrate_kernel::script::blocks;
use unmigrate_kernel::{Dialect, History};
use unmigrate_sources::Tool;

/// The statements that a tool runs in one go. Transactions of the file are left out where the tool brings its own.
///
/// # Errors
/// `not-in-one`: one of them can't be run together with others.
pub fn statements(text: &str, name: &str, tool: Tool, dialect: Dialect) -> Result<Vec<String>, Problem> {
    let mut out: Vec<String> = Vec::new();
    // Prisma runs a file for SQLite statement by statement, and keeps the transactions that are in it.
    let own = tool == Tool::Prisma && dialect == Dialect::Sqlite;
    for block in blocks(text, dialect, false) {
        out.extend((block.transaction && own).then(|| "BEGIN".to_owned()));
        for piece in &block.pieces {
            // A check that answers rows stops nobody here, and drizzle-orm has a transaction open already.
            let pragma = piece.sql.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("PRAGMA"));
            let check = piece.sql.to_ascii_lowercase().contains("foreign_key_check");
            if pragma && (check || !own) {
                continue;
            }
            // In a migration it runs whole, as whatever stands beside it.
            let sql = not_beside(&unmarked(&piece.sql, dialect), dialect);
            if dialect.is_postgres() && stands_outside(&sql, dialect) {
                return Err(not_in_one(name, &sql));
            }
            out.push(sql);
        }
        out.extend((block.transaction && own).then(|| "COMMIT".to_owned()));
    }
    Ok(out)
}

/// An index of the way back of a contract, which is made beside others only so that nobody waits for it.
fn not_beside(sql: &str, dialect: Dialect) -> String {
    let heads = ["CREATE INDEX ", "CREATE UNIQUE INDEX "];
    let ours = |head: &&&str| sql.starts_with(&format!("{head}CONCURRENTLY \"unmigrate_back_"));
    match heads.iter().find(ours).filter(|_| dialect == Dialect::Postgres) {
        Some(_) => sql.replacen("CONCURRENTLY ", "", 1),
        None => sql.to_owned(),
    }
}

/// A table that is rebuilt and that others refer to with a cascade: drizzle-orm has a transaction open, in which
/// SQLite's foreign keys can't be turned off, so that their rows would go.
pub fn cascades(statements: &[String], history: &History) -> Option<String> {
    let dropped = Regex::new(r#"(?i)^DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?["`\[]?([^"`\];\s]+)"#).ok()?;
    let rebuilt = |name: &String| {
        let renamed = format!(r#"(?i)^ALTER\s+TABLE\s+\S+\s+RENAME\s+TO\s+["`\[]?{}["`\]]?$"#, regex::escape(name));
        Regex::new(&renamed).is_ok_and(|renamed| statements.iter().any(|sql| renamed.is_match(sql.trim())))
    };
    let referred = |name: &String| {
        let refers = format!(
            r#"(?is)REFERENCES\s+["`\[]?{}["`\]]?\s*\([^)]*\)[^,;]*ON\s+DELETE\s+(CASCADE|SET)"#,
            regex::escape(name)
        );
        Regex::new(&refers).is_ok_and(|refers| history.migrations.iter().any(|m| refers.is_match(&m.sql)))
    };
    let tables = statements.iter().filter_map(|sql| Some(dropped.captures(sql.trim())?.get(1)?.as_str().to_owned()));
    tables.filter(rebuilt).find(referred)
}

fn not_in_one(name: &str, sql: &str) -> Problem {
    let first: String = sql.split_whitespace().take(6).collect::<Vec<_>>().join(" ");
    Problem::error(
        "not-in-one",
        format!("the rollback of `{name}` holds `{first} ..`, which can't run in a migration together with others"),
        "unmigrate rollback   runs it outside of a transaction; or write a migration of that statement alone",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use unmigrate_kernel::Migration;

    #[test]
    fn as_each_tool_runs_them() {
        let text = "PRAGMA foreign_keys=OFF;\nBEGIN;\nDROP TABLE a;\nPRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys=ON;\n";
        let of = |tool| statements(text, "x", tool, Dialect::Sqlite).unwrap();
        assert_eq!(of(Tool::Drizzle), ["DROP TABLE a"]);
        assert_eq!(
            of(Tool::Prisma),
            ["PRAGMA foreign_keys=OFF", "BEGIN", "DROP TABLE a", "COMMIT", "PRAGMA foreign_keys=ON"]
        );
        let text = "BEGIN;\nDROP TABLE a;\nCOMMIT;\n";
        assert_eq!(statements(text, "x", Tool::Prisma, Dialect::Postgres).unwrap(), ["DROP TABLE a"]);
        let ours = "CREATE UNIQUE INDEX CONCURRENTLY \"unmigrate_back_i\" ON \"t\" (\"a\");";
        let whole = ["CREATE UNIQUE INDEX \"unmigrate_back_i\" ON \"t\" (\"a\")"];
        assert_eq!(statements(ours, "x", Tool::Prisma, Dialect::Postgres).unwrap(), whole);
        let refused = statements("DROP INDEX CONCURRENTLY i;", "x", Tool::Prisma, Dialect::Postgres).unwrap_err();
        assert_eq!(refused.code, "not-in-one");
    }

    #[test]
    fn children_of_a_table_that_is_rebuilt() {
        let child =
            "CREATE TABLE account (user_id text REFERENCES `user`(`id`) ON UPDATE no action ON DELETE cascade);";
        let migration = |sql: &str| Migration {
            name: "1".into(),
            file: "1".into(),
            sql: sql.into(),
            breakpoints: true,
            snapshot_before: None,
            observed: vec![],
        };
        let history = |sql: &str| History { dialect: Dialect::Sqlite, server: None, migrations: vec![migration(sql)] };
        let rebuild =
            ["CREATE TABLE new (id)", "DROP TABLE \"user\"", "ALTER TABLE new RENAME TO \"user\""].map(String::from);
        assert_eq!(cascades(&rebuild, &history(child)).as_deref(), Some("user"));
        assert_eq!(cascades(&rebuild, &history("CREATE TABLE x (a);")), None);
        assert_eq!(cascades(&rebuild[..2], &history(child)), None);
    }
}
