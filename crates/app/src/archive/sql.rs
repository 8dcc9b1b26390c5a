//! Texts in SQL.

use unmigrate_kernel::Dialect;

/// A string that means the same whatever the session's settings are. A NUL, which no engine's text holds, is left out.
pub fn literal(text: &str, dialect: Dialect) -> String {
    let text = text.replace('\0', "");
    match dialect {
        // There a backslash may or may not escape.
        Dialect::Mysql if text.contains('\\') => {
            let hex: String = text.bytes().map(|b| format!("{b:02x}")).collect();
            format!("CONVERT(X'{hex}' USING utf8mb4)")
        }
        Dialect::Postgres | Dialect::Cockroach if text.contains('\\') => {
            format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
        }
        _ => format!("'{}'", text.replace('\'', "''")),
    }
}

/// A type for long texts.
pub fn long_text(dialect: Dialect) -> &'static str {
    if dialect == Dialect::Mysql { "LONGTEXT" } else { "TEXT" }
}

/// Now, to the millisecond or so, as text in UTC.
pub fn now(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => {
            "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
        }
        Dialect::Mysql => "DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.000Z')",
        Dialect::Sqlite => "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    }
}
