//! The names that a database gives when the migration gives none, and how it cuts those that are too long.
//!
//! A rollback has to say `DROP CONSTRAINT users_email_key` though the up never wrote that name. Identifiers here are
//! bare: unquoted, folded and already cut as the engine stores them.

mod expression;

use crate::Dialect;

pub use expression::expression_name;

/// What a name is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `t_pkey`, whatever its columns.
    PrimaryKey,
    /// `t_a_b_key`: a unique constraint.
    Unique,
    /// `t_a_b_fkey`, by the referencing columns.
    ForeignKey,
    /// `t_a_check` where the expression names exactly one column, else `t_check`.
    Check,
    /// `t_a_excl`.
    Exclusion,
    /// `t_a_b_idx`: an index that belongs to no constraint, unique or not; INCLUDE columns count.
    Index,
    /// `t_a_seq`: of a serial or an identity column.
    Sequence,
    /// `t_a_not_null`: PostgreSQL 18 and later keep one in `pg_constraint`.
    NotNull,
}

impl Kind {
    fn label(self) -> &'static str {
        match self {
            Kind::PrimaryKey => "pkey",
            Kind::Unique => "key",
            Kind::ForeignKey => "fkey",
            Kind::Check => "check",
            Kind::Exclusion => "excl",
            Kind::Index => "idx",
            Kind::Sequence => "seq",
            Kind::NotNull => "not_null",
        }
    }
}

/// PostgreSQL's NAMEDATALEN less the closing zero, in bytes.
const POSTGRES_LONGEST: usize = 63;
/// MySQL's and MariaDB's NAME_CHAR_LEN, in characters.
const MYSQL_LONGEST: usize = 64;

/// An identifier as the engine stores it: PostgreSQL cuts at 63 bytes, before a character that would not fit whole
/// (`truncate_identifier`; run on 15); MySQL refuses more than 64 characters, and cutting there only keeps such a name
/// comparable; SQLite and CockroachDB have no limit.
pub fn truncate(dialect: Dialect, name: &str) -> String {
    let end = match dialect {
        Dialect::Postgres => clip(name, POSTGRES_LONGEST),
        Dialect::Mysql => name.char_indices().nth(MYSQL_LONGEST).map_or(name.len(), |(at, _)| at),
        Dialect::Cockroach | Dialect::Sqlite => name.len(),
    };
    name[..end].to_string()
}

/// The last character boundary at or before a byte (`pg_mbcliplen`).
fn clip(name: &str, longest: usize) -> usize {
    let mut end = name.len().min(longest);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// The name that PostgreSQL makes where nothing is in the way: [`choose_name`] with nothing taken.
pub fn constraint_name<S: AsRef<str>>(table: &str, columns: &[S], kind: Kind) -> String {
    choose_name(table, columns, kind, &|_| false)
}

/// The name that PostgreSQL makes, numbered past those that are taken: `t_a_key`, `t_a_key1`, `t_a_key2`
/// (`ChooseRelationName`, `ChooseConstraintName`; run on 15).
///
/// What `taken` has to ask differs, and all of it within the table's schema, not within the table: an index or a
/// sequence asks the relations (tables, indexes, views, sequences, composite types); a primary key, unique or exclusion
/// constraint asks the relations and the constraints; a foreign key or check asks the constraints only. Names that the
/// same statement gives explicitly are taken too.
pub fn choose_name<S: AsRef<str>>(table: &str, columns: &[S], kind: Kind, taken: &dyn Fn(&str) -> bool) -> String {
    let second = match kind {
        Kind::PrimaryKey => None,
        Kind::Check if columns.len() != 1 => None,
        _ => joined(columns),
    };
    let mut label = kind.label().to_string();
    for pass in 1.. {
        let name = object_name(table, second.as_deref(), &label);
        if !taken(&name) {
            return name;
        }
        label = format!("{}{pass}", kind.label());
    }
    unreachable!()
}

fn joined<S: AsRef<str>>(columns: &[S]) -> Option<String> {
    let names: Vec<&str> = columns.iter().map(AsRef::as_ref).collect();
    (!names.is_empty()).then(|| names.join("_"))
}

/// `makeObjectName`: the longer of the two parts gives up bytes, the second where they are even, until all fits; then
/// each is cut back to a whole character. The label is never shortened.
fn object_name(first: &str, second: Option<&str>, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(second.is_some());
    let room = POSTGRES_LONGEST.saturating_sub(overhead);
    let (mut a, mut b) = (first.len(), second.map_or(0, str::len));
    let over = (a + b).saturating_sub(room);
    for _ in 0..over {
        if a > b { a -= 1 } else { b -= 1 }
    }
    let first = &first[..clip(first, a)];
    match second {
        Some(second) => format!("{first}_{}_{label}", &second[..clip(second, b)]),
        None => format!("{first}_{label}"),
    }
}

/// The columns of an index as its name uses them: a column's own name, an expression's [`expression_name`] or `expr`;
/// one that is there already gets a number: `expr`, `expr1` (`ChooseIndexColumnNames`; run on 15). INCLUDE columns
/// come after the key's. To be called with `Some(name)` for columns and `expression_name(text)` for expressions.
pub fn index_columns<S: AsRef<str>>(parts: &[Option<S>]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(parts.len());
    for part in parts {
        let wanted = part.as_ref().map_or("expr", AsRef::as_ref);
        let mut name = wanted.to_string();
        for number in 1.. {
            if !out.contains(&name) {
                break;
            }
            let digits = number.to_string();
            name = format!("{}{digits}", &wanted[..clip(wanted, POSTGRES_LONGEST - digits.len())]);
        }
        out.push(name);
    }
    out
}

/// CockroachDB's name (22.1 and later, from its documentation; not run): as PostgreSQL's, never cut, but a check is
/// `check_a_b` over all the columns that it names.
pub fn cockroach_name<S: AsRef<str>>(table: &str, columns: &[S], kind: Kind, taken: &dyn Fn(&str) -> bool) -> String {
    let base = match (kind, joined(columns)) {
        (Kind::PrimaryKey, _) => format!("{table}_pkey"),
        (Kind::Check, Some(columns)) => format!("check_{columns}"),
        (Kind::Check, None) => "check".to_string(),
        (_, Some(columns)) => format!("{table}_{columns}_{}", kind.label()),
        (_, None) => format!("{table}_{}", kind.label()),
    };
    first_free(&base, "", 1, taken)
}

/// `base`, else `base` with the separator and the first number that is free.
fn first_free(base: &str, separator: &str, from: usize, taken: &dyn Fn(&str) -> bool) -> String {
    if !taken(base) {
        return base.to_string();
    }
    (from..).map(|n| format!("{base}{separator}{n}")).find(|name| !taken(name)).unwrap_or_default()
}

/// MySQL's and MariaDB's name of an index or unique key that has none: its first column's, then `a_2`, `a_3`; never
/// `PRIMARY` (`make_unique_key_name`; run on MariaDB 10.11). `taken` asks the table's other indexes, those that come
/// earlier in the same statement included, without regard to case. A column named with 63 or 64 characters whose second
/// index is unnamed is refused by the server, not cut. A functional key part counts as the column `functional_index`.
pub fn mysql_index_name(first_column: &str, taken: &dyn Fn(&str) -> bool) -> String {
    let primary = |name: &str| name.eq_ignore_ascii_case("PRIMARY");
    first_free(first_column, "_", 2, &|name| primary(name) || taken(name))
}

/// The number of the next unnamed foreign key (run on MariaDB 10.11; MySQL 8 does the same): 1 in CREATE TABLE, where
/// the named ones are not looked at (a clash is an error of the statement); in ALTER TABLE one more than the highest
/// among the table's before the statement, those that it drops included. Several in one statement count on.
pub fn next_foreign_key<'a>(table: &str, before: impl IntoIterator<Item = &'a str>) -> usize {
    1 + before.into_iter().filter_map(|name| generated_number(name, table, "_ibfk_")).max().unwrap_or(0)
}

/// `t_ibfk_1`.
pub fn mysql_foreign_key_name(table: &str, number: usize) -> String {
    format!("{table}_ibfk_{number}")
}

/// The number of the next unnamed CHECK in MySQL 8 (manual, "CHECK Constraints"; not run), as for foreign keys.
pub fn next_check<'a>(table: &str, before: impl IntoIterator<Item = &'a str>) -> usize {
    1 + before.into_iter().filter_map(|name| generated_number(name, table, "_chk_")).max().unwrap_or(0)
}

/// `t_chk_1`: MySQL 8's name of an unnamed CHECK, of a column or of a table.
pub fn mysql_check_name(table: &str, number: usize) -> String {
    format!("{table}_chk_{number}")
}

/// MariaDB's name of an unnamed CHECK of a table: the first free `CONSTRAINT_1` (run on 10.11). `taken` asks the table's
/// other checks without regard to case: those that stay and all that the statement names, later ones too. A column's
/// CHECK has no name of its own in MariaDB: it goes by the column's.
pub fn mariadb_check_name(taken: &dyn Fn(&str) -> bool) -> String {
    (1..).map(|n| format!("CONSTRAINT_{n}")).find(|name| !taken(name)).unwrap_or_default()
}

/// The digits of a name that MySQL generated: after the exact table name and label, no leading zero.
fn generated_number(name: &str, table: &str, label: &str) -> Option<usize> {
    let digits = name.strip_prefix(table)?.strip_prefix(label)?;
    let proper = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    proper.then(|| digits.parse().ok()).flatten()
}

/// What a generated constraint is called after RENAME TABLE, where it changes: `t_ibfk_1` to `u_ibfk_1` (MySQL and
/// MariaDB; run on MariaDB 10.11), `t_chk_1` to `u_chk_1` (MySQL 8 only).
pub fn mysql_renamed(name: &str, from: &str, to: &str) -> Option<String> {
    let label = ["_ibfk_", "_chk_"].into_iter().find(|label| generated_number(name, from, label).is_some())?;
    Some(format!("{to}{label}{}", generated_number(name, from, label)?))
}

/// `sqlite_autoindex_t_1`: the index behind a UNIQUE or PRIMARY KEY, numbered by its place among those of the table
/// that have one (an INTEGER PRIMARY KEY has none, a repeated constraint shares). It follows a renamed table.
pub fn sqlite_autoindex(table: &str, number: usize) -> String {
    format!("sqlite_autoindex_{table}_{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_give_way_and_characters_stay_whole() {
        let name = |t: &str, c: &[&str], k| constraint_name(t, c, k);
        assert_eq!(name("t", &["a", "b"], Kind::ForeignKey), "t_a_b_fkey");
        assert_eq!(name("t", &["a"], Kind::Check), "t_a_check");
        assert_eq!(name("t", &["a", "b"], Kind::Check), "t_check");
        assert_eq!(name("t", &["a"], Kind::PrimaryKey), "t_pkey");
        let long = name(&"x".repeat(63), &["y".repeat(40).as_str()], Kind::Index);
        assert_eq!(long, format!("{}_{}_idx", "x".repeat(29), "y".repeat(29)));
        assert_eq!(name(&"é".repeat(31), &["id"], Kind::Sequence), format!("{}_id_seq", "é".repeat(28)));
    }

    #[test]
    fn numbers_count_past_what_is_taken() {
        let taken = |n: &str| ["t_a_idx", "t_a_idx1"].contains(&n);
        assert_eq!(choose_name("t", &["a"], Kind::Index, &taken), "t_a_idx2");
        assert_eq!(mysql_index_name("a", &|n| n == "a" || n == "a_2"), "a_3");
        assert_eq!(mysql_index_name("primary", &|_| false), "primary_2");
        assert_eq!(next_foreign_key("t", ["t_ibfk_2", "t_ibfk_07", "T_ibfk_9", "t_ibfk_8x"]), 3);
        assert_eq!(mariadb_check_name(&|n| n == "CONSTRAINT_1"), "CONSTRAINT_2");
        assert_eq!(mysql_renamed("t_ibfk_2", "t", "u").as_deref(), Some("u_ibfk_2"));
        assert_eq!(mysql_renamed("mine", "t", "u"), None);
    }

    /// The names are those that PostgreSQL 15 gave the column of an index over the expression.
    #[test]
    fn expressions_of_indexes() {
        let table = [
            ("lower(a)", "lower"),
            ("(a || 'x')", "expr"),
            ("((j->>'k')::int)", "int4"),
            ("a::varchar", "a"),
            ("(ts at time zone 'utc')::date", "timezone"),
            ("(case when b>1 then 'q' else a end)", "a"),
            ("(case when b>1 then a else 'x' end)", "case"),
            ("trim(leading from a)", "ltrim"),
            ("pg_catalog.lower(a)", "lower"),
            ("((arr)[1])", "arr"),
            ("(cast(b+1 as bigint))", "int8"),
            ("(a collate \"C\" || 'x')", "expr"),
            ("\"C d\"::text", "C d"),
            ("(true)", "expr"),
        ];
        for (text, name) in table {
            assert_eq!(expression_name(text).unwrap_or("expr".into()), name, "{text}");
        }
        for text in
            ["", "(", ")", "a(", "case end", "cast(", "cast(a as)", "a::", "::", "\"", "a.", "()[1]", "(a)[", "\u{e9}("]
        {
            let _ = expression_name(text);
        }
        assert_eq!(index_columns(&[Some("a"), None, None, Some("a")]), ["a", "expr", "expr1", "a1"]);
    }

    #[test]
    fn cut_as_the_engine_cuts() {
        assert_eq!(truncate(Dialect::Postgres, &"é".repeat(40)), "é".repeat(31));
        assert_eq!(truncate(Dialect::Mysql, &"é".repeat(70)), "é".repeat(64));
    }
}
