use super::*;
use crate::target::{ChannelBinding, Pem};
use unmigrate_kernel::Dialect;

fn parse(url: &str) -> Result<Target, Failure> {
    Target::parse(url, Path::new("/base"))
}

fn endpoint(url: &str) -> Endpoint {
    match parse(url) {
        Ok(Target::Postgres(endpoint) | Target::Mysql(endpoint)) => endpoint,
        other => panic!("{url}: {other:?}"),
    }
}

fn hosts(url: &str) -> Vec<String> {
    endpoint(url).hosts.iter().map(Host::to_string).collect()
}

fn password(url: &str) -> String {
    endpoint(url).password.map(|p| p.expose().to_owned()).unwrap_or_default()
}

fn place_of(url: &str) -> Place {
    match parse(url) {
        Ok(Target::Sqlite(place)) => place,
        other => panic!("{url}: {other:?}"),
    }
}

#[test]
fn names_and_passwords() {
    let all = endpoint("postgresql://us%40er:p%40ss%3Aw%2F%C3%B6rd@db.example.com:6543/my%20db?schema=app");
    assert_eq!(all.user.as_deref(), Some("us@er"));
    assert_eq!(all.password.as_ref().map(Secret::expose), Some("p@ss:w/örd"));
    assert_eq!((all.database.as_deref(), all.schema.as_deref()), (Some("my db"), Some("app")));
    assert_eq!(password("postgres://u:a:b@c@h/d"), "a:b@c", "the last @ and the first colon count");
    assert_eq!(password("postgres://u:100%@h/d"), "100%", "a percent sign of its own stays");
    assert_eq!(endpoint("mysql://root@localhost").database, None);
    assert_eq!(endpoint("mysql://root:@localhost/").database, None);
    assert_eq!(endpoint("postgres://h/d?user=u&password=secret").user.as_deref(), Some("u"));
}

#[test]
fn where_servers_are() {
    assert_eq!(hosts("postgres://u@h/d"), ["h:5432"]);
    assert_eq!(hosts("mysql://u@h/d"), ["h:3306"]);
    assert_eq!(hosts("postgres://u@a:1,b,[::1]:3/d"), ["a:1", "b:5432", "[::1]:3"]);
    assert_eq!(hosts("postgres://u@/d"), ["localhost:5432"]);
    assert_eq!(hosts("postgres:///d"), ["localhost:5432"]);
    assert_eq!(hosts("postgres://u@under_score:1/d"), ["under_score:1"]);
    assert_eq!(hosts("postgres://u@localhost/d?host=/var/run/postgresql"), ["/var/run/postgresql"]);
    assert_eq!(hosts("postgres://u@localhost/d?host=/cloudsql/project:region:one"), ["/cloudsql/project:region:one"]);
    assert_eq!(hosts("postgres://u@%2Fvar%2Frun:6000/d"), ["/var/run"]);
    assert_eq!(hosts("postgres://u@x/d?host=a,b&port=7"), ["a:7", "b:7"]);
    assert_eq!(hosts("mysql://u@localhost/d?socket=/run/mysqld/mysqld.sock"), ["/run/mysqld/mysqld.sock"]);
    assert!(matches!(&endpoint("postgres://u@%2Frun:6000/d").hosts[..], [Host::Socket { port: 6000, .. }]));
}

#[test]
fn encryption_of_postgres() {
    let mode = |query: &str| endpoint(&format!("postgres://u@h/d?{query}")).tls.mode;
    assert_eq!(mode(""), TlsMode::Prefer);
    assert_eq!(mode("sslmode=disable"), TlsMode::Disable);
    assert_eq!(mode("sslmode=no-verify"), TlsMode::Require);
    assert_eq!(mode("sslmode=verify-full"), TlsMode::VerifyFull);
    assert_eq!(mode("sslmode=require&sslaccept=strict"), TlsMode::VerifyFull);
    assert_eq!(mode("sslmode=require&sslaccept=accept_invalid_certs"), TlsMode::Require);
    assert_eq!(mode("ssl=true"), TlsMode::VerifyFull);
    assert_eq!(mode("sslrootcert=system&sslmode=require"), TlsMode::VerifyFull);
    assert_eq!(mode("sslcert=ca.pem"), TlsMode::Require, "whoever names an authority wants to see it");
    let prisma = endpoint("postgres://u@h/d?sslmode=require&sslcert=../ca.pem").tls;
    assert_eq!(prisma.roots, Some(Pem::File("/base/../ca.pem".into())));
    let libpq = endpoint("postgres://u@h/d?sslmode=require&sslcert=c.pem&sslkey=k.pem&sslrootcert=/ca.pem").tls;
    assert_eq!(libpq.roots, Some(Pem::File("/ca.pem".into())));
    assert_eq!(libpq.identity, Some((Pem::File("/base/c.pem".into()), Pem::File("/base/k.pem".into()))));
    assert!(
        parse("postgres://u@h/d?sslidentity=c.p12&sslpassword=canary").unwrap_err().hint.unwrap().contains("openssl")
    );
}

#[test]
fn encryption_of_mysql() {
    let tls = |query: &str| endpoint(&format!("mysql://u@h/d?{query}")).tls;
    assert_eq!(tls("").mode, TlsMode::Disable);
    assert_eq!(tls("sslaccept=strict").mode, TlsMode::VerifyFull);
    assert_eq!(tls("sslaccept=accept_invalid_certs").mode, TlsMode::Require);
    assert_eq!(tls("ssl-mode=REQUIRED").mode, TlsMode::Require);
    assert_eq!(tls("ssl=true").mode, TlsMode::VerifyCa);
    assert_eq!(tls("ssl={%22rejectUnauthorized%22:false}").mode, TlsMode::Require);
    assert_eq!(tls("ssl={\"rejectUnauthorized\":true}").mode, TlsMode::VerifyCa);
    assert_eq!(tls("ssl=Amazon%20RDS").mode, TlsMode::VerifyCa);
    assert_eq!(tls("sslca=ca.pem").roots, Some(Pem::File("/base/ca.pem".into())));
}

#[test]
fn other_parameters() {
    let all = endpoint(
        "postgres://u@h/d?connect_timeout=0&options=-c+search_path%3Dx&pgbouncer=true&connection_limit=1&pool_timeout=0\
         &statement_cache_size=0&socket_timeout=3&channel_binding=require&target_session_attrs=read-write&application_name=me",
    );
    assert_eq!(all.connect_timeout, None);
    assert_eq!(all.options.as_deref(), Some("-c search_path=x"));
    assert!(all.pooled && all.writable);
    assert_eq!(all.channel_binding, ChannelBinding::Require);
    assert_eq!(all.application.as_deref(), Some("me"));
    assert_eq!(endpoint("mysql://u@h/d?connectTimeout=1500").connect_timeout, Some(Duration::from_millis(1500)));
}

#[test]
fn files() {
    let at = |path: &str| Place::File(PathBuf::from(path));
    assert_eq!(place_of("file:./dev.db"), at("/base/dev.db"));
    assert_eq!(place_of("file:dev.db?connection_limit=1"), at("/base/dev.db"));
    assert_eq!(place_of("file:../dev.db"), at("/base/../dev.db"));
    assert_eq!(place_of("file:/abs/dev.db"), at("/abs/dev.db"));
    assert_eq!(place_of("file:///abs/a%20b.db"), at("/abs/a b.db"));
    assert_eq!(place_of("file://./dev.db"), at("/base/dev.db"));
    assert_eq!(place_of("sqlite:dev.db"), at("/base/dev.db"));
    assert_eq!(place_of("sqlite://dev.db"), at("/base/dev.db"));
    assert_eq!(place_of("some/dev.db"), at("/base/some/dev.db"));
    for memory in [":memory:", "file::memory:", "file::memory:?cache=shared", "sqlite::memory:", "file:x?mode=memory"] {
        assert_eq!(place_of(memory), Place::Memory, "{memory}");
    }
}

#[test]
fn what_is_no_database_url() {
    for (url, word) in [
        ("prisma+postgres://localhost:51213/?api_key=canary", "Prisma's proxy"),
        ("prisma://accelerate.prisma-data.net/?api_key=canary", "Prisma's proxy"),
        ("libsql://x.turso.io?authToken=canary", "HTTP"),
        ("https://x.turso.io", "HTTP"),
        ("mongodb+srv://u:canary@h/d", "another database"),
        ("sqlserver://h:1433;password=canary", "another database"),
    ] {
        let failure = parse(url).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Unsupported);
        assert!(failure.message.contains(word) && failure.hint.is_some(), "{url}: {failure:?}");
        assert!(!format!("{failure:?}").contains("canary"));
    }
}

#[test]
fn credentials_of_drizzle() {
    let read =
        |json: &str, dialect| Target::of_credentials(&serde_json::from_str(json).unwrap(), dialect, Path::new("/base"));
    let parts = r#"{"host":"::1","port":6543,"user":"u","password":"canary","database":"d","ssl":{"rejectUnauthorized":false}}"#;
    let Ok(Target::Postgres(found)) = read(parts, Dialect::Postgres) else { panic!() };
    assert_eq!(found.hosts, [Host::Tcp { name: "::1".into(), port: 6543 }]);
    assert_eq!((found.tls.mode, found.password.unwrap().expose()), (TlsMode::Require, "canary"));
    let Ok(Target::Mysql(found)) = read(r#"{"host":"h","user":"u","database":"d"}"#, Dialect::Mysql) else { panic!() };
    assert_eq!((found.hosts, found.tls.mode), (vec![Host::Tcp { name: "h".into(), port: 3306 }], TlsMode::Disable));
    let url = read(r#"{"url":"postgres://u:canary@h/d","ssl":"verify-full"}"#, Dialect::Postgres).unwrap();
    assert_eq!(url.endpoint().unwrap().tls.mode, TlsMode::VerifyFull);
    assert!(matches!(read(r#"{"url":"./a.db"}"#, Dialect::Sqlite), Ok(Target::Sqlite(_))));
    for (url, dialect) in [
        ("./pgdata", Dialect::Postgres),
        ("mysql://h/d", Dialect::Postgres),
        ("mysql://h/d", Dialect::Sqlite),
        ("postgres://h/d", Dialect::Mysql),
        ("file:a.db", Dialect::Mysql),
    ] {
        let failure = read(&format!(r#"{{"url":"{url}"}}"#), dialect).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Unsupported, "{url}");
    }
    for bad in [
        r#"{"host":"canary@x:y","port":"canary"}"#,
        r#"{"url":17}"#,
        r#"{"accountId":"a","databaseId":"b","token":"canary"}"#,
        r#"{"user":"u"}"#,
        r#""canary""#,
        r#"{"host":"h","ssl":"canary"}"#,
    ] {
        let failure = read(bad, Dialect::Postgres).unwrap_err();
        assert!(!format!("{failure:?}{failure}").contains("canary"), "{bad}: {failure:?}");
    }
}

/// A password may not be seen anywhere, whatever was done to the URL around it.
#[test]
fn the_canary() {
    let secret = "canary";
    // As it is, and as percent-encoded text of it would look.
    let forms = ["canary", "%63anary", "c%61nary", "%63%61%6e%61%72%79", "CANARY-7"];
    let around = [
        "", "@", "/", "?", "#", ":", "%", "%zz", "%ff", ",", "[", " ", "\\", "\"", "'", "&", "=", "%40", "%3A", "\u{1}",
    ];
    let shapes = [
        "postgresql://user:{}@host:5432/db",
        "postgresql://user%3A{}@host:5432/db",
        "postgresql://user:{}@host:port/db",
        "postgresql://user:{}@host:5432/db/more",
        "postgresql://user:{}@ho st/db",
        "postgresql//user:{}@host/db",
        "postgresql:/user:{}@host/db",
        "postgresql:user:{}@host/db",
        "postgres//{}",
        "user:{}@host/db",
        "{}@host:1/db",
        "psql postgresql://user:{}@host/db",
        "foo://user:{}@host/db",
        "mysql://user:{}@[host/db",
        "mysql://user:{}@host/db?connect_timeout=x&ssl={bad",
        "postgresql://user:{}@host/db?sslmode=bad",
        "postgresql://host/db?user=u&password={}&channel_binding=bad",
        "postgresql://user:{}@host/db?port=bad",
        "prisma+postgres://localhost/?api_key={}",
        "libsql://user:{}@host",
    ];
    let mut refused = 0;
    for shape in shapes {
        for form in forms {
            for a in around {
                for text in [format!("{form}{a}"), format!("{a}{form}"), format!("x{a}{form}{a}y")] {
                    let url = shape.replace("{}", &text);
                    let seen = match parse(&url) {
                        Ok(target) => format!("{target} {target:?}"),
                        Err(failure) => {
                            refused += 1;
                            format!("{failure} {failure:?}")
                        }
                    };
                    let decoded = percent_decode_str(&seen).decode_utf8_lossy().to_lowercase();
                    assert!(!decoded.contains(secret), "{url}\n{seen}");
                }
            }
        }
    }
    assert!(refused > 1000, "only {refused} were refused");
}
