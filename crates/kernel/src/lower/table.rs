//! CREATE TABLE, in all its forms.

use super::column::Defined;
use super::constraint::{self, Declared};
use super::{Lowering, Read, expected};
use crate::Dialect;
use crate::catalog::{Column, ConstraintKind, Name, Sequence, Sql, Table};
use crate::change::{Change, Pair};
use crate::lex::{Kind, lex};
use crate::names;
use crate::reader::Reader;
use crate::rows::{self, CopySource};
use std::collections::BTreeMap;
use std::rc::Rc;

impl Lowering<'_> {
    pub(super) fn create_table(&mut self, mut r: Reader, replace: bool) -> Read {
        let mark = r.mark();
        r.until(&["TABLE"]);
        let words = r.since(mark).to_ascii_uppercase();
        let temporary = words.contains("TEMP");
        r.skip();
        let unless_exists = r.eat("IF NOT EXISTS");
        let name = r.name().ok_or_else(expected("the table's name"))?;
        if let Some(existing) = self.catalog.table_name(&name) {
            if unless_exists {
                return Ok(());
            }
            if replace && let Some(table) = self.catalog.tables.shared(&existing) {
                self.emit(Change::Table(Pair::drop(table)));
            }
        }
        let mut table = Table { lineage: self.fresh(), name, ..Table::default() };
        table.persistence = if temporary {
            "TEMP".to_string()
        } else {
            words.replace("GLOBAL", "").replace("LOCAL", "").trim().to_string()
        };
        if r.eat("USING") {
            table.options = Sql::new(&format!("USING {}", r.rest()), self.dialect());
            self.emit(Change::Table(Pair::create(Rc::new(table))));
            return Ok(());
        }
        if r.eat("PARTITION OF") {
            return self.create_partition(r, table);
        }
        if self.dialect() == Dialect::Mysql && (r.eat("LIKE") || r.is_punct(b'(') && r.is_at(1, "LIKE")) {
            return match r.parens() {
                Some(mut inside) => {
                    inside.skip();
                    self.mysql_like(&mut inside, table)
                }
                None => self.mysql_like(&mut r, table),
            };
        }
        if r.is("AS") || r.is("SELECT") || !r.is_punct(b'(') || r.is_at(1, "SELECT") {
            return self.create_table_as(r, table);
        }
        let mut serials = Vec::new();
        self.elements(&mut r, &mut table, &mut serials)?;
        if r.is("AS") || r.is("SELECT") {
            return self.create_table_as(r, table);
        }
        self.table_suffix(&mut r, &mut table);
        if unless_exists && self.catalog.incomplete {
            return self.maybe_made(table);
        }
        let name = table.name.clone();
        if self.dialect() == Dialect::Mysql {
            self.mysql_implicit_indexes(&mut table);
        }
        self.emit(Change::Table(Pair::create(Rc::new(table))));
        for column in serials {
            self.own_sequence(&name, &column, true);
        }
        Ok(())
    }

    /// CREATE TABLE IF NOT EXISTS where the history has no beginning: to drop the table could be to drop what was there
    /// before the history began.
    fn maybe_made(&mut self, table: Table) -> Read {
        let name = table.name.clone();
        self.catalog.tables.assume(name.clone(), table);
        Err(format!("{name} may have been there before: the history has no beginning, so IF NOT EXISTS does not tell"))
    }

    fn elements(&mut self, r: &mut Reader, table: &mut Table, serials: &mut Vec<String>) -> Read {
        let inside = r.parens().ok_or_else(expected("the list of columns"))?;
        let mut declared: Vec<Declared> = Vec::new();
        for mut element in inside.commas() {
            if element.done() {
                continue;
            }
            if element.eat("LIKE") {
                self.like(&mut element, table)?;
            } else if constraint::begins(&element) {
                // SQLite wants no comma between table constraints.
                while !element.done() {
                    declared.push(constraint::read(&mut element)?);
                }
            } else if self.dialect() == Dialect::Mysql && super::mysql::begins_key(&element) {
                let index = self.mysql_key(&mut element, table)?;
                table.indexes.push(index);
            } else {
                let defined = self.column(&mut element)?;
                if defined.serial {
                    serials.push(defined.column.name.clone());
                }
                self.defined_in(table, defined, &mut declared);
            }
        }
        if self.dialect().is_postgres() {
            declared = without_redundant(declared);
        }
        // As the engine names them: keys first, then checks, then foreign keys.
        for wanted in [0, 1, 2] {
            let (now, later): (Vec<_>, Vec<_>) = declared.into_iter().partition(|d| rank(&d.kind) == wanted);
            declared = later;
            now.into_iter().for_each(|d| self.add_constraint(table, d));
        }
        Ok(())
    }

    fn defined_in(&mut self, table: &mut Table, defined: Defined, declared: &mut Vec<Declared>) {
        let mut column = defined.column;
        for constraint in defined.constraints {
            match constraint.kind {
                ConstraintKind::Check(sql) if self.belongs_to_column(&constraint.name) => {
                    column.settings.push(("CHECK", sql.text));
                }
                _ => declared.push(constraint),
            }
        }
        table.columns.push(column);
    }

    fn table_suffix(&mut self, r: &mut Reader, table: &mut Table) {
        let dialect = self.dialect();
        if dialect.is_postgres() {
            let head = r.until(&["PARTITION BY"]).to_string();
            table.options = Sql::new(&head, dialect);
            if r.eat("PARTITION BY") {
                let key = r.until(&["WITH", "TABLESPACE", "USING"]);
                table.partition_by = Some(Sql::new(key, dialect));
                let rest = r.rest();
                table.options = Sql::new(&format!("{head} {rest}"), dialect);
            }
        } else {
            table.options = Sql::new(r.rest(), dialect);
        }
    }

    fn create_partition(&mut self, mut r: Reader, mut table: Table) -> Read {
        let dialect = self.dialect();
        let parent = r.name().ok_or_else(expected("the partitioned table"))?;
        let parent = self.known_table(&parent);
        if let Some(of) = self.catalog.table(&parent).cloned() {
            table.columns = of.columns.clone();
            // Its indexes and keys are the parent's; they come and go with it.
        }
        if r.is_punct(b'(') {
            r.skip_balanced();
        }
        let bound = r.until(&["PARTITION BY", "WITH", "TABLESPACE"]);
        table.partition_of = Some((parent, Sql::new(bound, dialect)));
        if r.eat("PARTITION BY") {
            let key = r.until(&["WITH", "TABLESPACE"]);
            table.partition_by = Some(Sql::new(key, dialect));
        }
        table.options = Sql::new(r.rest(), dialect);
        self.emit(Change::Table(Pair::create(Rc::new(table))));
        Ok(())
    }

    /// `LIKE other INCLUDING ALL`: the columns, and what is included.
    fn like(&mut self, r: &mut Reader, table: &mut Table) -> Read {
        let other = r.name().ok_or_else(expected("the table that LIKE names"))?;
        let other = self.catalog.table(&other).cloned().ok_or(format!("{other}: no file makes this table"))?;
        let clauses = r.rest().to_ascii_uppercase();
        let including = |what: &str| {
            (clauses.contains("INCLUDING ALL") || clauses.contains(&format!("INCLUDING {what}")))
                && !clauses.contains(&format!("EXCLUDING {what}"))
        };
        for column in &other.columns {
            let mut column = column.clone();
            column.lineage = self.fresh();
            if !including("DEFAULTS") {
                column.default = None;
            }
            if !including("GENERATED") {
                column.generated = None;
            }
            if !including("IDENTITY") {
                column.identity = None;
            }
            table.columns.push(column);
        }
        if including("CONSTRAINTS") {
            for constraint in &other.constraints {
                if let ConstraintKind::Check(_) = constraint.kind {
                    let lineage = self.fresh();
                    table.constraints.push(crate::catalog::Constraint { lineage, ..constraint.clone() });
                }
            }
        }
        if including("INDEXES") {
            for constraint in other.constraints.iter().filter(|c| c.has_index()) {
                let mut declared = Declared::new(None, constraint.kind.clone());
                declared.deferrable = constraint.deferrable;
                self.add_constraint(table, declared);
            }
            for index in &other.indexes {
                let mut index = index.clone();
                index.lineage = self.fresh();
                index.name = self.index_name(table, &index);
                table.indexes.push(index);
            }
        }
        Ok(())
    }

    /// SELECT: PostgreSQL's SELECT INTO is CREATE TABLE AS in other words, MySQL's sets variables.
    pub(super) fn select(&mut self, r: &Reader) -> Read {
        let text = r.peek_rest();
        let made = self.dialect().is_postgres().then(|| rows::select_into(text)).flatten();
        let Some(made) = made else {
            return if self.selects_into_variables(r) { self.calls_in(text) } else { self.rows(text) };
        };
        let mut tokens = lex(&made, 0, self.dialect());
        tokens.retain(|t| t.kind != Kind::Comment);
        self.read(Reader::new(&made, &tokens, self.dialect()))
    }

    /// CREATE TABLE AS: the columns are the query's, which only the engine knows for sure; the way back is a drop.
    fn create_table_as(&mut self, mut r: Reader, mut table: Table) -> Read {
        let text = r.rest().to_string();
        let made = rows::create_table_as(r.between(0, r.mark()), self.dialect());
        table.options = Sql::new(&text, self.dialect());
        // Its columns' types are the query's: enough to know its rows, not to make it again.
        table.partial = !table.persistence.contains("TEMP") && self.dialect() != Dialect::Sqlite;
        let into = table.name.clone();
        if self.dialect() == Dialect::Sqlite
            && let Some(made) = &made
            && let Some(columns) = self.sqlite_query_columns(made)
        {
            table.columns = columns.into();
            table.options = Sql::default();
            self.emit(Change::Table(Pair::create(Rc::new(table))));
            if let Some(copy) = &made.copy {
                self.copied(&into, copy, &[], false);
            }
            return Ok(());
        }
        let listed = made.as_ref().and_then(|made| made.columns.clone());
        if let Some(copy) = made.and_then(|made| made.copy)
            && let Some(from) = self.catalog.table(&super::rows::name(&copy.from)).cloned()
        {
            if let Some(columns) = self.copied_columns(&copy, &from, &table, listed) {
                table.columns = columns.into();
                (table.options, table.partial) = (Sql::default(), false);
                self.emit(Change::Table(Pair::create(Rc::new(table))));
                self.copied(&into, &copy, &[], false);
                return Ok(());
            }
            for column in &from.columns {
                let lineage = self.fresh();
                table.columns.push(Column { lineage, ..column.clone() });
            }
            self.emit(Change::Table(Pair::create(Rc::new(table))));
            self.copied(&into, &copy, &[], false);
            return Ok(());
        }
        self.emit(Change::Table(Pair::create(Rc::new(table))));
        Ok(())
    }

    /// PostgreSQL: the columns of a table that is made of another's columns as they are have their types, and nothing else
    /// of them.
    fn copied_columns(
        &mut self,
        copy: &rows::Copy,
        from: &Table,
        into: &Table,
        listed: Option<Vec<String>>,
    ) -> Option<Vec<Column>> {
        let known = self.dialect() == Dialect::Postgres && into.persistence != "TEMP" && !from.partial;
        // A list of names for what a star stands for.
        let renames = copy.columns.is_empty() && listed.is_some();
        if !known || from.columns.is_empty() || renames {
            return None;
        }
        let pairs: Vec<(String, String)> = match copy.columns.is_empty() {
            true => from.columns.iter().map(|c| (c.name.clone(), c.name.clone())).collect(),
            false => copy
                .columns
                .iter()
                .map(|(to, source)| match source {
                    CopySource::Column(column) if to.is_empty() => Some((column.clone(), column.clone())),
                    CopySource::Column(column) => Some((to.clone(), column.clone())),
                    CopySource::Expression { .. } => None,
                })
                .collect::<Option<_>>()?,
        };
        let mut columns = Vec::with_capacity(pairs.len());
        for (name, source) in pairs {
            let source = from.column(&source)?;
            columns.push(Column {
                lineage: self.fresh(),
                name,
                data_type: source.data_type.clone(),
                canonical: source.canonical.clone(),
                collation: source.collation.clone(),
                ..Column::default()
            });
        }
        Some(columns)
    }

    /// The sequence of a `serial` column, and the default that draws from it.
    pub(super) fn own_sequence(&mut self, table: &Name, column: &str, set_default: bool) {
        if self.dialect() == Dialect::Cockroach {
            return self.cockroach_serial(table, column);
        }
        let taken = |n: &str| self.catalog.relation_taken(&table.schema, n);
        let name = names::choose_name(&table.name, &[column], names::Kind::Sequence, &taken);
        let name = table.sibling(name);
        let canonical =
            self.catalog.table(table).and_then(|t| t.column(column)).map(|c| c.canonical.clone()).unwrap_or_default();
        let sequence = Sequence {
            lineage: self.fresh(),
            name: name.clone(),
            data_type: if canonical == "bigint" { String::new() } else { canonical },
            options: BTreeMap::new(),
            owner: Some((table.clone(), column.to_string())),
        };
        self.emit(Change::Sequence(Pair::create(sequence)));
        if set_default {
            let default = super::sequence::nextval(&name);
            self.alter_column(table, column, |c| c.default = Some(default));
        }
    }

    /// CockroachDB's SERIAL is an INT8 that defaults to unique_rowid().
    fn cockroach_serial(&mut self, table: &Name, column: &str) {
        let default = Sql::new("unique_rowid()", self.dialect());
        self.alter_column(table, column, |c| c.default = Some(default));
    }
}

/// PostgreSQL makes one index of `PRIMARY KEY (id)` and `UNIQUE (id)`, the primary key's, which takes the other's name
/// where it has none (`transformIndexConstraints`, PostgreSQL 12 to 18).
fn without_redundant(declared: Vec<Declared>) -> Vec<Declared> {
    let mut out: Vec<Declared> = Vec::with_capacity(declared.len());
    let primary = |d: &Declared| matches!(d.kind, ConstraintKind::PrimaryKey { .. });
    let (first, then): (Vec<_>, Vec<_>) = declared.into_iter().partition(primary);
    for one in first.into_iter().chain(then) {
        let key = |kind: &ConstraintKind| match kind {
            ConstraintKind::PrimaryKey { parts, include } => Some((parts.clone(), include.clone(), false)),
            ConstraintKind::Unique { parts, include, nulls_not_distinct } => {
                Some((parts.clone(), include.clone(), *nulls_not_distinct))
            }
            _ => None,
        };
        let own = key(&one.kind);
        let prior = out.iter_mut().find(|p| own.is_some() && key(&p.kind) == own && p.deferrable == one.deferrable);
        match prior {
            Some(prior) => prior.name = prior.name.take().or(one.name),
            None => out.push(one),
        }
    }
    out
}

fn rank(kind: &ConstraintKind) -> u8 {
    match kind {
        ConstraintKind::ForeignKey(_) => 2,
        ConstraintKind::Check(_) => 1,
        _ => 0,
    }
}
