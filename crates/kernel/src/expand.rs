//! Expand and contract: one breaking migration into phases that old and new versions of the application both live with.
//!
//! A recipe is a file in `expand/recipe/` and knows one kind of breaking change; [`recipe::RECIPES`] lists it. It looks at
//! the migration as `lint` does, and gives data: what stands in the migration's place (both shapes, kept in step by
//! triggers), the rows that are to be filled, what the contract runs when nobody needs the old shape, and what has to hold
//! before that. Nothing is run here, and no migration tool is known.
//!
//! A rename keeps the old column as the one that holds the values, to its end: the new one is a copy that triggers keep in
//! step, and the contract drops the copy and renames the old column. So the default, the checks, the keys, the foreign keys
//! in both directions, the privileges and the statistics of the column need no second making that could be unfaithful, no
//! value depends on a backfill having been complete, and the contract takes as long as a rename.

pub(crate) mod locked;
pub(crate) mod made;
pub mod recipe;
mod restore;
mod rewrite;
pub(crate) mod rows;
mod shape;
mod sync;

pub(crate) use restore::fill;
pub(crate) use restore::filled;
pub use restore::{Restore, Restores, restores, silently, supposed};

use crate::Dialect;
use crate::catalog::{Catalog, Name};
use crate::history::{History, Migration};
use crate::lint::{Runner, Step};

/// What a person has decided, each an answer to a [`Question`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// `users.full_name` and the column that it becomes; none: it really goes.
    pub renames: Vec<(String, Option<String>)>,
    /// `users.bio` and what stands there instead of NULL, as SQL over the row.
    pub fills: Vec<(String, String)>,
    /// `users.score` and what its values are in its new type, as SQL over the row.
    pub converts: Vec<(String, String)>,
    /// `users.score` and what a value of the new type, under the column's name, is in the old one.
    pub converts_back: Vec<(String, String)>,
    /// `role.guest`, a value of an enum that goes, and the one that new versions find where old ones have written it.
    pub values: Vec<(String, String)>,
    /// `role.owner`, a value of an enum that comes, and the one that old versions find where new ones have written it.
    pub values_back: Vec<(String, String)>,
    /// `users.bio` and the column of another table that its values move to: `profiles.bio`.
    pub moves: Vec<(String, String)>,
    /// `profiles.user_id`: a column of the foreign key by which a row finds the one that its values move to.
    pub by: Vec<String>,
    /// `profiles`, and what becomes of values that have no row there: `make` or `hold`.
    pub missing: Vec<(String, String)>,
}

/// A migration in phases.
#[derive(Debug, Clone, Default)]
pub struct Expansion {
    /// What was recognised, in the order of the recipes.
    pub pieces: Vec<Piece>,
    /// What only a person knows. While there is one, nothing else is to be used.
    pub questions: Vec<Question>,
    /// What can't be done, and why.
    pub refusals: Vec<Refusal>,
    /// The migration's text for the expand phase.
    pub expand: String,
    /// The text of the migration that ends it.
    pub contract: String,
    /// Tables that one of the two makes anew, while nobody else writes (SQLite).
    pub anew: Vec<Name>,
}

/// What one recipe does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Piece {
    /// The recipe's name: `rename-column`.
    pub recipe: &'static str,
    /// What it does, in a few words: `users.full_name becomes users.display_name`.
    pub title: String,
    /// The table.
    pub table: Name,
    /// The column as the old shape names it.
    pub old: String,
    /// The table that the new column is in, where it is another one.
    pub into: Option<Name>,
    /// The column as the new shape names it while both are there.
    pub new: String,
    /// The column as it is called when the contract is through.
    pub last: String,
    /// The type that the new column is made with.
    pub data_type: String,
    /// The default that the old column has from expand to the contract alone, as SQL.
    pub default: Option<String>,
    /// Foreign keys that expand lets go of, by name.
    pub let_go: Vec<String>,
    /// Statements of the expand phase, in order.
    pub expand: Vec<String>,
    /// Indexes on the new column for the time of both shapes. They are made when it is filled, outside of a transaction.
    pub indexes: Vec<PhaseIndex>,
    /// Foreign keys on the new columns for the time of both shapes. They are made when all of the plan is filled.
    pub keys: Vec<PhaseKey>,
    /// The rows that are to be filled.
    pub backfill: Backfill,
    /// Its statements of the expand phase stand behind what is left of the migration, not before.
    pub late: bool,
    /// Statements of the contract, in order.
    pub contract: Vec<String>,
    /// What has to hold before the contract.
    pub gates: Vec<Gate>,
    /// What the engine can't tell apart or can't give while both shapes are there: a sentence each.
    pub corners: Vec<String>,
    /// What the old column is until the contract, where that is not what it was.
    pub meanwhile: Meanwhile,
    /// SQLite: what it wants of its table. Then `expand` and `contract` are only what it wants beside that.
    shape: Option<shape::Shape>,
    /// What of the migration's text it stands for.
    replaces: rewrite::Replaced,
    /// The same, in another table.
    replaces_there: Option<rewrite::Replaced>,
}

impl Piece {
    /// A column that becomes required has its new default with the contract alone (SQLite, which makes the table anew then).
    pub fn sets_default_later(&self) -> bool {
        self.recipe == "make-required" && self.shape.is_some()
    }
}

/// What a column that is NOT NULL is while both shapes are there, and one of them does not name it (SQLite).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Meanwhile {
    /// What it was.
    #[default]
    Itself,
    /// It has a default that no client writes, and that a trigger puts the value in the place of.
    Default,
    /// It may be NULL, as far as the engine is concerned.
    Null,
}

/// An index for the time of both shapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseIndex {
    /// Its name.
    pub name: String,
    /// Makes it, without stopping writers where the engine can do that; is refused where it is there.
    pub sql: String,
    /// Drops what a broken attempt has left.
    pub drop: String,
}

/// A foreign key for the time of both shapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseKey {
    /// Its name.
    pub name: String,
    /// The table that it is of.
    pub table: Name,
    /// Makes it for what is written from then on.
    pub add: String,
    /// Looks at the rows that are there, while others write.
    pub validate: String,
}

/// Rows that are to be filled, in batches by a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backfill {
    /// The table.
    pub table: Name,
    /// The columns of its key, in order; empty: it has none.
    pub key: Vec<String>,
    /// `"display_name" = "full_name"`, ready for SET.
    pub set: String,
    /// What is run for a batch where not the rows themselves are filled, in order; then there is nothing to SET.
    pub batch: Vec<Batch>,
    /// What holds for a row that is still to be done.
    pub todo: String,
}

/// A statement for a batch: SQL around the condition that the batch is. The last of them tells how many rows were filled, by what
/// it changes or by the number that it gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// What stands before the condition.
    pub head: String,
    /// What stands behind it; none: the statement has no condition.
    pub tail: Option<String>,
}

/// What has to hold before the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The word of `--skip-gate`.
    pub name: &'static str,
    /// What is asked, for a person.
    pub asks: String,
    /// One row, one number; the gate is open where it is 0.
    pub question: String,
}

/// What only a person knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What it is about: `users.full_name`.
    pub object: String,
    /// The question.
    pub text: String,
    /// The flags that answer it, each with what it says.
    pub answers: Vec<(String, String)>,
}

/// What can't be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What it is about.
    pub object: String,
    /// Why, in a sentence without a full stop.
    pub why: String,
    /// What to do instead.
    pub instead: String,
}

/// Turns one migration of a history into phases.
pub fn expand(history: &History, at: usize, runner: &Runner, decisions: &Decisions) -> Expansion {
    let mut catalog = Catalog::of(history);
    let mut replay = crate::lint::Replay::new(history, runner);
    for (number, migration) in history.migrations.iter().enumerate().take(at + 1) {
        let step = replay.step(&mut catalog, migration, number == at);
        if number == at {
            return phases(&step, migration, decisions);
        }
        replay.keep(step);
    }
    Expansion::default()
}

fn phases(step: &Step, migration: &Migration, decisions: &Decisions) -> Expansion {
    let mut found = Expansion::default();
    recipe::RECIPES.iter().for_each(|recipe| (recipe.find)(step, decisions, &mut found));
    if step.dialect == Dialect::Sqlite && found.refusals.is_empty() && shape::phases(step, &mut found) {
        return found;
    }
    let replaced: Vec<&rewrite::Replaced> =
        found.pieces.iter().flat_map(|p| std::iter::once(&p.replaces).chain(&p.replaces_there)).collect();
    match rewrite::without(step, &replaced, &[]) {
        Ok(rest) => found.expand = expand_text(&found.pieces, &rest, migration, step.dialect),
        Err(refusal) => found.refusals.push(refusal),
    }
    found.contract = contract_text(&found.pieces, migration, step.dialect);
    found
}

/// Why `check` has nothing to say of a contract's rename.
const IGNORE_RENAME: &str = "-- unmigrate-ignore rename-column: nothing uses the old name\n";

/// Statements as the tool's runner takes them.
fn joined(statements: &[String], migration: &Migration) -> String {
    let end = if migration.breakpoints { format!(";\n{}\n", crate::split::BREAKPOINT) } else { ";\n\n".to_owned() };
    let mut text = statements.join(&end);
    if !text.is_empty() {
        text.push_str(";\n");
    }
    text
}

fn expand_text(pieces: &[Piece], rest: &[String], migration: &Migration, dialect: Dialect) -> String {
    let mut out = String::new();
    for piece in pieces {
        out.push_str(&format!("-- Expand: {}. Old and new versions both work until the contract.\n", piece.title));
    }
    let of = |late: bool| pieces.iter().filter(move |p| p.late == late).flat_map(|p| p.expand.clone());
    let rest = rest.iter().cloned();
    let mut all: Vec<String> = Vec::new();
    // Types that the migration makes are there before a column has them.
    let (types, rest): (Vec<String>, Vec<String>) = rest.partition(|sql| makes_type(sql));
    all.extend(types);
    all.extend(of(false));
    all.extend(rest);
    all.extend(of(true));
    if all.is_empty() {
        all.push(nothing(dialect).to_owned());
    }
    out.push_str(&joined(&all, migration));
    out
}

fn makes_type(sql: &str) -> bool {
    let mut words = sql.lines().filter(|l| !l.trim_start().starts_with("--")).flat_map(str::split_whitespace);
    let mut is = |word: &str| words.next().is_some_and(|w| w.eq_ignore_ascii_case(word));
    is("create") && is("type")
}

/// A statement that does nothing: MySQL and better-sqlite3 refuse a text without any, and better-sqlite3 one that gives rows.
fn nothing(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "DROP VIEW IF EXISTS unmigrate_nothing",
        _ => "SELECT 1",
    }
}

fn contract_text(pieces: &[Piece], migration: &Migration, dialect: Dialect) -> String {
    let mut out = String::new();
    for piece in pieces {
        out.push_str(&format!("-- Contract: {}. Nothing may need the old shape from here on.\n", piece.title));
    }
    let all = pieces.iter().flat_map(|p| p.contract.clone());
    // What looks at rows comes before what stops others: a transaction keeps its locks to its end. Indexes that `backfill` has
    // made name columns as they are called until something is renamed.
    let (looks, rest): (Vec<String>, Vec<String>) = all.partition(|sql| sql.contains(" VALIDATE CONSTRAINT "));
    let (made, rest): (Vec<String>, Vec<String>) =
        rest.into_iter().partition(|sql| sql.contains(" INDEX IF NOT EXISTS "));
    let mut all = [looks, made, rest].concat();
    if all.is_empty() && !pieces.is_empty() {
        all.push(nothing(dialect).to_owned());
    }
    out.push_str(&joined(&all, migration));
    out
}

#[cfg(test)]
mod tests;
