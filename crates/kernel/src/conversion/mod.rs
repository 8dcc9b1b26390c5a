//! What changing a column's type does to its rows, and the way back.
//!
//! `from` and `to` are the up's direction throughout; the way back goes from `to` to `from`.

mod labels;
mod mysql;
mod postgres;
mod sqlite;

use crate::Dialect;
use crate::lex::Kind;
use crate::reader::identifier;

pub use labels::Labels;
pub use postgres::{JSONB_ELEMENTS, not_a_label, using_column};
pub use sqlite::declared_for;

/// What a change of type does, and how to come back. In expressions `{}` stands for the quoted column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversion {
    /// Values that the up accepts and that do not come back as they were, in one clause; none: every one comes back.
    pub loses: Option<String>,
    /// PostgreSQL: the way back needs USING this; none: plain ALTER TYPE is enough.
    pub back_using: Option<String>,
    /// Today's rows may forbid the way back, and why.
    pub may_refuse: Option<String>,
    /// An expression over the column, true for a row that the way back would refuse or change.
    pub refused_where: Option<String>,
    /// Values written since that the way back changes: what rolling back discards.
    pub back_loses: Option<String>,
    /// PostgreSQL can't cast the default on the way back: it must be dropped before and set again after.
    pub drop_default: bool,
    /// No expression leads back that would not be invented: a person must decide, and why.
    pub impossible: Option<String>,
    /// The session's TimeZone takes part: the way back must run in the one that the up ran in; where `loses` is about
    /// time too, nothing is lost in a zone without summer time such as UTC.
    pub depends_on_zone: bool,
}

/// What changing a column from one type to another does (PostgreSQL: with this USING, without its keyword).
///
/// Types that are neither built in nor of a known extension are taken for enums; a domain or a composite type may lose
/// more. Each value of every pair was run up and back: 64 types on PostgreSQL 15 (plain, with the cast and by way of
/// text), 55 on MariaDB 10.11 with and without strict mode, 15 on SQLite 3.40; none that is called lossless lost a value.
pub fn conversion(dialect: Dialect, from: &str, to: &str, using: Option<&str>) -> Conversion {
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => postgres::conversion(dialect, from, to, using),
        Dialect::Mysql => mysql::conversion(from, to),
        Dialect::Sqlite => sqlite::conversion(from, to, using),
    }
}

/// [`conversion`] of a column under these names: a USING that computes from another column is taken for what it is,
/// something that does not lead back.
pub fn of_column(dialect: Dialect, from: &str, to: &str, using: Option<&str>, names: &[&str]) -> Conversion {
    let named = |written: &str| {
        let kind = if written.starts_with('"') { Kind::Quoted } else { Kind::Word };
        identifier(written, kind, dialect).is_some_and(|name| names.contains(&name.as_str()))
    };
    let foreign = using.and_then(|u| using_column(dialect, u)).is_some_and(|column| !named(column));
    conversion(dialect, from, to, if foreign { Some("another_column()") } else { using })
}

#[cfg(test)]
mod tests;
