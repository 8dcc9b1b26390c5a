//! A project of a real tool with three migrations, a database for it, and the tool itself.

use crate::Outcome;
use crate::database::Database;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::{fs, io};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::dialect::quote;
use unmigrate_sources::tracking::{self, Location, Reading, State, Tracking, Writes};
use unmigrate_sources::{Context, NoConfig, Source, Tool};

/// A tool in a version, as `tests/tools` calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(pub &'static str);

impl Version {
    pub fn tool(self) -> Tool {
        if self.0.starts_with("prisma") { Tool::Prisma } else { Tool::Drizzle }
    }

    /// drizzle-orm's version, as a project has it.
    pub fn orm(self) -> Option<&'static str> {
        match self.0 {
            "drizzle-0" => Some("0.45.4"),
            "drizzle-1" => Some("1.0.0-rc.5"),
            _ => None,
        }
    }

    /// Installs it once for all the tests of this run.
    fn install(self) -> Outcome<()> {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _guard = ONE_AT_A_TIME.lock();
        let engine: &[&str] = match self.0 {
            "prisma-7" => &["prisma-7-engine"],
            "prisma-5" | "prisma-6" => &["prisma-6-engine"],
            _ => &[],
        };
        let out = run(Command::new("node").arg(SCRIPT).arg("install").arg(self.0).args(engine))?;
        if out.ok { Ok(()) } else { Err(format!("{} can't be installed: {}", self.0, out.text)) }
    }
}

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tools/run.mjs");

/// What a tool said, and whether it was content.
#[derive(Debug)]
pub struct Said {
    pub ok: bool,
    pub text: String,
}

fn run(command: &mut Command) -> Outcome<Said> {
    let out = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    let text = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    Ok(Said { ok: out.status.success(), text })
}

pub struct Project {
    pub version: Version,
    /// Another place for the tool's table than the usual one.
    pub elsewhere: Option<Location>,
    pub database: Database,
    folder: tempfile::TempDir,
}

/// A migration: what it does, what undoes it.
const STEPS: [(&str, &str, &str); 3] = [
    ("init", "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY);", "DROP TABLE a"),
    ("add_note", "ALTER TABLE a ADD COLUMN note TEXT;", "ALTER TABLE a DROP COLUMN note"),
    (
        "it's",
        "CREATE TABLE c (id INTEGER NOT NULL PRIMARY KEY, n INTEGER);\n-- BREAK\nCREATE INDEX c_i ON c (n);",
        "DROP TABLE c",
    ),
];

/// When the first was made; each comes a day after the one before.
pub const FIRST: i64 = 1_767_225_600_000;
pub const DAY: i64 = 86_400_000;

impl Project {
    pub fn new(version: &'static str, dialect: Dialect) -> Outcome<Project> {
        let version = Version(version);
        version.install()?;
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        let database = Database::new(dialect, folder.path())?;
        let project = Project { version, elsewhere: None, database, folder };
        let written = match version.tool() {
            Tool::Prisma => project.write_prisma(),
            Tool::Drizzle => project.write_drizzle(),
        };
        written.map_err(|e| e.to_string())?;
        Ok(project)
    }

    pub fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let path = self.folder.path().join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, text)
    }

    fn write_prisma(&self) -> io::Result<()> {
        let word = self.database.dialect.word();
        let url = if self.version.0 == "prisma-7" { "" } else { "  url = env(\"DATABASE_URL\")\n" };
        let models = "model a {\n  id Int @id\n  note String?\n}\nmodel c {\n  id Int @id\n  n  Int?\n  @@index([n], map: \"c_i\")\n}\n";
        let schema = format!("datasource db {{\n  provider = \"{word}\"\n{url}}}\n{models}");
        self.write("prisma/schema.prisma", &schema)?;
        self.write("prisma/migrations/migration_lock.toml", &format!("provider = \"{word}\"\n"))?;
        if self.version.0 == "prisma-7" {
            let config =
                "export default { schema: 'prisma/schema.prisma', datasource: { url: process.env.DATABASE_URL } }\n";
            self.write("prisma.config.mjs", config)?;
        }
        (0..STEPS.len()).try_for_each(|at| self.show(at))
    }

    fn write_drizzle(&self) -> io::Result<()> {
        let dialect = self.database.dialect.word();
        let config = format!(
            "export default {{ dialect: '{dialect}', out: './drizzle', schema: './schema.ts', \
             dbCredentials: {{ url: process.env.DATABASE_URL }} }}\n"
        );
        self.write("drizzle.config.ts", &config)?;
        self.write("schema.ts", "export {}\n")?;
        (0..STEPS.len()).try_for_each(|at| self.show(at))?;
        self.write_journal(&[0, 1, 2].map(|at| (at, FIRST + DAY * at as i64)))
    }

    /// Writes a migration's files.
    pub fn show(&self, at: usize) -> io::Result<()> {
        let (name, up) = (self.name(at), STEPS[at].1);
        let drizzle = up.replace("-- BREAK", "--> statement-breakpoint");
        match self.version.0 {
            "drizzle-0" => self.write(&format!("drizzle/{name}.sql"), &drizzle),
            "drizzle-1" => {
                self.write(&format!("drizzle/{name}/migration.sql"), &drizzle)?;
                self.write(&format!("drizzle/{name}/snapshot.json"), &self.snapshot(at))
            }
            _ => self.write(&format!("prisma/migrations/{name}/migration.sql"), up),
        }
    }

    /// Takes the last migrations away, as if they had not been written yet.
    pub fn hide_from(&self, first: usize) -> io::Result<()> {
        if self.version.0 == "drizzle-0" {
            let whens: Vec<_> = (0..first).map(|at| (at, FIRST + DAY * at as i64)).collect();
            return self.write_journal(&whens);
        }
        (first..STEPS.len()).try_for_each(|at| fs::remove_dir_all(self.dir().join(self.name(at))))
    }

    /// Drizzle 0's journal with these migrations and their times, in this order.
    pub fn write_journal(&self, entries: &[(usize, i64)]) -> io::Result<()> {
        if self.version.0 != "drizzle-0" {
            return Ok(());
        }
        let entry = |(at, when): &(usize, i64)| {
            let name = self.name(*at);
            format!(r#"{{"idx":{at},"version":"7","when":{when},"tag":"{name}","breakpoints":true}}"#)
        };
        let entries = entries.iter().map(entry).collect::<Vec<_>>().join(",");
        let dialect = self.database.dialect.word();
        let journal = format!(r#"{{"version":"7","dialect":"{dialect}","entries":[{entries}]}}"#);
        self.write("drizzle/meta/_journal.json", &journal)
    }

    /// A snapshot that says nothing but which one it follows.
    fn snapshot(&self, at: usize) -> String {
        let id = |at: usize| match at {
            0 => "00000000-0000-0000-0000-000000000000".to_owned(), // drizzle-kit's word for nothing before
            _ => format!("00000000-0000-4000-8000-{at:012}"),
        };
        let (version, dialect, holds) = match (self.database.dialect, at) {
            (Dialect::Postgres | Dialect::Cockroach, 0) => {
                ("9", "postgres", r#""type":"base","footprints":[],"ddl":[]"#)
            }
            (Dialect::Postgres | Dialect::Cockroach, _) => {
                ("9", "postgres", r#""type":"diff","footprints":[],"deltas":[]"#)
            }
            (Dialect::Mysql, _) => ("6", "mysql", r#""ddl":[],"renames":[]"#),
            (Dialect::Sqlite, _) => ("7", "sqlite", r#""ddl":[],"renames":[]"#),
        };
        let (this, before) = (id(at + 1), id(at));
        format!(r#"{{"id":"{this}","prevIds":["{before}"],"version":"{version}","dialect":"{dialect}",{holds}}}"#)
    }

    /// The name of a migration, from 0.
    pub fn name(&self, at: usize) -> String {
        let (word, ..) = STEPS[at];
        match self.version.0 {
            "drizzle-0" => format!("{at:04}_{word}"),
            _ => format!("2026010{}000000_{word}", at + 1),
        }
    }

    pub fn names(&self) -> Vec<String> {
        (0..STEPS.len()).map(|at| self.name(at)).collect()
    }

    /// Its folder.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap_or_else(|_| self.folder.path().to_owned())
    }

    /// Drizzle 0's journal with all migrations.
    pub fn write_whole_journal(&self) -> io::Result<()> {
        self.write_journal(&[0, 1, 2].map(|at| (at, FIRST + DAY * at as i64)))
    }

    /// Puts the real Prisma where a project has it, with this database and our stand for its engine.
    pub fn own_prisma(&self) -> io::Result<()> {
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let (script, version) = (text(SCRIPT), text(self.version.0));
        let (folder, url) = (text(&self.folder.path().display().to_string()), text(&self.database.url));
        self.prisma(&format!(
            "const {{ spawnSync }} = require('node:child_process')\n\
             const env = {{ ...process.env, DATABASE_URL: {url} }}\n\
             const args = [{script}, {version}, {folder}, ...process.argv.slice(2)]\n\
             const run = spawnSync(process.execPath, args, {{ stdio: ['ignore', 'inherit', 'inherit'], env }})\n\
             process.exit(run.status ?? 2)\n"
        ))
    }

    /// Puts one there that ends well and says nothing, as Prisma does whose engine died.
    pub fn silent_prisma(&self) -> io::Result<()> {
        self.prisma("process.exit(0)\n")
    }

    fn prisma(&self, script: &str) -> io::Result<()> {
        self.forget_modules()?;
        let major = self.version.0.trim_start_matches("prisma-");
        let package = format!(r#"{{"name":"prisma","version":"{major}.0.0","bin":{{"prisma":"cli.js"}}}}"#);
        self.write("node_modules/prisma/package.json", &package)?;
        self.write("node_modules/prisma/cli.js", script)
    }

    /// Takes away what lies in `node_modules`, or the link that it is.
    pub fn forget_modules(&self) -> io::Result<()> {
        let modules = self.folder.path().join("node_modules");
        match fs::symlink_metadata(&modules) {
            Ok(found) if found.is_symlink() => fs::remove_file(&modules),
            Ok(_) => fs::remove_dir_all(&modules),
            Err(_) => Ok(()),
        }
    }

    /// Undoes what a migration did to the schema.
    pub fn undo(&mut self, at: usize) -> Outcome<()> {
        self.database.execute(STEPS[at].2).map(|_| ())
    }

    /// Does by hand what a migration does.
    pub fn apply_by_hand(&mut self, at: usize) -> Outcome<()> {
        STEPS[at].1.split("-- BREAK").try_for_each(|sql| self.database.execute(sql).map(|_| ()))
    }

    /// Runs the tool.
    pub fn run(&self, arguments: &[&str]) -> Outcome<Said> {
        let mut command = Command::new("node");
        command.arg(SCRIPT).arg(self.version.0).arg(self.folder.path()).args(arguments);
        run(command.env("DATABASE_URL", &self.database.url))
    }

    /// The tool's own deploy, which must succeed.
    pub fn deploy(&self) -> Outcome<String> {
        let said = match self.version.tool() {
            Tool::Prisma => self.run(&["migrate", "deploy"])?,
            Tool::Drizzle => self.run(&["migrate"])?,
        };
        if said.ok { Ok(said.text) } else { Err(said.text) }
    }

    /// What `prisma migrate status` calls not yet applied.
    pub fn pending_by_prisma(&self) -> Outcome<Vec<String>> {
        let said = self.run(&["migrate", "status"])?;
        let up_to_date = said.text.contains("Database schema is up to date!");
        let names: Vec<String> =
            self.names().into_iter().filter(|n| said.text.lines().any(|l| l.trim() == n)).collect();
        let agrees = said.ok == up_to_date && up_to_date == names.is_empty();
        if agrees { Ok(names) } else { Err(said.text) }
    }

    pub fn dir(&self) -> PathBuf {
        self.folder.path().join(if self.version.tool() == Tool::Prisma { "prisma/migrations" } else { "drizzle" })
    }

    pub fn source(&self) -> Outcome<Source> {
        let cwd = self.folder.path().canonicalize().map_err(|e| e.to_string())?;
        let context =
            Context { cwd: &cwd, tool: None, dialect: Some(self.database.dialect), server: None, loader: &NoConfig };
        unmigrate_sources::read(&self.dir().canonicalize().map_err(|e| e.to_string())?, &context).map_err(|p| p.message)
    }

    pub fn location(&self) -> Location {
        if let Some(elsewhere) = &self.elsewhere {
            return elsewhere.clone();
        }
        match self.version.tool() {
            Tool::Prisma => Location::prisma(self.database.dialect, None),
            Tool::Drizzle => Location::drizzle(self.database.dialect, None),
        }
    }

    /// The tool's table as it is now.
    pub fn tracking(&mut self) -> Outcome<Tracking> {
        let (tool, at, dialect) = (self.version.tool(), self.location(), self.database.dialect);
        let mut ask = |sql: &str| self.database.query(sql);
        match tracking::read(tool, dialect, &at, &mut ask)? {
            Reading::Table(tracking) => Ok(tracking),
            other => Err(format!("{other:?}")),
        }
    }

    /// How the database stands to the folder.
    pub fn state(&mut self) -> Outcome<State> {
        Ok(self.tracking()?.state(&self.source()?, self.version.orm()))
    }

    /// Runs what is to be written; each statement changes what it says, and its probe then holds and did not before.
    pub fn write_all(&mut self, writes: &Writes) -> Outcome<()> {
        for write in writes {
            let before = write.probe.holds(&self.database.query(&write.probe.query)?);
            let changed = self.database.execute(&write.sql)?;
            let after = write.probe.holds(&self.database.query(&write.probe.query)?);
            if before || !after || write.changes.is_some_and(|n| n != changed) {
                return Err(format!("{} changed {changed}, probe {before} and {after}: {write:?}", write.sql));
            }
        }
        Ok(())
    }

    /// All of the tool's rows, without what is different at every writing: ids and times.
    pub fn rows(&mut self) -> Outcome<Vec<Vec<Option<String>>>> {
        let at = self.location();
        let table = match &at.schema {
            Some(schema) => {
                format!("{}.{}", quote(schema, self.database.dialect), quote(&at.table, self.database.dialect))
            }
            None => quote(&at.table, self.database.dialect),
        };
        let columns = match self.version.0 {
            "drizzle-0" => "hash, created_at",
            "drizzle-1" => "hash, created_at, name, applied_at IS NULL",
            _ => {
                "checksum, migration_name, logs, applied_steps_count, finished_at IS NULL, rolled_back_at IS NULL, \
                 finished_at = started_at"
            }
        };
        Ok(self.database.query(&format!("SELECT {columns} FROM {table} ORDER BY 1, 2"))?.rows)
    }
}
