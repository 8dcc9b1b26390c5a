//! The URLs that Prisma, Drizzle and their drivers accept.
//!
//! What is said about a URL that can't be read never repeats a part of it: where it is malformed, nobody knows which part
//! is the password.

mod credentials;
mod parameters;
#[cfg(test)]
mod tests;

use crate::database::{Failure, FailureKind};
use crate::secret::Secret;
use crate::target::{Endpoint, Host, Place, Target, TlsMode};
use parameters::apply;
use percent_encoding::percent_decode_str;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::{Url, form_urlencoded};

/// How long to wait for a connection where the URL does not say.
const PATIENCE: Duration = Duration::from_secs(10);

const ENCODE: &str =
    "in a user name or password, write `@` as %40, `:` as %3A, `/` as %2F, `?` as %3F, `#` as %23 and `%` as %25";

impl Target {
    /// Reads a URL, or the path of an SQLite file. `base` is the folder that relative paths start from.
    ///
    /// # Errors
    /// `Unsupported`: it is malformed, or names something that is no database or needs a driver in JavaScript. The hint
    /// says what to do; no part of the URL is repeated.
    pub fn parse(url: &str, base: &Path) -> Result<Target, Failure> {
        let url = url.trim();
        let (scheme, rest) = match scheme(url) {
            Some((scheme, rest)) => (scheme, rest),
            None => return bare(url, base),
        };
        match scheme.as_str() {
            "postgres" | "postgresql" | "cockroachdb" => server(rest, true, base).map(Target::Postgres),
            "mysql" | "mariadb" => server(rest, false, base).map(Target::Mysql),
            "file" | "sqlite" => file(rest, base),
            "libsql" | "http" | "https" | "ws" | "wss" => Err(unsupported(
                "the URL is answered over HTTP by a service, and unmigrate's own drivers speak to files and servers",
                "give unmigrate a driver object in its JavaScript API, made from the client that your project uses",
            )),
            "prisma" | "prisma+postgres" => Err(unsupported(
                "the URL leads to Prisma's proxy and is not the database's own",
                "name the database's own URL (postgresql://...); for `prisma dev` that is the one it prints for direct connections",
            )),
            "sqlserver" | "mongodb" | "mongodb+srv" => Err(unsupported(
                "unmigrate knows PostgreSQL, MySQL, MariaDB, CockroachDB and SQLite, and this URL is for another database",
                "name a URL that begins with postgresql://, mysql:// or file:",
            )),
            _ => Err(malformed("its scheme is not one that unmigrate knows")
                .hinted("name a URL that begins with postgresql://, mysql:// or file:")),
        }
    }
}

/// What stands before the colon, in lower case, and what behind it. A single letter is a drive.
fn scheme(url: &str) -> Option<(String, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let is = scheme.len() > 1 && scheme.chars().all(plain) && scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    is.then(|| (scheme.to_ascii_lowercase(), rest))
}

/// A path, unless it looks like a URL that lost its beginning.
fn bare(text: &str, base: &Path) -> Result<Target, Failure> {
    match text {
        "" => Err(malformed("it is empty")),
        text if text.contains('@') || text.contains("//") => {
            Err(malformed("it does not begin with a scheme").hinted("it begins with postgresql://, mysql:// or file:"))
        }
        text => Ok(Target::Sqlite(place(text, base))),
    }
}

/// What follows `file:` or `sqlite:`.
fn file(rest: &str, base: &Path) -> Result<Target, Failure> {
    if let Some(absolute) = rest.strip_prefix("//").filter(|r| r.starts_with('/') || r.starts_with("localhost/")) {
        let url = Url::parse(&format!("file://{absolute}")).map_err(|e| malformed(&e.to_string()))?;
        let path = url.to_file_path().map_err(|()| malformed("it is no file's"))?;
        return Ok(Target::Sqlite(Place::File(path)));
    }
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let in_memory = form_urlencoded::parse(query.as_bytes()).any(|(key, value)| key == "mode" && value == "memory");
    match path {
        _ if in_memory => Ok(Target::Sqlite(Place::Memory)),
        "" => Err(malformed("it names no file")),
        path => Ok(Target::Sqlite(place(path, base))),
    }
}

fn place(path: &str, base: &Path) -> Place {
    if path == ":memory:" { Place::Memory } else { Place::File(join(base, path)) }
}

/// Without the `.` in the middle, which would stand in every message.
fn join(base: &Path, path: &str) -> PathBuf {
    base.join(path.strip_prefix("./").unwrap_or(path))
}

/// `//user:password@host:port,host:port/database?parameters`. The authority is taken apart here, since a list of hosts,
/// and a user without a host, are no URLs to the URL standard.
fn server(rest: &str, postgres: bool, base: &Path) -> Result<Endpoint, Failure> {
    let rest = rest.strip_prefix("//").ok_or_else(|| malformed("there is no `//` behind its scheme"))?;
    if rest.contains('#') {
        return Err(malformed("there is a `#` in it, which ends a URL").hinted(ENCODE));
    }
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if tail.contains('@') {
        return Err(malformed("there is a `@` behind the host").hinted(ENCODE));
    }
    let (login, hosts) = authority.rsplit_once('@').map_or((None, authority), |(login, hosts)| (Some(login), hosts));
    let mut out = Endpoint { connect_timeout: Some(PATIENCE), ..Endpoint::default() };
    if postgres {
        out.tls.mode = TlsMode::Prefer;
    }
    if let Some(login) = login {
        let (user, password) = login.split_once(':').map_or((login, None), |(user, word)| (user, Some(word)));
        out.user = Some(decoded(user)?).filter(|user| !user.is_empty());
        // The server, and everybody, would say the name, and with it the password.
        if out.user.as_ref().is_some_and(|user| user.contains(':')) {
            return Err(malformed("the `:` between its user name and password is percent-encoded").hinted(ENCODE));
        }
        out.password = password.map(decoded).transpose()?.map(Secret::new);
    }
    out.hosts = hosts_of(hosts, default_port(postgres))?;
    let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
    let name = path.strip_prefix('/').unwrap_or(path);
    if name.trim_end_matches('/').contains('/') {
        return Err(malformed("there is more than a database's name in its path").hinted(ENCODE));
    }
    out.database = Some(decoded(name.trim_end_matches('/'))?).filter(|name| !name.is_empty());
    apply(query, postgres, base, &mut out)?;
    if out.hosts.is_empty() {
        out.hosts.push(Host::Tcp { name: "localhost".to_owned(), port: default_port(postgres) });
    }
    Ok(out)
}

fn default_port(postgres: bool) -> u16 {
    if postgres { 5432 } else { 3306 }
}

/// `host:port,host:port`; none where there is nothing.
fn hosts_of(text: &str, default: u16) -> Result<Vec<Host>, Failure> {
    text.split(',').filter(|host| !host.is_empty()).map(|host| host_of(host, default)).collect()
}

fn host_of(text: &str, default: u16) -> Result<Host, Failure> {
    // A socket's path may hold colons: `/cloudsql/project:region:instance`.
    if text.starts_with('/') {
        return Ok(Host::Socket { path: PathBuf::from(decoded(text)?), port: default });
    }
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (text, ""),
    };
    let port = match port {
        "" => default,
        port => port.parse().map_err(|_| malformed("its port is no number up to 65535").hinted(ENCODE))?,
    };
    let name = decoded(name)?;
    if name.starts_with('/') {
        return Ok(Host::Socket { path: PathBuf::from(name), port });
    }
    let known = url::Host::parse(if name.is_empty() { "localhost" } else { &name });
    let name = match known.map_err(|_| malformed("its host is no name and no address").hinted(ENCODE))? {
        url::Host::Domain(name) => name,
        url::Host::Ipv4(address) => address.to_string(),
        url::Host::Ipv6(address) => address.to_string(),
    };
    Ok(Host::Tcp { name, port })
}

fn decoded(text: &str) -> Result<String, Failure> {
    let text = percent_decode_str(text).decode_utf8();
    let text = text.map_err(|_| malformed("what is percent-encoded in it is not UTF-8"))?;
    if text.contains('\0') { Err(malformed("there is a NUL in it")) } else { Ok(text.into_owned()) }
}

fn malformed(what: &str) -> Failure {
    Failure::new(FailureKind::Unsupported, format!("the database URL can't be used: {what}"))
}

fn unsupported(what: &str, help: &str) -> Failure {
    Failure::new(FailureKind::Unsupported, what).hinted(help)
}
