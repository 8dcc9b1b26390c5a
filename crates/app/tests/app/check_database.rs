//! How `check` holds a history against a database, on PostgreSQL, MariaDB and SQLite.

use crate::common::project::Project;
use crate::common::{ENGINES, Own, first, run};
use std::fs;
use unmigrate_app::check::{CheckOptions, CheckReport, check_with};
use unmigrate_app::verify::Secret;
use unmigrate_app::{Error, NoConfig, Request};

const THREE: [(&str, &str); 3] = [
    ("20240101000000_a", "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, b INTEGER);\n"),
    ("20240102000000_b", "ALTER TABLE a ADD COLUMN c INTEGER;\n"),
    ("20240103000000_c", "ALTER TABLE a DROP COLUMN b;\n"),
];

fn check_on(project: &Project, url: &str) -> Result<CheckReport, Error> {
    let request = Request { cwd: project.dir().to_owned(), dirs: vec!["m".into()], ..Request::default() };
    let options = CheckOptions { db: Some(Secret::new(url)), ..CheckOptions::default() };
    check_with(&request, &options, &NoConfig, &|_| None)
}

/// `rule file`, without those of the rollbacks.
fn found(project: &Project, own: &Own) -> Vec<String> {
    let report = check_on(project, &own.url).unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let findings = report.findings.into_iter().filter(|f| !f.rule.starts_with("rollback") && f.rule != "lock-timeout");
    findings.map(|f| format!("{} {}", f.rule, f.file)).collect()
}

#[test]
fn only_what_is_still_to_come_is_a_hazard() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let project = Project::prisma(engine, &THREE);
        project.deploy(own.open().as_mut(), &["20240101000000_a", "20240102000000_b"]);
        assert_eq!(found(&project, &own), ["drop-column m/20240103000000_c/migration.sql"], "{engine}");
        project.deploy(own.open().as_mut(), &["20240103000000_c"]);
        assert_eq!(found(&project, &own), [""; 0], "{engine}");
    }
}

#[test]
fn what_was_edited_since_and_what_comes_late() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let project = Project::prisma(engine, &THREE);
        project.deploy(own.open().as_mut(), &["20240101000000_a", "20240103000000_c"]);
        fs::write(
            project.path("m/20240101000000_a/migration.sql"),
            "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, b INTEGER);\r\n",
        )
        .unwrap();
        assert_eq!(
            found(&project, &own),
            ["back-dated m/20240102000000_b/migration.sql"],
            "{engine}: line ends are no edit"
        );
        fs::write(
            project.path("m/20240101000000_a/migration.sql"),
            "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, b BIGINT);\n",
        )
        .unwrap();
        assert_eq!(
            found(&project, &own),
            ["edited-since-applied m/20240101000000_a/migration.sql", "back-dated m/20240102000000_b/migration.sql"],
            "{engine}"
        );
    }
}

#[test]
fn rows_without_files_and_a_deploy_that_stops() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let project = Project::prisma(engine, &THREE);
        let mut db = own.open();
        project.deploy_all(db.as_mut());
        let lock = "m/migration_lock.toml";
        run(
            db.as_mut(),
            &[
                "UPDATE _prisma_migrations SET migration_name = '20240103000000_gone' WHERE migration_name = '20240103000000_c'",
            ],
        );
        assert_eq!(
            found(&project, &own),
            ["drop-column m/20240103000000_c/migration.sql".to_owned(), format!("row-without-file {lock}")],
            "{engine}"
        );
        run(
            db.as_mut(),
            &["UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '20240103000000_gone'"],
        );
        assert_eq!(
            found(&project, &own),
            ["drop-column m/20240103000000_c/migration.sql".to_owned(), format!("deploy-blocked {lock}")],
            "{engine}"
        );
    }
}

#[test]
fn what_drizzle_passes_over() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let project = Project::drizzle(engine, &THREE);
        project.deploy(own.open().as_mut(), &["20240101000000_a", "20240102000000_b"]);
        let table = if engine == "postgres" { "drizzle.__drizzle_migrations" } else { "__drizzle_migrations" };
        run(own.open().as_mut(), &[&format!("DELETE FROM {table} WHERE created_at = 1000")]);
        assert_eq!(
            found(&project, &own),
            ["skipped-for-ever m/20240101000000_a.sql", "drop-column m/20240103000000_c.sql"],
            "{engine}"
        );
    }
}

#[test]
fn the_database_stays_as_it_is() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let project = Project::prisma(engine, &THREE);
        project.deploy_all(own.open().as_mut());
        let mut db = own.open();
        let rows = "SELECT count(*) FROM _prisma_migrations";
        let before = (first(db.as_mut(), rows), crate::common::project::picture(db.as_mut()));
        assert_eq!(check_on(&project, &own.url).unwrap().histories.len(), 1, "{engine}");
        assert_eq!((first(db.as_mut(), rows), crate::common::project::picture(db.as_mut())), before, "{engine}");
    }
}

#[test]
fn a_tool_that_never_ran_and_a_database_that_is_not_there() {
    for engine in ENGINES {
        let own = Own::on(engine);
        let project = Project::prisma(engine, &THREE);
        let report = check_on(&project, &own.url).unwrap();
        assert_eq!(report.problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["no-tracking-table"], "{engine}");
        assert!(report.findings.iter().any(|f| f.rule == "drop-column"), "{engine}: all is still to come");
    }
    let project = Project::prisma("sqlite", &THREE);
    let away = project.path("nowhere.db");
    assert!(check_on(&project, &format!("file:{}", away.display())).is_err());
    assert!(!away.exists());
    let other = check_on(&project, "postgres://u:hunter2@127.0.0.1:5432/x").unwrap_err();
    assert_eq!(other.code, "wrong-dialect");
    assert!(!other.message.contains("hunter2"));
}
