//! `expand --write`: schema.prisma as it has to be with the expand phase, where that can be told.
//!
//! The schema was edited for the migration as the tool wrote it. Until the contract it names the old columns as they were, and
//! the new ones beside them, optional and without what the database makes later. Both are lines that somebody wrote: the
//! old ones stand in the commit before the migration, the new ones in the file. Whatever else was edited stays. Where one line is
//! not found, nothing is edited, and the reason is said.

use super::edits::{Edit, Edits};
use crate::check::git;
use similar::{ChangeTag, TextDiff};
use std::fs;
use std::path::Path;
use unmigrate_kernel::expand::{Meanwhile, Piece};
use unmigrate_sources::{Source, schema_files};

/// The recipes whose schema can be told from the two texts: columns, each with lines of its own.
const KNOWN: [&str; 6] =
    ["rename-column", "change-type", "split-column", "merge-columns", "move-column", "split-table"];

/// The file in which all columns of a plan stand, and its text with each release. `commit` is the one before the migration.
///
/// # Errors
/// Why it is for a person to edit, in a sentence without a full stop.
pub fn edits(source: &Source, cwd: &Path, commit: &str, pieces: &[Piece]) -> Result<Edits, String> {
    if let Some(other) = pieces.iter().find(|p| !KNOWN.contains(&p.recipe)) {
        return Err(format!("{} takes more than lines of columns", other.recipe));
    }
    let mut found: Option<Edits> = None;
    for (path, old) in git::texts(cwd, commit, &schema_files(&source.dir)) {
        let Ok(before) = fs::read_to_string(&path) else { continue };
        if before == old {
            continue;
        }
        let after = both(&old, &before, pieces)?;
        if found.is_some() {
            return Err("it was edited in more than one file".into());
        }
        let expand = Edit { path, before: Some(before), after: Some(after) };
        found = Some(Edits { contract: vec![expand.clone().reversed()], expand: vec![expand], ..Edits::default() });
    }
    found.ok_or_else(|| format!("the commit {commit} has no schema that differs from what is there"))
}

/// A line inside a model.
struct Place<'t> {
    /// The table of the model.
    table: &'t str,
    line: &'t str,
}

/// The text with the old lines and the new ones.
fn both(old: &str, new: &str, pieces: &[Piece]) -> Result<String, String> {
    let (was, is) = (places(old), places(new));
    let mut out = String::with_capacity(new.len() + 200);
    let (mut kept, mut made) = (Vec::new(), Vec::new());
    for change in TextDiff::from_lines(old, new).iter_all_changes() {
        let text = change.value();
        match change.tag() {
            ChangeTag::Equal => out.push_str(text),
            ChangeTag::Delete => {
                let place = change.old_index().and_then(|at| was.get(at));
                let of = place.and_then(|p| pieces.iter().position(|piece| is_of(p, piece, &piece.old)));
                match (of, place) {
                    (Some(at), _) => {
                        kept.extend(names(text).into_iter().map(str::to_owned));
                        out.push_str(&kept_line(text, &pieces[at])?);
                    }
                    (None, Some(place)) if names_one(place, pieces, &was, |p| &p.old) => out.push_str(text),
                    _ => {}
                }
            }
            ChangeTag::Insert => {
                let place = change.new_index().and_then(|at| is.get(at));
                let of = place.and_then(|p| pieces.iter().position(|piece| becomes(p, piece)));
                match (of, place) {
                    (Some(at), _) => {
                        made.push(pieces[at].last.clone());
                        out.push_str(&beside(text, &pieces[at])?);
                    }
                    // The database has it with the contract.
                    (None, Some(place)) if names_one(place, pieces, &is, |p| &p.last) => {}
                    _ => out.push_str(text),
                }
            }
        }
    }
    for piece in pieces {
        let line = |side: &[Place], is: &dyn Fn(&Place) -> bool| side.iter().any(is);
        let (old, new) = (line(&was, &|p| is_of(p, piece, &piece.old)), line(&is, &|p| becomes(p, piece)));
        if !old || !new || kept.is_empty() || !made.contains(&piece.last) {
            return Err(format!("no line of {} was found that becomes one of {}", piece.old, piece.last));
        }
    }
    Ok(out)
}

/// The line of an old column while both are there, with the default that expand gives it.
fn kept_line(line: &str, piece: &Piece) -> Result<String, String> {
    let Some(default) = &piece.default else { return meanwhile(line, piece) };
    let value = literal(default).ok_or(format!("what the default {default} of {} is in schema.prisma", piece.old))?;
    let end = line.find("//").unwrap_or(line.len());
    let (code, rest) = (line[..end].trim_end(), &line[line[..end].trim_end().len()..]);
    Ok(format!("{code} @default({value}){rest}"))
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

/// Each line with the table of its model; outside of models none has one.
fn places(text: &str) -> Vec<Place<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut out: Vec<Place> = Vec::with_capacity(lines.len());
    let mut table = "";
    for (at, line) in lines.iter().enumerate() {
        let mut words = line.split_whitespace();
        if words.next() == Some("model") {
            let end = lines[at..].iter().position(|l| l.trim() == "}").map_or(lines.len(), |n| at + n);
            let mapped = lines[at..end].iter().find_map(|l| l.trim().strip_prefix("@@map(").and_then(quoted));
            table = mapped.or(words.next()).unwrap_or_default();
        }
        out.push(Place { table, line });
        if line.trim() == "}" {
            table = "";
        }
    }
    out
}

/// The first text in quotes.
fn quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

/// The name of a line's field, and of its column.
fn names(line: &str) -> Option<&str> {
    line.split_whitespace().next().filter(|w| w.starts_with(|c: char| c.is_alphabetic()))
}

fn column(line: &str) -> Option<&str> {
    let field = names(line)?;
    let mapped = line.split_once(" @map(").and_then(|(_, rest)| quoted(rest));
    Some(mapped.unwrap_or(field))
}

fn is_of(place: &Place, piece: &Piece, name: &str) -> bool {
    place.table == piece.table.name && column(place.line) == Some(name)
}

/// The line of the new column, in whichever model it is.
fn becomes(place: &Place, piece: &Piece) -> bool {
    let table = piece.into.as_ref().unwrap_or(&piece.table);
    place.table == table.name && column(place.line) == Some(&piece.last)
}

/// An index or a key of a model (`@@index([fullName])`) that names a field of one of the pieces.
fn names_one(place: &Place, pieces: &[Piece], side: &[Place], of: impl Fn(&Piece) -> &String) -> bool {
    let line = place.line.trim();
    let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let own = pieces.iter().filter(|p| p.table.name == place.table);
    let mut fields = own.flat_map(|p| side.iter().filter(|s| is_of(s, p, of(p))).filter_map(|s| names(s.line)));
    line.starts_with("@@") && fields.any(|field| words.contains(&field))
}

/// The same where the database has something else for it meanwhile, which Prisma finds in it.
fn meanwhile(line: &str, piece: &Piece) -> Result<String, String> {
    let (code, comment) = line.split_once("//").map_or((line, String::new()), |(c, rest)| (c, format!("//{rest}")));
    let own = code.trim_end();
    let gap = &code[own.len()..];
    let mut words = own.split_whitespace();
    let (Some(field), Some(kind)) = (words.next(), words.next()) else {
        return Err(format!("the line of {} is not one of a field", piece.old));
    };
    let behind = own.find(field).unwrap_or_default() + field.len();
    Ok(match piece.meanwhile {
        Meanwhile::Itself => line.to_owned(),
        Meanwhile::Default => format!("{own} @default(dbgenerated()){gap}{comment}"),
        Meanwhile::Null => {
            let at = own[behind..].find(kind).map_or(own.len(), |at| behind + at + kind.len());
            format!("{}?{}{gap}{comment}", &own[..at], &own[at..])
        }
    })
}

/// The line of a new column while both are there: optional, and without what is made later.
fn beside(line: &str, piece: &Piece) -> Result<String, String> {
    if piece.recipe == "split-table" {
        // Its table comes with the migration, as it is.
        return Ok(line.to_owned());
    }
    let end = line.len() - line.trim_end_matches(['\r', '\n']).len();
    let (text, newline) = line.split_at(line.len() - end);
    let indent = &text[..text.len() - text.trim_start().len()];
    let (code, comment) = text.split_once("//").map_or((text, ""), |(code, comment)| (code, comment));
    let mut words = code.split_whitespace();
    let (Some(field), Some(kind)) = (words.next(), words.next()) else {
        return Err(format!("the line of {} is not one of a field", piece.last));
    };
    if kind.ends_with(']') {
        return Err(format!("{} is a list, which can't be optional", piece.last));
    }
    let kind = format!("{}?", kind.trim_end_matches('?'));
    let swaps = piece.new != piece.last;
    let name = if swaps { format!("{field}New") } else { field.to_owned() };
    let mut attributes: Vec<String> = attributes(code).into_iter().filter(|a| a.starts_with("@db.")).collect();
    if name != piece.new {
        attributes.push(format!("@map(\"{}\")", piece.new));
    }
    if swaps {
        // No version names it: the client leaves it alone.
        attributes.push("@ignore".into());
    }
    let comment = if comment.is_empty() { String::new() } else { format!(" //{comment}") };
    let line = [vec![format!("{indent}{name}"), kind], attributes].concat().join(" ");
    Ok(format!("{line}{comment}{newline}"))
}

/// The attributes of a field, each with its parentheses.
fn attributes(code: &str) -> Vec<String> {
    let (mut out, mut depth, mut text) = (Vec::new(), 0u32, false);
    let mut current = String::new();
    for c in code.chars() {
        match c {
            '"' => text = !text,
            '(' if !text => depth += 1,
            ')' if !text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_whitespace() && depth == 0 && !text {
            out.push(std::mem::take(&mut current));
        } else {
            current.push(c);
        }
    }
    out.push(current);
    out.retain(|word| word.starts_with('@'));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use unmigrate_kernel::catalog::Name;

    fn piece(recipe: &'static str, old: &str, new: &str, last: &str) -> Piece {
        let mut piece = Piece::default();
        piece.recipe = recipe;
        piece.table = Name::plain("users");
        [piece.old, piece.new, piece.last] = [old, new, last].map(str::to_owned);
        piece
    }

    const OLD: &str = "model User {\n  id       Int    @id\n  fullName String @unique @map(\"full_name\") @db.VarChar(80)\n  score    Int    @default(0)\n\n  @@index([fullName])\n  @@map(\"users\")\n}\n\nmodel Other {\n  fullName String\n}\n";

    #[test]
    fn the_old_line_stays_and_the_new_one_is_optional() {
        let new = OLD
            .replacen(
                "fullName String @unique @map(\"full_name\")",
                "displayName String @unique @map(\"display_name\")",
                1,
            )
            .replacen("[fullName]", "[displayName]", 1)
            .replacen("  score    Int    @default(0)\n", "  score    Int    @default(0)\n  age      Int?\n", 1);
        let found = both(OLD, &new, &[piece("rename-column", "full_name", "display_name", "display_name")]).unwrap();
        assert!(found.contains("  fullName String @unique @map(\"full_name\") @db.VarChar(80)\n"), "{found}");
        assert!(found.contains("  displayName String? @db.VarChar(80) @map(\"display_name\")\n"), "{found}");
        assert!(found.contains("  age      Int?\n"), "what else was edited stays:\n{found}");
        assert!(found.contains("@@index([fullName])") && !found.contains("@@index([displayName])"), "{found}");
    }

    /// SQLite: a required column is not quite what it was.
    #[test]
    fn the_old_line_says_what_the_database_has_meanwhile() {
        let old = OLD.replace("@db.VarChar(80)", "// of a person");
        let new = old.replacen(
            "fullName String @unique @map(\"full_name\")",
            "displayName String @unique @map(\"display_name\")",
            1,
        );
        let mut one = piece("rename-column", "full_name", "display_name", "display_name");
        one.meanwhile = Meanwhile::Default;
        let found = both(&old, &new, &[one.clone()]).unwrap();
        let line = "  fullName String @unique @map(\"full_name\") @default(dbgenerated()) // of a person\n";
        assert!(found.contains(line), "{found}");
        one.meanwhile = Meanwhile::Null;
        let found = both(&old, &new, &[one]).unwrap();
        assert!(found.contains("  fullName String? @unique @map(\"full_name\") // of a person\n"), "{found}");
    }

    #[test]
    fn a_type_that_changes_in_place_has_a_field_of_its_own_until_the_contract() {
        let new = OLD.replacen("score    Int    @default(0)", "score    BigInt @default(0)", 1);
        let found = both(OLD, &new, &[piece("change-type", "score", "score_new", "score")]).unwrap();
        assert!(
            found.contains("  score    Int    @default(0)\n  scoreNew BigInt? @map(\"score_new\") @ignore\n"),
            "{found}"
        );
    }

    #[test]
    fn a_field_that_moves_stays_in_its_model_and_comes_in_the_other() {
        let old = "model User {\n  id  Int     @id\n  bio String? @db.Text\n  @@map(\"users\")\n}\n";
        let profile = "model Profile {\n  id Int @id\n  bio String @default(\"x\") @db.Text\n  user User @relation(fields: [id], references: [id])\n  @@map(\"profiles\")\n}\n";
        let new = format!("{}{profile}", old.replacen("  bio String? @db.Text\n", "  profile Profile?\n", 1));
        for (recipe, line) in
            [("split-table", "  bio String @default(\"x\") @db.Text\n"), ("move-column", "  bio String? @db.Text\n")]
        {
            let mut moved = piece(recipe, "bio", "bio", "bio");
            moved.into = Some(Name::plain("profiles"));
            let found = both(old, &new, std::slice::from_ref(&moved)).unwrap();
            assert!(found.contains("  bio String? @db.Text\n  profile Profile?\n"), "{found}");
            moved.default = Some("'it''s'".into());
            let filled = both(old, &new, std::slice::from_ref(&moved)).unwrap();
            assert!(filled.contains("  bio String? @db.Text @default(\"it's\")\n"), "{filled}");
            moved.default = Some("'x'::text".into());
            assert!(both(old, &new, &[moved]).is_err());
            assert!(found.split_once("model Profile").unwrap().1.contains(line), "{found}");
        }
    }

    #[test]
    fn what_can_not_be_told_is_left_to_a_person() {
        let new = OLD.replacen("  score    Int    @default(0)\n", "", 1);
        let why = both(OLD, &new, &[piece("rename-column", "score", "points", "points")]).unwrap_err();
        assert!(why.contains("no line of score was found that becomes one of points"), "{why}");
        // A model of another table has a field of the same name.
        let other = OLD.replacen("model Other {\n  fullName String", "model Other {\n  displayName String", 1);
        assert!(both(OLD, &other, &[piece("rename-column", "full_name", "display_name", "display_name")]).is_err());
    }
}
