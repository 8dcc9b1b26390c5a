//! A value of a key as it is written, and as what finds the row again.
//!
//! A literal may be stored in another form than it is written, and a comparison may find more rows than one: MySQL fills BINARY(n) with
//! zeros and compares every byte; it compares text with a number as numbers, so that `code = 1` finds `'01'` and `'1x'`; digits
//! that a column does not hold are rounded away.

use crate::Dialect;
use crate::catalog::Column;
use crate::types::{TypeParts, parts};

/// The literal that finds the row in which a column got this one; none where that is not certain.
pub(super) fn finds(column: &Column, literal: &str, dialect: Dialect) -> Option<String> {
    // SQLite compares with a column as it stores in it: by the column's affinity.
    if dialect == Dialect::Sqlite {
        return Some(literal.to_owned());
    }
    let ty = parts(dialect, &column.data_type);
    if ty.array > 0 {
        return Some(literal.to_owned());
    }
    let number = Number::of(literal);
    let decimals = number.as_ref().map_or(0, |n| n.decimals);
    let as_it_is = |is: bool| is.then(|| literal.to_owned());
    match ty.base.as_str() {
        "binary" => padded(literal, usize::try_from(ty.number(0).unwrap_or(1)).ok()?),
        "char" | "varchar" | "text" | "tinytext" | "mediumtext" | "longtext" | "character varying" | "character" => {
            match number {
                Some(number) => number.plain.then(|| format!("'{literal}'")),
                None => as_it_is(is_text(literal) && !literal.trim_end_matches('\'').ends_with(' ')),
            }
        }
        "smallint" | "integer" | "bigint" | "tinyint" | "mediumint" | "int" => as_it_is(decimals == 0),
        "numeric" | "decimal" if dialect == Dialect::Mysql || !ty.args.is_empty() => {
            as_it_is(decimals <= ty.number(1).unwrap_or(0))
        }
        "real" | "float" | "double" | "double precision" => as_it_is(number.is_some_and(|n| n.plain)),
        base if ["time", "date"].iter().any(|word| base.starts_with(word)) => {
            as_it_is(fraction(literal) <= precision(&ty, dialect))
        }
        _ => Some(literal.to_owned()),
    }
}

/// Quoted in some way, or bytes.
fn is_text(literal: &str) -> bool {
    literal.contains(['\'', '"', '$']) || literal.starts_with("0x")
}

/// A number without quotes.
struct Number {
    /// Digits alone, and no zero before them.
    plain: bool,
    /// Digits behind the point that are not zero at the end.
    decimals: i64,
}

impl Number {
    fn of(literal: &str) -> Option<Number> {
        let digits = literal.strip_prefix('-').unwrap_or(literal);
        let whole = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if whole(digits) {
            let plain = digits == literal && (digits == "0" || !digits.starts_with('0'));
            return Some(Number { plain, decimals: 0 });
        }
        let (before, after) = digits.split_once('.')?;
        let known = (before.is_empty() || whole(before)) && (after.is_empty() || whole(after));
        // What is written with an exponent is no reason to look closer: it is rounded, too.
        let decimals = if known { after.trim_end_matches('0').len() } else { usize::from(u8::MAX) };
        let starts = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        starts.then_some(Number { plain: false, decimals: i64::try_from(decimals).unwrap_or(i64::MAX) })
    }
}

/// Bytes in hexadecimal, filled up with the zeros that BINARY(n) is filled with.
fn padded(literal: &str, length: usize) -> Option<String> {
    let lower = literal.to_ascii_lowercase();
    let (head, digits, tail) = match (lower.strip_prefix("0x"), lower.strip_prefix("x'")) {
        (Some(_), _) => ("0x", &literal[2..], ""),
        (_, Some(rest)) => ("x'", literal.get(2..2 + rest.strip_suffix('\'')?.len())?, "'"),
        _ => {
            let text = literal.strip_prefix('\'')?.strip_suffix('\'')?;
            let whole = text.is_ascii() && !text.contains(['\\', '\'']) && text.len() == length;
            return whole.then(|| literal.to_owned());
        }
    };
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit()) && digits.len() % 2 == 0 && digits.len() <= 2 * length;
    hex.then(|| format!("{head}{digits:0<width$}{tail}", width = 2 * length))
}

/// The digits of a second.
fn fraction(literal: &str) -> usize {
    let after = literal.rsplit_once('.').map_or("", |(_, after)| after);
    after.bytes().take_while(u8::is_ascii_digit).count()
}

fn precision(ty: &TypeParts, dialect: Dialect) -> usize {
    let usual = if dialect == Dialect::Mysql { 0 } else { 6 };
    ty.number(0).and_then(|n| usize::try_from(n).ok()).unwrap_or(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(dialect: Dialect, ty: &str, literal: &str) -> Option<String> {
        let column = Column { data_type: ty.into(), ..Column::default() };
        finds(&column, literal, dialect)
    }

    #[test]
    fn binary_is_filled_with_zeros() {
        let my = |ty, literal| found(Dialect::Mysql, ty, literal);
        assert_eq!(my("BINARY(4)", "0x02").as_deref(), Some("0x02000000"));
        assert_eq!(my("binary(4)", "X'0a0B'").as_deref(), Some("x'0a0B0000'"));
        assert_eq!(my("BINARY(4)", "'abcd'").as_deref(), Some("'abcd'"));
        assert_eq!(my("BINARY(4)", "'abc'"), None);
        assert_eq!(my("BINARY(1)", "0x0203"), None);
        assert_eq!(my("VARBINARY(4)", "0x02").as_deref(), Some("0x02"));
    }

    #[test]
    fn text_is_compared_with_text() {
        for dialect in [Dialect::Mysql, Dialect::Postgres] {
            assert_eq!(found(dialect, "VARCHAR(9)", "1").as_deref(), Some("'1'"));
            for other in ["01", "1.50", "-1", "1e3", "true", "'a '"] {
                assert_eq!(found(dialect, "VARCHAR(9)", other), None, "{other}");
            }
            assert_eq!(found(dialect, "VARCHAR(9)", "'01'").as_deref(), Some("'01'"));
        }
        assert_eq!(found(Dialect::Sqlite, "TEXT", "1").as_deref(), Some("1"));
    }

    #[test]
    fn what_is_rounded_is_not_found() {
        let pg = |ty, literal| found(Dialect::Postgres, ty, literal);
        assert_eq!(pg("INTEGER", "1.5"), None);
        assert_eq!(pg("INTEGER", "1.0").as_deref(), Some("1.0"));
        assert_eq!(pg("INTEGER", "'7'").as_deref(), Some("'7'"));
        assert_eq!(pg("NUMERIC(8,2)", "1.005"), None);
        assert_eq!(pg("NUMERIC", "1.005").as_deref(), Some("1.005"));
        assert_eq!(pg("DOUBLE PRECISION", "0.1"), None);
        assert_eq!(pg("TIMESTAMP(3)", "'2024-01-01 00:00:00.1234'"), None);
        assert_eq!(pg("TIMESTAMPTZ", "'2024-01-01 00:00:00.1234'").is_some(), true);
        assert_eq!(found(Dialect::Mysql, "DATETIME", "'2024-01-01 00:00:00.5'"), None);
        assert_eq!(pg("UUID", "'00000000-0000-4000-8000-000000000000'").is_some(), true);
    }
}
