//! SQLite's columns: what their declared type is meant for. Nearly any value would be taken.

use super::{Charset, Fixed, Kind, Zone};

/// What a column of this declared type is meant to hold.
pub fn kind(declared: &str) -> Kind {
    let lower = declared.to_ascii_lowercase();
    let has = |word: &str| lower.contains(word);
    let number = || lower.split(|c: char| !c.is_ascii_digit()).find_map(|n| n.parse::<usize>().ok());
    match lower.as_str() {
        "" | "any" => Kind::Anything,
        _ if has("bool") => Kind::Bool,
        // `interval` and `point` have "int" in them, and are whole numbers to SQLite.
        _ if has("int") => Kind::signed(8),
        _ if has("json") => Kind::Json,
        _ if has("char") || has("clob") || has("text") => {
            Kind::Text { longest: number().filter(|n| *n > 0), charset: Charset::Unicode }
        }
        _ if has("blob") || has("binary") => Kind::Bytes(None),
        _ if has("real") || has("floa") || has("doub") => Kind::Float { double: true },
        _ if has("datetime") || has("timestamp") => Kind::Stamp(6, Zone::Without),
        "date" => Kind::Date,
        "time" => Kind::Time(6, Zone::Without),
        _ if has("uuid") => Kind::Uuid,
        _ if lower == "bit" => Kind::Bits(1, Fixed::Yes),
        _ => Kind::Decimal(None),
    }
}
