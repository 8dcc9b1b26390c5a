//! What running a rollback takes away: tables, columns, rows and values that are there before it and not after it.
//!
//! Read from the rollback's own text over the catalog that the history makes, so that a file that a person wrote is
//! judged by what it does, not by what it says of itself.

use crate::catalog::{Catalog, Name, Table};
use crate::history::{History, Migration};
use crate::lower::{Lowering, RowEffect, name};
use crate::rollback::read;
use crate::rows::RowKind;
use crate::split::split;

/// One thing that a rollback takes away. Tables and columns go by their names before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Discarded {
    /// A table with all its rows.
    Table(Name),
    /// Columns of a table with the values of every row, or the old values of columns that an UPDATE assigns.
    Columns {
        /// Whose.
        table: Name,
        /// Their names.
        columns: Vec<String>,
        /// The condition of the UPDATE; none: every row.
        filter: Option<String>,
    },
    /// Rows that a DELETE or TRUNCATE takes.
    Rows {
        /// Whose.
        table: Name,
        /// The condition; none: every row.
        filter: Option<String>,
    },
    /// Values of a column that gets another type, which may not hold them as they are.
    Values {
        /// Whose.
        table: Name,
        /// The column.
        column: String,
        /// What the table is called after the rollback.
        table_after: Name,
        /// What the column is called after the rollback.
        column_after: String,
    },
}

/// What the rollback text `down` of the history's migration at this place takes away, in the order of the tables. Where
/// the place is none of the history's, nothing.
pub fn discarded(history: &History, at: usize, down: &str) -> Vec<Discarded> {
    let Some(applied) = history.migrations.get(..=at) else { return Vec::new() };
    let mut catalog = Catalog::new(history.dialect);
    applied.iter().for_each(|migration| replay(&mut catalog, migration));
    catalog.begin();
    let earlier = catalog.clone();
    let mut lowering = Lowering::new(&mut catalog, down);
    for statement in split(down, history.dialect, false) {
        lowering.statement(&statement);
    }
    lowering.adopt();
    let effects = std::mem::take(&mut lowering.effects);
    let (before, after) = lowering.catalog.touched();
    let mut out: Vec<Discarded> = before.tables.iter().flat_map(|(_, table)| of_table(table, &after)).collect();
    for lost in effects.iter().filter_map(of_effect) {
        if !is_covered(&lost, &out) && table_of(&lost).is_some_and(|name| earlier.table(name).is_some()) {
            out.push(lost);
        }
    }
    out
}

/// What running the history's migration at this place takes away of what was there before it: the same of its own text.
pub fn destroyed(history: &History, at: usize) -> Vec<Discarded> {
    let Some(migration) = history.migrations.get(at).filter(|_| at > 0) else { return Vec::new() };
    let sql = migration.sql.replace(crate::split::BREAKPOINT, ";");
    discarded(history, at - 1, &sql)
}

fn replay(catalog: &mut Catalog, migration: &Migration) {
    if let Some(snapshot) = &migration.snapshot_before {
        catalog.assume(&read(snapshot, catalog.dialect));
    }
    catalog.begin();
    let dialect = catalog.dialect;
    let mut lowering = Lowering::new(catalog, &migration.sql);
    for statement in split(&migration.sql, dialect, migration.breakpoints) {
        lowering.statement(&statement);
    }
    lowering.adopt();
    lowering.catalog.end_session();
}

fn of_table(table: &Table, after: &Catalog) -> Vec<Discarded> {
    let Some((_, left)) = after.tables.iter().find(|(_, t)| t.lineage.0 == table.lineage.0) else {
        return vec![Discarded::Table(table.name.clone())];
    };
    let kept = |column: &&crate::catalog::Column| column.generated.is_none();
    let gone: Vec<String> = table
        .columns
        .iter()
        .filter(kept)
        .filter(|column| left.column_of(column.lineage).is_none())
        .map(|column| column.name.clone())
        .collect();
    let mut out = Vec::new();
    for column in table.columns.iter().filter(kept) {
        if let Some(now) = left.column_of(column.lineage).filter(|now| now.canonical != column.canonical) {
            out.push(Discarded::Values {
                table: table.name.clone(),
                column: column.name.clone(),
                table_after: left.name.clone(),
                column_after: now.name.clone(),
            });
        }
    }
    if !gone.is_empty() {
        out.insert(0, Discarded::Columns { table: table.name.clone(), columns: gone, filter: None });
    }
    out
}

fn of_effect(effect: &RowEffect) -> Option<Discarded> {
    let change = &effect.change;
    let table = name(&change.table);
    // A condition that speaks of other tables, or of this one by another name, can't stand alone: then all rows are meant.
    let alone = change.alias.is_none() && change.others.is_none();
    let filter = change.filter.clone().filter(|_| alone);
    match change.kind {
        RowKind::Delete | RowKind::Truncate => Some(Discarded::Rows { table, filter }),
        RowKind::Update => {
            let mut columns: Vec<String> = change.assignments.iter().map(|(column, _)| column.clone()).collect();
            columns.dedup();
            Some(Discarded::Columns { table, columns, filter })
        }
        RowKind::Insert | RowKind::Merge => None,
    }
}

fn table_of(lost: &Discarded) -> Option<&Name> {
    match lost {
        Discarded::Table(table)
        | Discarded::Columns { table, .. }
        | Discarded::Rows { table, .. }
        | Discarded::Values { table, .. } => Some(table),
    }
}

/// The table goes with all that is in it anyway.
fn is_covered(lost: &Discarded, out: &[Discarded]) -> bool {
    out.iter().any(|other| matches!(other, Discarded::Table(table) if Some(table) == table_of(lost)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;

    fn of(dialect: Dialect, ups: &[&str], down: &str) -> Vec<Discarded> {
        let migration = |sql: &&str| Migration {
            name: "m".into(),
            file: "m.sql".into(),
            sql: (*sql).into(),
            breakpoints: false,
            snapshot_before: None,
            observed: vec![],
        };
        let history = History { dialect, server: None, migrations: ups.iter().map(migration).collect() };
        discarded(&history, ups.len() - 1, down)
    }

    fn plain(name: &str) -> Name {
        Name::plain(name)
    }

    #[test]
    fn what_a_migration_destroys() {
        let ups = [
            "CREATE TABLE t (id int PRIMARY KEY, a int);--> statement-breakpoint\nCREATE TABLE u (b text);",
            "ALTER TABLE t DROP COLUMN a--> statement-breakpoint\nDROP TABLE u;CREATE TABLE v (x int);",
        ];
        let migration = |sql: &&str| Migration {
            name: "m".into(),
            file: "m.sql".into(),
            sql: (*sql).into(),
            breakpoints: true,
            snapshot_before: None,
            observed: vec![],
        };
        let history =
            History { dialect: Dialect::Postgres, server: None, migrations: ups.iter().map(migration).collect() };
        let columns = Discarded::Columns { table: plain("t"), columns: vec!["a".into()], filter: None };
        assert_eq!(destroyed(&history, 1), [columns, Discarded::Table(plain("u"))]);
        assert_eq!((destroyed(&history, 0), destroyed(&history, 2)), (vec![], vec![]));
    }

    #[test]
    fn tables_columns_and_types() {
        let ups = [
            "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE TABLE u (b text);",
            "ALTER TABLE t ADD COLUMN b text; ALTER TABLE t ADD COLUMN c int; ALTER TABLE t ALTER COLUMN a TYPE bigint; CREATE TABLE v (x int);",
        ];
        let down = "BEGIN; DROP TABLE v; ALTER TABLE t ALTER COLUMN a TYPE int; ALTER TABLE t DROP COLUMN c, DROP COLUMN b; COMMIT;";
        let found = of(Dialect::Postgres, &ups, down);
        let values = Discarded::Values {
            table: plain("t"),
            column: "a".into(),
            table_after: plain("t"),
            column_after: "a".into(),
        };
        let columns = Discarded::Columns { table: plain("t"), columns: vec!["b".into(), "c".into()], filter: None };
        assert_eq!(found, [columns, values, Discarded::Table(plain("v"))]);
    }

    #[test]
    fn rows() {
        let ups = ["CREATE TABLE t (id int PRIMARY KEY, a int);", "INSERT INTO t VALUES (1, 2);"];
        let rows = |filter: Option<&str>| Discarded::Rows { table: plain("t"), filter: filter.map(str::to_owned) };
        assert_eq!(of(Dialect::Mysql, &ups, "DELETE FROM t WHERE id = 1;"), [rows(Some("id = 1"))]);
        assert_eq!(of(Dialect::Mysql, &ups, "DELETE FROM t; DROP TABLE t;"), [Discarded::Table(plain("t"))]);
        let updated = of(Dialect::Postgres, &ups, "UPDATE t SET a = 3 WHERE id > 0;");
        let columns =
            Discarded::Columns { table: plain("t"), columns: vec!["a".into()], filter: Some("id > 0".into()) };
        assert_eq!(updated, [columns]);
    }

    #[test]
    fn a_rename_and_a_rebuild_take_nothing() {
        let ups = ["CREATE TABLE t (id integer PRIMARY KEY, a text, b text);"];
        assert_eq!(of(Dialect::Postgres, &ups, "ALTER TABLE t RENAME COLUMN a TO c; ALTER TABLE t RENAME TO s;"), []);
        let rebuild = "CREATE TABLE n (id integer PRIMARY KEY, a text); INSERT INTO n (id, a) SELECT id, a FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;";
        let columns = Discarded::Columns { table: plain("t"), columns: vec!["b".into()], filter: None };
        assert_eq!(of(Dialect::Sqlite, &ups, rebuild), [columns]);
    }
}
