//! Prisma Migrate 2 to 7: `<name>/migration.sql` beside `migration_lock.toml`.

use crate::folders::{Folders, subfolders};
use crate::problem::below;
use crate::source::{Context, Source};
use crate::{Layout, Problem, Tool, provider};
use std::fs;
use std::path::{Path, PathBuf};
use unmigrate_kernel::{Dialect, History};

/// The file that names the provider.
pub const LOCK: &str = "migration_lock.toml";

/// A folder whose files have been read, as Prisma's.
///
/// # Errors
/// Where the dialect is none of ours, or nothing tells it.
pub fn source(dir: &Path, folders: Folders, context: &Context) -> Result<Source, Problem> {
    let shown = context.shown(dir);
    let Folders { migrations, without_sql, mut problems } = folders;
    let (migrations, places): (Vec<_>, Vec<_>) = migrations.into_iter().unzip();
    let said = context.dialect.map(Ok).or_else(|| from_files(dir, context));
    let found = said.or_else(|| provider::from_sql(migrations.iter(), &shown));
    let dialect = found.unwrap_or_else(|| {
        Err(provider::unknown(&shown, "there is no migration_lock.toml in it and no schema.prisma beside it"))
    })?;
    problems.extend(without_sql.iter().map(|name| without_migration(name, &shown)));
    let history = History { dialect, server: context.server.map(str::to_owned), migrations };
    let dir = dir.to_path_buf();
    Ok(Source { tool: Tool::Prisma, layout: Layout::Folders, dir, shown, history, places, problems })
}

/// Prisma takes every folder for a migration, dot-folders too (run on 6.19 and 7.10).
fn without_migration(name: &str, dir: &str) -> Problem {
    let path = below(dir, name);
    Problem::error(
        "missing-sql",
        format!("`{path}` holds no migration.sql, and `prisma migrate deploy` stops there (P3015)"),
        "restore the file, or move the folder out of the migrations",
    )
    .at(path)
}

fn from_files(dir: &Path, context: &Context) -> Option<Result<Dialect, Problem>> {
    let lock = dir.join(LOCK);
    if let Some(word) = fs::read_to_string(&lock).ok().as_deref().and_then(lock_provider) {
        return Some(provider::dialect(&word, &context.shown(&lock)));
    }
    let (file, word) = schema_files(dir).into_iter().find_map(|f| {
        let word = datasource_provider(&fs::read_to_string(&f).ok()?)?;
        Some((f, word))
    })?;
    Some(provider::dialect(&word, &context.shown(&file)))
}

/// The lock file and the schema beside it name different providers, which `prisma migrate` refuses (P3019).
pub fn two_providers(dir: &Path, shown: &str) -> Option<[(String, String); 2]> {
    let locked = lock_provider(&fs::read_to_string(dir.join(LOCK)).ok()?)?;
    let (file, word) = schema_files(dir).into_iter().find_map(|f| {
        let word = datasource_provider(&fs::read_to_string(&f).ok()?)?;
        Some((f, word))
    })?;
    let same = |word: &str| if word == "postgres" { "postgresql".to_owned() } else { word.to_owned() };
    let name = file.file_name()?.to_string_lossy().into_owned();
    (same(&locked) != same(&word)).then(|| [(below(shown, LOCK), locked), (name, word)])
}

/// As the schema engine reads it: the first line that starts with `provider`, whatever TOML would say.
fn lock_provider(text: &str) -> Option<String> {
    let line = text.lines().find(|l| l.starts_with("provider"))?;
    let word = line.trim_start_matches("provider").trim().trim_start_matches('=').trim().trim_matches('"');
    (!word.is_empty()).then(|| word.to_owned())
}

/// The provider of the datasource block in a schema file.
fn datasource_provider(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim).skip_while(|l| !l.starts_with("datasource "));
    let line = lines.by_ref().take_while(|l| !l.starts_with('}')).find(|l| l.starts_with("provider"))?;
    let word = line.split_once('=')?.1.trim().strip_prefix('"')?.split('"').next()?;
    (!word.is_empty()).then(|| word.to_owned())
}

/// Schema files that belong to a migrations folder: beside it, in it, above it, and in a folder `schema` beside it.
pub fn schema_files(dir: &Path) -> Vec<PathBuf> {
    let above = dir.parent();
    let places = [
        above.map(Path::to_path_buf),
        Some(dir.to_path_buf()),
        above.map(|p| p.join("schema")),
        above.and_then(Path::parent).map(Path::to_path_buf),
    ];
    let mut files = Vec::new();
    for place in places.into_iter().flatten() {
        let Ok(entries) = fs::read_dir(place) else { continue };
        let mut here: Vec<_> =
            entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|x| x == "prisma")).collect();
        here.sort();
        files.extend(here);
    }
    files
}

/// Migrations of Prisma 8: `ops.json`, in the folder itself or one space below it.
pub fn is_prisma_8(dir: &Path) -> bool {
    let holds = |dir: &Path| {
        subfolders(dir).is_ok_and(|found| found.iter().any(|f| dir.join(&f.name).join("ops.json").is_file()))
    };
    holds(dir) || subfolders(dir).is_ok_and(|found| found.iter().any(|f| holds(&dir.join(&f.name))))
}

/// What to say of a Prisma 8 folder.
pub fn prisma_8(shown: &str) -> Problem {
    Problem::error(
        "unsupported-prisma-8",
        format!("`{shown}` holds migrations of Prisma 8 (ops.json): they are not SQL files, and not supported"),
        "Prisma 8 goes back along its own graph: `prisma migration plan --from <now> --to <before>`",
    )
    .at(shown)
}

/// Where Prisma keeps migrations by default in a project, for each version's rule; those that exist.
pub fn default_dirs(project: &Path) -> Vec<PathBuf> {
    let mut schemas: Vec<PathBuf> = package_schema(project).into_iter().collect();
    schemas.extend(["schema.prisma", "prisma/schema.prisma", "prisma/schema"].map(|s| project.join(s)));
    let mut dirs: Vec<PathBuf> = schemas.iter().flat_map(|s| dirs_of_schema(s)).filter(|d| d.is_dir()).collect();
    dirs.dedup();
    dirs
}

/// The migrations folders that belong to a schema file or a folder of them. A folder: Prisma 5 takes the folder beside
/// it, 6 the one beside the file with the datasource, 7 the one in it.
pub fn dirs_of_schema(schema: &Path) -> Vec<PathBuf> {
    let beside = schema.parent().map(|p| p.join("migrations"));
    if !schema.is_dir() {
        return beside.into_iter().collect();
    }
    let below = subfolders(schema).unwrap_or_default().into_iter().map(|f| schema.join(f.name).join("migrations"));
    std::iter::once(schema.join("migrations")).chain(below).chain(beside).collect()
}

/// `package.json#prisma.schema` (Prisma 2 to 6).
fn package_schema(project: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(project.join("package.json")).ok()?;
    let package: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(project.join(package.get("prisma")?.get("schema")?.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provider_of_the_lock() {
        let lock = "# Please do not edit\nprovider = \"postgresql\"\n";
        assert_eq!(lock_provider(lock).as_deref(), Some("postgresql"));
        assert_eq!(lock_provider("provider=\"mysql\"\r\n").as_deref(), Some("mysql"));
        assert_eq!(lock_provider("# provider = \"x\"\n"), None);
    }

    #[test]
    fn provider_of_the_schema() {
        let schema = "generator client {\n  provider = \"prisma-client-js\"\n}\n\ndatasource db {\n  // provider = \"x\"\n  \
                      provider = \"sqlite\" // here\n  url = env(\"URL\")\n}\n";
        assert_eq!(datasource_provider(schema).as_deref(), Some("sqlite"));
        assert_eq!(datasource_provider("model A {\n provider String\n}"), None);
    }
}
