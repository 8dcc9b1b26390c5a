//! Other runners that read a flat Drizzle folder: Supabase's CLI takes every `^[0-9]+_.*\.sql$`, Wrangler every `.sql`.
//! A rollback beside the migration would be run as a migration there; it goes to `rollback/` inside the folder.

use crate::drizzle::{aside, beside};
use crate::journal::{Entry, Journal};
use crate::source::Place;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the rollbacks of a flat folder go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// Beside the migrations.
    No,
    /// Into `rollback/`: another runner reads the folder, and a rollback beside the migration is misplaced.
    Yes,
}

impl Aside {
    /// The place of one migration.
    pub fn place(self, dir: &Path, entry: &Entry, up: PathBuf, refused: bool) -> Place {
        let (tag, stamp) = (entry.tag.as_str(), entry.stamp());
        match self {
            Aside::No => Place { up, down: beside(dir, tag), misplaced: None, refused, stamp },
            Aside::Yes => Place { up, down: aside(dir, tag), misplaced: Some(beside(dir, tag)), refused, stamp },
        }
    }
}

/// Whether another runner reads this folder. Its configuration may lie where we do not look (a folder that was copied,
/// a package elsewhere), so rollbacks that already lie aside keep their place.
pub fn reads(dir: &Path, journal: &Journal) -> Aside {
    let kept = dir.join("rollback").is_dir() && journal.entries.iter().any(|e| aside(dir, &e.tag).is_file());
    if kept || is_supabase(dir) || is_wrangler(dir) { Aside::Yes } else { Aside::No }
}

fn is_supabase(dir: &Path) -> bool {
    let Some(above) = dir.parent() else { return false };
    dir.ends_with("supabase/migrations") && above.join("config.toml").is_file()
}

/// A `wrangler.*` above the folder, or in a package of the same repository, whose D1 migrations are this folder.
fn is_wrangler(dir: &Path) -> bool {
    for above in dir.ancestors().skip(1).take(8) {
        if configures(above, dir) {
            return true;
        }
        if above.join(".git").exists() {
            return packages(above).iter().any(|package| configures(package, dir));
        }
    }
    false
}

/// The folders of a repository's packages, two levels deep as workspaces have them.
fn packages(root: &Path) -> Vec<PathBuf> {
    let below = |dir: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(dir).into_iter().flatten().flatten();
        let dirs = entries.filter(|e| e.file_type().is_ok_and(|t| t.is_dir()));
        dirs.filter(|e| !crate::walk::is_skipped(&e.path())).map(|e| e.path()).collect()
    };
    let first = below(root);
    let second: Vec<PathBuf> = first.iter().flat_map(|d| below(d)).collect();
    first.into_iter().chain(second).collect()
}

fn configures(package: &Path, dir: &Path) -> bool {
    ["wrangler.toml", "wrangler.json", "wrangler.jsonc"].iter().any(|name| {
        let Ok(text) = fs::read_to_string(package.join(name)) else { return false };
        let Some(config) = parse(name, &text) else { return false };
        migrations_dirs(&config).iter().any(|d| same(&package.join(d), dir))
    })
}

fn parse(name: &str, text: &str) -> Option<serde_json::Value> {
    if name.ends_with(".toml") {
        toml::from_str(text).ok()
    } else {
        jsonc_parser::parse_to_serde_value(text, &Default::default()).ok()
    }
}

/// `migrations_dir` of every D1 database, of every environment; `migrations` where a database names none.
fn migrations_dirs(config: &serde_json::Value) -> Vec<&str> {
    let environments = config.get("env").and_then(|e| e.as_object()).into_iter().flat_map(|e| e.values());
    std::iter::once(config)
        .chain(environments)
        .filter_map(|of| of.get("d1_databases")?.as_array())
        .flatten()
        .map(|database| database.get("migrations_dir").and_then(|d| d.as_str()).unwrap_or("migrations"))
        .collect()
}

fn same(a: &Path, b: &Path) -> bool {
    match (dunce::canonicalize(a), dunce::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrangler_in_its_three_forms() {
        let toml = "name = \"x\"\n[[d1_databases]]\nbinding = \"DB\"\nmigrations_dir = \"drizzle\"\n";
        let jsonc = "{ // c\n \"d1_databases\": [{ \"binding\": \"DB\", }], \"env\": { \"p\": { \"d1_databases\": \
                     [{ \"migrations_dir\": \"./db\" }] } } }";
        assert_eq!(migrations_dirs(&parse("wrangler.toml", toml).unwrap()), ["drizzle"]);
        assert_eq!(migrations_dirs(&parse("wrangler.jsonc", jsonc).unwrap()), ["migrations", "./db"]);
        assert!(parse("wrangler.toml", "= broken").is_none());
    }
}
