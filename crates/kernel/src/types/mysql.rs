//! MySQL's and MariaDB's types, as SHOW CREATE TABLE prints them.

use super::TypeParts;
use super::reader::Reader;
use crate::Dialect;
use crate::lex::Kind;

/// Other spellings (manual, "Using Data Types from Other Database Engines" and "Numeric Data Type Syntax").
const NAMES: [(&str, &str); 27] = [
    ("integer", "int"),
    ("int4", "int"),
    ("bool", "tinyint"),
    ("boolean", "tinyint"),
    ("int1", "tinyint"),
    ("int2", "smallint"),
    ("int3", "mediumint"),
    ("middleint", "mediumint"),
    ("int8", "bigint"),
    ("serial", "bigint"),
    ("dec", "decimal"),
    ("numeric", "decimal"),
    ("fixed", "decimal"),
    ("number", "decimal"),
    ("float4", "float"),
    ("float8", "double"),
    ("real", "double"),
    ("character", "char"),
    ("nchar", "char"),
    ("varcharacter", "varchar"),
    ("nvarchar", "varchar"),
    ("varchar2", "varchar"),
    ("long", "mediumtext"),
    ("geometrycollection", "geomcollection"),
    ("clob", "longtext"),
    ("raw", "varbinary"),
    ("sql_tsi_year", "year"),
];

/// The integers, and the width that ZEROFILL fills where none is written.
const INTEGERS: [(&str, &str); 5] =
    [("tinyint", "3"), ("smallint", "5"), ("mediumint", "8"), ("int", "10"), ("bigint", "20")];

pub(super) fn parts(text: &str) -> TypeParts {
    let mut reader = Reader::new(Dialect::Mysql, text);
    let mut parts = TypeParts { base: base(&mut reader), ..TypeParts::default() };
    parts.args = reader.args();
    let zerofill = options(&mut reader, &mut parts);
    shape(&mut parts, text, zerofill);
    parts
}

/// The name, with its other spellings and its second words taken in.
fn base(reader: &mut Reader) -> String {
    let _ = reader.eat(&["national"]);
    let Some((_, word)) = reader.take() else { return String::new() };
    let word = word.trim_matches('`').to_ascii_lowercase();
    let name = NAMES.iter().find(|(name, _)| *name == word).map_or(word.as_str(), |(_, base)| *base);
    let _ = name == "double" && reader.eat(&["precision"]);
    match name {
        "char" if reader.eat(&["varying"]) => "varchar",
        "char" if reader.eat(&["byte"]) => "binary",
        "mediumtext" if word == "long" && reader.eat(&["varbinary"]) => "mediumblob",
        "mediumtext" if word == "long" => {
            let _ = reader.eat(&["char", "varying"]) || reader.eat(&["varchar"]) || reader.eat(&["varcharacter"]);
            "mediumtext"
        }
        name => name,
    }
    .to_string()
}

/// The words behind it, in the order in which the server prints them. True for ZEROFILL.
fn options(reader: &mut Reader, parts: &mut TypeParts) -> bool {
    let (mut zerofill, mut charset, mut collation, mut other) = (false, String::new(), String::new(), String::new());
    loop {
        if reader.eat(&["unsigned"]) {
            parts.unsigned = true;
        } else if reader.eat(&["zerofill"]) {
            zerofill = true;
        } else if reader.eat(&["signed"]) {
        } else if reader.eat(&["character", "set"]) || reader.eat(&["char", "set"]) || reader.eat(&["charset"]) {
            charset = name(reader);
        } else if reader.eat(&["ascii"]) {
            charset = "latin1".into();
        } else if reader.eat(&["unicode"]) {
            charset = "ucs2".into();
        } else if reader.eat(&["collate"]) {
            collation = name(reader);
        } else if let Some((kind, text)) = reader.take() {
            let text = if kind == Kind::Word { text.to_ascii_lowercase() } else { text.to_string() };
            add(&mut other, &text);
        } else {
            break;
        }
    }
    if zerofill {
        parts.unsigned = true;
        add(&mut parts.tail, "zerofill");
    }
    // utf8 is utf8mb3 since MySQL 8.0.30 and MariaDB 10.6.
    if charset == "utf8" {
        charset = "utf8mb3".into();
    }
    if let Some(rest) = collation.strip_prefix("utf8_") {
        collation = format!("utf8mb3_{rest}");
    }
    for (label, value) in [("character set", &charset), ("collate", &collation), ("", &other)] {
        if !value.is_empty() {
            add(&mut parts.tail, label);
            add(&mut parts.tail, value);
        }
    }
    zerofill
}

fn add(out: &mut String, word: &str) {
    if !out.is_empty() && !word.is_empty() {
        out.push(' ');
    }
    out.push_str(word);
}

fn name(reader: &mut Reader) -> String {
    let _ = reader.eat_punct(b'=');
    let text = reader.take().map_or("", |(_, text)| text);
    text.trim_matches(|c| matches!(c, '`' | '\'' | '"')).to_ascii_lowercase()
}

/// The lengths that the server adds, takes away or turns into another type.
fn shape(parts: &mut TypeParts, text: &str, zerofill: bool) {
    let word = text.trim_ascii();
    if word.len() >= 4 && word.get(..4).is_some_and(|w| w.eq_ignore_ascii_case("bool")) {
        parts.args = vec!["1".into()];
    }
    parts.unsigned |= word.eq_ignore_ascii_case("serial");
    let base = parts.base.as_str();
    if let Some((_, width)) = INTEGERS.iter().find(|(name, _)| *name == base) {
        let boolean = base == "tinyint" && parts.args == ["1"] && !parts.unsigned;
        if zerofill && parts.args.is_empty() {
            parts.args.push(width.to_string());
        } else if !zerofill && !boolean {
            parts.args.clear();
        }
    }
    match base {
        "decimal" if parts.args.is_empty() => parts.args = vec!["10".into(), "0".into()],
        "decimal" if parts.args.len() == 1 => parts.args.push("0".into()),
        "char" | "binary" | "bit" if parts.args.is_empty() => parts.args.push("1".into()),
        "float" if parts.args.len() == 1 => {
            parts.base = if parts.number(0).unwrap_or(0) > 24 { "double" } else { "float" }.into();
            parts.args.clear();
        }
        "datetime" | "timestamp" | "time" if parts.args == ["0"] => parts.args.clear(),
        "year" => parts.args.clear(),
        "text" if !parts.args.is_empty() => sized(parts, ["tinytext", "text", "mediumtext", "longtext"], 4),
        "blob" if !parts.args.is_empty() => sized(parts, ["tinyblob", "blob", "mediumblob", "longblob"], 1),
        "enum" | "set" => parts.args.iter_mut().for_each(label),
        _ => {}
    }
}

/// TEXT(n) and BLOB(n): the smallest type that holds n characters (of utf8mb4) or bytes.
fn sized(parts: &mut TypeParts, names: [&str; 4], width: i64) {
    let bytes = parts.number(0).unwrap_or(0).saturating_mul(width);
    let at = [255, 65_535, 16_777_215].iter().filter(|most| bytes > **most).count();
    parts.base = names[at].into();
    parts.args.clear();
}

/// A label of an ENUM or SET: in single quotes, without the spaces at its end.
fn label(arg: &mut String) {
    let Some(quote) = arg.chars().next().filter(|c| matches!(c, '\'' | '"')) else { return };
    if arg.len() < 2 || !arg.ends_with(quote) {
        return;
    }
    let inside = &arg[1..arg.len() - 1];
    let inside =
        if quote == '"' { inside.replace("\"\"", "\"").replace('\'', "''") } else { inside.replace("\\'", "''") };
    *arg = format!("'{}'", inside.trim_end_matches(' '));
}
