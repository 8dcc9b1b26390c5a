//! What stands behind the question mark.
//!
//! The tools and drivers accept different parameters and ignore the rest, and so is it here: what would only size a pool
//! (`connection_limit`, `pool_timeout`, `statement_cache_size` ...) means nothing to one session.

use super::{Failure, default_port, hosts_of, join, malformed, unsupported};
use crate::secret::Secret;
use crate::target::{ChannelBinding, Endpoint, Host, Pem, Tls, TlsMode};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::form_urlencoded;

/// Puts the parameters into an endpoint.
pub(super) fn apply(query: &str, postgres: bool, base: &Path, out: &mut Endpoint) -> Result<(), Failure> {
    let all: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    for (key, value) in &all {
        if postgres { of_postgres(key, value, out)? } else { of_mysql(key, value, base, out)? }
    }
    let ports = find(&all, "port");
    if let Some(ports) = ports.filter(|_| postgres) {
        let port = ports.split(',').next().and_then(|p| p.parse().ok());
        let port = port.ok_or_else(|| malformed("`port` is no number up to 65535"))?;
        out.hosts.iter_mut().for_each(|host| match host {
            Host::Tcp { port: own, .. } | Host::Socket { port: own, .. } => *own = port,
        });
    }
    encryption(&all, postgres, base, &mut out.tls)
}

fn find<'a>(all: &'a [(String, String)], key: &str) -> Option<&'a str> {
    all.iter().rev().find(|(k, v)| k == key && !v.is_empty()).map(|(_, v)| v.as_str())
}

fn of_postgres(key: &str, value: &str, out: &mut Endpoint) -> Result<(), Failure> {
    match key {
        "host" if !value.is_empty() => {
            // The port of the host that it takes the place of.
            let port = match out.hosts.first() {
                Some(Host::Tcp { port, .. } | Host::Socket { port, .. }) => *port,
                None => default_port(true),
            };
            out.hosts = hosts_of(value, port)?;
        }
        "user" => out.user = Some(value.to_owned()),
        "password" => out.password = Some(Secret::new(value)),
        "dbname" | "database" => out.database = Some(value.to_owned()),
        "schema" => out.schema = Some(value.to_owned()).filter(|name| !name.is_empty()),
        "options" => out.options = Some(value.to_owned()).filter(|options| !options.is_empty()),
        "application_name" => out.application = Some(value.to_owned()),
        "connect_timeout" => out.connect_timeout = seconds(value)?,
        "pgbouncer" => out.pooled = value == "true",
        "channel_binding" => {
            out.channel_binding = match value {
                "disable" => ChannelBinding::Disable,
                "prefer" | "" => ChannelBinding::Prefer,
                "require" => ChannelBinding::Require,
                _ => return Err(malformed("`channel_binding` is disable, prefer or require")),
            }
        }
        "target_session_attrs" => out.writable = matches!(value, "read-write" | "primary"),
        _ => {}
    }
    Ok(())
}

fn of_mysql(key: &str, value: &str, base: &Path, out: &mut Endpoint) -> Result<(), Failure> {
    match key {
        "socket" | "socketPath" | "unix_socket" if !value.is_empty() => {
            out.hosts = vec![Host::Socket { path: PathBuf::from(value), port: default_port(false) }];
        }
        "user" => out.user = Some(value.to_owned()),
        "password" => out.password = Some(Secret::new(value)),
        "database" => out.database = Some(value.to_owned()),
        "connect_timeout" => out.connect_timeout = seconds(value)?,
        "connectTimeout" => out.connect_timeout = milliseconds(value)?,
        "ssl" => {
            // mysql2 parses it as JSON; a word is the name of a set of certificates.
            let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
            out.tls = tls_object(&value, false, base)?;
        }
        _ => {}
    }
    Ok(())
}

fn seconds(text: &str) -> Result<Option<Duration>, Failure> {
    let seconds: u64 = text.parse().map_err(|_| malformed("`connect_timeout` is a number of seconds"))?;
    Ok((seconds > 0).then(|| Duration::from_secs(seconds)))
}

fn milliseconds(text: &str) -> Result<Option<Duration>, Failure> {
    let time: u64 = text.parse().map_err(|_| malformed("`connectTimeout` is a number of milliseconds"))?;
    Ok((time > 0).then(|| Duration::from_millis(time)))
}

/// `sslmode` and what goes with it. `sslcert` means our own certificate where there is an `sslkey` to it, as libpq has
/// it, and else the server's authority, as Prisma has it.
fn encryption(all: &[(String, String)], postgres: bool, base: &Path, tls: &mut Tls) -> Result<(), Failure> {
    if find(all, "sslidentity").is_some() {
        return Err(unsupported(
            "the URL names a PKCS#12 file (`sslidentity`), which unmigrate's own drivers can't read",
            "turn it into PEM with `openssl pkcs12 -in client-identity.p12 -nodes`, and name its parts with `sslcert` and `sslkey`",
        ));
    }
    if let Some(mode) = find(all, "sslmode").or_else(|| find(all, "ssl-mode")).or_else(|| find(all, "sslMode")) {
        tls.mode = mode_of(mode)?;
    } else if let Some(on) = find(all, "ssl").filter(|_| postgres) {
        match on {
            "true" | "1" => tls.mode = TlsMode::VerifyFull,
            "false" | "0" => tls.mode = TlsMode::Disable,
            _ => {}
        }
    }
    let file = |path: &str| Pem::File(join(base, path));
    let (certificate, key) = (find(all, "sslcert"), find(all, "sslkey"));
    match (certificate, key) {
        (Some(certificate), Some(key)) => tls.identity = Some((file(certificate), file(key))),
        (Some(authority), None) => tls.roots = Some(file(authority)),
        _ => {}
    }
    match find(all, "sslrootcert").or_else(|| find(all, "sslca")) {
        Some("system") => tls.mode = TlsMode::VerifyFull,
        Some(authority) => tls.roots = Some(file(authority)),
        None => {}
    }
    match find(all, "sslaccept") {
        Some("strict") => tls.mode = TlsMode::VerifyFull,
        Some("accept_invalid_certs") => {
            tls.mode = if postgres { tls.mode.min(TlsMode::Require) } else { TlsMode::Require };
            tls.roots = None;
        }
        Some(_) => return Err(malformed("`sslaccept` is strict or accept_invalid_certs")),
        None => {}
    }
    if tls.roots.is_some() && tls.mode < TlsMode::Require && find(all, "sslmode").is_none() {
        tls.mode = TlsMode::Require;
    }
    Ok(())
}

/// libpq's words, MySQL's, and node-postgres's `no-verify`.
fn mode_of(word: &str) -> Result<TlsMode, Failure> {
    Ok(match word.to_ascii_lowercase().replace('_', "-").as_str() {
        "disable" | "disabled" => TlsMode::Disable,
        "allow" | "prefer" | "preferred" => TlsMode::Prefer,
        "require" | "required" | "no-verify" => TlsMode::Require,
        "verify-ca" => TlsMode::VerifyCa,
        "verify-full" | "verify-identity" => TlsMode::VerifyFull,
        _ => return Err(malformed("`sslmode` is disable, prefer, require, verify-ca or verify-full")),
    })
}

/// Node's `ssl`: `true`, a word, or `{ rejectUnauthorized, ca, cert, key }` with PEM in it. mysql2 looks at the host's
/// name only when asked to (`verifyIdentity`); the drivers of PostgreSQL always do.
pub(super) fn tls_object(ssl: &Value, postgres: bool, base: &Path) -> Result<Tls, Failure> {
    let strict = if postgres { TlsMode::VerifyFull } else { TlsMode::VerifyCa };
    let text = |value: Option<&Value>| match value {
        Some(Value::String(pem)) if pem.contains("-----BEGIN") => Ok(Some(Pem::Text(Secret::new(pem.as_str())))),
        Some(Value::String(path)) => Ok(Some(Pem::File(join(base, path)))),
        None | Some(Value::Null | Value::Bool(_)) => Ok(None),
        Some(_) => Err(malformed("certificates and keys in `ssl` are texts")),
    };
    match ssl {
        Value::Null | Value::Bool(false) => Ok(Tls::default()),
        Value::Bool(true) => Ok(Tls { mode: strict, ..Tls::default() }),
        Value::String(word) if postgres => Ok(Tls { mode: mode_of(word)?, ..Tls::default() }),
        // The name of a set of certificates that mysql2 brings along.
        Value::String(_) => Ok(Tls { mode: strict, ..Tls::default() }),
        Value::Object(fields) => {
            let accepts = fields.get("rejectUnauthorized") == Some(&Value::Bool(false));
            let whole = fields.get("verifyIdentity") == Some(&Value::Bool(true));
            let mode = if accepts {
                TlsMode::Require
            } else if whole {
                TlsMode::VerifyFull
            } else {
                strict
            };
            let roots = if accepts { None } else { text(fields.get("ca"))? };
            let identity = text(fields.get("cert"))?.zip(text(fields.get("key"))?);
            Ok(Tls { mode, roots, identity })
        }
        Value::Number(_) | Value::Array(_) => Err(malformed("`ssl` is true, false, a word or an object")),
    }
}
