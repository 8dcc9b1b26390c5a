//! One direction of a MODIFY: what does not come back the same (run on MariaDB 10.11, in both modes).

use super::family::Column;
use super::family::Family::*;

/// What one direction does.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    pub(super) loses: Option<String>,
    pub(super) zone: bool,
}

pub(super) fn judge(a: &Column, b: &Column) -> Verdict {
    let zone = matches!(
        (&a.family, &b.family),
        (Timestamp(_), Datetime(_) | Date | Time(_) | Char(_) | Varchar(_) | Text(_))
            | (Datetime(_) | Date | Time(_), Timestamp(_))
    );
    let loses = if a.text == b.text { None } else { loses(a, b).map(str::to_string) };
    Verdict { loses, zone }
}

/// Does every value fit but for digits or fractions, which strict mode rounds in silence too (run on MariaDB 10.11)?
pub(super) fn rounds_only(a: &Column, b: &Column) -> bool {
    match (&a.family, &b.family) {
        (Datetime(_), Datetime(_)) | (Timestamp(_), Timestamp(_)) => true,
        (Decimal(p, s), Decimal(q, t)) => q - t >= p - s && sign(a, b),
        _ => false,
    }
}

const RANGE: &str = "numbers that do not fit are clipped";
const ROUNDED: &str = "digits that do not fit are rounded";
const CUT: &str = "text that is too long is cut off";
const FRACTION: &str = "fractions of a second are rounded";
const MISSING_HOUR: &str = "times in the hour that a time zone with summer time skips or repeats come back an hour off";
const OTHER: &str = "values that the other type can't hold exactly come back otherwise";

fn loses(a: &Column, b: &Column) -> Option<&'static str> {
    let no = |fits: bool, what: &'static str| (!fits).then_some(what);
    match (&a.family, &b.family) {
        (_, Char(_) | Varchar(_) | Text(_)) => to_text(a, b),
        (Char(_) | Varchar(_) | Text(_), Binary(_) | Varbinary(_) | Blob(_)) => {
            no(!matches!(b.family, Binary(_)) && bytes(a)? <= room(b), CUT)
        }
        (Binary(_) | Varbinary(_) | Blob(_), Varbinary(_) | Blob(_)) => {
            no(bytes(a)? <= room(b), "bytes that are too many are cut off")
        }
        (Int(_), Int(_)) => {
            let ((low, high), (least, most)) = (a.range()?, b.range()?);
            no(least <= low && high <= most, RANGE)
        }
        (Int(bytes), Decimal(p, s)) => no(p - s >= integer_digits(*bytes) && sign(a, b), RANGE),
        (Int(bytes), Float) => no(*bytes <= 3 && sign(a, b), ROUNDED),
        (Int(bytes), Double) => no(*bytes <= 4 && sign(a, b), ROUNDED),
        (Int(bytes), Bit(n)) => no(a.unsigned && i64::from(bytes * 8) <= *n, RANGE),
        (Decimal(p, s), Decimal(q, t)) => no(t >= s && q - t >= p - s && sign(a, b), ROUNDED),
        (Decimal(p, 0), Int(bytes)) => no(*p < integer_digits(*bytes) && sign(a, b), RANGE),
        (Decimal(p, _), Float) => no(*p <= 6 && sign(a, b), ROUNDED),
        (Decimal(p, _), Double) => no(*p <= 15 && sign(a, b), ROUNDED),
        (Float, Double) => no(sign(a, b), RANGE),
        (Float, Float) | (Double, Double) => no(sign(a, b), RANGE),
        (Bit(n), Bit(m)) => no(n <= m, RANGE),
        (Bit(n), Int(bytes)) => no(*n < i64::from(bytes * 8) || (*n == i64::from(bytes * 8) && b.unsigned), RANGE),
        (Year, Int(bytes)) => no(*bytes >= 2, RANGE),
        (Year, Decimal(p, s)) => no(p - s >= 4, RANGE),
        (Enum(x), Enum(y)) | (Set(x), Set(y)) => {
            no(x.iter().all(|label| y.contains(label)), "labels that are no longer there become empty")
                .or_else(|| charset(a, b))
        }
        (Date, Datetime(_)) => None,
        (Datetime(x), Datetime(y)) | (Timestamp(x), Timestamp(y)) | (Time(x), Time(y)) => no(x <= y, FRACTION),
        (Timestamp(x), Datetime(y)) => Some(if x <= y { MISSING_HOUR } else { FRACTION }),
        (Datetime(_) | Date, Timestamp(_)) => {
            Some("times before 1970, after 2038 and in the hour that summer time skips are lost")
        }
        (Datetime(_) | Timestamp(_), Date) => Some("the time of day is gone"),
        (Datetime(_) | Timestamp(_), Time(_)) => Some("the date is gone"),
        _ => Some(OTHER),
    }
}

/// An unsigned column takes only what was unsigned before.
fn sign(a: &Column, b: &Column) -> bool {
    a.unsigned || !b.unsigned
}

/// The digits that the greatest of an integer type has.
fn integer_digits(bytes: u32) -> i64 {
    match bytes {
        1 => 3,
        2 => 5,
        3 => 8,
        4 => 10,
        _ => 20,
    }
}

/// The most characters that its text has, where there is a most.
fn longest(a: &Column) -> Option<i64> {
    let fraction = |digits: &i64| if *digits > 0 { digits + 1 } else { 0 };
    let label = |l: &String| l.chars().count() as i64 - 2;
    Some(match &a.family {
        Char(n) | Varchar(n) => *n,
        Text(bytes) => *bytes,
        Int(bytes) => integer_digits(*bytes) + i64::from(!a.unsigned),
        // A sign, a point, and a zero before it.
        Decimal(p, s) => p + i64::from(!a.unsigned) + i64::from(*s > 0) + i64::from(p == s),
        Enum(labels) => labels.iter().map(label).max().unwrap_or(0),
        Set(labels) => labels.iter().map(|l| label(l) + 1).sum(),
        Date => 10,
        Datetime(f) | Timestamp(f) => 19 + fraction(f),
        Time(f) => 10 + fraction(f),
        Year => 4,
        Double => 24,
        Uuid => 36,
        Json => 4_294_967_295,
        _ => return None,
    })
}

fn to_text(a: &Column, b: &Column) -> Option<&'static str> {
    let Some(most) = longest(a) else { return Some(OTHER) };
    if a.family == Int(8) && a.unsigned {
        // MariaDB 10.11 reads a text into BIGINT UNSIGNED by way of a signed number.
        return Some("numbers over 9223372036854775807 come back clipped");
    }
    let fits = match &b.family {
        Char(n) | Varchar(n) => most <= *n,
        // A text's size is in bytes, and so is the other's when both are texts of one character set.
        Text(size) if matches!(a.family, Text(_)) && a.charset == b.charset => most <= *size,
        Text(size) if matches!(a.family, Json) => most <= *size,
        Text(size) => most.saturating_mul(b.widest()) <= *size,
        _ => false,
    };
    let text = matches!(a.family, Varchar(_) | Text(_) | Json);
    if !fits {
        Some(CUT)
    } else if text && matches!(b.family, Char(_)) {
        Some("spaces at the end of a text are gone")
    } else if let Timestamp(_) = a.family {
        Some(MISSING_HOUR)
    } else {
        charset(a, b)
    }
}

/// Character sets that hold all others' characters.
const UNIVERSAL: [&str; 4] = ["utf8mb4", "utf16", "utf32", "utf16le"];
/// Those of Unicode's basic plane, and the small ones that it holds.
const BASIC: [&str; 2] = ["utf8mb3", "ucs2"];

pub(super) fn charset(a: &Column, b: &Column) -> Option<&'static str> {
    let (x, y) = (a.charset.as_str(), b.charset.as_str());
    let text = match &a.family {
        Char(_) | Varchar(_) | Text(_) => true,
        Enum(labels) | Set(labels) => !labels.iter().all(|label| label.is_ascii()),
        _ => false,
    };
    let holds = x == y
        || (UNIVERSAL.contains(&y) && x != "binary")
        || (x == "ascii" && y != "binary")
        || (BASIC.contains(&y) && (BASIC.contains(&x) || x.starts_with("latin")));
    (text && !holds).then_some("characters that the other character set does not have become ?")
}

/// The most bytes of a string.
fn bytes(a: &Column) -> Option<i64> {
    Some(match &a.family {
        Char(n) | Varchar(n) => n * a.widest(),
        Text(n) | Blob(n) | Binary(n) | Varbinary(n) => *n,
        _ => return None,
    })
}

/// The bytes that a column takes.
fn room(b: &Column) -> i64 {
    match &b.family {
        Binary(n) | Varbinary(n) | Blob(n) => *n,
        _ => 0,
    }
}
