//! PostgreSQL's catalogs, in one query.
//!
//! Names of NOT NULL constraints, which PostgreSQL 18 keeps in its catalog, are compared only where a person chose them:
//! those that the server chose (`.._not_null`) keep the names that table and column had before they were renamed.

use super::{Generator, Object, Options, Snapshot, literal};
use crate::Dialect;
use crate::answer::{Ask, Row};
use std::collections::BTreeMap;

/// Answers `kind`, `name`, `text`; for a table's column also `home`, `part` and `place`.
const CATALOGS: &str = include_str!("postgres.sql");

/// What changes the way in which expressions are printed, and what it has to be while they are read. A query of this
/// size must not be compiled: that takes longer than to run it.
const SETTINGS: [(&str, &str); 6] = [
    ("jit", "off"),
    ("quote_all_identifiers", "off"),
    ("TimeZone", "UTC"),
    ("DateStyle", "ISO, MDY"),
    ("IntervalStyle", "postgres"),
    ("extra_float_digits", "1"),
];

/// Every kind that the query answers.
const KINDS: &[&str] = &[
    "aggregate",
    "cast",
    "collation",
    "column",
    "comment",
    "constraint",
    "event trigger",
    "extension",
    "foreign data wrapper",
    "foreign table",
    "function",
    "grant",
    "index",
    "language",
    "materialized view",
    "operator",
    "operator class",
    "owner",
    "policy",
    "procedure",
    "publication",
    "role",
    "row security",
    "rule",
    "schema",
    "sequence",
    "server",
    "setting",
    "statistics",
    "table",
    "text search configuration",
    "text search dictionary",
    "trigger",
    "type",
    "user mapping",
    "view",
];

pub(super) fn read<E>(ask: &mut Ask<E>, options: &Options) -> Result<Snapshot, E> {
    let rows = settled(ask, "", |ask, version| ask(&query(CATALOGS, version, options)))?;
    let mut out = Snapshot::default();
    let mut columns: BTreeMap<String, Vec<(i32, String)>> = BTreeMap::new();
    for row in rows.iter() {
        out.objects.insert(object(&row), row.text("text").to_string());
        if let (Some(table), Ok(place)) = (row.get("home"), row.text("place").parse()) {
            columns.entry(table.to_string()).or_default().push((place, row.text("part").to_string()));
        }
    }
    for (table, mut columns) in columns {
        columns.sort();
        out.order.insert(table, columns.into_iter().map(|(_, name)| name).collect());
    }
    Ok(out)
}

fn object(row: &Row) -> Object {
    let kind = KINDS.iter().find(|k| **k == row.text("kind")).unwrap_or(&"object");
    Object { kind, name: row.text("name").to_string() }
}

/// Asks while this is on the search path and values print in one way; then the session is as it was. The server's
/// version, as `150004`, goes along.
pub(crate) fn settled<E, T>(
    ask: &mut Ask<E>,
    search_path: &str,
    read: impl FnOnce(&mut Ask<E>, u32) -> Result<T, E>,
) -> Result<T, E> {
    let settings: Vec<(&str, &str)> = [("search_path", search_path)].into_iter().chain(SETTINGS).collect();
    let was = settings.iter().enumerate().map(|(at, (name, _))| format!("current_setting('{name}') AS s{at}"));
    let set = settings.iter().map(|(name, value)| format!("set_config('{name}', {}, false)", quoted(value)));
    // The list is evaluated from left to right: first what it was, then what it is to be.
    let all: Vec<String> = was.chain(set).collect();
    let found = ask(&format!("SELECT current_setting('server_version_num') AS version, {}", all.join(", ")))?;
    let told = |name: &str| found.column(name).first().copied().flatten().unwrap_or_default();
    let version = told("version").parse().unwrap_or(u32::MAX);
    let answer = read(ask, version);
    let restore = settings
        .iter()
        .enumerate()
        .map(|(at, (name, _))| format!("set_config('{name}', {}, false)", quoted(told(&format!("s{at}")))));
    let restored = ask(&format!("SELECT {}", restore.collect::<Vec<_>>().join(", ")));
    let answer = answer?;
    restored?;
    Ok(answer)
}

/// A query over the catalogs as a server of this version understands it.
pub(crate) fn query(sql: &str, version: u32, options: &Options) -> String {
    since(sql, version)
        .replace(":ignore", &array(options.ignore))
        .replace(":roles", &array(options.roles))
        .replace(":home", &quoted(home(options)))
        .replace(":everywhere", if options.schema.is_none() { "true" } else { "false" })
}

/// Its lines that a server of this version understands.
fn since(sql: &str, version: u32) -> String {
    let major = version / 10_000;
    let word = |line: &str, word: &str| -> Option<u32> {
        let (_, note) = line.rsplit_once("-- ")?;
        let mut words = note.split_whitespace().skip_while(|w| *w != word);
        words.next()?;
        words.next()?.parse().ok()
    };
    let fits =
        |line: &&str| word(line, "since").is_none_or(|n| major >= n) && word(line, "until").is_none_or(|n| major <= n);
    let lines = sql.lines().filter(|line| !line.trim_start().starts_with("--"));
    lines.filter(fits).map(|line| format!("{line}\n")).collect()
}

fn quoted(text: &str) -> String {
    literal(text, Dialect::Postgres)
}

/// The schema whose name is left out.
pub(crate) fn home<'a>(options: &Options<'a>) -> &'a str {
    options.schema.unwrap_or("public")
}

fn array(texts: &[&str]) -> String {
    format!("ARRAY[{}]::text[]", texts.iter().map(|t| quoted(t)).collect::<Vec<_>>().join(", "))
}

/// Where each sequence stands, and the highest value of every column that takes its values.
pub(super) fn generators<E>(ask: &mut Ask<E>, options: &Options) -> Result<BTreeMap<Object, Generator>, E> {
    let used =
        "SELECT s.oid::regclass::text AS sequence, CASE WHEN n.nspname = :home THEN '' ELSE n.nspname || '.' END || s.relname AS name,
             (seqincrement < 0)::text AS falls, owner.oid::regclass::text AS owner, quote_ident(attname) AS attribute
         FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace JOIN pg_sequence ON seqrelid = s.oid
             LEFT JOIN LATERAL (
                 SELECT refobjid AS id, refobjsubid AS part FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = s.oid
                     AND deptype IN ('a', 'i') AND refclassid = 'pg_class'::regclass AND refobjsubid > 0
                 UNION SELECT adrelid, adnum FROM pg_depend d JOIN pg_attrdef e ON e.oid = d.objid
                     WHERE d.classid = 'pg_attrdef'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = s.oid) use ON true
             LEFT JOIN pg_class owner ON owner.oid = use.id LEFT JOIN pg_namespace o ON o.oid = owner.relnamespace
             LEFT JOIN pg_attribute ON attrelid = use.id AND attnum = use.part
                 AND atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
         WHERE s.relkind = 'S' AND n.nspname !~ '^pg_' AND (:everywhere OR n.nspname = :home) AND n.nspname <> ALL (:ignore) AND s.relname <> ALL (:ignore)
             AND coalesce(owner.relname <> ALL (:ignore) AND o.nspname <> ALL (:ignore), true)
             AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = s.oid AND e.deptype = 'e')";
    settled(ask, "", |ask, version| {
        let sequences = ask(&query(used, version, options))?;
        let asked: Vec<String> = sequences.iter().map(|row| position(&row)).collect();
        let mut out = BTreeMap::new();
        if asked.is_empty() {
            return Ok(out);
        }
        for row in ask(&asked.join("\nUNION ALL "))?.iter() {
            let object = Object { kind: "sequence", name: row.text("name").to_string() };
            let above = row.text("above") == "t" || row.text("above") == "true";
            let found = out.entry(object).or_insert(Generator { next: row.text("next").to_string(), above: true });
            found.above &= above;
        }
        Ok(out)
    })
}

/// A query for where one sequence stands: its next value, and whether that lies beyond all values of one column.
fn position(row: &Row) -> String {
    let (sequence, name) = (row.text("sequence"), quoted(row.text("name")));
    let falls = row.text("falls") == "true";
    let step = format!("(SELECT seqincrement FROM pg_sequence WHERE seqrelid = {}::regclass)", quoted(sequence));
    let next = format!("last_value + CASE WHEN is_called THEN {step} ELSE 0 END");
    let above = match (row.get("owner"), row.get("attribute")) {
        (Some(owner), Some(column)) => {
            let (beyond, most) = if falls { ("<", "min") } else { (">", "max") };
            format!("coalesce({next} {beyond} (SELECT {most}({column}) FROM {owner}), true)")
        }
        _ => "true".to_string(),
    };
    format!("SELECT {name} AS name, ({next})::text AS next, ({above})::text AS above FROM {sequence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_other_versions_are_left_out() {
        let sql = "a\nb -- since 15\nc -- why, since 15 until 16\nd -- until 14\n";
        assert_eq!(since(sql, 140_000), "a\nd -- until 14\n");
        assert_eq!(since(sql, 160_002), "a\nb -- since 15\nc -- why, since 15 until 16\n");
        assert_eq!(since(sql, 180_000), "a\nb -- since 15\n");
    }

    #[test]
    fn every_kind_is_known() {
        let kinds = CATALOGS.lines().filter_map(|line| line.strip_prefix("UNION ALL SELECT '")?.split_once("', "));
        let unknown: Vec<&str> = kinds.clone().map(|(kind, _)| kind).filter(|kind| !KINDS.contains(kind)).collect();
        assert!(unknown.is_empty() && kinds.count() > 20, "{unknown:?}");
    }

    #[test]
    fn the_session_is_as_it_was() {
        let mut asked = Vec::new();
        let mut ask = |sql: &str| -> Result<crate::answer::Rows, u32> {
            asked.push(sql.to_string());
            Ok(crate::answer::Rows {
                columns: vec!["version".into(), "s0".into()],
                rows: vec![vec![Some("150000".into()), Some("it's".into())]],
            })
        };
        assert_eq!(settled(&mut ask, "", |_, version| Err::<(), u32>(version)), Err(150_000));
        assert!(asked[1].contains("set_config('search_path', 'it''s', false)"), "{}", asked[1]);
    }
}
