//! What is written, what is left alone, and what is said of it.

use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use unmigrate_app::{Error, NoConfig, Report, Request, State, generate, status};

struct Project {
    dir: TempDir,
    request: Request,
}

const A: &str = "m/1_a/down.sql";

impl Project {
    /// Two Prisma migrations in `m`.
    fn prisma() -> Project {
        Project::new(&[
            ("m/migration_lock.toml", "provider = \"postgresql\"\n"),
            ("m/1_a/migration.sql", "CREATE TABLE \"a\" (\"id\" INTEGER NOT NULL);\n"),
            ("m/2_b/migration.sql", "ALTER TABLE \"a\" ADD COLUMN \"b\" TEXT;\n"),
        ])
    }

    /// One Drizzle migration in `m`, which Wrangler reads too.
    fn wrangler() -> Project {
        let journal = r#"{"version":"7","dialect":"sqlite","entries":[{"idx":0,"tag":"0_a"}]}"#;
        Project::new(&[
            ("wrangler.toml", "[[d1_databases]]\nmigrations_dir = \"m\"\n"),
            ("m/meta/_journal.json", journal),
            ("m/0_a.sql", "CREATE TABLE `a` (`id` integer);"),
        ])
    }

    fn new(files: &[(&str, &str)]) -> Project {
        let dir = TempDir::new().unwrap();
        let request = Request { cwd: dir.path().to_owned(), ..Request::default() };
        let project = Project { dir, request };
        files.iter().for_each(|(path, text)| project.write(path, text));
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn run(&self, change: impl FnOnce(&mut Request)) -> Result<Report, Error> {
        let mut request = self.request.clone();
        change(&mut request);
        generate(&request, &NoConfig)
    }

    fn generate(&self) -> Report {
        self.run(|_| {}).unwrap()
    }

    /// Every file with its bytes and the time of its last change.
    fn everything(&self) -> Vec<(PathBuf, Vec<u8>, std::time::SystemTime)> {
        fn visit(dir: &Path, into: &mut Vec<(PathBuf, Vec<u8>, std::time::SystemTime)>) {
            for entry in fs::read_dir(dir).unwrap().flatten() {
                if entry.path().is_dir() {
                    visit(&entry.path(), into);
                } else {
                    let changed = entry.metadata().unwrap().modified().unwrap();
                    into.push((entry.path(), fs::read(entry.path()).unwrap(), changed));
                }
            }
        }
        let mut files = vec![];
        visit(self.dir.path(), &mut files);
        files.sort();
        files
    }
}

fn states(report: &Report) -> Vec<&'static str> {
    report.migrations().map(|m| m.state.word()).collect()
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.problems.iter().map(|p| p.code).collect()
}

#[test]
fn the_first_run_writes_all_and_the_second_none() {
    let project = Project::prisma();
    let report = project.generate();
    assert_eq!(states(&report), ["written", "written"]);
    assert!(report.would_change() && !report.needs_attention());
    let text = project.read(A);
    assert!(text.starts_with("-- unmigrate v1 ") && text.ends_with('\n') && !text.contains('\r'), "{text}");
    let before = project.everything();
    let report = project.generate();
    assert_eq!(states(&report), ["unchanged", "unchanged"]);
    assert!(!report.would_change());
    assert_eq!(before, project.everything());
}

#[test]
fn check_and_status_write_nothing() {
    let project = Project::prisma();
    let before = project.everything();
    let report = project.run(|r| r.check = true).unwrap();
    assert_eq!(states(&report), ["missing", "missing"]);
    assert!(report.would_change() && report.needs_attention());
    let report = status(&Request { force: true, ..project.request.clone() }, &NoConfig).unwrap();
    assert_eq!(states(&report), ["missing", "missing"]);
    assert_eq!(before, project.everything());
}

#[test]
fn what_a_person_wrote_is_theirs() {
    let project = Project::prisma();
    project.write(A, "DROP TABLE a;\n");
    project.generate();
    let edited = format!("{}-- mine\n", project.read("m/2_b/down.sql"));
    project.write("m/2_b/down.sql", &edited);
    let report = project.generate();
    assert_eq!(states(&report), ["edited", "edited"]);
    assert!(!report.would_change() && !report.needs_attention());
    assert_eq!((project.read(A).as_str(), project.read("m/2_b/down.sql")), ("DROP TABLE a;\n", edited));
    project.write("m/2_b/migration.sql", "ALTER TABLE \"a\" ADD COLUMN \"c\" TEXT;\n");
    let report = project.generate();
    assert!(report.needs_attention() && report.migrations().nth(1).unwrap().up_changed);
    assert!(project.run(|r| (r.force, r.check) = (true, true)).unwrap().would_change());
    assert_eq!(states(&project.run(|r| r.force = true).unwrap()), ["written", "written"]);
    assert!(project.read(A).starts_with("-- unmigrate v1 "));
}

#[test]
fn a_migration_that_changed_makes_its_rollback_stale() {
    let project = Project::prisma();
    project.generate();
    project.write("m/2_b/migration.sql", "ALTER TABLE \"a\" ADD COLUMN \"c\" TEXT;\n");
    assert_eq!(states(&project.run(|r| r.check = true).unwrap()), ["unchanged", "stale"]);
    assert_eq!(states(&project.generate()), ["unchanged", "written"]);
}

#[test]
fn line_ends_of_a_checkout_change_nothing() {
    let project = Project::prisma();
    project.generate();
    for file in [A, "m/1_a/migration.sql", "m/2_b/down.sql", "m/2_b/migration.sql"] {
        project.write(file, &project.read(file).replace('\n', "\r\n"));
    }
    assert_eq!(states(&project.generate()), ["unchanged", "unchanged"]);
}

#[test]
fn what_would_be_written_otherwise_is_rewritten_only_when_asked() {
    let project = Project::prisma();
    project.generate();
    // Another grade under the same hashes: what another version may have thought of it.
    let text = project.read(A);
    let word = text.split_ascii_whitespace().nth(3).unwrap();
    let other = if word == "lossy" { "manual" } else { "lossy" };
    project.write(A, &text.replacen(word, other, 1));
    let report = project.generate();
    assert_eq!(states(&report), ["outdated", "unchanged"]);
    assert!(!report.would_change());
    assert_eq!(states(&project.run(|r| r.rewrite_outdated = true).unwrap()), ["written", "unchanged"]);
    assert_eq!(project.read(A), text);
}

#[test]
fn some_by_name() {
    let project = Project::prisma();
    let only = |name: &str| project.run(|r| r.only = vec![name.to_owned()]);
    let error = only("9_z").unwrap_err();
    assert_eq!(error.code, "no-such-migration");
    assert!(error.message.contains("2_b"), "{}", error.message);
    assert!(!project.path(A).exists());
    let report = only("2_b").unwrap();
    assert_eq!(report.migrations().map(|m| m.name.as_str()).collect::<Vec<_>>(), ["2_b"]);
    assert!(!project.path(A).exists() && project.path("m/2_b/down.sql").exists());
    for word in ["1_a", "m/1_a", "m/1_a/", "m/1_a/migration.sql"] {
        assert_eq!(only(word).unwrap().migrations().count(), 1, "{word}");
    }
}

#[test]
fn json_of_the_contract() {
    let project = Project::prisma();
    let json = serde_json::to_value(project.generate()).unwrap();
    assert_eq!((&json["version"], &json["problems"]), (&serde_json::json!(1), &serde_json::json!([])));
    let history = &json["histories"][0];
    assert_eq!(
        (&history["tool"], &history["dialect"], &history["dir"]),
        (&"prisma".into(), &"postgresql".into(), &"m".into())
    );
    let first = &history["migrations"][0];
    assert_eq!(first["up"], "m/1_a/migration.sql");
    assert_eq!(first["down"], A);
    assert_eq!(first["state"], "written");
    assert!(first["grade"].is_string() && first["notes"].is_array() && first.get("upChanged").is_none());
    let request: Request = serde_json::from_str(r#"{"cwd":"/x","rewriteOutdated":true,"dirs":["m"]}"#).unwrap();
    assert!(request.rewrite_outdated && request.dirs == [PathBuf::from("m")]);
}

#[test]
fn beside_another_runner_it_goes_aside() {
    let project = Project::wrangler();
    let report = project.generate();
    assert_eq!(report.migrations().next().unwrap().down, "m/rollback/0_a.down.sql");
    assert!(project.path("m/rollback/0_a.down.sql").is_file() && !project.path("m/0_a.down.sql").exists());
    assert_eq!(states(&project.generate()), ["unchanged"]);
}

#[test]
fn ours_in_the_wrong_place_moves_and_a_persons_is_reported() {
    let project = Project::wrangler();
    project.generate();
    fs::rename(project.path("m/rollback/0_a.down.sql"), project.path("m/0_a.down.sql")).unwrap();
    let report = project.run(|r| r.check = true).unwrap();
    assert_eq!(states(&report), ["misplaced"]);
    assert!(report.would_change() && report.needs_attention());
    assert_eq!(states(&project.generate()), ["written"]);
    assert!(!project.path("m/0_a.down.sql").exists() && project.path("m/rollback/0_a.down.sql").exists());

    project.write("m/0_a.down.sql", "DROP TABLE a;");
    let report = project.run(|r| r.force = true).unwrap();
    assert_eq!((states(&report), codes(&report)), (vec!["misplaced"], vec!["misplaced"]));
    assert_eq!(report.problems[0].help, "mv m/0_a.down.sql m/rollback/0_a.down.sql");
    assert_eq!(project.read("m/0_a.down.sql"), "DROP TABLE a;");
}

#[test]
fn what_cannot_be_written_is_named_and_the_others_go_on() {
    let project = Project::prisma();
    fs::create_dir(project.path(A)).unwrap();
    let report = project.run(|r| r.force = true).unwrap();
    assert_eq!(states(&report), ["edited", "written"]);
    assert_eq!(codes(&report), ["not-a-rollback-file", "not-writable"]);
    assert!(report.problems[1].message.contains(A));
    let left = fs::read_dir(project.path("m/1_a")).unwrap().count();
    assert_eq!(left, 2, "nothing half written is left behind");
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_read_only() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::prisma();
    let folder = project.path("m/1_a");
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o555)).unwrap();
    if fs::write(folder.join("probe"), "").is_ok() {
        return; // root writes everywhere
    }
    let report = project.generate();
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!((states(&report), codes(&report)), (vec!["missing", "written"], vec!["not-writable"]));
    assert!(report.needs_attention());
}

/// A small file system of its own in a folder, where one may be mounted; it goes with this.
#[cfg(target_os = "linux")]
struct Mounted(PathBuf);

#[cfg(target_os = "linux")]
impl Mounted {
    fn at(folder: PathBuf) -> Option<Mounted> {
        fs::create_dir_all(&folder).unwrap();
        let mount = |options: &str| {
            let mut command = std::process::Command::new("mount");
            command.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&folder).stderr(std::process::Stdio::null());
            command.status().is_ok_and(|s| s.success())
        };
        mount("size=64k").then(|| Mounted(folder.clone()))
    }

    fn read_only(&self) -> bool {
        let mut command = std::process::Command::new("mount");
        command.args(["-o", "remount,ro"]).arg(&self.0).status().is_ok_and(|s| s.success())
    }
}

#[cfg(target_os = "linux")]
impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).status();
    }
}

/// Two migrations on a file system of their own; none where nothing may be mounted.
#[cfg(target_os = "linux")]
fn on_its_own_disk() -> Option<(Project, Mounted)> {
    let project = Project::new(&[]);
    let mounted = Mounted::at(project.path("m"))?;
    project.write("m/migration_lock.toml", "provider = \"postgresql\"\n");
    project.write("m/1_a/migration.sql", "CREATE TABLE \"a\" (\"id\" INTEGER NOT NULL);\n");
    project.write("m/2_b/migration.sql", "ALTER TABLE \"a\" ADD COLUMN \"b\" TEXT;\n");
    Some((project, mounted))
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_every_file_as_it_was() {
    let Some((project, _mounted)) = on_its_own_disk() else { return };
    project.generate();
    project.write("m/1_a/migration.sql", "CREATE TABLE \"a\" (\"id\" BIGINT NOT NULL);\n");
    fs::remove_file(project.path("m/2_b/down.sql")).unwrap();
    let mut fill = fs::File::create(project.path("m/fill")).unwrap();
    while std::io::Write::write_all(&mut fill, &[0; 512]).is_ok() {}
    let before = project.everything();
    let report = project.run(|r| r.force = true).unwrap();
    assert_eq!((states(&report), codes(&report)), (vec!["stale", "missing"], vec!["not-writable"; 2]));
    assert!(report.problems[0].message.contains(A), "{}", report.problems[0].message);
    assert!(report.needs_attention());
    assert!(project.everything() == before, "nothing half written is left behind");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_read_only_even_for_root() {
    let Some((project, mounted)) = on_its_own_disk() else { return };
    if !mounted.read_only() {
        return;
    }
    let report = project.generate();
    assert_eq!((states(&report), codes(&report)), (vec!["missing"; 2], vec!["not-writable"; 2]));
    assert!(report.needs_attention());
}

#[test]
fn sql_that_is_cut_inside_a_string_is_by_hand_and_fails_when_run() {
    let project = Project::prisma();
    project.write("m/2_b/migration.sql", "ALTER TABLE \"a\" ADD COLUMN \"b\" TEXT DEFAULT 'never clo");
    let report = project.generate();
    assert_eq!(states(&report), ["written"; 2]);
    let text = project.read("m/2_b/down.sql");
    assert!(text.starts_with("-- unmigrate v1 manual "), "{text}");
    assert!(text.contains("a quote or a comment in it is never closed"), "{text}");
    let first = text.lines().find(|l| !l.is_empty() && !l.starts_with("--")).unwrap();
    assert!(first.contains("RAISE EXCEPTION"), "its first statement fails: {first}");
}

#[cfg(unix)]
#[test]
fn a_name_that_holds_a_line_break_is_left_out() {
    let project = Project::prisma();
    project.write("m/3_c\nDROP/migration.sql", "CREATE TABLE c (id int);");
    let report = project.generate();
    assert_eq!((states(&report), codes(&report)), (vec!["written"; 2], vec!["unsafe-name"]));
    assert!(report.problems[0].message.contains("3_c\\nDROP"), "{}", report.problems[0].message);
    assert_eq!(fs::read_dir(project.path("m/3_c\nDROP")).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let project = Project::prisma();
    project.write("far.sql", "precious");
    std::os::unix::fs::symlink(project.path("far.sql"), project.path(A)).unwrap();
    let report = project.generate();
    assert_eq!((states(&report), codes(&report)), (vec!["edited", "written"], vec!["not-a-rollback-file"]));
    project.run(|r| r.force = true).unwrap();
    assert_eq!(project.read("far.sql"), "precious");
    assert!(project.read(A).starts_with("-- unmigrate v1 "));
}

#[cfg(unix)]
#[test]
fn a_new_file_has_the_permissions_of_any() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::prisma();
    project.generate();
    let mode = |path: &str| fs::metadata(project.path(path)).unwrap().permissions().mode();
    assert_eq!(mode(A), mode("m/1_a/migration.sql"));
}

#[test]
fn an_unreadable_migration_gets_none_and_keeps_what_it_has() {
    let project = Project::prisma();
    project.generate();
    fs::write(project.path("m/1_a/migration.sql"), b"\xFF").unwrap();
    let before = project.read(A);
    let report = project.generate();
    assert_eq!((report.migrations().next().unwrap().state, codes(&report)), (State::Stale, vec!["invalid-utf8"]));
    assert_eq!(project.read(A), before);
    assert!(report.migrations().nth(1).unwrap().grade.is_some());
}

#[test]
fn words_that_mean_nothing() {
    let project = Project::prisma();
    assert_eq!(project.run(|r| r.tool = Some("knex".into())).unwrap_err().code, "unknown-tool");
    assert_eq!(project.run(|r| r.dialect = Some("db2".into())).unwrap_err().code, "unknown-dialect");
    assert_eq!(project.run(|r| r.cwd = "/nowhere/at/all".into()).unwrap_err().code, "no-such-folder");
}
