//! PostgreSQL's catalogs, in one query; and the same in parts, for [`Watch`](super::Watch).
//!
//! Names of NOT NULL constraints, which PostgreSQL 18 keeps in its catalog, are compared only where a person chose them:
//! those that the server chose (`.._not_null`) keep the names that table and column had before they were renamed.

use super::watch::{Relation, Told};
use super::{Generator, Object, Options, Snapshot, literal};
use crate::Dialect;
use crate::answer::{Ask, Row, Rows};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Answers `kind`, `name`, `text`; for a table's column also `home`, `part` and `place`; `unit` is the relation that it
/// belongs to. Three texts with a line between them: what all need, of relations, of others.
const CATALOGS: &str = include_str!("postgres.sql");

/// Answers when what is where was last written.
const STAMPS: &str = include_str!("stamps.sql");

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
    let (all, of_relations, of_others) = parts();
    let whole = format!("{all}{of_relations}{of_others}").replace(":chosen", "true");
    let rows = settled(ask, "", |ask, version| ask(&query(&whole, version, options)))?;
    let mut out = Snapshot::default();
    let mut columns: BTreeMap<String, Vec<(i32, String)>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.text("kind") != PART) {
        out.objects.insert(Arc::new(object(&row)), Arc::new(row.text("text").to_string()));
        if let (Some(table), Ok(place)) = (row.get("home"), row.text("place").parse()) {
            columns.entry(table.to_string()).or_default().push((place, row.text("part").to_string()));
        }
    }
    for (table, mut columns) in columns {
        columns.sort();
        out.order.insert(table, Arc::new(columns.into_iter().map(|(_, name)| name).collect()));
    }
    Ok(out)
}

/// No object, but the number of what belongs to a relation.
const PART: &str = "part";

fn parts() -> (&'static str, &'static str, &'static str) {
    let (all, rest) = CATALOGS.split_once("--- of relations\n").unwrap_or((CATALOGS, ""));
    let (of_relations, of_others) = rest.split_once("--- of others\n").unwrap_or((rest, ""));
    (all, of_relations, of_others)
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
    let said = |name: &str| found.column(name).first().copied().flatten().unwrap_or_default();
    let version = said("version").parse().unwrap_or(u32::MAX);
    let answer = read(ask, version);
    let restore = settings
        .iter()
        .enumerate()
        .map(|(at, (name, _))| format!("set_config('{name}', {}, false)", quoted(said(&format!("s{at}")))));
    let restored = ask(&format!("SELECT {}", restore.collect::<Vec<_>>().join(", ")));
    let answer = answer?;
    restored?;
    Ok(answer)
}

/// When what the catalogs hold was last written.
#[derive(Debug, Clone, Default)]
pub(super) struct Stamps {
    /// Every relation, index and toast table.
    pub there: BTreeSet<u32>,
    /// How many rows tell of one that may go without any other trace.
    pub rows: BTreeMap<u32, u32>,
    /// Those of which a row was written since the last look.
    pub written: BTreeSet<u32>,
    /// Catalogs of objects of their own.
    pub made: BTreeMap<String, Made>,
    /// What is told of no relation.
    pub rest: BTreeMap<String, Stamp>,
    /// What any text may hang on.
    pub whole: BTreeMap<String, Stamp>,
    /// The session is inside a transaction.
    pub in_transaction: bool,
    /// The next transaction's number.
    now: i64,
    /// The highest number of what was made.
    highest: i64,
}

/// How many rows, and which transaction wrote the newest.
type Stamp = (String, String);

/// The numbers in an array, as the server prints it.
fn numbers(text: &str) -> BTreeSet<u32> {
    text.trim_matches(['{', '}']).split(',').filter_map(|number| number.parse().ok()).collect()
}

/// Numbers with a number each.
fn counted(text: &str) -> BTreeMap<u32, u32> {
    let one = |pair: &str| pair.split_once(' ').and_then(|(id, count)| Some((id.parse().ok()?, count.parse().ok()?)));
    text.split(',').filter_map(one).collect()
}

/// The rows of one catalog.
#[derive(Debug, Clone, Default)]
pub(super) struct Made {
    pub stamp: Stamp,
    /// One that was there before was written over.
    pub rewritten: bool,
}

/// Has the server keep the queries that are asked again and again, and gives its version: to read such a query takes it
/// longer than to answer it.
pub(super) fn prepare<E>(ask: &mut Ask<E>, options: &Options) -> Result<u32, E> {
    let asked = ask("SELECT current_setting('server_version_num') AS version")?;
    let version = asked.first().and_then(|v| v.parse().ok()).unwrap_or(u32::MAX);
    let (all, of_relations, of_others) = parts();
    for (name, sql) in [
        ("stamps(int8, int8)", STAMPS.to_string()),
        ("relations(oid[])", format!("{all}{of_relations}").replace(":chosen", "c.oid = ANY ($1)")),
        ("others", format!("{all}{of_others}").replace(":chosen", "true")),
    ] {
        ask(&format!("PREPARE unmigrate_{name} AS {}", query(&sql, version, options)))?;
    }
    Ok(version)
}

/// Executes one statement with the settings of [`settled`], which end with it: together they are one transaction, unless the
/// session is in one.
fn at_rest<E>(ask: &mut Ask<E>, sql: &str) -> Result<Rows, E> {
    let settings = [("search_path", ""), ("plan_cache_mode", "force_generic_plan")].into_iter().chain(SETTINGS);
    let set = settings.map(|(name, value)| format!("set_config('{name}', {}, true)", quoted(value)));
    ask(&format!("SELECT {};\n{sql}", set.collect::<Vec<_>>().join(", ")))
}

/// `since`: what was known before.
pub(super) fn stamps<E>(ask: &mut Ask<E>, since: Option<&Stamps>) -> Result<Stamps, E> {
    let (now, highest) = since.map_or((i64::MAX, 0), |s| (s.now, s.highest));
    let mut out = Stamps { highest, ..Stamps::default() };
    // No settings around it: in a transaction they would stay. It names nothing that they decide.
    for row in ask(&format!("EXECUTE unmigrate_stamps({now}, {highest})"))?.iter() {
        let stamp = (row.text("count").to_string(), row.text("newest").to_string());
        let id = row.text("id");
        match row.text("kind") {
            "there" => out.there = numbers(id),
            "rows" => out.rows = counted(id),
            "written" => out.written = numbers(id),
            "made" => {
                out.highest = out.highest.max(row.text("highest").parse().unwrap_or(0));
                out.made.insert(id.to_string(), Made { stamp, rewritten: row.text("rewritten") != "0" });
            }
            "rest" => drop(out.rest.insert(id.to_string(), stamp)),
            "whole" => drop(out.whole.insert(id.to_string(), stamp)),
            _ => {
                out.in_transaction = id != "true";
                out.now = row.text("newest").parse().unwrap_or(0);
            }
        }
    }
    Ok(out)
}

/// What is told of relations.
pub(super) fn relations<E>(ask: &mut Ask<E>, only: &BTreeSet<u32>) -> Result<BTreeMap<u32, Relation>, E> {
    let list = only.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let mut out: BTreeMap<u32, Relation> = BTreeMap::new();
    for row in at_rest(ask, &format!("EXECUTE unmigrate_relations('{{{list}}}')"))?.iter() {
        let relation = out.entry(row.text("unit").parse().unwrap_or(0)).or_default();
        if row.text("kind") == PART {
            relation.parts.extend(row.text("name").parse::<u32>());
            continue;
        }
        if let (Some(name), Ok(place)) = (row.get("part"), row.text("place").parse()) {
            relation.columns.push((place, name.to_string()));
        }
        if let Some(table) = row.get("home") {
            relation.table = Some(table.to_string());
        }
        relation.objects.push(told(&row));
    }
    out.values_mut().for_each(|relation| relation.columns.sort());
    Ok(out)
}

fn told(row: &Row) -> Told {
    (Arc::new(object(row)), Arc::new(row.text("text").to_string()))
}

/// What is told of no relation.
pub(super) fn rest<E>(ask: &mut Ask<E>) -> Result<Vec<Told>, E> {
    let rows = at_rest(ask, "EXECUTE unmigrate_others")?;
    Ok(rows.iter().map(|row| told(&row)).collect())
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
            let takes = row.get("takes").map(str::to_owned);
            let found =
                out.entry(object).or_insert(Generator { next: row.text("next").to_string(), above: true, takes });
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
    let free = row.get("owner").is_none() && !falls;
    let takes = if free { quoted(&format!("SELECT nextval({})", quoted(sequence))) } else { "NULL".to_owned() };
    format!(
        "SELECT {name} AS name, ({next})::text AS next, ({above})::text AS above, {takes}::text AS takes FROM {sequence}"
    )
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
        let unknown: Vec<&str> =
            kinds.clone().map(|(kind, _)| kind).filter(|kind| !KINDS.contains(kind) && *kind != PART).collect();
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
