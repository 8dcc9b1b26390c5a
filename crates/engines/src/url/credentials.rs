//! drizzle-kit's `dbCredentials`.

use super::parameters::tls_object;
use super::{Failure, PATIENCE, Target, default_port, host_of, malformed, unsupported};
use crate::secret::Secret;
use crate::target::{Endpoint, TlsMode};
use serde_json::{Map, Value};
use std::path::Path;
use unmigrate_kernel::Dialect;

impl Target {
    /// Reads `dbCredentials` as drizzle-kit takes them: `{ url }`, or `{ host, port, user, password, database, ssl }`.
    ///
    /// # Errors
    /// As [`parse`](Self::parse); no value is repeated.
    pub fn of_credentials(value: &Value, dialect: Dialect, base: &Path) -> Result<Target, Failure> {
        let Value::Object(fields) = value else { return Err(unusable("they are no object")) };
        match fields.get("url").or_else(|| fields.get("connectionString")).or_else(|| fields.get("uri")) {
            Some(Value::String(url)) => return with_ssl(of_dialect(Target::parse(url, base)?, dialect)?, fields, base),
            Some(_) => return Err(unusable("their `url` is no text")),
            None => {}
        }
        if ["accountId", "databaseId", "secretArn", "resourceArn", "token"].iter().any(|key| fields.contains_key(*key))
        {
            return Err(unsupported(
                "the credentials are for a service that is reached over HTTP",
                "give unmigrate a driver object in its JavaScript API, made from the client that your project uses",
            ));
        }
        match dialect {
            Dialect::Postgres | Dialect::Cockroach => endpoint(fields, true, base).map(Target::Postgres),
            Dialect::Mysql => endpoint(fields, false, base).map(Target::Mysql),
            Dialect::Sqlite => Err(unusable("there is no `url` in them")),
        }
    }
}

fn endpoint(fields: &Map<String, Value>, postgres: bool, base: &Path) -> Result<Endpoint, Failure> {
    let text = |key: &str| match fields.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(unusable(&format!("their `{key}` is no text"))),
    };
    let port = match fields.get("port") {
        None | Some(Value::Null) => Some(default_port(postgres)),
        Some(Value::Number(port)) => port.as_u64().and_then(|p| u16::try_from(p).ok()),
        Some(Value::String(port)) => port.parse().ok(),
        Some(_) => None,
    };
    let port = port.ok_or_else(|| unusable("their `port` is no number up to 65535"))?;
    let host = text("host")?.ok_or_else(|| unusable("there is neither `url` nor `host` in them"))?;
    // A bare IPv6 address has brackets in a URL, and none here.
    let host = if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host };
    let tls = match fields.get("ssl") {
        // Not every driver would ask for encryption where nobody spoke of it; what is offered is taken.
        None if postgres => crate::target::Tls { mode: TlsMode::Prefer, ..Default::default() },
        ssl => tls_object(ssl.unwrap_or(&Value::Null), postgres, base)?,
    };
    Ok(Endpoint {
        hosts: vec![host_of(&host, port)?],
        user: text("user")?,
        password: text("password")?.map(Secret::new),
        database: text("database")?,
        tls,
        connect_timeout: Some(PATIENCE),
        ..Endpoint::default()
    })
}

/// A bare path is PGlite's folder where the dialect is PostgreSQL.
fn of_dialect(target: Target, dialect: Dialect) -> Result<Target, Failure> {
    match target {
        Target::Sqlite(_) if dialect.is_postgres() => Err(unsupported(
            "the credentials name a folder of PGlite, and unmigrate's own drivers speak to servers",
            "give unmigrate a driver object in its JavaScript API: a PGlite instance will do",
        )),
        target
            if target.dialect().is_postgres() == dialect.is_postgres()
                && (target.dialect() == Dialect::Sqlite) == (dialect == Dialect::Sqlite) =>
        {
            Ok(target)
        }
        _ => Err(unusable(&format!("their `url` is for another database than {}", dialect.word()))),
    }
}

/// An `ssl` beside a `url`.
fn with_ssl(target: Target, fields: &Map<String, Value>, base: &Path) -> Result<Target, Failure> {
    let Some(ssl) = fields.get("ssl").filter(|ssl| !ssl.is_null()) else { return Ok(target) };
    Ok(match target {
        Target::Postgres(endpoint) => Target::Postgres(Endpoint { tls: tls_object(ssl, true, base)?, ..endpoint }),
        Target::Mysql(endpoint) => Target::Mysql(Endpoint { tls: tls_object(ssl, false, base)?, ..endpoint }),
        other @ Target::Sqlite(_) => other,
    })
}

fn unusable(what: &str) -> Failure {
    Failure { message: format!("the database credentials can't be used: {what}"), ..malformed(what) }
}
