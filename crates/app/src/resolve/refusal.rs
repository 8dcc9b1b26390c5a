//! Why nothing is recorded, and the way out of it; and what is said beside what is.

use super::report::{As, MarkReport};
use crate::Problem;
use crate::execute::{Left, Reason, Stopped};
pub use crate::site::refusal::*;
use unmigrate_sources::tracking::Refusal;
use unmigrate_sources::{Source, pasted};

/// So many objects are named.
const NAMED: usize = 12;

fn some(lacks: &[String]) -> String {
    let mut text = lacks.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if lacks.len() > NAMED {
        text.push_str(&format!(" and {} more", lacks.len() - NAMED));
    }
    text
}

pub fn no_migration(word: &str, source: &Source) -> Problem {
    let newest = source.history.migrations.last().map_or_else(String::new, |m| format!("; the newest is `{}`", m.name));
    Problem::error(
        "no-such-migration",
        format!("no migration in `{}` is `{word}`{newest}", source.shown),
        "unmigrate status   lists them by name",
    )
}

pub fn nothing_asked() -> Problem {
    Problem::error(
        "nothing-asked",
        "it is not said what is to be recorded",
        "unmigrate resolve --applied <migration>, --all, --baseline or --rolled-back <migration>",
    )
}

pub fn two_ways() -> Problem {
    Problem::error(
        "two-ways",
        "two things are asked for at once",
        "use one of --applied, --all, --baseline and --rolled-back",
    )
}

pub fn no_reason() -> Problem {
    Problem::error(
        "reason-missing",
        "--force records what the database does not hold, and the audit is to say why",
        "--force --reason \"...\"",
    )
}

pub fn script_of_one(file: &str, due: usize) -> Problem {
    Problem::error(
        "script-of-one",
        format!("`{file}` is the SQL of one migration, and {due} that are not yet recorded are named"),
        "unmigrate resolve --applied <migration> --run <file>",
    )
}

/// The database does not hold what the migration makes; or it still does, though it is to be forgotten.
pub fn not_held(mark: &MarkReport) -> Problem {
    let (name, lacks) = (&mark.name, some(&mark.lacks));
    match mark.to {
        As::Applied => Problem::error(
            "not-held",
            format!("the database does not hold what `{name}` makes: {lacks}. Nothing was recorded"),
            format!(
                "run its SQL first, or let it be run: unmigrate resolve --applied {} --run <file.sql>; \
                 --force --reason \"...\" records it as it is",
                pasted(name)
            ),
        ),
        As::RolledBack => Problem::error(
            "still-held",
            format!("the database still holds what `{name}` makes: {lacks}. Nothing was recorded"),
            "take it back first: unmigrate rollback, or unmigrate doctor where it failed half-way; \
             --force --reason \"...\" records it as it is",
        ),
    }
}

pub fn forced(mark: &MarkReport) -> Problem {
    let code = if mark.to == As::Applied { "not-held" } else { "still-held" };
    Problem::warning(
        code,
        format!("`{}` is recorded as {} all the same: {}", mark.name, mark.to.words(), some(&mark.lacks)),
        "unmigrate doctor   shows what differs",
    )
}

pub fn not_compared(mark: &MarkReport) -> Problem {
    Problem::warning(
        "not-compared",
        format!(
            "nothing in the database tells whether `{}` ran there: it makes no object that could be looked for",
            mark.name
        ),
        "see for yourself that its rows are changed",
    )
}

pub fn lacks_after(mark: &MarkReport) -> Problem {
    Problem::warning(
        "not-held",
        format!("the SQL ran and `{}` is recorded, but the database lacks of it: {}", mark.name, some(&mark.lacks)),
        "unmigrate doctor   shows what differs",
    )
}

pub fn tracking(refused: &Refusal, to: As) -> Problem {
    let message = refused.to_string();
    match refused {
        Refusal::WouldSkip { name, skipped } => Problem::error(
            "would-skip",
            message,
            format!(
                "record those too, where the database holds them: unmigrate resolve --applied {} {}",
                skipped.iter().map(|s| pasted(s)).collect::<Vec<_>>().join(" "),
                pasted(name)
            ),
        ),
        Refusal::NotLast { name, above } => Problem::error(
            "not-last",
            message,
            format!(
                "unmigrate resolve --rolled-back {} {}",
                above.iter().map(|a| pasted(a)).collect::<Vec<_>>().join(" "),
                pasted(name)
            ),
        ),
        _ => Problem::error(
            "tracking-refused",
            format!("{message}; it can't be recorded as {}", to.words()),
            "unmigrate doctor   shows how the tool's table stands",
        ),
    }
}

pub fn by_prisma(name: &str, why: &str) -> Problem {
    Problem::error(
        "tool-refused",
        format!("`prisma migrate resolve` refused `{name}`: {why}"),
        "see to what it says; --direct writes the row without it",
    )
}

pub fn not_run(why: &str) -> Problem {
    Problem::warning(
        "tool-not-run",
        format!("`prisma migrate resolve` can't be run here ({why}): unmigrate wrote the rows that it would write"),
        "--direct does so from the beginning",
    )
}

pub fn elsewhere(names: &[String]) -> Problem {
    Problem::error(
        "marked-elsewhere",
        format!(
            "Prisma said that it recorded {}, and this database's table does not have it: Prisma's own configuration names \
             another database or schema",
            list(names)
        ),
        "see which database Prisma's config names, and take the row back there; --direct writes into the one of --url",
    )
}

/// What stopped a run, and what is next.
pub fn stopped(stopped: &Stopped) -> Problem {
    let continuable = matches!(stopped.left, Left::Continuable { .. });
    let left = match &stopped.left {
        Left::Continuable { .. } => "some of it has happened",
        Left::Unknown => "whether it was committed is not known",
        Left::AsBefore | Left::Whole => "nothing was recorded",
    };
    let help = match &stopped.reason {
        Reason::Unfinished(_) => "unmigrate rollback --continue   (or --abort) finishes it first".to_owned(),
        _ if continuable => "see to the cause, then: unmigrate rollback --continue   runs the rest".to_owned(),
        Reason::Moved => "the database has changed since it was looked at: run it again".to_owned(),
        Reason::Busy(_) | Reason::Locked(_) => "wait for it, or end it, and run it again".to_owned(),
        Reason::NoSession | Reason::NoTransactions => "use the direct URL of the database".to_owned(),
        _ if stopped.left == Left::Unknown => "run it again: what is recorded already is passed over".to_owned(),
        _ => "see to the statement or to the rows that it met, and run it again".to_owned(),
    };
    halted(stopped, format!("{}: {left}", where_and_why(stopped)), help)
}
