//! What people's folders hold that no tool wrote: each a problem that names the thing, and the rest is read.

mod common;

use common::{Project, codes, journal, outline, problems};

const LOCK: (&str, &str) = ("m/migration_lock.toml", "provider = \"postgresql\"\n");

#[test]
fn folders_without_sql() {
    let project = Project::new(&[LOCK, ("m/1_a/README.md", ""), ("m/2_b/migration.sql", "SELECT 1;")]);
    let found = project.dir("m");
    assert_eq!(outline(&found), ["prisma postgresql m: 2_b"]);
    assert_eq!(codes(&found), ["missing-sql"]);
    assert!(problems(&found)[0].message.contains("P3015"));
    let empty = Project::new(&[("m/1_a/README.md", "")]);
    assert_eq!(codes(&empty.dir("m")), ["no-migrations"]);
    let drizzle = Project::new(&[("m/meta/_journal.json", &journal("pg", &["0_a", "1_b"])), ("m/1_b.sql", "")]);
    let found = drizzle.dir("m");
    assert_eq!((outline(&found), codes(&found)), (vec!["drizzle postgresql m: 1_b".into()], vec!["missing-sql"]));
}

#[test]
fn broken_journals() {
    for (text, says) in [
        ("{ \"entries\": [", "line 1 column"),
        ("<<<<<<< HEAD\n{}", "merge conflict"),
        ("{ \"dialect\": \"pg\" }", "missing field `entries`"),
        ("[]", "drizzle-kit"),
        ("", "EOF"),
    ] {
        let project = Project::new(&[
            ("m/meta/_journal.json", text),
            ("m/0_a.sql", ""),
            ("n/1_a/migration.sql", "SELECT 1::int"),
        ]);
        let found = project.find().unwrap();
        assert_eq!(outline(&found), ["prisma postgresql n: 1_a"]);
        assert_eq!(codes(&found), ["broken-journal"]);
        assert!(found.problems[0].message.contains(says), "{}", found.problems[0].message);
        assert_eq!(found.problems[0].path.as_deref(), Some("m/meta/_journal.json"));
    }
}

#[test]
fn journals_that_lead_out_of_the_folder() {
    let tags = ["../x", "a\nDROP TABLE t", "/etc/passwd", "0_a", "..", ""];
    let project = Project::new(&[
        ("x.sql", "SELECT 1;"),
        ("m/meta/_journal.json", &journal("pg", &tags)),
        ("m/0_a.sql", "SELECT 1;"),
    ]);
    let found = project.dir("m");
    assert_eq!(outline(&found), ["drizzle postgresql m: 0_a"]);
    assert_eq!(codes(&found), ["unsafe-name"; 5]);
    assert!(problems(&found).iter().all(|p| !p.message.contains('\n')), "a name is quoted in a message");
}

#[test]
fn entries_twice_and_files_unlisted() {
    let project = Project::new(&[
        ("m/meta/_journal.json", &journal("pg", &["0_a", "0_a"])),
        ("m/0_a.sql", "SELECT 1;"),
        ("m/1_b.sql", "SELECT 2;"),
        ("m/0_a.down.sql", ""),
        ("m/notes.md", ""),
    ]);
    let found = project.dir("m");
    assert_eq!(outline(&found), ["drizzle postgresql m: 0_a"]);
    assert_eq!(codes(&found), ["duplicate-entry", "not-in-journal"]);
    assert!(problems(&found)[1].message.contains("\"1_b.sql\""));
}

#[test]
fn bytes_that_are_no_text() {
    let project = Project::new(&[LOCK, ("m/3_c/migration.sql", "SELECT 3;")]);
    project.write("m/1_a/migration.sql", b"CREATE TABLE a (id int); -- \xE9\nCREATE TABLE b (id int);");
    project.write("m/2_b/migration.sql", b"\xFF\xFES\0E\0");
    let found = project.dir("m");
    assert_eq!(outline(&found), ["prisma postgresql m: 1_a 2_b 3_c"]);
    let (history, places) = (&found.sources[0].history, &found.sources[0].places);
    assert!(history.migrations[0].sql.contains("CREATE TABLE b"), "what follows is replayed over what can be read");
    assert_eq!(places.iter().map(|p| p.refused).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(codes(&found), ["invalid-utf8", "invalid-utf8"]);
    let said = problems(&found);
    assert!(said[0].message.contains("offset 28 (0xE9)") && said[0].path.as_deref() == Some("m/1_a/migration.sql"));
    assert!(said[1].message.contains("UTF-16"));
}

#[test]
fn a_file_of_50_mb() {
    let project = Project::new(&[LOCK, ("m/1_a/migration.sql", ""), ("m/2_b/migration.sql", "SELECT 1;")]);
    let file = std::fs::File::create(project.root().join("m/1_a/migration.sql")).unwrap();
    file.set_len(50 << 20).unwrap();
    let found = project.dir("m");
    assert_eq!(outline(&found), ["prisma postgresql m: 1_a 2_b"]);
    assert_eq!(codes(&found), ["migration-too-large"]);
    assert!(found.sources[0].places[0].refused && problems(&found)[0].message.contains("50 MB"));
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder() {
    use std::os::unix::fs::symlink;
    let project = Project::new(&[LOCK, ("m/1_a/migration.sql", "SELECT 1;"), ("far/migration.sql", "SELECT 2;")]);
    symlink(project.root().join("far"), project.root().join("m/2_b")).unwrap();
    symlink(project.root().join("m/1_a"), project.root().join("m/3_c")).unwrap();
    let found = project.dir("m");
    assert_eq!(outline(&found), ["prisma postgresql m: 1_a 2_b 3_c"]);
    let refused: Vec<_> = found.sources[0].places.iter().map(|p| p.refused).collect();
    assert_eq!((codes(&found), refused), (vec!["link-outside"], vec![false, true, false]));

    let project = Project::new(&[
        ("m/meta/_journal.json", &journal("pg", &["0_a", "1_b"])),
        ("m/0_a.sql", "SELECT 1;"),
        ("far/1_b.sql", "SELECT 2;"),
    ]);
    symlink(project.root().join("far/1_b.sql"), project.root().join("m/1_b.sql")).unwrap();
    assert_eq!(codes(&project.dir("m")), ["link-outside"]);
    std::fs::remove_file(project.root().join("m/1_b.sql")).unwrap();
    symlink(project.root().join("gone/nothing"), project.root().join("m/1_b.sql")).unwrap();
    assert_eq!(codes(&project.dir("m")), ["missing-sql"]);
}

#[cfg(unix)]
#[test]
fn a_rollback_folder_that_leads_elsewhere() {
    let project = Project::new(&[
        ("m/meta/_journal.json", &journal("sqlite", &["0_a"])),
        ("m/0_a.sql", "SELECT 1;"),
        ("wrangler.toml", "[[d1_databases]]\nmigrations_dir = \"m\"\n"),
        ("far/x", ""),
    ]);
    std::os::unix::fs::symlink(project.root().join("far"), project.root().join("m/rollback")).unwrap();
    let found = project.dir("m");
    assert_eq!(codes(&found), ["link-outside"]);
    assert!(found.sources[0].places[0].refused);
}

#[test]
fn a_flat_folder_without_a_journal() {
    let project = Project::new(&[("m/0_a.sql", "SELECT 1;")]);
    let found = project.dir("m");
    assert_eq!(codes(&found), ["no-migrations"]);
    assert!(found.problems[0].message.contains("_journal.json"));
}
