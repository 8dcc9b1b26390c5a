//! Where a database is, and how to get in. Read from a URL in `url.rs`.

use crate::secret::Secret;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use unmigrate_kernel::Dialect;

/// A database that the drivers of this crate can connect to. Prints without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// PostgreSQL, or what speaks its protocol.
    Postgres(Endpoint),
    /// MySQL or MariaDB.
    Mysql(Endpoint),
    /// SQLite.
    Sqlite(Place),
}

/// A database on a server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Endpoint {
    /// Where the server may be, in the order in which they are tried; never empty.
    pub hosts: Vec<Host>,
    /// Who connects; the driver's own default where there is none.
    pub user: Option<String>,
    /// The password.
    pub password: Option<Secret>,
    /// The database; none: PostgreSQL takes the user's name, MySQL selects none.
    pub database: Option<String>,
    /// PostgreSQL's schema, as Prisma's `?schema=` has it: the search path.
    pub schema: Option<String>,
    /// PostgreSQL's `options`, as libpq has them: `-c statement_timeout=1s`.
    pub options: Option<String>,
    /// The name that this session goes by on the server.
    pub application: Option<String>,
    /// Encryption.
    pub tls: Tls,
    /// How long to wait for a connection; none: without end.
    pub connect_timeout: Option<Duration>,
    /// PostgreSQL: whether the password's exchange is bound to the encrypted channel.
    pub channel_binding: ChannelBinding,
    /// Says of itself that a pooler stands in between that hands every transaction another session (`pgbouncer=true`).
    pub pooled: bool,
    /// PostgreSQL: of several hosts, only one that can be written to (`target_session_attrs=read-write`).
    pub writable: bool,
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A name or an address, and its port.
    Tcp {
        /// The name or the address, without brackets.
        name: String,
        /// The port.
        port: u16,
    },
    /// A Unix socket.
    Socket {
        /// PostgreSQL: the folder of the socket. MySQL: the socket itself.
        path: PathBuf,
        /// PostgreSQL: the port, which is part of the socket's name.
        port: u16,
    },
}

/// Encryption of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tls {
    /// How much of it.
    pub mode: TlsMode,
    /// Whom to trust instead of the authorities that everybody trusts.
    pub roots: Option<Pem>,
    /// Who we are: a certificate and its key.
    pub identity: Option<(Pem, Pem)>,
}

/// How much encryption, in libpq's words. Over a Unix socket there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum TlsMode {
    /// None.
    #[default]
    Disable,
    /// Where the server offers it, with whoever answers.
    Prefer,
    /// Always, with whoever answers.
    Require,
    /// Always, and the certificate comes from somebody who is trusted.
    VerifyCa,
    /// And it is made out for this host.
    VerifyFull,
}

/// Certificates or a key in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pem {
    /// In a file.
    File(PathBuf),
    /// Said in so many words; maybe a key.
    Text(Secret),
}

/// PostgreSQL's `channel_binding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChannelBinding {
    /// Never.
    Disable,
    /// Where both sides can.
    #[default]
    Prefer,
    /// Or no connection.
    Require,
}

/// Where an SQLite database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file, which has to be there.
    File(PathBuf),
    /// In memory, for one session.
    Memory,
    /// In memory, for all sessions of this process that know its name. Goes with the last of them.
    Shared(String),
}

impl Target {
    /// Whose SQL it takes, as far as the URL tells: CockroachDB says so only itself.
    pub fn dialect(&self) -> Dialect {
        match self {
            Target::Postgres(_) => Dialect::Postgres,
            Target::Mysql(_) => Dialect::Mysql,
            Target::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// The database's name on its server; none where the URL has none, and for SQLite.
    pub fn database(&self) -> Option<&str> {
        self.endpoint()?.database.as_deref()
    }

    /// The server's side of it; none for SQLite.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        match self {
            Target::Postgres(endpoint) | Target::Mysql(endpoint) => Some(endpoint),
            Target::Sqlite(_) => None,
        }
    }

    /// Does it say of itself that it goes through a pooler that keeps no session (`pgbouncer=true`)?
    pub fn says_pooled(&self) -> bool {
        self.endpoint().is_some_and(|endpoint| endpoint.pooled)
    }

    /// The same server, another database (or none), and no schema. SQLite stays what it is.
    pub fn with_database(&self, name: Option<&str>) -> Target {
        let elsewhere =
            |endpoint: &Endpoint| Endpoint { database: name.map(str::to_owned), schema: None, ..endpoint.clone() };
        match self {
            Target::Postgres(endpoint) => Target::Postgres(elsewhere(endpoint)),
            Target::Mysql(endpoint) => Target::Mysql(elsewhere(endpoint)),
            Target::Sqlite(_) => self.clone(),
        }
    }

    /// The same database, another schema. Nothing changes but on PostgreSQL.
    pub fn with_schema(&self, name: Option<&str>) -> Target {
        match self {
            Target::Postgres(endpoint) => {
                Target::Postgres(Endpoint { schema: name.map(str::to_owned), ..endpoint.clone() })
            }
            other => other.clone(),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Host::Tcp { name, port } if name.contains(':') => write!(f, "[{name}]:{port}"),
            Host::Tcp { name, port } => write!(f, "{name}:{port}"),
            Host::Socket { path, .. } => write!(f, "{}", path.display()),
        }
    }
}

impl fmt::Display for Target {
    /// As a URL without password: `postgresql://user@host:5432/name?schema=app`. To be read, not to be parsed.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (scheme, endpoint) = match self {
            Target::Postgres(endpoint) => ("postgresql", endpoint),
            Target::Mysql(endpoint) => ("mysql", endpoint),
            Target::Sqlite(Place::File(path)) => return write!(f, "{}", path.display()),
            Target::Sqlite(_) => return f.write_str(":memory:"),
        };
        write!(f, "{scheme}://")?;
        endpoint.user.as_ref().map_or(Ok(()), |user| write!(f, "{user}@"))?;
        let hosts: Vec<String> = endpoint.hosts.iter().map(Host::to_string).collect();
        f.write_str(&hosts.join(","))?;
        endpoint.database.as_ref().map_or(Ok(()), |name| write!(f, "/{name}"))?;
        endpoint.schema.as_ref().map_or(Ok(()), |name| write!(f, "?schema={name}"))
    }
}

impl Place {
    /// The file, where there is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Place::File(path) => Some(path),
            Place::Memory | Place::Shared(_) => None,
        }
    }
}
