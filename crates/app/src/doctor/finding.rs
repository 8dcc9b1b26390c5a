//! What may be wrong, in words, each with the command that mends it.

use super::downs::Orphan;
use super::effect::Extent;
use super::half::Half;
use super::indexes::Invalid;
use super::report::Finding;
use crate::Problem;
use crate::execute::{Holder, Unfinished};
use unmigrate_sources::pasted;

impl Finding {
    fn of(problem: Problem, migration: Option<&str>, fixes: &[&'static str]) -> Finding {
        Finding { problem, migration: migration.map(str::to_owned), fixes: fixes.to_vec() }
    }
}

fn fix(what: &str, name: Option<&str>) -> String {
    let name = name.map(|name| format!(" {}", pasted(name))).unwrap_or_default();
    format!("unmigrate doctor --fix {what}{name}")
}

/// A migration that was begun and not finished: `deploy` stops at it.
pub fn failed(name: &str, half: &Half, logs: Option<&str>) -> Finding {
    let (number, of) = (half.effects.iter().filter(|e| **e == super::Effect::Happened).count(), half.effects.len());
    let why = logs.map(|logs| format!(" The tool noted: {}", first_line(logs))).unwrap_or_default();
    let stops = "`prisma migrate deploy` stops at it (P3009)";
    match half.extent() {
        Extent::None => Finding::of(
            Problem::error(
                "failed-migration",
                format!("`{name}` failed, and nothing of it has happened here; {stops}.{why}"),
                format!("{}   clears its row, so that the next deploy runs it again", fix("tracking", Some(name))),
            ),
            Some(name),
            &["tracking"],
        ),
        Extent::All => Finding::of(
            Problem::error(
                "failed-migration",
                format!("`{name}` is recorded as failed, and all of its {of} statements have happened; {stops}.{why}"),
                format!("{}   records it as applied", fix("tracking", Some(name))),
            ),
            Some(name),
            &["tracking", "undo"],
        ),
        Extent::Some | Extent::Untold => {
            Finding::of(half_applied(name, number, of, half, &why), Some(name), &["forward", "undo"])
        }
    }
}

/// One without a row, of which something is there.
pub fn unrecorded(name: &str, half: &Half) -> Option<Finding> {
    let of = half.effects.len();
    let number = half.effects.iter().filter(|e| **e == super::Effect::Happened).count();
    match half.extent() {
        Extent::All if of > 0 => Some(Finding::of(
            Problem::error(
                "applied-unrecorded",
                format!(
                    "all {of} statements of `{name}` have happened here, and the tool has no row of it: it would run them again"
                ),
                format!("{}   records it as applied", fix("tracking", Some(name))),
            ),
            Some(name),
            &["tracking", "undo"],
        )),
        _ if half.has_begun() => {
            Some(Finding::of(half_applied(name, number, of, half, ""), Some(name), &["forward", "undo"]))
        }
        _ => None,
    }
}

fn half_applied(name: &str, number: usize, of: usize, half: &Half, why: &str) -> Problem {
    let untold = half.effects.iter().filter(|e| **e == super::Effect::Untold).count();
    let doubt = if untold > 0 { format!(", and of {untold} the catalogs don't tell") } else { String::new() };
    let again = half
        .refused
        .as_ref()
        .map(|(at, why)| format!(" Statement {} is refused by an empty database too: {why}.", at + 1));
    Problem::error(
        "half-applied",
        format!(
            "{number} of the {of} statements of `{name}` have happened here{doubt}.{}{why}",
            again.unwrap_or_default()
        ),
        format!(
            "{}   runs the rest; {}   takes back what happened",
            fix("forward", Some(name)),
            fix("undo", Some(name))
        ),
    )
}

fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.chars().take(200).collect()
}

/// Drizzle will never run it.
pub fn skipped(name: &str, half: &Half) -> Finding {
    let there = half.extent() == Extent::All && !half.effects.is_empty();
    let (help, fixes): (String, &[&str]) = match there {
        true => (format!("all of it is there already: {}   records it", fix("tracking", Some(name))), &["tracking"]),
        false => (
            format!(
                "{}   runs it here and records it; where no database has it yet, give its entry in the journal a later `when` \
                 instead",
                fix("forward", Some(name))
            ),
            &["forward"],
        ),
    };
    let message =
        format!("drizzle-orm will never run `{name}` here: its time lies below that of the last that is applied");
    Finding::of(Problem::error("skipped-migration", message, help), Some(name), fixes)
}

/// The tool would run it once more.
pub fn replayed(name: &str) -> Finding {
    let message = format!("`{name}` is applied, and the tool would run it again: its row lacks what the tool goes by");
    let help = format!("{}   fills it in", fix("tracking", None));
    Finding::of(Problem::error("replayed-migration", message, help), Some(name), &["tracking"])
}

/// Several rows say the same.
pub fn duplicate(name: &str, rows: usize) -> Finding {
    let message = format!("{rows} rows say that `{name}` is applied");
    let help = format!("{}   keeps one of them", fix("tracking", None));
    Finding::of(Problem::warning("duplicate-rows", message, help), Some(name), &["tracking"])
}

/// Rows that no file answers to.
pub fn without_file(rows: &[String], blocked: Option<&str>) -> Finding {
    let list = rows.iter().take(10).map(|row| format!("`{row}`")).collect::<Vec<_>>().join(", ");
    let more = rows.len().saturating_sub(10);
    let list = if more > 0 { format!("{list} and {more} more") } else { list };
    let help = format!(
        "check out the branch that has the files; where they are gone for good: {}   deletes the rows",
        fix("orphans", None)
    );
    let problem = match blocked {
        Some(why) => Problem::error("upgrade-blocked", format!("{why}: {list}"), help),
        None => Problem::warning(
            "applied-without-file",
            format!("applied in this database, and not in the folder: {list}"),
            help,
        ),
    };
    Finding::of(problem, None, &["orphans"])
}

/// Not applied, though one that comes after it is.
pub fn out_of_order(name: &str, after: &str) -> Finding {
    let message =
        format!("`{name}` is not applied, and `{after}`, which comes after it, is: the next deploy runs it last");
    let help = "see whether it stands that, on a copy: unmigrate verify".to_owned();
    Finding::of(Problem::warning("applied-out-of-order", message, help), Some(name), &[])
}

/// The file is not the one that ran.
pub fn edited(name: &str, file: &str) -> Finding {
    let message = format!("`{name}` was edited after it was applied: this database ran another text");
    let help = format!("put it back as it was: git log -p -- {}", pasted(file));
    Finding::of(Problem::warning("edited-after-applied", message, help).at(file), Some(name), &[])
}

/// An index that is not valid.
pub fn invalid_index(index: &Invalid) -> Finding {
    let Invalid { name, table, duplicates, leftover, .. } = index;
    let message = match (leftover, duplicates) {
        (true, _) => {
            format!("{name} on {table} is what a REINDEX CONCURRENTLY left behind, and every write keeps it up to date")
        }
        (false, 0) => format!("the index {name} on {table} is not valid: no query uses it, and it guards nothing"),
        (false, n) => format!(
            "the index {name} on {table} is not valid, and can't be built: {n} of its values occur more than once"
        ),
    };
    let help = match duplicates {
        0 => format!(
            "{}   drops it{}, CONCURRENTLY",
            fix("indexes", None),
            if *leftover { "" } else { " and builds it anew" }
        ),
        _ => format!("take the duplicates away, then: {}", fix("indexes", None)),
    };
    Finding::of(Problem::error("invalid-index", message, help), None, &["indexes"])
}

/// A rollback that lies where no migration is any more.
pub fn orphaned_down(orphan: &Orphan, shown: &dyn Fn(&std::path::Path) -> String) -> Finding {
    let file = shown(&orphan.file);
    let (help, fixes): (String, &[&str]) = match &orphan.to {
        Some((_, to)) => (format!("{}   moves it to {}", fix("files", None), shown(to)), &["files"]),
        None => {
            ("no migration is its, or it has a rollback already: see whether the file is still wanted".to_owned(), &[])
        }
    };
    let message = format!("`{file}` is a rollback that `drizzle-kit up` left behind: it is no migration's");
    Finding::of(Problem::warning("orphaned-down", message, help).at(file), None, fixes)
}

/// A run of ours that was cut off.
pub fn cut_off(found: &Unfinished) -> Finding {
    let names = found.plan.phases.iter().map(|phase| format!("`{}`", phase.name)).collect::<Vec<_>>().join(", ");
    let message = format!("a run over {names} was cut off after {} statements", found.happened());
    let help = "unmigrate rollback --continue   goes on; unmigrate rollback --abort   takes it back";
    Finding::of(Problem::error("unfinished", message, help), None, &[])
}

/// Somebody migrates, or stopped in the middle and kept the lock.
pub fn busy(lock: &str, holder: &Holder) -> Finding {
    let Holder { pid, application, state, .. } = holder;
    let age = holder.age.map(|age| format!(" for {age} s")).unwrap_or_default();
    let message = format!("{lock} is held by {application} (pid {pid}, {state}{age}): what follows may be changing");
    let help = "let it finish, and look again; where its process is gone, its session ends with it";
    Finding::of(Problem::warning("busy", message, help), None, &[])
}
