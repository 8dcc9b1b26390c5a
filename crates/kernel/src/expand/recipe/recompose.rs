//! A column is taken apart into several, or several are put together into one.
//!
//! The migration drops the ones and adds the others, with nothing in common but what a person says: what each added column
//! holds, as SQL over the dropped ones, and what each dropped one holds, as SQL over the added ones. Both sides are kept in
//! step by these expressions until the contract drops the old side.

use super::Recipe;
use super::beside::{Beside, Said, Ways};
use super::then::Then;
use crate::Dialect;
use crate::catalog::{Column, Table};
use crate::expand::{Backfill, Decisions, Expansion, Meanwhile, Piece, Question, Refusal};
use crate::lint::Step;
use crate::render::object;

pub const RECIPE: Recipe = Recipe { name: "recompose", find };

fn find(step: &Step, decisions: &Decisions, out: &mut Expansion) {
    for (before, after) in step.kept_tables() {
        let parts = Parts { before, after, decisions };
        let (old, new) = (parts.going(), parts.coming());
        if old.is_empty() && new.is_empty() {
            continue;
        }
        let asked = parts.questions(old.is_empty(), new.is_empty());
        if !asked.is_empty() || old.is_empty() || new.is_empty() {
            out.questions.extend(asked);
            continue;
        }
        let beside = Beside { step, before, after, old, new };
        match refuse(&beside, &out.pieces) {
            Some(refusal) => out.refusals.push(refusal),
            None => out.pieces.extend(pieces(&beside, &parts)),
        }
    }
}

/// A column that the migration drops, and that a person said how to compute from those that it adds.
pub(super) fn goes_on(before: &Table, after: &Table, column: &Column, decisions: &Decisions) -> bool {
    let place = object(&before.name, &column.name);
    let gone = after.column_of(column.lineage).is_none() && after.column(&column.name).is_none();
    let renamed = decisions.renames.iter().any(|(of, _)| *of == place);
    gone && !renamed && decisions.converts_back.iter().any(|(of, _)| *of == place)
}

/// A column that the migration adds, and that a person said how to compute from those that it drops.
pub(super) fn comes_of(before: &Table, column: &Column, decisions: &Decisions) -> bool {
    let place = object(&before.name, &column.name);
    let new = before.column_of(column.lineage).is_none() && before.column(&column.name).is_none();
    new && decisions.converts.iter().any(|(of, _)| *of == place)
}

struct Parts<'a> {
    before: &'a Table,
    after: &'a Table,
    decisions: &'a Decisions,
}

impl<'a> Parts<'a> {
    fn going(&self) -> Vec<&'a Column> {
        self.before.columns.iter().filter(|c| goes_on(self.before, self.after, c, self.decisions)).collect()
    }

    fn coming(&self) -> Vec<&'a Column> {
        self.after.columns.iter().filter(|c| comes_of(self.before, c, self.decisions)).collect()
    }

    /// One side is said, the other is not.
    fn questions(&self, no_old: bool, no_new: bool) -> Vec<Question> {
        let place = |c: &Column| object(&self.before.name, &c.name);
        let decided = |c: &&Column| !self.decisions.renames.iter().any(|(of, _)| *of == place(c));
        let ask = |flag: &str, place: String, text: String, says: &str, more: Option<(String, String)>| Question {
            object: place.clone(),
            text,
            answers: [(format!("{flag} {place}=<SQL expression>"), says.to_owned())].into_iter().chain(more).collect(),
        };
        let mut out = Vec::new();
        if no_old {
            let gone = |c: &&Column| self.after.column_of(c.lineage).is_none() && self.after.column(&c.name).is_none();
            for column in self.before.columns.iter().filter(gone).filter(decided) {
                let place = place(column);
                out.push(ask(
                    "--convert-back",
                    place.clone(),
                    format!("`{place}` goes, and what comes is computed: what do old versions find in it?"),
                    "that, computed from the columns that come",
                    Some((format!("--no-rename {place}"), "it has no part in it, and its values go".into())),
                ));
            }
        }
        if no_new {
            let come =
                |c: &&Column| self.before.column_of(c.lineage).is_none() && self.before.column(&c.name).is_none();
            for column in self.after.columns.iter().filter(come) {
                let place = place(column);
                let text = format!("`{place}` comes, and what goes is computed from it: what does it hold?");
                out.push(ask("--convert", place, text, "that, computed from the columns that go", None));
            }
        }
        out
    }

    /// NULL was asked for, where the expressions give nothing: `--fill users.theme=NULL`.
    fn free(&self, new: &[&Column]) -> bool {
        let null = |c: &&Column| {
            let place = object(&self.before.name, &c.name);
            self.decisions.fills.iter().any(|(of, value)| *of == place && value.trim().eq_ignore_ascii_case("null"))
        };
        !new.is_empty() && new.iter().all(null)
    }

    fn values(&self, columns: &[&Column], said: &[(String, String)]) -> Vec<String> {
        let one = |c: &&Column| {
            let place = object(&self.before.name, &c.name);
            said.iter().find(|(of, _)| *of == place).map(|(_, sql)| sql.clone()).unwrap_or_default()
        };
        columns.iter().map(one).collect()
    }
}

fn refuse(beside: &Beside, pieces: &[Piece]) -> Option<Refusal> {
    let cannot = |why: String, instead: &str| Refusal {
        object: object(&beside.before.name, &beside.was().name),
        why,
        instead: instead.to_owned(),
    };
    let apart = "move it in one step, at a quiet time";
    match beside.dialect() {
        Dialect::Postgres | Dialect::Mysql | Dialect::Sqlite => {}
        Dialect::Cockroach => return Some(cannot("nothing is known of triggers on CockroachDB here".into(), apart)),
    }
    let keyed = || beside.key_obstacle().or_else(|| beside.engine_obstacle()).map(|why| (why, apart));
    let shared = || beside.shared(pieces).map(|why| (why, "do one of them in a migration of its own"));
    let why = beside.obstacle().or_else(keyed).or_else(shared);
    why.map(|(why, instead)| cannot(why, instead))
}

fn listed(columns: &[&Column]) -> String {
    columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(" and ")
}

/// One piece does it all. The others say of the rest of the columns which belongs to which.
fn pieces(beside: &Beside, parts: &Parts) -> Vec<Piece> {
    let (old, new) = (&beside.old, &beside.new);
    let ways = Ways {
        up: parts.values(new, &parts.decisions.converts),
        back: parts.values(old, &parts.decisions.converts_back),
        exact: false,
        free: parts.free(new),
    };
    let recipe = if new.len() >= old.len() { "split-column" } else { "merge-columns" };
    let table = &beside.before.name;
    let title = format!("{} becomes {}", object(table, &listed(old)), listed(new));
    let refused = match ways.free {
        true => format!("a row for which your expressions give no value holds NULL in {}", listed(new)),
        false => format!(
            "a row for which your expressions give no value is refused, whoever writes it; --fill {}=NULL, for each column that \
             comes, lets it hold NULL",
            object(&beside.before.name, &new[0].name)
        ),
    };
    let values = vec![
        refused,
        format!(
            "the contract drops {}, and its way back brings what --convert-back makes of the new values",
            listed(old)
        ),
    ];
    let then = Then::of(beside.step, std::iter::once(beside), vec![]);
    let whole = beside.piece(&ways, &then, Said { recipe, title, values });
    let rest = 1..old.len().max(new.len());
    let also = rest.map(|at| {
        let (old, new) = (old[at.min(old.len() - 1)], new[at.min(new.len() - 1)]);
        Piece {
            recipe,
            title: format!("{} has a part in {}", object(table, &old.name), object(table, &new.name)),
            table: table.clone(),
            old: old.name.clone(),
            new: new.name.clone(),
            last: new.name.clone(),
            data_type: new.data_type.clone(),
            backfill: Backfill { table: table.clone(), ..Backfill::default() },
            meanwhile: whole.shape.as_ref().map_or(Meanwhile::Itself, |shape| shape.meanwhile(&old.name)),
            replaces: whole.replaces.clone(),
            ..Piece::default()
        }
    });
    let also: Vec<Piece> = also.collect();
    std::iter::once(whole).chain(also).collect()
}
