//! The dialect that SQL shows by itself, where nothing else tells it. Only what is unmistakable counts, and two answers
//! are none.

use unmigrate_kernel::Dialect;

/// What pieces of SQL show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniffed {
    /// One of ours.
    Known(Dialect),
    /// One that is not supported yet, by its tool's word.
    Unsupported(&'static str),
}

/// Words outside of quotes and comments that one database alone has.
const MARKS: &[(&str, Mark)] = &[
    ("BIGSERIAL", Mark::Postgres),
    ("BYTEA", Mark::Postgres),
    ("CONCURRENTLY", Mark::Postgres),
    ("EXTENSION", Mark::Postgres),
    ("JSONB", Mark::Postgres),
    ("PLPGSQL", Mark::Postgres),
    ("TIMESTAMPTZ", Mark::Postgres),
    ("BTREE", Mark::PostgresUnlessBackticks),
    ("ENUM", Mark::PostgresUnlessBackticks),
    ("SERIAL", Mark::PostgresUnlessBackticks),
    ("UNIQUE_ROWID", Mark::Cockroach),
    ("AUTO_INCREMENT", Mark::Mysql),
    ("LONGTEXT", Mark::Mysql),
    ("MEDIUMTEXT", Mark::Mysql),
    ("TINYINT", Mark::Mysql),
    ("UTF8MB4", Mark::Mysql),
    ("VARBINARY", Mark::Mysql),
    ("AUTOINCREMENT", Mark::Sqlite),
    ("PRAGMA", Mark::Sqlite),
    ("ROWID", Mark::Sqlite),
    ("NVARCHAR", Mark::SqlServer),
    ("DATETIME2", Mark::SqlServer),
    ("NONCLUSTERED", Mark::SqlServer),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Postgres,
    PostgresUnlessBackticks,
    Cockroach,
    Mysql,
    Sqlite,
    SqlServer,
}

/// The dialect of these files taken together. None where they show none, or more than one.
pub fn sniff<'a>(files: impl Iterator<Item = &'a str>) -> Option<Sniffed> {
    let mut seen = Seen::default();
    for sql in files {
        seen.read(sql);
    }
    seen.answer()
}

#[derive(Default)]
struct Seen {
    backtick: bool,
    double_quote: bool,
    postgres: bool,
    maybe_postgres: bool,
    cockroach: bool,
    mysql: bool,
    sqlite: bool,
    sql_server: bool,
}

impl Seen {
    fn answer(&self) -> Option<Sniffed> {
        let postgres = (self.postgres || self.maybe_postgres && self.double_quote) && !self.backtick;
        // SQLite takes any word for a type, MySQL's too; its own words are nobody else's.
        let mysql = self.mysql && !self.sqlite && (self.backtick || !self.double_quote);
        match (postgres || self.cockroach, mysql, self.sqlite, self.sql_server) {
            (true, false, false, false) if self.cockroach => Some(Sniffed::Known(Dialect::Cockroach)),
            (true, false, false, false) => Some(Sniffed::Known(Dialect::Postgres)),
            (false, true, false, false) => Some(Sniffed::Known(Dialect::Mysql)),
            (false, false, true, false) => Some(Sniffed::Known(Dialect::Sqlite)),
            (false, false, false, true) if !self.backtick => Some(Sniffed::Unsupported("sqlserver")),
            _ => None,
        }
    }

    fn read(&mut self, sql: &str) {
        let bytes = sql.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            at = match byte {
                b'\'' => past(bytes, at + 1, b"'"),
                b'"' => {
                    self.double_quote = true;
                    past(bytes, at + 1, b"\"")
                }
                b'`' => {
                    self.backtick = true;
                    past(bytes, at + 1, b"`")
                }
                b'-' if bytes[at..].starts_with(b"--") => past(bytes, at, b"\n"),
                b'/' if bytes[at..].starts_with(b"/*") => past(bytes, at + 2, b"*/"),
                b'$' if bytes[at..].starts_with(b"$$") => {
                    self.postgres = true;
                    past(bytes, at + 2, b"$$")
                }
                b'[' if bytes[at..].starts_with(b"[dbo]") => {
                    self.sql_server = true;
                    at + 5
                }
                b':' if bytes[at..].starts_with(b"::") => {
                    self.postgres = true;
                    at + 2
                }
                b if is_word(b) => {
                    let length = bytes[at..].iter().take_while(|b| is_word(**b)).count();
                    self.word(&bytes[at..at + length]);
                    // Prisma's `TIMESTAMP(3)`; without a precision SQLite's people write it too.
                    self.maybe_postgres |= bytes[at..].get(..10).is_some_and(|w| w.eq_ignore_ascii_case(b"TIMESTAMP("));
                    at + length
                }
                _ => at + 1,
            };
        }
    }

    fn word(&mut self, word: &[u8]) {
        let Some((_, mark)) = MARKS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name.as_bytes())) else {
            return;
        };
        match mark {
            Mark::Postgres => self.postgres = true,
            Mark::PostgresUnlessBackticks => self.maybe_postgres = true,
            Mark::Cockroach => self.cockroach = true,
            Mark::Mysql => self.mysql = true,
            Mark::Sqlite => self.sqlite = true,
            Mark::SqlServer => self.sql_server = true,
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn past(bytes: &[u8], from: usize, end: &[u8]) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.windows(end.len()).position(|w| w == end).map_or(bytes.len(), |found| from + found + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql: &str) -> Option<Sniffed> {
        sniff([sql].into_iter())
    }

    #[test]
    fn what_is_unmistakable() {
        let known = |d| Some(Sniffed::Known(d));
        assert_eq!(of(r#"CREATE TABLE "A" ("id" SERIAL NOT NULL, "at" TIMESTAMP(3));"#), known(Dialect::Postgres));
        assert_eq!(of("CREATE TABLE `a` (`id` INTEGER NOT NULL AUTO_INCREMENT);"), known(Dialect::Mysql));
        assert_eq!(of(r#"CREATE TABLE "A" ("id" INTEGER PRIMARY KEY AUTOINCREMENT);"#), known(Dialect::Sqlite));
        assert_eq!(of("PRAGMA foreign_keys=OFF; CREATE TABLE `__new_a` (`id` tinyint);"), known(Dialect::Sqlite));
        assert_eq!(of(r#"CREATE TABLE "A" ("id" INT8 DEFAULT unique_rowid());"#), known(Dialect::Cockroach));
        assert_eq!(of("CREATE TABLE [dbo].[A] ([a] NVARCHAR(10));"), Some(Sniffed::Unsupported("sqlserver")));
    }

    #[test]
    fn what_could_be_several_is_none() {
        assert_eq!(of("CREATE TABLE a (id int)"), None);
        assert_eq!(of(r#"CREATE TABLE "a" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT)"#), None);
        assert_eq!(of("CREATE TABLE `a` (`id` text NOT NULL, `b` timestamp)"), None);
        assert_eq!(of("-- PRAGMA JSONB\nSELECT 'AUTO_INCREMENT', \"SERIAL\""), None);
        assert_eq!(of("SELECT a::jsonb; PRAGMA x"), None);
        assert_eq!(of("'"), None);
    }
}
