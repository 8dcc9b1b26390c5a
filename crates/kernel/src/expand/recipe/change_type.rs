//! A column gets another type, on PostgreSQL.
//!
//! Expand adds a column of the new type beside it and keeps both in step, each value converted. Where the migration changes
//! the type of a column in place, the new one stands under a name for the time being, and the contract puts it in the other's
//! place; where it drops one column and adds another, it has its own name from the beginning. So no row is written under a
//! lock that stops everything.

use super::Recipe;
use super::beside::{Beside, Said, Ways};
use super::counted;
use super::references;
use super::rename_column::{Becomes, new_name};
use super::then::Then;
use crate::Dialect;
use crate::catalog::{Column, Table, replace_identifier};
use crate::change::{Change, Pair};
use crate::conversion::{conversion, declared_for};
use crate::dialect::quote;
use crate::expand::{Decisions, Expansion, Piece, Question, Refusal};
use crate::lint::Step;
use crate::lint::rule::change_column_type::{keeps_rows, mysql_in_place};
use crate::render::object;
use crate::types::parts;

pub const RECIPE: Recipe = Recipe { name: "change-type", find };

const PG: Dialect = Dialect::Postgres;

fn find(step: &Step, decisions: &Decisions, out: &mut Expansion) {
    let mut found = Vec::new();
    for (before, after) in step.kept_tables().filter(|(before, _)| !step.follows(before)) {
        for old in &before.columns {
            let Some(new) = becomes(before, after, old, decisions) else { continue };
            let retyped = Retyped { pair: Beside { step, before, after, old: vec![old], new: vec![new] } };
            if new.canonical == old.canonical || retyped.takes_a_moment() {
                continue;
            }
            if let Err(refusal) = retyped.refuse(&out.pieces) {
                out.refusals.push(refusal);
                continue;
            }
            found.push(retyped);
        }
    }
    let then = Then::of(step, found.iter().map(|r| &r.pair), vec![]);
    let mut pieces = Vec::new();
    for retyped in &found {
        match retyped.ways(decisions) {
            Ok(ways) => pieces.push(retyped.piece(&ways, &then)),
            Err(question) => out.questions.push(question),
        }
    }
    references::move_along(step, &then, &mut pieces);
    out.pieces.extend(pieces);
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
    pair: Beside<'a>,
}

impl Retyped<'_> {
    fn takes_a_moment(&self) -> bool {
        let (a, b) = (parts(PG, &self.pair.was().canonical), parts(PG, &self.pair.is().canonical));
        let in_place = self.pair.was().lineage.0 == self.pair.is().lineage.0;
        if self.pair.step.dialect == Dialect::Mysql {
            let (was, is) = (&self.pair.was().canonical, &self.pair.is().canonical);
            let (a, b) = (parts(Dialect::Mysql, was), parts(Dialect::Mysql, is));
            // An enum that gets values at its end, or a varchar that grows.
            let longer =
                was.strip_suffix(')').is_some_and(|w| is.strip_prefix(w).is_some_and(|rest| rest.starts_with(',')));
            return in_place && (was.starts_with("enum") && longer || mysql_in_place(&a, &b, false));
        }
        in_place && self.pair.step.dialect == PG && self.using().is_none() && keeps_rows(&a, &b)
    }

    /// What the migration itself says behind USING.
    fn using(&self) -> Option<String> {
        self.pair.step.changes().find_map(|(_, lowered)| match &lowered.change {
            Change::Column { pair: Pair { after: Some(column), .. }, using, .. }
                if column.lineage.0 == self.pair.is().lineage.0 =>
            {
                using.clone()
            }
            _ => None,
        })
    }

    fn cannot(&self, why: impl Into<String>, instead: impl Into<String>) -> Refusal {
        Refusal {
            object: object(&self.pair.before.name, &self.pair.was().name),
            why: why.into(),
            instead: instead.into(),
        }
    }

    fn refuse(&self, pieces: &[Piece]) -> Result<(), Refusal> {
        match self.pair.step.dialect {
            Dialect::Postgres | Dialect::Mysql | Dialect::Sqlite => {}
            Dialect::Cockroach => {
                let quiet = "change its type in one step, at a quiet time";
                return Err(self.cannot("nothing is known of triggers on CockroachDB here", quiet));
            }
        }
        if let Some((why, instead)) = self.pair.obstacle() {
            return Err(self.cannot(why, instead));
        }
        if let Some(why) = self.pair.shared(pieces) {
            return Err(self.cannot(why, "do one of them in a migration of its own"));
        }
        let quiet = "change its type in one step, at a quiet time";
        let why = match self.widens() && self.pair.dialect().is_postgres() {
            true => counted::obstacle(&self.pair),
            false => self.pair.key_obstacle().or_else(|| self.pair.engine_obstacle()),
        };
        why.map_or(Ok(()), |why| Err(self.cannot(why, quiet)))
    }

    /// An integer that becomes a wider one: a key may, with what refers to it.
    fn widens(&self) -> bool {
        let width = |c: &Column| ["smallint", "integer", "bigint"].iter().position(|t| *t == c.canonical);
        width(self.pair.was()).zip(width(self.pair.is())).is_some_and(|(from, to)| from < to)
    }

    /// How values get there and back: as a person said, else by the types themselves where nothing is lost either way.
    fn ways(&self, decisions: &Decisions) -> Result<Ways, Question> {
        let place = object(&self.pair.before.name, &self.pair.was().name);
        let said = |all: &[(String, String)]| all.iter().find(|(of, _)| *of == place).map(|(_, sql)| sql.clone());
        let (up, back) = (said(&decisions.converts), said(&decisions.converts_back));
        let dialect = self.pair.dialect();
        let meanwhile = self.pair.meanwhile(self.pair.is());
        let (old, new) = (quote(&self.pair.was().name, dialect), quote(&meanwhile, dialect));
        // An expression of a person names the new value by the column's own name.
        let renamed =
            |sql: String| replace_identifier(&sql, &self.pair.is().name, &meanwhile, dialect, true).unwrap_or(sql);
        let using = self.using();
        let (was, is) = (&self.pair.was().canonical, &self.pair.is().canonical);
        let known = conversion(dialect, was, is, using.as_deref());
        let cast = conversion(dialect, was, is, None);
        let usual = cast.impossible.is_none() && cast.loses.is_none() && !cast.depends_on_zone;
        if usual && up.is_none() && back.is_none() && known.loses.is_none() {
            let back = cast.back_using.as_ref().map_or(new.clone(), |b| b.replace("{}", &new));
            let up = match dialect {
                Dialect::Postgres | Dialect::Cockroach => format!("{old}::{}", self.pair.is().data_type),
                // A column of text compares a number as one: '07' would be 7.
                Dialect::Sqlite if declared_for(is) == "TEXT" => format!("CAST({old} AS TEXT)"),
                _ => old,
            };
            return Ok(Ways { up: vec![up], back: vec![back], exact: true, free: false });
        }
        let up = up.or(using);
        match (up, back) {
            (Some(up), Some(back)) => Ok(Ways { up: vec![up], back: vec![renamed(back)], exact: false, free: false }),
            (up, back) => Err(self.ask(&place, up.is_none(), back.is_none(), known.loses.or(cast.loses))),
        }
    }

    fn ask(&self, place: &str, up: bool, back: bool, loses: Option<String>) -> Question {
        let (was, is) = (&self.pair.was().data_type, &self.pair.is().data_type);
        let mut answers = Vec::new();
        if up {
            let example = quote(&self.pair.was().name, self.pair.dialect());
            let cast = if self.pair.dialect().is_postgres() { format!("{example}::{is}") } else { example };
            answers.push((
                format!("--convert {place}=<SQL expression>"),
                format!("what a value is as {is}: {cast}, or one with a fallback"),
            ));
        }
        if back {
            answers.push((
                format!("--convert-back {place}=<SQL expression>"),
                format!("what a new value, under the same name, is as {was} for old versions"),
            ));
        }
        if self.pair.was().lineage.0 != self.pair.is().lineage.0 && self.pair.was().name == self.pair.is().name {
            answers.push((format!("--no-rename {place}"), "the old column and its values go".into()));
        }
        let why = loses.map(|l| format!(" ({l})")).unwrap_or_default();
        Question {
            object: place.to_owned(),
            text: format!("`{place}` becomes {is}, and is {was}{why}: how are its values converted, both ways?"),
            answers,
        }
    }

    fn piece(&self, ways: &Ways, then: &Then) -> Piece {
        let (before, old, new) = (self.pair.before, self.pair.was(), self.pair.is());
        let title = format!(
            "{} becomes {}",
            object(&before.name, &old.name),
            match self.pair.swaps() {
                true => new.data_type.clone(),
                false => format!("{}, {}", object(&before.name, &new.name), new.data_type),
            }
        );
        let state = match self.pair.dialect() {
            Dialect::Mysql => "SQLSTATE 45000",
            Dialect::Sqlite => "SQLITE_CONSTRAINT_TRIGGER",
            _ => "data_exception",
        };
        let integers = |c: &Column| self.pair.dialect() == Dialect::Sqlite && declared_for(&c.canonical) == "INT";
        let mut values = vec![match ways.exact {
            true if integers(old) && integers(new) => format!(
                "SQLite keeps 64 bits in either: a number that a new version writes is there as it is, and an old one has to be able \
                 to read it, whose client may take {} for less",
                old.data_type
            ),
            true => format!(
                "until the contract a value that {} can't hold is refused ({state}, or the error of the cast), whoever \
                 writes it",
                old.data_type
            ),
            false => format!(
                "a value that your expressions give no value for is refused ({state}), whoever writes it; the contract drops \
                 {}, and its way back brings what --convert-back makes of the new values",
                old.name
            ),
        }];
        if !ways.exact && self.pair.dialect() == Dialect::Mysql {
            values.push(
                "MySQL makes 0 of a text that is no number, with a warning alone, in your expressions too: test for it there".into(),
            );
        }
        let said = Said { recipe: RECIPE.name, title, values };
        counted::count_on(&self.pair, self.pair.piece(ways, then, said))
    }
}
