//! The cast that leads from one type to another: ALTER TYPE's own, or an expression for USING.

use super::family::Family::*;
use super::family::Type;

/// How to get there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// ALTER TYPE casts by itself (`pg_cast.castcontext` a or i, or the I/O assignment to text).
    Plain,
    /// USING this.
    Using(String),
    /// Nothing that would not be invented.
    None,
}

/// The text of a JSON scalar without its quotes: the element at the empty path.
pub(super) const JSON_TEXT: &str = "({} #>> ARRAY[]::text[])";

fn using(expression: &str, to: &Type) -> Way {
    Way::Using(format!("{expression}::{}", to.text))
}

/// The way from `a` to `b`. Lengths are never cast explicitly, as that cuts in silence; the plain way refuses.
pub(super) fn way(a: &Type, b: &Type) -> Way {
    if a.text == b.text {
        return Way::Plain;
    }
    match (a.array, b.array) {
        (true, true) => match way(&a.element(), &b.element()) {
            Way::Using(expression) if expression.starts_with("{}::text::") => using("{}::text[]", b),
            Way::Using(expression) if expression.starts_with("{}::") => using("{}", b),
            Way::Using(_) => Way::None,
            other => other,
        },
        (true, false) if b.is_text() && b.family != Byte => Way::Plain,
        (false, true) if a.is_text() => from_text(a, b),
        (false, false) => scalar(a, b),
        _ => Way::None,
    }
}

/// Spaces that pad a character(n) are part of what other types would read: text takes them off.
fn from_text(a: &Type, b: &Type) -> Way {
    match a.family {
        Text(_) if b.family != User => using("{}", b),
        _ => using("{}::text", b),
    }
}

fn scalar(a: &Type, b: &Type) -> Way {
    let number = |t: &Type| matches!(t.family, Int(_) | Numeric(_) | Float(_));
    match (&a.family, &b.family) {
        (Text(_) | Char(_) | Bpchar, Byte) | (_, Text(_) | Char(_) | Bpchar | Citext | Name) => Way::Plain,
        (_, Byte) => using("{}::text", b),
        _ if a.is_text() => from_text(a, b),
        _ if number(a) && number(b) => Way::Plain,
        (Numeric(_) | Int(32) | Int(64), Money) | (Money, Numeric(_)) => Way::Plain,
        (Money, _) | (_, Money) if number(a) || number(b) => using("{}::numeric", b),
        (Bool, Int(32)) => using("{}", b),
        (Bool, _) if number(b) => using("{}::integer", b),
        (_, Bool) if number(a) => Way::Using("({} <> 0)".into()),
        _ if CASTS.iter().any(|(from, to)| *from == tag(a) && *to == tag(b)) => Way::Plain,
        (Interval(..), Interval(..)) => Way::Plain,
        (User, User) => using("{}::text", b),
        (Json | Jsonb, _) => using(JSON_TEXT, b),
        (_, Jsonb) => Way::Using("to_jsonb({})".into()),
        (_, Json) => Way::Using("to_json({})".into()),
        _ => Way::None,
    }
}

/// A family without its limits.
fn tag(t: &Type) -> &'static str {
    match t.family {
        Date => "date",
        Time(_) => "time",
        Timetz(_) => "timetz",
        Timestamp(_) => "timestamp",
        Timestamptz(_) => "timestamptz",
        Interval(..) => "interval",
        Json => "json",
        Jsonb => "jsonb",
        Inet => "inet",
        Cidr => "cidr",
        Macaddr => "macaddr",
        Macaddr8 => "macaddr8",
        Bit(_) => "bit",
        Varbit(_) => "varbit",
        _ => "",
    }
}

/// Casts that assignment uses (`pg_cast` of 15), and lengths of one and the same type.
const CASTS: [(&str, &str); 28] = [
    ("date", "timestamp"),
    ("date", "timestamptz"),
    ("timestamp", "date"),
    ("timestamp", "time"),
    ("timestamp", "timestamp"),
    ("timestamp", "timestamptz"),
    ("timestamptz", "date"),
    ("timestamptz", "time"),
    ("timestamptz", "timetz"),
    ("timestamptz", "timestamp"),
    ("timestamptz", "timestamptz"),
    ("time", "time"),
    ("time", "timetz"),
    ("time", "interval"),
    ("timetz", "time"),
    ("timetz", "timetz"),
    ("interval", "time"),
    ("json", "jsonb"),
    ("jsonb", "json"),
    ("cidr", "inet"),
    ("inet", "cidr"),
    ("macaddr", "macaddr8"),
    ("macaddr8", "macaddr"),
    ("bit", "varbit"),
    ("varbit", "bit"),
    ("varbit", "varbit"),
    ("bit", "bit"),
    ("inet", "inet"),
];
