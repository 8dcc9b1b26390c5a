//! What the rules of `check` say of locks, rewrites and errors, asked of the engines themselves.
//!
//! Each claim is a schema, a statement, and what the engine does with it; and the rule is run over the same text, so that
//! what it says and what happens can't come apart. SQLite is built in; the servers are found as for the cases.

mod mysql;
mod postgres;
#[allow(dead_code, reason = "the cases use more of it")]
#[path = "../engine/servers.rs"]
mod servers;
mod sqlite;

use unmigrate_kernel::lint::{Finding, Options, Runner, Scope, lint};
use unmigrate_kernel::{Dialect, History, Migration};

/// What went wrong, in words.
type Outcome<T> = Result<T, String>;

/// What the rules say of a migration over a schema.
fn findings(dialect: Dialect, scope: Scope, before: &str, up: &str) -> Vec<Finding> {
    findings_on(None, dialect, scope, before, up)
}

/// The same where the server is known: `mariadb-10.11`.
fn findings_on(server: Option<&str>, dialect: Dialect, scope: Scope, before: &str, up: &str) -> Vec<Finding> {
    let runner = Runner::plain("the runner", scope);
    let migration = |name: &str, sql: &str| Migration {
        name: name.into(),
        file: format!("{name}.sql"),
        sql: sql.into(),
        breakpoints: false,
        snapshot_before: None,
        observed: vec![],
    };
    let migrations = vec![migration("1", before), migration("2", up)];
    let history = History { dialect, server: server.map(str::to_owned), migrations };
    let options = Options { runner: &runner, wanted: &|_| true, judged: &[], unshipped: None };
    lint(&history, &options, |_, _| {}).pop().unwrap_or_default()
}

/// Does this rule find something?
fn finds(dialect: Dialect, scope: Scope, before: &str, up: &str, rule: &str) -> bool {
    findings(dialect, scope, before, up).iter().any(|f| f.rule == rule)
}
