//! A folder of migrations with their rollbacks, deployed as Prisma or Drizzle would.

#![allow(dead_code, reason = "every test takes what it needs")]

use super::{Own, first};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use unmigrate_app::audit::Author;
use unmigrate_app::execute::{Patience, Unwatched};
use unmigrate_app::rollback::{
    Answer, Asked, Choice, Confirm, Prepared, RollbackReport, Running, Scene, TargetReport, Wishes, prepare, run,
};
use unmigrate_app::{NoConfig, Problem, Request, generate};
use unmigrate_engines::Database;
use unmigrate_kernel::Dialect;
use unmigrate_sources::tracking::{Location, checksum};
use unmigrate_sources::{Context, Source, Tool, find};

/// Says what it was told to say.
pub struct Says(pub Answer);

impl Confirm for Says {
    fn confirm(&mut self, _: &Asked) -> Answer {
        self.0.clone()
    }
}

/// A folder.
pub struct Project {
    dir: PathBuf,
    _dir: Option<TempDir>,
    engine: String,
    pub tool: Tool,
    pub protected: bool,
    names: Vec<String>,
}

pub fn dialect(engine: &str) -> Dialect {
    match engine {
        "postgres" => Dialect::Postgres,
        "mysql" => Dialect::Mysql,
        _ => Dialect::Sqlite,
    }
}

impl Project {
    /// Prisma's migrations, by name and text, with the rollbacks that are generated for them.
    pub fn prisma(engine: &str, migrations: &[(&str, &str)]) -> Project {
        let dir = TempDir::new().expect("a folder");
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        let provider = dialect(engine).word();
        write("m/migration_lock.toml", &format!("provider = \"{provider}\"\n"));
        migrations.iter().for_each(|(name, sql)| write(&format!("m/{name}/migration.sql"), sql));
        Project::of(dir, engine, Tool::Prisma, migrations)
    }

    /// Drizzle's, as drizzle-kit 0.31 writes them.
    pub fn drizzle(engine: &str, migrations: &[(&str, &str)]) -> Project {
        let dir = TempDir::new().expect("a folder");
        fs::create_dir_all(dir.path().join("m/meta")).expect("a folder");
        let entry = |(at, (name, _)): (usize, &(&str, &str))| {
            format!(r#"{{"idx":{at},"version":"7","when":{},"tag":"{name}","breakpoints":true}}"#, 1000 + at)
        };
        let entries: Vec<String> = migrations.iter().enumerate().map(entry).collect();
        let dialect = dialect(engine).word();
        let journal = format!(r#"{{"version":"7","dialect":"{dialect}","entries":[{}]}}"#, entries.join(","));
        fs::write(dir.path().join("m/meta/_journal.json"), journal).expect("a file");
        for (name, sql) in migrations {
            fs::write(dir.path().join(format!("m/{name}.sql")), sql).expect("a file");
        }
        Project::of(dir, engine, Tool::Drizzle, migrations)
    }

    fn of(dir: TempDir, engine: &str, tool: Tool, migrations: &[(&str, &str)]) -> Project {
        let names = migrations.iter().map(|(name, _)| (*name).to_owned()).collect();
        let path = dir.path().to_owned();
        let project = Project { dir: path, _dir: Some(dir), engine: engine.into(), tool, protected: false, names };
        project.generate();
        project
    }

    /// One that another process made and still has.
    pub fn at(dir: &Path, engine: &str) -> Project {
        let mut project = Project {
            dir: dir.to_owned(),
            _dir: None,
            engine: engine.into(),
            tool: Tool::Prisma,
            protected: false,
            names: vec![],
        };
        project.names = project.source().history.migrations.iter().map(|m| m.name.clone()).collect();
        project
    }

    /// Its folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn generate(&self) {
        let request = Request { cwd: self.dir.clone(), ..Request::default() };
        let report = generate(&request, &NoConfig).expect("rollbacks");
        assert!(report.migrations().next().is_some(), "{report:?}");
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.dir.join(path)
    }

    pub fn source(&self) -> Source {
        let cwd = self.cwd();
        let context = Context { cwd: &cwd, tool: Some(self.tool), dialect: None, server: None, loader: &NoConfig };
        let mut found = find(&[], &[], &context).expect("a source");
        assert_eq!(found.sources.len(), 1, "{:?}", found.problems);
        found.sources.remove(0)
    }

    fn cwd(&self) -> PathBuf {
        self.dir.canonicalize().expect("a folder")
    }

    pub fn location(&self) -> Location {
        match self.tool {
            Tool::Prisma => Location::prisma(dialect(&self.engine), None),
            Tool::Drizzle => Location::drizzle(dialect(&self.engine), None),
        }
    }

    /// Runs the first so many migrations that are not yet applied, and writes the rows that the tool would write.
    pub fn deploy(&self, db: &mut dyn Database, names: &[&str]) {
        self.make_table(db);
        let source = self.source();
        for name in names {
            let at = self.names.iter().position(|n| n == name).expect("a migration");
            let migration = &source.history.migrations[at];
            for part in migration.sql.split("--> statement-breakpoint") {
                db.script(part).unwrap_or_else(|e| panic!("{name}: {e}"));
            }
            self.mark(db, name, true);
        }
    }

    /// All of them.
    pub fn deploy_all(&self, db: &mut dyn Database) {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        self.deploy(db, &names);
    }

    pub fn mark(&self, db: &mut dyn Database, name: &str, ran: bool) {
        let at = self.names.iter().position(|n| n == name).expect("a migration");
        let sum = checksum(&self.source().history.migrations[at].sql);
        let sql = match (self.tool, self.engine.as_str()) {
            (Tool::Prisma, engine) => {
                let now = match engine {
                    "sqlite" => format!("{}", 1_700_000_000_000_i64 + at as i64 * 1000),
                    "mysql" => format!("TIMESTAMP '2026-01-01 00:00:{at:02}'"),
                    _ => format!("'2026-01-01 00:00:{at:02}Z'"),
                };
                format!(
                    "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count) \
                     VALUES ('{at}-{name}', '{sum}', {now}, '{name}', {now}, {})",
                    u8::from(ran)
                )
            }
            (Tool::Drizzle, engine) => {
                let table = if engine == "postgres" { "drizzle.__drizzle_migrations" } else { "__drizzle_migrations" };
                format!("INSERT INTO {table} (hash, created_at) VALUES ('{sum}', {})", 1000 + at)
            }
        };
        db.execute(&sql).expect(&sql);
    }

    /// As a deploy leaves it that stopped: the first so many statements have run, and with Prisma the row is begun.
    pub fn stop_in(&self, db: &mut dyn Database, name: &str, statements: usize, logs: Option<&str>) {
        self.make_table(db);
        let at = self.names.iter().position(|n| n == name).expect("a migration");
        let sql = self.source().history.migrations[at].sql.clone();
        let parts: Vec<&str> = sql.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
        for part in &parts[..statements] {
            db.execute(part).unwrap_or_else(|e| panic!("{part}: {e}"));
        }
        if self.tool == Tool::Prisma {
            self.mark(db, name, false);
            let logs = logs.map_or("NULL".to_owned(), |logs| format!("'{logs}'"));
            let sql = format!(
                "UPDATE _prisma_migrations SET finished_at = NULL, logs = {logs} WHERE migration_name = '{name}'"
            );
            db.execute(&sql).expect(&sql);
        }
    }

    pub fn make_table(&self, db: &mut dyn Database) {
        let statements: &[&str] = match (self.tool, self.engine.as_str()) {
            (Tool::Prisma, "postgres") => &[
                "CREATE TABLE IF NOT EXISTS _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)",
            ],
            (Tool::Prisma, "mysql") => &[
                "CREATE TABLE IF NOT EXISTS _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at DATETIME(3), migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at DATETIME(3), started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
            ],
            (Tool::Prisma, _) => &[
                "CREATE TABLE IF NOT EXISTS _prisma_migrations (id TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL, finished_at DATETIME, migration_name TEXT NOT NULL, logs TEXT, rolled_back_at DATETIME, started_at DATETIME NOT NULL DEFAULT current_timestamp, applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0)",
            ],
            (Tool::Drizzle, "postgres") => &[
                "CREATE SCHEMA IF NOT EXISTS drizzle",
                "CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)",
            ],
            (Tool::Drizzle, "mysql") => &[
                "CREATE TABLE IF NOT EXISTS __drizzle_migrations (id serial primary key, hash text not null, created_at bigint)",
            ],
            (Tool::Drizzle, _) => &[
                "CREATE TABLE IF NOT EXISTS __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)",
            ],
        };
        for sql in statements {
            db.execute(sql).expect(sql);
        }
    }

    /// What the tool's table says is applied, oldest first.
    pub fn applied(&self, db: &mut dyn Database) -> Vec<String> {
        let source = self.source();
        let read = unmigrate_sources::tracking::read(self.tool, db.dialect(), &self.location(), &mut |sql: &str| {
            db.query(sql)
        });
        match read.expect("the table") {
            unmigrate_sources::tracking::Reading::Table(t) => {
                t.state(&source, None).applied().map(str::to_owned).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    pub fn target(&self, own: &Own) -> TargetReport {
        TargetReport {
            engine: self.engine.clone(),
            database: own.name().into(),
            class: if self.protected { "protected" } else { "local" }.into(),
            shown: "postgresql://me@here/x".into(),
        }
    }

    /// Calls with a scene.
    pub fn with<T>(&self, own: &Own, call: impl FnOnce(&Scene) -> T) -> T {
        let source = self.source();
        let cwd = self.cwd();
        let shown = move |path: &Path| path.strip_prefix(&cwd).unwrap_or(path).display().to_string();
        let scene = Scene {
            source: &source,
            shown: &shown,
            at: self.location(),
            orm: None,
            target: self.target(own),
            protected: self.protected,
            verified: &|_| false,
            pushed_whole: false,
            seen: Default::default(),
        };
        call(&scene)
    }

    pub fn prepare(
        &self,
        own: &Own,
        db: &mut dyn Database,
        choice: &Choice,
        archive: bool,
    ) -> Result<Prepared, Problem> {
        let wishes = Wishes { archive: Some(archive), force: false };
        self.with(own, |scene| prepare(db, scene, choice, wishes))
    }

    /// Plans and runs, with a yes.
    pub fn rollback(
        &self,
        own: &Own,
        db: &mut dyn Database,
        choice: &Choice,
        archive: bool,
    ) -> Result<RollbackReport, Problem> {
        let prepared = self.prepare(own, db, choice, archive)?;
        self.run(own, db, &prepared, Says(Answer::Yes))
    }

    pub fn run(
        &self,
        own: &Own,
        db: &mut dyn Database,
        prepared: &Prepared,
        mut says: Says,
    ) -> Result<RollbackReport, Problem> {
        self.with(own, |scene| run(db, scene, prepared, running(&mut says)))
    }
}

pub fn running(says: &mut Says) -> Running<'_> {
    // A zero-sized watch, leaked: it holds nothing.
    let watch = Box::leak(Box::new(Unwatched));
    Running {
        dry_run: false,
        confirm: None,
        ask: says,
        watch,
        patience: Patience { lock: Duration::from_millis(300), total: Duration::from_secs(5) },
        author: Author { who: Some("tester".into()), host: None, commit: None },
        audit_file: None,
        reconnect: None,
    }
}

/// All that the database holds beside tables of ours and of the tool, as one text.
pub fn picture(db: &mut dyn Database) -> String {
    let snapshot = unmigrate_app::journal::snapshot(db).expect("a snapshot");
    let mut out = String::new();
    for (object, text) in &snapshot.objects {
        if !object.name.contains("_prisma_migrations") && !object.name.contains("drizzle") {
            out.push_str(&format!("{} {}: {text}\n", object.kind, object.name));
        }
    }
    out
}

pub fn count(db: &mut dyn Database, table: &str) -> String {
    first(db, &format!("SELECT count(*) FROM {table}"))
}
