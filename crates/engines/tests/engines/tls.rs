//! Encryption, over servers of the tests' own that have a certificate from an authority of the tests' own.

#![cfg(unix)]

use crate::common::first;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use unmigrate_engines::{FailureKind, Target, connect};
use unmigrate_kernel::Dialect;

fn run(command: &mut Command) -> Output {
    let out = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(out.status.success(), "{command:?}: {}", String::from_utf8_lossy(&out.stderr));
    out
}

/// An authority, a certificate for `localhost`, and one for a client called `postgres`.
fn certificates(folder: &Path) {
    let script = "
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=another -keyout other.key -out other.pem
        for name in server postgres; do
          openssl req -newkey rsa:2048 -nodes -subj /CN=$name -keyout $name.key -out $name.csr
          echo subjectAltName=DNS:localhost > $name.ext
          openssl x509 -req -days 2 -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile $name.ext -out $name.pem
        done
        chmod 644 *.pem *.key; chmod 600 server.key";
    run(Command::new("sh").args(["-ec", script]).current_dir(folder));
}

/// Starts a server in a folder with the script that starts all servers of the tests, and stops it in the end.
struct Own {
    folder: tempfile::TempDir,
    port: u16,
}

impl Own {
    fn start(word: &str) -> Own {
        let folder = tempfile::Builder::new().prefix("unmigrate-tls").tempdir().unwrap();
        run(Command::new("chmod").arg("755").arg(folder.path()));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let own = Own { folder, port };
        run(own.script().arg(word));
        certificates(own.folder.path());
        own
    }

    fn script(&self) -> Command {
        let mut command = Command::new("sh");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/servers.sh"));
        command.env("UNMIGRATE_TEST_SERVERS", self.folder.path());
        command.env("UNMIGRATE_TEST_POSTGRES_PORT", self.port.to_string());
        command.env("UNMIGRATE_TEST_MYSQL_PORT", self.port.to_string());
        command
    }

    /// Gives the files to whoever the server runs as.
    fn hand_over(&self, user: &str) {
        let script = format!("[ $(id -u) != 0 ] || chown {user} server.*");
        run(Command::new("sh").args(["-ec", &script]).current_dir(self.folder.path()));
    }

    /// A URL, with relative paths of certificates from the folder.
    fn target(&self, url: &str) -> Target {
        let url = url.replace("PORT", &self.port.to_string());
        Target::parse(&url, self.folder.path()).expect(&url)
    }

    fn encrypted(&self, url: &str, question: &str) -> String {
        let mut session = connect(&self.target(url)).unwrap_or_else(|e| panic!("{url}: {e}"));
        first(&mut *session, question)
    }

    fn refused(&self, url: &str) -> FailureKind {
        let failure = connect(&self.target(url)).err().unwrap_or_else(|| panic!("{url} was let in"));
        eprintln!("{url}: {failure:?}");
        assert!(!failure.message.is_empty());
        failure.kind
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = self.script().arg("stop").output();
    }
}

#[test]
fn postgres() {
    const ASK: &str = "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let own = Own::start("postgres");
    own.hand_over("postgres");
    let plain = "postgresql://postgres@localhost:PORT/postgres";
    let at = |query: &str| format!("{plain}?{query}");
    assert_eq!(own.encrypted(&at("sslmode=prefer"), ASK), "false", "a server without a certificate");
    assert_eq!(own.refused(&at("sslmode=require")), FailureKind::Unsupported);

    let mut admin = connect(&own.target(plain)).unwrap();
    let folder = own.folder.path().display();
    for (name, value) in [("ssl_cert_file", "server.pem"), ("ssl_key_file", "server.key"), ("ssl_ca_file", "ca.pem")] {
        admin.execute(&format!("ALTER SYSTEM SET {name} = '{folder}/{value}'")).unwrap();
    }
    admin.execute("ALTER SYSTEM SET ssl = on").unwrap();
    admin.script("CREATE ROLE guarded LOGIN PASSWORD 'canary'").unwrap();
    let file = first(&mut *admin, "SHOW hba_file");
    let rules = "hostssl all guarded all scram-sha-256\nhostssl all postgres 127.0.0.2/32 cert\n";
    let old = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{rules}{old}")).unwrap();
    admin.execute("SELECT pg_reload_conf()").unwrap();
    for _ in 0..100 {
        // The postmaster reads it in its own time.
        if own.encrypted(plain, ASK) == "true" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }

    for (query, encrypted) in [
        ("", "true"),
        ("sslmode=disable", "false"),
        ("sslmode=prefer", "true"),
        ("sslmode=require", "true"),
        ("sslmode=no-verify", "true"),
        ("sslmode=require&sslrootcert=ca.pem", "true"),
        ("sslmode=require&sslcert=ca.pem", "true"),
        ("sslmode=verify-ca&sslrootcert=ca.pem", "true"),
        ("sslmode=verify-full&sslrootcert=ca.pem", "true"),
        ("sslaccept=accept_invalid_certs&sslmode=require&sslcert=other.pem", "true"),
    ] {
        assert_eq!(own.encrypted(&at(query), ASK), encrypted, "{query}");
    }
    for query in [
        "sslmode=verify-full",
        "sslmode=verify-ca",
        "sslmode=verify-full&sslrootcert=other.pem",
        "sslmode=require&sslrootcert=other.pem",
        "sslmode=require&sslaccept=strict",
        "sslmode=require&sslrootcert=none.pem",
        "sslmode=require&sslrootcert=ca.key",
        "ssl=true",
    ] {
        assert_eq!(own.refused(&at(query)), FailureKind::Unsupported, "{query}");
    }
    // An address that the certificate is not made out for.
    let elsewhere = "postgresql://postgres@127.0.0.1:PORT/postgres?sslrootcert=ca.pem&sslmode=";
    assert_eq!(own.encrypted(&format!("{elsewhere}verify-ca"), ASK), "true");
    assert_eq!(own.refused(&format!("{elsewhere}verify-full")), FailureKind::Unsupported);

    // A password, with the channel bound to it.
    let guarded = "postgresql://guarded:canary@localhost:PORT/postgres?sslmode=require&channel_binding=";
    for binding in ["require", "prefer", "disable"] {
        assert_eq!(own.encrypted(&format!("{guarded}{binding}"), ASK), "true", "{binding}");
    }
    assert_eq!(own.refused(&guarded.replace("canary", "wrong")), FailureKind::Unauthorized);

    // Somebody who shows a certificate.
    let shown = "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let query = "sslmode=verify-full&sslrootcert=ca.pem&sslcert=postgres.pem&sslkey=postgres.key";
    assert_eq!(own.encrypted(&at(query), shown), "/CN=postgres");

    // drizzle-kit's way of saying it, with the certificates as text.
    let text = |name: &str| std::fs::read_to_string(own.folder.path().join(name)).unwrap();
    let credentials = serde_json::json!({ "host": "localhost", "port": own.port, "user": "postgres", "database": "postgres",
        "ssl": { "ca": text("ca.pem"), "cert": text("postgres.pem"), "key": text("postgres.key") } });
    let found = Target::of_credentials(&credentials, Dialect::Postgres, own.folder.path()).unwrap();
    assert_eq!(first(&mut *connect(&found).unwrap(), shown), "/CN=postgres");
    assert!(!format!("{found:?}").contains("PRIVATE KEY"));
}

#[test]
fn mysql() {
    const ASK: &str =
        "SELECT variable_value <> '' FROM information_schema.session_status WHERE variable_name = 'Ssl_version'";
    let own = Own::start("mysql");
    own.hand_over("mysql");
    let plain = "mysql://root@localhost:PORT";
    let at = |query: &str| format!("{plain}?{query}");
    assert_eq!(own.encrypted(&at("ssl-mode=PREFERRED"), ASK), "0", "a server without a certificate");
    assert_eq!(own.refused(&at("ssl-mode=REQUIRED")), FailureKind::Unsupported);

    // The same data again, with certificates.
    let pid = std::fs::read_to_string(own.folder.path().join("mysql/pid")).unwrap();
    connect(&own.target(plain)).unwrap().execute("SHUTDOWN").unwrap();
    for _ in 0..600 {
        if !Path::new(&format!("/proc/{}", pid.trim())).exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let folder = own.folder.path().display();
    let start = format!(
        "as() {{ if [ $(id -u) = 0 ]; then setpriv --reuid=mysql --regid=mysql --init-groups \"$@\"; else \"$@\"; fi; }}
         as setsid -f mariadbd --no-defaults --datadir={folder}/mysql --socket={folder}/mysql/socket --pid-file={folder}/mysql/pid \
         --log-error={folder}/mysql/log --bind-address=127.0.0.1 --port={} --ssl-ca={folder}/ca.pem --ssl-cert={folder}/server.pem \
         --ssl-key={folder}/server.key </dev/null >/dev/null 2>&1",
        own.port
    );
    run(Command::new("sh").args(["-ec", &start]));
    for _ in 0..600 {
        if connect(&own.target(plain)).is_ok() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }

    for (query, encrypted) in [
        ("", "0"),
        ("ssl-mode=PREFERRED", "1"),
        ("ssl-mode=REQUIRED", "1"),
        ("sslaccept=accept_invalid_certs", "1"),
        ("ssl={\"rejectUnauthorized\":false}", "1"),
        ("sslca=ca.pem", "1"),
        ("sslaccept=strict&sslcert=ca.pem", "1"),
        ("ssl-mode=VERIFY_IDENTITY&sslca=ca.pem&sslcert=postgres.pem&sslkey=postgres.key", "1"),
    ] {
        assert_eq!(own.encrypted(&at(query), ASK), encrypted, "{query}");
    }
    for query in
        ["sslaccept=strict", "ssl=true", "sslca=other.pem", "ssl-mode=VERIFY_CA&sslca=other.pem", "sslca=none.pem"]
    {
        let kind = own.refused(&at(query));
        assert_eq!(kind, FailureKind::Unsupported, "{query}");
    }
    let elsewhere = "mysql://root@127.0.0.1:PORT?sslca=ca.pem&ssl-mode=";
    assert_eq!(own.encrypted(&format!("{elsewhere}VERIFY_CA"), ASK), "1");
    assert_eq!(own.refused(&format!("{elsewhere}VERIFY_IDENTITY")), FailureKind::Unsupported);
    let ca = std::fs::read_to_string(own.folder.path().join("ca.pem")).unwrap();
    let credentials = serde_json::json!({ "host": "localhost", "port": own.port, "user": "root", "ssl": { "ca": ca } });
    let found = Target::of_credentials(&credentials, Dialect::Mysql, own.folder.path()).unwrap();
    assert_eq!(first(&mut *connect(&found).unwrap(), ASK), "1");
}
