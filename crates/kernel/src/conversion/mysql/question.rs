//! The question to ask before going back: which rows would be refused, or cut where strict mode is off.

use super::family::Column;
use super::family::Family::*;
use super::judge::charset;

/// True for a row that the way from `a` to `b` refuses or changes; `{}` is the column.
pub(super) fn question(a: &Column, b: &Column) -> Option<String> {
    let text = matches!(a.family, Char(_) | Varchar(_) | Text(_));
    let between = |b: &Column| b.range().map(|(low, high)| format!("NOT BETWEEN {low} AND {high}"));
    match (&a.family, &b.family) {
        (Int(_), Int(_)) => Some(format!("{{}} {}", between(b)?)),
        (Decimal(..), Int(_)) => Some(format!("{{}} <> ROUND({{}}) OR {{}} {}", between(b)?)),
        (_, Int(_)) if text => {
            Some(format!("{{}} NOT REGEXP '^(0|-?[1-9][0-9]*)$' OR CAST({{}} AS DECIMAL(65,0)) {}", between(b)?))
        }
        (Int(_) | Decimal(..), Decimal(p, s)) => {
            let nines = |n: i64| "9".repeat(usize::try_from(n.clamp(0, 65)).unwrap_or(0));
            let point = if *s > 0 { "." } else { "" };
            let most = format!("{}{point}{}", nines(p - s), nines(*s));
            let least = if b.unsigned { "0".to_string() } else { format!("-{most}") };
            Some(format!("{{}} <> ROUND({{}}, {s}) OR {{}} NOT BETWEEN {least} AND {most}"))
        }
        (_, Varchar(n)) if text => Some(format!("CHAR_LENGTH({{}}) > {n}{}", foreign(a, b))),
        (_, Char(n)) if text => Some(format!("CHAR_LENGTH({{}}) > {n} OR {{}} LIKE '% '{}", foreign(a, b))),
        (_, Text(n)) if text && a.charset == b.charset => Some(format!("LENGTH({{}}) > {n}")),
        (Binary(_) | Varbinary(_) | Blob(_), Varbinary(n) | Blob(n)) => Some(format!("LENGTH({{}}) > {n}")),
        (x, Enum(labels)) if text || matches!(x, Enum(_)) => {
            Some(format!("CONVERT({{}} USING utf8mb4) COLLATE utf8mb4_bin NOT IN ({})", labels.join(", ")))
        }
        (Datetime(_), Datetime(f)) => Some(format!("{{}} <> CAST({{}} AS DATETIME({f}))")),
        (Datetime(_) | Timestamp(_), Date) => Some("{} <> DATE({})".into()),
        _ => None,
    }
}

/// Characters that the narrower character set does not have.
fn foreign(a: &Column, b: &Column) -> String {
    if charset(a, b).is_none() {
        return String::new();
    }
    let there = format!("CONVERT(CONVERT({{}} USING {}) USING utf8mb4)", b.charset);
    format!(" OR HEX({there}) <> HEX(CONVERT({{}} USING utf8mb4))")
}
