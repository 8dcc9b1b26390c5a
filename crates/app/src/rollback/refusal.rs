//! Why a rollback is not done, and the way out of it; and what is said beside one that is.

use super::report::{OutcomeReport, OutcomeState};
use crate::Problem;
use crate::archive::Restored;
use crate::execute::{Reason, Stopped};
use crate::site::TargetReport;
pub use crate::site::refusal::*;
use std::io;
use unmigrate_engines::FailureKind;
use unmigrate_kernel::plan::{Lock, Work};
use unmigrate_sources::pasted;
use unmigrate_sources::tracking::Refusal;

pub fn nothing_applied() -> Problem {
    Problem::error(
        "nothing-applied",
        "the tool's table says that nothing is applied in this database",
        "see whether the URL is the right one; unmigrate status   shows the migrations",
    )
}

pub fn nothing_asked() -> Problem {
    Problem::error("nothing-asked", "`--steps 0` asks for nothing", "ask for one or more")
}

pub fn nothing_after(name: &str) -> Problem {
    Problem::error(
        "nothing-asked",
        format!("`{name}` is the last that is applied, and `--to` leaves the one that it names"),
        "to undo it too, name the one before it, or leave `--to` out",
    )
}

pub fn too_many(asked: usize, applied: usize) -> Problem {
    Problem::error(
        "too-many-steps",
        format!("{asked} migrations are to be undone, and {applied} are applied"),
        format!("unmigrate rollback --steps {applied}"),
    )
}

pub fn no_batch(why: &str) -> Problem {
    Problem::error("no-batch", why, "say how many with --steps, or up to which with --to")
}

pub fn no_such_migration(name: &str) -> Problem {
    Problem::error(
        "no-such-migration",
        format!("there is no migration `{name}`, neither in the folder nor in the database"),
        "unmigrate status   lists them by name",
    )
}

pub fn not_applied(name: &str) -> Problem {
    Problem::error(
        "not-applied",
        format!("`{name}` is not applied in this database"),
        "there is nothing to undo; unmigrate status   shows what is applied",
    )
}

pub fn no_file(name: &str) -> Problem {
    Problem::error(
        "applied-without-file",
        format!("{name} is applied in this database and is not in the folder"),
        "check out the branch that has it, or name the migrations that are to be undone",
    )
}

pub fn never_run(name: &str) -> Problem {
    Problem::error(
        "never-run-here",
        format!(
            "`{name}` is recorded as applied and was never run here (a baseline, or `resolve --applied`): undoing it would \
             drop what it never made"
        ),
        format!("to undo it all the same, name it: unmigrate rollback {}", pasted(name)),
    )
}

pub fn unfinished_migration(name: &str) -> Problem {
    Problem::error(
        "half-applied",
        format!(
            "`{name}` was begun and not finished: some of its statements may have happened, and a rollback undoes all"
        ),
        "unmigrate doctor   tells which, and finishes or undoes it",
    )
}

pub fn edited_after_applied(name: &str) -> Problem {
    Problem::error(
        "edited-after-applied",
        format!("`{name}` was edited after it was applied: its rollback undoes what the file says, not what ran"),
        "put the file back as it was when it was applied; --force runs the rollback as it is",
    )
}

pub fn no_rollback(name: &str, down: &str) -> Problem {
    Problem::error("no-rollback", format!("`{name}` has no rollback"), "unmigrate generate   writes it").at(down)
}

pub fn no_text(down: &str, what: &str) -> Problem {
    Problem::error(
        "not-a-rollback-file",
        format!("`{down}` is {what}, and nothing is run from it"),
        "put the rollback there as a file",
    )
    .at(down)
}

pub fn stale(name: &str, down: &str) -> Problem {
    Problem::error(
        "stale-rollback",
        format!("`{down}` was made from another text of `{name}`, or of a migration before it"),
        "unmigrate generate   writes it anew; --force runs it as it is",
    )
    .at(down)
}

pub fn by_hand(name: &str, down: &str) -> Problem {
    Problem::error(
        "left-to-a-person",
        format!("a person has to finish the rollback of `{name}`: it says why, and its first statement fails"),
        format!("edit {}, take the first statement out, and run it again", pasted(down)),
    )
    .at(down)
}

pub fn rows_forbid(name: &str, object: &str, detail: &str, count: u64) -> Problem {
    Problem::error(
        "rows-forbid",
        format!("today's rows forbid undoing `{name}`: {count} in {object}: {detail}"),
        "change those rows, or edit the rollback so that it does; nothing was changed",
    )
}

pub fn tracking(refused: &Refusal) -> Problem {
    let message = refused.to_string();
    match refused {
        Refusal::NotLast { name, above } => Problem::error(
            "not-last",
            message,
            format!(
                "unmigrate rollback {} {}",
                above.iter().map(|a| pasted(a)).collect::<Vec<_>>().join(" "),
                pasted(name)
            ),
        ),
        Refusal::NotApplied(name) => not_applied(name),
        Refusal::NoSuchMigration(name) => no_such_migration(name),
        _ => Problem::error("tracking-refused", message, "unmigrate doctor   shows how the tool's table stands"),
    }
}

pub fn also_runs(name: &str) -> Problem {
    Problem::warning(
        "also-runs",
        format!("the tool had skipped `{name}`, and will run it as well from now on: it lies above what is left"),
        "unmigrate check   tells why it was skipped",
    )
}

pub fn blocked(why: &str) -> Problem {
    Problem::warning("deploy-blocked", why, "unmigrate doctor   finishes or undoes it")
}

pub fn no_plan(why: &str) -> Problem {
    Problem::error(
        "no-plan",
        format!("this file is no plan that can be run: {why}"),
        "unmigrate rollback --out plan.json",
    )
}

pub fn other_database(made_for: &str, database: &str) -> Problem {
    Problem::error(
        "other-database",
        format!("the plan was made for the database `{made_for}`, and this is `{database}`"),
        "make a plan for this one: unmigrate rollback --out plan.json",
    )
}

pub fn nothing_unfinished() -> Problem {
    Problem::error(
        "nothing-unfinished",
        "no run was cut off in this database: there is nothing to continue or take back",
        "unmigrate status   shows how it stands",
    )
}

pub fn not_as_before() -> Problem {
    Problem::warning(
        "not-as-before",
        "it was taken back, and the catalogs are not to the letter what they were before it: the order of columns, or what \
         somebody else changed since",
        "unmigrate doctor   looks at the database",
    )
}

pub fn two_ways() -> Problem {
    Problem::error(
        "two-ways",
        "the migrations are chosen in two ways at once",
        "use one of --steps, --to, --batch and names; one of --continue and --abort",
    )
}

pub fn not_writable(path: &str, why: &io::Error) -> Problem {
    Problem::error("not-writable", format!("`{path}` can't be written: {why}"), "nothing was run").at(path)
}

pub fn blocks_others(sql: &str, lock: &Lock, table: &str, rows: u64, bytes: Option<u64>) -> Problem {
    let does = if lock.work == Work::Rewrite { "writes every row anew" } else { "reads every row" };
    let who = if lock.mode.stops_readers() { "readers and writers wait" } else { "writers wait" };
    let size = bytes.map_or_else(String::new, |bytes| format!(", {} MB", bytes >> 20));
    Problem::warning(
        "blocks-others",
        format!("`{}` {does} of `{table}` ({rows} rows{size}), and {who} until it is done", short(sql)),
        "run it when there is little traffic, or edit the rollback so that it goes in steps",
    )
}

pub fn archive_inside() -> Problem {
    Problem::warning(
        "archive-inside",
        "no schema or database of ours may be made here, so what is kept lies in tables `_unmigrate_..` among your own: \
         `prisma migrate dev` calls them drift, and `drizzle-kit push` offers to drop them",
        "grant CREATE on the database to the user, or `unmigrate archive drop` them when you need them no more",
    )
}

/// What stopped a walk, what is applied now and what to do next.
pub fn stopped(stopped: &Stopped, outcome: &OutcomeReport, target: &TargetReport) -> Problem {
    let message = format!("{}. {}", where_and_why(stopped), left(stopped, outcome));
    let help = help(stopped, outcome, target);
    halted(stopped, message, help)
}

fn left(stopped: &Stopped, outcome: &OutcomeReport) -> String {
    let done =
        if outcome.done.is_empty() { String::new() } else { format!("{} undone as a whole; ", list(&outcome.done)) };
    match outcome.state {
        OutcomeState::Continuable => {
            let first = stopped.open.first().cloned().unwrap_or_default();
            format!("{done}`{first}` is undone in part")
        }
        OutcomeState::Unknown => format!("{done}whether the last transaction was committed is not known"),
        OutcomeState::Partly => format!("{done}the rest is as it was"),
        _ => "Everything is as it was".to_owned(),
    }
}

fn help(stopped: &Stopped, outcome: &OutcomeReport, target: &TargetReport) -> String {
    let confirm = pasted(&target.database);
    match (&stopped.reason, outcome.state) {
        (Reason::NoWayBack(_), _) => {
            "unmigrate rollback --continue   runs the rest; --abort --force   takes back the shape without those values"
                .into()
        }
        (Reason::Unfinished(_), _) | (_, OutcomeState::Continuable) => {
            "see to the cause, then: unmigrate rollback --continue   (or --abort, to take back what ran)".into()
        }
        (_, OutcomeState::Unknown) => "unmigrate status   asks the database".into(),
        (Reason::NoSession, _) => "use the direct URL of the database, not the pooler's".into(),
        (Reason::NoTransactions | Reason::ForeignKeysStayOn, _) => {
            "run it with a driver that holds a session: the database's file, or its direct URL".into()
        }
        (Reason::Moved, _) => "look at the new plan: unmigrate rollback --dry-run".into(),
        (Reason::Busy(_) | Reason::Locked(_), _) => {
            format!("wait for it, or end it, and run it again: unmigrate rollback --confirm {confirm}")
        }
        (Reason::Lost(_), _) => format!("run it again: unmigrate rollback --confirm {confirm}"),
        (Reason::Failed(failure), _) if failure.kind == FailureKind::Denied => {
            "run it as a user who may, such as the tables' owner".into()
        }
        (Reason::Failed(failure), _) if failure.hint.is_some() => failure.hint.clone().unwrap_or_default(),
        _ => "see to the statement or to the rows that it met, and run it again".into(),
    }
}

/// What was kept of a table stays where it is: the way back makes its rows anew.
pub fn made_anew(entry: &crate::archive::Entry) -> Problem {
    Problem::warning(
        "not-put-back",
        format!(
            "what was kept of {} by `{}` is not put back: the way back has made its rows out of what was written since",
            entry.table, entry.migration
        ),
        "unmigrate archive list   shows what is kept; what did not move is in it alone",
    )
}

pub fn has_values_again(migration: &str, rows: Restored) -> Problem {
    Problem::warning(
        "put-back",
        format!(
            "what `{migration}` had destroyed was kept when it was deployed, and is there again: {} rows put back, {} of them \
             are no longer there",
            rows.restored, rows.gone
        ),
        "unmigrate archive list   shows what is kept; the copies stay",
    )
}
