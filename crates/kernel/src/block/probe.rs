//! A query over `pg_catalog` or `information_schema`: which object's existence it asks about.

use super::attribute::attribute;
use super::condition::{Variables, bare, name_in, parts};
use super::guard::relation;
use super::texts::text;
use super::{Attribute, Condition, Probe, Test};
use crate::lex::Kind;
use crate::rows::sql::{Sql, unquoted};
use crate::rows::{Name, tables_in};
use std::collections::HashMap;
use std::ops::Range;

/// What the conditions of a query pin down.
struct Facts<'v> {
    variables: &'v Variables,
    /// Columns that must equal a constant.
    equal: HashMap<String, String>,
    /// What else the columns must be like, and how it was written.
    like: Vec<(Attribute, String)>,
    /// Conditions that we can't weigh.
    open: Vec<Condition>,
}

/// Whether the query has rows of which this is all from FROM on.
pub(super) fn probe(sql: &Sql, from: Range<usize>, variables: &Variables) -> Condition {
    let where_at = sql.find_word(from.clone(), &["where"]).unwrap_or(from.end);
    let end = sql.find_word(where_at..from.end, &["limit", "order", "offset"]).unwrap_or(from.end);
    let tables = tables_in(sql, from.start..where_at);
    let rows = || Condition::Exists(Probe::Rows(sql.source(from.clone()).to_string()));
    let catalogs: Vec<String> = tables.iter().filter_map(catalog).collect();
    if catalogs.len() != tables.len() || catalogs.is_empty() {
        return rows();
    }
    let mut facts = Facts { variables, equal: HashMap::new(), like: Vec::new(), open: Vec::new() };
    for on in conditions_of_joins(sql, from.start..where_at) {
        facts.read(sql, on);
    }
    facts.read(sql, where_at + 1..end);
    match facts.about(&catalogs) {
        Some(exists) => {
            let mut all = vec![exists];
            facts.attributes(&mut all);
            all.append(&mut facts.open);
            Condition::all(all)
        }
        None => Condition::Exists(Probe::Unknown(sql.source(from).to_string())),
    }
}

/// The name of a catalog or of a view of the information schema.
fn catalog(table: &Name) -> Option<String> {
    match table.schema.as_deref() {
        Some("information_schema") => Some(format!("information_schema.{}", table.name)),
        None | Some("pg_catalog") if table.name.starts_with("pg_") => Some(table.name.clone()),
        _ => None,
    }
}

fn conditions_of_joins(sql: &Sql, range: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut at = range.start;
    while let Some(on) = sql.find_word(at..range.end, &["on"]) {
        let end = sql.find_word(on..range.end, &["join", "inner", "left", "cross"]).unwrap_or(range.end);
        out.push(on + 1..end);
        at = end;
    }
    out
}

/// Columns that say in which schema.
const SCHEMAS: &[&str] = &[
    "nspname",
    "table_schema",
    "schemaname",
    "constraint_schema",
    "trigger_schema",
    "routine_schema",
    "specific_schema",
    "sequence_schema",
    "event_object_schema",
    "relnamespace",
    "connamespace",
    "typnamespace",
    "pronamespace",
];

/// Columns whose value only says what kind of thing it is, or where.
const KINDS: &[&str] = &[
    "contype",
    "typtype",
    "constraint_type",
    "table_type",
    "table_catalog",
    "constraint_catalog",
    "routine_type",
    "prokind",
    "attnum",
    "attisdropped",
    "tgisinternal",
    "typcategory",
];

/// Tables of a thing, as another catalog points at them.
const OWNERS: &[&str] = &["conrelid", "attrelid", "tgrelid", "polrelid", "indrelid"];

/// Columns that name what a query is about.
const NAMING: &[&str] = &[
    "tablename",
    "table_name",
    "column_name",
    "attname",
    "conname",
    "constraint_name",
    "indexname",
    "relname",
    "indexrelid",
    "oid",
    "relkind",
    "typname",
    "enumlabel",
    "enumtypid",
    "proname",
    "routine_name",
    "tgname",
    "trigger_name",
    "event_object_table",
    "policyname",
    "polname",
    "schema_name",
    "extname",
    "rolname",
    "usename",
    "sequencename",
    "sequence_name",
    "viewname",
    "matviewname",
];

/// Does a column only name what a query is about?
pub(super) fn names(column: &str) -> bool {
    NAMING.contains(&column) || OWNERS.contains(&column) || SCHEMAS.contains(&column)
}

impl Facts<'_> {
    fn read(&mut self, sql: &Sql, range: Range<usize>) {
        let range = bare(sql, range.start..range.end.max(range.start));
        if range.is_empty() {
            return;
        }
        if sql.find_word(range.clone(), &["or", "between"]).is_some() {
            self.leave_open(sql, range);
            return;
        }
        for part in parts(sql, range, "and") {
            self.one(sql, bare(sql, part));
        }
    }

    /// What was read as attributes, behind what the query is about.
    fn attributes(&mut self, all: &mut Vec<Condition>) {
        let about = match all.first() {
            Some(Condition::Exists(probe)) => Some(probe.clone()),
            // A relation of any kind: what is asked of it, only a table has.
            Some(Condition::Or(kinds)) => match kinds.first() {
                Some(Condition::Exists(probe @ Probe::Table(_))) => Some(probe.clone()),
                _ => None,
            },
            _ => None,
        };
        let mut rest: Vec<(Attribute, String)> = std::mem::take(&mut self.like);
        let mut more: Vec<(&String, &String)> = self.equal.iter().filter(|(column, _)| !names(column)).collect();
        more.sort();
        for (column, value) in more {
            let attribute = Attribute { column: column.clone(), test: Test::Is(vec![value.clone()]) };
            rest.push((attribute, format!("{column} = '{value}'")));
        }
        for (attribute, written) in rest {
            all.push(match &about {
                Some(probe) => Condition::Has(probe.clone(), attribute),
                None => Condition::Unknown(written),
            });
        }
    }

    fn leave_open(&mut self, sql: &Sql, range: Range<usize>) {
        if let Some(attribute) = attribute(sql, range.clone(), self.variables) {
            return self.like.push((attribute, sql.source(range).to_string()));
        }
        self.open.push(Condition::Unknown(sql.source(range).to_string()));
    }

    fn one(&mut self, sql: &Sql, part: Range<usize>) {
        let start = part.start + usize::from(sql.is(part.start, "not"));
        let column = column(sql, start);
        let known = column.as_ref().is_some_and(|(name, _)| KINDS.contains(&name.as_str()));
        if known && !matches!(&column, Some((name, _)) if name == "contype" && start > part.start) {
            return;
        }
        let Some(equals) = sql.find(part.clone(), |at| sql.punct(at, b'=')) else {
            return self.listed(sql, part, column);
        };
        let (left, right) = (part.start..equals, equals + 1..part.end);
        let comparison = equals > 0 && matches!(sql.kind(equals - 1), Some(Kind::Punct(b'<' | b'>' | b'!')));
        if comparison {
            return self.leave_open(sql, part);
        }
        let column_in = |range: &Range<usize>| {
            let known = text(sql, range.clone(), self.variables).is_some();
            if known { None } else { is_column(sql, range.clone()) }
        };
        let (column, value) = match (column_in(&left), column_in(&right)) {
            (Some(_), Some(_)) => return, // a join
            (Some(column), None) => (column, right),
            (None, Some(column)) => (column, left),
            (None, None) => return self.leave_open(sql, part),
        };
        match constant(sql, value.clone(), &column).or_else(|| Some(Constant::Is(text(sql, value, self.variables)?))) {
            Some(Constant::Is(value)) => {
                self.equal.insert(column, value);
            }
            Some(Constant::OwnSchema) if SCHEMAS.contains(&column.as_str()) => {}
            _ => self.leave_open(sql, part),
        }
    }

    /// `relkind IN ('r', 'p')`, `nspname NOT IN (..)`: kinds and schemas need not be known to ask by name.
    fn listed(&mut self, sql: &Sql, part: Range<usize>, column: Option<(String, usize)>) {
        match column {
            Some((name, next)) if name == "relkind" && sql.is(next, "in") => {
                self.equal.insert(name, unquoted(sql.at(next + 2)));
            }
            Some((name, next)) if SCHEMAS.contains(&name.as_str()) && sql.is(next, "in") => {}
            _ => self.leave_open(sql, part),
        }
    }

    fn get(&self, column: &str) -> Option<String> {
        self.equal.get(column).cloned()
    }

    fn schema(&self) -> Option<String> {
        SCHEMAS.iter().find_map(|column| self.get(column)).filter(|schema| schema != "public")
    }

    /// A thing with the schema that the query names.
    fn named(&self, column: &str) -> Option<Name> {
        Some(Name { schema: self.schema(), name: self.get(column)? })
    }

    /// The table that the thing belongs to.
    fn owner(&self) -> Option<Name> {
        if let Some(written) = OWNERS.iter().find_map(|column| self.get(column)) {
            return name_in(&written);
        }
        ["table_name", "tablename", "relname", "event_object_table"].iter().find_map(|column| self.named(column))
    }

    /// What a query over these catalogs asks about.
    fn about(&self, catalogs: &[String]) -> Option<Condition> {
        let has = |name: &str| catalogs.iter().any(|c| c == name);
        let first = |names: &[&str]| names.iter().find(|n| has(n)).map(|n| n.to_string());
        let catalog = first(&[
            "pg_enum",
            "pg_constraint",
            "pg_trigger",
            "pg_policy",
            "pg_attribute",
            "pg_index",
            "pg_proc",
            "pg_type",
            "pg_class",
        ])
        .or_else(|| catalogs.iter().find(|c| *c != "pg_namespace").or(catalogs.first()).cloned())?;
        Some(Condition::Exists(match catalog.as_str() {
            "pg_tables" => Probe::Table(self.named("tablename")?),
            "information_schema.tables" => Probe::Table(self.named("table_name")?),
            "information_schema.columns" => Probe::Column(self.owner()?, self.get("column_name")?),
            "pg_attribute" => Probe::Column(self.owner()?, self.get("attname")?),
            "pg_constraint" => Probe::Constraint { table: self.owner(), name: self.get("conname")? },
            "information_schema.table_constraints"
            | "information_schema.key_column_usage"
            | "information_schema.constraint_column_usage"
            | "information_schema.referential_constraints"
            | "information_schema.check_constraints" => {
                Probe::Constraint { table: self.owner(), name: self.get("constraint_name")? }
            }
            "pg_indexes" => Probe::Index { table: self.named("tablename"), name: self.get("indexname")? },
            "pg_index" => Probe::Index { table: None, name: self.get("relname").or_else(|| self.get("indexrelid"))? },
            "pg_class" => return self.relation(),
            "pg_type" => Probe::Type(self.get("typname").or_else(|| Some(name_in(&self.get("oid")?)?.name))?),
            "pg_enum" => self.enum_value()?,
            "pg_proc" => Probe::Function(self.get("proname").or_else(|| Some(name_in(&self.get("oid")?)?.name))?),
            "information_schema.routines" => Probe::Function(self.get("routine_name")?),
            "pg_trigger" => Probe::Trigger { table: self.owner(), name: self.get("tgname")? },
            "information_schema.triggers" => Probe::Trigger { table: self.owner(), name: self.get("trigger_name")? },
            "pg_policies" => Probe::Policy { table: self.owner(), name: self.get("policyname")? },
            "pg_policy" => Probe::Policy { table: self.owner(), name: self.get("polname")? },
            "pg_namespace" => Probe::Schema(self.get("nspname")?),
            "information_schema.schemata" => Probe::Schema(self.get("schema_name")?),
            "pg_extension" => Probe::Extension(self.get("extname")?),
            "pg_roles" | "pg_authid" => Probe::Role(self.get("rolname")?),
            "pg_user" => Probe::Role(self.get("usename")?),
            "pg_sequences" => Probe::Sequence(self.named("sequencename")?),
            "information_schema.sequences" => Probe::Sequence(self.named("sequence_name")?),
            "pg_views" => Probe::View(self.named("viewname")?),
            "pg_matviews" => Probe::View(self.named("matviewname")?),
            "information_schema.views" => Probe::View(self.named("table_name")?),
            _ => return None,
        }))
    }

    fn relation(&self) -> Option<Condition> {
        let name = match self.get("oid") {
            Some(written) => name_in(&written)?,
            None => self.named("relname")?,
        };
        Some(Condition::Exists(match self.get("relkind").as_deref() {
            Some("r" | "p") => Probe::Table(name),
            Some("i" | "I") => Probe::Index { table: None, name: name.name },
            Some("S") => Probe::Sequence(name),
            Some("v" | "m") => Probe::View(name),
            _ => return Some(relation(name)),
        }))
    }

    fn enum_value(&self) -> Option<Probe> {
        let by_oid = self.get("enumtypid").and_then(|written| Some(name_in(&written)?.name));
        let ty = self.get("typname").or(by_oid)?;
        Some(match self.get("enumlabel") {
            Some(value) => Probe::EnumValue { ty, value },
            None => Probe::Type(ty),
        })
    }
}

/// A column, perhaps behind an alias and a cast: its bare name, and what follows.
pub(super) fn column(sql: &Sql, at: usize) -> Option<(String, usize)> {
    let (mut parts, mut next) = sql.dotted(at)?;
    if sql.punct(next, b'(') {
        return None;
    }
    if sql.kind(next) == Some(Kind::Cast) {
        next = sql.dotted(next + 1)?.1;
    }
    Some((parts.pop()?, next))
}

pub(super) fn is_column(sql: &Sql, range: Range<usize>) -> Option<String> {
    let range = bare(sql, range);
    let keyword = sql.is_any(range.start, &["true", "false", "null", "current_schema", "current_user"]);
    column(sql, range.start).filter(|(_, next)| *next == range.end && !keyword).map(|(name, _)| name)
}

pub(super) enum Constant {
    Is(String),
    /// `current_schema()`, the namespace that a search path leads to.
    OwnSchema,
}

pub(super) fn constant(sql: &Sql, range: Range<usize>, column: &str) -> Option<Constant> {
    let range = bare(sql, range);
    let at = range.start;
    if sql.kind(at) == Some(Kind::String) {
        let cast = range.len() > 1;
        let whole = !cast
            || (sql.kind(at + 1) == Some(Kind::Cast) && sql.dotted(at + 2).is_some_and(|(_, next)| next == range.end));
        let plain = matches!(sql.at(at).as_bytes().first(), Some(b'\''));
        return (whole && plain).then(|| Constant::Is(unquoted(sql.at(at))));
    }
    if sql.is_any(at, &["current_schema", "current_database"]) {
        return Some(Constant::OwnSchema);
    }
    if sql.is(at, "any") && sql.is(at + 2, "current_schemas") {
        return Some(Constant::OwnSchema);
    }
    if sql.is(at, "to_regclass") && sql.kind(at + 2) == Some(Kind::String) {
        return Some(Constant::Is(unquoted(sql.at(at + 2))));
    }
    if sql.is(at, "select") {
        return subselected(sql, range, column);
    }
    None
}

/// `conrelid = (SELECT oid FROM pg_class WHERE relname = 'x')`: the name that is looked up.
fn subselected(sql: &Sql, range: Range<usize>, column: &str) -> Option<Constant> {
    let wanted = if SCHEMAS.contains(&column) {
        "nspname"
    } else if column == "enumtypid" {
        "typname"
    } else {
        "relname"
    };
    let mut found = None;
    for at in range {
        if sql.is(at, wanted) && sql.punct(at + 1, b'=') && sql.kind(at + 2) == Some(Kind::String) {
            found = Some(unquoted(sql.at(at + 2)));
        }
    }
    // A name from a catalog is no spelling: it is quoted, so that nothing folds it again.
    let quote = |name: String| if wanted == "nspname" { name } else { format!("\"{}\"", name.replace('"', "\"\"")) };
    found.map(|name| Constant::Is(quote(name)))
}
