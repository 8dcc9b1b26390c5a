//! Which line is responsible: the statement of the rollback that speaks of an object, or the migration's where none does.

use unmigrate_kernel::catalog::mentions;
use unmigrate_kernel::script::{Piece, blocks};
use unmigrate_kernel::snapshot::Object;
use unmigrate_kernel::{Dialect, one_line};

/// A place in one of the two files.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// In the rollback; else in the migration.
    pub in_down: bool,
    /// The line, from 1.
    pub line: usize,
    /// The statement, on one line and shortened.
    pub statement: String,
}

/// Finds the place for an object that is not as it was: the last statement of the rollback that names it all, else the
/// last of the migration (the rollback leaves it out), else what names its table.
pub fn place(object: &Object, up: &str, breakpoints: bool, down: &str, dialect: Dialect) -> Place {
    let names = parts(&object.name);
    let own = names.last().map(String::as_str).unwrap_or_default();
    let (ups, downs) = (pieces(up, dialect, breakpoints), pieces(down, dialect, false));
    let all = |p: &&Piece| names.iter().all(|n| mentions(&p.sql, n, dialect));
    let last = |p: &&Piece| mentions(&p.sql, own, dialect);
    let any = |p: &&Piece| names.iter().any(|n| mentions(&p.sql, n, dialect));
    let tries: [&dyn Fn(&&Piece) -> bool; 3] = [&all, &last, &any];
    for fits in tries {
        for (pieces, in_down) in [(&downs, true), (&ups, false)] {
            if let Some(piece) = pieces.iter().rev().find(|p| fits(p)) {
                return Place { in_down, line: piece.line, statement: short(&piece.sql) };
            }
        }
    }
    Place { in_down: false, line: 1, statement: ups.first().map(|p| short(&p.sql)).unwrap_or_default() }
}

/// A statement as a message shows it: on one line, at most 120 characters.
pub fn short(sql: &str) -> String {
    one_line(sql, 120)
}

fn pieces(text: &str, dialect: Dialect, breakpoints: bool) -> Vec<Piece> {
    blocks(text, dialect, breakpoints).into_iter().flat_map(|b| b.pieces).collect()
}

/// The names in `users.email`, `auth.f(integer)`, without their quotes.
fn parts(name: &str) -> Vec<String> {
    let name = name.split_once('(').map_or(name, |(own, _)| own);
    name.split('.').map(|p| p.trim_matches(['"', '`']).to_owned()).filter(|p| !p.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: &str = "ALTER TABLE users DROP COLUMN email;\nDROP INDEX users_name;";

    fn found(kind: &'static str, name: &str, down: &str) -> (bool, usize) {
        let place = place(&Object { kind, name: name.into() }, UP, false, down, Dialect::Postgres);
        (place.in_down, place.line)
    }

    #[test]
    fn the_rollback_first() {
        let down = "-- x\nALTER TABLE \"users\" ADD COLUMN \"email\" text;\n";
        assert_eq!(found("column", "users.email", down), (true, 2));
        assert_eq!(found("index", "users_name", down), (false, 2));
        assert_eq!(found("constraint", "users.nonesuch", down), (true, 2));
        assert_eq!(found("view", "other", ""), (false, 1));
    }
}
