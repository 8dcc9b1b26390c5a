//! `COPY ... FROM STDIN` would have PostgreSQL wait for rows that nobody sends, and the driver for PostgreSQL.

use crate::database::{Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::split::split;

/// Refuses a text with one, where no rows are to follow.
///
/// # Errors
/// `Unsupported`, and where in the text it stands.
pub fn refuse_copy_in(sql: &str) -> Result<(), Failure> {
    if !sql.as_bytes().windows(5).any(|word| word.eq_ignore_ascii_case(b"stdin")) {
        return Ok(());
    }
    for statement in split(sql, Dialect::Postgres, false) {
        let mut words = statement.tokens.iter().map(|token| &sql[token.start..token.end]);
        if words.next().is_some_and(|word| word.eq_ignore_ascii_case("COPY"))
            && words.any(|word| word.eq_ignore_ascii_case("STDIN"))
        {
            let refused =
                Failure::new(FailureKind::Unsupported, "COPY ... FROM STDIN takes its rows from psql's input");
            return Err(Failure { offset: Some(statement.span.start), ..refused }
                .hinted("write the rows as INSERT, as Prisma and Drizzle need them too"));
        }
    }
    Ok(())
}
