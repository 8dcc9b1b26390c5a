//! The audit trail: who ran what on which database, and how it ended. A row in a table of ours, and a line of JSON in a
//! file where one is named. Where the table can't be made, what was asked for is done all the same, and it is said.

mod author;

pub use author::Author;

use crate::archive::Home;
use crate::archive::sql::{literal, long_text};
use crate::clock::{now, since_1970};
use serde::Serialize;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::dialect::quote;

/// The table's name in its home.
const TABLE: &str = "audit";

/// One run of a verb.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// When it began and which process it was: no two have the same.
    pub id: String,
    /// `rollback`, `resolve` ...
    pub verb: String,
    /// Who ran it.
    #[serde(flatten)]
    pub author: Author,
    /// The plan's hash.
    pub plan: String,
    /// The database, without password: `postgresql://me@host/app`.
    pub target: String,
    /// The migrations that it was about.
    pub migrations: Vec<String>,
    /// When it began: ISO 8601, UTC, by the clock of the machine that ran it.
    pub started: String,
    /// When it was over; none where it is not, or was killed.
    pub ended: Option<String>,
    /// `done`, or the word for why it stopped; none as `ended`.
    pub outcome: Option<String>,
    /// What the engine said where it stopped, and a reason that was given.
    pub detail: Option<String>,
}

impl Record {
    /// A run that begins now.
    pub fn begin(verb: &str, author: &Author, plan: &str, target: &str, migrations: &[String]) -> Record {
        Record {
            id: format!("{}-{}", since_1970().as_nanos(), std::process::id()),
            verb: verb.to_owned(),
            author: author.clone(),
            plan: plan.to_owned(),
            target: target.to_owned(),
            migrations: migrations.to_vec(),
            started: now().to_string(),
            ended: None,
            outcome: None,
            detail: None,
        }
    }

    /// The same, over.
    pub fn end(&mut self, outcome: &str, detail: Option<String>) {
        self.ended = Some(now().to_string());
        self.outcome = Some(outcome.to_owned());
        self.detail = detail;
    }
}

/// Writes a record's row, or writes it anew when the run is over. The table is made where it is not there; its place has
/// to be ([`Home::make`]). Gives the transaction of a new row (PostgreSQL), in which nothing else was written.
///
/// # Errors
/// Those of the database. The run goes on without.
pub fn write(db: &mut dyn Database, home: &Home, record: &Record) -> Result<Option<u32>, Failure> {
    let dialect = db.dialect();
    if *home == Home::Inside {
        // A table among the user's own would be drift to Prisma, which then wants to reset the database.
        let why = "this user may not make a schema or database of ours, and among your own tables it would be drift";
        return Err(Failure::new(FailureKind::Denied, why));
    }
    let row = columns(record);
    if record.ended.is_some() {
        let table = home.table(TABLE, dialect);
        let set: Vec<String> = row
            .iter()
            .filter(|(name, _)| matches!(*name, "ended" | "outcome" | "detail"))
            .map(|(name, value)| format!("{} = {}", quote(name, dialect), nullable(value.as_deref(), dialect)))
            .collect();
        let sql = format!("UPDATE {table} SET {} WHERE id = {}", set.join(", "), literal(&record.id, dialect));
        return db.execute(&sql).map(|_| None);
    }
    let table = home.table(TABLE, dialect);
    let (key, text) = (if dialect == Dialect::Mysql { "VARCHAR(64)" } else { "TEXT" }, long_text(dialect));
    let made = |name: &str| match name {
        "id" => format!("{} {key} PRIMARY KEY NOT NULL", quote(name, dialect)),
        _ => format!("{} {text}", quote(name, dialect)),
    };
    let columns: Vec<String> = row.iter().map(|(name, _)| made(name)).collect();
    let create = format!("CREATE TABLE IF NOT EXISTS {table} ({})", columns.join(", "));
    // Two that make it at the same time: one is refused, though it is there then (PostgreSQL).
    db.execute(&create).or_else(|_| db.execute(&create))?;
    let names: Vec<String> = row.iter().map(|(name, _)| quote(name, dialect)).collect();
    let values: Vec<String> = row.iter().map(|(_, value)| nullable(value.as_deref(), dialect)).collect();
    let insert = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "));
    if dialect != Dialect::Postgres {
        return db.execute(&insert).map(|_| None);
    }
    let told = db.query(&format!("{insert} RETURNING xmin::text"))?;
    Ok(told.first().and_then(|number| number.parse().ok()))
}

fn nullable(text: Option<&str>, dialect: Dialect) -> String {
    text.map_or_else(|| "NULL".to_owned(), |text| literal(text, dialect))
}

fn columns(record: &Record) -> Vec<(&'static str, Option<String>)> {
    let Record { id, verb, author, plan, target, migrations, started, ended, outcome, detail } = record;
    let some = |text: &String| Some(text.clone());
    vec![
        ("id", some(id)),
        ("verb", some(verb)),
        ("who", author.who.clone()),
        ("host", author.host.clone()),
        ("git_commit", author.commit.clone()),
        ("plan", some(plan)),
        ("target", some(target)),
        ("migrations", Some(migrations.join("\n"))),
        ("started", some(started)),
        ("ended", ended.clone()),
        ("outcome", outcome.clone()),
        ("detail", detail.clone()),
    ]
}

/// Appends a record to a file, as one line of JSON. Several processes may append to the same.
///
/// # Errors
/// The operating system's own.
pub fn append(path: &Path, record: &Record) -> io::Result<()> {
    let mut line = serde_json::to_string(record)?;
    line.push('\n');
    OpenOptions::new().create(true).append(true).open(path)?.write_all(line.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_the_beginning_and_one_for_the_end() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("audit.jsonl");
        let author = Author { who: Some("me".into()), host: None, commit: Some("abc".into()) };
        let mut record = Record::begin("rollback", &author, "sha256:x", "postgresql://me@h/app", &["a".into()]);
        append(&path, &record).unwrap();
        record.end("done", None);
        append(&path, &record).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[0]["who"].as_str(), lines[0]["commit"].as_str()), (Some("me"), Some("abc")));
        assert_eq!((&lines[0]["outcome"], lines[1]["outcome"].as_str()), (&serde_json::Value::Null, Some("done")));
        assert!(append(dir.path(), &record).is_err());
    }
}
