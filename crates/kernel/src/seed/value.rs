//! A value, and how it is written.

use crate::Dialect;
use crate::lookup::literal;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// A number, as it is written.
    Number(String),
    /// Text, or what the engine reads from text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An expression.
    Sql(String),
}

impl Value {
    /// Text.
    pub(super) fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// A number.
    pub(super) fn number(number: impl ToString) -> Value {
        Value::Number(number.to_string())
    }

    /// As SQL.
    pub(super) fn literal(&self, dialect: Dialect) -> String {
        match self {
            Value::Null => "NULL".to_string(),
            Value::Number(sql) | Value::Sql(sql) => sql.clone(),
            Value::Text(text) => literal(text, dialect),
            Value::Bytes(bytes) if dialect.is_postgres() => format!("'\\x{}'", hex(bytes)),
            Value::Bytes(bytes) => format!("X'{}'", hex(bytes)),
        }
    }

    /// As PostgreSQL reads it inside an array or a range; none for NULL.
    pub(super) fn inner(&self) -> Option<String> {
        match self {
            Value::Null | Value::Sql(_) => None,
            Value::Number(text) | Value::Text(text) => Some(text.clone()),
            Value::Bytes(bytes) => Some(format!("\\x{}", hex(bytes))),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals() {
        let text = Value::text("it's \\ ");
        assert_eq!(text.literal(Dialect::Postgres), "'it''s \\ '");
        assert_eq!(text.literal(Dialect::Mysql), "'it''s \\\\ '");
        let bytes = Value::Bytes(vec![0, 255]);
        assert_eq!(bytes.literal(Dialect::Postgres), "'\\x00ff'");
        assert_eq!(bytes.literal(Dialect::Sqlite), "X'00ff'");
    }
}
