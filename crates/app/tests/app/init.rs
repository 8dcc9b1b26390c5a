//! What `init` adds to projects of several kinds, and what it leaves alone.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;
use unmigrate_app::NoConfig;
use unmigrate_app::init::{Change, InitReport, InitRequest, init};

struct Project(TempDir);

const MANIFEST: &str = "{\n  \"name\": \"shop\",\n  \"scripts\": {\n    \"build\": \"tsc\"\n  },\n  \"devDependencies\": { \"unmigrate\": \"^0.1.0\" }\n}\n";

impl Project {
    fn new(files: &[(&str, &str)]) -> Project {
        let project = Project(TempDir::new().unwrap());
        project.git(&["init", "--quiet"]);
        project.write("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
        project.write("prisma/migrations/1_a/migration.sql", "CREATE TABLE a (id INTEGER NOT NULL);\n");
        project.write("package.json", MANIFEST);
        files.iter().for_each(|(path, text)| project.write(path, text));
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn git(&self, args: &[&str]) {
        let out = Command::new("git").args(args).current_dir(self.0.path()).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    }

    fn run(&self, below: &str, hook: bool, dry_run: bool) -> InitReport {
        init(&InitRequest { cwd: self.path(below), hook, dry_run }, &NoConfig).unwrap()
    }

    fn init(&self) -> Vec<(String, Change)> {
        self.run("", false, false).files.into_iter().map(|f| (f.path, f.change)).collect()
    }

    fn hook(&self) -> (String, Change) {
        let file = self.run("", true, false).files.remove(0);
        (file.path, file.change)
    }
}

#[test]
fn scripts_and_a_workflow_and_then_nothing_more() {
    let project = Project::new(&[]);
    let workflow = ".github/workflows/unmigrate.yml".to_owned();
    assert_eq!(project.init(), [("package.json".to_owned(), Change::Edited), (workflow.clone(), Change::Created)]);
    let text = project.read("package.json");
    let added = "    \"build\": \"tsc\",\n    \"db:check\": \"unmigrate check\",\n    \"db:rollbacks\": \"unmigrate generate\",\n    \"db:verify\": \"unmigrate verify\",\n    \"db:rollback\": \"unmigrate rollback\"\n  },";
    assert_eq!(text, MANIFEST.replace("    \"build\": \"tsc\"\n  },", added));
    let (written, stays) = (project.read(&workflow), project.read("package.json"));
    assert!(written.contains("      - 'prisma/migrations/**'\n"), "{written}");
    assert_eq!(project.init(), [("package.json".to_owned(), Change::Unchanged), (workflow.clone(), Change::Unchanged)]);
    assert_eq!((project.read(&workflow), project.read("package.json")), (written, stays));
}

#[test]
fn the_manifest_keeps_its_form() {
    for manifest in [
        "{\r\n\t\"scripts\": {\r\n\t\t\"a\": \"b\"\r\n\t}\r\n}\r\n",
        "{\"scripts\":{\"a\":\"b\"}}",
        "{\n    \"name\": \"x\"\n}",
        "{}",
    ] {
        let project = Project::new(&[("package.json", manifest)]);
        project.init();
        let text = project.read("package.json");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["scripts"]["db:rollback"], "unmigrate rollback", "{text}");
        let crlf = manifest.contains('\r');
        assert_eq!(
            text.matches('\n').count() == text.matches("\r\n").count(),
            crlf || !text.contains('\n'),
            "{text:?}"
        );
        assert!(!manifest.contains('\t') || !text.contains("  "), "{text:?}");
        // Without what was added, nothing has changed.
        let mut without = value.clone();
        for name in ["db:check", "db:rollbacks", "db:verify", "db:rollback"] {
            without["scripts"].as_object_mut().unwrap().remove(name);
        }
        if without["scripts"].as_object().unwrap().is_empty() {
            without.as_object_mut().unwrap().remove("scripts");
        }
        assert_eq!(without, serde_json::from_str::<serde_json::Value>(manifest).unwrap());
    }
}

#[test]
fn what_a_project_has_under_these_names_stays() {
    let manifest = "{ \"scripts\": { \"db:check\": \"drizzle-kit check\", \"down\": \"dotenv -- unmigrate rollback --steps 1\" } }\n";
    let project = Project::new(&[("package.json", manifest)]);
    project.init();
    let value: serde_json::Value = serde_json::from_str(&project.read("package.json")).unwrap();
    assert_eq!(value["scripts"]["db:check"], "drizzle-kit check");
    assert_eq!(value["scripts"].get("db:rollback"), None, "it is called under another name");
    assert_eq!(value["scripts"]["db:verify"], "unmigrate verify");
}

#[test]
fn a_dry_run_writes_nothing() {
    let project = Project::new(&[]);
    let report = project.run("", false, true);
    assert!(report.dry_run && report.files[1].text.as_ref().is_some_and(|text| text.contains("unmigrate check")));
    assert_eq!(project.read("package.json"), MANIFEST);
    assert!(!project.path(".github").exists());
    assert_eq!(project.run("", true, true).files[0].change, Change::Created);
    assert!(!project.path(".git/hooks/pre-commit").exists());
}

#[test]
fn a_package_below_the_root_with_its_own_manager() {
    for (lock, install, run) in [
        ("pnpm-lock.yaml", "pnpm install --frozen-lockfile", "pnpm exec unmigrate check"),
        ("yarn.lock", "yarn install --frozen-lockfile", "yarn run unmigrate check"),
        ("bun.lock", "bun install --frozen-lockfile", "bun x --no-install unmigrate check"),
        ("package-lock.json", "npm ci", "npx --no-install unmigrate check"),
    ] {
        let project = Project::new(&[
            (lock, ""),
            ("packages/db/package.json", MANIFEST),
            (
                "packages/db/drizzle/meta/_journal.json",
                "{\"version\":\"7\",\"dialect\":\"postgresql\",\"entries\":[{\"idx\":0,\"when\":1,\"tag\":\"0000_a\"}]}",
            ),
            ("packages/db/drizzle/0000_a.sql", "CREATE TABLE a (id integer);"),
        ]);
        project.run("packages/db", false, false);
        let workflow = project.read(".github/workflows/unmigrate.yml");
        for part in ["working-directory: 'packages/db'", "- 'packages/db/drizzle/**'", install, run] {
            assert!(workflow.contains(part), "{lock}: {part}\n{workflow}");
        }
        project.run("packages/db", true, false);
        let hook = project.read(".git/hooks/pre-commit");
        assert!(hook.contains(&format!("(cd 'packages/db' && {run} --changed HEAD) || exit 1")), "{hook}");
    }
}

#[test]
fn without_a_package_without_a_repository_and_without_the_dependency() {
    let bare = TempDir::new().unwrap();
    let request = |hook| InitRequest { cwd: bare.path().to_owned(), hook, dry_run: false };
    assert_eq!(init(&request(false), &NoConfig).unwrap_err().code, "no-package");
    fs::write(bare.path().join("package.json"), "{ \"scripts\": ").unwrap();
    assert_eq!(init(&request(false), &NoConfig).unwrap_err().code, "config-unreadable");
    fs::write(bare.path().join("package.json"), "{}").unwrap();
    assert_eq!(init(&request(true), &NoConfig).unwrap_err().code, "no-repository");
    let report = init(&request(false), &NoConfig).unwrap();
    let codes: Vec<_> = report.problems.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["nothing-found", "not-installed"]);
}

#[test]
fn git_s_own_hook_is_run_and_stops_a_commit() {
    let project = Project::new(&[]);
    assert_eq!(project.hook(), (".git/hooks/pre-commit".to_owned(), Change::Created));
    assert_eq!(project.hook(), (".git/hooks/pre-commit".to_owned(), Change::Unchanged));
    // In the place of npx stands a script that fails where the migration does harm.
    project.write(
        "bin/npx",
        "#!/bin/sh\necho \"$@\" > called\ngrep -q DROP prisma/migrations/1_a/migration.sql && exit 1\nexit 0\n",
    );
    Command::new("chmod").args(["+x", "bin/npx"]).current_dir(project.0.path()).status().unwrap();
    let path = format!("{}:{}", project.path("bin").display(), std::env::var("PATH").unwrap());
    let commit = || {
        project.git(&["add", "prisma"]);
        let mut git = Command::new("git");
        git.args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "commit.gpgsign=false",
            "commit",
            "-qm",
            "x",
        ]);
        git.env("PATH", &path).current_dir(project.0.path()).output().unwrap().status.success()
    };
    assert!(commit());
    assert_eq!(project.read("called"), "--no-install unmigrate check --changed HEAD\n");
    project.write("prisma/migrations/1_a/migration.sql", "DROP TABLE a;\n");
    assert!(!commit());
}

#[test]
fn a_hook_that_is_there_is_added_to_where_that_is_safe() {
    for (there, change) in [
        ("#!/bin/sh\nnpm test", Change::Edited),
        ("#!/usr/bin/env bash\nset -e\nnpm test\n", Change::Edited),
        ("#!/bin/sh\nexec npm test\n", Change::Left),
        ("#!/bin/sh\nif ok; then\n  exit 0\nfi\n", Change::Left),
        ("#!/usr/bin/env node\nconsole.log(1)\n", Change::Left),
        ("#!/bin/sh\nnpx unmigrate check --changed HEAD\n", Change::Unchanged),
    ] {
        let project = Project::new(&[(".git/hooks/pre-commit", there)]);
        assert_eq!(project.hook().1, change, "{there}");
        let now = project.read(".git/hooks/pre-commit");
        assert!(now.starts_with(there), "{now}");
        assert_eq!(now == there, change != Change::Edited, "{now}");
    }
}

#[test]
fn the_project_s_own_tool_for_hooks() {
    let husky = Project::new(&[(".husky/pre-commit", "npx lint-staged\n")]);
    assert_eq!(husky.hook(), (".husky/pre-commit".to_owned(), Change::Edited));
    assert!(husky.read(".husky/pre-commit").starts_with("npx lint-staged\n# What"));
    let fresh = Project::new(&[(".husky/_/h", "")]);
    assert_eq!(fresh.hook(), (".husky/pre-commit".to_owned(), Change::Created));
    let lefthook = Project::new(&[("lefthook.yml", "pre-push:\n  commands:\n    t:\n      run: npm test\n")]);
    assert_eq!(lefthook.hook(), ("lefthook.yml".to_owned(), Change::Edited));
    let text = lefthook.read("lefthook.yml");
    assert!(
        text.ends_with(
            "pre-commit:\n  commands:\n    unmigrate:\n      run: npx --no-install unmigrate check --changed HEAD\n"
        ),
        "{text}"
    );
    assert_eq!(lefthook.hook().1, Change::Unchanged);
    let taken = Project::new(&[("lefthook.yml", "pre-commit:\n  commands:\n    t:\n      run: npm test\n")]);
    assert_eq!(taken.hook().1, Change::Left);
    let simple =
        Project::new(&[("package.json", "{\n  \"simple-git-hooks\": {\n    \"pre-push\": \"npm test\"\n  }\n}\n")]);
    assert_eq!(simple.hook(), ("package.json".to_owned(), Change::Edited));
    let value: serde_json::Value = serde_json::from_str(&simple.read("package.json")).unwrap();
    assert_eq!(value["simple-git-hooks"]["pre-commit"], "npx --no-install unmigrate check --changed HEAD");
    let own = Project::new(&[(".simple-git-hooks.json", "{ \"pre-commit\": \"npm test\" }\n")]);
    assert_eq!(own.hook(), (".simple-git-hooks.json".to_owned(), Change::Left));
    let path = Project::new(&[]);
    path.git(&["config", "core.hooksPath", "hooks"]);
    assert_eq!(path.hook(), ("hooks/pre-commit".to_owned(), Change::Created));
}
