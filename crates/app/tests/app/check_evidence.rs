//! What `check` says of `verify`'s evidence: real runs of `verify`, on SQLite.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use unmigrate_app::check::{CheckOptions, Group, check};
use unmigrate_app::verify::{Silent, VerifyRequest, verify};
use unmigrate_app::{NoConfig, NoEmbedded, Request, generate};

struct Project(TempDir);

impl Project {
    /// Three migrations with their rollbacks.
    fn new() -> Project {
        let project = Project(TempDir::new().unwrap());
        for (path, text) in [
            ("m/migration_lock.toml", "provider = \"sqlite\"\n"),
            ("m/1_a/migration.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);\n"),
            ("m/2_b/migration.sql", "ALTER TABLE a ADD COLUMN c TEXT;\n"),
            ("m/3_c/migration.sql", "CREATE INDEX i ON a (c);\n"),
        ] {
            project.write(path, text);
        }
        project.generate();
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn request(&self) -> Request {
        Request { cwd: self.0.path().to_owned(), ..Request::default() }
    }

    fn generate(&self) {
        generate(&self.request(), &NoConfig).unwrap();
    }

    fn verify(&self, only: &[&str]) {
        let only = only.iter().map(|name| (*name).to_owned()).collect();
        let request = VerifyRequest { cwd: self.0.path().to_owned(), only, ..VerifyRequest::default() };
        verify(&request, &NoConfig, &|_| None, Arc::new(NoEmbedded), &Silent).unwrap();
    }

    /// `severity rule file`, of the rollbacks alone.
    fn found(&self) -> Vec<String> {
        let report = check(&self.request(), &CheckOptions::default(), &NoConfig).unwrap();
        let of_rollbacks = report.findings.into_iter().filter(|f| f.group == Group::Rollback);
        of_rollbacks.map(|f| format!("{} {} {}", f.severity.word(), f.rule, f.file)).collect()
    }
}

#[test]
fn that_nobody_ever_ran_them_is_said_once() {
    assert_eq!(Project::new().found(), ["note rollback-unverified m/1_a/migration.sql"]);
}

#[test]
fn what_was_proven_is_not_asked_about_and_what_was_left_out_is() {
    let project = Project::new();
    project.verify(&["1_a", "2_b"]);
    assert_eq!(project.found(), ["warning rollback-unverified m/3_c/down.sql"]);
    project.verify(&[]);
    assert_eq!(project.found(), [""; 0]);
    project.write("m/unmigrate.json", "{\"version\":99,\"verified\":\"otherwise\"}");
    assert_eq!(project.found(), [""; 0], "a newer version's evidence");
}

#[test]
fn a_proof_over_other_texts_is_none() {
    let project = Project::new();
    project.verify(&[]);
    // A blank line more: the rollbacks themselves stay what they are to be.
    project.write("m/1_a/migration.sql", "\nCREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);\n");
    project.generate();
    assert_eq!(
        project.found(),
        ["warning evidence-outdated m/1_a/down.sql", "warning evidence-outdated m/2_b/down.sql"],
        "of those behind it, only the first is said"
    );
    project.verify(&[]);
    assert_eq!(project.found(), [""; 0]);
}

#[test]
fn a_rollback_that_failed_is_an_error_until_it_is_mended() {
    let project = Project::new();
    let wrong = "DROP INDEX i;\nDROP TABLE a;\nCREATE TABLE a (id INTEGER PRIMARY KEY);\n";
    project.write("m/3_c/down.sql", wrong);
    project.verify(&[]);
    let found = project.found();
    assert!(found.contains(&"error rollback-differs m/3_c/down.sql".to_owned()), "{found:?}");
    project.write("m/3_c/down.sql", "DROP INDEX i;\n");
    assert_eq!(project.found(), ["warning rollback-unverified m/3_c/down.sql"]);
    project.verify(&[]);
    assert_eq!(project.found(), [""; 0]);
    assert!(Path::new(&project.path("m/unmigrate.json")).is_file());
}
