//! What a database is like: facts as data, one file per database.

mod server;

pub use server::Server;

use crate::catalog::Name;

/// The SQL that a migration is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// PostgreSQL 12 and later.
    Postgres,
    /// CockroachDB: PostgreSQL's grammar with facts of its own.
    Cockroach,
    /// MySQL 5.7 and later, MariaDB 10.5 and later.
    Mysql,
    /// SQLite, libSQL, Turso, D1.
    Sqlite,
}

impl Dialect {
    /// The word of flags and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Dialect::Postgres => "postgresql",
            Dialect::Cockroach => "cockroachdb",
            Dialect::Mysql => "mysql",
            Dialect::Sqlite => "sqlite",
        }
    }

    /// The dialect that a tool's word for its provider means, if it is one that we know.
    pub fn from_word(word: &str) -> Option<Dialect> {
        match word.to_ascii_lowercase().as_str() {
            "postgresql" | "postgres" | "pg" | "prisma+postgres" | "pglite" => Some(Dialect::Postgres),
            "cockroachdb" | "cockroach" => Some(Dialect::Cockroach),
            "mysql" | "mysql2" | "mariadb" => Some(Dialect::Mysql),
            "sqlite" | "libsql" | "turso" | "d1" | "better-sqlite" => Some(Dialect::Sqlite),
            _ => None,
        }
    }

    /// PostgreSQL's grammar and catalogs.
    pub fn is_postgres(self) -> bool {
        matches!(self, Dialect::Postgres | Dialect::Cockroach)
    }
}

/// The quotes that names are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotes {
    /// Whose SQL it is.
    pub dialect: Dialect,
    /// Backticks; else what the standard says.
    pub backticks: bool,
}

impl From<Dialect> for Quotes {
    fn from(dialect: Dialect) -> Quotes {
        Quotes { dialect, backticks: dialect == Dialect::Mysql }
    }
}

/// A quoted identifier.
pub fn quote(name: &str, quotes: impl Into<Quotes>) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    push_quoted(&mut out, name, quotes);
    out
}

/// Writes a quoted identifier behind what is there.
pub fn push_quoted(out: &mut String, name: &str, quotes: impl Into<Quotes>) {
    let quote = if quotes.into().backticks { '`' } else { '"' };
    out.push(quote);
    for (at, piece) in name.split(quote).enumerate() {
        if at > 0 {
            out.extend([quote, quote]);
        }
        out.push_str(piece);
    }
    out.push(quote);
}

/// A quoted identifier in the quotes of the one whose place it takes; SQLite's backticks and brackets are kept.
pub fn quote_like(old: &str, name: &str, dialect: Dialect) -> String {
    match old.as_bytes().first() {
        Some(b'`') => format!("`{}`", name.replace('`', "``")),
        Some(b'[') if !name.contains(']') => format!("[{name}]"),
        Some(b'"') => format!("\"{}\"", name.replace('"', "\"\"")),
        _ if bare(name) => name.to_string(),
        _ => quote(name, dialect),
    }
}

fn bare(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// PostgreSQL's `quote_ident` of a name, with its schema: quotes only where they are needed.
pub fn quote_needed(name: &Name) -> String {
    let one = |n: &str| if bare(n) { n.to_string() } else { quote(n, Dialect::Postgres) };
    if name.schema.is_empty() { one(&name.name) } else { format!("{}.{}", one(&name.schema), one(&name.name)) }
}
