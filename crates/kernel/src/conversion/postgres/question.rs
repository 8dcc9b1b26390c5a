//! The question to ask before going back: which of today's rows would be refused or changed.

use super::family::Family::*;
use super::family::Type;

/// True for a row that the way from `a` to `b` refuses or changes; `{}` is the column. None where SQL can't tell
/// without failing itself.
pub(super) fn question(a: &Type, b: &Type) -> Option<String> {
    if a.array || b.array {
        return None;
    }
    match (&a.family, &b.family) {
        (x, Text(Some(n))) if x.is_text() => Some(format!("char_length({{}}) > {n}")),
        (Text(_) | Citext, Char(n)) => Some(format!("char_length({{}}) > {n} OR {{}} ~ ' $'")),
        (Int(_), Int(y)) => Some(format!("{{}} NOT BETWEEN {}", bounds(*y))),
        (Numeric(_) | Float(_), Int(y)) => Some(format!("{{}} <> trunc({{}}) OR {{}} NOT BETWEEN {}", bounds(*y))),
        (Int(_) | Numeric(_), Numeric(Some((p, s)))) => {
            Some(format!("{{}} <> round({{}}::numeric, {s}) OR abs({{}}::numeric) >= power(10::numeric, {})", p - s))
        }
        (Float(53), Float(24)) => Some(
            "CASE WHEN {} IN (0, 'Infinity', '-Infinity', 'NaN') THEN false \
             WHEN abs({}) NOT BETWEEN 1e-37 AND 3.4e38 THEN true ELSE {}::real <> {} END"
                .into(),
        ),
        (Int(_) | Float(_) | Numeric(_), Bool) => Some("{} NOT IN (0, 1)".into()),
        (Text(_) | Citext, Int(y)) => Some(format!(
            "CASE WHEN {{}} ~ '^(0|-?[1-9][0-9]{{0,18}})$' THEN {{}}::numeric NOT BETWEEN {} ELSE true END",
            bounds(*y)
        )),
        (Text(_) | Citext, Uuid) => {
            Some("{}::text !~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'".into())
        }
        (Text(_) | Citext, Bool) => Some("{} NOT IN ('true', 'false')".into()),
        (Json, Jsonb) => {
            Some("CASE WHEN strpos({}::text, '\\u0000') > 0 THEN true ELSE {}::text <> {}::jsonb::text END".into())
        }
        _ if round_trip(a, b) => Some(format!("{{}} <> {{}}::{}::{}", b.text, a.text)),
        _ => None,
    }
}

/// Pairs whose casts never fail: going there and back shows the rows that change.
fn round_trip(a: &Type, b: &Type) -> bool {
    matches!(
        (&a.family, &b.family),
        (Timestamp(_), Timestamp(_) | Date)
            | (Timestamptz(_), Timestamptz(_) | Timestamp(_) | Date)
            | (Timestamp(_), Timestamptz(_))
            | (Time(_), Time(_))
            | (Timetz(_), Timetz(_) | Time(_))
            | (Interval(..), Interval(..))
            | (Inet, Cidr)
    )
}

fn bounds(bits: u32) -> &'static str {
    match bits {
        16 => "-32768 AND 32767",
        32 => "-2147483648 AND 2147483647",
        _ => "-9223372036854775808 AND 9223372036854775807",
    }
}

/// True for a row whose text is none of an enum's labels: the question before text becomes an enum again.
pub fn not_a_label<S: AsRef<str>>(labels: &[S]) -> String {
    let quoted: Vec<String> = labels.iter().map(|l| format!("'{}'", l.as_ref().replace('\'', "''"))).collect();
    match quoted.is_empty() {
        true => "{} IS NOT NULL".into(),
        false => format!("{{}}::text NOT IN ({})", quoted.join(", ")),
    }
}
