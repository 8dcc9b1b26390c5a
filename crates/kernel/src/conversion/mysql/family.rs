//! MySQL's types as far as conversion tells them apart.

use crate::Dialect;
use crate::types::{self, TypeParts};

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Family {
    /// Bytes.
    Int(u32),
    /// Precision and scale.
    Decimal(i64, i64),
    Float,
    Double,
    /// Bits.
    Bit(i64),
    /// Characters.
    Char(i64),
    /// Characters.
    Varchar(i64),
    /// Bytes.
    Text(i64),
    Binary(i64),
    Varbinary(i64),
    Blob(i64),
    Enum(Vec<String>),
    Set(Vec<String>),
    Date,
    /// Digits of a second's fraction, here and below.
    Datetime(i64),
    Timestamp(i64),
    Time(i64),
    Year,
    Json,
    Uuid,
    Other,
}

/// A family, and what else the type says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) family: Family,
    pub(super) unsigned: bool,
    /// utf8mb4 where nothing is said.
    pub(super) charset: String,
    pub(super) collation: String,
    pub(super) text: String,
}

const INTEGERS: [(&str, u32); 5] = [("tinyint", 1), ("smallint", 2), ("mediumint", 3), ("int", 4), ("bigint", 8)];
const SIZES: [(&str, i64); 4] = [("tiny", 255), ("medium", 16_777_215), ("long", 4_294_967_295), ("", 65_535)];

impl Column {
    pub(super) fn read(text: &str) -> Column {
        let parts = types::parts(Dialect::Mysql, text);
        let after = |label: &str| {
            let rest = parts.tail.split_once(label).map_or("", |(_, rest)| rest);
            rest.split_whitespace().next().unwrap_or("").to_string()
        };
        let (mut charset, collation) = (after("character set "), after("collate "));
        if charset.is_empty() {
            // A collation's name begins with its character set's.
            charset = collation.split('_').next().filter(|c| !c.is_empty()).unwrap_or("utf8mb4").to_string();
        }
        let text = types::write(Dialect::Mysql, &parts);
        Column { family: family(&parts), unsigned: parts.unsigned, charset, collation, text }
    }

    /// The most bytes that a character takes.
    pub(super) fn widest(&self) -> i64 {
        match self.charset.as_str() {
            "utf8mb4" | "utf16" | "utf32" | "gb18030" | "utf16le" => 4,
            "utf8mb3" | "eucjpms" | "ujis" => 3,
            "ucs2" | "gbk" | "gb2312" | "big5" | "sjis" | "cp932" | "euckr" => 2,
            _ => 1,
        }
    }

    /// The least and greatest number, for integers.
    pub(super) fn range(&self) -> Option<(i128, i128)> {
        let Family::Int(bytes) = self.family else { return None };
        let bits = bytes * 8;
        Some(match self.unsigned {
            true => (0, (1i128 << bits) - 1),
            false => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
        })
    }
}

fn family(parts: &TypeParts) -> Family {
    let base = parts.base.as_str();
    let number = |at| parts.number(at).unwrap_or(0).clamp(0, 1 << 32);
    let first = number(0);
    if let Some((_, bytes)) = INTEGERS.iter().find(|(name, _)| *name == base) {
        return Family::Int(*bytes);
    }
    for (size, most) in SIZES {
        match base.strip_prefix(size) {
            Some("text") => return Family::Text(most),
            Some("blob") => return Family::Blob(most),
            _ => {}
        }
    }
    match base {
        "decimal" => Family::Decimal(first, number(1)),
        "float" if parts.args.is_empty() => Family::Float,
        "double" if parts.args.is_empty() => Family::Double,
        "bit" => Family::Bit(first),
        "char" => Family::Char(first),
        "varchar" => Family::Varchar(first),
        "binary" => Family::Binary(first),
        "varbinary" => Family::Varbinary(first),
        "enum" => Family::Enum(parts.args.clone()),
        "set" => Family::Set(parts.args.clone()),
        "date" => Family::Date,
        "datetime" => Family::Datetime(first),
        "timestamp" => Family::Timestamp(first),
        "time" => Family::Time(first),
        "year" => Family::Year,
        "json" => Family::Json,
        "uuid" => Family::Uuid,
        _ => Family::Other,
    }
}
