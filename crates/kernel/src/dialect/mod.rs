//! What a database is like: facts as data, one file per database.

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
