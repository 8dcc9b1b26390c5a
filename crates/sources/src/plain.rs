//! Up and down files of other runners, which people wrote: what `verify --plain` judges. No tool of ours applies them.
//!
//! Three forms, told apart by what lies in the folder: `<name>/up.sql` with `down.sql` (Diesel, sqlx, Hasura),
//! `<name>.up.sql` with `<name>.down.sql` (golang-migrate, Ecto's plain files), and one file with two marked parts
//! (sql-migrate and goose: `-- +migrate Up`, dbmate: `-- migrate:up`).

use crate::problem::below;
use crate::source::{Context, is_safe_name, unsafe_name};
use crate::{Problem, provider, text};
use std::fs;
use std::path::{Path, PathBuf};
use unmigrate_kernel::{History, Migration};

/// A folder of such files, read.
#[derive(Debug)]
pub struct Plain {
    /// The folder, absolute.
    pub dir: PathBuf,
    /// The folder as messages name it.
    pub shown: String,
    /// The migrations in the order of their names.
    pub history: History,
    /// The rollback of each; as many as there are migrations.
    pub downs: Vec<PlainDown>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A rollback that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainDown {
    /// The file as messages name it.
    pub file: String,
    /// Its text, none where there is none. Of a file with two parts: all of its lines, those of the other part empty, so
    /// that a line is where it is in the file.
    pub text: Option<String>,
}

/// Reads a folder.
///
/// # Errors
/// Where it can't be listed, holds no such files, or nothing tells the dialect of their SQL.
pub fn read(dir: &Path, context: &Context) -> Result<Plain, Problem> {
    let shown = context.shown(dir);
    let mut names: Vec<String> = fs::read_dir(dir)
        .map_err(|why| {
            Problem::error("unreadable", format!("`{shown}` can't be listed: {why}"), "name a folder that is there")
                .at(&*shown)
        })?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_by_cached_key(|name| (version(name), name.clone()));
    let mut found = Found { dir, shown: &shown, migrations: vec![], downs: vec![], problems: vec![] };
    for name in &names {
        if is_safe_name(name) { found.one(name) } else { found.problems.push(unsafe_name(name, &shown).at(&*shown)) }
    }
    let Found { migrations, downs, problems, .. } = found;
    if migrations.is_empty() {
        let message = format!(
            "`{shown}` holds no pairs of up and down: neither <name>/up.sql, nor <name>.up.sql, nor files with `-- +migrate Up`"
        );
        return Err(Problem::error("no-migrations", message, "name the folder in which they lie").at(shown));
    }
    let said = context.dialect.map(Ok).or_else(|| provider::from_sql(migrations.iter(), &shown));
    let dialect = said.unwrap_or_else(|| Err(provider::unknown(&shown, "no tool's files lie in it")))?;
    let history = History { dialect, server: context.server.map(str::to_owned), migrations };
    Ok(Plain { dir: dir.to_path_buf(), shown, history, downs, problems })
}

/// What such runners order by: the number that a name begins with. Diesel's may be a date with dashes
/// (`2017-09-23-182408_x` beside `20170924000000_y`), those of golang-migrate and sqlx have no zeros before them. A name
/// without one comes first.
fn version(name: &str) -> Option<u128> {
    const DATE: &str = "0000-00-00-000000";
    let like = |(c, form): (char, char)| if form == '-' { c == '-' } else { c.is_ascii_digit() };
    let is_date = name.len() > DATE.len() && name.chars().zip(DATE.chars()).all(like);
    let digits = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
    let end = if is_date { DATE.len() } else { digits };
    name.get(..end)?.replace('-', "").parse().ok()
}

struct Found<'a> {
    dir: &'a Path,
    shown: &'a str,
    migrations: Vec<Migration>,
    downs: Vec<PlainDown>,
    problems: Vec<Problem>,
}

impl Found<'_> {
    fn one(&mut self, name: &str) {
        let folder = (format!("{name}/up.sql"), format!("{name}/down.sql"));
        if self.dir.join(&folder.0).is_file() {
            return self.pair(name, &folder.0, &folder.1);
        }
        match name.strip_suffix(".up.sql") {
            Some(stem) => self.pair(stem, name, &format!("{stem}.down.sql")),
            None if name.ends_with(".sql") && !name.ends_with(".down.sql") => self.parts(name),
            None => {}
        }
    }

    fn pair(&mut self, name: &str, up: &str, down: &str) {
        let Some((sql, file)) = self.text(up) else { return };
        let text = self.text(down).map(|(text, _)| text);
        let down = below(self.shown, down);
        self.push(name, file, sql, PlainDown { file: down, text });
    }

    /// One file with two parts; one without a mark is none of ours.
    fn parts(&mut self, name: &str) {
        let Some((text, file)) = self.text(name) else { return };
        if !text.lines().any(|line| mark(line) == Some(Part::Up)) {
            return;
        }
        let has_down = text.lines().any(|line| mark(line) == Some(Part::Down));
        let down = has_down.then(|| only(&text, Part::Down));
        let stem = name.strip_suffix(".sql").unwrap_or(name);
        self.push(stem, file.clone(), only(&text, Part::Up), PlainDown { file, text: down });
    }

    fn text(&mut self, name: &str) -> Option<(String, String)> {
        let file = below(self.shown, name);
        let read = text::read(&self.dir.join(name), &file)?;
        self.problems.extend(read.problem);
        Some((read.sql, file))
    }

    fn push(&mut self, name: &str, file: String, sql: String, down: PlainDown) {
        let name = name.to_owned();
        self.migrations.push(Migration {
            name,
            file,
            sql,
            breakpoints: false,
            snapshot_before: None,
            observed: vec![],
        });
        self.downs.push(down);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Up,
    Down,
}

/// `-- +migrate Up`, `-- +goose Down`, `-- migrate:up`.
fn mark(line: &str) -> Option<Part> {
    let words = line.trim_start().strip_prefix("--")?.trim_start().to_ascii_lowercase();
    let part = ["+migrate ", "+goose ", "migrate:"].iter().find_map(|mark| words.strip_prefix(mark))?;
    match part.split_whitespace().next()? {
        "up" => Some(Part::Up),
        "down" => Some(Part::Down),
        _ => None,
    }
}

/// The lines of one part, the others empty.
fn only(text: &str, part: Part) -> String {
    let mut now = None;
    let keep = |line: &str| {
        now = mark(line).or(now);
        if now == Some(part) { format!("{line}\n") } else { "\n".to_owned() }
    };
    text.lines().map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoConfig;
    use std::collections::BTreeMap;
    use unmigrate_kernel::Dialect;

    fn of(files: &BTreeMap<&str, &str>) -> Result<Plain, Problem> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let context = Context {
            cwd: folder.path(),
            tool: None,
            dialect: Some(Dialect::Postgres),
            server: None,
            loader: &NoConfig,
        };
        read(folder.path(), &context)
    }

    #[test]
    fn folders_and_pairs_of_files() {
        let files =
            [("b/up.sql", "B"), ("b/down.sql", "-B"), ("a.up.sql", "A"), ("a.down.sql", "-A"), ("c.up.sql", "C")];
        let plain = of(&files.into()).unwrap();
        let names: Vec<_> = plain.history.migrations.iter().map(|m| (m.name.as_str(), m.sql.as_str())).collect();
        assert_eq!(names, [("a", "A"), ("b", "B"), ("c", "C")]);
        let downs: Vec<_> = plain.downs.iter().map(|d| d.text.as_deref()).collect();
        assert_eq!(downs, [Some("-A"), Some("-B"), None]);
    }

    #[test]
    fn two_parts_of_one_file_keep_their_lines() {
        let text = "-- x\n-- +migrate Up\nCREATE TABLE t ();\n\n-- +migrate Down\nDROP TABLE t;\n";
        let plain = of(&[("1.sql", text), ("notes.sql", "SELECT 1")].into()).unwrap();
        assert_eq!(plain.history.migrations.len(), 1);
        assert_eq!(plain.history.migrations[0].sql, "\n-- +migrate Up\nCREATE TABLE t ();\n\n\n\n");
        assert_eq!(plain.downs[0].text.as_deref(), Some("\n\n\n\n-- +migrate Down\nDROP TABLE t;\n"));
    }

    #[test]
    fn in_the_order_of_their_versions() {
        let names = [
            "2017-09-23-182408_b/up.sql",
            "20170919000000_a/up.sql",
            "9_first.up.sql",
            "10_second.up.sql",
            "init.up.sql",
        ];
        let plain = of(&names.map(|name| (name, "SELECT 1")).into()).unwrap();
        let names: Vec<_> = plain.history.migrations.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names, ["init", "9_first", "10_second", "20170919000000_a", "2017-09-23-182408_b"]);
    }

    #[test]
    fn none_at_all() {
        assert_eq!(of(&[("a.sql", "SELECT 1")].into()).unwrap_err().code, "no-migrations");
    }
}
