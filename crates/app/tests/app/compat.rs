//! `compat` over repositories that are made here: what a commit declares, which migration breaks it, and the floor.

use std::fs;
use std::process::Command;
use tempfile::TempDir;
use unmigrate_app::check::{CheckOptions, check};
use unmigrate_app::compat::{CompatOptions, CompatReport, Verdict, compat};
use unmigrate_app::{NoConfig, Request};

struct Project(TempDir);

const SCHEMA: &str = "datasource db {\n  provider = \"postgresql\"\n}\nmodel User {\n  id Int @id @default(autoincrement())\n  email String\n  name String?\n  @@map(\"users\")\n}\n";
const MADE: &str = "CREATE TABLE \"users\" (\"id\" SERIAL PRIMARY KEY, \"email\" TEXT NOT NULL, \"name\" TEXT);\n";

impl Project {
    /// Version 1 of a Prisma project, as a tag.
    fn prisma() -> Project {
        let project = Project(TempDir::new().unwrap());
        project.git(&["init", "--quiet", "--initial-branch=main"]);
        project.write("prisma/schema.prisma", SCHEMA);
        project.write("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n");
        project.write("prisma/migrations/1_init/migration.sql", MADE);
        project.commit("v1");
        project
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn migration(&self, name: &str, sql: &str) {
        self.write(&format!("prisma/migrations/{name}/migration.sql"), sql);
    }

    fn git(&self, args: &[&str]) {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
        let out = Command::new("git").args(identity).args(args).current_dir(self.0.path()).output().unwrap();
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    }

    fn commit(&self, tag: &str) {
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "-m", tag]);
        self.git(&["tag", tag]);
    }

    fn request(&self) -> Request {
        Request { cwd: self.0.path().to_owned(), ..Request::default() }
    }

    fn compat(&self, app: &str) -> CompatReport {
        compat(&self.request(), &CompatOptions { app: Some(app.to_owned()) }, &NoConfig).unwrap()
    }
}

/// `migration table.column operations when`.
fn breaks(report: &CompatReport) -> Vec<String> {
    let words = |b: &unmigrate_app::compat::ClientBreak| {
        let operations: Vec<&str> = b.operations.iter().map(|o| o.word()).collect();
        let column = b.column.as_deref().unwrap_or("*");
        format!("{} {}.{column} {} {}", b.migration, b.table, operations.join(","), b.when.word())
    };
    report.histories[0].breaks.iter().map(words).collect()
}

#[test]
fn a_column_that_goes_and_one_that_wants_a_value() {
    let project = Project::prisma();
    project.migration(
        "2_more",
        "ALTER TABLE \"users\" ADD COLUMN \"age\" INTEGER, ADD COLUMN \"seen\" BOOLEAN NOT NULL DEFAULT false;\n",
    );
    assert_eq!(project.compat("v1").histories[0].verdict, Verdict::Works);
    project.migration("3_gone", "ALTER TABLE \"users\" DROP COLUMN \"name\";\n");
    project.migration("4_wants", "ALTER TABLE \"users\" ADD COLUMN \"plan\" TEXT NOT NULL;\n");
    let report = project.compat("v1");
    assert_eq!(
        breaks(&report),
        ["3_gone User.name select,insert,update,delete always", "4_wants User.plan insert always"]
    );
    let history = &report.histories[0];
    assert_eq!((history.verdict, history.declared, history.migrations), (Verdict::Breaks, "schema", 3));
    assert_eq!(
        history.breaks[0].message,
        "the column `name` is gone, and is named by every select and what every write gives back"
    );
}

#[test]
fn a_rename_says_the_new_name_and_a_view_in_its_place_mends_it() {
    let project = Project::prisma();
    project.migration("2_renamed", "ALTER TABLE \"users\" RENAME COLUMN \"email\" TO \"mail\";\n");
    let report = project.compat("v1");
    assert_eq!(
        report.histories[0].breaks[0].message,
        "the column `email` is called `mail` now, and is named by every select and every insert"
    );
    project.migration("2_renamed", "ALTER TABLE \"users\" RENAME TO \"people\";\n");
    let report = project.compat("v1");
    assert_eq!(breaks(&report), ["2_renamed User.* select,insert,update,delete always"]);
    assert_eq!(report.histories[0].breaks[0].message, "the table `users` is called `people` now");
    project.migration("3_view", "CREATE VIEW \"users\" AS SELECT * FROM \"people\";\n");
    let report = project.compat("v1");
    assert_eq!((report.histories[0].verdict, report.histories[0].breaks[0].mended), (Verdict::Works, true));
}

#[test]
fn the_floor_is_the_oldest_commit_that_works() {
    let project = Project::prisma();
    let without = SCHEMA.replace("  name String?\n", "");
    project.write("prisma/schema.prisma", &without);
    project.commit("v2");
    project.migration("2_gone", "ALTER TABLE \"users\" DROP COLUMN \"name\";\n");
    project.commit("v3");
    let report = project.compat("v3");
    let floor = report.histories[0].floor.clone().unwrap();
    assert_eq!((floor.names, floor.first), (vec!["v2".to_owned()], false));
    assert_eq!(project.compat("v2").histories[0].verdict, Verdict::Works);
    assert_eq!(project.compat("v1").histories[0].verdict, Verdict::Breaks);
    project.git(&["revert", "--no-edit", "HEAD"]);
    let floor = project.compat("v1").histories[0].floor.clone().unwrap();
    assert_eq!((floor.names, floor.first), (vec!["v1".to_owned()], true));
}

#[test]
fn schemas_in_many_files_and_none() {
    let project = Project::prisma();
    project.write("prisma/schema.prisma", "datasource db {\n  provider = \"postgresql\"\n}\n");
    project.write("prisma/models/user.prisma", &SCHEMA[SCHEMA.find("model").unwrap()..]);
    project.write("prisma/other/prisma/schema.prisma", &SCHEMA.replace("users", "elsewhere"));
    project.commit("v2");
    project.migration("2_gone", "DROP TABLE \"users\";\n");
    let report = project.compat("v2");
    assert_eq!((report.histories[0].declared, report.histories[0].tables), ("schema", 1));
    assert_eq!(breaks(&report).len(), 1);
    for file in ["prisma/schema.prisma", "prisma/models/user.prisma", "prisma/other/prisma/schema.prisma"] {
        fs::remove_file(project.0.path().join(file)).unwrap();
    }
    project.commit("v3");
    project.migration("3_more", "CREATE TABLE a (id INTEGER);\n");
    assert_eq!(project.compat("v3").histories[0].declared, "migrations");
}

#[test]
fn drizzle_s_snapshot_is_what_its_clients_declare() {
    let project = Project(TempDir::new().unwrap());
    project.git(&["init", "--quiet", "--initial-branch=main"]);
    let column = |name: &str, kind: &str, not_null: bool| {
        format!("\"{name}\":{{\"name\":\"{name}\",\"type\":\"{kind}\",\"primaryKey\":false,\"notNull\":{not_null}}}")
    };
    let columns = [column("id", "serial", true), column("email", "text", true)].join(",");
    let snapshot = format!(
        "{{\"id\":\"a\",\"prevId\":\"00000000-0000-0000-0000-000000000000\",\"version\":\"7\",\"dialect\":\"postgresql\",\"tables\":{{\"public.users\":{{\"name\":\"users\",\"schema\":\"\",\"columns\":{{{columns}}},\"indexes\":{{}},\"foreignKeys\":{{}},\"compositePrimaryKeys\":{{}},\"uniqueConstraints\":{{}}}}}},\"enums\":{{}},\"schemas\":{{}}}}"
    );
    project.write("drizzle/meta/0000_snapshot.json", &snapshot);
    project.write(
        "drizzle/meta/_journal.json",
        "{\"version\":\"7\",\"dialect\":\"postgresql\",\"entries\":[{\"idx\":0,\"when\":1,\"tag\":\"0000_a\"}]}",
    );
    // A column of somebody's own, which no client declares.
    project.write("drizzle/0000_a.sql", "CREATE TABLE users (id serial NOT NULL, email text NOT NULL, by_hand text);");
    project.commit("v1");
    project.write("drizzle/meta/_journal.json", "{\"version\":\"7\",\"dialect\":\"postgresql\",\"entries\":[{\"idx\":0,\"when\":1,\"tag\":\"0000_a\"},{\"idx\":1,\"when\":2,\"tag\":\"0001_b\"}]}");
    project.write("drizzle/0001_b.sql", "ALTER TABLE users DROP COLUMN by_hand;");
    let report = project.compat("v1");
    assert_eq!((report.histories[0].declared, report.histories[0].verdict), ("snapshot", Verdict::Works));
    project.write("drizzle/0001_b.sql", "ALTER TABLE users DROP COLUMN email;");
    assert_eq!(
        breaks(&project.compat("v1")),
        ["0001_b users.email select,insert always", "0001_b users.email update given"]
    );
}

#[test]
fn check_says_it_of_the_migration() {
    let project = Project::prisma();
    project.migration("2_gone", "ALTER TABLE \"users\" DROP COLUMN \"name\";\n");
    let options = CheckOptions { app: Some("v1".to_owned()), ..CheckOptions::default() };
    let report = check(&project.request(), &options, &NoConfig).unwrap();
    let found = report.findings.iter().find(|f| f.rule == "breaks-clients").unwrap();
    assert_eq!(found.file, "prisma/migrations/2_gone/migration.sql");
    assert!(
        found
            .message
            .starts_with("clients built from v1: select, insert, update, delete of `User` breaks (the column `name`"),
        "{}",
        found.message
    );
    let options = CheckOptions { app: Some("v9".to_owned()), ..CheckOptions::default() };
    assert_eq!(check(&project.request(), &options, &NoConfig).unwrap_err().code, "no-such-commit");
}
