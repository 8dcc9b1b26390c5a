//! PostgreSQL, and what speaks its protocol.

use crate::copy_in::refuse_copy_in;
use crate::database::{Abilities, Database, Failure, FailureKind};
use crate::target::{self, Endpoint, Host, TlsMode};
use crate::tls;
use postgres::config::{ChannelBinding, SslMode, TargetSessionAttrs};
use postgres::error::{DbError, ErrorPosition};
use postgres::{Client, Config, Error, NoTls, SimpleQueryMessage};
use std::error::Error as _;
use tokio_postgres_rustls::MakeRustlsConnect;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Rows;
use unmigrate_kernel::dialect::quote;

/// One session.
pub struct Postgres {
    client: Client,
    dialect: Dialect,
    pooled: bool,
}

impl Postgres {
    /// Opens one.
    ///
    /// # Errors
    /// As [`connect`](crate::connect).
    pub fn connect(endpoint: &Endpoint) -> Result<Postgres, Failure> {
        let mut last = Failure::new(FailureKind::Unsupported, "the URL names no host");
        for host in &endpoint.hosts {
            match client(endpoint, host) {
                Ok(client) => return Postgres::settle(client, endpoint),
                // What the server itself says is the answer; another host would say the same, or is another server.
                Err(failure) if failure.kind != FailureKind::Lost => return Err(failure),
                Err(failure) => last = failure,
            }
        }
        Err(last)
    }

    fn settle(client: Client, endpoint: &Endpoint) -> Result<Postgres, Failure> {
        let mut session = Postgres { client, dialect: Dialect::Postgres, pooled: endpoint.pooled };
        // Not among the parameters of the connection: poolers refuse those that they don't know.
        if let Some(schema) = &endpoint.schema {
            session.execute(&format!("SET search_path = {}", quote(schema, Dialect::Postgres)))?;
        }
        if session.query("SELECT version()")?.first().is_some_and(|v| v.starts_with("CockroachDB")) {
            session.dialect = Dialect::Cockroach;
        }
        Ok(session)
    }
}

impl Database for Postgres {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn abilities(&self) -> Abilities {
        Abilities { pinned_session: !self.pooled, transactions: true }
    }

    fn execute(&mut self, sql: &str) -> Result<u64, Failure> {
        refuse_copy_in(sql)?;
        let messages = self.client.simple_query(sql).map_err(|e| failure(&e, sql))?;
        let counts = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::CommandComplete(count) => Some(*count),
            _ => None,
        });
        Ok(counts.last().unwrap_or_default())
    }

    fn script(&mut self, sql: &str) -> Result<(), Failure> {
        refuse_copy_in(sql)?;
        self.client.batch_execute(sql).map_err(|e| failure(&e, sql))
    }

    fn query(&mut self, sql: &str) -> Result<Rows, Failure> {
        refuse_copy_in(sql)?;
        let mut out = Rows::default();
        for message in self.client.simple_query(sql).map_err(|e| failure(&e, sql))? {
            match message {
                // Said before the rows, and also where there are none.
                SimpleQueryMessage::RowDescription(columns) => {
                    out = Rows { columns: columns.iter().map(|c| c.name().to_owned()).collect(), rows: Vec::new() };
                }
                SimpleQueryMessage::Row(row) => {
                    out.rows.push((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect());
                }
                _ => {}
            }
        }
        Ok(out)
    }
}

fn client(endpoint: &Endpoint, host: &Host) -> Result<Client, Failure> {
    let mut config = Config::new();
    // `options` is given as it is: libpq's `-c name=value`.
    endpoint.options.as_ref().map(|options| config.options(options));
    endpoint.user.as_ref().map(|user| config.user(user));
    endpoint.password.as_ref().map(|password| config.password(password.expose()));
    endpoint.database.as_ref().map(|name| config.dbname(name));
    endpoint.connect_timeout.map(|patience| config.connect_timeout(patience));
    config.application_name(endpoint.application.as_deref().unwrap_or("unmigrate"));
    config.channel_binding(match endpoint.channel_binding {
        target::ChannelBinding::Disable => ChannelBinding::Disable,
        target::ChannelBinding::Prefer => ChannelBinding::Prefer,
        target::ChannelBinding::Require => ChannelBinding::Require,
    });
    if endpoint.writable {
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    let encrypted = match host {
        Host::Tcp { name, port } => {
            config.host(name).port(*port);
            endpoint.tls.mode != TlsMode::Disable
        }
        Host::Socket { path, port } => {
            socket(&mut config, path)?;
            config.port(*port);
            false
        }
    };
    let connected = if encrypted {
        config.ssl_mode(if endpoint.tls.mode == TlsMode::Prefer { SslMode::Prefer } else { SslMode::Require });
        config.connect(MakeRustlsConnect::new(tls::config(&endpoint.tls)?))
    } else {
        config.ssl_mode(SslMode::Disable).connect(NoTls)
    };
    connected.map_err(|e| unreachable(failure(&e, ""), host))
}

#[cfg(unix)]
fn socket(config: &mut Config, folder: &std::path::Path) -> Result<(), Failure> {
    config.host_path(folder);
    Ok(())
}

#[cfg(not(unix))]
fn socket(_: &mut Config, _: &std::path::Path) -> Result<(), Failure> {
    Err(Failure::new(FailureKind::Unsupported, "there are no Unix sockets on this system"))
}

/// The server's own words need no address, the driver's do.
fn unreachable(failure: Failure, host: &Host) -> Failure {
    match failure.code {
        Some(_) => failure,
        None => Failure { message: format!("PostgreSQL at {host}: {}", failure.message), ..failure },
    }
}

/// What an error means, in the server's words where it said any.
fn failure(error: &Error, sql: &str) -> Failure {
    match error.as_db_error() {
        Some(said) => of_server(said, sql),
        None => Failure::new(kind_of_driver(error), chain(error)),
    }
}

fn of_server(said: &DbError, sql: &str) -> Failure {
    let message = match said.detail() {
        Some(detail) => format!("{}: {detail}", said.message()),
        None => said.message().to_owned(),
    };
    let offset = match said.position() {
        Some(ErrorPosition::Original(at)) => byte_of(sql, *at),
        _ => None,
    };
    Failure {
        code: Some(said.code().code().to_owned()),
        hint: said.hint().map(str::to_owned),
        offset,
        ..Failure::new(kind_of(said.code().code()), message)
    }
}

/// PostgreSQL counts characters, from 1.
pub(crate) fn byte_of(sql: &str, character: u32) -> Option<usize> {
    let at = usize::try_from(character).ok()?.checked_sub(1)?;
    sql.char_indices().map(|(byte, _)| byte).nth(at)
}

/// What an SQLSTATE means for whoever asked.
pub(crate) fn kind_of(state: &str) -> FailureKind {
    match state {
        "42501" => FailureKind::Denied,
        "28000" | "28P01" => FailureKind::Unauthorized,
        "55P03" | "40P01" | "40001" => FailureKind::Locked,
        "57014" => FailureKind::TimedOut,
        "57P01" | "57P02" | "57P03" | "57P05" | "53300" => FailureKind::Lost,
        state if state.starts_with("08") => FailureKind::Lost,
        _ => FailureKind::Refused,
    }
}

/// The driver does not let its kinds be seen; its words are what there is.
fn kind_of_driver(error: &Error) -> FailureKind {
    match error.to_string().as_str() {
        "invalid configuration" | "authentication error" => FailureKind::Unauthorized,
        "error performing TLS handshake" | "unexpected message from server" => FailureKind::Unsupported,
        _ => FailureKind::Lost,
    }
}

/// An error with all that caused it.
fn chain(error: &Error) -> String {
    let mut out = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !out.contains(&words) {
            out = format!("{out}: {words}");
        }
        cause = inner.source();
    }
    out
}
