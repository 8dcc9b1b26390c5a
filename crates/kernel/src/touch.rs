//! Which tables a migration concerns: those that a proof of it has to fill and to look at.

use crate::catalog::{Catalog, Name, Table};
use crate::change::Change;
use crate::executable;
use crate::history::{History, Migration};
use crate::lower::{self, Lowering, RowEffect};
use crate::reader::Reader;
use crate::rollback::read_statement;
use crate::rows::RowKind;
use crate::split::split;
use std::collections::BTreeSet;
use std::ops::Range;

/// What one migration concerns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touched {
    /// Tables that are there before the migration and that it changes, fills, empties or drops; those whose rows a
    /// foreign key binds to them; those with a column of a type that it changes.
    pub tables: BTreeSet<Name>,
    /// Tables that it makes.
    pub made: BTreeSet<Name>,
    /// A statement can't be read or calls a function: any table may be concerned.
    pub any: bool,
    /// What each statement itself names, in the order of the file.
    pub statements: Vec<(Range<usize>, BTreeSet<Name>)>,
    /// Into which tables each statement puts rows that it reads elsewhere.
    pub inserts: Vec<(Range<usize>, BTreeSet<Name>)>,
    /// It inserts rows and lets those stand that it meets (ON CONFLICT DO NOTHING, IGNORE).
    pub tolerant: bool,
    /// Rows that the history itself put in may stand in these tables before the migration.
    pub sown: bool,
}

/// The tables into which a history put rows, so far.
#[derive(Debug, Default)]
struct Sown {
    lineages: BTreeSet<u32>,
    /// Something ran of which that can't be told.
    anywhere: bool,
}

/// Replays a history and tells of every migration what it concerns.
pub fn touched(history: &History) -> Vec<Touched> {
    let mut catalog = Catalog::of(history);
    let mut sown = Sown::default();
    history.migrations.iter().map(|m| one(&mut catalog, m, &mut sown)).collect()
}

/// The extensions that a history asks for (PostgreSQL), by their names in CREATE EXTENSION.
pub fn extensions(history: &History) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    if !history.dialect.is_postgres() {
        return out;
    }
    for migration in history.migrations.iter().filter(|m| m.sql.to_ascii_uppercase().contains("EXTENSION")) {
        for statement in split(&migration.sql, history.dialect, migration.breakpoints) {
            let mut reader = Reader::new(&migration.sql, &statement.tokens, history.dialect);
            if reader.eat("CREATE EXTENSION") {
                reader.eat("IF NOT EXISTS");
                out.extend(reader.name().map(|n| n.name));
            }
        }
    }
    out
}

fn one(catalog: &mut Catalog, migration: &Migration, sown: &mut Sown) -> Touched {
    if let Some(snapshot) = &migration.snapshot_before {
        catalog.assume(&crate::rollback::read(snapshot, catalog.dialect));
    }
    let mut out = Touched::default();
    catalog.begin();
    let earlier = catalog.clone();
    let opened = executable::open(&migration.sql, earlier.dialect, earlier.server);
    let mut lowering = Lowering::new(catalog, &opened.text);
    let mut puts = Sown { anywhere: migration.snapshot_before.is_some(), ..Sown::default() };
    for statement in split(&opened.text, earlier.dialect, migration.breakpoints) {
        let (changes, effects, reached) = (lowering.changes.len(), lowering.effects.len(), lowering.reached.len());
        read_statement(&mut lowering, migration, &statement);
        let mut names: BTreeSet<Name> = lowering.changes[changes..].iter().flat_map(|l| tables_of(&l.change)).collect();
        names.extend(lowering.effects[effects..].iter().map(|e| lower::name(&e.change.table)));
        names.extend(lowering.effects[effects..].iter().flat_map(|e| e.change.reads.iter().map(lower::name)));
        let lineages: BTreeSet<u32> = lowering.reached[reached..].iter().map(|r| r.table.0).collect();
        names.extend(earlier.tables.iter().filter(|(_, t)| lineages.contains(&t.lineage.0)).map(|(n, _)| n.clone()));
        out.any |= lowering.changes[changes..].iter().any(|l| matches!(l.change, Change::Opaque { .. }));
        puts.anywhere |= lowering.changes[changes..].iter().any(|l| is_filled_when_made(&l.change));
        let fills = lowering.effects[effects..].iter().filter(|e| is_insert(e) && !e.change.reads.is_empty());
        let filled: BTreeSet<Name> = fills.map(|e| lower::name(&e.change.table)).collect();
        out.tolerant |=
            lowering.effects[effects..].iter().any(|e| is_insert(e) && e.change.meets_existing && !e.change.overwrites);
        out.inserts.push((statement.span.clone(), filled));
        for effect in lowering.effects[effects..].iter().filter(|e| may_put_rows(e)) {
            match lowering.catalog.table(&lower::name(&effect.change.table)) {
                Some(table) => drop(puts.lineages.insert(table.lineage.0)),
                None => puts.anywhere = true,
            }
        }
        out.statements.push((statement.span, names));
    }
    out.any |= !lowering.calls.is_empty() || lowering.effects.iter().any(|e| !e.fired.is_empty());
    lowering.adopt();
    // A table that took another's place holds what its makers put in under that one's lineage.
    puts.lineages.extend(lowering.rebuilt.iter().map(|copied| copied.from.0));
    // Rows come with a partition that is attached, too.
    puts.anywhere |= out.any || !lowering.copies.iter().all(|c| puts.lineages.contains(&c.into.0));
    puts.anywhere |= opened.text.to_ascii_uppercase().contains("ATTACH PARTITION");
    lowering.catalog.end_session();
    let (before, now) = lowering.catalog.touched();
    let named = out.statements.iter().flat_map(|(_, names)| names).cloned();
    let mut tables: BTreeSet<Name> = before.tables.keys().cloned().chain(named).collect();
    tables.extend(of_types(&earlier, &before.types.keys().cloned().collect()));
    out.made = now.tables.keys().filter(|n| !earlier.tables.contains(n)).cloned().collect();
    tables.retain(|n| earlier.table(n).is_some());
    out.tables = bound_by_keys(&earlier, &tables);
    let holds = |name: &Name| earlier.table(name).is_none_or(|t| sown.lineages.contains(&t.lineage.0));
    out.sown = sown.anywhere || out.any || out.tables.iter().any(holds);
    sown.anywhere |= puts.anywhere;
    sown.lineages.extend(puts.lineages);
    out
}

fn is_insert(effect: &RowEffect) -> bool {
    effect.change.kind == RowKind::Insert
}

fn may_put_rows(effect: &RowEffect) -> bool {
    matches!(effect.change.kind, RowKind::Insert | RowKind::Merge)
}

/// Is a table made out of a query?
fn is_filled_when_made(change: &Change) -> bool {
    let Change::Table(pair) = change else { return false };
    let made = pair.after.as_ref().filter(|_| pair.before.is_none());
    let asks = |text: &str| ["SELECT", "VALUES", "EXECUTE"].iter().any(|word| text.to_ascii_uppercase().contains(word));
    made.is_some_and(|table| table.columns.is_empty() || asks(&table.options.text))
}

/// The table that a change is about.
fn tables_of(change: &Change) -> Vec<Name> {
    let own = |pair: &crate::change::Pair<std::rc::Rc<Table>>| {
        [&pair.before, &pair.after].into_iter().flatten().map(|t| t.name.clone()).collect()
    };
    match change {
        Change::Table(pair) => own(pair),
        Change::Column { table, .. }
        | Change::Constraint { table, .. }
        | Change::Index { table, .. }
        | Change::Trigger { table, .. }
        | Change::Policy { table, .. } => vec![table.clone()],
        _ => vec![],
    }
}

/// Tables with a column of one of these types.
fn of_types(catalog: &Catalog, types: &BTreeSet<Name>) -> BTreeSet<Name> {
    let uses = |table: &Table| {
        let mut own = table.columns.iter().filter_map(|c| Name::of_type(&c.data_type, catalog.dialect));
        own.any(|n| types.contains(&n))
    };
    if types.is_empty() {
        return BTreeSet::new();
    }
    catalog.tables.iter().filter(|(_, t)| uses(t)).map(|(n, _)| n.clone()).collect()
}

/// Adds the tables whose rows refer to these, and so on along keys that carry a deletion further.
fn bound_by_keys(catalog: &Catalog, tables: &BTreeSet<Name>) -> BTreeSet<Name> {
    let mut out = tables.clone();
    let mut reached = tables.clone();
    while !reached.is_empty() {
        let mut next = BTreeSet::new();
        for (name, table) in catalog.tables.iter().filter(|(n, _)| !out.contains(n)) {
            let keys = table.constraints.iter().filter_map(|c| c.foreign_key());
            let bound: Vec<bool> = keys
                .filter(|k| reached.contains(&k.table))
                .map(|k| matches!(k.on_delete.as_str(), "CASCADE" | "SET NULL" | "SET DEFAULT"))
                .collect();
            if !bound.is_empty() {
                next.insert((name.clone(), bound.into_iter().any(|carries| carries)));
            }
        }
        out.extend(next.iter().map(|(n, _)| n.clone()));
        reached = next.into_iter().filter(|(_, carries)| *carries).map(|(n, _)| n).collect();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dialect;

    fn last(ups: &[&str]) -> Touched {
        let migration = |sql: &&str| Migration {
            name: "m".into(),
            file: "m.sql".into(),
            sql: (*sql).into(),
            breakpoints: false,
            snapshot_before: None,
            observed: vec![],
        };
        let history =
            History { dialect: Dialect::Postgres, server: None, migrations: ups.iter().map(migration).collect() };
        touched(&history).pop().unwrap()
    }

    fn names(ups: &[&str]) -> Vec<String> {
        let last = last(ups);
        let mut out: Vec<String> = last.tables.iter().map(Name::to_string).collect();
        out.extend(last.any.then(|| "any".to_string()));
        out
    }

    const BEFORE: &str = "CREATE TYPE role AS ENUM ('a'); CREATE TABLE u (id int PRIMARY KEY);
        CREATE TABLE p (id int PRIMARY KEY, u int REFERENCES u ON DELETE CASCADE, r role);
        CREATE TABLE c (p int REFERENCES p); CREATE TABLE z (id int);";

    fn sown(ups: &[&str]) -> bool {
        last(ups).sown
    }

    #[test]
    fn tables_that_hold_rows_of_the_history() {
        const ALTER: &str = "ALTER TABLE z ADD COLUMN n int";
        assert!(!sown(&[BEFORE, ALTER]));
        assert!(!sown(&[BEFORE, "INSERT INTO u VALUES (1)", ALTER]));
        assert!(!sown(&[BEFORE, "DELETE FROM z; UPDATE z SET id = 1", ALTER]));
        assert!(sown(&[BEFORE, "INSERT INTO z VALUES (1)", ALTER]));
        assert!(sown(&[BEFORE, "INSERT INTO z SELECT id FROM u", ALTER]));
        assert!(sown(&[BEFORE, "INSERT INTO u VALUES (1)", "ALTER TABLE u RENAME TO v", "ALTER TABLE v ADD n int"]));
        assert!(sown(&[
            BEFORE,
            "INSERT INTO u VALUES (1)",
            "DROP TABLE c; ALTER TABLE p ADD CHECK (id > 0)",
            "DROP TABLE u CASCADE"
        ]));
        assert!(sown(&[BEFORE, "DO $$ BEGIN EXECUTE 'x'; END $$", ALTER]));
        assert!(sown(&[BEFORE, "SELECT fill_in()", ALTER]));
        assert!(sown(&[BEFORE, "CREATE TABLE n AS SELECT * FROM z", "ALTER TABLE n ADD m int"]));
        assert!(sown(&[BEFORE, "CREATE TABLE n AS SELECT count(*) AS c FROM z, u", "ALTER TABLE n ADD m int"]));
        let moved = "CREATE TABLE y (id int); INSERT INTO y SELECT id FROM z; DROP TABLE z; ALTER TABLE y RENAME TO z";
        assert!(sown(&[BEFORE, "INSERT INTO z VALUES (1)", moved, ALTER]));
    }

    #[test]
    fn tables_and_what_is_bound_to_them() {
        assert_eq!(names(&[BEFORE, "ALTER TABLE u ADD COLUMN n int"]), ["c", "p", "u"]);
        assert_eq!(names(&[BEFORE, "UPDATE z SET id = 1"]), ["z"]);
        assert_eq!(names(&[BEFORE, "ALTER TYPE role ADD VALUE 'b'"]), ["c", "p"]);
        assert_eq!(names(&[BEFORE, "CREATE TABLE n (id int)"]), Vec::<String>::new());
        assert_eq!(names(&[BEFORE, "DO $$ BEGIN EXECUTE 'x'; END $$"]), ["any"]);
    }
}
