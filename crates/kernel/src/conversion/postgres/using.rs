//! What a USING expression does, where it is one that can be turned round.

use super::family::Family::*;
use super::family::Type;
use super::judge::{Cast, Verdict, judge};
use super::way::{JSON_TEXT, Way, way};
use super::{Conversion, plain};
use crate::Dialect;
use crate::lex::{Kind, Token, lex};
use std::cell::Cell;

/// What stands behind USING.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Using {
    /// The column, cast to these types one after the other.
    Casts(Vec<Type>),
    /// A function of the column that has an inverse.
    Call(Call),
    /// Anything else.
    Other,
}

/// A function of the column, and the literal that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    name: String,
    literal: String,
}

/// The functions that we know, and how many arguments beside the column each takes.
const CALLS: [(&str, usize); 11] = [
    ("array", 0),
    ("at time zone", 1),
    ("encode", 1),
    ("decode", 1),
    ("convert_to", 1),
    ("string_to_array", 1),
    ("array_to_string", 1),
    ("to_json", 0),
    ("to_jsonb", 0),
    ("array_to_json", 0),
    ("to_timestamp", 0),
];

pub(super) fn read(dialect: Dialect, text: &str) -> Using {
    read_all(dialect, text).map_or(Using::Other, |(using, _)| using)
}

/// The column that a USING expression converts, as it is written there: an expression over another column than the one
/// that is changed is no conversion of it. None where the expression is of no form that [`conversion`](super::super::conversion) can turn
/// round.
pub fn using_column(dialect: Dialect, text: &str) -> Option<&str> {
    read_all(dialect, text).map(|(_, column)| column)
}

fn read_all(dialect: Dialect, text: &str) -> Option<(Using, &str)> {
    let mut tokens: Vec<Token> = lex(text, 0, dialect);
    tokens.retain(|t| t.kind != Kind::Comment);
    let column = Cell::new(None);
    let using = Reader { dialect, text, tokens: &tokens, column: &column }.read(0)?;
    column.get().map(|at: Token| (using, &text[at.start..at.end]))
}

struct Reader<'a> {
    dialect: Dialect,
    text: &'a str,
    tokens: &'a [Token],
    /// Where the column's name was found.
    column: &'a Cell<Option<Token>>,
}

impl<'a> Reader<'a> {
    fn part(&self, tokens: &'a [Token]) -> Reader<'a> {
        Reader { dialect: self.dialect, text: self.text, tokens, column: self.column }
    }

    fn source(&self, tokens: &[Token]) -> &'a str {
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => &self.text[first.start..last.end],
            _ => "",
        }
    }

    fn is(&self, at: usize, word: &str) -> bool {
        let token = self.tokens.get(at).filter(|t| t.kind == Kind::Word);
        token.is_some_and(|t| self.text[t.start..t.end].eq_ignore_ascii_case(word))
    }

    fn punct(&self, at: usize, punct: u8) -> bool {
        self.tokens.get(at).is_some_and(|t| t.kind == Kind::Punct(punct))
    }

    fn read(&self, depth: usize) -> Option<Using> {
        let last = self.tokens.len().checked_sub(1)?;
        if depth > 20 {
            return None;
        }
        if self.punct(0, b'(') && self.closing(0) == Some(last) {
            return self.part(&self.tokens[1..last]).read(depth + 1);
        }
        let top = self.top_level();
        if let Some(at) = top.iter().rev().find(|at| self.tokens[**at].kind == Kind::Cast) {
            let to = Type::read(self.dialect, self.source(&self.tokens[at + 1..]));
            return cast(self.part(&self.tokens[..*at]).read(depth + 1)?, to);
        }
        if self.is(0, "cast") && self.punct(1, b'(') && self.closing(1) == Some(last) {
            let inside = self.part(&self.tokens[2..last]);
            let at = *inside.top_level().iter().rev().find(|at| inside.is(**at, "as"))?;
            let to = Type::read(self.dialect, inside.source(&inside.tokens[at + 1..]));
            return cast(inside.part(&inside.tokens[..at]).read(depth + 1)?, to);
        }
        if let Some(at) =
            top.iter().find(|at| self.is(**at, "at") && self.is(**at + 1, "time") && self.is(**at + 2, "zone"))
        {
            return self.call("at time zone", self.part(&self.tokens[..*at]), &self.tokens[at + 3..], depth);
        }
        if self.is(0, "array") && self.punct(1, b'[') && self.punct(last, b']') {
            return self.call("array", self.part(&self.tokens[2..last]), &[], depth);
        }
        if self.is(0, "case") && self.is(last, "end") {
            return self.unless_null(last, depth);
        }
        if self.column() {
            return Some(Using::Casts(Vec::new()));
        }
        self.function(last, depth)
    }

    /// `CASE WHEN c IS NOT NULL THEN f(c) [ELSE NULL] END`: of a NULL all that we know makes NULL.
    fn unless_null(&self, last: usize, depth: usize) -> Option<Using> {
        let top = self.top_level();
        let find = |word: &str| top.iter().copied().find(|at| self.is(*at, word));
        let (when, then) = (find("when")?, find("then")?);
        let end = find("else").unwrap_or(last);
        let asked = self.source(&self.tokens[when + 1..then]);
        let null = end == last || (self.is(end + 1, "null") && end + 2 == last);
        let inner = self.part(&self.tokens[then + 1..end]).read(depth + 1)?;
        let column = self.column.get()?;
        let mut of_itself = lex(asked, 0, self.dialect).into_iter().filter(|t| t.kind != Kind::Comment);
        let first = of_itself.next().map(|t| &asked[t.start..t.end])?;
        let rest: Vec<String> = of_itself.map(|t| asked[t.start..t.end].to_ascii_lowercase()).collect();
        let same = first == &self.text[column.start..column.end];
        (when == 1 && null && same && rest == ["is", "not", "null"]).then_some(inner)
    }

    /// A name, alone or after the names of its table and schema.
    fn column(&self) -> bool {
        let name = |t: &Token| matches!(t.kind, Kind::Word | Kind::Quoted);
        let constant = ["null", "true", "false", "default"].iter().any(|w| self.is(0, w)) && self.tokens.len() == 1;
        self.column.set(self.tokens.last().copied());
        self.tokens.len() % 2 == 1
            && !constant
            && self
                .tokens
                .iter()
                .enumerate()
                .all(|(at, t)| if at % 2 == 0 { name(t) } else { t.kind == Kind::Punct(b'.') })
    }

    fn function(&self, last: usize, depth: usize) -> Option<Using> {
        if !self.punct(1, b'(') || self.closing(1) != Some(last) {
            return None;
        }
        let inside = &self.tokens[2..last];
        let comma = self.part(inside).top_level().into_iter().find(|at| inside[*at].kind == Kind::Punct(b','));
        let (first, second) = match comma {
            Some(at) => (&inside[..at], &inside[at + 1..]),
            None => (inside, &inside[..0]),
        };
        let name = self.source(&self.tokens[..1]).to_ascii_lowercase();
        if name == "timezone" {
            return self.call("at time zone", self.part(second), first, depth);
        }
        self.call(&name, self.part(first), second, depth)
    }

    fn call(&self, name: &str, column: Reader<'a>, literal: &[Token], depth: usize) -> Option<Using> {
        let (name, count) = CALLS.iter().find(|(known, _)| *known == name)?;
        let text = matches!(literal, [one] if one.kind == Kind::String);
        let fits = if *count == 0 { literal.is_empty() } else { text };
        // Only the bare column: what a cast before it did would have to be undone as well.
        let bare = column.read(depth + 1)? == Using::Casts(Vec::new());
        (fits && bare).then(|| Using::Call(Call { name: name.to_string(), literal: self.source(literal).to_string() }))
    }

    fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0usize;
        for at in open..self.tokens.len() {
            match self.tokens[at].kind {
                Kind::Punct(b'(' | b'[') => depth += 1,
                Kind::Punct(b')' | b']') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn top_level(&self) -> Vec<usize> {
        let mut depth = 0usize;
        let mut out = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            match token.kind {
                Kind::Punct(b'(' | b'[') => depth += 1,
                Kind::Punct(b')' | b']') => depth = depth.saturating_sub(1),
                _ if depth == 0 => out.push(at),
                _ => {}
            }
        }
        out
    }
}

/// A cast of what is read already. Behind a call it changes nothing where it goes to the type that the column gets;
/// the call's own reading refuses the rest.
fn cast(inner: Using, to: Type) -> Option<Using> {
    match inner {
        Using::Casts(mut casts) => {
            casts.push(to);
            Some(Using::Casts(casts))
        }
        Using::Call(call) if call.name != "at time zone" => Some(Using::Call(call)),
        _ => None,
    }
}

/// The zones in which no hour is missing.
const FIXED: [&str; 8] = ["'utc'", "'gmt'", "'z'", "'zulu'", "'etc/utc'", "'etc/gmt'", "'universal'", "'uct'"];

/// A known function up, its inverse back. None where it is not used in the way that we know.
pub(super) fn call(from: &Type, to: &Type, call: &Call) -> Option<Conversion> {
    let literal = call.literal.as_str();
    let text = |t: &Type| t.family == Text(None) && !t.array;
    let drop_default = way(to, from) != Way::Plain;
    let base = Conversion { drop_default, ..Conversion::default() };
    match call.name.as_str() {
        "at time zone" => zoned(from, to, literal),
        "array" if to.array && to.element().text == from.text => Some(Conversion {
            back_using: Some("({})[1]".into()),
            back_loses: Some("elements but the first".into()),
            refused_where: Some("cardinality({}) <> 1".into()),
            ..base
        }),
        "encode" if from.text == "bytea" && text(to) => Some(Conversion {
            back_using: Some(format!("decode({{}}, {literal})")),
            may_refuse: Some(format!("text that is not encoded as {literal}")),
            back_loses: Some("text not written just as encode() writes it".into()),
            ..base
        }),
        "decode" if text(from) && to.text == "bytea" => Some(Conversion {
            loses: Some("text not written just as encode() writes it comes back otherwise".into()),
            back_using: Some(format!("encode({{}}, {literal})")),
            ..base
        }),
        "convert_to" if text(from) && to.text == "bytea" => Some(Conversion {
            back_using: Some(format!("convert_from({{}}, {literal})")),
            may_refuse: Some("bytes that are no text".into()),
            ..base
        }),
        "string_to_array" if from.is_text() && from.family != Byte && to.text == "text[]" => split(from, literal, base),
        "array_to_string" if from.text == "text[]" && text(to) => Some(Conversion {
            loses: Some(format!("elements that are NULL or hold {literal}, and an empty array, come back otherwise")),
            back_using: Some(format!("string_to_array({{}}, {literal})")),
            ..base
        }),
        "to_json" | "to_jsonb" | "array_to_json" => json(from, to, base),
        "to_timestamp" => seconds(from, to, base),
        _ => None,
    }
}

fn zoned(from: &Type, to: &Type, zone: &str) -> Option<Conversion> {
    let ((Timestamp(p), Timestamptz(q)) | (Timestamptz(p), Timestamp(q))) = (&from.family, &to.family) else {
        return None;
    };
    let mut out = plain(from, to, judge(from, to, Cast::Assign));
    let fixed = FIXED.iter().any(|known| known.eq_ignore_ascii_case(zone));
    let rounded = |from: i64, to: i64| format!("fractions of a second after {to} digits of {from} are rounded");
    out.depends_on_zone = false;
    if p > q {
        out.loses = Some(rounded(*p, *q));
    } else if fixed {
        out.loses = None;
    }
    if q > p {
        out.back_loses = Some(rounded(*q, *p));
        out.refused_where = Some(format!("{{}} <> {{}}::{}", precise(to, *p)));
    } else if fixed {
        (out.back_loses, out.refused_where) = (None, None);
    } else {
        out.refused_where = Some(format!("{{}} <> {{}} AT TIME ZONE {zone} AT TIME ZONE {zone}"));
    }
    out.back_using = Some(format!("{{}} AT TIME ZONE {zone}"));
    Some(out)
}

/// Seconds since 1970 into a time, and the seconds of a time.
fn seconds(from: &Type, to: &Type, base: Conversion) -> Option<Conversion> {
    let (Int(_), false) = (&from.family, from.array) else { return None };
    let zoned = match to.family {
        Timestamptz(_) => false,
        Timestamp(_) => true,
        _ => return None,
    };
    let back = format!("EXTRACT(EPOCH FROM {{}}::timestamp with time zone)::{}", from.text);
    let hours = "hours that the time zone repeats when summer time ends";
    Some(Conversion {
        loses: zoned.then(|| format!("{hours} (none in UTC)")),
        back_using: Some(back),
        may_refuse: Some(format!("times that have no {} of seconds", from.text)),
        back_loses: Some("fractions of a second".into()),
        refused_where: Some("{} <> date_trunc('second', {})".into()),
        drop_default: true,
        depends_on_zone: zoned,
        ..base
    })
}

/// The same type with another precision.
fn precise(t: &Type, p: i64) -> String {
    let zone = if matches!(t.family, Timestamptz(_)) { "with" } else { "without" };
    format!("timestamp({p}) {zone} time zone")
}

/// Split and joined again at the same text, every string is itself.
fn split(from: &Type, literal: &str, base: Conversion) -> Option<Conversion> {
    if literal == "''" || literal.contains('\\') {
        return None;
    }
    let verdict: Verdict = judge(&Type { family: Text(None), array: false, text: "text".into() }, from, Cast::Assign);
    Some(Conversion {
        back_using: Some(format!("array_to_string({{}}, {literal})")),
        may_refuse: verdict.refuses,
        back_loses: Some(format!("elements that are NULL or hold {literal}")),
        refused_where: Some(format!(
            "string_to_array(array_to_string({{}}, {literal}), {literal}) IS DISTINCT FROM {{}}"
        )),
        drop_default: true,
        ..base
    })
}

/// JSON and back. USING may not hold a subquery, so an array is taken out of JSON as a column of a row type that has
/// one of type text[].
fn json(from: &Type, to: &Type, base: Conversion) -> Option<Conversion> {
    if !matches!(to.family, Json | Jsonb) || to.array {
        return None;
    }
    if matches!(from.family, Json | Jsonb) {
        if from.text == "jsonb[]" && to.text == "jsonb" {
            return Some(Conversion {
                loses: Some(
                    "elements that were NULL come back as the null of JSON, dimensions as arrays within".into(),
                ),
                back_using: Some(format!("{JSONB_ELEMENTS}({{}})")),
                may_refuse: Some("JSON that is not an array".into()),
                refused_where: Some("jsonb_typeof({}) <> 'array'".into()),
                drop_default: true,
                ..base
            });
        }
        if from.array {
            let why = format!("no expression turns a JSON array back into {}", from.text);
            return Some(Conversion { loses: Some(why.clone()), impossible: Some(why), drop_default: true, ..base });
        }
        return Some(plain(from, to, judge(from, to, Cast::Explicit)));
    }
    if !matches!(from.family, Int(_) | Text(_) | Bool | Uuid | User) {
        return None;
    }
    let cast = if from.text == "text[]" || from.text == "text" { String::new() } else { format!("::{}", from.text) };
    let inner = if from.array { ELEMENTS } else { JSON_TEXT };
    // An explicit cast would cut varchar(n) in silence; assignment refuses.
    let cast = if matches!(from.family, Text(_)) { String::new() } else { cast };
    Some(Conversion {
        back_using: Some(format!("{inner}{cast}")),
        may_refuse: Some(format!("JSON that is not a {}", from.text)),
        back_loses: Some(format!("JSON that is not written as {}", from.text)),
        drop_default: true,
        ..base
    })
}

/// A function that the way back makes for itself, since USING may not hold the subquery that this takes.
pub const JSONB_ELEMENTS: &str = "pg_temp.jsonb_elements";

const ELEMENTS: &str = "(jsonb_populate_record(NULL::pg_catalog.pg_db_role_setting, \
                        jsonb_build_object('setconfig', {}))).setconfig";
