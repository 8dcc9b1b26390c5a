//! The types as far as conversion tells them apart.

use crate::Dialect;
use crate::types::{self, TypeParts};

/// What a type is, with what limits it. A limit of none is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Family {
    /// smallint, integer, bigint: 16, 32, 64.
    Int(u32),
    /// numeric with precision and scale.
    Numeric(Option<(i64, i64)>),
    /// real and double precision: 24 and 53 binary digits.
    Float(u32),
    Money,
    Bool,
    /// text and character varying.
    Text(Option<i64>),
    /// character(n): padded.
    Char(i64),
    /// bpchar without a length: not padded, yet spaces at its end do not count.
    Bpchar,
    Citext,
    Name,
    /// `"char"`: one byte.
    Byte,
    Uuid,
    Date,
    Time(i64),
    Timetz(i64),
    Timestamp(i64),
    Timestamptz(i64),
    /// Fields and precision.
    Interval(String, i64),
    Json,
    Jsonb,
    Bytea,
    Inet,
    Cidr,
    Macaddr,
    Macaddr8,
    Xml,
    Bit(i64),
    Varbit(Option<i64>),
    /// A type that the user made: an enum, as far as we know.
    User,
    /// A type of an extension, or a rare one: its text comes back as it is, nothing else is known.
    Other,
}

/// A family, whether it is an array of it, and the type's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) family: Family,
    pub(super) array: bool,
    pub(super) text: String,
}

const SIMPLE: [(&str, Family); 22] = [
    ("smallint", Family::Int(16)),
    ("integer", Family::Int(32)),
    ("int4", Family::Int(32)),
    ("bigint", Family::Int(64)),
    ("real", Family::Float(24)),
    ("double precision", Family::Float(53)),
    ("money", Family::Money),
    ("boolean", Family::Bool),
    ("text", Family::Text(None)),
    ("bpchar", Family::Bpchar),
    ("citext", Family::Citext),
    ("name", Family::Name),
    ("\"char\"", Family::Byte),
    ("uuid", Family::Uuid),
    ("date", Family::Date),
    ("json", Family::Json),
    ("jsonb", Family::Jsonb),
    ("bytea", Family::Bytea),
    ("inet", Family::Inet),
    ("cidr", Family::Cidr),
    ("macaddr", Family::Macaddr),
    ("macaddr8", Family::Macaddr8),
];

/// Built in or of a well-known extension, and no enum.
const OTHERS: [&str; 52] = [
    "bit",
    "\"bit\"",
    "box",
    "circle",
    "line",
    "lseg",
    "path",
    "point",
    "polygon",
    "tsvector",
    "tsquery",
    "oid",
    "regclass",
    "regproc",
    "regprocedure",
    "regtype",
    "regrole",
    "regnamespace",
    "regoper",
    "regconfig",
    "pg_lsn",
    "xid",
    "xid8",
    "cid",
    "tid",
    "txid_snapshot",
    "pg_snapshot",
    "jsonpath",
    "int4range",
    "int8range",
    "numrange",
    "tsrange",
    "tstzrange",
    "daterange",
    "int4multirange",
    "int8multirange",
    "nummultirange",
    "tsmultirange",
    "tstzmultirange",
    "datemultirange",
    "hstore",
    "ltree",
    "lquery",
    "cube",
    "seg",
    "geometry",
    "geography",
    "vector",
    "halfvec",
    "sparsevec",
    "raster",
    "refcursor",
];

impl Type {
    pub(super) fn read(dialect: Dialect, text: &str) -> Type {
        let mut parts = types::parts(dialect, text);
        let text = types::write(dialect, &parts);
        let array = std::mem::take(&mut parts.array) > 0;
        Type { family: family(&parts), array, text }
    }

    /// An array's element.
    pub(super) fn element(&self) -> Type {
        Type { family: self.family.clone(), array: false, text: self.text.trim_end_matches("[]").to_string() }
    }

    /// A type of the user's own, not an array.
    pub(super) fn user(&self) -> bool {
        self.family == Family::User && !self.array
    }

    /// It holds any text, if not always of any length.
    pub(super) fn is_text(&self) -> bool {
        !self.array && self.family.is_text()
    }
}

impl Family {
    pub(super) fn is_text(&self) -> bool {
        use Family::*;
        matches!(self, Text(_) | Char(_) | Bpchar | Citext | Name | Byte)
    }
}

fn family(parts: &TypeParts) -> Family {
    let base = parts.base.as_str();
    let number = |at| parts.number(at).map(|n| n.clamp(-100_000_000, 100_000_000));
    let first = number(0);
    let precision = first.unwrap_or(6);
    match base {
        "numeric" => Family::Numeric(first.map(|p| (p, number(1).unwrap_or(0)))),
        "character varying" => Family::Text(first),
        "character" => Family::Char(first.unwrap_or(1)),
        "bit" => Family::Bit(first.unwrap_or(1)),
        "bit varying" => Family::Varbit(first),
        "time without time zone" => Family::Time(precision),
        "time with time zone" => Family::Timetz(precision),
        "timestamp without time zone" => Family::Timestamp(precision),
        "timestamp with time zone" => Family::Timestamptz(precision),
        "interval" => Family::Interval(parts.tail.clone(), precision),
        "xml" => Family::Xml,
        _ => match SIMPLE.iter().find(|(name, _)| *name == base) {
            Some((_, family)) => family.clone(),
            None if OTHERS.contains(&base) || !parts.args.is_empty() => Family::Other,
            None => Family::User,
        },
    }
}
