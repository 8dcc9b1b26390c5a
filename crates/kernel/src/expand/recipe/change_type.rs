//! A column gets another type, on PostgreSQL.
//!
//! Expand adds a column of the new type beside it and keeps both in step, each value converted. Where the migration changes
//! the type of a column in place, the new one stands under a name for the time being, and the contract puts it in the other's
//! place; where it drops one column and adds another, it has its own name from the beginning. So no row is written under a
//! lock that stops everything.

use super::Recipe;
use super::rename_column::{Becomes, new_name};
use crate::Dialect;
use crate::catalog::{Catalog, Column, Constraint, ConstraintKind, Index, Table, mentions, replace_identifier};
use crate::change::{Change, Pair};
use crate::conversion::conversion;
use crate::dialect::quote;
use crate::expand::rewrite::{Replaced, is_about, is_over};
use crate::expand::sync::convert::Conversion;
use crate::expand::sync::postgres;
use crate::expand::{Backfill, Decisions, Expansion, Gate, Piece, Question, Refusal, Restore, Restores};
use crate::lint::Step;
use crate::lint::rule::change_column_type::{keeps_rows, mysql_in_place};
use crate::names::truncate;
use crate::render::{clause, object};
use crate::types::parts;

pub const RECIPE: Recipe = Recipe { name: "change-type", find };

const PG: Dialect = Dialect::Postgres;

fn find(step: &Step, decisions: &Decisions, out: &mut Expansion) {
    for (before, after) in step.kept_tables() {
        for old in &before.columns {
            let Some(new) = becomes(before, after, old, decisions) else { continue };
            let retyped = Retyped { step, before, after, old, new };
            if new.canonical == old.canonical || retyped.takes_a_moment() {
                continue;
            }
            if let Err(refusal) = retyped.refuse() {
                out.refusals.push(refusal);
                continue;
            }
            match retyped.ways(decisions) {
                Ok(ways) => out.pieces.push(retyped.piece(&ways)),
                Err(question) => out.questions.push(question),
            }
        }
    }
}

/// The column that takes this one's place: the same one, one of its name that the migration makes anew, or one that a person
/// named.
fn becomes<'t>(before: &Table, after: &'t Table, old: &Column, decisions: &Decisions) -> Option<&'t Column> {
    if let Some(now) = after.column_of(old.lineage).filter(|_| old.lineage.0 != 0) {
        return (now.name == old.name).then_some(now);
    }
    let place = object(&before.name, &old.name);
    let really_goes = decisions.renames.iter().any(|(of, to)| *of == place && to.is_none());
    match after.columns.iter().find(|c| c.name == old.name) {
        Some(again) => Some(again).filter(|_| !really_goes),
        None => match new_name(before, after, old, decisions) {
            Becomes::Column(new) => Some(new),
            _ => None,
        },
    }
}

struct Retyped<'a> {
    step: &'a Step<'a>,
    before: &'a Table,
    after: &'a Table,
    old: &'a Column,
    new: &'a Column,
}

/// The expressions, and whether they lose anything.
struct Ways {
    up: String,
    back: String,
    exact: bool,
}

impl Retyped<'_> {
    fn takes_a_moment(&self) -> bool {
        let (a, b) = (parts(PG, &self.old.canonical), parts(PG, &self.new.canonical));
        let in_place = self.old.lineage.0 == self.new.lineage.0;
        if self.step.dialect == Dialect::Mysql {
            let (was, is) = (&self.old.canonical, &self.new.canonical);
            let (a, b) = (parts(Dialect::Mysql, was), parts(Dialect::Mysql, is));
            // An enum that gets values at its end, or a varchar that grows.
            let longer =
                was.strip_suffix(')').is_some_and(|w| is.strip_prefix(w).is_some_and(|rest| rest.starts_with(',')));
            return in_place && (was.starts_with("enum") && longer || mysql_in_place(&a, &b, false));
        }
        in_place && self.step.dialect == PG && self.using().is_none() && keeps_rows(&a, &b)
    }

    /// What the migration itself says behind USING.
    fn using(&self) -> Option<String> {
        self.step.changes().find_map(|(_, lowered)| match &lowered.change {
            Change::Column { pair: Pair { after: Some(column), .. }, using, .. }
                if column.lineage.0 == self.new.lineage.0 =>
            {
                using.clone()
            }
            _ => None,
        })
    }

    /// Its name while both are there.
    fn meanwhile(&self) -> String {
        if self.new.name != self.old.name {
            return self.new.name.clone();
        }
        let taken = |name: &str| self.before.column(name).is_some() || self.after.column(name).is_some();
        let name = truncate(PG, &format!("{}_new", self.old.name));
        let others = (2..).map(|n| truncate(PG, &format!("{}_new{n}", self.old.name)));
        std::iter::once(name).chain(others).find(|n| !taken(n)).unwrap_or_default()
    }

    fn cannot(&self, why: impl Into<String>, instead: impl Into<String>) -> Refusal {
        Refusal { object: object(&self.before.name, &self.old.name), why: why.into(), instead: instead.into() }
    }

    fn refuse(&self) -> Result<(), Refusal> {
        let (before, after, old, new) = (self.before, self.after, self.old, self.new);
        let apart = "do that in a migration of its own, before this one or after the contract";
        let quiet = "change its type in one step, at a quiet time";
        match self.step.dialect {
            Dialect::Postgres => {}
            Dialect::Mysql => {
                return Err(self.cannot(
                    "its type changes, and on MySQL and MariaDB no phases for that are known here",
                    "a copy of the table that is kept in step (gh-ost, pt-online-schema-change), or one step at a quiet time",
                ));
            }
            Dialect::Sqlite => {
                return Err(self.cannot(
                    "its type changes, and a trigger of SQLite can't assign the row that is being written",
                    "change it in one step while no old version runs: a file has one host",
                ));
            }
            Dialect::Cockroach => {
                return Err(self.cannot("nothing is known of triggers on CockroachDB here", quiet));
            }
        }
        if before.partial {
            return Err(self.cannot("the history does not say how its table was made", "point at the whole history"));
        }
        if before.name != after.name {
            return Err(self.cannot("its table gets another name in the same migration", apart));
        }
        if before.partition_of.is_some() || before.partition_by.is_some() {
            return Err(self.cannot("its table is partitioned", quiet));
        }
        if old.generated.is_some() || new.generated.is_some() {
            return Err(self.cannot("it is generated", quiet));
        }
        let counts = |c: &Column| {
            let next = c.default.as_ref().is_some_and(|d| d.text.to_ascii_lowercase().contains("nextval"));
            next || c.identity.is_some() || c.auto_increment
        };
        if before.key_columns().contains(&old.name.as_str()) || counts(old) || counts(new) {
            return Err(self.cannot(
                "it is a key, or counted by a sequence: the tables that refer to it would have to change with it",
                quiet,
            ));
        }
        if new.not_null && !old.not_null {
            return Err(self.cannot("it becomes NOT NULL too", apart));
        }
        self.refuse_what_hangs_on_it(quiet)
    }

    /// What would go with the old column, and would have to be made again.
    fn refuse_what_hangs_on_it(&self, quiet: &str) -> Result<(), Refusal> {
        let (before, old) = (self.before, self.old);
        let named = |text: &str| mentions(text, &old.name, PG);
        for constraint in before.constraints.iter().filter(|c| is_about(c, &old.name, PG)) {
            if matches!(constraint.kind, ConstraintKind::ForeignKey(_) | ConstraintKind::Exclude(_)) {
                return Err(self.cannot(format!("the foreign key or exclusion {} is on it", constraint.name), quiet));
            }
        }
        let refers = |c: &Constraint| {
            c.foreign_key().is_some_and(|key| key.table == before.name && key.references.contains(&old.name))
        };
        for (name, table) in self.step.before.tables.iter() {
            if let Some(key) = table.constraints.iter().find(|c| refers(c)) {
                return Err(self.cannot(format!("{} of {name} refers to it", key.name), quiet));
            }
        }
        let (mut triggers, mut policies) = (before.triggers.iter(), before.policies.iter());
        if let Some(trigger) = triggers.find(|t| named(&t.event.text) || named(&t.rest.text)) {
            return Err(self.cannot(format!("the trigger {} names it", trigger.name), quiet));
        }
        let of_policy = |p: &crate::catalog::Policy| [&p.using, &p.check].into_iter().flatten().any(|s| named(&s.text));
        if let Some(policy) = policies.find(|p| of_policy(p)) {
            return Err(self.cannot(format!("the policy {} names it", policy.name), quiet));
        }
        let reads = |c: &&Column| c.generated.as_ref().is_some_and(|g| named(&g.expression.text));
        if let Some(other) = before.columns.iter().find(reads) {
            return Err(self.cannot(format!("the generated column {} is computed from it", other.name), quiet));
        }
        let view = self
            .step
            .before
            .views
            .iter()
            .find(|(_, view)| mentions(&view.query.text, &before.name.name, PG) && named(&view.query.text));
        if let Some((name, _)) = view {
            return Err(self.cannot(format!("the view {name} reads it"), quiet));
        }
        let held = |p: &crate::catalog::Privilege| {
            p.target.name == before.name && p.privilege.split_once('(').is_some_and(|(_, columns)| named(columns))
        };
        if self.step.before.privileges.iter().any(|(p, _)| held(p)) || !old.settings.is_empty() {
            return Err(self.cannot("privileges or settings of its own are on it", quiet));
        }
        Ok(())
    }

    /// How values get there and back: as a person said, else by the types themselves where nothing is lost either way.
    fn ways(&self, decisions: &Decisions) -> Result<Ways, Question> {
        let place = object(&self.before.name, &self.old.name);
        let said = |all: &[(String, String)]| all.iter().find(|(of, _)| *of == place).map(|(_, sql)| sql.clone());
        let (up, back) = (said(&decisions.converts), said(&decisions.converts_back));
        let (old, new) = (quote(&self.old.name, PG), quote(&self.meanwhile(), PG));
        // An expression of a person names the new value by the column's own name.
        let renamed =
            |sql: String| replace_identifier(&sql, &self.new.name, &self.meanwhile(), PG, true).unwrap_or(sql);
        let using = self.using();
        let known = conversion(PG, &self.old.canonical, &self.new.canonical, using.as_deref());
        let cast = conversion(PG, &self.old.canonical, &self.new.canonical, None);
        let usual = cast.impossible.is_none() && cast.loses.is_none() && !cast.depends_on_zone;
        if usual && up.is_none() && back.is_none() && known.loses.is_none() {
            let back = cast.back_using.as_ref().map_or(new.clone(), |b| b.replace("{}", &new));
            return Ok(Ways { up: format!("{old}::{}", self.new.data_type), back, exact: true });
        }
        let up = up.or(using);
        match (up, back) {
            (Some(up), Some(back)) => Ok(Ways { up, back: renamed(back), exact: false }),
            (up, back) => Err(self.ask(&place, up.is_none(), back.is_none(), known.loses.or(cast.loses))),
        }
    }

    fn ask(&self, place: &str, up: bool, back: bool, loses: Option<String>) -> Question {
        let (was, is) = (&self.old.data_type, &self.new.data_type);
        let mut answers = Vec::new();
        if up {
            let example = quote(&self.old.name, PG);
            answers.push((
                format!("--convert {place}=<SQL expression>"),
                format!("what a value is as {is}: {example}::{is}, or one with a fallback"),
            ));
        }
        if back {
            answers.push((
                format!("--convert-back {place}=<SQL expression>"),
                format!("what a new value, under the same name, is as {was} for old versions"),
            ));
        }
        if self.old.lineage.0 != self.new.lineage.0 && self.old.name == self.new.name {
            answers.push((format!("--no-rename {place}"), "the old column and its values go".into()));
        }
        let why = loses.map(|l| format!(" ({l})")).unwrap_or_default();
        Question {
            object: place.to_owned(),
            text: format!("`{place}` becomes {is}, and is {was}{why}: how are its values converted, both ways?"),
            answers,
        }
    }

    fn piece(&self, ways: &Ways) -> Piece {
        let (table, meanwhile) = (&self.before.name, self.meanwhile());
        let copy = Column { name: meanwhile.clone(), ..self.new.clone() };
        let pair = Conversion {
            table: self.before,
            old: self.old,
            new: &copy,
            up: ways.up.clone(),
            back: ways.back.clone(),
            exact: ways.exact,
        };
        let name = truncate_to(postgres::LONGEST, &format!("unmigrate_{}_{meanwhile}", table.name));
        let (triggers, drops) = postgres::install(self.before, &name, pair.meet(), pair.follow());
        let hung = self.hung(&meanwhile);
        let backfill = Backfill {
            table: table.clone(),
            key: self.before.key_columns().into_iter().map(str::to_owned).collect(),
            set: pair.set(),
            todo: pair.todo(),
        };
        let mut gates = vec![Gate {
            name: "backfilled",
            asks: format!("rows of {table} whose {meanwhile} is not yet what {} is", self.old.name),
            question: format!("SELECT count(*) FROM {} WHERE {}", clause::name(table, PG), pair.todo()),
        }];
        gates.extend(hung.indexes.iter().map(|(index, _)| super::index_gate(table, &index.name)));
        Piece {
            recipe: RECIPE.name,
            title: format!(
                "{} becomes {}",
                object(table, &self.old.name),
                match self.swaps() {
                    true => self.new.data_type.clone(),
                    false => format!("{}, {}", object(table, &self.new.name), self.new.data_type),
                }
            ),
            table: table.clone(),
            old: self.old.name.clone(),
            new: meanwhile.clone(),
            last: self.new.name.clone(),
            data_type: self.new.data_type.clone(),
            expand: self.expand(&meanwhile, triggers, &hung),
            indexes: hung.indexes.iter().map(|(index, _)| super::phase_index(index, table)).collect(),
            backfill,
            late: false,
            contract: self.contract(&meanwhile, ways, drops, &hung),
            gates,
            corners: self.corners(&meanwhile, ways),
            replaces: Replaced {
                table: table.clone(),
                names: vec![self.old.name.clone(), self.new.name.clone()],
                ..Replaced::default()
            },
        }
    }

    fn swaps(&self) -> bool {
        self.old.name == self.new.name
    }

    fn own(&self) -> String {
        clause::name(&self.before.name, PG)
    }

    fn expand(&self, meanwhile: &str, triggers: Vec<String>, hung: &Hung) -> Vec<String> {
        let (own, new) = (self.own(), quote(meanwhile, PG));
        let mut column = format!("{new} {}", self.new.data_type);
        if let Some(collation) = &self.new.collation {
            column.push_str(&format!(" COLLATE {collation}"));
        }
        let mut out = vec![format!("ALTER TABLE {own} ADD COLUMN {column}")];
        if self.old.not_null && !self.new.not_null {
            out.push(format!("ALTER TABLE {own} ALTER COLUMN {} DROP NOT NULL", quote(&self.old.name, PG)));
        }
        out.extend(triggers);
        if self.new.not_null {
            let check = quote(&self.required(meanwhile), PG);
            out.push(format!("ALTER TABLE {own} ADD CONSTRAINT {check} CHECK ({new} IS NOT NULL) NOT VALID"));
        }
        out.extend(hung.checks.iter().map(|(check, _)| {
            let eased = Constraint { not_valid: true, ..check.clone() };
            format!("ALTER TABLE {own} ADD {}", clause::constraint(&eased, PG))
        }));
        out
    }

    /// The check that stands for NOT NULL until the contract.
    fn required(&self, meanwhile: &str) -> String {
        truncate(PG, &format!("unmigrate_{}_{meanwhile}_required", self.before.name.name))
    }

    fn contract(&self, meanwhile: &str, ways: &Ways, drops: Vec<String>, hung: &Hung) -> Vec<String> {
        let (own, table) = (self.own(), &self.before.name);
        let (old, new) = (quote(&self.old.name, PG), quote(meanwhile, PG));
        let last = quote(&self.new.name, PG);
        let comment = |kind, column: &str, expression: &str| {
            let said =
                Restore { kind, table: table.clone(), column: column.to_owned(), expression: expression.to_owned() };
            said.comment(PG).map(|c| format!("{c}\n")).unwrap_or_default()
        };
        let kind = if ways.exact { Restores::Exactly } else { Restores::Nearly };
        let filled = comment(Restores::Filled, meanwhile, &ways.up);
        let restore = comment(kind, &self.old.name, &ways.back);
        let mut out = Vec::new();
        // What looks at rows comes first, while others still read and write.
        let checks = hung.checks.iter().map(|(check, _)| check.name.clone());
        let required = self.new.not_null.then(|| self.required(meanwhile));
        for name in checks.chain(required.clone()) {
            out.push(format!("ALTER TABLE {own} VALIDATE CONSTRAINT {}", quote(&name, PG)));
        }
        out.extend(hung.indexes.iter().map(|(index, _)| super::create_if_missing(index, table)));
        out.extend(drops);
        if let Some(check) = required {
            out.push(format!("ALTER TABLE {own} ALTER COLUMN {new} SET NOT NULL"));
            out.push(format!("ALTER TABLE {own} DROP CONSTRAINT {}", quote(&check, PG)));
        }
        out.push(format!(
            "{restore}-- unmigrate-ignore drop-column, rename-column, drop-add-rename, column-recreated: the other column holds the \
             values\nALTER TABLE {own} DROP COLUMN {old}"
        ));
        if self.swaps() {
            out.push(format!(
                "-- unmigrate-ignore rename-column: the one that had the name is gone\nALTER TABLE {own} RENAME COLUMN {new} TO {last}"
            ));
        }
        if let Some(default) = clause::default(self.new) {
            out.push(format!("ALTER TABLE {own} ALTER COLUMN {last} SET {default}"));
        }
        out.extend(hung.names(table, &own));
        if let Some(text) = self.comment() {
            out.push(format!("COMMENT ON COLUMN {own}.{last} IS {text}"));
        }
        if let Some(first) = out.first_mut() {
            *first = format!("{filled}{first}");
        }
        out
    }

    /// The comment on it when the migration is through, as a literal.
    fn comment(&self) -> Option<String> {
        let comments = self.step.after.comments.iter();
        let mut own =
            comments.filter(|(t, _)| t.kind == "COLUMN" && t.name == self.after.name && t.part == self.new.name);
        own.next().map(|(_, text)| text.clone())
    }

    fn corners(&self, meanwhile: &str, ways: &Ways) -> Vec<String> {
        let (table, old, was, is) = (&self.before.name, &self.old.name, &self.old.data_type, &self.new.data_type);
        let mut out = vec![format!(
            "{meanwhile} is NULL in rows that are not filled yet: versions that read it go out when `backfill` is done"
        )];
        out.push(match ways.exact {
            true => format!(
                "until the contract a value that {was} can't hold is refused (data_exception, or the error of the cast), whoever \
                 writes it"
            ),
            false => format!(
                "a value that your expressions give no value for is refused (data_exception), whoever writes it; the contract drops \
                 {old}, and its way back brings what --convert-back makes of the new values"
            ),
        });
        if self.swaps() {
            out.push(format!(
                "with the contract {old} is {is}: a version that names {old} has to live with both types, and one that names \
                 {meanwhile} fails from that moment. Where neither does, give the column a name of its own in the migration, and \
                 rename it by another expansion"
            ));
            out.push(format!("{old} is the last column of {table} then: an INSERT without a list of columns, and SELECT * by place, change"));
        }
        if postgres::has_default(self.old) {
            out.push(format!(
                "an INSERT that gives {meanwhile} as NULL gets the default of {old}: it can't be told from one that names neither"
            ));
        }
        out
    }

    /// What is on the column when the migration is through, as it stands on the one that is there meanwhile: each with its
    /// last name.
    fn hung(&self, meanwhile: &str) -> Hung {
        let mut renamed: Catalog = self.step.after.clone();
        let (name, last) = (&self.after.name, &self.new.name);
        if self.swaps() {
            renamed.rename_column(name, last, meanwhile);
        }
        let mut hung = Hung::default();
        let Some(then) = renamed.table(name) else { return hung };
        let ours = |last: &str| truncate(PG, &format!("unmigrate_{meanwhile}_{last}"));
        for index in then.indexes.iter().filter(|i| is_over(i, meanwhile, PG)) {
            let own = Index { name: ours(&index.name), ..index.clone() };
            hung.indexes.push((own, Becoming::Index(index.name.clone())));
        }
        for constraint in then.constraints.iter().filter(|c| is_about(c, meanwhile, PG)) {
            if let Some(index) = super::as_index(constraint) {
                let own = Index { name: ours(&constraint.name), ..index };
                hung.indexes.push((own, Becoming::Constraint(Box::new(constraint.clone()))));
            } else if matches!(constraint.kind, ConstraintKind::Check(_)) {
                let own = Constraint { name: ours(&constraint.name), ..constraint.clone() };
                hung.checks.push((own, constraint.name.clone()));
            }
        }
        hung
    }
}

/// What an index for the time being becomes.
enum Becoming {
    Index(String),
    Constraint(Box<Constraint>),
}

#[derive(Default)]
struct Hung {
    indexes: Vec<(Index, Becoming)>,
    /// A check and the name that it gets.
    checks: Vec<(Constraint, String)>,
}

impl Hung {
    /// Statements that give everything its last name.
    fn names(&self, table: &crate::catalog::Name, own: &str) -> Vec<String> {
        let mut out = Vec::new();
        for (index, becoming) in &self.indexes {
            let now = clause::name(&table.sibling(&index.name), PG);
            out.push(match becoming {
                Becoming::Index(name) => format!("ALTER INDEX {now} RENAME TO {}", quote(name, PG)),
                Becoming::Constraint(constraint) => super::constraint_using(constraint, &index.name, own),
            });
        }
        out.extend(self.checks.iter().map(|(check, name)| {
            format!("ALTER TABLE {own} RENAME CONSTRAINT {} TO {}", quote(&check.name, PG), quote(name, PG))
        }));
        out
    }
}

fn truncate_to(longest: usize, name: &str) -> String {
    let end = name.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= longest).last();
    name[..end.unwrap_or_default()].to_owned()
}
