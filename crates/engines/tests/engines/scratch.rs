//! The scratch database can never be somebody's data.

use crate::common::{Own, first, mysql_url, postgres_url, session, target};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use unmigrate_engines::{MARKER_TABLE, Scratch, ScratchError, Target, Terms, connect, is_pooled};

const STRICT: Terms = Terms { may_hold_tables: false, schema_instead: false };

fn create(target: &Target) -> Scratch {
    Scratch::create(target, &[], STRICT).unwrap_or_else(|e| panic!("{target}: {e}"))
}

/// The scratch databases of a process on a server.
fn left_by(server: &str, pid: u32) -> Vec<String> {
    let sql = if server.starts_with("mysql") {
        format!(
            "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'unmigrate\\_scratch\\_{pid}\\_%'"
        )
    } else {
        format!("SELECT datname FROM pg_database WHERE datname LIKE 'unmigrate\\_scratch\\_{pid}\\_%'")
    };
    let rows = session(server).query(&sql).unwrap();
    rows.rows.into_iter().flatten().flatten().collect()
}

fn exists(server: &str, name: &str) -> bool {
    left_by(server, std::process::id()).iter().any(|found| found == name)
}

#[test]
fn postgres_comes_and_goes() {
    let server = postgres_url();
    let mut scratch = create(&target(&server));
    let name = scratch.name().unwrap().to_owned();
    let comment = format!("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'");
    let marker = first(&mut *session(&server), &comment);
    assert!(marker.starts_with(&format!("unmigrate scratch v1 pid={} made=", std::process::id())), "{marker}");

    let (mut one, mut two) = (scratch.open().unwrap(), scratch.open().unwrap());
    one.script("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2)").unwrap();
    assert_eq!(first(&mut *two, "SELECT count(*) FROM t"), "2");
    assert_eq!(first(&mut *two, "SELECT current_database()"), name);

    let copy = scratch.copy().unwrap();
    let copied = copy.name().unwrap().to_owned();
    let mut inside = copy.open().unwrap();
    inside.execute("DELETE FROM t WHERE a = 1").unwrap();
    assert_eq!(first(&mut *inside, "SELECT count(*) FROM t"), "1");
    assert_eq!(first(&mut *scratch.open().unwrap(), "SELECT count(*) FROM t"), "2");
    drop(copy);
    assert!(!exists(&server, &copied));

    drop(scratch);
    assert!(!exists(&server, &name));
}

#[test]
fn postgres_is_empty_again() {
    let server = postgres_url();
    let mut scratch = create(&target(&server));
    let facts = "SELECT string_agg(n.nspname || n.nspowner::regrole || coalesce(n.nspacl::text, '') ||
        coalesce(obj_description(n.oid, 'pg_namespace'), ''), ',' ORDER BY nspname) FROM pg_namespace n WHERE nspname !~ '^pg_toast'";
    let before = first(&mut *scratch.open().unwrap(), facts);
    for (text, stays) in [
        ("CREATE TABLE t (a serial PRIMARY KEY, b text); CREATE SCHEMA x; CREATE TYPE x.e AS ENUM ('a')", true),
        (
            "CREATE EXTENSION pg_trgm; CREATE SCHEMA y; CREATE PUBLICATION p FOR ALL TABLES; DROP SCHEMA public CASCADE",
            true,
        ),
        ("SELECT lo_create(0); COMMENT ON SCHEMA public IS NULL; GRANT ALL ON SCHEMA public TO public", true),
        // What can't be dropped piece by piece: the database is made anew.
        ("CREATE CAST (text AS int) WITH INOUT", false),
        ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO public", false),
        ("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 99999', current_database()); END $$", false),
    ] {
        let name = scratch.name().unwrap().to_owned();
        scratch.open().unwrap().script(text).unwrap();
        scratch.fresh().unwrap();
        assert_eq!(scratch.name().unwrap() == name, stays, "{text}");
        assert_eq!(exists(&server, &name), stays, "{text}");
        let mut inside = scratch.open().unwrap();
        assert_eq!(first(&mut *inside, facts), before, "{text}");
        assert_eq!(first(&mut *inside, "SELECT count(*) FROM pg_class WHERE oid >= 16384"), "0", "{text}");
    }
    // A session in the middle of a transaction does not stop it.
    let mut busy = scratch.open().unwrap();
    busy.script("CREATE TABLE t (a int)").unwrap();
    busy.script("BEGIN; LOCK TABLE t").unwrap();
    scratch.fresh().unwrap();
    assert_eq!(first(&mut *scratch.open().unwrap(), "SELECT to_regclass('t') IS NULL"), "t");
}

#[test]
fn without_the_marker_nothing_is_dropped() {
    let server = postgres_url();
    let scratch = create(&target(&server));
    let name = scratch.name().unwrap().to_owned();
    session(&server).execute(&format!("COMMENT ON DATABASE {name} IS 'mine now'")).unwrap();
    scratch.open().unwrap().execute("CREATE TABLE precious (a int)").unwrap();
    drop(scratch);
    Scratch::sweep(&target(&server)).unwrap();
    assert!(exists(&server, &name));
    session(&server).execute(&format!("DROP DATABASE {name}")).unwrap();

    let server = mysql_url();
    let scratch = create(&target(&server));
    let name = scratch.name().unwrap().to_owned();
    session(&server).execute(&format!("DROP TABLE {name}.{MARKER_TABLE}")).unwrap();
    scratch.open().unwrap().execute("CREATE TABLE precious (a int)").unwrap();
    drop(scratch);
    Scratch::sweep(&target(&server)).unwrap();
    assert!(exists(&server, &name));
    session(&server).execute(&format!("DROP DATABASE {name}")).unwrap();
}

#[test]
fn mysql_comes_and_goes() {
    let server = mysql_url();
    let mut scratch = create(&target(&server));
    let name = scratch.name().unwrap().to_owned();
    let mut inside = scratch.open().unwrap();
    inside.script("CREATE TABLE t (a int); INSERT INTO t VALUES (1)").unwrap();
    assert_eq!(first(&mut *scratch.open().unwrap(), "SELECT count(*) FROM t"), "1");
    scratch.fresh().unwrap();
    assert!(!exists(&server, &name));
    let tables = scratch.open().unwrap().query("SHOW TABLES").unwrap();
    assert_eq!(tables.first(), Some(MARKER_TABLE));
    assert_eq!(tables.rows.len(), 1);
    assert!(scratch.copy().is_err());
    let name = scratch.name().unwrap().to_owned();
    drop(scratch);
    assert!(!exists(&server, &name));
}

#[test]
fn sqlite_in_memory() {
    let mut scratch = Scratch::memory().unwrap();
    let (mut one, mut two) = (scratch.open().unwrap(), scratch.open().unwrap());
    one.script("CREATE TABLE t (a); INSERT INTO t VALUES (1)").unwrap();
    assert_eq!(first(&mut *two, "SELECT count(*) FROM t"), "1");
    one.execute("BEGIN IMMEDIATE").unwrap();
    one.execute("INSERT INTO t VALUES (2)").unwrap();
    two.execute("PRAGMA busy_timeout = 1").unwrap();
    two.execute("INSERT INTO t VALUES (3)").unwrap_err();
    one.execute("COMMIT").unwrap();
    let copy = scratch.copy().unwrap();
    scratch.open().unwrap().execute("DELETE FROM t").unwrap();
    assert_eq!(first(&mut *copy.open().unwrap(), "SELECT count(*) FROM t"), "2");
    scratch.fresh().unwrap();
    assert_eq!(first(&mut *scratch.open().unwrap(), "SELECT count(*) FROM sqlite_schema"), "0");
    assert_ne!(first(&mut *Scratch::memory().unwrap().open().unwrap(), "SELECT count(*) FROM sqlite_schema"), "1");
}

/// All that a database holds, as its own tool writes it out.
fn dump(own: &Own) -> String {
    let (program, url) = if own.url.starts_with("mysql") { ("mysqldump", &own.name) } else { ("pg_dump", &own.url) };
    let mut command = Command::new(program);
    if program == "mysqldump" {
        command.args(["-h127.0.0.1", "-uroot", "--routines", "--skip-dump-date"]);
    }
    let out = command.arg(url).output().unwrap_or_else(|e| panic!("{program}: {e}"));
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8_lossy(&out.stdout);
    // Newer versions of pg_dump write a random word.
    text.lines().filter(|line| !line.contains("restrict ")).collect::<Vec<_>>().join("\n")
}

/// Creating a scratch database is refused.
fn refusal(scratch_url: &str, configured: &[&str], terms: Terms) -> ScratchError {
    let configured: Vec<Target> = configured.iter().map(|url| target(url)).collect();
    let refusal = Scratch::create(&target(scratch_url), &configured, terms).err();
    refusal.unwrap_or_else(|| panic!("{scratch_url} was taken"))
}

/// The same, and nothing was written.
fn refuses(scratch_url: &str, own: &Own, configured: &[&str], terms: Terms) -> ScratchError {
    let before = dump(own);
    let refusal = refusal(scratch_url, configured, terms);
    assert_eq!(dump(own), before, "{scratch_url}");
    refusal
}

#[test]
fn never_a_database_that_the_project_uses() {
    let own = Own::postgres();
    own.open().script("CREATE SCHEMA app; CREATE TABLE app.t (a int); INSERT INTO app.t VALUES (1)").unwrap();
    let name = &own.name;
    let socket = first(&mut *session(&postgres_url()), "SHOW unix_socket_directories");
    let socket = socket.split(',').next().unwrap().trim();
    let port = first(&mut *session(&postgres_url()), "SHOW port");
    let bouncer = bouncer::start(&port);
    let urls = [
        own.url.clone(),
        format!("postgresql://postgres@localhost:{port}/{name}"),
        format!("postgresql://postgres@localhost:{port}/{name}?schema=app"),
        format!("postgresql://postgres@localhost:{port}/{name}?host={socket}"),
        format!("postgresql://postgres@{}:{port}/{name}", socket.replace('/', "%2F")),
        format!("postgresql://postgres:canary@127.0.0.1:{}/{name}", bouncer.port),
        format!("postgresql://postgres@127.0.0.1:{}/{name}?pgbouncer=true&schema=app", bouncer.port),
        format!("postgresql://postgres@127.0.0.1:1,127.0.0.1:{port}/{name}?sslmode=prefer"),
    ];
    let lax = Terms { may_hold_tables: true, schema_instead: true };
    let before = dump(&own);
    for scratch in &urls {
        for configured in &urls {
            let refusal = refusal(scratch, &["file:./other.db", configured], lax);
            assert_eq!(refusal.code(), "scratch-is-in-use", "{scratch} against {configured}: {refusal}");
            assert!(!refusal.to_string().contains("canary"));
        }
        assert_eq!(dump(&own), before, "{scratch}");
    }
    // What is said of a session through the pooler is not true, and that is found out.
    assert!(is_pooled(&target(&urls[5])).unwrap() && is_pooled(&target(&urls[6])).unwrap());
    assert!(!is_pooled(&target(&own.url)).unwrap());
    let pooled = target(&urls[5]).with_database(Some("postgres"));
    let refusal = Scratch::create(&pooled, &[], STRICT).err().unwrap();
    assert!(refusal.to_string().contains("pooler") && refusal.help().contains("direct"), "{refusal}");
    // Another database of the same server is another matter.
    let scratch = Scratch::create(&target(&postgres_url()), &[target(&own.url)], STRICT).unwrap();
    assert_ne!(scratch.name(), Some(own.name.as_str()));

    let own = Own::mysql();
    own.open().script("CREATE TABLE t (a int); INSERT INTO t VALUES (1)").unwrap();
    let socket = first(&mut *own.open(), "SELECT @@socket");
    let urls = [
        own.url.clone(),
        format!("mysql://root@localhost:3306/{}", own.name),
        format!("mysql://root@localhost/{}?socket={socket}", own.name),
    ];
    for scratch in &urls {
        for configured in &urls {
            assert_eq!(refuses(scratch, &own, &[configured], lax).code(), "scratch-is-in-use");
        }
    }
}

#[test]
fn never_a_database_with_tables_in_it() {
    for own in [Own::postgres(), Own::mysql()] {
        // An empty one is only a door.
        drop(create(&target(&own.url)));
        own.open().execute("CREATE TABLE t (a int)").unwrap();
        let refusal = refuses(&own.url, &own, &[], STRICT);
        assert_eq!(refusal.code(), "scratch-holds-tables");
        assert!(refusal.to_string().contains("1 table and"), "{refusal}");
        // Prisma leaves its shadow database filled; what we make stands beside it.
        let terms = Terms { may_hold_tables: true, ..STRICT };
        let scratch = Scratch::create(&target(&own.url), &[], terms).unwrap();
        let open = scratch.open().unwrap();
        assert_ne!(scratch.name(), Some(own.name.as_str()));
        drop(open);
    }
}

#[test]
fn a_configured_database_that_does_not_answer() {
    // It says nothing, so its words are compared.
    let server = postgres_url();
    let nowhere = target("postgresql://postgres:canary@127.0.0.1:1/app");
    drop(Scratch::create(&target(&server), &[nowhere], STRICT).unwrap());
    let locked_out = target(&server.replacen("postgres@127.0.0.1", "no_such_role:canary@localhost", 1));
    let refusal = Scratch::create(&target(&server), &[locked_out], STRICT).err().unwrap();
    assert_eq!(refusal.code(), "scratch-is-in-use", "{refusal}");
    assert!(!format!("{refusal:?}{refusal}").contains("canary"));
}

#[test]
fn a_scratch_url_whose_database_is_not_there_yet() {
    for server in [postgres_url().trim_end_matches("/postgres").to_owned(), mysql_url()] {
        let scratch = create(&target(&format!("{server}/no_such_database")));
        assert!(scratch.open().is_ok());
    }
}

#[test]
fn without_the_right_to_make_databases() {
    let own = Own::postgres();
    let role = format!("{}_role", own.name);
    let mut admin = own.open();
    admin.script(&format!("CREATE ROLE {role} LOGIN; GRANT CREATE ON DATABASE {} TO {role}", own.name)).unwrap();
    let url = own.url.replacen("postgres@", &format!("{role}@"), 1);
    let refusal = refuses(&url, &own, &[], STRICT);
    assert_eq!(refusal.code(), "scratch-not-allowed");
    assert!(refusal.to_string().contains("CREATEDB") && refusal.help().contains("ALTER ROLE"), "{refusal}");

    let terms = Terms { schema_instead: true, ..STRICT };
    let other = postgres_url();
    let mut scratch = Scratch::create(&target(&url), &[target(&other)], terms).unwrap();
    assert!(scratch.is_schema());
    let name = scratch.name().unwrap().to_owned();
    for _ in 0..2 {
        let mut inside = scratch.open().unwrap();
        inside.execute("CREATE TABLE t (a int)").unwrap();
        assert_eq!(first(&mut *inside, "SELECT 't'::regclass::text || current_schema()"), format!("t{name}"));
        drop(inside);
        scratch.fresh().unwrap();
    }
    // With a schema of ours in it, it counts as empty still; somebody's table is somebody's.
    drop(Scratch::create(&target(&url), &[], terms).unwrap());
    admin.execute("CREATE TABLE somebodys (a int)").unwrap();
    assert_eq!(Scratch::create(&target(&url), &[], terms).err().unwrap().code(), "scratch-holds-tables");
    let both = Terms { may_hold_tables: true, schema_instead: true };
    assert_eq!(Scratch::create(&target(&url), &[], both).err().unwrap().code(), "scratch-holds-tables");
    admin.execute("DROP TABLE somebodys").unwrap();
    // A schema may only be made where it is known whose the database is.
    let silent = target("postgresql://postgres@127.0.0.1:1/app");
    assert_eq!(Scratch::create(&target(&url), &[silent], terms).err().unwrap().code(), "scratch-failed");
    drop(scratch);
    let count = format!("SELECT count(*) FROM pg_namespace WHERE nspname = '{name}'");
    assert_eq!(first(&mut *admin, &count), "0");
    admin.script(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).unwrap();

    let own = Own::mysql();
    let user = format!("{}_u", own.name);
    let mut admin = own.open();
    admin.script(&format!("CREATE USER {user}; GRANT SELECT ON {}.* TO {user}", own.name)).unwrap();
    let refusal = refuses(&own.url.replacen("root@", &format!("{user}@"), 1), &own, &[], STRICT);
    assert_eq!(refusal.code(), "scratch-not-allowed", "{refusal}");
    admin.execute(&format!("DROP USER {user}")).unwrap();
}

/// Makes scratch databases in a process of its own, until it is killed.
#[test]
#[ignore = "run as a process of its own by the tests that kill it"]
fn child() {
    let url = std::env::var("UNMIGRATE_TEST_SCRATCH").expect("the URL");
    loop {
        let mut scratch = create(&target(&url));
        let mut inside = scratch.open().unwrap();
        inside.script("CREATE TABLE t (a int); INSERT INTO t VALUES (1)").unwrap();
        drop(inside);
        if scratch.copy().is_ok() {
            scratch.fresh().unwrap();
        }
    }
}

fn start_child(url: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["scratch::child", "--exact", "--ignored"]).env("UNMIGRATE_TEST_SCRATCH", url);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn what_killed_runs_leave_is_swept() {
    let times: u64 = std::env::var("UNMIGRATE_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(8);
    for (server, own) in [(postgres_url(), Own::postgres()), (mysql_url(), Own::mysql())] {
        own.open().script("CREATE TABLE t (a int); INSERT INTO t VALUES (1)").unwrap();
        let before = dump(&own);
        let mut left = 0;
        for round in 0..times {
            let mut child = start_child(&server);
            // At any point: before there is anything, in the middle of making the first one, and later.
            let started = std::time::Instant::now();
            while round % 4 != 0 && left_by(&server, child.id()).is_empty() {
                assert!(started.elapsed() < Duration::from_secs(30), "it does not make one");
                std::thread::sleep(Duration::from_millis(5));
            }
            std::thread::sleep(Duration::from_millis((round * 7919) % 331));
            child.kill().unwrap();
            child.wait().unwrap();
            // The server notices that its client is gone, or finishes what it does.
            let found = settled(&server, child.id());
            left += found.len();
            let deadline = std::time::Instant::now() + Duration::from_secs(60);
            while !left_by(&server, child.id()).is_empty() {
                drop(create(&target(&server)));
                assert!(std::time::Instant::now() < deadline, "{:?} stays", left_by(&server, child.id()));
            }
        }
        eprintln!("{server}: {left} left-overs of {times} killed runs, all swept");
        assert!(left > 0, "no run was killed in time");
        assert_eq!(dump(&own), before);
    }
}

/// What a killed process left, once no statement of its runs any more.
fn settled(server: &str, pid: u32) -> Vec<String> {
    let mut found = left_by(server, pid);
    loop {
        std::thread::sleep(Duration::from_millis(100));
        let again = left_by(server, pid);
        if again == found {
            return found;
        }
        found = again;
    }
}

/// Makes one on each server and drops all at once, as on Ctrl-C: in a process of its own, since it would end the others'.
#[test]
#[ignore = "run as a process of its own by `all_at_once`"]
fn interrupted() {
    let servers = [postgres_url(), mysql_url()];
    let mut made: Vec<Scratch> = servers.iter().map(|server| create(&target(server))).collect();
    let copy = made[0].copy().unwrap();
    made.push(copy);
    let mut session = made[0].open().unwrap();
    assert_eq!(left_by(&servers[0], std::process::id()).len(), 2);
    Scratch::drop_all();
    for server in &servers {
        assert_eq!(left_by(server, std::process::id()), [""; 0]);
    }
    session.execute("SELECT 1").unwrap_err();
    drop(made);
}

#[test]
fn all_at_once() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let out = command.args(["scratch::interrupted", "--exact", "--ignored"]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
}

#[test]
fn what_lives_is_not_swept() {
    for server in [postgres_url(), mysql_url()] {
        let scratch = create(&target(&server));
        let name = scratch.name().unwrap().to_owned();
        assert!(!Scratch::sweep(&target(&server)).unwrap().contains(&name));
        assert!(exists(&server, &name));
        // The marker of a process that is gone, as it looks from another container with this one's name: whoever minds it
        // is still connected.
        let orphan = format!("unmigrate scratch v1 pid=2147483647 made=1 host={}", hostname());
        let mark = if server.starts_with("mysql") {
            format!("ALTER TABLE {name}.{MARKER_TABLE} COMMENT = '{orphan}'")
        } else {
            format!("COMMENT ON DATABASE {name} IS '{orphan}'")
        };
        session(&server).execute(&mark).unwrap();
        assert!(!Scratch::sweep(&target(&server)).unwrap().contains(&name));
        assert!(exists(&server, &name));
    }
}

fn hostname() -> String {
    String::from_utf8(Command::new("hostname").output().unwrap().stdout).unwrap().trim().to_owned()
}

#[test]
fn identity_through_other_doors() {
    use unmigrate_engines::identity::{Identity, same_database, same_server};
    let who = |url: &str| Identity::of(&mut *session(url)).unwrap();
    let (own, other) = (Own::postgres(), Own::postgres());
    let alias = own.url.replacen("127.0.0.1", "localhost", 1);
    assert!(same_database(&who(&own.url), &who(&alias)));
    assert!(!same_database(&who(&own.url), &who(&other.url)));
    assert!(same_server(&who(&own.url), &who(&other.url)));
    // A user who may not ask for the cluster's identifier.
    let role = format!("{}_role", own.name);
    own.open()
        .script(&format!("CREATE ROLE {role} LOGIN; REVOKE ALL ON FUNCTION pg_control_system() FROM PUBLIC"))
        .unwrap();
    let restricted = who(&own.url.replacen("postgres@", &format!("{role}@"), 1));
    assert!(matches!(&restricted, Identity::Postgres { system: None, .. }), "{restricted:?}");
    assert!(same_database(&who(&own.url), &restricted));
    own.open().execute(&format!("DROP ROLE {role}")).unwrap();

    let (own, other) = (Own::mysql(), Own::mysql());
    assert!(same_database(&who(&own.url), &who(&own.url.replacen("127.0.0.1", "localhost", 1))));
    assert!(!same_database(&who(&own.url), &who(&other.url)) && same_server(&who(&own.url), &who(&other.url)));
    assert!(!same_database(&who(&mysql_url()), &who(&mysql_url())), "no database is no database");

    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.db"), "").unwrap();
    std::fs::write(folder.path().join("b.db"), "").unwrap();
    std::fs::hard_link(folder.path().join("a.db"), folder.path().join("hard.db")).unwrap();
    let file = |name: &str| {
        let target = Target::parse(&format!("file:{name}"), folder.path()).unwrap();
        Identity::of(&mut *connect(&target).unwrap()).unwrap()
    };
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("a.db"), folder.path().join("soft.db")).unwrap();
        assert!(same_database(&file("a.db"), &file("soft.db")));
        assert!(same_database(&file("a.db"), &file("hard.db")));
    }
    assert!(!same_database(&file("a.db"), &file("b.db")));
    let memory = Identity::of(&mut *Scratch::memory().unwrap().open().unwrap()).unwrap();
    assert!(!same_database(&memory, &memory));
}

/// A pgbouncer in front of the server, handing every transaction another session.
mod bouncer {
    use std::net::TcpListener;
    use std::path::Path;
    use std::process::{Child, Command, Stdio};
    use std::time::Duration;

    pub struct Bouncer {
        pub port: u16,
        process: Child,
        _folder: tempfile::TempDir,
    }

    impl Drop for Bouncer {
        fn drop(&mut self) {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }

    fn program() -> String {
        let found = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"];
        let find = || found.iter().find(|path| Path::new(path).exists()).map(|path| (*path).to_owned());
        find().unwrap_or_else(|| {
            let install = "apt-get update -qq && apt-get install -y -qq --no-install-recommends pgbouncer";
            let done = Command::new("sh").args(["-c", install]).output().expect("sh");
            find().unwrap_or_else(|| {
                panic!("pgbouncer could not be installed: {}", String::from_utf8_lossy(&done.stderr))
            })
        })
    }

    pub fn start(server: &str) -> Bouncer {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let path = folder.path();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
        std::fs::write(path.join("users"), "\"postgres\" \"\"\n").unwrap();
        let settings = format!(
            "[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\nauth_file = {0}/users\npool_mode = transaction\n\
             ignore_startup_parameters = extra_float_digits\n[databases]\n* = host=127.0.0.1 port={server} user=postgres\n",
            path.display()
        );
        std::fs::write(path.join("pgbouncer.ini"), settings).unwrap();
        let mut command = Command::new(program());
        // It refuses to run as root.
        if Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n") {
            command.args(["-u", "postgres"]);
        }
        command.arg("-q").arg(path.join("pgbouncer.ini")).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().unwrap();
        let bouncer = Bouncer { port, process, _folder: folder };
        let url = format!("postgresql://postgres@127.0.0.1:{port}/postgres");
        for _ in 0..100 {
            if unmigrate_engines::connect(&super::target(&url)).is_ok() {
                return bouncer;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("pgbouncer does not answer on port {port}");
    }
}
