//! Values of a kind: the ones in which losses show, tamer ones, and plain ones.

use super::kind::{Charset, Fixed, Kind, Zone};
use super::value::Value;
use crate::Dialect;

/// How odd the values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spice {
    /// No NULLs; text that reads as a number, small positive numbers: what nearly every migration accepts.
    Plain,
    /// NULLs, empty and padded text, fractions, odd times.
    Mild,
    /// The ends of every type, too.
    Full,
}

/// Text that shows what a conversion, a trim or another character set does to it.
///
/// Of every kind there are no more than four values that matter: with NULL, they all are in the usual five rows.
const TEXTS: &[&str] = &["", "  it's \"q\" \\ 漢字 \u{1F600}\n100%\t_ ", "007"];

/// One value of a column without a key: the `at`th of those that there are, over and over.
pub fn free(kind: &Kind, at: usize, spice: Spice, dialect: Dialect) -> Value {
    let pick = |values: &[&str]| values.get(at % values.len().max(1)).copied().unwrap_or_default().to_string();
    let full = spice == Spice::Full;
    let plain = spice == Spice::Plain;
    match kind {
        Kind::Int(min, max) => Value::number(whole(*min, *max, at, spice)),
        Kind::Decimal(digits) => Value::number(decimal(*digits, at, spice, dialect)),
        Kind::Float { .. } if plain => Value::number(at + 1),
        Kind::Float { double: true } if full => {
            Value::number(pick(&["0.1", "1e300", "-1.7976931348623157e308", "2.2250738585072014e-308"]))
        }
        Kind::Float { double: false } if full => Value::number(pick(&["0.1", "-2.5", "1e30", "-3.25e-30"])),
        Kind::Float { .. } => Value::number(pick(&["0.333333", "-7.5", "1.25", "0"])),
        Kind::Bool => boolean(at % 2 == 1, dialect),
        Kind::Text { longest, charset } => Value::text(text(*longest, *charset, at, spice)),
        Kind::Bytes(longest) => bytes(*longest, at, spice, dialect),
        Kind::Bits(bits, fixed) => bits_value(*bits, *fixed, at, dialect),
        Kind::Date if full => Value::text(pick(match dialect {
            Dialect::Mysql => &["1000-01-01", "9999-12-31", "2024-02-29", "1969-12-31"],
            _ => &["0001-01-01", "9999-12-31", "2024-02-29", "1969-12-31"],
        })),
        Kind::Date | Kind::Stamp(..) | Kind::UnixStamp(_) | Kind::Time(..) if plain => moment(kind, at),
        Kind::Date => Value::text(pick(&["2024-02-29", "1999-12-31", "2031-07-04"])),
        Kind::Time(digits, zone) => {
            let time = match (full, dialect) {
                (true, Dialect::Mysql) => {
                    pick(&["838:59:59", "-838:59:59", "23:59:59.999999", "00:00:00", "13:45:30.5"])
                }
                _ => pick(&["23:59:59.999999", "00:00:00", "13:45:30.5", "04:05:06.000001"]),
            };
            Value::text(fraction(&time, *digits) + offset(*zone, at))
        }
        Kind::Stamp(digits, zone) => {
            let day = match (full, dialect) {
                (true, Dialect::Mysql) => pick(&[
                    "9999-12-31 23:59:59",
                    "1000-01-01 00:00:00",
                    "2024-02-29 13:45:30.123456",
                    "1969-12-31 23:59:59.5",
                ]),
                (true, _) => pick(&[
                    "9999-12-31 23:59:59",
                    "0001-01-02 00:00:00",
                    "2024-02-29 13:45:30.123456",
                    "1969-12-31 23:59:59.5",
                ]),
                _ => pick(&["2024-02-29 13:45:30.123456", "1999-12-31 23:59:59.5", "2031-07-04 00:00:01"]),
            };
            Value::text(fraction(&day, *digits) + offset(*zone, at))
        }
        Kind::UnixStamp(digits) => {
            let day = pick(&[
                "2024-02-29 13:45:30.123456",
                "1999-12-31 23:59:59.5",
                "2037-12-31 00:00:01",
                "1971-01-01 00:00:01",
            ]);
            Value::text(fraction(&day, *digits))
        }
        Kind::Year => Value::number([2024, 1901, 2155][at % 3]),
        Kind::Json if plain => Value::text(format!("{{\"n\": {}}}", at + 1)),
        Kind::Json => Value::text(pick(&[
            "{\"b\": 1,  \"a\": [1, 2.50, null], \"\": {\"ü\": \"it's \u{1F600}\"}}",
            "[]",
            "{\"k\": null}",
            "[\"text\", 12345678901234567890.10, {}, true]",
        ])),
        Kind::Uuid => Value::text(uuid(at)),
        Kind::Enum(labels) => match labels.get(at % labels.len().max(1)) {
            Some(label) => Value::text(label),
            None => Value::Null,
        },
        Kind::Set(labels) => Value::text(set(labels, at)),
        Kind::Array(of) => array(of, at, spice, dialect),
        Kind::Range { of, multi } => range(of, *multi, at),
        Kind::Vector(size) => vector(*size, at),
        Kind::Composite(fields) => Value::text(format!("({})", ",".repeat(fields.saturating_sub(1)))),
        Kind::Samples(values) => Value::text(pick(values)),
        Kind::Expressions(values) => Value::Sql(pick(values)),
        Kind::Anything => anything(at, spice),
        Kind::Unknown => Value::text(pick(&["", "0", "1", "a", "{}", "()"])),
    }
}

/// A value that no other number gives, as far as the kind has so many. `number` counts from 0.
pub fn distinct(kind: &Kind, number: usize, spice: Spice, dialect: Dialect) -> Value {
    match kind {
        Kind::Int(_, max) => Value::number((number as i128 + 1).rem_euclid((*max).max(1)).max(1)),
        Kind::Decimal(digits) => Value::number(distinct_decimal(*digits, number)),
        Kind::Float { .. } => Value::number(format!("{}.5", number + 1)),
        Kind::Text { longest, charset } => Value::text(distinct_text(*longest, *charset, number, spice)),
        Kind::Bytes(longest) => {
            let mut bytes = (number as u32 + 1).to_be_bytes().to_vec();
            let room = longest.unwrap_or(8).max(1);
            if room < 4 {
                bytes.drain(..4 - room);
            } else if spice > Spice::Plain && room >= 6 {
                bytes.extend([0, 0xff]);
            }
            Value::Bytes(bytes)
        }
        Kind::Date | Kind::Time(..) | Kind::Stamp(..) | Kind::UnixStamp(_) => moment(kind, number),
        Kind::Year => Value::number(1901 + number % 250),
        Kind::Json => Value::text(format!("{{\"n\": {number}}}")),
        Kind::Vector(size) => vector(*size, number),
        Kind::Array(of) => match distinct(of, number, Spice::Plain, dialect).inner() {
            Some(inner) => Value::text(format!("{{{}}}", quoted(&inner))),
            None => Value::text("{}"),
        },
        Kind::Range { of, multi } => range(of, *multi, number),
        Kind::Anything => Value::text(format!("k{number}")),
        _ => free(kind, number, spice, dialect),
    }
}

fn boolean(yes: bool, dialect: Dialect) -> Value {
    match (dialect.is_postgres(), yes) {
        (true, true) => Value::text("true"),
        (true, false) => Value::text("false"),
        (false, yes) => Value::number(u8::from(yes)),
    }
}

fn whole(min: i128, max: i128, at: usize, spice: Spice) -> i128 {
    let wanted = match spice {
        Spice::Full => [max, min, 0, -7][at % 4],
        Spice::Mild => [-7, 0, 32_000, 5][at % 4],
        Spice::Plain => at as i128 + 1,
    };
    wanted.clamp(min, max)
}

fn decimal(digits: Option<(u32, u32)>, at: usize, spice: Spice, dialect: Dialect) -> String {
    let Some((digits, scale)) = digits else {
        // SQLite keeps these as eight bytes.
        let wide = if dialect.is_postgres() { "-12345678901234567890.123456789" } else { "-1234567.125" };
        return match spice {
            Spice::Plain => (at + 1).to_string(),
            Spice::Mild => ["1.25", "-7.5", "0.333333", "0"][at % 4].to_string(),
            Spice::Full => ["0.1", wide, "1e-10", "100.00"][at % 4].to_string(),
        };
    };
    let front = digits.saturating_sub(scale) as usize;
    let nines = |n: usize| "9".repeat(n);
    let point = |whole: String, behind: String| if behind.is_empty() { whole } else { format!("{whole}.{behind}") };
    let last = |scale: usize| if scale == 0 { String::new() } else { format!("{}1", "0".repeat(scale - 1)) };
    let scale = scale as usize;
    let largest = point(if front == 0 { "0".into() } else { nines(front) }, nines(scale));
    let small = |n: u32| if front == 0 { "0".to_string() } else { n.to_string() };
    match (spice, at % 4) {
        (Spice::Plain, _) => small(at as u32 % 9 + 1),
        (Spice::Full, 0) => largest,
        (Spice::Full, 1) => format!("-{largest}"),
        (_, 1) => "0".to_string(),
        (_, 3) => format!("-{}", point(small(7), "5".repeat(scale.min(1)))),
        _ => point(small(1), last(scale)),
    }
}

fn distinct_decimal(digits: Option<(u32, u32)>, number: usize) -> String {
    match digits {
        None => format!("{}.5", number + 1),
        Some((digits, scale)) if digits <= scale => format!("0.{:0width$}", number + 1, width = scale as usize),
        Some((digits, scale)) => {
            let room = 10u128.checked_pow(digits - scale).unwrap_or(u128::MAX);
            ((number as u128 + 1) % room).to_string()
        }
    }
}

fn text(longest: Option<usize>, charset: Charset, at: usize, spice: Spice) -> String {
    let room = longest.unwrap_or(usize::MAX);
    let made = match spice {
        Spice::Plain => (at + 1).to_string(),
        Spice::Mild => match at % 3 {
            0 => format!("Ünï long é 'quoted' text {}", "x".repeat(40)),
            1 => String::new(),
            _ => " pad ".to_string(),
        },
        Spice::Full => match at % (TEXTS.len() + 1) {
            0 => long(longest),
            n => TEXTS[n - 1].to_string(),
        },
    };
    fitting(&made, room, charset)
}

/// As long as it can be; where there is no limit, longer than the limits that migrations set.
fn long(longest: Option<usize>) -> String {
    "long é ".chars().cycle().take(longest.unwrap_or(300).min(2_000)).collect()
}

fn distinct_text(longest: Option<usize>, charset: Charset, number: usize, spice: Spice) -> String {
    let room = longest.unwrap_or(usize::MAX);
    let tag = number + 1;
    if room < 4 {
        return base36(number, room);
    }
    let made = match (spice, tag % 5) {
        (Spice::Full, 2) => format!("k{tag} Ünï \u{1F600}"),
        (Spice::Full | Spice::Mild, 3) => format!("k{tag} it's \"q\""),
        (Spice::Full | Spice::Mild, 4) => format!("k{tag}{}", "x".repeat(40)),
        (Spice::Plain, _) => tag.to_string(),
        _ => format!("k{tag}"),
    };
    fitting(&made, room, charset)
}

fn base36(number: usize, digits: usize) -> String {
    let mut left = number;
    let mut out = Vec::new();
    for _ in 0..digits {
        out.push(char::from(b"0123456789abcdefghijklmnopqrstuvwxyz"[left % 36]));
        left /= 36;
    }
    out.iter().rev().collect()
}

/// Cut to what a column takes, without characters that its character set has not.
fn fitting(text: &str, room: usize, charset: Charset) -> String {
    let known = |c: &char| match charset {
        Charset::Unicode => true,
        Charset::ThreeBytes => c.len_utf8() < 4,
        Charset::Ascii => c.is_ascii(),
    };
    text.chars().filter(known).take(room).collect()
}

fn bytes(longest: Option<usize>, at: usize, spice: Spice, dialect: Dialect) -> Value {
    let made: &[u8] = match (spice, at % 4) {
        (Spice::Plain, _) => return Value::Bytes(vec![b'0' + (at % 10) as u8]),
        (_, 0) => &[0x00, 0xff, 0x10, 0x27, 0x5c],
        (_, 1) => &[],
        (_, 2) => b"text",
        _ => &[0xc3, 0x28, 0x00],
    };
    // MySQL fills BINARY(n) up by itself.
    let room = if dialect == Dialect::Mysql { longest.unwrap_or(usize::MAX) } else { usize::MAX };
    Value::Bytes(made.iter().copied().take(room).collect())
}

fn bits_value(bits: usize, fixed: Fixed, at: usize, dialect: Dialect) -> Value {
    let length = if fixed == Fixed::No && dialect.is_postgres() && at % 3 == 1 { bits.min(1) } else { bits };
    let made: String =
        (0..length).map(|place| if (at >> (length - 1 - place).min(63)) & 1 == 1 { '1' } else { '0' }).collect();
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => Value::Text(made),
        Dialect::Mysql => Value::Sql(format!("b'{made}'")),
        Dialect::Sqlite => Value::number(at % 2),
    }
}

/// A time that no other number gives, day by day and second by second.
fn moment(kind: &Kind, number: usize) -> Value {
    let day = format!("{:04}-{:02}-{:02}", 2001 + number / 336, number / 28 % 12 + 1, number % 28 + 1);
    let time = format!("{:02}:{:02}:{:02}", number / 3600 % 24, number / 60 % 60, number % 60);
    Value::text(match kind {
        Kind::Date => day,
        Kind::Time(_, zone) => time + offset(*zone, 0),
        Kind::Stamp(_, zone) => format!("{day} {time}{}", offset(*zone, 0)),
        _ => format!("{day} {time}"),
    })
}

/// A time with no more digits of a second than fit: a rounded one could leave the range.
fn fraction(time: &str, digits: u32) -> String {
    match time.split_once('.') {
        Some((whole, _)) if digits == 0 => whole.to_string(),
        Some((whole, behind)) => format!("{whole}.{}", behind.chars().take(digits as usize).collect::<String>()),
        None => time.to_string(),
    }
}

fn offset(zone: Zone, at: usize) -> &'static str {
    match zone {
        Zone::Without => "",
        Zone::With => ["+00", "+05:30", "-08"][at % 3],
    }
}

fn uuid(number: usize) -> String {
    format!("{:08x}-89ab-4cde-8f01-{:012x}", 0xa000_0000usize + number, number)
}

fn set(labels: &[String], at: usize) -> String {
    let chosen = labels.iter().enumerate().filter(|(place, _)| ((at + 1) >> place.min(&63)) & 1 == 1);
    chosen.map(|(_, label)| label.as_str()).collect::<Vec<_>>().join(",")
}

fn array(of: &Kind, at: usize, spice: Spice, dialect: Dialect) -> Value {
    let element = |at| match free(of, at, spice, dialect).inner() {
        Some(inner) => quoted(&inner),
        None => "NULL".to_string(),
    };
    Value::text(match (spice, at % 4) {
        (Spice::Plain, _) => format!("{{{}}}", element(at)),
        (_, 0) => format!("{{{},{}}}", element(1), element(0)),
        (_, 1) => "{}".to_string(),
        (Spice::Full, 2) => format!("{{{},NULL,{}}}", element(2), element(3)),
        _ => format!("{{{}}}", element(at)),
    })
}

/// An element of an array's or a range's text.
fn quoted(inner: &str) -> String {
    format!("\"{}\"", inner.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Ranges that don't meet: each has ten places of its own.
fn range(of: &Kind, multi: bool, number: usize) -> Value {
    let bound = |n: usize| {
        let value = match of {
            Kind::Int(..) | Kind::Decimal(_) => Value::number(n),
            _ => moment(of, n),
        };
        quoted(&value.inner().unwrap_or_default())
    };
    let (from, to) = (bound(number * 10 + 1), bound(number * 10 + 6));
    let one = format!("[{from},{to})");
    Value::text(if multi { format!("{{{one}}}") } else { one })
}

fn vector(size: usize, number: usize) -> Value {
    let all: Vec<String> =
        (0..size).map(|n| format!("{}.5", (number + n) % 7 + usize::from(n == 0) * number)).collect();
    Value::text(format!("[{}]", all.join(",")))
}

fn anything(at: usize, spice: Spice) -> Value {
    match (spice, at % 4) {
        (Spice::Plain, _) => Value::number(at + 1),
        (_, 0) => Value::text("007"),
        (_, 1) => Value::number(-7),
        (_, 2) => Value::number("0.1"),
        _ => Value::Bytes(vec![0, 255]),
    }
}
