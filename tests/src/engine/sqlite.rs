//! SQLite, in memory.

use super::{Database, Outcome, Row, Snapshot};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::lex::{Kind, lex};

/// A database in memory.
pub struct Sqlite {
    connection: Connection,
}

impl Sqlite {
    /// An empty one, foreign keys enforced.
    pub fn open() -> Outcome<Sqlite> {
        let connection = Connection::open_in_memory().map_err(words)?;
        connection.execute_batch("PRAGMA foreign_keys=ON").map_err(words)?;
        Ok(Sqlite { connection })
    }

    /// The rows of a query, every value as text.
    fn query(&self, sql: &str, parameter: Option<&str>) -> Outcome<Vec<Row>> {
        let mut statement = self.connection.prepare(sql).map_err(words)?;
        let names: Vec<String> = statement.column_names().map(str::to_string).collect();
        let found = match parameter {
            Some(value) => statement.query(params![value]),
            None => statement.query([]),
        };
        let mut found = found.map_err(words)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(words)? {
            let mut out = Row::new();
            for (at, name) in names.iter().enumerate() {
                out.insert(name.clone(), text(row.get_ref(at).map_err(words)?));
            }
            rows.push(out);
        }
        Ok(rows)
    }

    fn table(&self, name: &str, sql: &str, out: &mut Snapshot) -> Outcome<()> {
        let facts =
            self.query("SELECT wr, strict, type FROM pragma_table_list(?1) WHERE schema = 'main'", Some(name))?;
        out.objects.insert(format!("table {name}"), format!("{facts:?} {:?}", said(sql)));
        let columns = self.query(
            "SELECT cid, name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1)",
            Some(name),
        )?;
        for column in &columns {
            out.objects.insert(format!("column {name}.{}", value(column, "name")), format!("{column:?}"));
        }
        let keys = self.query(
            "SELECT group_concat(\"from\" || ' to ' || ifnull(\"to\", '(key)')) AS pairs, \"table\", on_update, on_delete, match
             FROM (SELECT * FROM pragma_foreign_key_list(?1) ORDER BY id, seq) GROUP BY id",
            Some(name),
        )?;
        for (at, key) in sorted(keys).into_iter().enumerate() {
            out.objects.insert(format!("foreign key {name} {at}"), format!("{key:?}"));
        }
        let own = self.query(
            "SELECT i.\"unique\", i.origin, (SELECT group_concat(ifnull(x.name, '') || ' ' || x.desc || ' ' || x.coll)
             FROM pragma_index_xinfo(i.name) x WHERE x.key) AS parts FROM pragma_index_list(?1) i WHERE i.origin <> 'c'",
            Some(name),
        )?;
        for (at, index) in sorted(own).into_iter().enumerate() {
            out.objects.insert(format!("key {name} {at}"), format!("{index:?}"));
        }
        Ok(())
    }

    fn rows(&self, table: &str, out: &mut Snapshot) -> Outcome<()> {
        let quoted = table.replace('"', "\"\"");
        let rows = self.query(&format!("SELECT * FROM \"{quoted}\""), None)?;
        out.rows.insert(table.to_string(), sorted(rows));
        Ok(())
    }
}

impl Database for Sqlite {
    fn run(&mut self, sql: &str) -> Outcome<()> {
        let ran = self.connection.execute_batch(sql).map_err(words);
        if !self.connection.is_autocommit() {
            self.connection.execute_batch(if ran.is_ok() { "COMMIT" } else { "ROLLBACK" }).map_err(words)?;
        }
        if ran.is_err() {
            self.connection.execute_batch("PRAGMA foreign_keys=ON").map_err(words)?;
        }
        let orphans = self.query("PRAGMA foreign_key_check", None)?;
        match ran {
            Ok(()) if !orphans.is_empty() => Err(format!("rows refer to nothing: {orphans:?}")),
            other => other,
        }
    }

    fn snapshot(&mut self) -> Outcome<Snapshot> {
        let mut out = Snapshot::default();
        let objects = self.query(
            "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite^_%' ESCAPE '^'",
            None,
        )?;
        // What a virtual table keeps its own things in comes and goes with it.
        let shadows = self.query("SELECT name FROM pragma_table_list WHERE type = 'shadow'", None)?;
        for object in objects {
            let (name, sql) = (value(&object, "name"), value(&object, "sql"));
            if shadows.iter().any(|s| value(s, "name") == name) {
                continue;
            }
            match value(&object, "type") {
                "table" => {
                    self.table(name, sql, &mut out)?;
                    self.rows(name, &mut out)?;
                }
                kind => {
                    out.objects.insert(
                        format!("{kind} {name} on {}", value(&object, "tbl_name")),
                        normal(sql, &lex(sql, 0, Dialect::Sqlite)),
                    );
                }
            }
        }
        let settings = self.query("PRAGMA foreign_keys", None)?;
        out.objects.insert("setting foreign_keys".to_string(), format!("{settings:?}"));
        Ok(out)
    }

    fn number(&mut self, query: &str) -> Outcome<i64> {
        self.connection.query_row(query, [], |row| row.get(0)).map_err(words)
    }

    fn transactional(&self) -> bool {
        true
    }
}

fn words(error: rusqlite::Error) -> String {
    error.to_string()
}

fn value<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).and_then(Option::as_deref).unwrap_or_default()
}

fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort();
    rows
}

/// A value with its storage class, which a rebuild may change.
fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(i) => Some(i.to_string()),
        ValueRef::Real(r) => Some(format!("{r:?}")),
        ValueRef::Text(t) => Some(String::from_utf8_lossy(t).into_owned()),
        ValueRef::Blob(b) => Some(format!("blob {b:02x?}")),
    }
}

/// What no pragma tells of a table, each with how often it is said: checks, collations, generated columns.
fn said(sql: &str) -> BTreeMap<String, usize> {
    let tokens: Vec<_> = lex(sql, 0, Dialect::Sqlite).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    let is = |at: usize, word: &str| {
        tokens.get(at).is_some_and(|t| t.kind == Kind::Word && sql[t.start..t.end].eq_ignore_ascii_case(word))
    };
    let mut out = BTreeMap::new();
    let mut note = |said: String| *out.entry(said).or_insert(0) += 1;
    for at in 0..tokens.len() {
        if is(at, "CHECK") || is(at, "AS") || (is(at, "USING") && at > 0) {
            let end = closing(&tokens, at + 1);
            note(normal(sql, &tokens[at..end]));
        } else if is(at, "COLLATE") || is(at, "DEFERRABLE") || is(at, "INITIALLY") || is(at, "STORED") {
            let end = (at + if is(at, "COLLATE") || is(at, "INITIALLY") { 2 } else { 1 }).min(tokens.len());
            note(normal(sql, &tokens[at..end]));
        } else if is(at, "AUTOINCREMENT") || (is(at, "CONFLICT") && at + 1 < tokens.len()) {
            note(normal(sql, &tokens[at..at + if is(at, "CONFLICT") { 2 } else { 1 }]));
        }
    }
    out
}

/// One past the parenthesis that closes the one at `open`.
fn closing(tokens: &[unmigrate_kernel::lex::Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Punct(b'(') => depth += 1,
            Kind::Punct(b')') => depth -= 1,
            _ => {}
        }
        if depth <= 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Text without its layout and without quotes around names.
fn normal(sql: &str, tokens: &[unmigrate_kernel::lex::Token]) -> String {
    let piece = |t: &unmigrate_kernel::lex::Token| match t.kind {
        Kind::Quoted => sql[t.start + 1..t.end - 1].to_lowercase(),
        Kind::Word => sql[t.start..t.end].to_lowercase(),
        _ => sql[t.start..t.end].to_string(),
    };
    let kept = tokens.iter().filter(|t| t.kind != Kind::Comment);
    kept.map(piece).collect::<Vec<_>>().join(" ")
}
