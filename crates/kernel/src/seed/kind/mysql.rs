//! MySQL's and MariaDB's types, as `information_schema.columns` tells them.

use super::{Charset, Fixed, Kind, Zone};
use crate::answer::Row;

/// What a column holds.
pub fn kind(row: &Row<'_>) -> Kind {
    let whole = row.text("column_type").to_ascii_lowercase();
    let unsigned = whole.contains("unsigned") || whole.contains("zerofill");
    let int = |bytes| if unsigned { Kind::unsigned(bytes) } else { Kind::signed(bytes) };
    let length = row.text("longest").parse::<usize>().ok();
    let bytes = row.text("bytes").parse::<usize>().ok();
    let digits = row.text("fraction").parse().unwrap_or(0);
    let text = || Kind::Text { longest: length, charset: charset(row.text("charset")) };
    match row.text("type").to_ascii_lowercase().as_str() {
        "tinyint" if whole.starts_with("tinyint(1)") => Kind::Bool,
        "tinyint" => int(1),
        "smallint" => int(2),
        "mediumint" => int(3),
        "int" | "integer" => int(4),
        "bigint" => int(8),
        "decimal" | "numeric" => {
            let part = |name| row.text(name).parse().ok();
            Kind::Decimal(part("digits").zip(part("scale")))
        }
        "float" => Kind::Float { double: false },
        "double" | "real" => Kind::Float { double: true },
        "bit" => Kind::Bits(row.text("digits").parse().unwrap_or(1), Fixed::No),
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" => text(),
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Kind::Bytes(bytes),
        "date" => Kind::Date,
        "time" => Kind::Time(digits, Zone::Without),
        "datetime" => Kind::Stamp(digits, Zone::Without),
        "timestamp" => Kind::UnixStamp(digits),
        "year" => Kind::Year,
        "json" => Kind::Json,
        "enum" => Kind::Enum(labels(row.text("column_type"))),
        "set" => Kind::Set(labels(row.text("column_type"))),
        "uuid" => Kind::Uuid,
        "inet4" => Kind::Samples(&["10.0.0.1", "255.255.255.255", "0.0.0.0"]),
        "inet6" => Kind::Samples(&["::1", "2001:db8::ff", "::ffff:10.0.0.1"]),
        "point" => Kind::Expressions(&["ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POINT(-1.5 0.1)')"]),
        "geometry" => Kind::Expressions(&["ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('LINESTRING(0 0,1 1)')"]),
        "linestring" => Kind::Expressions(&["ST_GeomFromText('LINESTRING(0 0,1 1)')"]),
        "polygon" => Kind::Expressions(&["ST_GeomFromText('POLYGON((0 0,0 1,1 1,1 0,0 0))')"]),
        _ => Kind::Unknown,
    }
}

fn charset(name: &str) -> Charset {
    match name.to_ascii_lowercase().as_str() {
        "utf8mb4" | "utf16" | "utf32" | "utf16le" | "gb18030" => Charset::Unicode,
        "utf8mb3" | "utf8" | "ucs2" => Charset::ThreeBytes,
        _ => Charset::Ascii,
    }
}

/// The labels of `enum('a','it''s')`.
fn labels(whole: &str) -> Vec<String> {
    let tokens = crate::lex::lex(whole, 0, crate::Dialect::Mysql);
    let strings = tokens.iter().filter(|t| t.kind == crate::lex::Kind::String);
    strings.map(|t| crate::reader::string_value(&whole[t.start..t.end], crate::Dialect::Mysql)).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn labels_of_an_enum() {
        assert_eq!(super::labels("enum('a','it''s','x,y')"), ["a", "it's", "x,y"]);
    }
}
