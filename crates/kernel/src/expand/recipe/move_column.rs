//! A column moves to another table, a table is split in two, or two become one: columns are dropped in one table, or go with it,
//! and come in another, with a unique foreign key between the two.
//!
//! Both tables hold the values until the contract, kept in step by triggers on both. Where the other table comes with the
//! migration, a row is made there for each that holds something; where it was there before, a value that has no row there
//! waits, and a person says whether the backfill makes one. Where the table goes, its rows come and go with what the other
//! one holds.

mod link;
mod merge;
mod mysql;
mod postgres;
mod refuse;

use super::Recipe;
use super::rename_column::{Becomes, new_name};
use crate::Dialect;
use crate::catalog::{Column, Table};
use crate::expand::rewrite::Replaced;
use crate::expand::sync::across::{Across, Moved};
use crate::expand::{Backfill, Decisions, Expansion, Gate, Piece, Question, Refusal, Restore, Restores};
use crate::lint::{Step, similarity};
use crate::render::object;
use link::{Link, NoLink};
use refuse::Unfit;

pub const RECIPE: Recipe = Recipe { name: "move-column", find };

/// How like the names of two columns are that may be one.
const ALIKE: f64 = 0.5;

fn find(step: &Step, decisions: &Decisions, out: &mut Expansion) {
    let kept =
        step.kept_tables().filter(|(before, _)| !step.follows(before)).map(|(before, after)| (before, after, false));
    for (before, after, gone) in kept.chain(merge::going(step).map(|table| (table, table, true))) {
        let mut pairs: Vec<(&Table, Vec<(&Column, &Column)>)> = Vec::new();
        for column in before.columns.iter().filter(|c| gone || goes(after, c)) {
            let place = object(&before.name, &column.name);
            let Some((_, to)) = decisions.moves.iter().find(|(of, _)| *of == place) else {
                ask(step, decisions, (before, after, column), out);
                continue;
            };
            match coming(step).find(|(table, c)| table.name != before.name && object(&table.name, &c.name) == *to) {
                None => out.refusals.push(no_such(&place, to)),
                Some((there, new)) => match pairs.iter_mut().find(|(table, _)| table.name == there.name) {
                    Some((_, columns)) => columns.push((column, new)),
                    None => pairs.push((there, vec![(column, new)])),
                },
            }
        }
        if gone && let [_, (second, _), ..] = pairs.as_slice() {
            out.refusals.push(merge::several(before, second));
            continue;
        }
        for (there, columns) in pairs {
            let found = Move { step, decisions, before, after, there, columns, gone };
            match found.pieces() {
                Ok(pieces) => out.pieces.extend(pieces),
                Err(Unfit::Refused(refusal)) => out.refusals.push(refusal),
                Err(Unfit::Asked(questions)) => out.questions.extend(questions),
            }
        }
    }
}

fn goes(after: &Table, column: &Column) -> bool {
    after.column_of(column.lineage).is_none() && after.column(&column.name).is_none()
}

/// The columns that come, each with its table.
fn coming<'s>(step: &'s Step) -> impl Iterator<Item = (&'s Table, &'s Column)> {
    step.touched_after.tables.iter().flat_map(|(_, table)| {
        let was = was(step, table);
        let new =
            move |c: &&Column| was.is_none_or(|w| w.column_of(c.lineage).is_none() && w.column(&c.name).is_none());
        table.columns.iter().filter(new).map(move |c| (table as &Table, c as &Column))
    })
}

/// The table as it was before the migration; none: it comes.
fn was<'s>(step: &'s Step, table: &Table) -> Option<&'s Table> {
    step.kept_tables().find(|(_, after)| after.name == table.name).map(|(before, _)| before)
}

fn no_such(place: &str, to: &str) -> Refusal {
    Refusal {
        object: place.to_owned(),
        why: format!("the migration adds no column `{to}` that its values could move to"),
        instead: format!("--move {place}=<table>.<column>, one that the migration adds, or --no-rename {place}"),
    }
}

/// A column goes, and one that is like it comes in a table that refers to its own.
fn ask(step: &Step, decisions: &Decisions, (before, after, old): (&Table, &Table, &Column), out: &mut Expansion) {
    let place = object(&before.name, &old.name);
    if decisions.renames.iter().any(|(of, _)| *of == place)
        || decisions.converts_back.iter().any(|(of, _)| *of == place)
    {
        return;
    }
    let like = |(table, new): &(&Table, &Column)| {
        let linked = || !matches!(Link::between(after, table, decisions), Err(NoLink::Why(_)));
        table.name != before.name
            && new.canonical == old.canonical
            && similarity(&new.name, &old.name) >= ALIKE
            && linked()
    };
    let taken = |(table, new): &(&Table, &Column)| {
        let to = object(&table.name, &new.name);
        decisions.moves.iter().any(|(_, moved)| *moved == to)
    };
    let to: Vec<String> =
        coming(step).filter(like).filter(|it| !taken(it)).map(|(table, new)| object(&table.name, &new.name)).collect();
    if to.is_empty() {
        return;
    }
    let moves = to.iter().map(|to| (format!("--move {place}={to}"), "its values move there".to_owned()));
    match out.questions.iter_mut().find(|q| q.object == place) {
        Some(question) => question.answers.splice(0..0, moves).for_each(drop),
        None if matches!(new_name(before, after, old, decisions), Becomes::Itself) => {
            let gone = (format!("--no-rename {place}"), "they do not: the column and its values go".to_owned());
            out.questions.push(Question {
                object: place.clone(),
                text: format!(
                    "`{place}` is dropped and `{}`, of the same type, is added: do its values move there?",
                    to.join("` and `")
                ),
                answers: moves.chain([gone]).collect(),
            });
        }
        None => {}
    }
}

/// Columns of one table that move to another.
struct Move<'a> {
    step: &'a Step<'a>,
    decisions: &'a Decisions,
    before: &'a Table,
    after: &'a Table,
    /// The other table, as it is when the migration is through.
    there: &'a Table,
    /// Each with the one that it becomes.
    columns: Vec<(&'a Column, &'a Column)>,
    /// This table goes; then `after` is what it was.
    gone: bool,
}

/// What a person says of values that have no row there.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Missing {
    Make,
    Hold,
}

impl<'a> Move<'a> {
    fn comes(&self) -> bool {
        was(self.step, self.there).is_none()
    }

    fn place(&self) -> String {
        object(&self.before.name, &self.columns[0].0.name)
    }

    /// The names of its columns here or there, listed.
    fn listed(names: impl Iterator<Item = &'a str>) -> String {
        names.collect::<Vec<_>>().join(" and ")
    }

    fn here_names(&self) -> String {
        Self::listed(self.columns.iter().map(|(c, _)| c.name.as_str()))
    }

    fn there_names(&self) -> String {
        Self::listed(self.columns.iter().map(|(_, c)| c.name.as_str()))
    }

    fn pieces(&self) -> Result<Vec<Piece>, Unfit> {
        self.fits()?;
        let link = self.link()?;
        let mut questions = Vec::new();
        // A row that refers has what it refers to.
        let missing = if link.own { Missing::Hold } else { self.missing(&mut questions) };
        let columns = self.nothings(&link, &mut questions)?;
        let made = match self.gone {
            true => self.made_here(&link, &mut questions)?,
            false => self.made(&link, missing, &mut questions)?,
        };
        if !questions.is_empty() {
            return Err(Unfit::Asked(questions));
        }
        let across = Across {
            here: self.before,
            there: self.there,
            link: link.columns.clone(),
            columns,
            made,
            comes: self.comes(),
            makes: missing == Missing::Make,
            cascades: link.cascades() || self.gone && !self.stops(&link),
            refers: link.own,
            goes: self.gone,
            dialect: self.step.dialect,
        };
        Ok(self.found(&across, &link))
    }

    /// What becomes of values that have no row there. Where the table comes, nobody but a new version makes rows.
    fn missing(&self, questions: &mut Vec<Question>) -> Missing {
        let name = self.there.name.to_string();
        let said = self.decisions.missing.iter().find(|(of, _)| *of == name).map(|(_, word)| word.as_str());
        match said {
            _ if self.comes() => return Missing::Make,
            Some("make") => return Missing::Make,
            Some("hold") => return Missing::Hold,
            _ => {}
        }
        let (here, columns) = (&self.before.name, self.here_names());
        questions.push(Question {
            object: name.clone(),
            text: format!("a row of `{here}` that holds {columns} may have no row in `{name}`: where does its value go?"),
            answers: vec![
                (format!("--missing {name}=make"), format!("`backfill` makes a row of {name} for it")),
                (
                    format!("--missing {name}=hold"),
                    format!("nowhere: it waits in {here}, and the contract is held until somebody has made the row or emptied the column"),
                ),
            ],
        });
        Missing::Hold
    }

    /// What each column holds where there is no row over there.
    fn nothings(&self, link: &Link, questions: &mut Vec<Question>) -> Result<Vec<Moved<'a>>, Unfit> {
        let mut out = Vec::new();
        for (here, there) in &self.columns {
            let (nothing, said) = match (self.nothing(here)?, here.not_null) {
                (Some(value), _) => (self.typed(here, &value), value),
                (None, false) => ("NULL".to_owned(), "NULL".to_owned()),
                (None, true) => {
                    questions.push(self.ask_nothing(here, there, link));
                    continue;
                }
            };
            out.push(Moved { here, there, nothing, said });
        }
        Ok(out)
    }

    fn typed(&self, column: &Column, value: &str) -> String {
        match self.step.dialect {
            Dialect::Mysql => value.to_owned(),
            _ => format!("({value})::{}", column.data_type),
        }
    }

    fn ask_nothing(&self, column: &Column, new: &Column, link: &Link) -> Question {
        let (place, there) = (object(&self.before.name, &column.name), &self.there.name);
        let (text, says) = match link.own {
            true => (
                format!(
                    "`{place}` is NOT NULL: what do old versions find there where `{}` is NULL?",
                    object(there, &new.name)
                ),
                "that; it says the same as NULL over there",
            ),
            false => (
                format!(
                    "`{place}` is NOT NULL, and new versions insert rows without it: what do old ones find there while `{there}` has \
                     no row for them?"
                ),
                "that; a row that holds it needs none over there",
            ),
        };
        Question {
            object: place.clone(),
            text,
            answers: vec![(format!("--fill {place}=<SQL constant>"), says.to_owned())],
        }
    }

    fn found(&self, across: &Across, link: &Link) -> Vec<Piece> {
        let (table, there) = (&self.before.name, &self.there.name);
        let recipe = match (across.comes, self.gone) {
            (true, _) => "split-table",
            (_, true) => "merge-tables",
            (false, false) => RECIPE.name,
        };
        let names = |of: &dyn Fn(&(&Column, &Column)) -> String| self.columns.iter().map(of).collect::<Vec<String>>();
        let replaced = |table: &crate::catalog::Name, names: Vec<String>, columns_only: bool| Replaced {
            table: table.clone(),
            names,
            columns_only,
            ..Replaced::default()
        };
        let linked = || across.link.iter().map(|(own, other)| ((*other).to_owned(), (*own).to_owned()));
        let filled =
            || linked().chain(self.columns.iter().map(|(c, new)| (new.name.clone(), c.name.clone()))).collect();
        let piece = |(here, new): &(&Column, &Column)| Piece {
            recipe,
            title: format!("{} moves to {}", object(table, &here.name), object(there, &new.name)),
            table: table.clone(),
            old: here.name.clone(),
            into: Some(there.clone()),
            new: new.name.clone(),
            last: new.name.clone(),
            data_type: new.data_type.clone(),
            default: self.eased(across, here),
            backfill: Backfill { table: table.clone(), ..Backfill::default() },
            replaces: match self.gone {
                true => Replaced { table: table.clone(), whole: true, ..Replaced::default() },
                false => Replaced {
                    filled: Some((there.clone(), filled())),
                    ..replaced(table, names(&|(c, _)| c.name.clone()), false)
                },
            },
            ..Piece::default()
        };
        let (expand, contract) = match self.step.dialect {
            Dialect::Mysql => (self.my_expand(across), self.my_contract(across)),
            _ => (self.expand(across), self.contract(across)),
        };
        let mut whole = Piece {
            expand,
            contract,
            late: across.comes,
            backfill: Backfill {
                table: table.clone(),
                key: self.before.key_columns().into_iter().map(str::to_owned).collect(),
                set: String::new(),
                batch: across.batch(),
                todo: across.todo(),
            },
            gates: self.gates(across),
            corners: if self.gone { self.merge_corners(across, link) } else { self.corners(across, link) },
            ..piece(&self.columns[0])
        };
        if !across.comes {
            whole.replaces_there = Some(replaced(there, names(&|(_, c)| c.name.clone()), true));
        }
        std::iter::once(whole).chain(self.columns[1..].iter().map(piece)).collect()
    }

    /// How the values of a column here come back.
    fn restore(&self, across: &Across, moved: &Moved) -> Restore {
        Restore {
            kind: Restores::Exactly,
            table: self.before.name.clone(),
            column: moved.here.name.clone(),
            from: Some(self.there.name.clone()),
            expression: across.brought(moved),
        }
    }

    /// The default that a column here gets for the rows of new versions, which know nothing of it.
    fn eased(&self, across: &Across, here: &Column) -> Option<String> {
        if self.gone {
            return None;
        }
        let default = here.default.as_ref().is_some_and(|d| !d.text.eq_ignore_ascii_case("null"));
        let moved = across.columns.iter().find(|m| m.here.name == here.name)?;
        (here.not_null && !default).then(|| moved.said.clone())
    }

    fn gates(&self, across: &Across) -> Vec<Gate> {
        let (table, there, own) = (&self.before.name, &self.there.name, across.own());
        let (here, new) = (self.here_names(), self.there_names());
        let count = |what: String| format!("SELECT count(*) FROM {own} WHERE {what}");
        let mut out = vec![Gate {
            name: "backfilled",
            asks: format!("rows of {table} whose {here} is not yet what {new} of {there} is"),
            question: count(across.todo()),
        }];
        if !across.makes {
            out.push(Gate {
                name: "missing",
                asks: format!("rows of {table} that hold {here} and have no row in {there}: what they hold would go"),
                question: count(across.homeless()),
            });
        }
        out
    }

    fn corners(&self, across: &Across, link: &Link) -> Vec<String> {
        let (table, there) = (&self.before.name, &self.there.name);
        let (here, new) = (self.here_names(), self.there_names());
        let mut out = vec![format!(
            "{new} of {there} is not there, or NULL, for rows that are not filled yet: versions that read or UPDATE it go out when `backfill` is done"
        )];
        let nothing = across.columns.iter().map(|m| m.said.as_str()).collect::<Vec<_>>().join(" and ");
        out.push(match (across.comes, across.makes) {
            _ if across.refers => format!(
                "what a new version writes to {new} of a row of {there} that has none in {table} is seen by no old version; a row of {table} \
                 that comes takes it where it says nothing itself ({nothing}); one that is deleted leaves {new} as it is"
            ),
            (true, _) => format!(
                "a row of {table} that holds {nothing} in {here} needs none in {there}; who writes another value makes one, and who \
                 deletes a row of {there} leaves {nothing} in {here}"
            ),
            (false, makes) => format!(
                "what an old version writes to {here} of a row that has none in {there} waits there: the row takes it when somebody \
                 makes it{}; a row of {there} that is deleted leaves {here} as it is",
                if makes { ", or the next `backfill` makes it; until the contract finds none" } else { ", and the contract counts it" }
            ),
        });
        let role = format!(
            "who writes {here} of {table} writes {there} too, and the other way around: a role needs SELECT, INSERT and UPDATE on both, and \
             DELETE where it deletes, until the contract"
        );
        // MySQL: a trigger has the rights of who made it.
        out.extend(Some(role).filter(|_| across.dialect != Dialect::Mysql));
        out.push(format!(
            "an old version that writes {here} and a new one that writes or deletes the row of {there} for the same row, at the same \
             moment, wait for each other: the server ends one of the two (deadlock), which may try again"
        ));
        if across.dialect == Dialect::Mysql {
            out.push(format!(
                "a statement that writes one of {table} and {there} and reads the other in the same breath (INSERT .. SELECT, a join, a \
                 subquery) is refused (1442) until the contract"
            ));
        }
        if across.dialect == Dialect::Mysql && across.refers {
            out.push(format!(
                "who writes {new} of a row of {there} that has none in {table} keeps others from inserting the rows of {table} beside it \
                 until the transaction ends; two that do both may wait for each other (deadlock)"
            ));
        }
        out.push(format!("TRUNCATE of {there} alone is seen by no trigger; the contract counts what differs then"));
        if across.comes && !across.cascades {
            let key = &link.constraint.name;
            out.push(format!(
                "who deletes a row of {table} deletes its row of {there}, until the contract: {key} would stop old versions, which know no \
                 {there}"
            ));
        }
        let cascaded =
            link.constraint.foreign_key().is_some_and(|k| k.on_update.to_ascii_lowercase().starts_with("cascade"));
        if across.comes && !cascaded {
            out.push(format!(
                "a row of {table} that has one in {there} keeps its {}: {} stops who would change it",
                link.columns.iter().map(|(own, _)| *own).collect::<Vec<_>>().join(", "),
                link.constraint.name
            ));
        }
        for (one, other) in [(self.before, there), (self.there, table)] {
            let fires = one.triggers.iter().filter(|t| t.state != 'D');
            out.extend(
                fires.map(|t| format!("trigger {} of {} fires for what is written to {other}, too", t.name, one.name)),
            );
        }
        out.extend(self.columns.iter().filter(|(_, c)| !across.comes && c.default.is_some()).map(|(_, c)| {
            format!("{there}.{} has no default until the contract: new versions name its value", c.name)
        }));
        out
    }
}
