//! A server on which no database may be made: a schema of ours in the one that was named.

use crate::common::Own;
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;
use unmigrate_app::verify::{Secret, Silent, Verdict, VerifyReport, VerifyRequest, verify};
use unmigrate_app::{NoConfig, Observing, Request, generate_observing};
use unmigrate_engines::NoEmbedded;

/// A role that may make schemas in one database, and nothing else on its server.
struct Confined {
    own: Own,
    role: String,
}

impl Confined {
    fn new() -> Confined {
        let own = Own::postgres();
        let role = format!("{}_r", own.name());
        own.admin().execute(&format!("CREATE ROLE {role} LOGIN")).unwrap();
        own.open().execute(&format!("GRANT CREATE ON DATABASE {} TO {role}", own.name())).unwrap();
        Confined { own, role }
    }

    fn url(&self) -> String {
        self.own.url.replacen("postgres@", &format!("{}@", self.role), 1)
    }

    /// Schemas, and the relations and types outside of PostgreSQL's own: what must be the same before and after.
    fn holds(&self) -> String {
        let sql = "SELECT string_agg(x, ' ' ORDER BY x) FROM (SELECT nspname::text AS x FROM pg_namespace
          UNION ALL SELECT relname FROM pg_class WHERE oid >= 16384 UNION ALL SELECT typname FROM pg_type WHERE oid >= 16384) a";
        self.own.open().query(sql).unwrap().first().unwrap_or_default().to_owned()
    }
}

impl Drop for Confined {
    fn drop(&mut self) {
        let dropped = self.own.open().script(&format!("DROP OWNED BY {0}; DROP ROLE {0}", self.role));
        if let Err(e) = dropped {
            eprintln!("{} is left behind: {e}", self.role);
        }
    }
}

fn project(steps: &[(&str, &str, &str)]) -> TempDir {
    let dir = TempDir::new().unwrap();
    let folder = dir.path().join("prisma/migrations");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("migration_lock.toml"), "provider = \"postgresql\"\n").unwrap();
    for (name, up, down) in steps {
        fs::create_dir_all(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("migration.sql"), up).unwrap();
        fs::write(folder.join(name).join("down.sql"), down).unwrap();
    }
    dir
}

fn run(dir: &TempDir, url: &str) -> VerifyReport {
    let request = VerifyRequest {
        cwd: dir.path().to_owned(),
        scratch_url: Some(Secret::new(url)),
        engine: Some("server".into()),
        ..VerifyRequest::default()
    };
    verify(&request, &NoConfig, &|_| None, Arc::new(NoEmbedded), &Silent).expect("a report")
}

fn verdicts(report: &VerifyReport) -> Vec<Verdict> {
    report.migrations().map(|m| m.verdict).collect()
}

const ENUM: &str = "CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE \"User\" (id serial PRIMARY KEY, mood mood DEFAULT 'ok', email text NOT NULL);";

#[test]
fn what_stays_in_the_schema_is_proven_there() {
    let confined = Confined::new();
    let before = confined.holds();
    let dir = project(&[
        ("1_a", ENUM, "DROP TABLE \"User\"; DROP TYPE mood;"),
        ("2_b", "CREATE VIEW v AS SELECT u.id FROM \"User\" u;", "DROP VIEW v;"),
        ("3_c", "CREATE UNIQUE INDEX i ON \"User\" (email);", "SELECT 1;"),
    ]);
    let report = run(&dir, &confined.url());
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert_eq!(verdicts(&report), [Verdict::Exact, Verdict::Exact, Verdict::Differs], "{report:?}");
    let engine = report.histories[0].engine.as_deref().unwrap();
    assert!(engine.starts_with("PostgreSQL") && engine.ends_with("in a schema of its own"), "{engine}");
    assert_eq!(confined.holds(), before, "nothing is left");
}

#[test]
fn what_reaches_beyond_is_not_run() {
    let confined = Confined::new();
    confined.own.open().execute(&format!("GRANT CREATE ON SCHEMA public TO {}", confined.role)).unwrap();
    let before = confined.holds();
    let dir = project(&[
        ("1_a", ENUM, "DROP TABLE \"User\"; DROP TYPE mood;"),
        ("2_b", "ALTER TABLE \"User\" ADD COLUMN a int;", "CREATE TABLE public.left_behind ();"),
        ("3_c", "ALTER TABLE \"User\" ADD COLUMN b int;", "ALTER TABLE \"User\" DROP COLUMN b;"),
        ("4_d", "CREATE TABLE \"public\".\"t\" (id int);", "DROP TABLE \"public\".\"t\";"),
        ("5_e", "ALTER TABLE \"User\" ADD COLUMN c int;", "ALTER TABLE \"User\" DROP COLUMN c;"),
    ]);
    let report = run(&dir, &confined.url());
    let unverified = Verdict::Unverified;
    assert_eq!(verdicts(&report), [Verdict::Exact, unverified, Verdict::Exact, unverified, unverified], "{report:?}");
    let problem = &report.problems[0];
    assert_eq!((report.problems.len(), problem.code), (1, "beyond-schema"));
    assert!(problem.message.contains("3 migrations") && problem.message.contains("public."), "{}", problem.message);
    assert_eq!(confined.holds(), before, "nothing is left, in public neither");
}

#[test]
fn observing_takes_no_schema() {
    let confined = Confined::new();
    let dir = project(&[(
        "1_a",
        "DO $$ DECLARE n text := current_user; BEGIN EXECUTE format('CREATE TABLE %I (a int)', n || pg_backend_pid()); END $$;",
        "",
    )]);
    fs::remove_file(dir.path().join("prisma/migrations/1_a/down.sql")).unwrap();
    let before = confined.holds();
    let request = Request { cwd: dir.path().to_owned(), ..Request::default() };
    let observing = Observing { engine: Some("server".into()), scratch_url: Some(Secret::new(confined.url())) };
    let report =
        generate_observing(&request, &observing, &NoConfig, &|_| None, Arc::new(NoEmbedded)).expect("a report");
    assert!(report.problems.iter().any(|p| p.code == "scratch-not-allowed"), "{:?}", report.problems);
    assert_eq!(confined.holds(), before);
}
