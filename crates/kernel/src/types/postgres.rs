//! PostgreSQL's and CockroachDB's types, as `format_type` prints them.

use super::TypeParts;
use super::reader::Reader;
use crate::Dialect;
use crate::lex::Kind;
use crate::names::truncate;

/// The names of `pg_type` that `format_type` prints otherwise, and other spellings that SQL has for them.
const NAMES: [(&str, &str); 29] = [
    ("int4", "integer"),
    ("int8", "bigint"),
    ("int2", "smallint"),
    ("varchar", "character varying"),
    ("bool", "boolean"),
    ("timestamptz", "timestamp with time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timetz", "time with time zone"),
    ("time", "time without time zone"),
    ("float8", "double precision"),
    ("float4", "real"),
    ("varbit", "bit varying"),
    ("text", "text"),
    ("uuid", "uuid"),
    ("jsonb", "jsonb"),
    ("json", "json"),
    ("numeric", "numeric"),
    ("date", "date"),
    ("bytea", "bytea"),
    ("interval", "interval"),
    ("citext", "citext"),
    ("serial", "integer"),
    ("bigserial", "bigint"),
    ("smallserial", "smallint"),
    ("serial4", "integer"),
    ("serial8", "bigint"),
    ("serial2", "smallint"),
    ("name", "name"),
    ("inet", "inet"),
];

/// Spellings of the grammar, which are no names of types once they are quoted.
const WORDS: [(&str, &str); 9] = [
    ("integer", "integer"),
    ("int", "integer"),
    ("bigint", "bigint"),
    ("smallint", "smallint"),
    ("boolean", "boolean"),
    ("real", "real"),
    ("decimal", "numeric"),
    ("dec", "numeric"),
    ("float", "double precision"),
];

/// What CockroachDB means by words that PostgreSQL reads otherwise or not at all (its documentation, "Data types"; INT
/// and SERIAL have 64 bits, so 32 bits keep the name `int4`; not run).
const COCKROACH: [(&str, &str); 17] = [
    ("int4", "int4"),
    ("int", "bigint"),
    ("integer", "bigint"),
    ("int64", "bigint"),
    ("serial", "bigint"),
    ("serial2", "bigint"),
    ("serial4", "bigint"),
    ("smallserial", "bigint"),
    ("string", "text"),
    ("bytes", "bytea"),
    ("blob", "bytea"),
    ("json", "jsonb"),
    ("double", "double precision"),
    ("char", "character"),
    ("timestamptz", "timestamp with time zone"),
    ("datetime", "timestamp without time zone"),
    ("collatedstring", "text"),
];

/// Words that can't be a type's name without quotes: keywords that are reserved, or that only a column or a type and
/// function may be called (`pg_get_keywords` of 15, where `catcode` is not U), in order.
#[rustfmt::skip]
const QUOTED_WORDS: [&str; 151] = [
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "between",
    "bigint", "binary", "bit", "boolean", "both", "case", "cast", "char", "character", "check", "coalesce", "collate",
    "collation", "column", "concurrently", "constraint", "create", "cross", "current_catalog", "current_date",
    "current_role", "current_schema", "current_time", "current_timestamp", "current_user", "dec", "decimal",
    "default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "exists", "extract", "false", "fetch",
    "float", "for", "foreign", "freeze", "from", "full", "grant", "greatest", "group", "grouping", "having", "ilike",
    "in", "initially", "inner", "inout", "int", "integer", "intersect", "interval", "into", "is", "isnull", "join",
    "lateral", "leading", "least", "left", "like", "limit", "localtime", "localtimestamp", "national", "natural",
    "nchar", "none", "normalize", "not", "notnull", "null", "nullif", "numeric", "offset", "on", "only", "or",
    "order", "out", "outer", "overlaps", "overlay", "placing", "position", "precision", "primary", "real",
    "references", "returning", "right", "row", "select", "session_user", "setof", "similar", "smallint", "some",
    "substring", "symmetric", "table", "tablesample", "then", "time", "timestamp", "to", "trailing", "treat", "trim",
    "true", "union", "unique", "user", "using", "values", "varchar", "variadic", "verbose", "when", "where", "window",
    "with", "xmlattributes", "xmlconcat", "xmlelement", "xmlexists", "xmlforest", "xmlnamespaces", "xmlparse",
    "xmlpi", "xmlroot", "xmlserialize", "xmltable",
];

fn find(table: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, base)| *base)
}

/// Most types are one bare word; those need no tokens.
pub(super) fn one_word(dialect: Dialect, text: &str) -> Option<&'static str> {
    let word = text.trim_ascii();
    if dialect != Dialect::Postgres {
        return None;
    }
    find(&NAMES, word).or_else(|| find(&WORDS, word))
}

pub(super) fn parts(dialect: Dialect, text: &str) -> TypeParts {
    if let Some(base) = one_word(dialect, text) {
        return TypeParts { base: base.to_string(), ..TypeParts::default() };
    }
    let mut reader = Reader::new(dialect, text);
    let mut parts = TypeParts::default();
    if !standard(dialect, &mut reader, &mut parts) {
        named(&mut reader, &mut parts);
    }
    array(&mut reader, &mut parts);
    let rest = reader.rest();
    if parts.tail.is_empty() {
        parts.tail = rest;
    }
    defaults(&mut parts);
    parts
}

/// The types that the grammar spells with words of its own.
fn standard(dialect: Dialect, reader: &mut Reader, parts: &mut TypeParts) -> bool {
    let national = reader.eat(&["national"]);
    if national || is_word(reader, &["character", "char", "nchar"]) {
        reader.take();
        parts.base = if reader.eat(&["varying"]) { "character varying" } else { "character" }.into();
        parts.args = reader.args();
        if parts.args.is_empty() && parts.base == "character" {
            parts.args.push("1".into());
        }
        return true;
    }
    if reader.eat(&["double", "precision"]) {
        parts.base = "double precision".into();
        return true;
    }
    if reader.eat(&["bit"]) {
        parts.base = if reader.eat(&["varying"]) { "bit varying" } else { "bit" }.into();
        parts.args = reader.args();
        if parts.args.is_empty() && parts.base == "bit" {
            parts.args.push("1".into());
        }
        return true;
    }
    if is_word(reader, &["timestamp", "time"]) {
        return timed(reader, parts);
    }
    if reader.eat(&["interval"]) {
        interval(reader, parts);
        return true;
    }
    let Some((Kind::Word, word)) = reader.peek() else { return false };
    let special = if dialect == Dialect::Cockroach { find(&COCKROACH, word) } else { None };
    let Some(base) = special.or_else(|| find(&WORDS, word)) else { return false };
    if reader.peek_after_is_dot() {
        return false;
    }
    reader.take();
    parts.base = base.into();
    parts.args = reader.args();
    if word.eq_ignore_ascii_case("float") {
        let short = parts.number(0).is_some_and(|bits| bits <= 24);
        parts.args.clear();
        parts.base = if short { "real" } else { "double precision" }.into();
    }
    true
}

fn is_word(reader: &Reader, words: &[&str]) -> bool {
    let Some((Kind::Word, word)) = reader.peek() else { return false };
    words.iter().any(|w| w.eq_ignore_ascii_case(word)) && !reader.peek_after_is_dot()
}

fn timed(reader: &mut Reader, parts: &mut TypeParts) -> bool {
    let Some((_, word)) = reader.take() else { return false };
    parts.args = reader.args();
    let zone = reader.eat(&["with", "time", "zone"]);
    let _ = zone || reader.eat(&["without", "time", "zone"]);
    let name = if zone { format!("{word}tz") } else { word.to_string() };
    parts.base = find(&NAMES, &name).unwrap_or_default().into();
    true
}

const FIELDS: [&str; 7] = ["year", "month", "day", "hour", "minute", "second", "to"];

fn interval(reader: &mut Reader, parts: &mut TypeParts) {
    parts.base = "interval".into();
    parts.args = reader.args();
    while let Some((Kind::Word, word)) = reader.peek() {
        let Some(field) = FIELDS.iter().find(|f| f.eq_ignore_ascii_case(word)) else { break };
        reader.take();
        if !parts.tail.is_empty() {
            parts.tail.push(' ');
        }
        parts.tail.push_str(field);
        if parts.args.is_empty() {
            parts.args = reader.args();
        }
    }
}

/// A type by its name: `varchar(3)`, `"Role"`, `public.citext`, `pg_catalog.int4`, `vector(3)`.
fn named(reader: &mut Reader, parts: &mut TypeParts) {
    let mut path: Vec<(String, bool)> = Vec::new();
    while let Some((kind, text)) = reader.peek() {
        let (name, quoted) = match kind {
            Kind::Word => (text.to_ascii_lowercase(), false),
            Kind::Quoted if text.starts_with('"') && text.len() > 1 => {
                (text[1..].trim_end_matches('"').replace("\"\"", "\""), true)
            }
            // U&"..": left as it is
            _ => (text.to_string(), false),
        };
        reader.take();
        path.push((truncate(Dialect::Postgres, &name), quoted));
        if !reader.eat_punct(b'.') {
            break;
        }
    }
    let catalog = path.len() == 2 && path[0].0 == "pg_catalog";
    if catalog || (path.len() == 2 && path[0].0 == "public") {
        path.remove(0);
    }
    parts.base = match path.as_slice() {
        [(name, _)] => builtin(name).map(Into::into).unwrap_or_else(|| quote_ident(name)),
        _ => path.iter().map(|(name, _)| quote_ident(name)).collect::<Vec<_>>().join("."),
    };
    if let [(name, quoted)] = path.as_slice()
        && (*quoted || catalog)
        && find(&NAMES[21..27], name).is_some()
    {
        parts.base = quote_ident(name); // serial is a word of the grammar only
    }
    parts.args = reader.args();
    if parts.base == "bpchar" && !parts.args.is_empty() {
        parts.base = "character".into();
    }
}

fn builtin(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|(n, _)| *n == name).map(|(_, base)| *base)
}

/// An identifier with quotes where it needs them (`quote_identifier`).
pub fn quote_ident(name: &str) -> String {
    let plain = |b: u8| b.is_ascii_lowercase() || b == b'_';
    let bare = name.bytes().next().is_some_and(plain)
        && name.bytes().all(|b| plain(b) || b.is_ascii_digit())
        && !QUOTED_WORDS.contains(&name);
    if bare { name.to_string() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

fn array(reader: &mut Reader, parts: &mut TypeParts) {
    if reader.eat(&["array"]) {
        parts.array = 1;
    }
    while reader.eat_punct(b'[') {
        parts.array = 1;
        while !reader.eat_punct(b']') {
            if reader.take().is_none() {
                return;
            }
        }
    }
}

/// What the engine adds or takes away: numeric's scale, a precision above 6.
fn defaults(parts: &mut TypeParts) {
    if parts.base == "numeric" && parts.args.len() == 1 {
        parts.args.push("0".into());
    }
    let clock = parts.base.starts_with("time") || parts.base == "interval";
    if clock && parts.number(0).is_some_and(|n| n > 6) {
        parts.args[0] = "6".into();
    }
}

/// The name in `pg_type`, as PostgreSQL derives names from it: `integer` is `int4`, `varchar(3)` is `varchar`.
pub fn internal_name(text: &str) -> String {
    let base = parts(Dialect::Postgres, text).base;
    match NAMES.iter().chain(&WORDS).find(|(_, printed)| *printed == base) {
        Some((name, _)) => (*name).to_string(),
        None if base == "character" => "bpchar".to_string(),
        None => base.rsplit('.').next().unwrap_or_default().trim_matches('"').replace("\"\"", "\""),
    }
}
