//! ALTER: what kind of object, and a table's actions.

use super::constraint::{self, Declared};
use super::{Lowering, Read, expected};
use crate::Dialect;
use crate::catalog::{Column, Constraint, ConstraintKind, Lineage, Name, Sql, Table, Wanted};
use crate::change::{Change, Pair};
use crate::reader::Reader;
use std::rc::Rc;

impl Lowering<'_> {
    pub(super) fn alter(&mut self, mut r: Reader) -> Read {
        r.skip();
        r.eat("IGNORE");
        if r.eat("TABLE") || r.eat("FOREIGN TABLE") {
            self.alter_table(r)
        } else if r.eat("INDEX") {
            self.alter_index(r)
        } else if r.eat("TYPE") || r.eat("DOMAIN") {
            self.alter_type(r)
        } else if r.eat("SEQUENCE") {
            self.alter_sequence(r)
        } else if r.eat("VIEW") || r.eat("MATERIALIZED VIEW") {
            self.alter_view(r)
        } else if self.dialect() == Dialect::Mysql && (r.is("ALGORITHM") || r.is("DEFINER") || r.are("SQL SECURITY")) {
            self.redefine_view(r)
        } else if r.eat("POLICY") {
            self.alter_policy(r)
        } else if r.eat("TRIGGER") {
            self.alter_trigger(r)
        } else if r.is("FUNCTION") || r.is("PROCEDURE") || r.is("ROUTINE") {
            self.alter_routine(r)
        } else if r.is("DATABASE") || r.is("SYSTEM") {
            Err("it changes the whole database or server".to_string())
        } else {
            self.alter_other(r)
        }
    }

    fn alter_table(&mut self, mut r: Reader) -> Read {
        let if_exists = r.eat("IF EXISTS");
        r.eat("ONLY");
        let name = r.name().ok_or_else(expected("the table's name"))?;
        r.eat_punct(b'*');
        let mut table = match self.catalog.table_name(&name) {
            Some(known) => known,
            None if self.catalog.views.contains(&name) => return self.alter_view_named(name, r),
            None if self.catalog.sequences.contains(&name) && r.is("RENAME") => {
                return self.alter_sequence(Self::at_name(r));
            }
            None if self.catalog.index(&name).is_some() && r.are("RENAME TO") => {
                return self.alter_index(Self::at_name(r));
            }
            None if if_exists => return Ok(()),
            None => self.known_table(&name),
        };
        let actions = r.commas();
        if self.dialect() == Dialect::Mysql {
            self.mysql_step_aside(&table, &actions);
        }
        for mut action in actions {
            if action.done() {
                continue;
            }
            if let Some(renamed) = self.action(&mut action, &table)? {
                table = renamed;
            }
        }
        self.aside.clear();
        Ok(())
    }

    /// ALTER TABLE renames sequences and indexes too: the reader goes back to the name.
    fn at_name(mut r: Reader) -> Reader {
        r.reset(0);
        r.until(&["TABLE"]);
        r.skip();
        r
    }

    /// One action of ALTER TABLE; gives the table's new name where it has one.
    fn action(&mut self, r: &mut Reader, table: &Name) -> Result<Option<Name>, String> {
        if r.eat("ADD") {
            self.add(r, table)?;
        } else if r.eat("DROP") {
            self.drop_action(r, table)?;
        } else if r.eat("ALTER") {
            self.alter_action(r, table)?;
        } else if r.is("RENAME") {
            return self.rename_action(r, table);
        } else if r.eat("SET SCHEMA") {
            let schema = r.ident().ok_or_else(expected("the schema"))?;
            let to = Name::new(schema, table.name.clone(), self.dialect());
            return self.rename_table(table, to).map(Some);
        } else if self.dialect() == Dialect::Mysql {
            return self.mysql_action(r, table);
        } else {
            self.table_property(r, table)?;
        }
        Ok(None)
    }

    fn add(&mut self, r: &mut Reader, table: &Name) -> Read {
        let dialect = self.dialect();
        if dialect == Dialect::Mysql && r.is("PARTITION") {
            return Err(PARTITIONS.to_string());
        }
        if dialect == Dialect::Mysql && (r.are("SYSTEM VERSIONING") || r.are("PERIOD FOR")) {
            return Err(VERSIONS.to_string());
        }
        if r.eat("CONSTRAINT IF NOT EXISTS") {
            let name = r.clone().ident().unwrap_or_default();
            if self.owner_of_constraint(table, &name) {
                return Ok(());
            }
            r.skip();
            let declared = Declared { name: Some(name), ..constraint::read(r)? };
            return self.add_declared(table, declared);
        }
        if dialect == Dialect::Mysql && self.has_already(r.clone(), table) {
            return Ok(());
        }
        if constraint::begins(r) {
            let declared = constraint::read(r)?;
            return self.add_declared(table, declared);
        }
        if dialect == Dialect::Mysql && super::mysql::begins_key(r) {
            let inside = self.catalog.shared_table(table);
            let index = self.mysql_key(r, &inside)?;
            drop(inside);
            self.add_index(table, index);
            return Ok(());
        }
        r.eat("COLUMN");
        if dialect == Dialect::Mysql && r.is_punct(b'(') {
            let inside = r.parens().ok_or_else(expected("the columns"))?;
            return inside.commas().into_iter().try_for_each(|mut column| self.add_column(&mut column, table));
        }
        self.add_column(r, table)
    }

    fn add_column(&mut self, r: &mut Reader, table: &Name) -> Read {
        let unless_exists = r.eat("IF NOT EXISTS");
        let name = r.clone().ident().unwrap_or_default();
        let inside = self.catalog.shared_table(table);
        if inside.column(&name).is_some() && unless_exists {
            return Ok(());
        }
        let defined = self.column(r)?;
        let at = match &defined.place {
            None => inside.columns.len(),
            Some(None) => 0,
            Some(Some(after)) => inside.position(after).map_or(inside.columns.len(), |at| at + 1),
        };
        drop(inside);
        let mut column = defined.column;
        let mut constraints = Vec::new();
        for constraint in defined.constraints {
            match constraint.kind {
                ConstraintKind::Check(sql) if self.belongs_to_column(&constraint.name) => {
                    column.settings.push(("CHECK", sql.text));
                }
                _ => constraints.push(constraint),
            }
        }
        let name = column.name.clone();
        self.emit(Change::Column {
            table: table.clone(),
            pair: Pair::create(column),
            places: Pair::create(at),
            using: None,
        });
        if defined.serial {
            self.own_sequence(table, &name, true);
        }
        constraints.into_iter().try_for_each(|c| self.add_declared(table, c))
    }

    /// Adds a constraint to a table that is there.
    pub(super) fn add_declared(&mut self, table: &Name, declared: Declared) -> Read {
        if declared.not_null {
            return Ok(());
        }
        let inside = self.catalog.shared_table(table);
        if let Some(index) = declared.using_index.clone() {
            return self.constraint_from_index(table, &inside, declared, &index);
        }
        if self.dialect() == Dialect::Mysql
            && let ConstraintKind::Unique { parts, .. } = declared.kind
        {
            let index = self.mysql_unique(&inside, declared.name, parts, declared.tail);
            drop(inside);
            self.add_index(table, index);
            return Ok(());
        }
        let lineage = self.fresh();
        let constraint = self.named(&inside, declared, lineage);
        drop(inside);
        if matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }) && self.dialect() != Dialect::Sqlite {
            for key in constraint.columns() {
                self.alter_column(table, key, |c| c.not_null = true);
            }
        }
        let foreign = constraint.foreign_key().is_some();
        if foreign && self.dialect() == Dialect::Mysql {
            self.mysql_index_for_key(table, &constraint);
        }
        let key = matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }) && self.dialect() == Dialect::Mysql;
        let columns: Vec<Option<String>> = constraint.columns().iter().map(|c| Some(c.to_string())).collect();
        self.emit(Change::Constraint { table: table.clone(), pair: Pair::create(constraint) });
        if key {
            self.mysql_index_made(table, "", &columns);
        }
        Ok(())
    }

    fn constraint_from_index(&mut self, table: &Name, inside: &Table, declared: Declared, index: &str) -> Read {
        let found = inside.indexes.iter().find(|i| i.name == index).cloned();
        let index = found.ok_or(format!("{index}: no file makes this index"))?;
        let kind = match declared.kind {
            ConstraintKind::PrimaryKey { .. } => {
                ConstraintKind::PrimaryKey { parts: index.parts.clone(), include: index.include.clone() }
            }
            _ => ConstraintKind::Unique {
                parts: index.parts.clone(),
                include: index.include.clone(),
                nulls_not_distinct: index.nulls_not_distinct,
            },
        };
        let constraint = Constraint {
            lineage: index.lineage,
            name: declared.name.unwrap_or_else(|| index.name.clone()),
            kind,
            deferrable: declared.deferrable,
            not_valid: false,
            stands_in: Lineage(0),
            tail: Sql::default(),
        };
        if matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }) {
            for key in constraint.columns() {
                self.alter_column(table, key, |c| c.not_null = true);
            }
        }
        self.emit(Change::Index { table: table.clone(), pair: Pair::drop(index) });
        self.emit(Change::Constraint { table: table.clone(), pair: Pair::create(constraint) });
        Ok(())
    }

    fn drop_action(&mut self, r: &mut Reader, table: &Name) -> Read {
        let mysql = self.dialect() == Dialect::Mysql;
        if mysql && r.is("PARTITION") {
            return Err(PARTITIONS.to_string());
        }
        if mysql && (r.are("SYSTEM VERSIONING") || r.are("PERIOD FOR")) {
            return Err(VERSIONS.to_string());
        }
        if r.eat("CONSTRAINT") || (mysql && r.eat("CHECK")) {
            let missing_ok = r.eat("IF EXISTS");
            let name = r.ident().ok_or_else(expected("the constraint's name"))?;
            return self.drop_constraint(table, &name, missing_ok, r.is("CASCADE"));
        }
        if mysql && r.eat("PRIMARY KEY") {
            return self.drop_constraint(table, "PRIMARY", false, false);
        }
        if mysql && r.eat("FOREIGN KEY") {
            let missing_ok = r.eat("IF EXISTS");
            let name = r.ident().ok_or_else(expected("the foreign key's name"))?;
            return self.drop_constraint(table, &name, missing_ok, false);
        }
        if mysql && (r.eat("INDEX") || r.eat("KEY")) {
            let missing_ok = r.eat("IF EXISTS");
            let name = r.ident().ok_or_else(expected("the index's name"))?;
            return self.mysql_drop_index(table, &name, missing_ok);
        }
        r.eat("COLUMN");
        let missing_ok = r.eat("IF EXISTS");
        let name = r.ident().ok_or_else(expected("the column's name"))?;
        if missing_ok && self.catalog.table(table).is_none_or(|t| t.column(&name).is_none()) {
            return Ok(());
        }
        let name = self.meant(&name);
        self.drop_column(table, &name, r.is("CASCADE"))
    }

    pub(super) fn drop_constraint(&mut self, table: &Name, name: &str, missing_ok: bool, cascade: bool) -> Read {
        let inside = self.catalog.shared_table(table);
        let found = inside.constraints.iter().find(|c| self.catalog.same(&c.name, name)).cloned();
        let Some(constraint) = found else {
            if self.dialect() == Dialect::Mysql && inside.indexes.iter().any(|i| i.name.eq_ignore_ascii_case(name)) {
                return self.mysql_drop_index(table, name, missing_ok);
            }
            if missing_ok {
                return Ok(());
            }
            return Err(format!("{table}.{name}: no file makes this constraint, so what it was is not known"));
        };
        drop(inside);
        if cascade && constraint.has_index() {
            let columns: Vec<String> = constraint.columns().into_iter().map(str::to_string).collect();
            self.drop_keys_on(table, &columns);
            if matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }) {
                self.drop_views_grouped_by(table, &columns)?;
            }
        }
        self.drop_constraint_of(table, constraint);
        Ok(())
    }

    /// DROP CONSTRAINT .. CASCADE on a key: the foreign keys that rest on it.
    fn drop_keys_on(&mut self, table: &Name, columns: &[String]) {
        let rests = |c: &&Constraint| {
            c.foreign_key().is_some_and(|k| {
                k.table == *table
                    && k.references.len() == columns.len()
                    && k.references.iter().all(|r| columns.contains(r))
            })
        };
        let found: Vec<(Name, Constraint)> = self
            .catalog
            .maybe(Wanted::Refers(table))
            .into_iter()
            .flat_map(|(name, t)| t.constraints.iter().filter(rests).map(move |c| (name.clone(), c.clone())))
            .collect();
        found.into_iter().for_each(|(name, constraint)| self.drop_constraint_of(&name, constraint));
    }

    fn alter_action(&mut self, r: &mut Reader, table: &Name) -> Read {
        if r.eat("CONSTRAINT") {
            return self.alter_constraint(r, table);
        }
        if self.dialect() == Dialect::Mysql && r.eat("INDEX") {
            return Err("ALTER INDEX .. VISIBLE is not inverted".to_string());
        }
        r.eat("COLUMN");
        r.eat("IF EXISTS");
        let name = r.ident().ok_or_else(expected("the column's name"))?;
        if self.dialect() == Dialect::Sqlite && r.eat("TO") {
            return self.libsql_alter(r, table, &name);
        }
        if self.catalog.table(table).is_none_or(|t| t.column(&name).is_none()) {
            return self.alter_unknown_column(r, table, &name);
        }
        self.alter_known_column(r, table, &name)
    }

    /// Of a column that no file makes: what the statement sets can't be set back.
    fn alter_unknown_column(&mut self, r: &mut Reader, table: &Name, column: &str) -> Read {
        Err(format!("{table}.{column}: no file makes this column, so what `{}` changed is not known", r.peek_rest()))
    }

    fn alter_known_column(&mut self, r: &mut Reader, table: &Name, name: &str) -> Read {
        let dialect = self.dialect();
        if r.eat("SET DATA TYPE") || r.eat("TYPE") {
            return self.alter_column_type(r, table, name);
        } else if r.eat("SET DEFAULT") {
            let default = super::column::default_value(r.rest(), dialect);
            self.alter_column(table, name, |c| c.default = default);
        } else if r.eat("DROP DEFAULT") {
            self.alter_column(table, name, |c| c.default = None);
        } else if r.eat("SET NOT NULL") {
            self.alter_column(table, name, |c| c.not_null = true);
        } else if r.eat("DROP NOT NULL") {
            self.alter_column(table, name, |c| c.not_null = false);
        } else if r.eat("ADD GENERATED") {
            r.reset(r.mark() - 1);
            let identity = super::column::read_identity(r);
            self.alter_column(table, name, |c| {
                c.identity = Some(identity);
                c.not_null = true;
            });
        } else if r.eat("DROP IDENTITY") {
            self.alter_column(table, name, |c| c.identity = None);
        } else if r.eat("DROP EXPRESSION") {
            self.alter_column(table, name, |c| c.generated = None);
        } else if r.eat("SET EXPRESSION AS") {
            let expression = Sql::new(r.parens().ok_or_else(expected("the expression"))?.rest(), dialect);
            self.alter_column(table, name, |c| {
                if let Some(generated) = &mut c.generated {
                    generated.expression = expression;
                }
            });
        } else if let Some(setting) = r.eat_any(&["SET STATISTICS", "SET STORAGE", "SET COMPRESSION"]) {
            let key = match setting {
                "SET STATISTICS" => "STATISTICS",
                "SET STORAGE" => "STORAGE",
                _ => "COMPRESSION",
            };
            let value = r.rest().to_string();
            self.alter_column(table, name, |c| {
                c.settings.retain(|(k, _)| *k != key);
                c.settings.push((key, value));
            });
        } else if r.is("SET") || r.is("RESTART") {
            return self.alter_identity(r, table, name);
        } else {
            return Err(format!("ALTER COLUMN .. {} is not understood", r.peek_rest()));
        }
        Ok(())
    }

    fn alter_identity(&mut self, r: &mut Reader, table: &Name, name: &str) -> Read {
        while !r.done() {
            if r.eat("SET GENERATED") {
                let always = r.eat("ALWAYS");
                r.eat("BY DEFAULT");
                self.alter_column(table, name, |c| {
                    if let Some(identity) = &mut c.identity {
                        identity.always = always;
                    }
                });
            } else if r.eat("RESTART") {
                r.eat("WITH");
                r.literal();
                let column = self.catalog.tables.get(table).and_then(|t| t.column(name)?.identity_sequence(table));
                self.sequence_moves(column.map_or_else(|| name.to_owned(), |sequence| sequence.to_string()));
            } else if r.eat("SET") {
                if r.is_punct(b'(') {
                    return Err("storage options of a column are not inverted".to_string());
                }
                let mark = r.mark();
                r.skip();
                r.until(&["SET", "RESTART"]);
                let tokens = crate::lex::lex(r.since(mark), 0, self.dialect());
                let text = r.since(mark).to_string();
                let read = super::sequence::options(&mut Reader::new(&text, &tokens, self.dialect()));
                self.alter_column(table, name, |c| {
                    if let Some(identity) = &mut c.identity {
                        read.cleared.iter().for_each(|key| drop(identity.options.remove(key)));
                        identity.options.extend(read.options);
                    }
                });
            } else {
                return Err(format!("ALTER COLUMN .. {} is not understood", r.peek_rest()));
            }
        }
        Ok(())
    }

    fn alter_column_type(&mut self, r: &mut Reader, table: &Name, name: &str) -> Read {
        let dialect = self.dialect();
        let data_type = r.until(&["COLLATE", "USING"]).to_string();
        let collation = if r.eat("COLLATE") {
            let mark = r.mark();
            r.name();
            Some(r.since(mark).to_string())
        } else {
            None
        };
        let using = r.eat("USING").then(|| r.rest().to_string());
        let inside = self.catalog.shared_table(table);
        let Some(before) = inside.shared_column(name).cloned() else { return Ok(()) };
        drop(inside);
        let mut after = Column::clone(&before);
        super::column::set_type(&mut after, &data_type, dialect);
        after.collation = collation;
        after.default = before.default.clone().map(|default| self.cast_along(default, &before, &after));
        self.emit_column(table, before, after, using);
        Ok(())
    }

    /// The default of a column that has another type now: PostgreSQL keeps a literal of the type that it had, and casts that.
    fn cast_along(&self, default: Sql, before: &Column, after: &Column) -> Sql {
        let tokens = crate::lex::lex(&default.text, 0, self.dialect());
        let literal = matches!(tokens.as_slice(), [token] if token.kind == crate::lex::Kind::String);
        let (was, is) = (without_length(before), without_length(after));
        if literal && was != is { Sql::new(&format!("{}::{was}", default.text), self.dialect()) } else { default }
    }

    pub(super) fn emit_column(
        &mut self,
        table: &Name,
        before: impl Into<Rc<Column>>,
        after: Column,
        using: Option<String>,
    ) {
        let before = before.into();
        let at = self.catalog.table(table).and_then(|t| t.position(&before.name)).unwrap_or(0);
        if *before != after || using.is_some() {
            self.emit(Change::Column {
                table: table.clone(),
                pair: Pair::alter(before, after),
                places: Pair::alter(at, at),
                using,
            });
        }
    }

    /// Changes a column that is there.
    pub(super) fn alter_column(&mut self, table: &Name, name: &str, change: impl FnOnce(&mut Column)) {
        let Some(before) = self.catalog.table(table).and_then(|t| t.shared_column(name)).cloned() else { return };
        let mut after = Column::clone(&before);
        change(&mut after);
        self.emit_column(table, before, after, None);
    }

    fn alter_constraint(&mut self, r: &mut Reader, table: &Name) -> Read {
        let name = r.ident().ok_or_else(expected("the constraint's name"))?;
        let inside = self.catalog.shared_table(table);
        let before =
            inside.constraint(&name).cloned().ok_or(format!("{table}.{name}: no file makes this constraint"))?;
        let mut declared = Declared::new(None, before.kind.clone());
        declared.deferrable = before.deferrable;
        constraint::tail(r, &mut declared, self.dialect());
        let after = Constraint { deferrable: declared.deferrable, ..before.clone() };
        self.emit(Change::Constraint { table: table.clone(), pair: Pair::alter(before, after) });
        Ok(())
    }

    fn validate_constraint(&mut self, r: &mut Reader, table: &Name) -> Read {
        let name = r.ident().ok_or_else(expected("the constraint's name"))?;
        let inside = self.catalog.shared_table(table);
        if let Some(before) = inside.constraint(&name).cloned() {
            let after = Constraint { not_valid: false, ..before.clone() };
            if before != after {
                self.emit(Change::Constraint { table: table.clone(), pair: Pair::alter(before, after) });
            }
        }
        Ok(())
    }

    /// What a table itself is like.
    fn table_property(&mut self, r: &mut Reader, table: &Name) -> Read {
        let dialect = self.dialect();
        if r.eat("VALIDATE CONSTRAINT") {
            return self.validate_constraint(r, table);
        }
        if r.is("OWNER") {
            return Ok(());
        }
        if (r.is("ENABLE") || r.is("DISABLE")) && !r.is_at(1, "ROW") {
            return self.trigger_state(r, table);
        }
        if r.eat("ATTACH PARTITION") {
            return self.attach_partition(r, table);
        }
        if r.eat("DETACH PARTITION") {
            return self.detach_partition(r);
        }
        let Some(before) = self.catalog.tables.shared(table) else { return Ok(()) };
        let mut after = (*before).clone();
        if r.eat("ENABLE ROW LEVEL SECURITY") {
            after.row_security = true;
        } else if r.eat("DISABLE ROW LEVEL SECURITY") {
            after.row_security = false;
        } else if r.eat("FORCE ROW LEVEL SECURITY") {
            after.force_row_security = true;
        } else if r.eat("NO FORCE ROW LEVEL SECURITY") {
            after.force_row_security = false;
        } else if r.eat("REPLICA IDENTITY") {
            let text = r.rest();
            after.replica_identity = (!text.eq_ignore_ascii_case("default")).then(|| Sql::new(text, dialect));
        } else if r.eat("CLUSTER ON") {
            after.cluster_on = r.ident();
        } else if r.eat("SET WITHOUT CLUSTER") {
            after.cluster_on = None;
        } else if r.eat("SET LOGGED") {
            after.persistence = String::new();
        } else if r.eat("SET UNLOGGED") {
            after.persistence = "UNLOGGED".to_string();
        } else if r.eat("SET") && r.is_punct(b'(') {
            after.options = merge_options(&after.options, r.parens(), dialect);
        } else if r.eat("RESET") {
            let inside = r.parens().ok_or_else(expected("the options"))?;
            let gone: Vec<String> = inside.commas().into_iter().map(|mut o| o.rest().to_ascii_lowercase()).collect();
            after.options = without_options(&after.options, &gone, dialect);
        } else {
            return Err(format!("ALTER TABLE .. {} is not understood", r.peek_rest()));
        }
        self.table_change(before, after);
        Ok(())
    }

    fn attach_partition(&mut self, r: &mut Reader, parent: &Name) -> Read {
        let name = r.name().ok_or_else(expected("the partition's name"))?;
        let name = self.known_table(&name);
        let bound = Sql::new(r.rest(), self.dialect());
        let Some(before) = self.catalog.tables.shared(&name) else { return Ok(()) };
        let after = Table { partition_of: Some((parent.clone(), bound)), ..(*before).clone() };
        self.table_change(before, after);
        Ok(())
    }

    fn detach_partition(&mut self, r: &mut Reader) -> Read {
        let name = r.name().ok_or_else(expected("the partition's name"))?;
        let name = self.known_table(&name);
        let Some(before) = self.catalog.tables.shared(&name) else { return Ok(()) };
        let parent = before.partition_of.as_ref().and_then(|(parent, _)| self.catalog.table(parent)).cloned();
        let mut after = Table { partition_of: None, ..(*before).clone() };
        // Its copies of the parent's indexes and keys stay with it: named as they were made, which is not known here.
        after.partial |= parent.is_some_and(|p| inherits(&p));
        self.table_change(before, after);
        Ok(())
    }

    /// libSQL's ALTER COLUMN c TO <definition>: only what follows the name is new.
    fn libsql_alter(&mut self, r: &mut Reader, table: &Name, name: &str) -> Read {
        let defined = self.column(r)?;
        let inside = self.catalog.shared_table(table);
        let before = inside
            .column(name)
            .cloned()
            .ok_or(format!("{table}.{name}: no file makes this column, so what it was is not known"))?;
        for constraint in inside.constraints.iter().filter(|c| c.columns() == [before.name.as_str()]) {
            if constraint.foreign_key().is_some() {
                self.drop_constraint_of(table, constraint.clone());
            }
        }
        let after = Column { lineage: before.lineage, ..defined.column };
        self.emit_column(table, before, after, None);
        defined.constraints.into_iter().try_for_each(|c| self.add_declared(table, c))
    }
}

/// Does a partition of this table get indexes or keys with it?
pub(super) fn inherits(parent: &Table) -> bool {
    parent.partial || !parent.indexes.is_empty() || parent.constraints.iter().any(|c| c.has_index())
}

/// MariaDB's tables that keep their old rows.
const VERSIONS: &str = "the versions of rows that a table keeps are not undone";

/// MySQL's ADD and DROP PARTITION.
const PARTITIONS: &str = "partitions that are added or dropped are not undone";

/// `SET (a = 1)` on top of `WITH (a = 3, b = 2)`.
pub(super) fn merge_options(old: &Sql, inside: Option<Reader>, dialect: Dialect) -> Sql {
    let added: Vec<String> =
        inside.map(|r| r.commas().into_iter().map(|mut o| o.rest().to_string()).collect()).unwrap_or_default();
    let keys: Vec<String> = added.iter().map(|o| option_key(o)).collect();
    let old = without_options(old, &keys, dialect);
    let kept = old
        .text
        .get(4..)
        .filter(|_| old.text.is_char_boundary(4) && old.text[..4].eq_ignore_ascii_case("WITH"))
        .and_then(|t| t.trim().strip_prefix('(')?.strip_suffix(')'));
    let all: Vec<&str> = kept.into_iter().chain(added.iter().map(String::as_str)).collect();
    Sql::new(&format!("WITH ({})", all.join(", ")), dialect)
}

/// `WITH (a = 1, b = 2)` without some of its options. What is not such a list stays as it is.
pub(super) fn without_options(old: &Sql, gone: &[String], dialect: Dialect) -> Sql {
    let text = old.text.trim();
    let inside = text
        .get(..4)
        .filter(|w| w.eq_ignore_ascii_case("WITH"))
        .and_then(|_| text[4..].trim().strip_prefix('(')?.strip_suffix(')'));
    let Some(inside) = inside else { return old.clone() };
    let kept: Vec<&str> = inside.split(',').map(str::trim).filter(|o| !gone.contains(&option_key(o))).collect();
    if kept.is_empty() { Sql::default() } else { Sql::new(&format!("WITH ({})", kept.join(", ")), dialect) }
}

fn option_key(option: &str) -> String {
    option.split('=').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The type of a literal: it has no length, which a cast would ask of it, and `character` without one would be one character.
fn without_length(column: &Column) -> String {
    let canonical = column.canonical.as_str();
    let plain = match (canonical.find('('), canonical.find(')')) {
        (Some(open), Some(close)) if open < close => format!("{}{}", &canonical[..open], &canonical[close + 1..]),
        _ => canonical.to_string(),
    };
    match plain.strip_prefix("character") {
        Some(rest) if rest.is_empty() || rest.starts_with('[') => format!("bpchar{rest}"),
        _ => plain,
    }
}
