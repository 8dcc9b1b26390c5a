//! Lines of fields, written anew: an old one that stays, a new one that comes.

use super::lines::{field, optional, with, without};
use unmigrate_kernel::expand::{Meanwhile, Piece};

/// The line of an old column while both are there, with what the database has for it meanwhile.
///
/// # Errors
/// Where its default can't be said.
pub fn kept(line: &str, piece: &Piece) -> Result<String, String> {
    if let Some(default) = &piece.default {
        let value =
            literal(default).ok_or(format!("what the default {default} of {} is in schema.prisma", piece.old))?;
        return Ok(with(&without(line, "@default"), &format!("@default({value})")));
    }
    Ok(match piece.meanwhile {
        Meanwhile::Itself => line.to_owned(),
        Meanwhile::Default => with(line, "@default(dbgenerated())"),
        Meanwhile::Null => optional(line),
    })
}

/// The same, so that the client leaves it alone: what the database fills where nobody names it.
pub fn ignored(line: &str) -> String {
    let Some(field) = field(line) else { return line.to_owned() };
    let filled =
        field.kind.ends_with(['?', ']']) || field.attribute("@default").is_some() || field.relation().is_some();
    let line = if filled { line.to_owned() } else { with(line, "@default(dbgenerated())") };
    if field.attribute("@ignore").is_some() { line } else { with(&line, "@ignore") }
}

/// A literal of SQL as one of Prisma's. None where it is something else.
fn literal(sql: &str) -> Option<String> {
    let sql = sql.trim();
    if let Some(text) = sql.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')) {
        let plain = !text.replace("''", "").contains(['\'', '\\', '\n']);
        return plain.then(|| format!("{:?}", text.replace("''", "'")));
    }
    let number =
        !sql.is_empty() && sql.parse::<f64>().is_ok() && sql.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let word = ["true", "false"].contains(&sql.to_ascii_lowercase().as_str());
    (number || word).then(|| sql.to_ascii_lowercase())
}

/// The line of a new column while both are there: optional, and without what is made later. `kind` is another type for it.
///
/// # Errors
/// Where it can't be optional.
pub fn beside(line: &str, piece: &Piece, kind: Option<&str>) -> Result<String, String> {
    let own = field(line).ok_or_else(|| format!("the line of {} is not one of a field", piece.last))?;
    if own.kind.ends_with(']') {
        return Err(format!("{} is a list, which can't be optional", piece.last));
    }
    let swaps = piece.new != piece.last;
    let name = if swaps { format!("{}New", own.name) } else { own.name.clone() };
    let mut words = vec![name.clone(), format!("{}?", kind.unwrap_or(own.kind.trim_end_matches('?')))];
    words.extend(own.attributes.iter().filter(|a| a.starts_with("@db.")).cloned());
    if name != piece.new {
        words.push(format!("@map(\"{}\")", piece.new));
    }
    if swaps {
        // No version names it: the client leaves it alone.
        words.push("@ignore".into());
    }
    let code = super::lines::code(line);
    let indent = &line[..line.len() - line.trim_start().len()];
    Ok(format!("{indent}{}{}", words.join(" "), &line[code.len()..]))
}
