//! Where Prisma 5, 6 and 7 take their URL from for migrations.

use super::dotenv::{self, Variables};
use super::{Found, Surroundings, Versions, from_environment, no_url, unset, url_of};
use crate::Problem;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use unmigrate_sources::{Source, Tool};

/// What names the database that migrations run on, in this order; Prisma 7 has only the second.
pub const MIGRATED: &[&str] = &["directUrl", "url"];
/// What names the database in which Prisma tries migrations out.
pub const SHADOW: &[&str] = &["shadowDatabaseUrl"];

/// The database that one of these keys names for a folder of migrations.
pub fn find(source: &Source, project: &Path, keys: &[&str], around: &Surroundings) -> Result<Found, Problem> {
    let major = Versions::of(project).prisma_major();
    let config = unmigrate_sources::config_file(Tool::Prisma, project);
    let mut unread = None;
    if let Some(file) = &config {
        match around.loader.load(file) {
            Ok(value) => {
                if let Some(found) = from_config(&value, file, keys, major, around) {
                    return Ok(found);
                }
            }
            Err(why) => unread = Some(unreadable(file, &why, around)),
        }
    }
    // Without a version, a URL in the schema says that it is one before 7.
    let schema = schemas(source, project)
        .into_iter()
        .find_map(|file| Datasource::read(&file, keys))
        .filter(|_| major != Some(7));
    match schema {
        Some(schema) => from_schema(&schema, project, config.is_some(), around),
        None if keys == SHADOW => Err(nothing(config.as_deref(), around)),
        None => from_environment(around).ok_or_else(|| unread.unwrap_or_else(|| nothing(config.as_deref(), around))),
    }
}

/// `datasource: { url, directUrl }`; 7 has no `directUrl`.
fn from_config(config: &Value, file: &Path, keys: &[&str], major: Option<u32>, around: &Surroundings) -> Option<Found> {
    let datasource = config.get("datasource")?;
    let known = keys.iter().filter(|key| **key != "directUrl" || major != Some(7));
    let value = |key: &&str| datasource.get(*key)?.as_str().filter(|url| !url.trim().is_empty());
    let (key, url) = known.into_iter().find_map(|key| Some((key, value(key)?)))?;
    let from = format!("datasource.{key} in {}", around.shown(file));
    Some(Found { address: url_of(url), base: file.with_file_name(""), from })
}

fn unreadable(file: &Path, why: &str, around: &Surroundings) -> Problem {
    let shown = around.shown(file);
    // What an evaluation says may hold anything, a URL too: only its first line, and nothing that looks like a password.
    let why = super::drizzle::without_secrets(why);
    let message = format!("`{shown}`, which names the database, can't be evaluated: {why}");
    Problem::error("config-unreadable", message, "name the database: --url <url>").at(shown)
}

fn nothing(config: Option<&Path>, around: &Surroundings) -> Problem {
    no_url(match config {
        Some(file) => {
            format!("`{}` has no datasource.url; is the variable set that it takes it from?", around.shown(file))
        }
        None => "no schema.prisma and no prisma.config names the database".into(),
    })
}

/// The datasource block of a schema.
struct Datasource {
    file: PathBuf,
    /// Of the first of the keys that is there; and its line.
    value: Named,
    line: usize,
}

enum Named {
    Variable(String),
    Text(String),
}

impl Datasource {
    fn read(file: &Path, keys: &[&str]) -> Option<Datasource> {
        let text = fs::read_to_string(file).ok()?;
        let mut lines = text.lines().enumerate().skip_while(|(_, l)| !l.trim_start().starts_with("datasource "));
        let block: Vec<(usize, &str)> = lines.by_ref().take_while(|(_, l)| !l.trim_start().starts_with('}')).collect();
        let value = |key: &str| {
            block.iter().find_map(|(at, line)| {
                let (name, value) = line.split_once('=')?;
                (name.trim() == key).then(|| Some((Named::read(value.trim())?, at + 1)))?
            })
        };
        let (value, line) = keys.iter().find_map(|key| value(key))?;
        Some(Datasource { file: file.to_path_buf(), value, line })
    }
}

impl Named {
    fn read(text: &str) -> Option<Named> {
        let quoted = |text: &str| Some(text.trim_start().strip_prefix('"')?.split('"').next()?.to_owned());
        match text.strip_prefix("env(") {
            Some(inside) => Some(Named::Variable(quoted(inside)?)),
            None => Some(Named::Text(quoted(text)?)),
        }
    }
}

fn from_schema(schema: &Datasource, project: &Path, config: bool, around: &Surroundings) -> Result<Found, Problem> {
    let place = format!("{}:{}", around.shown(&schema.file), schema.line);
    let base = schema.file.with_file_name("");
    let name = match &schema.value {
        Named::Text(url) => return Ok(Found { address: url_of(url), base, from: place }),
        Named::Variable(name) => name,
    };
    if let Some(url) = around.set(name) {
        return Ok(Found { address: url_of(&url), base, from: format!("{name} in the environment ({place})") });
    }
    // "Prisma config detected, skipping environment variable loading."
    let files = if config { vec![] } else { env_files(&schema.file, project, around.cwd) };
    let mut before = Variables::new();
    for file in &files {
        let Ok(text) = fs::read_to_string(file) else { continue };
        let variables = dotenv::parse(&text);
        let known = |name: &str| (around.variable)(name).or_else(|| before.get(name).cloned());
        if let Some(value) = variables.get(name) {
            let url = dotenv::expand(value, &known, &variables);
            let from = format!("{name} in {} ({place})", around.shown(file));
            return Ok(Found { address: url_of(&url), base, from });
        }
        before.extend(variables);
    }
    Err(unset(name, &place, &files.iter().map(|file| format!("`{}`", around.shown(file))).collect::<Vec<_>>()))
}

/// The `.env` files that Prisma 5 and 6 read, those that are there: the package's, then the first of three others.
fn env_files(schema: &Path, project: &Path, cwd: &Path) -> Vec<PathBuf> {
    let root = project.join(".env");
    let others = [schema.with_file_name(".env"), cwd.join("prisma/.env"), cwd.join(".env")];
    let other = others.into_iter().find(|file| file.is_file());
    let mut files: Vec<PathBuf> = Some(root).filter(|file| file.is_file()).into_iter().chain(other).collect();
    files.dedup();
    files
}

/// Schema files that may hold the datasource: those that lie around the migrations, and what `package.json` names.
fn schemas(source: &Source, project: &Path) -> Vec<PathBuf> {
    let mut files = unmigrate_sources::schema_files(&source.dir);
    files.extend(["schema.prisma", "prisma/schema.prisma"].map(|file| project.join(file)));
    files
}
