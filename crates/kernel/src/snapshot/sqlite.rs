//! SQLite: its pragmas, and the text of each object for what no pragma tells.
//!
//! Constraints are told by what they mean, not by where they are written: a key inside a column and the same at the end of
//! the table are one, so that a table that was rebuilt is the same table.

mod table;
mod text;

use super::{Generator, Object, Options, Snapshot, literal};
use crate::Dialect;
use crate::answer::{Ask, Rows};
use crate::dialect::quote;
use std::collections::BTreeMap;
use std::sync::Arc;
use text::{Names, normal, statement, unwrapped};

const OBJECTS: &str = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite^_%' ESCAPE '^'";
const TABLES: &str = "SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'";
const COLUMNS: &str = "SELECT m.name AS home, x.cid AS place, x.name, x.type, x.\"notnull\", x.dflt_value, x.hidden
    FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) x WHERE m.type = 'table' ORDER BY m.name, x.cid";
const KEYS: &str = "SELECT m.name AS home, f.id, f.seq, f.\"table\" AS target, f.\"from\" AS source, f.\"to\" AS part, f.on_update, f.on_delete
    FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq";
const INDEXES: &str = "SELECT m.name AS home, i.name, i.origin, x.name AS part, x.\"desc\" AS falls, x.coll
    FROM sqlite_schema m JOIN pragma_index_list(m.name) i JOIN pragma_index_xinfo(i.name) x
    WHERE m.type = 'table' AND x.key ORDER BY i.name, x.seqno";

pub(super) fn read<E>(ask: &mut Ask<E>, options: &Options) -> Result<Snapshot, E> {
    let found = Found {
        objects: ask(OBJECTS)?,
        tables: ask(TABLES)?,
        columns: ask(COLUMNS)?,
        keys: ask(KEYS)?,
        indexes: ask(INDEXES)?,
    };
    let mut out = Snapshot::default();
    let names = found.names();
    for row in found.objects.iter() {
        let (kind, name, home, sql) = (row.text("type"), row.text("name"), row.text("tbl_name"), row.text("sql"));
        if options.ignore.contains(&name) || options.ignore.contains(&home) || found.is_shadow(name) {
            continue;
        }
        match kind {
            "table" => found.table(name, sql, &names, &mut out),
            "index" => out.put("index", name, found.index(name, sql, &names)),
            "trigger" => out.put("trigger", &format!("{home}.{name}"), statement(sql, &names)),
            _ => out.put("view", name, statement(sql, &names)),
        }
    }
    Ok(out)
}

impl Snapshot {
    fn put(&mut self, kind: &'static str, name: &str, text: String) {
        self.objects.insert(Arc::new(Object { kind, name: name.to_string() }), Arc::new(text));
    }
}

/// A foreign key, as the pragma tells it.
#[derive(Default)]
struct ForeignKey<'a> {
    from: Vec<&'a str>,
    /// Empty texts where it refers to the key of its target.
    to: Vec<&'a str>,
    target: &'a str,
    actions: String,
}

/// What the pragmas answered.
struct Found {
    objects: Rows,
    tables: Rows,
    columns: Rows,
    keys: Rows,
    indexes: Rows,
}

impl Found {
    fn names(&self) -> Names {
        let tables = self.objects.column("name").into_iter();
        tables.chain(self.columns.column("name")).flatten().map(str::to_ascii_lowercase).collect()
    }

    /// What a virtual table keeps its own things in comes and goes with it.
    fn is_shadow(&self, name: &str) -> bool {
        self.tables.iter().any(|t| t.text("name") == name && t.text("type") == "shadow")
    }

    fn table(&self, name: &str, sql: &str, names: &Names, out: &mut Snapshot) {
        let facts = self.tables.iter().find(|t| t.text("name") == name);
        if facts.is_some_and(|t| t.text("type") == "virtual") {
            return out.put("table", name, statement(sql, names));
        }
        let is = |fact: &str| facts.is_some_and(|t| t.text(fact) == "1");
        let options = [("wr", "WITHOUT ROWID"), ("strict", "STRICT")].into_iter().filter(|(fact, _)| is(fact));
        out.put("table", name, options.map(|(_, words)| words).collect::<Vec<_>>().join(" "));
        let said = table::read(sql, names);
        self.columns(name, &said, names, out);
        let mut constraints = self.foreign_keys(name, &said);
        constraints.extend(said.constraints);
        constraints.sort();
        for constraint in constraints {
            let object = Object { kind: "constraint", name: format!("{name}{}", constraint.name) };
            let all = Arc::make_mut(out.objects.entry(Arc::new(object)).or_default());
            all.push_str(if all.is_empty() { "" } else { "; " });
            all.push_str(&constraint.text);
        }
    }

    fn columns(&self, table: &str, said: &table::Said, names: &Names, out: &mut Snapshot) {
        for column in self.columns.iter().filter(|c| c.text("home") == table) {
            let name = column.text("name");
            let mut text = column.text("type").to_ascii_lowercase();
            // A generated column's type comes with `GENERATED ALWAYS`, where it was written.
            text = text.trim_end_matches(" generated always").to_string();
            if column.text("notnull") == "1" {
                text.push_str(" NOT NULL");
            }
            if let Some(default) = column.get("dflt_value") {
                text.push_str(&format!(" DEFAULT {}", unwrapped(&normal(default, names))));
            }
            for more in said.columns.get(&name.to_ascii_lowercase()).into_iter().flatten() {
                text.push_str(&format!(" {more}"));
            }
            if column.text("hidden") == "1" {
                text.push_str(" HIDDEN");
            }
            out.put("column", &format!("{table}.{name}"), text.trim().to_string());
            Arc::make_mut(out.order.entry(table.to_string()).or_default()).push(name.to_string());
        }
    }

    /// Foreign keys as the engine understands them; the last that is written is its first.
    fn foreign_keys(&self, table: &str, said: &table::Said) -> Vec<table::Constraint> {
        let mut keys: BTreeMap<usize, ForeignKey> = BTreeMap::new();
        for row in self.keys.iter().filter(|k| k.text("home") == table) {
            let key = keys.entry(row.text("id").parse().unwrap_or(0)).or_default();
            key.from.push(row.text("source"));
            key.to.push(row.text("part"));
            key.target = row.text("target");
            key.actions = format!("ON UPDATE {} ON DELETE {}", row.text("on_update"), row.text("on_delete"));
        }
        let count = keys.len();
        let one = |(id, key): (usize, ForeignKey)| {
            let written = said.foreign_keys.get(count.wrapping_sub(id + 1)).cloned().unwrap_or_default();
            let (own, to) = (format!("FOREIGN KEY ({})", key.from.join(", ")), key.to.join(", "));
            let text = format!("{own} REFERENCES {} ({to}) {} {}", key.target, key.actions, written.deferred);
            table::Constraint::new(written.name, own, text.trim().to_string())
        };
        keys.into_iter().map(one).collect()
    }

    fn index(&self, name: &str, sql: &str, names: &Names) -> String {
        let mut text = statement(sql, names);
        // A collation that it has from its column.
        for part in
            self.indexes.iter().filter(|i| i.text("name") == name && !i.text("coll").eq_ignore_ascii_case("binary"))
        {
            text.push_str(&format!(", {} BY {}", part.text("part"), part.text("coll").to_ascii_lowercase()));
        }
        text
    }
}

/// Where each AUTOINCREMENT stands. SQLite goes on after the highest key of the table, whatever it noted down; but a key
/// that was used and deleted comes again where that note is lost.
pub(super) fn generators<E>(ask: &mut Ask<E>, options: &Options) -> Result<BTreeMap<Object, Generator>, E> {
    let mut out = BTreeMap::new();
    // The table of notes is there once a table has an AUTOINCREMENT.
    if ask("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'")?.rows.is_empty() {
        return Ok(out);
    }
    let tables = ask("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'")?;
    let kept = tables.column("name").into_iter().flatten().filter(|name| !options.ignore.contains(name));
    let asked: Vec<String> = kept
        .map(|name| {
            let (text, table) = (literal(name, Dialect::Sqlite), quote(name, Dialect::Sqlite));
            format!(
                "SELECT {text} AS name, seq + 1 AS next, seq >= coalesce((SELECT max(rowid) FROM {table}), 0) AS above
                 FROM sqlite_sequence WHERE name = {text}"
            )
        })
        .collect();
    // SQLite takes five hundred queries in one; so many have no place in a history.
    for asked in asked.chunks(200) {
        for row in ask(&asked.join(" UNION ALL "))?.iter() {
            let object = Object { kind: "table", name: row.text("name").to_string() };
            out.insert(
                object,
                Generator { next: row.text("next").to_string(), above: row.text("above") == "1", takes: None },
            );
        }
    }
    Ok(out)
}
