//! What runs a history's migrations: the tool's own way, or what the user says.

use crate::Problem;
use std::fs;
use std::path::Path;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::lint::{Runner, Scope};
use unmigrate_sources::{Source, Tool};

/// The words of `--runner`.
pub const WORDS: [&str; 6] = ["prisma", "drizzle", "d1", "libsql", "autocommit", "transaction"];

/// The runner of a word.
///
/// # Errors
/// `unknown-runner`.
pub fn named(word: &str, dialect: Dialect) -> Result<(&'static str, Runner), Problem> {
    let word = word.to_ascii_lowercase();
    let Some(known) = WORDS.into_iter().find(|w| *w == word) else {
        let help = format!("use one of {}", WORDS.join(", "));
        return Err(Problem::error("unknown-runner", format!("`{word}` is not a runner that unmigrate knows"), help));
    };
    Ok((known, facts(known, dialect)))
}

/// The runner that a history is run by, as far as its project tells.
pub fn of(source: &Source) -> (&'static str, Runner) {
    let dialect = source.history.dialect;
    let word = match source.tool {
        Tool::Prisma => "prisma",
        Tool::Drizzle if dialect == Dialect::Sqlite => sqlite_driver(&source.dir),
        Tool::Drizzle => "drizzle",
    };
    (word, facts(word, dialect))
}

/// The same, without its word.
pub fn runner_of(source: &Source) -> Runner {
    of(source).1
}

/// Run on Prisma 5 to 7, drizzle-orm 0.45 and 1.0.0-rc.5.
fn facts(word: &str, dialect: Dialect) -> Runner {
    let plain = |name, scope| Runner::plain(name, scope);
    match word {
        "prisma" => {
            let scope = if dialect.is_postgres() { Scope::Message } else { Scope::Statement };
            Runner { headings: true, ..plain("Prisma", scope) }
        }
        "drizzle" => {
            let one_statement = match dialect {
                Dialect::Mysql => Some("sends both as one, and MySQL calls it a syntax error"),
                Dialect::Sqlite => Some("refuses the file (better-sqlite3)"),
                _ => None,
            };
            Runner { one_statement, ..plain("Drizzle", Scope::All) }
        }
        "d1" => plain("D1", Scope::All),
        "libsql" => Runner {
            foreign_keys_off: true,
            one_statement: Some("runs the first, leaves out the rest and reports success"),
            ..plain("libSQL", Scope::All)
        },
        "transaction" => plain("the runner", Scope::File),
        _ => plain("the runner", Scope::Statement),
    }
}

/// Which of SQLite's drivers a project uses, by its manifest and its configuration. Where both could be meant, the one
/// under which more can go wrong.
fn sqlite_driver(dir: &Path) -> &'static str {
    let Some(package) = dir.ancestors().skip(1).find(|d| d.join("package.json").is_file()) else { return "drizzle" };
    let read = |name: &str| fs::read_to_string(package.join(name)).unwrap_or_default();
    let manifest = read("package.json");
    let config: String = ["ts", "js", "mjs", "json"].map(|x| read(&format!("drizzle.config.{x}"))).concat();
    let has = |name: &str| manifest.contains(&format!("\"{name}\""));
    let files = ["wrangler.toml", "wrangler.json", "wrangler.jsonc"];
    let wrangler = files.iter().any(|f| read(f).contains("d1_databases")) || config.contains("d1-http");
    if wrangler {
        "d1"
    } else if has("better-sqlite3") || has("expo-sqlite") || has("bun:sqlite") {
        "drizzle"
    } else if has("@libsql/client") || config.contains("turso") {
        "libsql"
    } else {
        "drizzle"
    }
}
