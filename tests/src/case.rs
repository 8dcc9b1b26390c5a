//! A case: one file that holds a schema, a migration and the rollback that is expected of it.
//!
//! ```sql
//! -- What it is about, in a sentence or two.
//! --- before
//! CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);
//! --- rows
//! INSERT INTO users VALUES (1, 'a@b.c');
//! --- up
//! ALTER TABLE users DROP COLUMN email;
//! --- down
//! ALTER TABLE "users" ADD COLUMN "email" text NOT NULL;
//! --- loss
//! lossy
//! gone users.email: the migration dropped the column; it comes back empty
//! ```
//!
//! `before` (may be empty) and `up` are the two migrations of a history. `rows` is optional and runs after `before`, on
//! the database alone: the generator never sees it. `down` holds the statements of the rollback, each as it is written,
//! without the comments between them; where the whole of it is one transaction, without the frame of that transaction.
//! `loss` holds the grade, and below it a line for every note. `UPDATE_EXPECT=1` writes the last two.

use std::fs;
use std::path::{Path, PathBuf};
use unmigrate_kernel::split::{BREAKPOINT, split};
use unmigrate_kernel::{Dialect, History, Migration, Rollback, rollbacks};

/// The sections that carry the question, in their order.
const GIVEN: [&str; 3] = ["before", "rows", "up"];
/// The sections that carry the answer.
const ANSWER: [&str; 2] = ["down", "loss"];

/// One file of `cases/`.
#[derive(Debug, Clone)]
pub struct Case {
    /// Where it lies.
    pub path: PathBuf,
    /// `postgresql/column/drop`.
    pub name: String,
    /// By its folder.
    pub dialect: Dialect,
    /// The comment at its head.
    pub about: String,
    /// The schema before.
    pub before: String,
    /// Rows that are in it.
    pub rows: Option<String>,
    /// The migration.
    pub up: String,
    /// The statements expected.
    pub down: String,
    /// The grade and the notes expected.
    pub loss: String,
}

/// Every case below a folder, by name.
pub fn all(folder: &Path) -> Result<Vec<Case>, String> {
    let mut files = Vec::new();
    collect(folder, &mut files).map_err(|e| format!("{}: {e}", folder.display()))?;
    files.sort();
    files.into_iter().map(|path| read(folder, path)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "sql") {
            files.push(path);
        }
    }
    Ok(())
}

fn read(folder: &Path, path: PathBuf) -> Result<Case, String> {
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let inside = path.strip_prefix(folder).unwrap_or(&path).with_extension("");
    let name = inside.to_string_lossy().replace('\\', "/");
    parse(&text, &name, path).map_err(|why| format!("{name}: {why}"))
}

fn parse(text: &str, name: &str, path: PathBuf) -> Result<Case, String> {
    let word = name.split('/').next().unwrap_or_default();
    let dialect = Dialect::from_word(word).ok_or_else(|| format!("{word} is no dialect"))?;
    let text = text.replace("\r\n", "\n");
    let mut about = String::new();
    let mut sections: Vec<(&str, String)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("--- "), sections.last_mut()) {
            (Some(title), _) => sections.push((title.trim(), String::new())),
            (None, Some((_, body))) => body.extend([line, "\n"]),
            (None, None) => about.extend([line, "\n"]),
        }
    }
    let known = |title: &str| GIVEN.contains(&title) || ANSWER.contains(&title);
    if let Some((title, _)) = sections.iter().find(|(title, _)| !known(title)) {
        return Err(format!("there is no section {title:?}"));
    }
    let section = |title: &str| sections.iter().find(|(t, _)| *t == title).map(|(_, body)| body.clone());
    if !about.starts_with("-- ") {
        return Err("it does not say what it is about".to_string());
    }
    Ok(Case {
        path,
        name: name.to_string(),
        dialect,
        about,
        before: section("before").ok_or("no section before")?,
        rows: section("rows"),
        up: section("up").ok_or("no section up")?,
        down: section("down").unwrap_or_default(),
        loss: section("loss").unwrap_or_default(),
    })
}

impl Case {
    /// What the kernel answers.
    pub fn rollback(&self) -> Result<Rollback, String> {
        let migration = |name: &str, sql: &str| Migration {
            name: name.to_string(),
            file: format!("{name}.sql"),
            sql: sql.to_string(),
            breakpoints: sql.contains(BREAKPOINT),
            snapshot_before: None,
            observed: Vec::new(),
        };
        let migrations = vec![migration("before", &self.before), migration("up", &self.up)];
        let history = History { dialect: self.dialect, server: None, migrations };
        rollbacks(&history).pop().ok_or_else(|| "no rollback came out".to_string())
    }

    /// The same case with this answer in it.
    pub fn answered(&self, rollback: &Rollback) -> Case {
        Case { down: down(rollback, self.dialect), loss: loss(rollback), ..self.clone() }
    }

    /// The text of its file.
    pub fn text(&self) -> String {
        let mut out = self.about.clone();
        let rows = self.rows.as_deref();
        let parts = [("before", Some(&*self.before)), ("rows", rows), ("up", Some(&*self.up))];
        let answer = [("down", Some(&*self.down)), ("loss", Some(&*self.loss))];
        for (title, body) in parts.into_iter().chain(answer) {
            if let Some(body) = body {
                out.push_str(&format!("--- {title}\n{body}"));
            }
        }
        out
    }
}

/// The statements of a rollback, a transaction around all of them left out.
fn down(rollback: &Rollback, dialect: Dialect) -> String {
    let body = &rollback.body;
    let statements: Vec<&str> = split(body, dialect, false).into_iter().map(|s| &body[s.span]).collect();
    let mut out = String::new();
    for statement in framed(&statements, dialect).unwrap_or(&statements) {
        out.extend([statement, ";\n"]);
    }
    out
}

/// What stands inside the one transaction that a rollback is, if it is one.
fn framed<'a, 'b>(statements: &'a [&'b str], dialect: Dialect) -> Option<&'a [&'b str]> {
    let (head, tail): (&[&str], &[&str]) = match dialect {
        Dialect::Mysql => return None,
        Dialect::Sqlite => {
            (&["PRAGMA foreign_keys=OFF", "BEGIN"], &["PRAGMA foreign_key_check", "COMMIT", "PRAGMA foreign_keys=ON"])
        }
        Dialect::Postgres | Dialect::Cockroach => (&["BEGIN"], &["COMMIT"]),
    };
    let inside = statements.strip_prefix(head)?.strip_suffix(tail)?;
    (!inside.iter().any(|s| ["BEGIN", "COMMIT"].contains(s))).then_some(inside)
}

/// The grade and every note.
fn loss(rollback: &Rollback) -> String {
    let mut out = format!("{}\n", rollback.grade.word());
    for note in &rollback.notes {
        out.push_str(&format!("{} {}: {}\n", note.kind.words(), note.object, note.detail));
    }
    out
}
