//! Why something is not done, and the way out of it.

use crate::Problem;
use unmigrate_engines::Failure;
use unmigrate_sources::pasted;

pub fn not_expanded(migration: &str) -> Problem {
    Problem::error(
        "not-expanded",
        format!("there is no plan for `{migration}`: it was not expanded"),
        format!("unmigrate expand {}", pasted(migration)),
    )
}

pub fn nothing_to_expand(migration: &str) -> Problem {
    Problem::error(
        "nothing-to-expand",
        format!(
            "`{migration}` does nothing that an old version of the application would not survive, as far as is known"
        ),
        "deploy it as it is; `unmigrate check` says what else it does",
    )
}

pub fn already_applied(migration: &str, by: &str) -> Problem {
    Problem::error(
        "already-applied",
        format!("`{migration}` is applied ({by}): a migration that has run is never changed"),
        format!("unmigrate rollback {}   undoes it first", pasted(migration)),
    )
}

pub fn maybe_applied(migration: &str, why: &str) -> Problem {
    Problem::error(
        "maybe-applied",
        format!("nothing says that `{migration}` has not run anywhere: {why}"),
        "name the database: --url <url>; or say it yourself: --not-applied",
    )
}

pub fn already_expanded(migration: &str) -> Problem {
    Problem::error(
        "already-expanded",
        format!("`{migration}` is expanded already"),
        format!("unmigrate expand {} --abort   puts the migration back as it was", pasted(migration)),
    )
}

pub fn later_ones(migration: &str, last: &str) -> Problem {
    Problem::error(
        "not-last",
        format!("`{last}` comes after `{migration}`, and was written for the schema that it leaves"),
        "expand a migration before the next one is written",
    )
}

pub fn broken_decisions(shown: &str, why: &str) -> Problem {
    Problem::error(
        "invalid-option",
        format!("the decisions in {shown} can't be used: {why}"),
        r#"{ "renames": { "users.full_name": "display_name", "users.old": null }, "fills": { "users.bio": "''" }, "converts": { "users.score": "score::int" }, "convertsBack": { "users.score": "score::text" } }"#,
    )
}

pub fn not_deployed(migration: &str) -> Problem {
    Problem::error(
        "not-applied",
        format!("`{migration}` is not applied in this database: there is nothing to fill yet"),
        "deploy it with your tool first",
    )
}

pub fn unwritable(shown: &str, why: &std::io::Error) -> Problem {
    Problem::error(
        "not-writable",
        format!("`{shown}` can't be written: {why}"),
        "see to the permissions of its folder; nothing half written was left behind",
    )
}

pub fn no_batches(table: &str) -> Problem {
    Problem::error(
        "no-batches",
        format!("`{table}` has no primary key, and this engine has nothing else by which rows can be taken in batches"),
        "give it a key, or fill it with one UPDATE at a quiet time",
    )
}

pub fn stopped(failure: &Failure) -> Problem {
    Problem::error(
        "backfill-stopped",
        format!("the backfill stopped: {failure}"),
        "what is done is done: run the same command again, and it goes on with the rest",
    )
}

pub fn module_unusable(shown: &str, why: &str, help: &str) -> Problem {
    Problem::error("module-unusable", format!("`{shown}` can't take batches: {why}"), help)
}

pub fn module_failed(shown: &str, line: Option<u64>, why: &str) -> Problem {
    let at = line.map_or(String::new(), |line| format!(":{line}"));
    Problem::error(
        "module-failed",
        format!("`{shown}{at}`: {why}"),
        "the batch was given back, and what was done before it is done: mend the module and run the same command again",
    )
}

pub fn gate_closed(name: &str, asks: &str, saw: &str) -> Problem {
    Problem::error(
        "gate-closed",
        format!("the gate `{name}` is closed: {saw} {asks}"),
        match name {
            "backfilled" => {
                format!("unmigrate backfill   fills them; --skip-gate {name} --reason <why>   goes on without")
            }
            "indexed" => format!("unmigrate backfill   makes it; --skip-gate {name} --reason <why>   goes on without"),
            _ => format!(
                "mend the rows first; --skip-gate {name} --reason <why>   goes on without, and the contract may fail"
            ),
        },
    )
}

pub fn gate_unasked(name: &str) -> Problem {
    Problem::error(
        "gate-closed",
        format!("the gate `{name}` can't be asked: no database was named"),
        format!("--url <url>; or --skip-gate {name} --reason <why>"),
    )
}

pub fn clients_unasked() -> Problem {
    Problem::error(
        "gate-closed",
        "the gate `compat` can't be asked: nothing says which commit is deployed, and the contract drops what nothing brings back",
        "--app <the commit, branch or tag that is deployed>; or --skip-gate compat --reason <why>",
    )
}

pub fn clients_break(reference: &str, what: &str) -> Problem {
    Problem::error(
        "gate-closed",
        format!("the gate `compat` is closed: with the contract the clients of {reference} break: {what}"),
        "deploy a version that does without it, and name it: --app <ref>; or --skip-gate compat --reason <why>",
    )
}

pub fn still_running(text: &str) -> Problem {
    let words: Vec<&str> = text.split_whitespace().collect();
    let shown: String = words.join(" ").chars().take(160).collect();
    Problem::error(
        "gate-closed",
        format!("the gate `statements` is closed: since `backfill` was done this has run: {shown}"),
        "deploy a version that does without it, run `unmigrate backfill` once more, which looks again, and wait a while; or \
         --skip-gate statements --reason <why>",
    )
}

pub fn no_reason() -> Problem {
    Problem::error("invalid-option", "a gate is skipped for a reason", "--skip-gate backfilled --reason <why>")
}

pub fn which(names: &[String]) -> Problem {
    let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    Problem::error(
        "several-plans",
        format!("there are {} plans: {}", names.len(), listed.join(", ")),
        "name the one that is meant",
    )
}

pub fn no_plans() -> Problem {
    Problem::error("not-expanded", "no migration of this folder was expanded", "unmigrate expand <migration>")
}
