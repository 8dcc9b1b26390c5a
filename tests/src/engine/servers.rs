//! Where the servers are. One that is not there is started by `servers.sh`, or the cases fail: none is left out unasked.

use super::Outcome;
use std::net::{TcpStream, ToSocketAddrs};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

/// A server that cases need.
#[derive(Debug, Clone, Copy)]
pub struct Server {
    /// As people write it.
    pub name: &'static str,
    /// The variable that names another than the usual one, or `none`.
    pub variable: &'static str,
    usual: &'static str,
    port: u16,
    word: &'static str,
}

impl Server {
    /// PostgreSQL.
    pub const POSTGRES: Server = Server {
        name: "PostgreSQL",
        variable: "UNMIGRATE_TEST_POSTGRES",
        usual: "postgres://postgres@127.0.0.1:5432",
        port: 5432,
        word: "postgres",
    };
    /// MariaDB or MySQL.
    pub const MYSQL: Server = Server {
        name: "MariaDB",
        variable: "UNMIGRATE_TEST_MYSQL",
        usual: "mysql://root@127.0.0.1:3306",
        port: 3306,
        word: "mysql",
    };

    /// Its URL, without a database; one that does not answer is started first, where that can be done.
    pub fn url(self) -> Outcome<String> {
        if let Ok(url) = std::env::var(self.variable) {
            return Ok(url);
        }
        static STARTING: Mutex<()> = Mutex::new(());
        let _one_at_a_time = STARTING.lock();
        if !self.answers() {
            self.start()?;
        }
        Ok(self.usual.to_string())
    }

    fn answers(self) -> bool {
        let addresses = ("127.0.0.1", self.port).to_socket_addrs().into_iter().flatten();
        addresses.into_iter().any(|a| TcpStream::connect_timeout(&a, Duration::from_secs(2)).is_ok())
    }

    fn start(self) -> Outcome<()> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/servers.sh");
        let run = Command::new("sh").arg(script).arg(self.word).output();
        let why = match run {
            Ok(out) if out.status.success() && self.answers() => return Ok(()),
            Ok(out) => String::from_utf8_lossy(&out.stderr).trim().to_string(),
            Err(e) => e.to_string(),
        };
        Err(format!(
            "no {} at {}, and it could not be started: {why}\n\
             name one with {}, or set it to `none` to leave its cases out",
            self.name, self.usual, self.variable
        ))
    }
}

/// Did somebody say that the cases of this server are not to run?
pub fn given_up(server: Server) -> bool {
    std::env::var(server.variable).is_ok_and(|v| v == "none")
}
