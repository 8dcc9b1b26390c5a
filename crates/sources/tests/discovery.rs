//! Which histories a project has, whose they are and what they are written in.

mod common;

use common::{Project, codes, journal, outline, problems};
use unmigrate_kernel::Dialect;
use unmigrate_sources::Tool;

const PG: &str = "CREATE TABLE \"a\" (\"id\" SERIAL NOT NULL);\n";
const LOCK: &str = "provider = \"postgresql\"\n";

#[test]
fn prisma_in_its_default_place() {
    let project = Project::new(&[
        ("prisma/migrations/migration_lock.toml", LOCK),
        ("prisma/migrations/20_b/migration.sql", PG),
        ("prisma/migrations/20240101000000_a/migration.sql", PG),
        ("prisma/migrations/3_c/migration.sql", PG),
    ]);
    let found = project.find().unwrap();
    assert_eq!(outline(&found), ["prisma postgresql prisma/migrations: 20_b 20240101000000_a 3_c"]);
    let source = &found.sources[0];
    assert_eq!(source.history.migrations[0].file, "prisma/migrations/20_b/migration.sql");
    assert_eq!(source.places[0].down, project.root().join("prisma/migrations/20_b/down.sql"));
    assert!(!source.history.migrations[0].breakpoints);
    assert_eq!(project.config.asked.get(), 0);
}

#[test]
fn drizzle_in_the_order_of_its_journal() {
    let project = Project::new(&[
        ("drizzle/meta/_journal.json", &journal("sqlite", &["0001_b", "0000_a"])),
        ("drizzle/0000_a.sql", "SELECT 1;"),
        ("drizzle/0001_b.sql", "SELECT 2;"),
        ("drizzle/0001_b.down.sql", "SELECT 3;"),
        ("drizzle.config.ts", "export default {}"),
    ]);
    let found = project.find().unwrap();
    assert_eq!(outline(&found), ["drizzle sqlite drizzle: 0001_b 0000_a"]);
    assert!(codes(&found).is_empty());
    assert!(found.sources[0].history.migrations[0].breakpoints);
    assert_eq!(found.sources[0].places[0].down, project.root().join("drizzle/0001_b.down.sql"));
    assert_eq!(project.config.asked.get(), 0, "a config is not asked for what the folder says");
}

#[test]
fn words_for_dialects_in_journals_and_snapshots() {
    for (word, dialect) in [("pg", "postgresql"), ("postgresql", "postgresql"), ("turso", "sqlite"), ("mysql", "mysql")]
    {
        let project = Project::new(&[("d/meta/_journal.json", &journal(word, &["0_a"])), ("d/0_a.sql", "")]);
        assert_eq!(outline(&project.dir("d")), [format!("drizzle {dialect} d: 0_a")]);
    }
    for (word, dialect) in [("postgres", "postgresql"), ("cockroach", "cockroachdb"), ("sqlite", "sqlite")] {
        let snapshot = format!("{{\"type\":\"base\",\"version\": \"9\",\n \"dialect\" : \"{word}\", \"ddl\": []}}");
        let project = Project::new(&[
            ("d/20260101000000_a/migration.sql", "SELECT 1"),
            ("d/20260101000000_a/snapshot.json", &snapshot),
        ]);
        assert_eq!(outline(&project.dir("d")), [format!("drizzle {dialect} d: 20260101000000_a")]);
    }
}

#[test]
fn folders_that_were_copied_without_anything_beside_them() {
    let prisma = Project::new(&[("m/20240101000000_a/migration.sql", PG)]);
    assert_eq!(outline(&prisma.dir("m")), ["prisma postgresql m: 20240101000000_a"]);
    let sql = "CREATE TABLE `a` (`id` int AUTO_INCREMENT);\n--> statement-breakpoint\nSELECT 1;";
    let mut drizzle = Project::new(&[("m/20240101000000_a/migration.sql", sql)]);
    assert_eq!(outline(&drizzle.dir("m")), ["drizzle mysql m: 20240101000000_a"]);
    drizzle.tool = Some(Tool::Prisma);
    assert_eq!(outline(&drizzle.dir("m")), ["prisma mysql m: 20240101000000_a"]);
    let legacy = Project::new(&[
        ("m/20240101000000/migration.sql", PG),
        ("m/20240101000000/snapshot.json", "{\"version\":\"3\",\"dialect\":\"pg\"}"),
    ]);
    assert_eq!(outline(&legacy.dir("m")), ["drizzle postgresql m: 20240101000000"]);
}

#[test]
fn a_dialect_that_nothing_tells_is_asked_for() {
    let mut project = Project::new(&[("m/1_a/migration.sql", "CREATE TABLE a (id int);")]);
    let found = project.dir("m");
    assert_eq!(codes(&found), ["unknown-dialect"]);
    assert!(found.problems[0].help.contains("--dialect"));
    project.dialect = Some(Dialect::Mysql);
    assert_eq!(outline(&project.dir("m")), ["prisma mysql m: 1_a"]);
}

#[test]
fn the_schema_beside_tells_the_dialect() {
    let schema = "datasource db {\n  provider = \"cockroachdb\"\n}\n";
    for file in ["p/schema.prisma", "p/m/schema.prisma", "p/schema/base.prisma", "schema.prisma"] {
        let project = Project::new(&[("p/m/1_a/migration.sql", "CREATE TABLE a (id int);"), (file, schema)]);
        assert_eq!(outline(&project.dir("p/m")), ["prisma cockroachdb p/m: 1_a"], "{file}");
    }
}

#[test]
fn the_config_tells_the_dialect_last() {
    let mut project = Project::new(&[
        ("app/drizzle.config.ts", ""),
        ("app/drizzle/20260101000000_a/migration.sql", "CREATE TABLE a (id int);--> statement-breakpoint\n"),
    ]);
    project.config.answer = Some(serde_json::json!({ "dialect": "turso" }));
    assert_eq!(outline(&project.find().unwrap()), ["drizzle sqlite app/drizzle: 20260101000000_a"]);
    assert_eq!(project.config.asked.get(), 1);
}

#[test]
fn the_config_tells_the_place_where_nothing_is_found() {
    let mut project = Project::new(&[
        (".gitignore", "/generated\n"),
        ("drizzle.config.ts", ""),
        ("generated/meta/_journal.json", &journal("pg", &["0_a"])),
        ("generated/0_a.sql", ""),
    ]);
    project.config.answer = Some(serde_json::json!({ "out": "./generated" }));
    assert_eq!(outline(&project.find().unwrap()), ["drizzle postgresql generated: 0_a"]);
    project.config.answer = None;
    let found = project.find().unwrap();
    assert_eq!(codes(&found), ["config-unreadable"]);
    assert!(
        found.problems[0].message.contains("drizzle.config.ts") && found.problems[0].message.contains("Unexpected")
    );
}

#[test]
fn prisma_configs_and_schemas_in_all_their_places() {
    let files =
        [(".gitignore", "hidden\n"), ("hidden/m/1_a/migration.sql", PG), ("hidden/m/migration_lock.toml", LOCK)];
    for config in ["prisma.config.ts", "prisma7.config.mjs", ".config/prisma.ts", ".config/prisma7.js"] {
        let mut project = Project::new(&files);
        project.write(config, "");
        let path = if config.starts_with('.') { "../hidden/m" } else { "hidden/m" };
        project.config.answer = Some(serde_json::json!({ "migrations": { "path": path } }));
        assert_eq!(outline(&project.find().unwrap()), ["prisma postgresql hidden/m: 1_a"], "{config}");
    }
    let package = "{ \"prisma\": { \"schema\": \"hidden/db/schema.prisma\" } }";
    let project = Project::new(&[
        (".gitignore", "hidden\n"),
        ("package.json", package),
        ("hidden/db/schema.prisma", ""),
        ("hidden/db/migrations/1_a/migration.sql", PG),
    ]);
    assert_eq!(outline(&project.find().unwrap()), ["prisma postgresql hidden/db/migrations: 1_a"]);
    assert_eq!(project.config.asked.get(), 0);
}

#[test]
fn a_monorepo_and_what_is_not_entered() {
    let project = Project::new(&[
        ("package.json", "{ \"name\": \"root\" }"),
        ("apps/web/package.json", "{ \"name\": \"@x/web\" }"),
        ("apps/web/prisma/migrations/1_a/migration.sql", PG),
        ("packages/db/package.json", "{ \"name\": \"@x/db\" }"),
        ("packages/db/drizzle/meta/_journal.json", &journal("mysql", &["0_a"])),
        ("packages/db/drizzle/0_a.sql", ""),
        ("node_modules/x/prisma/migrations/1_a/migration.sql", PG),
        (".next/prisma/migrations/1_a/migration.sql", PG),
        (".gitignore", "generated/\n"),
        ("generated/prisma/migrations/1_a/migration.sql", PG),
        ("docs/upgrade/migration.sql", PG),
    ]);
    let both = ["prisma postgresql apps/web/prisma/migrations: 1_a", "drizzle mysql packages/db/drizzle: 0_a"];
    assert_eq!(outline(&project.find().unwrap()), both);
    assert_eq!(outline(&project.find_in(&[], &["@x/db"]).unwrap()), both[1..]);
    assert_eq!(outline(&project.find_in(&[], &["apps/web"]).unwrap()), both[..1]);
    assert_eq!(outline(&project.find_in(&["packages"], &[]).unwrap()), both[1..]);
    let error = project.find_in(&[], &["@x/none"]).unwrap_err();
    assert_eq!(error.code, "no-such-project");
    assert!(error.message.contains("@x/web, @x/db"), "{}", error.message);
}

#[test]
fn a_tool_that_is_asked_for() {
    let mut project = Project::new(&[
        ("a/migration_lock.toml", LOCK),
        ("a/1_a/migration.sql", PG),
        ("b/meta/_journal.json", &journal("pg", &["0_a"])),
        ("b/0_a.sql", ""),
    ]);
    project.tool = Some(Tool::Drizzle);
    assert_eq!(outline(&project.find().unwrap()), ["drizzle postgresql b: 0_a"]);
    assert_eq!(codes(&project.dir("a")), ["tool-mismatch"]);
    project.tool = Some(Tool::Prisma);
    assert_eq!(outline(&project.find().unwrap()), ["prisma postgresql a: 1_a"]);
}

#[test]
fn nothing_found_says_where_it_looked() {
    let project = Project::new(&[("src/index.ts", "")]);
    let error = project.find().unwrap_err();
    assert_eq!(error.code, "nothing-found");
    assert!(error.message.contains(&project.root().display().to_string()) && error.help.contains("--dir"));
    assert_eq!(codes(&project.dir("nowhere")), ["no-such-folder"]);
    assert_eq!(codes(&project.dir("src")), ["no-migrations"]);
    project.write("m/1_a/migration.sql", PG);
    assert_eq!(project.dir("m/1_a").problems[0].help, "unmigrate generate 1_a --dir m");
}

#[test]
fn what_is_not_supported_lets_the_others_go_on() {
    let project = Project::new(&[
        ("a/migration_lock.toml", "provider = \"mongodb\"\n"),
        ("b/migration_lock.toml", "provider = \"mssql\"\n"),
        ("b/1_a/migration.sql", "SELECT 1;"),
        ("c/migration_lock.toml", LOCK),
        ("c/1_a/migration.sql", PG),
        ("d/meta/_journal.json", &journal("singlestore", &["0_a"])),
        ("d/0_a.sql", ""),
        ("e/migration_lock.toml", "provider = \"nonesuch\"\n"),
        ("f/app/20260118T1205_x/ops.json", "[]"),
        ("f/app/20260118T1205_x/migration.json", "{}"),
    ]);
    let found = project.find().unwrap();
    assert_eq!(outline(&found), ["prisma postgresql c: 1_a"]);
    let mut said: Vec<_> = problems(&found).iter().map(|p| (p.code, p.path.clone().unwrap_or_default())).collect();
    said.sort();
    let unsupported =
        ["a/migration_lock.toml", "b/migration_lock.toml", "d/meta/_journal.json", "e/migration_lock.toml"];
    let mut expected = vec![("unsupported-prisma-8", "f/app".to_owned())];
    expected.extend(unsupported.map(|path| ("unsupported-provider", path.to_owned())));
    assert_eq!(said, expected);
    assert_eq!(codes(&project.dir("f")), ["unsupported-prisma-8"]);
}

#[test]
fn where_another_runner_reads_the_same_folder() {
    let files = |dir: &str| {
        Project::new(&[
            (&format!("{dir}/meta/_journal.json") as &str, &journal("sqlite", &["0_a"])),
            (&format!("{dir}/0_a.sql"), ""),
        ])
    };
    let down = |project: &Project, dir: &str| {
        let found = project.dir(dir);
        let place = found.sources[0].places[0].clone();
        let shown = place.down.strip_prefix(project.root()).unwrap().display().to_string();
        (shown, place.misplaced.is_some())
    };
    let project = files("supabase/migrations");
    assert_eq!(down(&project, "supabase/migrations"), ("supabase/migrations/0_a.down.sql".into(), false));
    project.write("supabase/config.toml", "");
    assert_eq!(down(&project, "supabase/migrations"), ("supabase/migrations/rollback/0_a.down.sql".into(), true));

    let project = files("packages/db/drizzle");
    project.write(".git/HEAD", "");
    let other = "[[d1_databases]]\nmigrations_dir = \"elsewhere\"\n";
    project.write("packages/db/wrangler.toml", other);
    assert_eq!(down(&project, "packages/db/drizzle"), ("packages/db/drizzle/0_a.down.sql".into(), false));
    let wrangler = "{ /* c */ \"d1_databases\": [{ \"migrations_dir\": \"../../packages/db/drizzle\" }] }";
    project.write("apps/api/wrangler.jsonc", wrangler);
    assert_eq!(down(&project, "packages/db/drizzle"), ("packages/db/drizzle/rollback/0_a.down.sql".into(), true));

    let project = files("migrations");
    project.write("wrangler.toml", "[[d1_databases]]\nbinding = \"DB\"\n");
    assert_eq!(down(&project, "migrations"), ("migrations/rollback/0_a.down.sql".into(), true));

    let kept = files("copied");
    kept.write("copied/rollback/0_a.down.sql", "");
    assert_eq!(down(&kept, "copied"), ("copied/rollback/0_a.down.sql".into(), true));
}
