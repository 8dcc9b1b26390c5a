//! Whole histories of a folder that `UNMIGRATE_CORPUS` names: run on their engine and replayed, statements that nobody can
//! read observed; then the two catalogs have to be one.

use crate::engine::{Database, Outcome, ROLES, Server, given_up, open};
use crate::observed::{same_catalog, watch_statement};
use libtest_mimic::{Failed, Trial};
use std::path::{Path, PathBuf};
use unmigrate_kernel::catalog::Catalog;
use unmigrate_kernel::observe::Observer;
use unmigrate_kernel::rollback::rollback;
use unmigrate_kernel::split::split;
use unmigrate_kernel::{Dialect, History, opaque_statements};
use unmigrate_sources::{Context, NoConfig, read};

/// A test for every history below the folder, if one is named.
pub fn trials() -> Vec<Trial> {
    let Some(folder) = std::env::var_os("UNMIGRATE_CORPUS").map(PathBuf::from) else { return Vec::new() };
    let mut found = Vec::new();
    collect(&folder, 3, &mut found);
    found.sort();
    found.into_iter().filter_map(|dir| trial(&folder, dir)).collect()
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.join("migration_lock.toml").exists() || path.join("meta/_journal.json").exists() {
            found.push(path);
        } else if depth > 0 && path.is_dir() {
            collect(&path, depth - 1, found);
        }
    }
}

fn trial(folder: &Path, dir: PathBuf) -> Option<Trial> {
    let name = format!("corpus/{}", dir.strip_prefix(folder).unwrap_or(&dir).display());
    let cwd = std::env::current_dir().ok()?;
    let context = Context { cwd: &cwd, tool: None, dialect: None, server: None, loader: &NoConfig };
    let history = read(&dir, &context).ok()?.history;
    let left_out = match history.dialect {
        Dialect::Sqlite => false,
        Dialect::Mysql => given_up(Server::MYSQL),
        Dialect::Postgres | Dialect::Cockroach => given_up(Server::POSTGRES),
    };
    Some(Trial::test(name, move || walk(history).map_err(Failed::from)).with_ignored_flag(left_out))
}

/// Runs one statement. Rows that refer to nothing in the middle of a rebuild of SQLite's are no refusal.
fn run(database: &mut dyn Database, text: &str, dialect: Dialect) -> Outcome<()> {
    if dialect == Dialect::Sqlite { database.ask(text).map(drop) } else { database.run(text) }
}

/// Runs and replays a history as far as the engine takes it.
fn walk(mut history: History) -> Outcome<()> {
    let dialect = history.dialect;
    let _nobody_makes_roles = ROLES.read();
    let mut database = open(dialect)?;
    let mut observer = Observer::new(dialect);
    let mut catalog = Catalog::new(dialect);
    let opaque = opaque_statements(&history);
    let (mut ran, mut observed) = (0, 0);
    for (migration, opaque) in history.migrations.iter_mut().zip(opaque) {
        let mut refused = None;
        for statement in split(&migration.sql, dialect, migration.breakpoints) {
            let text = &migration.sql[statement.span.clone()];
            if opaque.contains(&statement.span) {
                match watch_statement(database.as_mut(), &mut observer, text) {
                    Ok(text) => migration.observed.push(unmigrate_kernel::Observed { statement: statement.span, text }),
                    Err(why) => return Err(format!("{}: {why}\n{text}", migration.name)),
                }
                observed += 1;
            } else if run(database.as_mut(), text, dialect).is_err() {
                refused = Some(statement.span.start);
                break;
            }
        }
        // What ran of it stays.
        if let Some(at) = refused {
            migration.sql.truncate(at);
        }
        rollback(&mut catalog, migration);
        if refused.is_some() {
            break;
        }
        ran += 1;
    }
    same_catalog(&catalog, database.as_mut(), &mut Observer::by_name(dialect)).map_err(|e| {
        format!("after {ran} of {} migrations, {observed} statements observed: {e}", history.migrations.len())
    })
}
