//! Whether a database holds what a migration makes: the migration replayed, against the database's own catalogs.
//!
//! What the migration made has to be there, what it dropped gone, what it altered as it left it; unless a later migration
//! that is applied too changed it again. Compared is what both sides tell in the same words: that objects are there,
//! the types of columns, NOT NULL, the values of an enum, whether an index is unique, row security. Expressions, bodies,
//! comments and privileges are not compared: the engine prints them in words of its own.

use crate::Dialect;
use crate::catalog::{Catalog, Column, Constraint, ConstraintKind, Index, Lineage, Name, Part, Table, TypeKind};
use crate::change::{Change, Pair};
use crate::diff::diff;
use crate::executable;
use crate::history::{History, Migration};
use crate::lower::Lowering;
use crate::render::object;
use crate::rollback::{read, read_statement};
use crate::split::split;
use crate::types::{TypeParts, canonical, parts, write};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What was compared, and what is not as the migration leaves it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// What the migration makes or changes and could be compared: `column users.bio`, in the order of its steps.
    pub made: Vec<String>,
    /// Those of them that are as it leaves them.
    pub there: Vec<String>,
    /// What it drops and could be compared.
    pub dropped: Vec<String>,
    /// What is not as the migration leaves it.
    pub lacks: Vec<Lack>,
    /// Some of its statements can't be read: what they make is not compared.
    pub unread: bool,
}

/// An object that is not as a migration leaves it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lack {
    /// With its kind in front: `column users.bio`.
    pub object: String,
    /// What is wrong with it.
    pub is: Lacking,
}

/// What is wrong with an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lacking {
    /// It is not there.
    Missing,
    /// It should have been dropped.
    StillThere,
    /// It is there and is another.
    Other {
        /// As the database has it.
        is: String,
        /// As the migration leaves it.
        wanted: String,
    },
}

impl std::fmt::Display for Lack {
    /// `column users.bio is missing`
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match &self.is {
            Lacking::Missing => write!(f, "{} is missing", self.object),
            Lacking::StillThere => write!(f, "{} is still there", self.object),
            Lacking::Other { is, wanted } => write!(f, "{} is {is} and not {wanted}", self.object),
        }
    }
}

/// Holds the migration at a place of the history against what a database holds. `applied` tells of each other migration
/// whether it ran there as well: those before it count as run whatever it says, since what they made is what this one met.
pub fn compare(history: &History, at: usize, applied: &dyn Fn(usize) -> bool, live: &Catalog) -> Comparison {
    let mut catalog = Catalog::of(history);
    let mut out = Comparison::default();
    let mut steps = Vec::new();
    for (place, migration) in history.migrations.iter().enumerate() {
        if place > at && !applied(place) {
            continue;
        }
        let read_all = replay(&mut catalog, migration, history.dialect);
        if place == at {
            out.unread = !read_all;
            let (before, now) = catalog.touched();
            steps = diff(&before, &now);
        }
    }
    let mut look = Look { wanted: &catalog, live, out, seen: BTreeSet::new(), bad: BTreeSet::new() };
    steps.iter().for_each(|step| look.change(&step.change));
    let Look { mut out, bad, .. } = look;
    out.there = out.made.iter().filter(|object| !bad.contains(*object)).cloned().collect();
    out
}

/// Applies a migration to the catalog; false where some of it can't be read.
fn replay(catalog: &mut Catalog, migration: &Migration, dialect: Dialect) -> bool {
    if let Some(snapshot) = &migration.snapshot_before {
        catalog.assume(&read(snapshot, dialect));
    }
    catalog.begin();
    let opened = executable::open(&migration.sql, dialect, catalog.server);
    let mut lowering = Lowering::new(catalog, &opened.text);
    for statement in split(&opened.text, dialect, migration.breakpoints) {
        read_statement(&mut lowering, migration, &statement);
    }
    let read_all = !lowering.changes.iter().any(|l| matches!(l.change, Change::Opaque { .. }));
    lowering.adopt();
    lowering.catalog.end_session();
    read_all
}

struct Look<'a> {
    /// The replayed catalog, after all that is applied.
    wanted: &'a Catalog,
    live: &'a Catalog,
    out: Comparison,
    seen: BTreeSet<String>,
    /// Objects that are not as they should be.
    bad: BTreeSet<String>,
}

impl Look<'_> {
    fn change(&mut self, change: &Change) {
        match change {
            Change::Table(pair) => self.table(pair.before.as_deref(), pair.after.as_deref()),
            Change::Column { table, pair, .. } => self.column(table, pair),
            Change::Constraint { table, pair } => self.constraint(table, pair),
            Change::Index { table, pair } => self.index(table, pair),
            Change::Trigger { table, pair } => {
                let names = [pair.before.as_ref(), pair.after.as_ref()].map(|t| t.map(|t| t.name.as_str()));
                self.in_table("trigger", table, names, |t, name| t.triggers.iter().any(|x| x.name == name));
            }
            Change::Policy { table, pair } => {
                let names = [pair.before.as_ref(), pair.after.as_ref()].map(|t| t.map(|p| p.name.as_str()));
                self.in_table("policy", table, names, |t, name| t.policies.iter().any(|x| x.name == name));
            }
            Change::View(pair) => {
                let names = [pair.before.as_ref(), pair.after.as_ref()].map(|v| v.map(|v| &v.name));
                self.named("view", names, |catalog, name| catalog.views.contains(name));
            }
            Change::Type(pair) => {
                let names = [pair.before.as_ref(), pair.after.as_ref()].map(|t| t.map(|t| &t.name));
                self.named("type", names, |catalog, name| catalog.types.contains(name));
                self.labels(pair.after.as_ref().map(|t| &t.name));
            }
            Change::Sequence(pair) => {
                let names = [pair.before.as_ref(), pair.after.as_ref()].map(|s| s.map(|s| &s.name));
                self.named("sequence", names, |catalog, name| catalog.sequences.contains(name));
            }
            Change::Routine(pair) => {
                let names = [pair.before.as_ref(), pair.after.as_ref()].map(|r| r.map(|r| &r.name));
                self.named("routine", names, |catalog, name| catalog.routines.keys().any(|(n, _)| n == name));
            }
            Change::Other(pair) => {
                let other = pair.after.as_ref().or(pair.before.as_ref());
                let Some(kind) = other.map(|o| o.kind).filter(|kind| matches!(*kind, "SCHEMA" | "EXTENSION")) else {
                    return;
                };
                let names = [pair.before.as_ref(), pair.after.as_ref()].map(|o| o.map(|o| &o.name));
                let word = kind.to_lowercase();
                self.named(&word, names, |catalog, name| catalog.others.contains(&(kind, name.clone())));
            }
            Change::Comment { .. } | Change::Privilege { .. } | Change::Rows(_) | Change::Opaque { .. } => {}
        }
    }

    /// Notes that an object was compared; false where it was before.
    fn made(&mut self, object: &str) -> bool {
        let first = self.seen.insert(format!("+{object}"));
        if first {
            self.out.made.push(object.to_owned());
        }
        first
    }

    fn lack(&mut self, object: &str, is: Lacking) {
        self.bad.insert(object.to_owned());
        let lack = Lack { object: object.to_owned(), is };
        if !self.out.lacks.contains(&lack) {
            self.out.lacks.push(lack);
        }
    }

    /// What a migration dropped: gone, unless somebody made one of that name again.
    fn gone(&mut self, object: &str, wanted_again: bool, is_there: bool) {
        if wanted_again || !self.seen.insert(format!("-{object}")) {
            return;
        }
        self.out.dropped.push(object.to_owned());
        if is_there {
            self.lack(object, Lacking::StillThere);
        }
    }

    /// An object of its own, known by name.
    fn named(&mut self, kind: &str, [before, after]: [Option<&Name>; 2], has: impl Fn(&Catalog, &Name) -> bool) {
        if let Some(name) = before.filter(|name| Some(*name) != after) {
            self.gone(&format!("{kind} {name}"), has(self.wanted, name), has(self.live, name));
        }
        if let Some(name) = after.filter(|name| has(self.wanted, name)) {
            let object = format!("{kind} {name}");
            if self.made(&object) && !has(self.live, name) {
                self.lack(&object, Lacking::Missing);
            }
        }
    }

    /// What lives in a table and is known by its name there.
    fn in_table(
        &mut self,
        kind: &str,
        table: &Name,
        [before, after]: [Option<&str>; 2],
        has: impl Fn(&Table, &str) -> bool,
    ) {
        let there = |catalog: &Catalog, name: &str| catalog.table(table).is_some_and(|t| has(t, name));
        if let Some(name) = before.filter(|name| Some(*name) != after) {
            self.gone(&format!("{kind} {}", object(table, name)), there(self.wanted, name), there(self.live, name));
        }
        if let Some(name) = after.filter(|name| there(self.wanted, name)) {
            let object = format!("{kind} {}", object(table, name));
            if self.made(&object) && !there(self.live, name) {
                self.lack(&object, Lacking::Missing);
            }
        }
    }

    fn labels(&mut self, name: Option<&Name>) {
        let labels = |catalog: &Catalog| {
            let kind = &catalog.types.get(name?)?.kind;
            let TypeKind::Enum(labels) = kind else { return None };
            Some(labels.iter().map(|label| label.name.clone()).collect::<Vec<_>>())
        };
        let (Some(wanted), Some(is)) = (labels(self.wanted), labels(self.live)) else { return };
        if wanted != is
            && let Some(name) = name
        {
            let words = |labels: Vec<String>| format!("({})", labels.join(", "));
            self.lack(&format!("type {name}"), Lacking::Other { is: words(is), wanted: words(wanted) });
        }
    }

    fn table(&mut self, before: Option<&Table>, after: Option<&Table>) {
        if let Some(before) = before
            && after.is_none_or(|after| after.name != before.name)
        {
            let there = |catalog: &Catalog| catalog.table(&before.name).is_some();
            self.gone(&format!("table {}", before.name), there(self.wanted), there(self.live));
        }
        let Some(after) = after else { return };
        let Some(wanted) = by_lineage(self.wanted, after.lineage) else { return };
        let words = format!("table {}", wanted.name);
        let first = self.made(&words);
        let Some(live) = self.live.table(&wanted.name) else {
            if first {
                self.lack(&words, Lacking::Missing);
            }
            return;
        };
        if wanted.row_security != live.row_security {
            let word = |on: bool| if on { "with row security" } else { "without row security" }.to_owned();
            let is = Lacking::Other { is: word(live.row_security), wanted: word(wanted.row_security) };
            self.lack(&words, is);
        }
        // All that came with it, where it came.
        if before.is_none() {
            for column in &after.columns {
                self.column_like(column.lineage);
            }
            for constraint in &after.constraints {
                self.constraint_like(constraint.lineage);
            }
            for index in &after.indexes {
                self.index_like(index.lineage);
            }
        }
    }

    fn column(&mut self, table: &Name, pair: &Pair<Rc<Column>>) {
        let there = |catalog: &Catalog, name: &str| {
            catalog.table(table).is_some_and(|t| t.columns.iter().any(|c| catalog.same(&c.name, name)))
        };
        if let Some(before) = &pair.before
            && pair.after.as_ref().is_none_or(|after| !self.live.same(&after.name, &before.name))
        {
            let words = format!("column {}", object(table, &before.name));
            self.gone(&words, there(self.wanted, &before.name), there(self.live, &before.name));
        }
        if let Some(after) = &pair.after {
            self.column_like(after.lineage);
        }
    }

    /// The column as it is after all that is applied, against the database's.
    fn column_like(&mut self, lineage: Lineage) {
        let tables = self.wanted.tables.iter();
        let found =
            tables.flat_map(|(_, t)| t.columns.iter().map(move |c| (t, c))).find(|(_, c)| c.lineage.0 == lineage.0);
        let Some((table, wanted)) = found.filter(|_| lineage.0 != 0) else { return };
        let words = format!("column {}", object(&table.name, &wanted.name));
        if !self.made(&words) {
            return;
        }
        let live = self.live.table(&table.name);
        let is = live.and_then(|t| t.columns.iter().find(|c| self.live.same(&c.name, &wanted.name)));
        let Some(is) = is.cloned() else {
            // Of a table that is not there it is said once.
            self.bad.insert(words.clone());
            let what = if live.is_some() { words } else { format!("table {}", table.name) };
            return self.lack(&what, Lacking::Missing);
        };
        let dialect = self.wanted.dialect;
        let (is_type, wanted_type) = (comparable(&is, dialect), comparable(wanted, dialect));
        if is_type != wanted_type {
            self.lack(&words, Lacking::Other { is: is_type, wanted: wanted_type });
        } else if is.not_null != wanted.not_null {
            let word = |not_null: bool| if not_null { "NOT NULL" } else { "nullable" }.to_owned();
            self.lack(&words, Lacking::Other { is: word(is.not_null), wanted: word(wanted.not_null) });
        }
    }

    fn constraint(&mut self, table: &Name, pair: &Pair<Rc<Constraint>>) {
        if let Some(before) = pair.before.as_ref().filter(|c| pair.after.is_none() && !c.name.is_empty()) {
            let there = |catalog: &Catalog| {
                catalog.table(table).is_some_and(|t| t.constraints.iter().any(|c| c.name == before.name))
            };
            let words = format!("constraint {}", object(table, &before.name));
            self.gone(&words, there(self.wanted), there(self.live));
        }
        if let Some(after) = &pair.after {
            self.constraint_like(after.lineage);
        }
    }

    fn constraint_like(&mut self, lineage: Lineage) {
        let tables = self.wanted.tables.iter();
        let mut all = tables.flat_map(|(_, t)| t.constraints.iter().map(move |c| (t, c)));
        let Some((table, wanted)) = all.find(|(_, c)| c.lineage.0 == lineage.0).filter(|_| lineage.0 != 0) else {
            return;
        };
        // Servers before MySQL 8.0.16 read a CHECK and keep nothing of it.
        if self.wanted.dialect == Dialect::Mysql && matches!(wanted.kind, ConstraintKind::Check(_)) {
            return;
        }
        let name = if wanted.name.is_empty() { demand(&wanted.kind) } else { wanted.name.clone() };
        let words = format!("constraint {}", object(&table.name, &name));
        let Some(live) = self.live.table(&table.name) else {
            return self.lack(&format!("table {}", table.name), Lacking::Missing);
        };
        let like =
            |c: &Constraint| (!c.name.is_empty() && c.name == wanted.name) || demand(&c.kind) == demand(&wanted.kind);
        let is_there = live.constraints.iter().any(like);
        // A CHECK without a name is known by its expression alone, which the engine may print otherwise.
        let untold =
            wanted.name.is_empty() && matches!(wanted.kind, ConstraintKind::Check(_) | ConstraintKind::Exclude(_));
        if !untold && self.made(&words) && !is_there {
            self.lack(&words, Lacking::Missing);
        }
    }

    fn index(&mut self, table: &Name, pair: &Pair<Rc<Index>>) {
        if let Some(before) = pair.before.as_ref().filter(|i| !i.implicit)
            && pair.after.as_ref().is_none_or(|after| after.name != before.name)
        {
            let there = |catalog: &Catalog| any_index(catalog, table, &before.name).is_some();
            self.gone(&format!("index {}", object(table, &before.name)), there(self.wanted), there(self.live));
        }
        if let Some(after) = &pair.after {
            self.index_like(after.lineage);
        }
    }

    fn index_like(&mut self, lineage: Lineage) {
        let tables = self.wanted.tables.iter().flat_map(|(n, t)| t.indexes.iter().map(move |i| (n, i)));
        let views = self.wanted.views.iter().flat_map(|(n, v)| v.indexes.iter().map(move |i| (n, i)));
        let found = tables.chain(views).find(|(_, i)| i.lineage.0 == lineage.0);
        let Some((table, wanted)) = found.filter(|(_, i)| lineage.0 != 0 && !i.implicit) else { return };
        let words = format!("index {}", object(table, &wanted.name));
        if self.live.table(table).is_none() && !self.live.views.contains(table) {
            return self.lack(&format!("table {table}"), Lacking::Missing);
        }
        if !self.made(&words) {
            return;
        }
        match any_index(self.live, table, &wanted.name) {
            None => self.lack(&words, Lacking::Missing),
            Some(unique) if unique != wanted.unique => {
                let word = |unique: bool| if unique { "unique" } else { "not unique" }.to_owned();
                self.lack(&words, Lacking::Other { is: word(unique), wanted: word(wanted.unique) });
            }
            Some(_) => {}
        }
    }
}

/// Is there an index of this name, or a constraint that makes one; and is it unique?
fn any_index(catalog: &Catalog, table: &Name, name: &str) -> Option<bool> {
    let of_view = || catalog.views.get(table)?.indexes.iter().find(|i| i.name == name).map(|i| i.unique);
    let Some(table) = catalog.table(table) else { return of_view() };
    let index = table.indexes.iter().find(|i| i.name == name).map(|i| i.unique);
    let constraint = || {
        let is_key = |c: &&Constraint| {
            let key = matches!(c.kind, ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. });
            key && c.name == name
        };
        table.constraints.iter().find(is_key).map(|_| true)
    };
    index.or_else(constraint)
}

fn by_lineage(catalog: &Catalog, lineage: Lineage) -> Option<&Table> {
    catalog.tables.iter().map(|(_, t)| t).find(|t| t.lineage.0 == lineage.0 && lineage.0 != 0)
}

/// A constraint by what it demands, where engines print that alike.
fn demand(kind: &ConstraintKind) -> String {
    let list = |parts: &[Part]| parts.iter().map(part).collect::<Vec<_>>().join(", ");
    match kind {
        ConstraintKind::PrimaryKey { parts, .. } => format!("PRIMARY KEY ({})", list(parts)),
        ConstraintKind::Unique { parts, .. } => format!("UNIQUE ({})", list(parts)),
        ConstraintKind::ForeignKey(key) => format!("FOREIGN KEY ({}) to {}", key.columns.join(", "), key.table),
        ConstraintKind::Check(sql) => format!("CHECK {}", sql.text),
        ConstraintKind::Exclude(sql) => format!("EXCLUDE {}", sql.text),
    }
}

fn part(part: &Part) -> String {
    part.column.clone().or_else(|| part.expression.as_ref().map(|e| e.text.clone())).unwrap_or_default()
}

/// A column's type in words in which both sides tell it. MariaDB has no JSON of its own, and what a text is encoded in is
/// the table's where the column does not say it.
fn comparable(column: &Column, dialect: Dialect) -> String {
    if dialect != Dialect::Mysql {
        return canonical(dialect, &column.data_type);
    }
    let parts = TypeParts { tail: String::new(), ..parts(dialect, &column.data_type) };
    if parts.base == "json" { "longtext".into() } else { write(dialect, &parts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(dialect: Dialect, migrations: &[&str]) -> History {
        let one = |(at, sql): (usize, &&str)| Migration {
            name: format!("{at}"),
            file: format!("{at}.sql"),
            sql: (*sql).into(),
            breakpoints: false,
            snapshot_before: None,
            observed: vec![],
        };
        History { dialect, server: None, migrations: migrations.iter().enumerate().map(one).collect() }
    }

    /// What is lacking of a migration in a database that these statements made.
    fn lacks(migrations: &[&str], at: usize, applied: &[usize], live: &str) -> Vec<String> {
        let live = read(live, Dialect::Postgres);
        let comparison = compare(&history(Dialect::Postgres, migrations), at, &|m| applied.contains(&m), &live);
        comparison.lacks.iter().map(Lack::to_string).collect()
    }

    const USERS: &str = "CREATE TABLE users (id serial PRIMARY KEY, email varchar(20) NOT NULL, old int);";

    #[test]
    fn what_is_there_lacks_nothing() {
        let two = "ALTER TABLE users ADD COLUMN bio text; CREATE UNIQUE INDEX users_email ON users (email); \
                   ALTER TABLE users DROP COLUMN old; CREATE TYPE role AS ENUM ('a', 'b');";
        let none: [String; 0] = [];
        assert_eq!(lacks(&[USERS, two], 1, &[], &format!("{USERS}{two}")), none);
        // Nothing of it.
        let nothing = [
            "column users.old is still there",
            "type role is missing",
            "column users.bio is missing",
            "index users.users_email is missing",
        ];
        assert_eq!(lacks(&[USERS, two], 1, &[], USERS), nothing);
        assert_eq!(lacks(&[USERS, two], 0, &[1], &format!("{USERS}{two}")), none);
        assert_eq!(lacks(&[USERS, two], 0, &[], ""), ["sequence users_id_seq is missing", "table users is missing"]);
        assert!(lacks(&[USERS, two], 1, &[], "").contains(&"table users is missing".to_owned()));
    }

    #[test]
    fn what_a_later_one_changed_is_held_against_that() {
        let later = "ALTER TABLE users RENAME TO people; ALTER TABLE people DROP COLUMN old;";
        let live = format!("{USERS}{later}");
        assert!(lacks(&[USERS, later], 0, &[1], &live).is_empty());
        assert_eq!(lacks(&[USERS, later], 0, &[], &live), ["table users is missing"]);
        assert!(lacks(&[USERS, later], 1, &[], &live).is_empty());
        assert_eq!(
            lacks(&[USERS, later], 1, &[], USERS),
            ["column users.old is still there", "table users is still there", "table people is missing"]
        );
    }

    #[test]
    fn what_is_another() {
        let change =
            "ALTER TABLE users ALTER email TYPE text, ALTER old SET NOT NULL; CREATE INDEX e ON users (email);";
        let live = "CREATE TABLE users (id serial PRIMARY KEY, email varchar(20) NOT NULL, old int); \
                    CREATE UNIQUE INDEX e ON users (email);";
        assert_eq!(
            lacks(&[USERS, change], 1, &[], live),
            [
                "column users.email is character varying(20) and not text",
                "column users.old is nullable and not NOT NULL",
                "index users.e is unique and not not unique",
            ]
        );
        let (enum_two, enum_one) = ("CREATE TYPE r AS ENUM ('a', 'b');", "CREATE TYPE r AS ENUM ('a');");
        assert_eq!(lacks(&[enum_two], 0, &[], enum_one), ["type r is (a) and not (a, b)"]);
        let secure = "ALTER TABLE users ENABLE ROW LEVEL SECURITY;";
        assert_eq!(
            lacks(&[USERS, secure], 1, &[], USERS),
            ["table users is without row security and not with row security"]
        );
    }

    #[test]
    fn rows_alone_tell_nothing() {
        let live = read(USERS, Dialect::Postgres);
        let history =
            history(Dialect::Postgres, &[USERS, "UPDATE users SET old = 1;", "DO $$ BEGIN EXECUTE f(); END $$;"]);
        let comparison = compare(&history, 1, &|_| false, &live);
        assert_eq!(comparison, Comparison::default());
        assert!(compare(&history, 2, &|_| false, &live).unread);
    }
}
