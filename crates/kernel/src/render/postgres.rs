//! PostgreSQL.

use super::clause::{self, literal};
use super::enums;
use super::{Context, Statement, object};
use crate::Dialect;
use crate::catalog::{
    Column, Identity, Index, Name, Other, Policy, Routine, SEQUENCE_NAME, Sequence, Sql, Table, Target, Trigger, Type,
    TypeKind, View, mentions,
};
use crate::change::{Change, Pair};
use crate::conversion::{JSONB_ELEMENTS, of_column};
use crate::dialect::quote;
use crate::diff::{Phase, Step, aside};
use crate::names::{self, Kind};
use std::collections::HashMap;
use std::rc::Rc;

const PG: Dialect = Dialect::Postgres;

/// The statements for the steps.
pub fn render(steps: &[Step], context: &Context) -> Result<Vec<Statement>, String> {
    let steps = super::postgres_dependents::with_dependents(steps, context);
    let steps = super::postgres_remade::with_what_was_said(steps, context);
    let mut renderer = Renderer {
        context,
        steps: &steps,
        at: 0,
        made: made(&steps),
        held: held(&steps),
        out: Vec::with_capacity(steps.len()),
        late: Vec::new(),
    };
    for (at, step) in steps.iter().enumerate() {
        renderer.at = at;
        renderer.step(step)?;
    }
    // An object may come back into default privileges that it did not have.
    if !steps.iter().any(|s| s.phase == Phase::Grant) {
        renderer.granted(Phase::Grant);
    }
    let Renderer { mut out, late, .. } = renderer;
    out.extend(late);
    Ok(out)
}

/// The sequences that the steps make for columns, by table and column.
fn made(steps: &[Step]) -> HashMap<(&Name, &str), Vec<&Sequence>> {
    let mut out: HashMap<_, Vec<&Sequence>> = HashMap::new();
    for step in steps {
        if let Change::Sequence(Pair { before: None, after: Some(made) }) = &step.change
            && let Some((table, column)) = &made.owner
        {
            out.entry((table, column.as_str())).or_default().push(made);
        }
    }
    out
}

/// For every table the foreign keys of tables that go which refer to it: the step's place, the table and the key's name.
fn held(steps: &[Step]) -> HashMap<&Name, Vec<(usize, &Name, &str)>> {
    let mut out: HashMap<&Name, Vec<(usize, &Name, &str)>> = HashMap::new();
    for (at, step) in steps.iter().enumerate().filter(|(_, s)| s.phase == Phase::DropTable) {
        let Change::Table(Pair { before: Some(table), after: None }) = &step.change else { continue };
        for constraint in &table.constraints {
            if let Some(key) = constraint.foreign_key() {
                out.entry(&key.table).or_default().push((at, &table.name, &constraint.name));
            }
        }
    }
    out
}

struct Renderer<'a> {
    context: &'a Context<'a>,
    steps: &'a [Step],
    at: usize,
    made: HashMap<(&'a Name, &'a str), Vec<&'a Sequence>>,
    held: HashMap<&'a Name, Vec<(usize, &'a Name, &'a str)>>,
    out: Vec<Statement>,
    /// What can only run when every column is what it shall be.
    late: Vec<Statement>,
}

impl<'a> Renderer<'a> {
    fn say(&mut self, sql: String, object: impl Into<String>) {
        self.out.push(Statement::new(sql, object));
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        match &step.change {
            Change::Table(pair) => self.table(step.phase, pair.before.as_deref(), pair.after.as_deref())?,
            Change::Column { table, pair, .. } => self.column(step.phase, table, pair)?,
            Change::Constraint { table, pair } => self.constraint(table, pair),
            Change::Index { table, pair } => self.index(table, pair),
            Change::Trigger { table, pair } => self.trigger(table, pair),
            Change::Policy { table, pair } => self.policy(table, pair),
            Change::View(pair) => self.view(pair.before.as_deref(), pair.after.as_deref()),
            Change::Type(pair) => self.user_type(pair)?,
            Change::Sequence(pair) => self.sequence(pair),
            Change::Routine(pair) => self.routine(pair.before.as_deref(), pair.after.as_deref()),
            Change::Other(pair) => self.other(pair.before.as_deref(), pair.after.as_deref())?,
            Change::Comment { target, pair } => self.comment(target, pair.after.as_deref())?,
            Change::Privilege { .. } => self.privileges(),
            Change::Rows(_) | Change::Opaque { .. } => {}
        }
        Ok(())
    }

    fn table(&mut self, phase: Phase, before: Option<&Table>, after: Option<&Table>) -> Result<(), String> {
        match (before, after) {
            (None, Some(after)) => self.create_table(after),
            (Some(before), None) => {
                let foreign = if before.persistence == "FOREIGN" { "FOREIGN " } else { "" };
                self.drop_circle(before);
                self.say(format!("DROP {foreign}TABLE {}", clause::name(&before.name, PG)), before.name.to_string());
            }
            (Some(before), Some(after)) if phase == Phase::Rename => self.rename_table(&before.name, &after.name),
            (Some(before), Some(after)) => self.alter_table(before, after)?,
            (None, None) => {}
        }
        Ok(())
    }

    /// Tables that refer to each other can't go one by one: the foreign key that holds this one goes first.
    fn drop_circle(&mut self, table: &Table) {
        let (at, held) = (self.at, self.held.remove(&table.name).unwrap_or_default());
        for (_, other, constraint) in held.into_iter().filter(|(later, ..)| *later > at) {
            let sql = format!("ALTER TABLE {} DROP CONSTRAINT {}", clause::name(other, PG), quote(constraint, PG));
            self.say(sql, other.to_string());
        }
    }

    fn create_table(&mut self, table: &Table) {
        let columns: Vec<String> = table.columns.iter().map(|c| self.definition(table, c)).collect();
        // Inside CREATE TABLE it would be valid from the start, and of two keys over the same columns PostgreSQL makes one.
        let apart = |c: &&crate::catalog::Constraint| c.not_valid || table.is_second_key(c);
        let (apart, proven): (Vec<_>, Vec<_>) = table.constraints.iter().partition(apart);
        let constraints: Vec<String> = proven.into_iter().map(|c| clause::constraint(c, PG)).collect();
        let kind = if table.persistence.is_empty() { String::new() } else { format!("{} ", table.persistence) };
        let mut sql = format!("CREATE {kind}TABLE {}", clause::name(&table.name, PG));
        match &table.partition_of {
            Some((parent, bound)) => {
                sql.push_str(&format!(" PARTITION OF {} {}", clause::name(parent, PG), bound.text))
            }
            None if table.options.text.to_ascii_uppercase().starts_with("AS ") => {}
            None => sql.push_str(&format!(" (\n{}\n)", clause::elements(&columns, &constraints))),
        }
        if let Some(key) = &table.partition_by {
            sql.push_str(&format!(" PARTITION BY {}", key.text));
        }
        if !table.options.is_empty() {
            sql.push(' ');
            sql.push_str(&table.options.text);
        }
        self.say(sql, table.name.to_string());
        for constraint in apart {
            let own = clause::name(&table.name, PG);
            let sql = format!("ALTER TABLE {own} ADD {}", clause::constraint(constraint, PG));
            self.say(sql, object(&table.name, &constraint.name));
        }
        self.table_state(&Table { name: table.name.clone(), ..Table::default() }, table);
        for column in &table.columns {
            self.settings(&table.name, &Column::default(), column);
            self.own_made(table, column);
        }
    }

    /// Sequences that were made beside a new column, because they are not just what `serial` makes, become the column's.
    fn own_made(&mut self, table: &Table, column: &Column) {
        let own = self.serial(table, column).map(|(_, own)| &own.name);
        for sequence in self.made.get(&(&table.name, column.name.as_str())).cloned().unwrap_or_default() {
            if Some(&sequence.name) != own {
                self.own(sequence, &table.name, &column.name);
            }
        }
    }

    /// A column as CREATE TABLE and ADD COLUMN write it.
    fn definition(&self, table: &Table, column: &Column) -> String {
        let serial = self.serial(table, column).map(|(word, _)| word);
        let mut out = format!("{} {}", quote(&column.name, PG), serial.unwrap_or(&column.data_type));
        if let Some(collation) = &column.collation {
            out.push_str(&format!(" COLLATE {collation}"));
        }
        if let Some(generated) = &column.generated {
            let kind = if generated.stored { " STORED" } else { " VIRTUAL" };
            out.push_str(&format!(" GENERATED ALWAYS AS ({}){kind}", generated.expression.text));
        }
        if let Some(identity) = &column.identity {
            out.push_str(&format!(" {}", identity_clause(identity)));
        }
        if column.not_null {
            out.push_str(" NOT NULL");
        }
        if serial.is_none()
            && let Some(default) = clause::default(column)
        {
            out.push(' ');
            out.push_str(&default);
        }
        out
    }

    /// The word `SERIAL` where a sequence of the column's is just what it would make, and that sequence.
    fn serial(&self, table: &Table, column: &Column) -> Option<(&'static str, &'a Sequence)> {
        let word = match column.canonical.as_str() {
            "integer" => "SERIAL",
            "bigint" => "BIGSERIAL",
            "smallint" => "SMALLSERIAL",
            _ => return None,
        };
        let made = self.made.get(&(&table.name, column.name.as_str()))?;
        let data_type = if column.canonical == "bigint" { "" } else { column.canonical.as_str() };
        let usual = names::constraint_name(&table.name.name, &[column.name.as_str()], Kind::Sequence);
        let draws = column.default.as_ref().is_some_and(|d| d.text.to_ascii_lowercase().starts_with("nextval("));
        let usual = table.name.sibling(usual);
        let own = made.iter().find(|s| s.options.is_empty() && s.data_type == data_type && s.name == usual)?;
        (draws && column.not_null).then_some((word, *own))
    }

    fn rename_table(&mut self, from: &Name, to: &Name) {
        let mut at = from.clone();
        if from.schema != to.schema {
            let schema = if to.schema.is_empty() { "public" } else { &to.schema };
            let sql = format!("ALTER TABLE {} SET SCHEMA {}", clause::name(from, PG), quote(schema, PG));
            self.say(sql, to.to_string());
            at.schema = to.schema.clone();
        }
        if from.name != to.name {
            let sql = format!("ALTER TABLE {} RENAME TO {}", clause::name(&at, PG), quote(&to.name, PG));
            self.say(sql, to.to_string());
        }
    }

    fn alter_table(&mut self, before: &Table, after: &Table) -> Result<(), String> {
        if before.partition_by != after.partition_by {
            return Err(format!("{}: a table can't become partitioned, or stop being so, in place", after.name));
        }
        if before.partition_of != after.partition_of {
            self.partition(before, after);
        }
        if before.options != after.options {
            self.options(before, after)?;
        }
        self.table_state(before, after);
        Ok(())
    }

    fn partition(&mut self, before: &Table, after: &Table) {
        let own = clause::name(&after.name, PG);
        if let Some((parent, _)) = &before.partition_of {
            let sql = format!("ALTER TABLE {} DETACH PARTITION {own}", clause::name(parent, PG));
            self.say(sql, after.name.to_string());
        }
        if let Some((parent, bound)) = &after.partition_of {
            let sql = format!("ALTER TABLE {} ATTACH PARTITION {own} {}", clause::name(parent, PG), bound.text);
            self.say(sql, after.name.to_string());
        }
    }

    fn options(&mut self, before: &Table, after: &Table) -> Result<(), String> {
        let inside = |sql: &Sql| -> Option<Vec<(String, String)>> {
            if sql.is_empty() {
                return Some(vec![]);
            }
            let list = sql.text.trim().strip_prefix("WITH").or(sql.text.trim().strip_prefix("with"))?.trim();
            let list = list.strip_prefix('(')?.strip_suffix(')')?;
            Some(
                list.split(',')
                    .filter_map(|o| o.split_once('='))
                    .map(|(k, v)| (k.trim().to_string(), v.trim().to_string()))
                    .collect(),
            )
        };
        let (Some(had), Some(has)) = (inside(&before.options), inside(&after.options)) else {
            return Err(format!("{}: its options can't be set back in place", after.name));
        };
        // What is set anew comes last: those behind the first that differs go, and come back in their order.
        let alike = had.iter().zip(&has).take_while(|((had, _), (has, _))| had == has).count();
        let gone: Vec<&str> = had[alike..].iter().map(|(k, _)| k.as_str()).collect();
        let set: Vec<String> = has
            .iter()
            .enumerate()
            .filter(|(at, o)| *at >= alike || !had.contains(o))
            .map(|(_, (k, v))| format!("{k} = {v}"))
            .collect();
        let own = clause::name(&after.name, PG);
        if !gone.is_empty() {
            self.say(format!("ALTER TABLE {own} RESET ({})", gone.join(", ")), after.name.to_string());
        }
        if !set.is_empty() {
            self.say(format!("ALTER TABLE {own} SET ({})", set.join(", ")), after.name.to_string());
        }
        Ok(())
    }

    fn table_state(&mut self, before: &Table, after: &Table) {
        let own = clause::name(&after.name, PG);
        let object = after.name.to_string();
        let mut actions: Vec<String> = Vec::new();
        let changed = before.persistence != after.persistence && !before.columns.is_empty();
        if changed {
            actions.push(if after.persistence == "UNLOGGED" { "SET UNLOGGED" } else { "SET LOGGED" }.to_string());
        }
        if before.row_security != after.row_security {
            let word = if after.row_security { "ENABLE" } else { "DISABLE" };
            actions.push(format!("{word} ROW LEVEL SECURITY"));
        }
        if before.force_row_security != after.force_row_security {
            let word = if after.force_row_security { "FORCE" } else { "NO FORCE" };
            actions.push(format!("{word} ROW LEVEL SECURITY"));
        }
        if before.replica_identity != after.replica_identity {
            let identity = after.replica_identity.as_ref().map_or("DEFAULT", |i| i.text.as_str());
            let over_index = identity.get(..5).is_some_and(|w| w.eq_ignore_ascii_case("USING"));
            let sql = format!("ALTER TABLE {own} REPLICA IDENTITY {identity}");
            match over_index {
                true => self.late.push(Statement::new(sql, object.clone())),
                false => actions.push(format!("REPLICA IDENTITY {identity}")),
            }
        }
        if before.cluster_on != after.cluster_on {
            match &after.cluster_on {
                // The index may come after the table.
                Some(index) => self
                    .late
                    .push(Statement::new(format!("ALTER TABLE {own} CLUSTER ON {}", quote(index, PG)), object.clone())),
                None => actions.push("SET WITHOUT CLUSTER".to_string()),
            }
        }
        actions.into_iter().for_each(|a| self.say(format!("ALTER TABLE {own} {a}"), object.clone()));
    }

    fn column(&mut self, phase: Phase, table: &Name, pair: &Pair<Rc<Column>>) -> Result<(), String> {
        let own = clause::name(table, PG);
        match (&pair.before, &pair.after) {
            (Some(before), None) => {
                let sql = format!("ALTER TABLE {own} DROP COLUMN {}", quote(&before.name, PG));
                self.say(sql, object(table, &before.name));
            }
            (None, Some(after)) => {
                let inside = Table { name: table.clone(), ..Table::default() };
                let sql = format!("ALTER TABLE {own} ADD COLUMN {}", self.definition(&inside, after));
                self.say(sql, object(table, &after.name));
                self.settings(table, &Column::default(), after);
                self.own_made(&inside, after);
            }
            (Some(before), Some(after)) if phase == Phase::Rename => {
                let sql = format!(
                    "ALTER TABLE {own} RENAME COLUMN {} TO {}",
                    quote(&before.name, PG),
                    quote(&after.name, PG)
                );
                // What there is to note belongs to the statements that change more than the name.
                self.say(sql, "");
            }
            (Some(before), Some(after)) => self.alter_column(table, before, after)?,
            (None, None) => {}
        }
        Ok(())
    }

    fn alter_column(&mut self, table: &Name, before: &Column, after: &Column) -> Result<(), String> {
        let object = object(table, &after.name);
        let head = format!("ALTER TABLE {} ALTER COLUMN {}", clause::name(table, PG), quote(&after.name, PG));
        if before.generated.is_some() && after.generated.is_none() {
            self.say(format!("{head} DROP EXPRESSION"), object.clone());
        } else if before.generated != after.generated {
            // An expression can't be put on a column that is there: the column is made anew and computes itself.
            let own = clause::name(table, PG);
            self.say(format!("ALTER TABLE {own} DROP COLUMN {}", quote(&after.name, PG)), object.clone());
            let inside = Table { name: table.clone(), ..Table::default() };
            self.say(format!("ALTER TABLE {own} ADD COLUMN {}", self.definition(&inside, after)), object);
            return Ok(());
        }
        if before.identity.is_some() && after.identity.is_none() {
            self.say(format!("{head} DROP IDENTITY"), object.clone());
        }
        self.column_type(table, before, after, &head)?;
        let retyped = before.canonical != after.canonical || before.collation != after.collation;
        if before.default != after.default || (retyped && before.default.is_some()) {
            match &after.default {
                Some(default) => self.say(format!("{head} SET DEFAULT {}", default.text), object.clone()),
                None if !retyped => self.say(format!("{head} DROP DEFAULT"), object.clone()),
                None => {}
            }
        }
        if before.not_null != after.not_null && !(after.identity.is_some() && after.not_null && before.not_null) {
            let word = if after.not_null { "SET" } else { "DROP" };
            self.say(format!("{head} {word} NOT NULL"), object.clone());
        }
        self.identity(table, before, after, &head);
        self.settings(table, before, after);
        Ok(())
    }

    fn column_type(&mut self, table: &Name, before: &Column, after: &Column, head: &str) -> Result<(), String> {
        if before.canonical == after.canonical && before.collation == after.collation {
            return Ok(());
        }
        let object = object(table, &after.name);
        let up = self.context.using.iter().find(|(key, _)| *key == object).map(|(_, using)| using.as_str());
        let way = of_column(PG, &after.canonical, &before.canonical, up, &[after.name.as_str(), before.name.as_str()]);
        if let Some(why) = way.impossible.as_ref().filter(|_| after.not_null) {
            return Err(format!("{object}: {why}"));
        }
        if before.default.is_some() {
            self.say(format!("{head} DROP DEFAULT"), object.clone());
        }
        let mut sql = format!("{head} SET DATA TYPE {}", after.data_type);
        if let Some(collation) = &after.collation {
            sql.push_str(&format!(" COLLATE {collation}"));
        }
        // Where nothing leads back, a column that may be empty is.
        let empty = way.impossible.is_some().then(|| "NULL".to_string());
        let using = empty.or(way.back_using);
        let makes_elements = using.as_ref().is_some_and(|using| using.contains(JSONB_ELEMENTS));
        if let Some(using) = using {
            sql.push_str(&format!(" USING {}", using.replace("{}", &quote(&after.name, PG))));
        }
        if makes_elements {
            let body = "SELECT ARRAY(SELECT jsonb_array_elements($1))";
            let function = format!(
                "CREATE FUNCTION {JSONB_ELEMENTS}(jsonb) RETURNS jsonb[] LANGUAGE sql IMMUTABLE STRICT AS $${body}$$"
            );
            self.say(function, object.clone());
        }
        self.say(sql, object.clone());
        if makes_elements {
            self.say(format!("DROP FUNCTION {JSONB_ELEMENTS}(jsonb)"), object);
        }
        Ok(())
    }

    fn identity(&mut self, table: &Name, before: &Column, after: &Column, head: &str) {
        let object = object(table, &after.name);
        match (&before.identity, &after.identity) {
            (None, Some(identity)) => {
                self.say(format!("{head} ADD {}", identity_clause(identity)), object.clone());
                let sequence = self.sequence_of(table, &after.name);
                self.continue_after_highest(&sequence, &[(table.clone(), after.name.clone())]);
            }
            (Some(had), Some(has)) if had != has => {
                if let (Some(from), Some(to)) = (before.identity_sequence(table), after.identity_sequence(table))
                    && from != to
                {
                    let sql = format!("ALTER SEQUENCE {} RENAME TO {}", clause::name(&from, PG), quote(&to.name, PG));
                    self.say(sql, object.clone());
                }
                let mut actions = Vec::new();
                if had.always != has.always {
                    let word = if has.always { "ALWAYS" } else { "BY DEFAULT" };
                    actions.push(format!("SET GENERATED {word}"));
                }
                let named = |key: &str| key == SEQUENCE_NAME;
                for (key, value) in has.options.iter().filter(|(k, v)| had.options.get(*k) != Some(v) && !named(k)) {
                    actions.push(format!("SET {}", option(key, value)));
                }
                for key in had.options.keys().filter(|k| !has.options.contains_key(*k) && !named(k)) {
                    actions.push(format!("SET {}", default_option(key)));
                }
                if !actions.is_empty() {
                    self.say(format!("{head} {}", actions.join(" ")), object);
                }
            }
            _ => {}
        }
    }

    /// What names the sequence of an identity column.
    fn sequence_of(&self, table: &Name, column: &str) -> String {
        format!("pg_get_serial_sequence({}, {})", literal(&clause::name(table, PG)), literal(column))
    }

    /// A sequence that is made for rows that are there goes on after the highest value of the columns that draw from it.
    fn continue_after_highest(&mut self, sequence: &str, columns: &[(Name, String)]) {
        let highest = |(table, column): &(Name, String)| {
            format!("SELECT max({}) FROM {}", quote(column, PG), clause::name(table, PG))
        };
        let sql = match columns {
            [] => return,
            [(table, column)] => {
                let (own, quoted) = (clause::name(table, PG), quote(column, PG));
                format!("SELECT setval({sequence}, max({quoted})) FROM {own} HAVING max({quoted}) IS NOT NULL")
            }
            several => {
                let all: Vec<String> = several.iter().map(highest).collect();
                let all = all.join(" UNION ALL ");
                format!("SELECT setval({sequence}, max(v)) FROM ({all}) AS highest (v) HAVING max(v) IS NOT NULL")
            }
        };
        let objects = columns.iter().map(|(table, column)| object(table, column)).collect();
        self.late.push(Statement { sql, apart: false, objects });
    }

    fn settings(&mut self, table: &Name, before: &Column, after: &Column) {
        if before.settings == after.settings {
            return;
        }
        let head = format!("ALTER TABLE {} ALTER COLUMN {}", clause::name(table, PG), quote(&after.name, PG));
        for (key, value) in after.settings.iter().filter(|s| !before.settings.contains(s)) {
            self.say(format!("{head} SET {key} {value}"), object(table, &after.name));
        }
        for (key, _) in before.settings.iter().filter(|(k, _)| !after.settings.iter().any(|(o, _)| o == k)) {
            let default = match *key {
                "STATISTICS" => "-1",
                "STORAGE" => storage(after),
                _ => "DEFAULT",
            };
            self.say(format!("{head} SET {key} {default}"), object(table, &after.name));
        }
    }

    fn constraint(&mut self, table: &Name, pair: &Pair<Rc<crate::catalog::Constraint>>) {
        let own = clause::name(table, PG);
        match (&pair.before, &pair.after) {
            (Some(before), Some(after)) => {
                let sql = format!(
                    "ALTER TABLE {own} RENAME CONSTRAINT {} TO {}",
                    quote(&before.name, PG),
                    quote(&after.name, PG)
                );
                self.say(sql, object(table, &after.name));
            }
            (Some(before), None) => {
                self.say(
                    format!("ALTER TABLE {own} DROP CONSTRAINT {}", quote(&before.name, PG)),
                    object(table, &before.name),
                );
            }
            (None, Some(after)) => {
                self.say(
                    format!("ALTER TABLE {own} ADD {}", clause::constraint(after, PG)),
                    object(table, &after.name),
                );
            }
            (None, None) => {}
        }
    }

    fn index(&mut self, table: &Name, pair: &Pair<Rc<Index>>) {
        match (&pair.before, &pair.after) {
            (Some(before), Some(after)) => {
                let sql = format!(
                    "ALTER INDEX {} RENAME TO {}",
                    clause::name(&table.sibling(&before.name), PG),
                    quote(&after.name, PG)
                );
                self.say(sql, object(table, &after.name));
            }
            (Some(before), None) => {
                let apart = before.concurrently.0;
                let word = if apart { "CONCURRENTLY " } else { "" };
                let sql = format!("DROP INDEX {word}{}", clause::name(&table.sibling(&before.name), PG));
                self.out.push(Statement { sql, apart, objects: vec![object(table, &before.name)] });
            }
            (None, Some(after)) => {
                let apart = self.context.concurrent.contains(&after.name);
                let sql = clause::create_index(after, table, apart, PG);
                self.out.push(Statement { sql, apart, objects: vec![object(table, &after.name)] });
            }
            (None, None) => {}
        }
    }

    fn trigger(&mut self, table: &Name, pair: &Pair<Rc<Trigger>>) {
        match (&pair.before, &pair.after) {
            (Some(before), None) => self.say(trigger_statements(table, before).0, object(table, &before.name)),
            (None, Some(after)) => {
                let made_as = after.made_as.clone().unwrap_or_else(|| after.name.clone());
                let made = Trigger { name: made_as, ..Trigger::clone(after) };
                self.say(trigger_statements(table, &made).1, object(table, &after.name));
                if made.name != after.name {
                    self.rename_trigger(table, &made.name, &after.name);
                }
                if after.state != 'O' {
                    self.trigger_state(table, after);
                }
            }
            (Some(before), Some(after)) if before.name != after.name => {
                self.rename_trigger(table, &before.name, &after.name);
            }
            (Some(_), Some(after)) => self.trigger_state(table, after),
            (None, None) => {}
        }
    }

    fn rename_trigger(&mut self, table: &Name, from: &str, to: &str) {
        let own = clause::name(table, PG);
        let sql = format!("ALTER TRIGGER {} ON {own} RENAME TO {}", quote(from, PG), quote(to, PG));
        self.say(sql, object(table, to));
    }

    fn trigger_state(&mut self, table: &Name, trigger: &Trigger) {
        let word = match trigger.state {
            'D' => "DISABLE",
            'A' => "ENABLE ALWAYS",
            'R' => "ENABLE REPLICA",
            _ => "ENABLE",
        };
        let sql = format!("ALTER TABLE {} {word} TRIGGER {}", clause::name(table, PG), quote(&trigger.name, PG));
        self.say(sql, object(table, &trigger.name));
    }

    fn policy(&mut self, table: &Name, pair: &Pair<Rc<Policy>>) {
        if let Some(before) = &pair.before {
            self.say(policy_statements(table, before).0, object(table, &before.name));
        }
        if let Some(after) = &pair.after {
            self.say(policy_statements(table, after).1, object(table, &after.name));
        }
    }

    fn view(&mut self, before: Option<&View>, after: Option<&View>) {
        let kind = |v: &View| if v.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
        match (before, after) {
            (Some(before), None) => {
                self.say(format!("DROP {} {}", kind(before), clause::name(&before.name, PG)), before.name.to_string());
            }
            (None, Some(after)) => self.out.extend(view_statements(after)),
            (Some(before), Some(after)) => {
                let kind = kind(after);
                let mut at = before.name.clone();
                if before.name.schema != after.name.schema {
                    let schema = if after.name.schema.is_empty() { "public" } else { &after.name.schema };
                    self.say(
                        format!("ALTER {kind} {} SET SCHEMA {}", clause::name(&at, PG), quote(schema, PG)),
                        after.name.to_string(),
                    );
                    at.schema = after.name.schema.clone();
                }
                if at.name != after.name.name {
                    self.say(
                        format!("ALTER {kind} {} RENAME TO {}", clause::name(&at, PG), quote(&after.name.name, PG)),
                        after.name.to_string(),
                    );
                }
            }
            (None, None) => {}
        }
    }

    fn user_type(&mut self, pair: &Pair<Type>) -> Result<(), String> {
        let word = |t: &Type| if matches!(t.kind, TypeKind::Domain(_)) { "DOMAIN" } else { "TYPE" };
        match (&pair.before, &pair.after) {
            (Some(before), None) => {
                self.say(format!("DROP {} {}", word(before), clause::name(&before.name, PG)), before.name.to_string());
            }
            (None, Some(after)) => self.say(create_type(after), after.name.to_string()),
            (Some(before), Some(after)) if before.name != after.name => self.rename_type(before, after),
            (Some(before), Some(after)) => {
                let catalog = self.context.at(&self.steps[..self.at]);
                self.out.extend(enums::alter(before, after, &catalog, self.context)?);
            }
            (None, None) => {}
        }
        Ok(())
    }

    fn rename_type(&mut self, before: &Type, after: &Type) {
        let word = if matches!(after.kind, TypeKind::Domain(_)) { "DOMAIN" } else { "TYPE" };
        let mut at = before.name.clone();
        if at.schema != after.name.schema {
            let schema = if after.name.schema.is_empty() { "public" } else { &after.name.schema };
            self.say(
                format!("ALTER {word} {} SET SCHEMA {}", clause::name(&at, PG), quote(schema, PG)),
                after.name.to_string(),
            );
            at.schema = after.name.schema.clone();
        }
        if at.name != after.name.name {
            self.say(
                format!("ALTER {word} {} RENAME TO {}", clause::name(&at, PG), quote(&after.name.name, PG)),
                after.name.to_string(),
            );
        }
    }

    fn sequence(&mut self, pair: &Pair<Sequence>) {
        match (&pair.before, &pair.after) {
            (Some(before), None) => self.drop_sequence(before),
            (None, Some(after)) => self.create_sequence(after),
            (Some(before), Some(after)) => self.alter_sequence(before, after),
            (None, None) => {}
        }
    }

    fn drop_sequence(&mut self, before: &Sequence) {
        // What a column owned went with the column.
        let gone = before.owner.as_ref().is_some_and(|(table, column)| {
            self.steps.iter().any(|s| match &s.change {
                Change::Table(Pair { before: Some(t), after: None }) => t.name == *table,
                Change::Column { table: t, pair: Pair { before: Some(c), after: None }, .. } => {
                    t == table && c.name == *column
                }
                _ => false,
            })
        });
        if !gone {
            self.say(format!("DROP SEQUENCE {}", clause::name(&before.name, PG)), before.name.to_string());
        }
    }

    fn create_sequence(&mut self, after: &Sequence) {
        let comes = after.owner.as_ref().and_then(|(table, column)| {
            self.steps[self.at..].iter().find_map(|s| match &s.change {
                Change::Table(Pair { before: None, after: Some(t) }) if t.name == *table => {
                    t.column(column).map(|c| (Table::clone(t), c.clone()))
                }
                Change::Column { table: t, pair: Pair { before: None, after: Some(c) }, .. }
                    if t == table && c.name == *column =>
                {
                    Some((Table { name: table.clone(), ..Table::default() }, Column::clone(c)))
                }
                _ => None,
            })
        });
        let named = format!("{}::regclass", literal(&clause::name(&after.name, PG)));
        let mut drawn = self.draws_again(&after.name);
        drawn.retain(|(table, column)| after.owner.as_ref() != Some(&(table.clone(), column.clone())));
        let makes =
            |(table, column): &(Table, Column)| self.serial(table, column).is_some_and(|(_, s)| s.name == after.name);
        if comes.as_ref().is_some_and(makes) {
            // The column makes it.
            return self.continue_after_highest(&named, &drawn);
        }
        self.say(
            format!("CREATE SEQUENCE {}{}", clause::name(&after.name, PG), sequence_options(after)),
            after.name.to_string(),
        );
        if let (Some((table, column)), None) = (&after.owner, comes) {
            self.own(after, table, column);
            drawn.insert(0, (table.clone(), column.clone()));
        }
        self.continue_after_highest(&named, &drawn);
    }

    /// Columns that are there and whose default draws from a sequence again.
    fn draws_again(&self, sequence: &Name) -> Vec<(Name, String)> {
        let draws = |column: &Column| {
            let text = column.default.as_ref().map_or("", |d| d.text.as_str());
            let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            text.contains("nextval") && words.any(|w| w == sequence.name)
        };
        let one = |step: &Step| match &step.change {
            Change::Column { table, pair: Pair { before: Some(_), after: Some(c) }, .. } if draws(c) => {
                Some((table.clone(), c.name.clone()))
            }
            _ => None,
        };
        self.steps.iter().filter_map(one).collect()
    }

    fn own(&mut self, sequence: &Sequence, table: &Name, column: &str) {
        let sql = format!(
            "ALTER SEQUENCE {} OWNED BY {}.{}",
            clause::name(&sequence.name, PG),
            clause::name(table, PG),
            quote(column, PG)
        );
        self.say(sql, sequence.name.to_string());
    }

    fn alter_sequence(&mut self, before: &Sequence, after: &Sequence) {
        let object = after.name.to_string();
        let mut at = before.name.clone();
        if at.schema != after.name.schema {
            let schema = if after.name.schema.is_empty() { "public" } else { &after.name.schema };
            self.say(
                format!("ALTER SEQUENCE {} SET SCHEMA {}", clause::name(&at, PG), quote(schema, PG)),
                object.clone(),
            );
            at.schema = after.name.schema.clone();
        }
        if at.name != after.name.name {
            self.say(
                format!("ALTER SEQUENCE {} RENAME TO {}", clause::name(&at, PG), quote(&after.name.name, PG)),
                object.clone(),
            );
        }
        let mut options = Vec::new();
        if before.data_type != after.data_type {
            let data_type = if after.data_type.is_empty() { "bigint" } else { &after.data_type };
            options.push(format!("AS {data_type}"));
        }
        for (key, value) in after.options.iter().filter(|(k, v)| before.options.get(*k) != Some(v)) {
            options.push(option(key, value));
        }
        for key in before.options.keys().filter(|k| !after.options.contains_key(*k)) {
            options.push(default_option(key));
        }
        if !options.is_empty() {
            self.say(format!("ALTER SEQUENCE {} {}", clause::name(&after.name, PG), options.join(" ")), object);
        }
        if before.owner != after.owner {
            match &after.owner {
                Some((table, column)) => self.own(after, table, column),
                None => self.say(
                    format!("ALTER SEQUENCE {} OWNED BY NONE", clause::name(&after.name, PG)),
                    after.name.to_string(),
                ),
            }
        }
    }

    fn routine(&mut self, before: Option<&Routine>, after: Option<&Routine>) {
        let dropped = |r: &Routine| {
            let arguments = if r.kind == "AGGREGATE" && r.signature.is_empty() { "*" } else { &r.signature };
            format!("DROP {} {}({arguments})", r.kind, clause::name(&r.name, PG))
        };
        match (before, after) {
            (Some(before), None) => self.say(dropped(before), before.name.to_string()),
            (Some(before), Some(after)) if self.steps[self.at].phase == Phase::Rename => {
                let arguments =
                    if before.kind == "AGGREGATE" && before.signature.is_empty() { "*" } else { &before.signature };
                let mut at = before.name.clone();
                if at.schema != after.name.schema {
                    let schema = if after.name.schema.is_empty() { "public" } else { &after.name.schema };
                    let own = clause::name(&at, PG);
                    let sql = format!("ALTER {} {own}({arguments}) SET SCHEMA {}", before.kind, quote(schema, PG));
                    self.say(sql, after.name.to_string());
                    at.schema = after.name.schema.clone();
                }
                if at.name != after.name.name {
                    let own = clause::name(&at, PG);
                    let sql =
                        format!("ALTER {} {own}({arguments}) RENAME TO {}", before.kind, quote(&after.name.name, PG));
                    self.say(sql, after.name.to_string());
                }
            }
            (before, Some(after)) => {
                // Of a type that stepped aside: it is another type now.
                let retyped = |r: &Routine| {
                    self.steps.iter().any(|s| {
                        matches!(&s.change, Change::Type(Pair { before: Some(was), after: Some(is) })
                            if is.name.name == aside(&was.name.name) && mentions(r.head(), &was.name.name, PG))
                    })
                };
                if let Some(before) = before
                    && (retyped(before) || before.callable() != after.callable() || before.kind != after.kind)
                {
                    self.say(dropped(before), before.name.to_string());
                }
                let or_replace = if after.kind == "AGGREGATE" { "" } else { "OR REPLACE " };
                let sql =
                    format!("CREATE {or_replace}{} {}{}", after.kind, clause::name(&after.name, PG), after.rest.text);
                self.say(sql, after.name.to_string());
            }
            (None, None) => {}
        }
    }

    fn other(&mut self, before: Option<&Other>, after: Option<&Other>) -> Result<(), String> {
        match (before, after) {
            (Some(before), Some(after)) if before.kind == "SCHEMA" && before.name != after.name => {
                let sql =
                    format!("ALTER SCHEMA {} RENAME TO {}", quote(&before.name.name, PG), quote(&after.name.name, PG));
                self.say(sql, after.name.to_string());
            }
            (before, after) => {
                if before.or(after).is_some_and(|o| o.kind == "DEFAULT PRIVILEGES") {
                    self.default_privileges();
                    return Ok(());
                }
                if let Some(before) = before {
                    self.say(drop_other(before)?, before.name.to_string());
                }
                if let Some(after) = after {
                    self.say(after.create.text.clone(), after.name.to_string());
                }
            }
        }
        Ok(())
    }

    fn comment(&mut self, target: &Target, text: Option<&str>) -> Result<(), String> {
        let on = match target.kind {
            "COLUMN" => format!("COLUMN {}.{}", clause::name(&target.name, PG), quote(&target.part, PG)),
            "CONSTRAINT" | "TRIGGER" | "POLICY" | "RULE" => {
                format!("{} {} ON {}", target.kind, quote(&target.part, PG), clause::name(&target.name, PG))
            }
            "FUNCTION" | "PROCEDURE" | "AGGREGATE" => {
                format!("{} {}({})", target.kind, clause::name(&target.name, PG), target.part)
            }
            kind => format!("{kind} {}", clause::name(&target.name, PG)),
        };
        self.say(format!("COMMENT ON {on} IS {}", text.unwrap_or("NULL")), target.name.to_string());
        Ok(())
    }

    /// What the migration said only where the server has a role is taken back only where it has it.
    fn guarded(&self, sql: String, grantee: &str) -> String {
        let role = grantee.trim_matches('"');
        if !self.context.guarded_roles.contains(role) {
            return sql;
        }
        let literal = role.replace('\'', "''");
        format!(
            "DO $$ BEGIN\n    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{literal}') THEN\n        {sql};\n    END IF;\nEND $$"
        )
    }

    /// All default privileges of a phase in one go, with the first of them.
    fn default_privileges(&mut self) {
        let phase = self.steps[self.at].phase;
        let one = |step: &Step| step.phase == phase && super::postgres_privileges::default_of(&step.change).is_some();
        if self.steps[..self.at].iter().any(one) {
            return;
        }
        for said in super::postgres_privileges::defaults(self.steps, phase, self.context) {
            let sql = self.guarded(said.sql, &said.grantee);
            self.out.push(Statement { sql, apart: false, objects: said.objects });
        }
    }

    /// All privileges of a phase in one go, with the first of them.
    fn privileges(&mut self) {
        let phase = self.steps[self.at].phase;
        if self.at > 0 && self.steps[self.at - 1].phase == phase {
            return;
        }
        self.granted(phase);
    }

    fn granted(&mut self, phase: Phase) {
        for said in super::postgres_privileges::statements(self.steps, phase, self.context) {
            let sql = self.guarded(said.sql, &said.grantee);
            self.out.push(Statement { sql, apart: false, objects: said.objects });
        }
    }
}

/// DROP POLICY and CREATE POLICY.
pub fn policy_statements(table: &Name, policy: &Policy) -> (String, String) {
    let own = clause::name(table, PG);
    let name = quote(&policy.name, PG);
    let mut sql = format!("CREATE POLICY {name} ON {own}");
    if policy.restrictive {
        sql.push_str(" AS RESTRICTIVE");
    }
    if policy.command != "ALL" {
        sql.push_str(&format!(" FOR {}", policy.command));
    }
    if !policy.roles.is_empty() {
        sql.push_str(&format!(" TO {}", policy.roles.text));
    }
    if let Some(using) = &policy.using {
        sql.push_str(&format!(" USING ({})", using.text));
    }
    if let Some(check) = &policy.check {
        sql.push_str(&format!(" WITH CHECK ({})", check.text));
    }
    (format!("DROP POLICY {name} ON {own}"), sql)
}

/// DROP TRIGGER and CREATE TRIGGER.
pub fn trigger_statements(table: &Name, trigger: &Trigger) -> (String, String) {
    let own = clause::name(table, PG);
    let name = quote(&trigger.name, PG);
    let modifiers = if trigger.modifiers.is_empty() { String::new() } else { format!("{} ", trigger.modifiers.text) };
    let create = format!("CREATE {modifiers}TRIGGER {name} {} ON {own} {}", trigger.event.text, trigger.rest.text);
    (format!("DROP TRIGGER {name} ON {own}"), create)
}

/// How the values of a column are stored where nothing is said; SET STORAGE DEFAULT came with PostgreSQL 16.
fn storage(column: &Column) -> &'static str {
    let base = column.canonical.split('(').next().unwrap_or_default().trim();
    match base {
        _ if base.ends_with("[]") => "EXTENDED",
        "text" | "character varying" | "character" | "varchar" | "char" | "bpchar" | "bytea" | "json" | "jsonb"
        | "xml" | "tsvector" | "bit varying" | "bit" | "hstore" | "citext" => "EXTENDED",
        "numeric" | "inet" | "cidr" => "MAIN",
        _ => "PLAIN",
    }
}

/// CREATE VIEW, and what stands on the view.
pub fn view_statements(view: &View) -> Vec<Statement> {
    let modifiers = if view.modifiers.is_empty() { String::new() } else { format!("{} ", view.modifiers.text) };
    let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
    let options = if view.options.is_empty() { String::new() } else { format!(" {}", view.options.text) };
    let name = clause::name(&view.name, PG);
    let create = format!("CREATE {modifiers}{kind} {name}{options} AS\n{}", view.query.text);
    let mut out = vec![Statement::new(create, view.name.to_string())];
    for index in &view.indexes {
        out.push(Statement::new(clause::create_index(index, &view.name, false, PG), object(&view.name, &index.name)));
    }
    for trigger in &view.triggers {
        out.push(Statement::new(trigger_statements(&view.name, trigger).1, object(&view.name, &trigger.name)));
    }
    out
}

/// CREATE TYPE, CREATE DOMAIN.
pub fn create_type(wanted: &Type) -> String {
    let name = clause::name(&wanted.name, PG);
    match &wanted.kind {
        TypeKind::Enum(labels) => {
            let labels: Vec<String> = labels.iter().map(|l| format!("'{}'", l.name.replace('\'', "''"))).collect();
            format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", "))
        }
        TypeKind::Domain(sql) => format!("CREATE DOMAIN {name} {}", sql.text),
        TypeKind::Other(sql) => format!("CREATE TYPE {name} {}", sql.text),
    }
}

fn drop_other(other: &Other) -> Result<String, String> {
    let text = &other.name.name;
    Ok(match other.kind {
        "RULE" => match text.split_once(" ON ") {
            Some((rule, table)) => {
                let table = Name { schema: other.name.schema.clone(), name: table.to_string() };
                format!("DROP RULE {} ON {}", quote(rule, PG), clause::name(&table, PG))
            }
            None => return Err(format!("{text}: the rule's table is not known")),
        },
        "CAST" | "OPERATOR CLASS" => return Err(format!("DROP {} is not written", other.kind)),
        kind => format!("DROP {kind} {}", clause::name(&other.name, PG)),
    })
}

fn identity_clause(identity: &Identity) -> String {
    let word = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
    let options: Vec<String> = identity.options.iter().map(|(k, v)| option(k, v)).collect();
    let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) };
    format!("GENERATED {word} AS IDENTITY{options}")
}

fn sequence_options(sequence: &Sequence) -> String {
    let mut out = String::new();
    if !sequence.data_type.is_empty() {
        out.push_str(&format!(" AS {}", sequence.data_type));
    }
    for (key, value) in &sequence.options {
        out.push(' ');
        out.push_str(&option(key, value));
    }
    out
}

fn option(key: &str, value: &str) -> String {
    if value.is_empty() { key.to_string() } else { format!("{key} {value}") }
}

fn default_option(key: &str) -> String {
    match key {
        "INCREMENT BY" | "START WITH" | "CACHE" => format!("{key} 1"),
        key => format!("NO {key}"),
    }
}
