//! The catalogs of MySQL and MariaDB, in one query; a second one where something is there that they do not tell.

use super::{Generator, Object, Options, Snapshot, literal};
use crate::Dialect;
use crate::answer::{Ask, Row, Rows};
use crate::dialect::quote;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Answers `kind`, `name`, `text`; for a table's column also `home`, `part` and `place`; for others the parts they have.
const CATALOGS: &str = include_str!("mysql.sql");

/// Every kind that the query answers.
const KINDS: &[&str] = &[
    "column",
    "constraint",
    "event",
    "function",
    "grant",
    "index",
    "package",
    "partition",
    "procedure",
    "sequence",
    "setting",
    "table",
    "trigger",
    "view",
];

pub(super) fn read<E>(ask: &mut Ask<E>, options: &Options) -> Result<Snapshot, E> {
    let version = Version::new(ask("SELECT version()")?.first().unwrap_or_default());
    let rows = ask(&version.lines(CATALOGS))?;
    let mut out = collected(&rows);
    parsers(ask, &mut out)?;
    sequences(ask, &mut out)?;
    unqualified(&mut out, rows.column("own").into_iter().flatten().next().unwrap_or_default());
    out.objects.retain(|object, _| !is_ignored(object, options));
    out.order.retain(|table, _| !options.ignore.contains(&table.as_str()));
    Ok(out)
}

/// Whose server it is, and its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Version {
    word: &'static str,
    number: (u32, u32),
}

impl Version {
    /// From `10.11.6-MariaDB`, `8.0.36`, and the `5.5.5-10.11.6-MariaDB` that some drivers are told.
    fn new(answer: &str) -> Version {
        let word = if answer.to_ascii_lowercase().contains("mariadb") { "mariadb" } else { "mysql" };
        let mut numbers = answer.trim_start_matches("5.5.5-").split(['.', '-']).map_while(|n| n.parse().ok());
        Version { word, number: (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) }
    }

    /// The query as this server understands it.
    fn lines(self, sql: &str) -> String {
        let fits = |line: &&str| line.rsplit_once("-- only ").is_none_or(|(_, server)| self.is(server));
        sql.lines().filter(fits).map(|line| format!("{line}\n")).collect()
    }

    /// Is it `mariadb 10.6`, or a later one?
    fn is(self, server: &str) -> bool {
        let (word, number) = server.trim().split_once(' ').unwrap_or((server, ""));
        let mut numbers = number.split('.').map_while(|n| n.parse().ok());
        word == self.word && self.number >= (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
    }
}

/// Objects from rows; those that have several rows have parts.
fn collected(rows: &Rows) -> Snapshot {
    let mut out = Snapshot::default();
    let mut parts: BTreeMap<Object, Vec<(u32, String)>> = BTreeMap::new();
    let mut columns: BTreeMap<String, Vec<(u32, String)>> = BTreeMap::new();
    for row in rows.iter() {
        let object = object(&row);
        let place = row.text("place").parse().unwrap_or(0);
        match (row.get("home"), row.get("part")) {
            (Some(table), Some(column)) => {
                columns.entry(table.to_string()).or_default().push((place, column.to_string()))
            }
            (None, Some(part)) if object.kind != "column" => {
                parts.entry(object.clone()).or_default().push((place, part.to_string()));
            }
            _ => {}
        }
        let text = out.objects.entry(Arc::new(object)).or_default();
        if let Some(told) = row.get("text") {
            *text = Arc::new(told.to_string());
        }
    }
    for (object, parts) in parts {
        let text = out.objects.entry(Arc::new(object)).or_default();
        Arc::make_mut(text).push_str(&format!(" ({})", in_order(parts).join(", ")));
    }
    out.order = columns.into_iter().map(|(table, columns)| (table, Arc::new(in_order(columns)))).collect();
    out
}

fn in_order(mut parts: Vec<(u32, String)>) -> Vec<String> {
    parts.sort();
    parts.into_iter().map(|(_, part)| part).collect()
}

fn object(row: &Row) -> Object {
    let kind = KINDS.iter().find(|k| **k == row.text("kind")).unwrap_or(&"object");
    Object { kind, name: row.text("name").to_string() }
}

/// Which parser a full text index has: only the statement that makes its table says it.
fn parsers<E>(ask: &mut Ask<E>, out: &mut Snapshot) -> Result<(), E> {
    let full_text = |(object, text): (&Arc<Object>, &Arc<String>)| {
        (object.kind == "index" && text.starts_with("FULLTEXT"))
            .then(|| object.name.split_once('.'))
            .flatten()
            .map(|(t, _)| t.to_string())
    };
    let tables: BTreeSet<String> = out.objects.iter().filter_map(full_text).collect();
    for table in tables {
        let shown = ask(&format!("SHOW CREATE TABLE {}", quote(&table, Dialect::Mysql)))?;
        let text = shown.rows.first().and_then(|row| row.get(1)?.clone()).unwrap_or_default();
        for line in text.lines().filter(|line| line.contains("WITH PARSER")) {
            let name = line.trim().strip_prefix("FULLTEXT KEY `").and_then(|l| l.split('`').next()).unwrap_or_default();
            let object = Object { kind: "index", name: format!("{table}.{name}") };
            let parser = line.split("WITH PARSER").nth(1).unwrap_or_default().trim_end_matches([',', '/', '*', ' ']);
            let text = out.objects.entry(Arc::new(object)).or_default();
            Arc::make_mut(text).push_str(&format!(" WITH PARSER{parser}"));
        }
    }
    Ok(())
}

/// What a sequence of MariaDB is like stands in the sequence itself.
fn sequences<E>(ask: &mut Ask<E>, out: &mut Snapshot) -> Result<(), E> {
    for (object, text) in out.objects.iter_mut().filter(|(object, _)| object.kind == "sequence") {
        let facts = "start_value, minimum_value, maximum_value, increment, cache_size, cycle_option";
        let query = format!("SELECT concat_ws(' ', {facts}) AS facts FROM {}", quote(&object.name, Dialect::Mysql));
        Arc::make_mut(text).push_str(&format!(" {}", ask(&query)?.first().unwrap_or_default()));
    }
    Ok(())
}

/// Names of the database itself are left out of the texts, so that those of two databases can be compared.
fn unqualified(out: &mut Snapshot, database: &str) {
    if database.is_empty() {
        return;
    }
    let prefix = format!("{}.", quote(database, Dialect::Mysql));
    let texts = out.objects.values_mut().filter(|text| text.contains(&prefix));
    texts.for_each(|text| *text = Arc::new(text.replace(&prefix, "")));
}

fn is_ignored(object: &Object, options: &Options) -> bool {
    let name = object.name.strip_prefix("on ").unwrap_or(&object.name);
    let name = name.strip_prefix("column ").unwrap_or(name);
    options
        .ignore
        .iter()
        .any(|i| name.strip_prefix(i).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ' '])))
}

/// Where each AUTO_INCREMENT stands. InnoDB never lets it fall behind the rows, other engines might.
pub(super) fn generators<E>(ask: &mut Ask<E>, options: &Options) -> Result<BTreeMap<Object, Generator>, E> {
    let columns = ask("SELECT TABLE_NAME AS home, COLUMN_NAME AS part FROM information_schema.COLUMNS
         WHERE TABLE_SCHEMA = DATABASE() AND EXTRA LIKE '%auto_increment%'")?;
    let kept = columns.iter().filter(|row| !options.ignore.contains(&row.text("home")));
    let asked: Vec<String> = kept
        .map(|row| {
            let (table, column) = (row.text("home"), row.text("part"));
            let name = literal(&format!("{table}.{column}"), Dialect::Mysql);
            format!(
                "SELECT {name} AS name, AUTO_INCREMENT AS next, AUTO_INCREMENT > coalesce((SELECT max({}) FROM {}), 0) AS above
                 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = {}",
                quote(column, Dialect::Mysql),
                quote(table, Dialect::Mysql),
                literal(table, Dialect::Mysql)
            )
        })
        .collect();
    let mut out = BTreeMap::new();
    if asked.is_empty() {
        return Ok(out);
    }
    // MySQL 8 answers what it knew a day ago, unless it is told not to; for MariaDB the hint is a comment.
    let fresh =
        asked.join("\nUNION ALL ").replacen("SELECT", "SELECT /*+ SET_VAR(information_schema_stats_expiry=0) */", 1);
    for row in ask(&fresh)?.iter() {
        let object = Object { kind: "column", name: row.text("name").to_string() };
        let above = row.get("above").is_none_or(|above| above == "1");
        out.insert(object, Generator { next: row.text("next").to_string(), above, takes: None });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers() {
        assert_eq!(Version::new("8.0.36"), Version { word: "mysql", number: (8, 0) });
        assert_eq!(Version::new("5.5.5-10.11.6-MariaDB-1:10.11.6"), Version { word: "mariadb", number: (10, 11) });
        assert!(Version::new("10.11.6-MariaDB").is("mariadb 10.6"));
        assert!(!Version::new("10.5.6-MariaDB").is("mariadb 10.6"));
        assert!(!Version::new("11.4.2-MariaDB").is("mysql 8"));
        assert_eq!(Version::new("5.7.44-log").lines("a\nb -- only mysql 8\nc -- only mariadb 10\n"), "a\n");
    }

    #[test]
    fn ignored_with_all_that_is_in_them() {
        let options = Options { ignore: &["_prisma_migrations"], ..Options::default() };
        let ignored = |kind, name: &str| is_ignored(&Object { kind, name: name.into() }, &options);
        assert!(ignored("column", "_prisma_migrations.id"));
        assert!(ignored("table", "_prisma_migrations"));
        assert!(ignored("grant", "on column _prisma_migrations.id to 'a'@'%'"));
        assert!(!ignored("table", "_prisma_migrations_of_ours"));
    }
}
