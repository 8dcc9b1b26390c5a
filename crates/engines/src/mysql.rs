//! MySQL and MariaDB.

use crate::database::{Abilities, Database, Failure, FailureKind};
use crate::target::{Endpoint, Host, Pem, Tls, TlsMode};
use crate::tls::{self, Strictness, strictness};
use mysql::prelude::Queryable;
use mysql::{ClientIdentity, Conn, DriverError, Error, OptsBuilder, SslOpts, Value};
use std::error::Error as _;
use std::path::PathBuf;
use tempfile::NamedTempFile;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::answer::Rows;
use unmigrate_kernel::split::{BREAKPOINT, split};

/// One session.
pub struct Mysql {
    connection: Conn,
}

impl Mysql {
    /// Opens one.
    ///
    /// # Errors
    /// As [`connect`](crate::connect).
    pub fn connect(endpoint: &Endpoint) -> Result<Mysql, Failure> {
        // The driver takes the process's own; where somebody set it before, theirs is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut last = Failure::new(FailureKind::Unsupported, "the URL names no host");
        for host in &endpoint.hosts {
            match open(endpoint, host) {
                Ok(connection) => return Ok(Mysql { connection }),
                Err(failure) if failure.kind != FailureKind::Lost => return Err(failure),
                Err(failure) => last = failure,
            }
        }
        Err(last)
    }
}

impl Database for Mysql {
    fn dialect(&self) -> Dialect {
        Dialect::Mysql
    }

    fn abilities(&self) -> Abilities {
        Abilities { pinned_session: true, transactions: true }
    }

    fn execute(&mut self, sql: &str) -> Result<u64, Failure> {
        self.connection.query_drop(sql).map_err(|e| failure(&e))?;
        Ok(self.connection.affected_rows())
    }

    fn script(&mut self, sql: &str) -> Result<(), Failure> {
        for statement in split(sql, Dialect::Mysql, sql.contains(BREAKPOINT)) {
            let start = statement.span.start;
            self.connection
                .query_drop(&sql[statement.span])
                .map_err(|e| Failure { offset: Some(start), ..failure(&e) })?;
        }
        Ok(())
    }

    fn query(&mut self, sql: &str) -> Result<Rows, Failure> {
        let mut answer = self.connection.query_iter(sql).map_err(|e| failure(&e))?;
        let columns = answer.columns().as_ref().iter().map(|c| c.name_str().into_owned()).collect();
        let mut rows = Vec::new();
        for row in answer.by_ref() {
            rows.push(row.map_err(|e| failure(&e))?.unwrap().into_iter().map(text).collect());
        }
        Ok(Rows { columns, rows })
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::NULL => None,
        Value::Bytes(bytes) => Some(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(other) => hex("0x", other.as_bytes(), ""),
        }),
        // The text protocol has none of these.
        other => Some(other.as_sql(true)),
    }
}

/// Bytes in capital hexadecimal digits.
pub(crate) fn hex(before: &str, bytes: &[u8], after: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(before.len() + 2 * bytes.len() + after.len());
    out.push_str(before);
    for byte in bytes {
        let _ = write!(out, "{byte:02X}");
    }
    out.push_str(after);
    out
}

fn open(endpoint: &Endpoint, host: &Host) -> Result<Conn, Failure> {
    let options = OptsBuilder::new()
        .user(endpoint.user.as_deref())
        .pass(endpoint.password.as_ref().map(|password| password.expose()))
        .db_name(endpoint.database.as_deref())
        .tcp_connect_timeout(endpoint.connect_timeout)
        // The driver would go from an address of this machine to the socket: another account, to MySQL.
        .prefer_socket(false);
    match host {
        Host::Socket { path, .. } => {
            let path = path
                .to_str()
                .ok_or_else(|| Failure::new(FailureKind::Unsupported, "the socket's path is not valid Unicode"))?;
            Conn::new(options.socket(Some(path))).map_err(|e| unreachable(&e, host))
        }
        Host::Tcp { name, port } => {
            over_network(options.ip_or_hostname(Some(name.as_str())).tcp_port(*port), &endpoint.tls)
                .map_err(|e| e.unwrap_or_else(|e| unreachable(&e, host)))
        }
    }
}

fn over_network(options: OptsBuilder, tls: &Tls) -> Result<Conn, Result<Failure, Error>> {
    if tls.mode == TlsMode::Disable {
        return Conn::new(options).map_err(Err);
    }
    let (encryption, _files) = encryption(tls).map_err(Ok)?;
    match Conn::new(options.clone().ssl_opts(encryption)) {
        Err(Error::DriverError(DriverError::TlsNotSupported)) if tls.mode == TlsMode::Prefer => {
            Conn::new(options).map_err(Err)
        }
        other => other.map_err(Err),
    }
}

/// What the driver wants to know; it reads certificates only from files, which have to stay until it has.
fn encryption(tls: &Tls) -> Result<(SslOpts, Vec<NamedTempFile>), Failure> {
    // What the driver would stumble over, in better words.
    tls::config(tls)?;
    let strictness = strictness(tls);
    let mut files = Vec::new();
    let roots = tls.roots.as_ref().map(|pem| in_a_file(pem, &mut files)).transpose()?;
    let identity = match &tls.identity {
        None => None,
        Some((certificate, key)) => {
            let (certificate, key) = (in_a_file(certificate, &mut files)?, in_a_file(key, &mut files)?);
            Some(ClientIdentity::new(certificate, key))
        }
    };
    let options = SslOpts::default()
        .with_root_cert_path(roots)
        .with_client_identity(identity)
        .with_danger_accept_invalid_certs(strictness == Strictness::Nobody)
        .with_danger_skip_domain_validation(strictness == Strictness::Issuer);
    Ok((options, files))
}

/// A file that only this user can read, and that goes when the driver has read it.
fn in_a_file(pem: &Pem, files: &mut Vec<NamedTempFile>) -> Result<PathBuf, Failure> {
    let text = match pem {
        Pem::File(path) => return Ok(path.clone()),
        Pem::Text(text) => text,
    };
    let refused = |e: std::io::Error| {
        Failure::new(FailureKind::Unsupported, format!("the certificate can't be handed to the driver: {e}"))
    };
    let mut file = NamedTempFile::new().map_err(refused)?;
    std::io::Write::write_all(&mut file, text.expose().as_bytes()).map_err(refused)?;
    let path = file.path().to_owned();
    files.push(file);
    Ok(path)
}

fn unreachable(error: &Error, host: &Host) -> Failure {
    let failure = failure(error);
    match failure.code {
        Some(_) => failure,
        None => Failure { message: format!("MySQL at {host}: {}", failure.message), ..failure },
    }
}

fn failure(error: &Error) -> Failure {
    match error {
        Error::MySqlError(said) => Failure {
            code: Some(said.state.clone()),
            number: Some(said.code),
            ..Failure::new(kind_of(said.code, &said.state), said.message.clone())
        },
        Error::DriverError(DriverError::TlsNotSupported) => {
            Failure::new(FailureKind::Unsupported, "the server offers no encryption, and the URL asks for it")
        }
        Error::TlsError(error) => Failure::new(FailureKind::Unsupported, error.to_string()),
        Error::IoError(error) => of_connection(error),
        Error::DriverError(
            error @ (DriverError::UnknownAuthPlugin(_)
            | DriverError::OldMysqlPasswordDisabled
            | DriverError::CleartextPluginDisabled),
        ) => Failure::new(FailureKind::Unsupported, error.to_string()),
        Error::DriverError(error) => Failure::new(FailureKind::Lost, error.to_string()),
        Error::CodecError(error) => match error.source().and_then(|cause| cause.downcast_ref()) {
            Some(cause) => of_connection(cause),
            None => Failure::new(FailureKind::Lost, error.to_string()),
        },
        // These hold values of rows or of the URL, and nothing that is done here makes them.
        Error::UrlError(_) | Error::FromValueError(_) | Error::FromRowError(_) => {
            Failure::new(FailureKind::Unsupported, "the driver could not read what it was given")
        }
    }
}

/// Also what rustls says of a certificate comes along as one of these.
fn of_connection(error: &std::io::Error) -> Failure {
    let refused = error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>());
    Failure::new(if refused { FailureKind::Unsupported } else { FailureKind::Lost }, error.to_string())
}

/// What an error's number means for whoever asked; its SQLSTATE often says nothing.
pub(crate) fn kind_of(number: u16, state: &str) -> FailureKind {
    match number {
        1044 | 1095 | 1142 | 1143 | 1227 | 1370 | 1410 | 1419 | 1290 | 1836 => FailureKind::Denied,
        1045 | 1130 | 1698 | 1820 | 3118 => FailureKind::Unauthorized,
        1205 | 1213 | 3572 => FailureKind::Locked,
        1317 | 1969 | 3024 => FailureKind::TimedOut,
        1040 | 1053 | 1077 | 1079 | 1080 | 1152 | 1927 | 2006 | 2013 => FailureKind::Lost,
        _ if state.starts_with("08") => FailureKind::Lost,
        _ => FailureKind::Refused,
    }
}
