//! A new migration at the end of a folder, in the folder's own format, as its tool would write it. What is written is
//! decided here; nothing is written here.

use crate::order::locale_compare;
use crate::snapshot::back;
use crate::source::is_safe_name;
use crate::tracking::Moment;
use crate::tracking::moment::of_name;
use crate::{Layout, Problem, Source, Tool, journal};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

/// What the migration is to be.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The end of its name: letters, digits and `_`.
    pub slug: &'a str,
    /// What is in its file.
    pub text: Text<'a>,
    /// The schema after it, where the tool keeps snapshots.
    pub schema: Schema<'a>,
    /// The time of its name.
    pub now: Moment,
    /// A new UUID, for a snapshot.
    pub id: &'a str,
}

/// The SQL of a migration.
#[derive(Debug, Clone, Copy)]
pub enum Text<'a> {
    /// As it stands.
    Whole(&'a str),
    /// To be put together as the tool does it.
    Statements {
        /// Without semicolons.
        statements: &'a [String],
        /// A line of comment at its beginning.
        comment: &'a str,
    },
}

/// A schema, for a snapshot.
#[derive(Debug, Clone, Copy)]
pub enum Schema<'a> {
    /// That before the migration at this place.
    Before(usize),
    /// That of this snapshot, whose ids are its own.
    Of(&'a Value),
    /// No snapshot is written: what the schema is was not kept.
    Unknown,
}

/// A migration that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The tool's name for it.
    pub name: String,
    /// Its files and what is in each, in the order in which they are written: what makes the tool see it comes last.
    pub files: Vec<(PathBuf, String)>,
}

/// Plans it.
///
/// # Errors
/// `no-snapshot` where Drizzle's snapshot of that schema can't be made; `not-last-by-name` where it would not come last.
pub fn next(source: &Source, wanted: &Wanted) -> Result<Next, Problem> {
    match (source.tool, source.layout) {
        (Tool::Prisma, _) => prisma(source, wanted),
        (Tool::Drizzle, Layout::Journal) => drizzle_journal(source, wanted),
        (Tool::Drizzle, Layout::Folders) => drizzle_folder(source, wanted),
    }
}

fn prisma(source: &Source, wanted: &Wanted) -> Result<Next, Problem> {
    let name = format!("{}_{}", digits(after_all(source, wanted.now)), wanted.slug);
    let later = source.history.migrations.iter().find(|m| locale_compare(&m.name, &name).is_ge());
    if let Some(later) = later {
        return Err(not_last(&later.name, &name));
    }
    let text = match wanted.text {
        Text::Whole(text) => text.to_owned(),
        Text::Statements { statements, comment } => {
            let text: String = statements.iter().map(|sql| format!("\n{sql};\n")).collect();
            format!("-- {comment}\n{text}")
        }
    };
    let up = source.dir.join(&name).join("migration.sql");
    Ok(Next { name, files: vec![(up, text)] })
}

/// Statements as drizzle-kit divides them. A comment alone is no statement: it stands in front of the first.
fn divided(wanted: &Wanted) -> String {
    match wanted.text {
        Text::Whole(text) => text.to_owned(),
        Text::Statements { statements, comment } => {
            let all: Vec<String> = statements.iter().map(|sql| format!("{sql};")).collect();
            format!("-- {comment}\n{}", all.join("--> statement-breakpoint\n"))
        }
    }
}

fn snapshot(source: &Source, wanted: &Wanted) -> Result<Option<String>, Problem> {
    let snapshot = match wanted.schema {
        Schema::Before(at) => back::of(source, at, wanted.id)?,
        Schema::Of(known) => back::after_all(source, known, wanted.id)?,
        Schema::Unknown => return Ok(None),
    };
    Ok(Some(pretty(&snapshot)))
}

fn drizzle_folder(source: &Source, wanted: &Wanted) -> Result<Next, Problem> {
    let name = format!("{}_{}", digits(after_all(source, wanted.now)), wanted.slug);
    let dir = source.dir.join(&name);
    let snapshot = snapshot(source, wanted)?.map(|text| (dir.join("snapshot.json"), text));
    let up = (dir.join("migration.sql"), divided(wanted));
    Ok(Next { name, files: snapshot.into_iter().chain([up]).collect() })
}

fn drizzle_journal(source: &Source, wanted: &Wanted) -> Result<Next, Problem> {
    let path = source.dir.join(journal::PATH);
    let broken =
        || Problem::error("broken-journal", format!("`{}` can't be read", journal::PATH), "restore it from git");
    let text = fs::read_to_string(&path).map_err(|_| broken())?;
    let mut journal: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|_| broken())?;
    let entries = journal["entries"].as_array_mut().ok_or_else(broken)?;
    let last = entries.last().cloned().ok_or_else(broken)?;
    let whens = entries.iter().filter_map(|e| e["when"].as_i64());
    let when = whens.max().map_or(wanted.now.0, |highest| wanted.now.0.max(highest + 1));
    let idx = entries.iter().filter_map(|e| e["idx"].as_i64()).max().unwrap_or(-1) + 1;
    let tag = last["tag"].as_str().ok_or_else(broken)?;
    let prefix = prefix(tag, idx, Moment(when)).ok_or_else(no_history)?;
    let name = format!("{prefix}_{}", wanted.slug);
    let breakpoints = last["breakpoints"].as_bool().unwrap_or(true);
    let entry =
        json!({ "idx": idx, "version": last["version"], "when": when, "tag": name, "breakpoints": breakpoints });
    entries.push(entry);
    let snapshot = snapshot(source, wanted)?;
    let snapshot = snapshot.map(|text| (source.dir.join(format!("meta/{prefix}_snapshot.json")), text));
    let up = (source.dir.join(format!("{name}.sql")), divided(wanted));
    Ok(Next { name, files: snapshot.into_iter().chain([up, (path, pretty(&journal))]).collect() })
}

/// The beginning of a tag, as `migrations.prefix` has it: `index`, `timestamp` and `supabase`, `unix`. None for `none`,
/// which keeps one snapshot only.
fn prefix(last: &str, idx: i64, at: Moment) -> Option<String> {
    let before = last.split('_').next().unwrap_or_default();
    let numeric = before.bytes().all(|b| b.is_ascii_digit());
    match before.len() {
        4 if numeric => Some(format!("{idx:04}")),
        14 if numeric => Some(digits(at)),
        10 if numeric => Some((at.0 / 1000).to_string()),
        _ => None,
    }
}

/// Now, or a second after the last migration, so that it comes after that.
fn after_all(source: &Source, now: Moment) -> Moment {
    let last = source.history.migrations.iter().filter_map(|m| of_name(&m.name)).max();
    last.map_or(now, |last| Moment(now.0.max(last + 1000)))
}

/// `20261121070135`
fn digits(at: Moment) -> String {
    at.to_string().chars().filter(char::is_ascii_digit).take(14).collect()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// A name's end that every tool and file system takes.
pub fn slug(text: &str) -> String {
    let clean: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let words: Vec<&str> = clean.split('_').filter(|word| !word.is_empty()).collect();
    let short: String = words.join("_").chars().take(100).collect();
    if is_safe_name(&short) { short } else { "revert".to_owned() }
}

fn not_last(later: &str, name: &str) -> Problem {
    Problem::error(
        "not-last-by-name",
        format!("`{later}` would come after `{name}`: Prisma runs folders in the order of their names"),
        "rename the folders that do not begin with a time, where no database has them yet",
    )
}

fn no_history() -> Problem {
    Problem::error(
        "no-snapshot",
        "with `migrations.prefix: 'none'` drizzle-kit keeps the last snapshot alone: the schema before is not known",
        "take the schema back in code, and run drizzle-kit generate",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_come_last() {
        let at = Moment(1_795_244_495_570);
        assert_eq!(digits(at), "20261121070135");
        assert_eq!(prefix("0003_x", 4, at).as_deref(), Some("0004"));
        assert_eq!(prefix("20261121064735_x", 4, at).as_deref(), Some("20261121070135"));
        assert_eq!(prefix("1795243661_x", 4, at).as_deref(), Some("1795244495"));
        assert_eq!(prefix("_x", 4, at), None);
        assert_eq!(slug("revert it's a ../x"), "revert_it_s_a_x");
        assert_eq!(slug("ä"), "revert");
    }
}
