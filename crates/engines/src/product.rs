//! What is on the other side.

use crate::database::{Database, Failure};
use std::fmt;
use unmigrate_kernel::Dialect;

/// An engine and its version, in its own words. Prints as `PostgreSQL 15.20`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// `PostgreSQL`, `CockroachDB`, `MySQL`, `MariaDB` or `SQLite`.
    pub name: &'static str,
    /// `15.20`.
    pub version: String,
    /// What it lives in, where it is no server: `PGlite`. Not printed.
    pub inside: Option<&'static str>,
}

impl Product {
    /// Asks a session.
    ///
    /// # Errors
    /// Where it does not answer.
    pub fn of(database: &mut dyn Database) -> Result<Product, Failure> {
        let sql = match database.dialect() {
            Dialect::Postgres | Dialect::Cockroach | Dialect::Mysql => "SELECT version()",
            Dialect::Sqlite => "SELECT sqlite_version()",
        };
        let dialect = database.dialect();
        Ok(Product::read(dialect, database.query(sql)?.first().unwrap_or_default()))
    }

    /// Reads what `version()` says.
    fn read(dialect: Dialect, said: &str) -> Product {
        let number = |text: &str| -> String {
            let start = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
            text[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '.').collect()
        };
        let name = match dialect {
            Dialect::Sqlite => "SQLite",
            Dialect::Mysql if said.to_ascii_lowercase().contains("mariadb") => "MariaDB",
            Dialect::Mysql => "MySQL",
            _ if said.starts_with("CockroachDB") => "CockroachDB",
            _ => "PostgreSQL",
        };
        let inside = (name == "PostgreSQL" && said.contains("emscripten")).then_some("PGlite");
        // Old MariaDB says `5.5.5-10.11.9-MariaDB`, for clients that can't count beyond 5.
        Product { name, version: number(said.strip_prefix("5.5.5-").unwrap_or(said)), inside }
    }

    /// The version's first two numbers: (15, 20).
    pub fn numbers(&self) -> (u32, u32) {
        let mut parts = self.version.split('.').map(|part| {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().unwrap_or(0)
        });
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_their_own_words() {
        let read = |dialect, said| Product::read(dialect, said).to_string();
        let debian = "PostgreSQL 15.20 (Debian 15.20-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc, 64-bit";
        assert_eq!(read(Dialect::Postgres, debian), "PostgreSQL 15.20");
        let pglite = "PostgreSQL 18.6 (PGlite 0.5.16) on wasm32-unknown-emscripten, compiled by emcc, 32-bit";
        assert_eq!(read(Dialect::Postgres, pglite), "PostgreSQL 18.6");
        assert_eq!(Product::read(Dialect::Postgres, pglite).inside, Some("PGlite"));
        assert_eq!(Product::read(Dialect::Postgres, debian).inside, None);
        assert_eq!(read(Dialect::Postgres, "PostgreSQL 19beta1 on x86_64"), "PostgreSQL 19beta1");
        assert_eq!(read(Dialect::Postgres, "CockroachDB CCL v23.1.11 (x86_64)"), "CockroachDB 23.1.11");
        assert_eq!(read(Dialect::Mysql, "10.11.19-MariaDB-0+deb12u1"), "MariaDB 10.11.19");
        assert_eq!(read(Dialect::Mysql, "5.5.5-10.4.2-MariaDB"), "MariaDB 10.4.2");
        assert_eq!(read(Dialect::Mysql, "8.0.36"), "MySQL 8.0.36");
        assert_eq!(read(Dialect::Sqlite, "3.50.1"), "SQLite 3.50.1");
        assert_eq!(Product::read(Dialect::Postgres, "PostgreSQL 19beta1").numbers(), (19, 0));
        assert_eq!(Product::read(Dialect::Mysql, debian).numbers(), (15, 20));
    }
}
