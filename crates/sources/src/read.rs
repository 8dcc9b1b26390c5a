//! One folder: whose it is, and what it holds.

use crate::problem::pasted;
use crate::source::{Context, Source};
use crate::{Problem, Tool, drizzle, folders, journal, prisma};
use std::path::Path;
use unmigrate_kernel::{Dialect, Server};

/// Reads a folder of migrations. Its layout tells whose it is: a journal is Drizzle's, `migration_lock.toml` Prisma's,
/// `snapshot.json` Drizzle's; for `<name>/migration.sql` with neither (a folder that was copied), the user's word, then
/// Drizzle's marker between statements, tells.
///
/// # Errors
/// Where it holds no migrations that we can read (`no-migrations`, `broken-journal`, `unsupported-prisma-8`,
/// `unsupported-provider`, `unknown-dialect`, `unreadable`), or not those of the tool that was asked for
/// (`tool-mismatch`), or the server that was named is none (`invalid-option`).
pub fn read(dir: &Path, context: &Context) -> Result<Source, Problem> {
    let shown = context.shown(dir);
    let source = layout(dir, &shown, context)?;
    known_server(&source, context)?;
    Ok(source)
}

fn layout(dir: &Path, shown: &str, context: &Context) -> Result<Source, Problem> {
    if dir.join(journal::PATH).is_file() {
        expect(Tool::Drizzle, shown, context)?;
        return drizzle::journal_source(dir, context);
    }
    let found = folders::read(dir, context)?;
    let locked = dir.join(prisma::LOCK).is_file();
    if found.migrations.is_empty() && prisma::is_prisma_8(dir) {
        return Err(prisma::prisma_8(shown));
    }
    if found.migrations.is_empty() && !locked && found.problems.is_empty() {
        return Err(no_migrations(dir, &found.without_sql, context));
    }
    let snapshots = found.migrations.iter().any(|(_, place)| place.up.with_file_name("snapshot.json").is_file());
    let certain = match (locked, snapshots) {
        (true, _) => Some(Tool::Prisma),
        (false, true) => Some(Tool::Drizzle),
        (false, false) => None,
    };
    if let Some(tool) = certain {
        expect(tool, shown, context)?;
    }
    let guess = || if found.has_breakpoints() { Tool::Drizzle } else { Tool::Prisma };
    match certain.or(context.tool).unwrap_or_else(guess) {
        Tool::Prisma => prisma::source(dir, found, context),
        Tool::Drizzle => drizzle::source(dir, found, context),
    }
}

/// Only MySQL's family has servers that want different SQL.
fn known_server(source: &Source, context: &Context) -> Result<(), Problem> {
    let word = context.server.filter(|w| source.history.dialect == Dialect::Mysql && Server::from_word(w).is_none());
    let Some(word) = word else { return Ok(()) };
    let message = format!("`{word}` is no server that is known: `{}` is written for MySQL or MariaDB", source.shown);
    let help = "say which and from which version on: --server mysql-8.0, mysql-5.7, mariadb-10.11";
    Err(Problem::error("invalid-option", message, help).at(source.shown.clone()))
}

fn expect(tool: Tool, shown: &str, context: &Context) -> Result<(), Problem> {
    match context.tool {
        Some(asked) if asked != tool => Err(Problem::error(
            "tool-mismatch",
            format!("`{shown}` holds migrations of {}, not of {}", tool.word(), asked.word()),
            format!("leave --tool out, or say --tool {}", tool.word()),
        )
        .at(shown)),
        _ => Ok(()),
    }
}

fn no_migrations(dir: &Path, folders: &[String], context: &Context) -> Problem {
    let shown = context.shown(dir);
    let flat = std::fs::read_dir(dir)
        .is_ok_and(|mut entries| entries.any(|e| e.is_ok_and(|e| e.path().extension().is_some_and(|x| x == "sql"))));
    let (message, help) = if dir.join("migration.sql").is_file() {
        let above = dir.parent().map(|above| context.shown(above)).unwrap_or_default();
        (
            format!("`{shown}` is one migration, not a folder of them"),
            format!("unmigrate generate {} --dir {}", pasted(&name_of(dir)), pasted(&above)),
        )
    } else if flat {
        (
            format!("`{shown}` holds .sql files and no meta/_journal.json, so their order is not known"),
            "Drizzle writes the journal: restore it; flat folders of other tools are not supported yet".to_owned(),
        )
    } else if folders.is_empty() {
        (
            format!("`{shown}` holds no migrations: neither <name>/migration.sql nor meta/_journal.json"),
            "point at the folder itself: unmigrate generate --dir prisma/migrations".to_owned(),
        )
    } else {
        (
            format!("none of the {} folders in `{shown}` holds a migration.sql", folders.len()),
            "restore the files from version control, or point at another folder with --dir".to_owned(),
        )
    };
    Problem::error("no-migrations", message, help).at(shown)
}

fn name_of(dir: &Path) -> String {
    dir.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
