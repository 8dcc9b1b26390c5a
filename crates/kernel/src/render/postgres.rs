//! PostgreSQL.

mod column;
mod dependents;
mod object;
mod options;
mod part;
mod privileges;
mod remade;
mod sequence;

pub use dependents::views_on;
pub use object::{create_type, view_statements};
pub use part::{policy_statements, trigger_statements};

use super::{Context, Statement, clause, object};
use crate::Dialect;
use crate::catalog::{Column, Name, Sequence, Table};
use crate::change::{Change, Pair};
use crate::dialect::quote;
use crate::diff::{Phase, Step};
use crate::names::{self, Kind};
pub(crate) use column::identity_clause;
use std::collections::HashMap;

const PG: Dialect = Dialect::Postgres;

/// The statements for the steps.
pub fn render(steps: &[Step], context: &Context) -> Result<Vec<Statement>, String> {
    let steps = dependents::with_dependents(steps, context);
    let steps = remade::with_what_was_said(steps, context);
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
        let one = |step: &Step| step.phase == phase && privileges::default_of(&step.change).is_some();
        if self.steps[..self.at].iter().any(one) {
            return;
        }
        for said in privileges::defaults(self.steps, phase, self.context) {
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
        for said in privileges::statements(self.steps, phase, self.context) {
            let sql = self.guarded(said.sql, &said.grantee);
            self.out.push(Statement { sql, apart: false, objects: said.objects });
        }
    }
}
