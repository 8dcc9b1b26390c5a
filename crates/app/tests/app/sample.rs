//! Rows that are taken from a database of somebody's, and what is told of them.

use crate::common::Own;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use unmigrate_app::verify::{MigrationVerdict, Secret, Silent, Verdict, VerifyReport, VerifyRequest, verify};
use unmigrate_engines::NoEmbedded;
use unmigrate_sources::NoConfig;

/// One migration: its name, its file and its rollback.
type Step<'a> = (&'a str, &'a str, &'a str);

const PROVIDERS: [(&str, &str); 3] = [("postgres", "postgresql"), ("mysql", "mysql"), ("sqlite", "sqlite")];

/// Everything that a table of people may hold; the last step makes the name short and the e-mail unique.
fn steps(engine: &str) -> Vec<Step<'static>> {
    let tables = "CREATE TABLE teams (id integer PRIMARY KEY, name varchar(50) NOT NULL, parent integer REFERENCES teams (id));
CREATE TABLE people (id integer PRIMARY KEY, team integer NOT NULL, email varchar(200), FOREIGN KEY (team) REFERENCES teams (id));";
    let more = "ALTER TABLE people ADD COLUMN note varchar(20);";
    let unique = "CREATE UNIQUE INDEX people_email ON people (email);";
    let gone = if engine == "mysql" { "DROP INDEX people_email ON people;" } else { "DROP INDEX people_email;" };
    vec![
        ("1_tables", tables, "DROP TABLE people; DROP TABLE teams;"),
        ("2_note", more, "ALTER TABLE people DROP COLUMN note;"),
        ("3_unique", unique, gone),
    ]
}

/// As production is: the tables after the second migration and a column that no migration made.
const PRODUCTION: &str = "
CREATE TABLE teams (id integer PRIMARY KEY, name varchar(50) NOT NULL, parent integer REFERENCES teams (id), extra varchar(9));
CREATE TABLE people (id integer PRIMARY KEY, team integer NOT NULL, email varchar(200), note varchar(20),
  FOREIGN KEY (team) REFERENCES teams (id));
INSERT INTO teams VALUES (900, 'Räte \\ ''q''', NULL, 'x'), (901, 'below', 900, NULL), (950, 'alone', NULL, NULL);
INSERT INTO people VALUES (7001, 901, 'secret-ada@example.org', 'a'), (7002, 901, 'secret-ada@example.org', NULL), (7003, 950, NULL, '');";

struct World {
    dir: TempDir,
    production: Own,
    engine: &'static str,
}

impl World {
    fn new(engine: &'static str, steps: &[Step], production: &str) -> World {
        let world = World { dir: TempDir::new().unwrap(), production: Own::on(engine), engine };
        let provider = PROVIDERS.iter().find(|(e, _)| *e == engine).unwrap().1;
        let folder = world.migrations();
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("migration_lock.toml"), format!("provider = \"{provider}\"\n")).unwrap();
        for (name, up, down) in steps {
            fs::create_dir_all(folder.join(name)).unwrap();
            fs::write(folder.join(name).join("migration.sql"), up).unwrap();
            fs::write(folder.join(name).join("down.sql"), down).unwrap();
        }
        // A backslash is itself on PostgreSQL and SQLite, and an escape on MySQL.
        let text = if engine == "mysql" { production.replace('\\', "\\\\") } else { production.to_owned() };
        let mut session = world.production.open();
        for statement in text.split(';').filter(|s| !s.trim().is_empty()) {
            session.execute(statement).expect(statement);
        }
        world
    }

    fn migrations(&self) -> PathBuf {
        self.dir.path().join("prisma/migrations")
    }

    fn request(&self) -> VerifyRequest {
        let scratch = match self.engine {
            "postgres" => Some(self.server("postgres")),
            "mysql" => Some(self.server("")),
            _ => None,
        };
        VerifyRequest {
            cwd: self.dir.path().to_owned(),
            sample: Some(Secret::new(&self.production.url)),
            scratch_url: scratch.map(Secret::new),
            engine: Some("server".into()),
            ..VerifyRequest::default()
        }
    }

    fn server(&self, database: &str) -> String {
        let (server, _) = self.production.url.rsplit_once('/').unwrap();
        format!("{server}/{database}")
    }

    fn verify(&self, request: &VerifyRequest) -> VerifyReport {
        verify(request, &NoConfig, &|_| None, Arc::new(NoEmbedded), &Silent).expect("a report")
    }

    /// All that the database holds, as text.
    fn dump(&self) -> String {
        let mut session = self.production.open();
        ["teams", "people"].map(|t| format!("{:?}", session.query(&format!("SELECT * FROM {t} ORDER BY 1")))).concat()
    }
}

fn migration<'a>(report: &'a VerifyReport, name: &str) -> &'a MigrationVerdict {
    report.migrations().find(|m| m.name == name).unwrap_or_else(|| panic!("{report:?}"))
}

#[test]
fn rows_of_somebody_stand_beside_the_made_ones() {
    for (engine, _) in PROVIDERS {
        let world = World::new(engine, &steps(engine), PRODUCTION);
        let before = world.dump();
        let report = world.verify(&world.request());
        assert!(report.problems.is_empty(), "{engine}: {:?}", report.problems);

        let note = migration(&report, "2_note");
        let sample = note.sample.as_ref().unwrap();
        assert_eq!(note.verdict, Verdict::Exact, "{engine}: {note:?}");
        assert_eq!((sample.rows, sample.tables, &sample.unfit, &sample.refusal), (3, 1, &vec![], &None), "{engine}");
        assert!(note.rows.made >= sample.rows + 5, "{engine}: rows are made too: {:?}", note.rows);

        // Two rows with one e-mail: the migration is refused with them, and proven without.
        let unique = migration(&report, "3_unique");
        let sample = unique.sample.as_ref().unwrap();
        assert_eq!(unique.verdict, Verdict::Exact, "{engine}: {unique:?}");
        assert_eq!(sample.rows, 0, "{engine}: {sample:?}");
        let refusal = sample.refusal.as_ref().unwrap_or_else(|| panic!("{engine}: {unique:?}"));
        assert!(!refusal.message.is_empty() && refusal.file.ends_with("3_unique/migration.sql"), "{refusal:?}");

        assert!(!format!("{report:?}").contains("secret-ada"), "{engine}: no value is told: {report:?}");
        assert_eq!(world.dump(), before, "{engine}: nothing was written");
        let evidence = fs::read_to_string(world.migrations().join("unmigrate.json")).unwrap();
        assert!(evidence.contains("\"sample\": 3") && !evidence.contains("secret"), "{engine}: {evidence}");
    }
}

#[test]
fn a_verdict_without_a_sample_does_not_stand_for_one_with_it() {
    let world = World::new("sqlite", &steps("sqlite"), PRODUCTION);
    let plain = VerifyRequest { sample: None, ..world.request() };
    assert!(migration(&world.verify(&plain), "2_note").sample.is_none());
    assert!(!migration(&world.verify(&world.request()), "2_note").remembered);
    let again = world.verify(&world.request());
    let note = migration(&again, "2_note");
    assert!(note.remembered && note.sample.as_ref().is_some_and(|s| s.rows == 3), "{note:?}");
    assert!(migration(&world.verify(&plain), "2_note").remembered);
}

#[test]
fn lost_rows_of_a_sample_are_told_by_their_keys() {
    for (engine, _) in PROVIDERS {
        let lossy = ("4_lower", "UPDATE people SET note = '' WHERE id = 7001;", "SELECT 1;");
        let mut steps = steps(engine);
        steps.pop();
        steps.push(lossy);
        let world = World::new(engine, &steps, PRODUCTION);
        let report = world.verify(&world.request());
        let found = migration(&report, "4_lower");
        assert_eq!(found.verdict, Verdict::RowsDiffer, "{engine}: {found:?}");
        let gap = &found.gaps[0];
        let told = (gap.table.as_str(), gap.column.as_deref(), gap.count, gap.example.as_ref());
        assert_eq!(told, ("people", Some("note"), 1, None), "{engine}");
        assert!(gap.row.as_deref().is_some_and(|row| row.contains("7001")), "{engine}: {gap:?}");
    }
}

#[test]
fn what_does_not_fit_is_said() {
    for (engine, _) in PROVIDERS {
        let narrow =
            "CREATE TABLE people (id integer PRIMARY KEY, email varchar(200) NOT NULL CHECK (length(email) < 9));";
        let steps = [
            ("1_a", narrow, "DROP TABLE people;"),
            ("2_b", "ALTER TABLE people ADD COLUMN b integer;", "ALTER TABLE people DROP COLUMN b;"),
        ];
        let world = World::new(engine, &steps, PRODUCTION);
        let report = world.verify(&world.request());
        let found = migration(&report, "2_b");
        let sample = found.sample.as_ref().unwrap();
        assert_eq!((found.verdict, sample.rows, sample.unfit.len()), (Verdict::Exact, 0, 1), "{engine}: {found:?}");
        assert_eq!((sample.unfit[0].table.as_str(), sample.unfit[0].rows), ("people", 3), "{engine}");
        assert!(!format!("{report:?}").contains("secret-ada"), "{engine}: {report:?}");
    }
}

#[test]
fn the_sample_is_never_the_scratch_database() {
    for engine in ["postgres", "mysql"] {
        let world = World::new(engine, &steps(engine), PRODUCTION);
        let before = world.dump();
        let own = Some(Secret::new(&world.production.url));
        let report = world.verify(&VerifyRequest { scratch_url: own, ..world.request() });
        assert_eq!(report.problems.first().map(|p| p.code), Some("scratch-is-in-use"), "{report:?}");
        assert_eq!(world.dump(), before);
    }
}

#[test]
fn a_database_that_can_not_be_read_verifies_nothing() {
    let world = World::new("sqlite", &steps("sqlite"), PRODUCTION);
    let run = |url: &str, rows| {
        let request = VerifyRequest { sample: Some(Secret::new(url)), sample_rows: rows, ..world.request() };
        verify(&request, &NoConfig, &|_| None, Arc::new(NoEmbedded), &Silent).unwrap_err().code
    };
    assert_eq!(run("file:nonesuch.db", None), "sample-failed");
    assert!(!Path::new(&world.dir.path().join("nonesuch.db")).exists());
    assert_eq!(run("postgres://x:secret@127.0.0.1:1/y", None), "invalid-option", "no history is PostgreSQL's");
    assert_eq!(run(&world.production.url, Some(0)), "invalid-option");
    assert_eq!(run(&world.production.url, Some(1001)), "invalid-option");
}
