//! What PostgreSQL sends back for one text of the simple query protocol, where a driver hands over the bytes: PGlite does, and
//! to take them apart here costs a fraction of what its own objects in JavaScript do.
//!
//! The messages: <https://www.postgresql.org/docs/current/protocol-message-formats.html>.

use crate::database::{Failure, FailureKind};
use crate::embedded::Said;
use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::{DataRowBody, ErrorResponseBody, Message};
use std::io;
use std::ops::Range;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Rows;

/// What a text of statements gave.
#[derive(Debug, Default)]
pub struct Given {
    /// Of the last statement that gives rows.
    pub rows: Rows,
    /// The rows that the last statement changed, or gave.
    pub count: u64,
}

/// Takes apart what came back for `sql`: all of it, to the word that the server is ready again.
///
/// # Errors
/// What the server refused, its first; `Unsupported` where these are not its messages.
pub fn given(answer: &[u8], sql: &str) -> Result<Given, Failure> {
    let strange =
        |why: io::Error| Failure::new(FailureKind::Unsupported, format!("the driver's answer can't be read: {why}"));
    match messages(answer).map_err(strange)? {
        Ok(given) => Ok(given),
        Err(said) => Err(said.failure(Dialect::Postgres, sql)),
    }
}

fn messages(answer: &[u8]) -> io::Result<Result<Given, Said>> {
    let mut bytes = BytesMut::from(answer);
    let mut given = Given::default();
    let mut refused = None;
    while let Some(message) = Message::parse(&mut bytes)? {
        match message {
            Message::RowDescription(columns) => {
                let columns = columns.fields().map(|field| Ok(field.name().to_owned())).collect()?;
                given.rows = Rows { columns, rows: Vec::new() };
            }
            Message::DataRow(row) => given.rows.rows.push(values(&row)?),
            Message::CommandComplete(done) => given.count = count(done.tag()?),
            Message::ErrorResponse(error) => refused = refused.or(Some(said(&error)?)),
            Message::ReadyForQuery(_) => return Ok(refused.map_or(Ok(given), Err)),
            _ => {}
        }
    }
    Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it ends too early"))
}

fn values(row: &DataRowBody) -> io::Result<Vec<Option<String>>> {
    let value = |range: Option<Range<usize>>| range.and_then(|range| row.buffer().get(range)).map(text).transpose();
    row.ranges().map(value).collect()
}

/// `INSERT 0 3`, `SELECT 3`, `CREATE TABLE`.
fn count(tag: &str) -> u64 {
    tag.rsplit(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default()
}

fn said(error: &ErrorResponseBody) -> io::Result<Said> {
    let mut said = Said::default();
    let mut fields = error.fields();
    while let Some(field) = fields.next()? {
        let value = || text(field.value_bytes());
        match field.type_() {
            b'C' => said.code = Some(value()?),
            b'M' => said.message = value()?,
            b'D' => said.detail = Some(value()?),
            b'H' => said.hint = Some(value()?),
            b'P' => said.position = value()?.parse().ok(),
            _ => {}
        }
    }
    Ok(said)
}

fn text(bytes: &[u8]) -> io::Result<String> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(tag: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap_or_default().to_be_bytes();
        [&[tag][..], &length, body].concat()
    }

    fn field(name: &str) -> Vec<u8> {
        [name.as_bytes(), &[0; 19]].concat()
    }

    #[test]
    fn rows_counts_and_nulls() {
        let columns = [&[0, 2][..], &field("a"), &field("ö")].concat();
        let row = [&[0, 2, 0, 0, 0, 2][..], b"12", &(-1i32).to_be_bytes()].concat();
        let answer = [message(b'T', &columns), message(b'D', &row), message(b'C', b"SELECT 1\0"), message(b'Z', b"I")];
        let given = given(&answer.concat(), "").unwrap_or_default();
        assert_eq!(given.rows.columns, ["a", "ö"]);
        assert_eq!(given.rows.rows, [[Some("12".to_owned()), None]]);
        assert_eq!((given.count, count("CREATE TABLE"), count("INSERT 0 7")), (1, 0, 7));
    }

    #[test]
    fn the_first_refusal_is_the_answer() {
        let error = |code: &str, at: &str| message(b'E', format!("SERROR\0C{code}\0Mno\0Dwhy\0P{at}\0\0").as_bytes());
        let answer =
            [message(b'C', b"BEGIN\0"), error("42703", "3"), error("25P02", "1"), message(b'Z', b"E")].concat();
        let failure = given(&answer, "ö x").err();
        let seen = failure.as_ref().map(|f| (f.code.as_deref(), f.message.as_str(), f.offset));
        assert_eq!(seen, Some((Some("42703"), "no: why", Some(3))));
    }

    #[test]
    fn what_is_cut_off_is_no_answer() {
        let cut = message(b'C', b"BEGIN\0");
        for answer in [&cut[..], &cut[..4], b"nonsense", b""] {
            assert_eq!(given(answer, "").err().map(|f| f.kind), Some(FailureKind::Unsupported));
        }
    }
}
