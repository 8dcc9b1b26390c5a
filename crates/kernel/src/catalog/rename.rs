//! A rename carries along everything that refers to the renamed object, as the engines do.

use super::{
    Catalog, ConstraintKind, Index, Name, Policy, Routine, Sql, Table, Target, Trigger, Type, TypeKind, View, Wanted,
};
use crate::Dialect;
use crate::catalog::rename_in_query::renamed_column;
use crate::catalog::requalify::requalified;
use crate::catalog::sql::{mentions, replace_identifier, replace_if};
use crate::lex::{Kind, lex};
use crate::reader::Reader;
use std::collections::BTreeSet;

pub(super) fn replace(sql: &mut Sql, from: &str, to: &str, dialect: Dialect) {
    if let Some(text) = replace_identifier(&sql.text, from, to, dialect, true) {
        *sql = Sql::new(&text, dialect);
    }
}

fn swap(value: &mut String, from: &str, to: &str, dialect: Dialect) {
    if value == from || (!dialect.is_postgres() && value.eq_ignore_ascii_case(from)) {
        *value = to.to_string();
    }
}

fn rename_in_index(index: &mut Index, from: &str, to: &str, dialect: Dialect) {
    for part in &mut index.parts {
        if let Some(column) = &mut part.column {
            swap(column, from, to, dialect);
        }
        if let Some(expression) = &mut part.expression {
            replace(expression, from, to, dialect);
        }
    }
    index.include.iter_mut().for_each(|c| swap(c, from, to, dialect));
    if let Some(predicate) = &mut index.predicate {
        replace(predicate, from, to, dialect);
    }
}

fn rename_in_constraint(kind: &mut ConstraintKind, from: &str, to: &str, dialect: Dialect) {
    match kind {
        ConstraintKind::PrimaryKey { parts, include } | ConstraintKind::Unique { parts, include, .. } => {
            parts.iter_mut().filter_map(|p| p.column.as_mut()).for_each(|c| swap(c, from, to, dialect));
            include.iter_mut().for_each(|c| swap(c, from, to, dialect));
        }
        ConstraintKind::ForeignKey(key) => key.columns.iter_mut().for_each(|c| swap(c, from, to, dialect)),
        ConstraintKind::Check(sql) | ConstraintKind::Exclude(sql) => replace(sql, from, to, dialect),
    }
}

fn rename_in_policy(policy: &mut Policy, from: &str, to: &str, dialect: Dialect) {
    for sql in policy.using.iter_mut().chain(policy.check.iter_mut()) {
        replace(sql, from, to, dialect);
    }
}

fn rename_in_trigger(trigger: &mut Trigger, from: &str, to: &str, dialect: Dialect) {
    replace(&mut trigger.event, from, to, dialect);
    replace(&mut trigger.rest, from, to, dialect);
}

fn rename_column_inside(table: &mut Table, from: &str, to: &str, dialect: Dialect) {
    for column in &mut table.columns {
        if let Some(generated) = &mut column.generated {
            replace(&mut generated.expression, from, to, dialect);
        }
    }
    table.constraints.iter_mut().for_each(|c| rename_in_constraint(&mut c.kind, from, to, dialect));
    table.indexes.iter_mut().for_each(|i| rename_in_index(i, from, to, dialect));
    // MySQL's triggers keep the names that they were written with, and SQLite's are rewritten with all else.
    if dialect.is_postgres() {
        table.triggers.iter_mut().for_each(|t| rename_in_trigger(t, from, to, dialect));
    }
    let own = table.name.clone();
    if let Some(column) = table.column_mut(from) {
        let sequence = column.identity_sequence(&own);
        column.name = to.to_string();
        if let Some(sequence) = sequence {
            column.keep_identity_sequence(&sequence, &own);
        }
    }
}

impl Catalog {
    /// Renames a table, or moves it to another schema.
    pub fn rename_table(&mut self, from: &Name, to: &Name) {
        let Some(table) = self.tables.remove(from) else { return };
        let mut table = (*table).clone();
        table.name = to.clone();
        for column in table.columns.iter_mut().filter(|c| c.identity.is_some()) {
            if let Some(sequence) = column.identity_sequence(from) {
                column.keep_identity_sequence(&to.sibling(sequence.name), to);
            }
        }
        self.tables.insert(to.clone(), table);
        let dialect = self.dialect;
        let referring = |t: &Table| {
            t.constraints.iter().any(|c| c.foreign_key().is_some_and(|k| k.table == *from))
                || t.partition_of.as_ref().is_some_and(|(parent, _)| parent == from)
        };
        let may = self.maybe(Wanted::Refers(from)).into_iter();
        let tables: Vec<Name> = may.filter(|(_, t)| referring(t)).map(|(n, _)| n.clone()).collect();
        for name in tables {
            let Some(table) = self.tables.get_mut(&name) else { continue };
            for constraint in &mut table.constraints {
                if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
                    && key.table == *from
                {
                    key.table = to.clone();
                }
            }
            if let Some((parent, _)) = &mut table.partition_of
                && parent == from
            {
                *parent = to.clone();
            }
        }
        self.rename_owner(from, to);
        if from.schema != to.schema {
            self.move_owned(to);
        }
        if dialect == Dialect::Sqlite {
            return self.rewrite_table_sqlite(from, to);
        }
        self.requalify_in_views(from, to);
        let renamed = |query: &str| replace_identifier(query, &from.name, &to.name, dialect, true);
        self.rename_in_views(&from.name, renamed);
        self.rewrite_policies(&from.name, |_, text| {
            let moved = requalified(text, &from.name, &from.schema, &to.schema).filter(|_| from.schema != to.schema);
            renamed(moved.as_deref().unwrap_or(text)).or(moved)
        });
        if from.schema != to.schema {
            self.move_index_comments(from, to);
        }
    }

    /// The policies of any table whose text names something.
    fn rewrite_policies(&mut self, named: &str, rewrite: impl Fn(&Name, &str) -> Option<String>) {
        let dialect = self.dialect;
        let speaks = |p: &Policy| p.using.iter().chain(&p.check).any(|sql| mentions(&sql.text, named, dialect));
        let own = |n: &Name, t: &Table| n.name == named && !t.policies.is_empty();
        let tables = self.tables.iter().filter(|(n, t)| own(n, t) || t.policies.iter().any(speaks));
        let tables: Vec<Name> = tables.map(|(n, _)| n.clone()).collect();
        for name in tables {
            let Some(table) = self.tables.get_mut(&name) else { continue };
            for policy in &mut table.policies {
                for sql in policy.using.iter_mut().chain(policy.check.iter_mut()) {
                    if let Some(text) = rewrite(&name, &sql.text) {
                        *sql = Sql::new(&text, dialect);
                    }
                }
            }
        }
    }

    /// A table's indexes go to its schema with it, and so does what is said of them.
    fn move_index_comments(&mut self, from: &Name, to: &Name) {
        let Some(table) = self.tables.shared(to) else { return };
        let keys = table.constraints.iter().filter(|c| c.has_index()).map(|c| &c.name);
        for index in table.indexes.iter().map(|i| &i.name).chain(keys) {
            let target = |name: Name| Target { kind: "INDEX", name, part: String::new() };
            if let Some(text) = self.comments.remove_known(&target(from.sibling(index))) {
                self.comments.put(target(to.sibling(index)), text);
            }
        }
    }

    /// The sequences that a table's columns own go to its schema (PostgreSQL manual, "ALTER TABLE", SET SCHEMA).
    fn move_owned(&mut self, table: &Name) {
        let owned: Vec<Name> = self
            .sequences
            .iter()
            .filter(|(_, s)| s.owner.as_ref().is_some_and(|(t, _)| t == table))
            .map(|(n, _)| n.clone())
            .collect();
        for name in owned {
            self.rename_sequence(&name, &table.sibling(name.name.clone()));
        }
    }

    /// Renames a column of a table.
    pub fn rename_column(&mut self, table: &Name, from: &str, to: &str) {
        let dialect = self.dialect;
        let Some(inside) = self.tables.get_mut(table) else { return };
        rename_column_inside(inside, from, to, dialect);
        let partition = |t: &Table| t.partition_of.as_ref().is_some_and(|(parent, _)| parent == table);
        let partitions = self.maybe(Wanted::Refers(table)).into_iter().filter(|(_, t)| partition(t));
        let partitions: Vec<Name> = partitions.map(|(n, _)| n.clone()).collect();
        partitions.iter().for_each(|p| self.rename_column(p, from, to));
        let referring: Vec<Name> = self
            .maybe(Wanted::Refers(table))
            .into_iter()
            .filter(|(_, t)| t.constraints.iter().any(|c| c.foreign_key().is_some_and(|k| k.table == *table)))
            .map(|(n, _)| n.clone())
            .collect();
        for name in referring {
            let Some(other) = self.tables.get_mut(&name) else { continue };
            for constraint in &mut other.constraints {
                if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
                    && key.table == *table
                {
                    key.references.iter_mut().for_each(|c| swap(c, from, to, dialect));
                }
            }
        }
        let owned: Vec<Name> = self
            .sequences
            .iter()
            .filter(|(_, s)| s.owner.as_ref().is_some_and(|(t, c)| t == table && c == from))
            .map(|(n, _)| n.clone())
            .collect();
        for name in owned {
            if let Some(sequence) = self.sequences.get_mut(&name) {
                sequence.owner = Some((table.clone(), to.to_string()));
            }
        }
        let comments: Vec<Target> = self
            .comments
            .keys()
            .filter(|t| t.kind == "COLUMN" && t.name == *table && t.part == from)
            .cloned()
            .collect();
        for target in comments {
            if let Some(text) = self.comments.remove(&target) {
                self.comments.insert(Target { part: to.to_string(), ..target }, (*text).clone());
            }
        }
        if dialect == Dialect::Sqlite {
            self.rewrite_column_sqlite(table, from, to);
        }
        if dialect.is_postgres() {
            let views: Vec<Name> = self
                .views
                .iter()
                .filter(|(_, v)| mentions(&v.query.text, &table.name, dialect))
                .map(|(n, _)| n.clone())
                .collect();
            let without: BTreeSet<Name> = match views.is_empty()
                && self.tables.iter().all(|(_, t)| t.policies.is_empty())
            {
                true => BTreeSet::new(),
                false => self.tables.iter().filter(|(_, t)| t.column(from).is_none()).map(|(n, _)| n.clone()).collect(),
            };
            let has = |other: &Name| !without.contains(other);
            let renamed = |text: &str, own: Option<&Name>| renamed_column(text, (table, from, to), own, &has);
            for name in views {
                self.rewrite_view(&name, |query| renamed(query, None));
            }
            self.rewrite_policies(&table.name, |own, text| renamed(text, Some(own)));
        }
    }

    /// Renames a type, or moves it to another schema.
    pub fn rename_type(&mut self, from: &Name, to: &Name) {
        let Some(old) = self.types.remove(from) else { return };
        self.types.insert(to.clone(), Type { name: to.clone(), ..(*old).clone() });
        let dialect = self.dialect;
        let using: Vec<Name> = self
            .maybe(Wanted::OfType(from))
            .into_iter()
            .filter(|(_, t)| {
                t.columns.iter().any(|c| from.is_type_of(&c.data_type, dialect) || c.default_is_of(from, dialect))
            })
            .map(|(n, _)| n.clone())
            .collect();
        for name in using {
            let Some(table) = self.tables.get_mut(&name) else { continue };
            rename_type_inside(table, from, to, dialect);
        }
        self.rename_in_views(&from.name, |query| replace_identifier(query, &from.name, &to.name, dialect, true));
        let routines: Vec<(Name, String)> =
            self.routines.keys().filter(|(_, signature)| mentions(signature, &from.name, dialect)).cloned().collect();
        for key in routines {
            let Some(routine) = self.routines.remove(&key) else { continue };
            let mut routine = (*routine).clone();
            let renamed = |text: &str| {
                let text =
                    replace_identifier(text, &from.name, &to.name, dialect, true).unwrap_or_else(|| text.to_string());
                // Quotes that only the old name needed go with it.
                let bare = crate::dialect::quote_needed(&Name::plain(to.name.clone()));
                if bare == to.name { text.replace(&format!("\"{bare}\""), &bare) } else { text }
            };
            routine.signature = renamed(&routine.signature);
            routine.rest = Sql::verbatim(&renamed(&routine.rest.text));
            self.routines.insert((routine.name.clone(), routine.signature.clone()), routine);
        }
        let domains: Vec<Name> =
            self.types.iter().filter(|(_, t)| !matches!(&t.kind, TypeKind::Enum(_))).map(|(n, _)| n.clone()).collect();
        for name in domains {
            let Some(other) = self.types.get_mut(&name) else { continue };
            if let TypeKind::Domain(sql) | TypeKind::Other(sql) = &mut other.kind {
                replace(sql, &from.name, &to.name, dialect);
            }
        }
    }

    /// Renames a sequence; `nextval('old')` in defaults follows.
    pub fn rename_sequence(&mut self, from: &Name, to: &Name) {
        let Some(old) = self.sequences.remove(from) else { return };
        let mut renamed = (*old).clone();
        renamed.name = to.clone();
        self.sequences.insert(to.clone(), renamed);
        let using: Vec<Name> = self
            .tables
            .iter()
            .filter(|(_, t)| t.columns.iter().any(|c| c.default.as_ref().is_some_and(|d| d.text.contains(&from.name))))
            .map(|(n, _)| n.clone())
            .collect();
        for name in using {
            let Some(table) = self.tables.get_mut(&name) else { continue };
            for column in &mut table.columns {
                if let Some(default) = &mut column.default
                    && default.text.to_ascii_lowercase().contains("nextval")
                {
                    *default = match draws_from(default) {
                        Some(drawn) if drawn.schema == to.schema => {
                            Sql::new(&default.text.replace(&from.name, &to.name), self.dialect)
                        }
                        Some(_) => crate::lower::nextval(to),
                        None => Sql::new(&default.text.replace(&from.name, &to.name), self.dialect),
                    };
                }
            }
        }
        self.rename_owner(from, to);
    }

    /// Renames a routine (PostgreSQL): what calls it calls it by its new name. Where others have the same name, which of
    /// them is called can't be told, and the texts stay.
    pub fn rename_routine(&mut self, from: &(Name, String), to: &Name) {
        let alone = self.routines.keys().filter(|(n, _)| *n == from.0).count() == 1;
        let Some(old) = self.routines.remove(from) else { return };
        self.routines.insert((to.clone(), from.1.clone()), Routine { name: to.clone(), ..(*old).clone() });
        let triggers = |t: &Table| t.triggers.iter().any(|t| t.function.as_ref() == Some(&from.0));
        let calls = |t: &Table| triggers(t) || (alone && t.calls(&from.0.name, Dialect::Postgres));
        let tables: Vec<Name> = self.tables.iter().filter(|(_, t)| calls(t)).map(|(n, _)| n.clone()).collect();
        for name in tables {
            if let Some(table) = self.tables.get_mut(&name) {
                rename_calls_inside(table, &from.0, to, alone);
            }
        }
        let called = |text: &str| rename_call(text, &from.0.name, &to.name).filter(|_| alone);
        let views: Vec<(Name, String)> =
            self.views.iter().filter_map(|(n, v)| Some((n.clone(), called(&v.query.text)?))).collect();
        for (name, query) in views {
            if let Some(view) = self.views.get_mut(&name) {
                view.query = Sql::new(&query, Dialect::Postgres);
            }
        }
    }

    /// Renames a view.
    pub fn rename_view(&mut self, from: &Name, to: &Name) {
        let Some(old) = self.views.remove(from) else { return };
        self.views.insert(to.clone(), View { name: to.clone(), ..(*old).clone() });
        let dialect = self.dialect;
        self.rename_owner(from, to);
        self.requalify_in_views(from, to);
        self.rename_in_views(&from.name, |query| replace_identifier(query, &from.name, &to.name, dialect, true));
    }

    /// A relation that moves to another schema is read there.
    fn requalify_in_views(&mut self, from: &Name, to: &Name) {
        if self.dialect.is_postgres() && from.schema != to.schema {
            self.rename_in_views(&from.name, |query| requalified(query, &from.name, &from.schema, &to.schema));
        }
    }

    /// Moves all that is in a schema along with its new name.
    pub fn rename_schema(&mut self, from: &str, to: &str) {
        let moved = |n: &Name| Name { schema: to.to_string(), name: n.name.clone() };
        let inside = |n: &&Name| n.schema == from;
        let tables: Vec<Name> = self.tables.keys().filter(inside).cloned().collect();
        tables.iter().for_each(|n| self.rename_table(n, &moved(n)));
        let types: Vec<Name> = self.types.keys().filter(inside).cloned().collect();
        types.iter().for_each(|n| self.rename_type(n, &moved(n)));
        let sequences: Vec<Name> = self.sequences.keys().filter(inside).cloned().collect();
        sequences.iter().for_each(|n| self.rename_sequence(n, &moved(n)));
        let views: Vec<Name> = self.views.keys().filter(inside).cloned().collect();
        views.iter().for_each(|n| self.rename_view(n, &moved(n)));
        let routines: Vec<_> = self.routines.keys().filter(|(n, _)| n.schema == from).cloned().collect();
        for key in routines {
            let Some(routine) = self.routines.remove(&key) else { continue };
            let name = moved(&key.0);
            self.routines.insert((name.clone(), key.1), Routine { name, ..(*routine).clone() });
        }
    }

    /// Comments, privileges and owned sequences follow their table.
    fn rename_owner(&mut self, from: &Name, to: &Name) {
        let owned: Vec<Name> = self
            .sequences
            .iter()
            .filter(|(_, s)| s.owner.as_ref().is_some_and(|(t, _)| t == from))
            .map(|(n, _)| n.clone())
            .collect();
        for name in owned {
            if let Some(owner) = self.sequences.get_mut(&name).and_then(|s| s.owner.as_mut()) {
                owner.0 = to.clone();
            }
        }
        let comments: Vec<Target> = self.comments.keys().filter(|t| t.name == *from).cloned().collect();
        for target in comments {
            if let Some(text) = self.comments.remove(&target) {
                self.comments.insert(Target { name: to.clone(), ..target }, (*text).clone());
            }
        }
        let privileges: Vec<_> = self.privileges.keys().filter(|p| p.target.name == *from).cloned().collect();
        for mut privilege in privileges {
            if let Some(granted) = self.privileges.remove(&privilege) {
                privilege.target.name = to.clone();
                self.privileges.insert(privilege, *granted);
            }
        }
    }

    fn rename_in_views(&mut self, name: &str, rewrite: impl Fn(&str) -> Option<String>) {
        let dialect = self.dialect;
        // MySQL's views keep the names that they were written with.
        if dialect == Dialect::Mysql {
            return;
        }
        let views: Vec<Name> =
            self.views.iter().filter(|(_, v)| mentions(&v.query.text, name, dialect)).map(|(n, _)| n.clone()).collect();
        for view in views {
            self.rewrite_view(&view, &rewrite);
        }
    }

    fn rewrite_view(&mut self, name: &Name, rewrite: impl Fn(&str) -> Option<String>) {
        let dialect = self.dialect;
        if let Some(text) = self.views.get(name).and_then(|v| rewrite(&v.query.text))
            && let Some(view) = self.views.get_mut(name)
        {
            view.query = Sql::new(&text, dialect);
        }
    }
}

fn rename_calls_inside(table: &mut Table, from: &Name, to: &Name, everywhere: bool) {
    let rename = |sql: &mut Sql| {
        if let Some(text) = rename_call(&sql.text, &from.name, &to.name) {
            *sql = Sql::new(&text, Dialect::Postgres);
        }
    };
    for trigger in table.triggers.iter_mut().filter(|t| t.function.as_ref() == Some(from)) {
        rename(&mut trigger.rest);
        trigger.function = Some(to.clone());
    }
    if !everywhere {
        return;
    }
    for column in &mut table.columns {
        column.default.iter_mut().for_each(&rename);
        column.generated.iter_mut().for_each(|g| rename(&mut g.expression));
    }
    for constraint in &mut table.constraints {
        if let ConstraintKind::Check(sql) | ConstraintKind::Exclude(sql) = &mut constraint.kind {
            rename(sql);
        }
    }
    for index in &mut table.indexes {
        index.parts.iter_mut().filter_map(|p| p.expression.as_mut()).chain(index.predicate.as_mut()).for_each(&rename);
    }
    for policy in &mut table.policies {
        policy.using.iter_mut().chain(policy.check.iter_mut()).for_each(&rename);
    }
}

/// Another name for a function wherever it is called.
fn rename_call(text: &str, from: &str, to: &str) -> Option<String> {
    if !mentions(text, from, Dialect::Postgres) {
        return None;
    }
    let tokens: Vec<_> = lex(text, 0, Dialect::Postgres).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    let called = |at: usize| tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Punct(b'('));
    replace_if(text, &tokens, from, to, Dialect::Postgres, called)
}

/// The sequence of a default that is `nextval('a.b'::regclass)` and nothing else.
fn draws_from(default: &Sql) -> Option<Name> {
    let tokens = lex(&default.text, 0, Dialect::Postgres);
    let mut r = Reader::new(&default.text, &tokens, Dialect::Postgres);
    let mut inside = r.eat("nextval").then(|| r.parens())??;
    let named = inside.string().filter(|_| r.done())?;
    let tokens = lex(&named, 0, Dialect::Postgres);
    Reader::new(&named, &tokens, Dialect::Postgres).name()
}

fn rename_type_inside(table: &mut Table, old: &Name, new: &Name, dialect: Dialect) {
    let (from, to) = (old.name.as_str(), new.name.as_str());
    let schema =
        if new.schema.is_empty() { String::new() } else { format!("{}.", crate::dialect::quote(&new.schema, dialect)) };
    for column in &mut table.columns {
        if !old.is_type_of(&column.data_type, dialect) {
            if column.default_is_of(old, dialect) {
                column.default.iter_mut().for_each(|default| replace(default, from, to, dialect));
            }
            continue;
        }
        let array = if column.canonical.ends_with("[]") { "[]" } else { "" };
        column.data_type = format!("{schema}{}{array}", crate::dialect::quote(to, dialect));
        column.canonical = crate::types::canonical(dialect, &column.data_type);
        if let Some(default) = &mut column.default {
            replace(default, from, to, dialect);
        }
        if let Some(generated) = &mut column.generated {
            replace(&mut generated.expression, from, to, dialect);
        }
    }
    for constraint in &mut table.constraints {
        if let ConstraintKind::Check(sql) | ConstraintKind::Exclude(sql) = &mut constraint.kind {
            replace(sql, from, to, dialect);
        }
    }
    for index in &mut table.indexes {
        if let Some(predicate) = &mut index.predicate {
            replace(predicate, from, to, dialect);
        }
        for part in &mut index.parts {
            if let Some(expression) = &mut part.expression {
                replace(expression, from, to, dialect);
            }
        }
    }
    table.policies.iter_mut().for_each(|p| rename_in_policy(p, from, to, dialect));
}
