//! Values that wishes are met by: the usual ones where they fit, else made for it.

use super::{Comparison, Want, regex};
use crate::Dialect;
use crate::seed::kind::Kind;
use crate::seed::value::Value;
use std::cmp::Ordering;

/// Does a value meet a wish? What can't be told is taken for met; NULL breaks no CHECK but those on NULL itself.
pub fn fits(value: &Value, want: &Want) -> bool {
    if matches!(value, Value::Sql(_)) {
        return *want != Want::Null;
    }
    if *value == Value::Null {
        return *want != Want::NotNull;
    }
    let text = || value.inner().unwrap_or_default();
    match want {
        Want::Null => false,
        Want::NotNull | Want::ComparesTo(..) => true,
        Want::OneOf(values) => values.iter().any(|v| order(value, v) == Some(Ordering::Equal)),
        Want::NoneOf(values) => !values.iter().any(|v| order(value, v) == Some(Ordering::Equal)),
        Want::Compares(comparison, other) => order(value, other).is_none_or(|order| comparison.holds(order)),
        Want::Length(comparison, length) => {
            let holds = |n: usize| comparison.holds((n as i64).cmp(length));
            match value {
                Value::Bytes(bytes) => holds(bytes.len()),
                // The elements of an array, as ours are written.
                Value::Text(text) if text.starts_with('{') && text.ends_with('}') => {
                    holds(if text == "{}" { 0 } else { text.matches(',').count() + 1 })
                }
                // Characters or bytes may be meant.
                _ => holds(text().chars().count()) && holds(text().len()),
            }
        }
        Want::Lower(true) => !text().contains(char::is_uppercase),
        Want::Lower(false) => !text().contains(char::is_lowercase),
        Want::Trimmed => text().trim() == text(),
        // Only what was made for it is sure.
        Want::Matches(_) | Want::Like(_) => false,
        Want::Json(kind) => json(&text(), kind.as_deref()),
    }
}

/// Is it JSON of a kind? Of our own values only: those that are begin so.
fn json(text: &str, kind: Option<&str>) -> bool {
    let is = match text.chars().next() {
        Some('{') => "object",
        Some('[') => "array",
        Some('"') => "string",
        Some(c) if c.is_ascii_digit() && text.parse::<f64>().is_ok() && (text == "0" || c != '0') => "number",
        _ => return false,
    };
    let whole = is != "object" || text.ends_with('}');
    whole && kind.is_none_or(|kind| kind.eq_ignore_ascii_case(is))
}

/// Numbers as numbers, the rest as text (which is right for dates and times as they are written here).
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    let (a, b) = (a.inner()?, b.inner()?);
    match (a.parse::<i128>(), b.parse::<i128>()) {
        (Ok(x), Ok(y)) => Some(x.cmp(&y)),
        _ => match (a.parse::<f64>(), b.parse::<f64>()) {
            (Ok(x), Ok(y)) => x.partial_cmp(&y),
            _ => Some(a.cmp(&b)),
        },
    }
}

/// The first of some values that meets all wishes; where none does, one that is made to.
///
/// `usual`: in the order in which they are liked. `others`: what the row holds already, by column. None where nothing
/// is found: then a usual one may as well be tried.
pub fn fitting(
    kind: &Kind,
    usual: &[Value],
    wants: &[&Want],
    turn: usize,
    others: &dyn Fn(&str) -> Option<Value>,
    dialect: Dialect,
) -> Option<Value> {
    if wants.contains(&&Want::Null) {
        return Some(Value::Null);
    }
    let compared = |value: &Value, want: &Want| match want {
        Want::ComparesTo(comparison, column) => match others(column) {
            Some(other) if other != Value::Null => order(value, &other).is_none_or(|o| comparison.holds(o)),
            _ => true,
        },
        // Their samples are not looked at again.
        Want::Matches(_) | Want::Like(_) => true,
        want => fits(value, want),
    };
    let all = |value: &&Value| wants.iter().all(|want| compared(value, want));
    let patterned = wants.iter().any(|want| matches!(want, Want::Matches(_) | Want::Like(_)));
    if !patterned && let Some(found) = usual.iter().find(all) {
        return Some(found.clone());
    }
    if patterned {
        // Nothing else is known to match.
        let own: Vec<&Want> = wants.iter().copied().filter(|w| matches!(w, Want::Matches(_) | Want::Like(_))).collect();
        return samples(&own, turn).iter().find(all).cloned();
    }
    let stem = usual.iter().find_map(|v| v.inner()).unwrap_or_default();
    let made = made(kind, &stem, wants, turn, others, dialect);
    made.iter().find(all).cloned()
}

/// Texts that patterns match.
fn samples(patterns: &[&Want], turn: usize) -> Vec<Value> {
    let one = |turn: usize| {
        patterns.iter().filter_map(move |want| match want {
            Want::Matches(pattern) => regex::sample(pattern, turn),
            Want::Like(pattern) => Some(regex::like(pattern, turn)),
            _ => None,
        })
    };
    (turn..turn + 6).flat_map(one).map(Value::Text).collect()
}

/// Values made of the wishes themselves.
fn made(
    kind: &Kind,
    stem: &str,
    wants: &[&Want],
    turn: usize,
    others: &dyn Fn(&str) -> Option<Value>,
    dialect: Dialect,
) -> Vec<Value> {
    let mut out = Vec::new();
    for want in wants {
        match want {
            Want::OneOf(values) => {
                out.extend(values.iter().cycle().skip(turn % values.len().max(1)).take(values.len()).cloned());
            }
            Want::Compares(comparison, value) => out.extend(beside(kind, value, *comparison, turn)),
            Want::ComparesTo(comparison, column) => {
                out.extend(others(column).iter().flat_map(|v| beside(kind, v, *comparison, turn)));
            }
            Want::Json(Some(kind)) => out.push(Value::text(match kind.to_ascii_lowercase().as_str() {
                "array" => format!("[{turn}, null]"),
                "string" => format!("\"k{turn}\""),
                "number" | "integer" => turn.to_string(),
                "boolean" | "true" => "true".to_string(),
                "null" => "null".to_string(),
                _ => format!("{{\"k\": {turn}}}"),
            })),
            Want::Json(None) => out.push(Value::text(format!("{{\"k\": {turn}}}"))),
            _ => {}
        }
    }
    out.extend(shaped(kind, stem, wants, turn));
    if matches!(kind, Kind::Int(..) | Kind::Decimal(_) | Kind::Float { .. } | Kind::Anything) {
        out.extend((0..=20).map(|n| Value::number((n + turn) % 21)));
    }
    if dialect == Dialect::Sqlite || matches!(kind, Kind::Text { .. }) {
        out.push(Value::text(format!("k{turn}")));
    }
    out
}

/// At a bound, and a step to its sides.
fn beside(kind: &Kind, bound: &Value, comparison: Comparison, turn: usize) -> Vec<Value> {
    let text = bound.inner().unwrap_or_default();
    let whole = matches!(kind, Kind::Int(..));
    let step = turn as i128 % 5 + 1;
    let mut out = Vec::new();
    match (text.parse::<i128>(), text.parse::<f64>()) {
        (Ok(n), _) => {
            let below = n.saturating_sub(step);
            let above = n.saturating_add(step);
            let by_turn = if turn.is_multiple_of(2) { [n, above, below] } else { [above, below, n] };
            out.extend(by_turn.map(Value::number));
            if !whole {
                out.push(Value::number(format!("{n}.5")));
            }
        }
        (_, Ok(n)) if whole => out.extend([n.floor(), n.ceil()].map(|n| Value::number(n as i64))),
        (_, Ok(n)) => out.extend([n, n + 0.5, n - 0.5].map(Value::number)),
        _ => {
            if comparison.equal {
                out.push(bound.clone());
            }
            // Dates and times: a far one on the side that is wanted.
            out.extend(
                ["2001-01-01", "2038-01-01", "9999-12-31", "2001-01-01 00:00:00", "2037-12-31 00:00:00"]
                    .map(Value::text),
            );
        }
    }
    out
}

/// Text or bytes brought to the length and the look that are wished for. The beginning stays, so that what was told
/// apart by it still is.
fn shaped(kind: &Kind, stem: &str, wants: &[&Want], turn: usize) -> Vec<Value> {
    let wished = |n: i64| {
        wants.iter().all(|want| match want {
            Want::Length(comparison, length) => comparison.holds(n.cmp(length)),
            _ => true,
        })
    };
    let bounds = wants.iter().filter_map(|want| match want {
        Want::Length(_, length) => Some(*length),
        _ => None,
    });
    let mut lengths: Vec<i64> = bounds.flat_map(|n| [n, n - 1, n + 1]).filter(|n| (0..100_000).contains(n)).collect();
    lengths.retain(|n| wished(*n));
    if lengths.is_empty() {
        lengths.push(stem.chars().count().max(1) as i64);
    }
    let letter = |out: String| match wants.iter().find_map(|w| if let Want::Lower(low) = w { Some(*low) } else { None })
    {
        Some(true) => out.to_lowercase(),
        Some(false) => out.to_uppercase(),
        None => out,
    };
    let plain: String = stem.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut out = Vec::new();
    for length in lengths.into_iter().map(|n| usize::try_from(n).unwrap_or(0)) {
        out.push(match kind {
            Kind::Bytes(_) => {
                let mut bytes = vec![0xab; length];
                bytes.iter_mut().zip((turn as u32).to_be_bytes()).for_each(|(to, from)| *to = from);
                Value::Bytes(bytes)
            }
            Kind::Array(of) => {
                let one = if matches!(**of, Kind::Text { .. }) { "\"k\"" } else { "1" };
                Value::text(format!("{{{}}}", vec![one; length].join(",")))
            }
            _ => Value::Text(letter(plain.chars().chain(std::iter::repeat('x')).take(length).collect())),
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(kind: &Kind, usual: &[&str], wants: &[Want], turn: usize) -> Option<String> {
        let number = matches!(kind, Kind::Int(..));
        let value = |v: &&str| if number { Value::number(v) } else { Value::text(*v) };
        let usual: Vec<Value> = usual.iter().map(value).collect();
        let wants: Vec<&Want> = wants.iter().collect();
        let other = |_: &str| Some(Value::number(10));
        fitting(kind, &usual, &wants, turn, &other, Dialect::Postgres).and_then(|v| v.inner())
    }

    #[test]
    fn a_usual_value_is_kept_where_it_fits() {
        let positive = Want::Compares(Comparison::GREATER, Value::number(0));
        assert_eq!(fit(&Kind::signed(4), &["-5", "0", "7"], &[positive], 0).as_deref(), Some("7"));
        let filled = Want::NoneOf(vec![Value::text("")]);
        assert_eq!(fit(&Kind::TEXT, &["", " x"], &[filled], 0).as_deref(), Some(" x"));
    }

    #[test]
    fn others_are_made() {
        let at_least = Want::Compares(Comparison::GREATER_OR_EQUAL, Value::number(100));
        let less = Want::Compares(Comparison::LESS, Value::number(102));
        assert_eq!(fit(&Kind::signed(4), &["1"], &[at_least, less], 0).as_deref(), Some("100"));
        let length = Want::Length(Comparison::EQUAL, 8);
        assert_eq!(fit(&Kind::TEXT, &["k1 é"], &[length.clone(), Want::Lower(true)], 0).as_deref(), Some("k1xxxxxx"));
        assert_eq!(fit(&Kind::Bytes(None), &[], &[length], 3).as_deref(), Some("\\x00000003abababab"));
        let below = Want::ComparesTo(Comparison::LESS, "b".into());
        assert_eq!(fit(&Kind::signed(4), &["50"], &[below], 0).as_deref(), Some("9"));
        assert_eq!(fit(&Kind::TEXT, &["x"], &[Want::Matches("^a{3}$".into())], 0).as_deref(), Some("aaa"));
        assert_eq!(fit(&Kind::Json, &["[]"], &[Want::Json(Some("object".into()))], 0).as_deref(), Some("{\"k\": 0}"));
    }
}
