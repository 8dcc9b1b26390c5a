//! What `check` finds in folders and in git, what it leaves out, and where it says it stands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use unmigrate_app::check::{CheckOptions, CheckReport, Severity, check};
use unmigrate_app::{Error, NoConfig, Request, generate};

struct Project {
    dir: TempDir,
    request: Request,
    options: CheckOptions,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Project {
        let dir = TempDir::new().unwrap();
        let request = Request { cwd: dir.path().to_owned(), ..Request::default() };
        let project = Project { dir, request, options: CheckOptions::default() };
        files.iter().for_each(|(path, text)| project.write(path, text));
        project
    }

    /// A table, and a migration that drops a column of it.
    fn prisma() -> Project {
        Project::new(&[
            ("m/migration_lock.toml", "provider = \"postgresql\"\n"),
            ("m/1_a/migration.sql", "CREATE TABLE \"a\" (\"id\" INTEGER NOT NULL, \"b\" TEXT);\n"),
            ("m/2_b/migration.sql", "-- AlterTable\nALTER TABLE \"a\" DROP COLUMN \"b\";\n"),
        ])
    }

    /// Entries of a Drizzle journal: tag, `when`, text.
    fn drizzle(entries: &[(&str, i64, &str)]) -> Project {
        let project = Project::new(&[]);
        project.journal(entries);
        project
    }

    fn journal(&self, entries: &[(&str, i64, &str)]) {
        let listed: Vec<String> = entries
            .iter()
            .enumerate()
            .map(|(at, (tag, when, _))| format!("{{\"idx\":{at},\"when\":{when},\n\"tag\":\"{tag}\"}}"))
            .collect();
        let journal = format!("{{\"version\":\"7\",\"dialect\":\"postgresql\",\"entries\":[{}]}}", listed.join(",\n"));
        self.write("m/meta/_journal.json", &journal);
        entries.iter().for_each(|(tag, _, sql)| self.write(&format!("m/{tag}.sql"), sql));
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn check(&self) -> CheckReport {
        self.try_check().unwrap()
    }

    fn try_check(&self) -> Result<CheckReport, Error> {
        check(&self.request, &self.options, &NoConfig)
    }

    /// `rule file:line`, in order.
    fn found(&self) -> Vec<String> {
        self.check().findings.iter().map(|f| format!("{} {}:{}", f.rule, f.file, f.line)).collect()
    }

    fn git(&self, args: &[&str]) {
        let identity = [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "init.defaultBranch=main",
            "-c",
            "commit.gpgsign=false",
        ];
        let done = Command::new("git").args(identity).args(args).current_dir(self.dir.path()).output().unwrap();
        assert!(done.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", "x"]);
    }
}

#[test]
fn a_finding_has_its_place_in_every_kind_of_file() {
    let project = Project::prisma();
    for (text, line, column) in [
        ("ALTER TABLE \"a\" DROP COLUMN \"b\";", 1, 17),
        ("\u{feff}ALTER TABLE \"a\" DROP COLUMN \"b\";", 1, 17),
        ("-- ä\r\n\r\n/* 😀 */ ALTER TABLE \"a\"\r\n  DROP COLUMN \"b\";\r\n", 4, 3),
    ] {
        project.write("m/2_b/migration.sql", text);
        let report = project.check();
        let found = &report.findings[0];
        assert_eq!((found.rule, found.line, found.column), ("drop-column", line, column), "{text:?}");
        assert_eq!((found.end_line, found.end_column), (line, column + 15));
    }
}

#[test]
fn warnings_let_pass_and_errors_do_not() {
    let mut project = Project::prisma();
    let report = project.check();
    assert_eq!((report.findings.len(), report.needs_attention()), (1, false));
    project.options.strict = Some(true);
    assert!(project.check().needs_attention());
    project.options = CheckOptions::default();
    project.options.rules.insert("drop-column".into(), "error".into());
    assert!(project.check().needs_attention());
    project.options.rules.insert("drop-column".into(), "off".into());
    assert!(project.check().findings.is_empty());
    project.options.rules.insert("drop-colum".into(), "off".into());
    assert_eq!(project.try_check().unwrap_err().code, "unknown-rule");
}

#[test]
fn the_nearest_configuration_counts() {
    let project = Project::prisma();
    project.write("package.json", "{\"unmigrate\":{\"check\":{\"rules\":{\"drop-column\":\"error\"}}}}");
    assert_eq!(project.check().findings[0].severity, Severity::Error);
    project.write("unmigrate.json", "{\"check\":{\"rules\":{\"drop-column\":\"note\"},\"strict\":true}}");
    assert_eq!(project.check().findings[0].severity, Severity::Note);
    project.write("unmigrate.json", "{\"check\":{\"rulez\":{}}}");
    assert_eq!(project.try_check().unwrap_err().code, "config-unreadable");
    project.write("unmigrate.json", "{\"version\":1,\"other\":{}}");
    assert_eq!(project.check().findings[0].severity, Severity::Error, "one that says nothing of check is passed over");
}

#[test]
fn a_comment_with_a_reason_takes_back() {
    let project = Project::prisma();
    let with = |comment: &str| {
        project.write("m/2_b/migration.sql", &format!("{comment}\nALTER TABLE \"a\" DROP COLUMN \"b\";\n"))
    };
    with("-- unmigrate-ignore drop-column: unused since v42");
    let report = project.check();
    assert_eq!((report.findings.len(), report.suppressed.ignored), (0, 1));
    with("-- unmigrate-ignore drop-column");
    assert_eq!(project.found(), ["ignore-without-reason m/2_b/migration.sql:1", "drop-column m/2_b/migration.sql:2"]);
    with("-- unmigrate-ignore drop-table: no");
    assert_eq!(project.found(), ["unused-ignore m/2_b/migration.sql:1", "drop-column m/2_b/migration.sql:2"]);
}

#[test]
fn a_baseline_hides_what_is_known_wherever_it_moves() {
    let mut project = Project::prisma();
    project.options.write_baseline = true;
    assert!(project.check().findings.is_empty());
    project.options.write_baseline = false;
    project.write("m/2_b/migration.sql", "-- AlterTable\n\n\nALTER TABLE \"a\"\n  DROP COLUMN \"b\";\n");
    let report = project.check();
    assert_eq!((report.findings.len(), report.suppressed.baseline), (0, 1));
    project.write("m/3_c/migration.sql", "DROP TABLE \"a\";\n");
    assert_eq!(project.found(), ["drop-table m/3_c/migration.sql:1"]);
    project.write("unmigrate-baseline.json", "{");
    assert_eq!(project.try_check().unwrap_err().code, "baseline-unreadable");
}

#[test]
fn only_what_changed_since_the_branch_began() {
    let mut project = Project::prisma();
    project.git(&["init", "-q"]);
    project.commit();
    project.git(&["switch", "-qc", "feature"]);
    project.write("m/3_c/migration.sql", "CREATE TABLE \"n\" (\"id\" INTEGER);\n");
    project.commit();
    // In the same branch, uncommitted: the table of the migration before is empty when both run.
    project
        .write("m/4_d/migration.sql", "CREATE INDEX \"i\" ON \"n\"(\"id\");\nCREATE INDEX \"j\" ON \"a\"(\"id\");\n");
    project.options.changed = Some("main".into());
    let report = project.check();
    let said: Vec<_> = report.findings.iter().map(|f| (f.rule, f.line)).collect();
    assert_eq!(said, [("create-index", 2)]);
    assert_eq!((report.histories[0].checked, report.histories[0].migrations), (2, 4));
    assert_eq!(report.since.unwrap().reference, "main");
    project.options.changed = Some(String::new());
    assert_eq!(project.check().since.unwrap().reference, "main", "the default branch is found");
    project.options.changed = Some("--output=/tmp/x".into());
    assert_eq!(project.try_check().unwrap_err().code, "no-merge-base");
}

#[test]
fn what_was_there_before_the_branch_is_not_touched() {
    let mut project = Project::prisma();
    project.git(&["init", "-q"]);
    project.commit();
    project.git(&["switch", "-qc", "feature"]);
    project.write("m/1_a/migration.sql", "CREATE TABLE \"a\" (\"id\" BIGINT NOT NULL, \"b\" TEXT);\n");
    fs::remove_dir_all(project.path("m/2_b")).unwrap();
    project.write("m/0_z/migration.sql", "CREATE TABLE \"z\" (\"id\" INTEGER);\n");
    project.commit();
    project.options.changed = Some("main".into());
    let found = project.found();
    assert_eq!(
        found,
        ["back-dated m/0_z/migration.sql:1", "edited m/1_a/migration.sql:1", "removed m/2_b/migration.sql:1"]
    );
}

#[test]
fn no_repository_and_a_shallow_one() {
    let mut project = Project::prisma();
    project.options.changed = Some("main".into());
    assert_eq!(project.try_check().unwrap_err().code, "no-merge-base");
    project.options = CheckOptions { changed_in_ci: true, ..CheckOptions::default() };
    let report = project.check();
    assert_eq!(
        (report.findings.len(), report.problems[0].code),
        (1, "no-merge-base"),
        "everything is looked at, and it says so"
    );
}

#[test]
fn a_journal_that_goes_backwards_and_numbers_that_meet() {
    let project =
        Project::drizzle(&[("0000_a", 100, "SELECT 1;"), ("0001_b", 300, "SELECT 1;"), ("0001_c", 200, "SELECT 1;")]);
    assert_eq!(project.found(), ["duplicate-number m/0001_c.sql:1", "journal-backwards m/meta/_journal.json:6"]);
    let report = project.check();
    let backwards = report.findings.iter().find(|f| f.rule == "journal-backwards").unwrap();
    assert!(
        backwards.message.starts_with("`0001_c` (when 200) is older than `0001_b` (when 300) before it"),
        "{}",
        backwards.message
    );
}

#[test]
fn files_and_entries_that_do_not_meet() {
    let project = Project::drizzle(&[("0000_a", 100, "SELECT 1;"), ("0001_b", 200, "SELECT 1;")]);
    fs::remove_file(project.path("m/0001_b.sql")).unwrap();
    project.write("m/0002_c.sql", "SELECT 1;");
    assert_eq!(project.found(), ["not-in-journal m:1", "missing-sql m/0001_b.sql:1"]);
}

#[test]
fn snapshots_that_do_not_hang_together() {
    let project =
        Project::drizzle(&[("0000_a", 1, "SELECT 1;"), ("0001_b", 2, "SELECT 1;"), ("0002_c", 3, "SELECT 1;")]);
    let snapshot = |number: &str, id: &str, parent: &str| {
        project.write(
            &format!("m/meta/{number}_snapshot.json"),
            &format!("{{\"id\":\"{id}\",\"prevId\":\"{parent}\",\"version\":\"7\"}}"),
        );
    };
    snapshot("0000", "a", "00000000-0000-0000-0000-000000000000");
    snapshot("0001", "b", "a");
    snapshot("0002", "c", "b");
    assert!(project.found().is_empty(), "{:?}", project.found());
    snapshot("0002", "c", "a");
    assert_eq!(project.found(), ["snapshot-chain m/meta/0002_snapshot.json:1"]);
    snapshot("0002", "c", "x");
    assert_eq!(project.found(), ["snapshot-chain m/meta/0002_snapshot.json:1"]);
}

#[test]
fn branches_that_no_snapshot_joins() {
    let folder = |project: &Project, name: &str, id: &str, parents: &str| {
        project.write(&format!("m/{name}/migration.sql"), "SELECT 1;");
        let text = format!(
            "{{\"version\":\"8\",\"dialect\":\"postgres\",\"id\":\"{id}\",\"prevIds\":[{parents}],\"ddl\":[]}}"
        );
        project.write(&format!("m/{name}/snapshot.json"), &text);
    };
    let project = Project::new(&[]);
    folder(&project, "20260101000000_a", "a", "\"00000000-0000-0000-0000-000000000000\"");
    folder(&project, "20260102000000_b", "b", "\"a\"");
    folder(&project, "20260103000000_c", "c", "\"a\"");
    assert_eq!(project.found(), ["unmerged-branches m/20260103000000_c/snapshot.json:1"]);
    folder(&project, "20260104000000_d", "d", "\"b\", \"c\"");
    assert!(project.found().is_empty());
}

#[test]
fn two_words_for_the_provider() {
    let project = Project::prisma();
    project.write("schema.prisma", "datasource db {\n  provider = \"mysql\"\n}\n");
    assert!(project.found().contains(&"provider-mismatch m/migration_lock.toml:1".to_owned()));
}

#[test]
fn rollbacks_in_every_state() {
    let project = Project::prisma();
    assert_eq!(project.found(), ["drop-column m/2_b/migration.sql:2"], "where nobody keeps rollbacks, none is missed");
    generate(&project.request, &NoConfig).unwrap();
    assert_eq!(
        project.found(),
        ["rollback-unverified m/1_a/migration.sql:1", "drop-column m/2_b/migration.sql:2"],
        "that none was ever run is said once"
    );
    fs::remove_file(project.path("m/1_a/down.sql")).unwrap();
    assert!(project.found().contains(&"rollback-missing m/1_a/migration.sql:1".to_owned()));
    generate(&project.request, &NoConfig).unwrap();
    project.write("m/2_b/migration.sql", "-- AlterTable\nALTER TABLE \"a\" DROP COLUMN \"b\";\nSELECT 1;\n");
    assert!(project.found().contains(&"rollback-stale m/2_b/down.sql:1".to_owned()));
    project.write("m/9_z/down.sql", "SELECT 1;");
    assert!(project.found().contains(&"rollback-orphaned m/9_z/down.sql:1".to_owned()));
}

#[test]
fn a_rollback_of_a_person_is_read() {
    let project = Project::new(&[
        ("m/migration_lock.toml", "provider = \"postgresql\"\n"),
        ("m/1_a/migration.sql", "CREATE TABLE a (id int, b text);\nALTER TABLE a ENABLE ROW LEVEL SECURITY;\n"),
        ("m/2_b/migration.sql", "ALTER TABLE a ADD COLUMN c text;\nALTER TABLE a FORCE ROW LEVEL SECURITY;\n"),
        ("m/2_b/down.sql", "ALTER TABLE a DISABLE ROW LEVEL SECURITY;\nALTER TABLE a NO FORCE ROW LEVEL SECURITY;\n"),
    ]);
    let report = project.check();
    let said = |rule: &str| report.findings.iter().find(|f| f.rule == rule).map(|f| f.message.clone());
    assert_eq!(said("rollback-unprotects").as_deref(), Some("after it, row security of `a` is off"));
    let left = said("rollback-incomplete").unwrap();
    assert!(left.contains("the column `a.c` is still there"), "{left}");
    project.write("m/2_b/down.sql", "ALTER TABLE a NO FORCE ROW LEVEL SECURITY;\nALTER TABLE a DROP COLUMN c;\n");
    let report = project.check();
    assert!(
        !report.findings.iter().any(|f| f.rule == "rollback-unprotects" || f.rule == "rollback-incomplete"),
        "{:?}",
        report.findings
    );
}

#[test]
fn the_runner_is_the_project_s_own() {
    let index = ("0001_b", 2, "CREATE INDEX CONCURRENTLY i ON a (id);");
    let mut project = Project::drizzle(&[("0000_a", 1, "CREATE TABLE a (id int);"), index]);
    assert_eq!(project.found(), ["needs-no-transaction m/0001_b.sql:1"]);
    project.options.runner = Some("autocommit".into());
    assert!(project.found().is_empty());
    project.options.runner = Some("flyway".into());
    assert_eq!(project.try_check().unwrap_err().code, "unknown-runner");
}

#[test]
fn sqlite_s_drivers_are_told_apart() {
    let project = Project::new(&[
        ("m/meta/_journal.json", r#"{"version":"7","dialect":"sqlite","entries":[{"tag":"0000_a","when":1}]}"#),
        ("m/0000_a.sql", "CREATE TABLE a (id integer);"),
    ]);
    let runner = |project: &Project| project.check().histories[0].runner;
    assert_eq!(runner(&project), "drizzle");
    project.write("package.json", r#"{"dependencies":{"@libsql/client":"1"}}"#);
    assert_eq!(runner(&project), "libsql");
    project.write("wrangler.toml", "[[d1_databases]]\nmigrations_dir = \"m\"\n");
    assert_eq!(runner(&project), "d1");
}

#[test]
fn migrations_by_name() {
    let mut project = Project::prisma();
    project.request.only = vec!["1_a".into()];
    let report = project.check();
    assert_eq!((report.findings.len(), report.histories[0].checked), (0, 1));
    assert!(Path::new(&project.request.cwd).is_absolute());
}

/// What the tools wrote for a new database: every first migration only creates.
#[test]
fn nothing_is_found_in_what_only_creates() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut looked = 0;
    for folder in ["examples", "tests/fixtures"] {
        let request = Request { cwd: root.join(folder), ..Request::default() };
        let report = check(&request, &CheckOptions::default(), &NoConfig).unwrap();
        for history in &report.histories {
            let first = |f: &&unmigrate_app::check::Finding| {
                let name = f.file.strip_prefix(&history.dir).unwrap_or(&f.file);
                name.starts_with("/0000_") || name.starts_with("/20260112093000_init")
            };
            looked += 1;
            let found: Vec<_> = report.findings.iter().filter(first).collect();
            assert!(found.is_empty(), "{found:?}");
        }
    }
    assert!(looked >= 8, "{looked}");
}
