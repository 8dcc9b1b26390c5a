//! The options of the functions, as TypeScript sees them.

use napi_derive::napi;

/// Which histories are read, and how.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct Options {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folders, where their layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folders are not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The server that the rollback is for, e.g. `mysql-8.0`, `mariadb-10.11`; without it, SQL that is valid on all.
    pub server: Option<String>,
    /// Migration folders, instead of looking for them.
    pub dirs: Option<Vec<String>>,
    /// Only histories of packages with one of these names, or below one of these paths.
    pub project: Option<Vec<String>>,
    /// Only these migrations, by name. The whole history is still read.
    pub only: Option<Vec<String>>,
}

/// Which histories are read, and how far to go.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct GenerateOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folders, where their layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folders are not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The server that the rollback is for, e.g. `mysql-8.0`, `mariadb-10.11`; without it, SQL that is valid on all.
    pub server: Option<String>,
    /// Migration folders, instead of looking for them.
    pub dirs: Option<Vec<String>>,
    /// Only histories of packages with one of these names, or below one of these paths.
    pub project: Option<Vec<String>>,
    /// Only these migrations, by name. The whole history is still read.
    pub only: Option<Vec<String>>,
    /// Write nothing, and report what would be written.
    pub check: Option<bool>,
    /// Overwrite rollbacks that a person edited, too.
    pub force: Option<bool>,
    /// Write again what this version would write differently.
    pub rewrite_outdated: Option<bool>,
    /// Run statements that can't be read on a scratch database, so that their rollback is derived too.
    pub observe: Option<bool>,
    /// What to run on: `pglite`, in this process, or `server`; without it, the first of the usual order that is there.
    #[napi(ts_type = "'pglite' | 'server'")]
    pub engine: Option<String>,
    /// An empty database given away for this, or a server to make one on.
    pub scratch_url: Option<String>,
}

/// Which rollbacks are proven, and on what they run.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct VerifyOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folders, where their layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folders are not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The server that the rollbacks were written for, e.g. `mysql-8.0`, `mariadb-10.11`; without it, for all.
    pub server: Option<String>,
    /// Migration folders, instead of looking for them.
    pub dirs: Option<Vec<String>>,
    /// Only histories of packages with one of these names, or below one of these paths.
    pub project: Option<Vec<String>>,
    /// Only these migrations, by name. The whole history still runs up to the last of them.
    pub only: Option<Vec<String>>,
    /// Folders of up and down files that another runner reads.
    pub plain: Option<Vec<String>>,
    /// Only this many of each history, from its end.
    pub last: Option<u32>,
    /// Only migrations whose up or down file differs from this git commit, branch or tag.
    pub changed: Option<String>,
    /// What to run on, where the usual order is not to decide.
    #[napi(ts_type = "'pglite' | 'server'")]
    pub engine: Option<String>,
    /// An empty database that is given away for this, or a server to make one on.
    pub scratch_url: Option<String>,
    /// A database some of whose rows are copied into the scratch database, beside those that are made. It is only read.
    pub sample: Option<String>,
    /// How many rows of each of its tables, beside those that they refer to: 1 to 1000, and 20 without it.
    pub sample_rows: Option<u32>,
    /// Run everything, whatever the evidence of earlier runs says.
    pub fresh: Option<bool>,
}

/// Which migrations are checked, and how they are judged.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct CheckOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folders, where their layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folders are not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The server, e.g. `mysql-8.0`, `mariadb-10.11`; without it, all are thought of.
    pub server: Option<String>,
    /// Migration folders, instead of looking for them.
    pub dirs: Option<Vec<String>>,
    /// Only histories of packages with one of these names, or below one of these paths.
    pub project: Option<Vec<String>>,
    /// Only these migrations, by name. The whole history is still read.
    pub only: Option<Vec<String>>,
    /// Only migrations that changed since this branch left that git ref; empty: the default branch.
    pub changed: Option<String>,
    /// Every migration, whatever the configuration says of `changed`.
    pub every: Option<bool>,
    /// The git commit, branch or tag whose clients have to go on working; empty: where this branch left the default branch.
    pub app: Option<String>,
    /// A database that the history is held against; empty: the one that the tool's own files name. It is only read.
    pub db: Option<String>,
    /// What runs the migrations, where the tool's own way is not meant.
    #[napi(ts_type = "'prisma' | 'drizzle' | 'd1' | 'libsql' | 'autocommit' | 'transaction'")]
    pub runner: Option<String>,
    /// Rules about taste, too.
    pub style: Option<bool>,
    /// A file of findings that are known and left out.
    pub baseline: Option<String>,
    /// Write what is found into the baseline.
    pub write_baseline: Option<bool>,
    /// What a rule's findings weigh, by its name.
    #[napi(ts_type = "Record<string, 'off' | 'note' | 'warning' | 'error'>")]
    pub rules: Option<std::collections::HashMap<String, String>>,
    /// Fix what can be fixed without a person, in migrations that no database has run, by git and by `db`. Without `yes`
    /// nothing is written unless all of it are rollbacks of ours; `fixes` of the report has the diffs.
    pub fix: Option<bool>,
    /// Fix the findings of these rules only.
    pub fix_rule: Option<Vec<String>>,
    /// Columns that were renamed, where one is dropped and one like it added: `users.user_name=username`.
    pub rename: Option<Vec<String>>,
    /// Write what is fixed into the project's own files, too.
    pub yes: Option<bool>,
}

/// Whose clients are held against which histories.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct CompatOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folders, where their layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folders are not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// Migration folders, instead of looking for them.
    pub dirs: Option<Vec<String>>,
    /// Only histories of packages with one of these names, or below one of these paths.
    pub project: Option<Vec<String>>,
    /// A git commit, branch or tag; without it, where this branch left the default branch.
    pub app: Option<String>,
}

/// Which migrations are undone, on which database, and how far to go. Nothing is ever asked: `confirm` is the answer.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct RollbackOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folder, where its layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folder is not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The migration folder, instead of looking for it: one.
    pub dirs: Option<Vec<String>>,
    /// The history of the package with this name, or below this path, where there are several.
    pub project: Option<Vec<String>>,
    /// The database; without it, the one that the tool's own config, `.env` or environment names.
    pub url: Option<String>,
    /// A session instead of a URL: a client of node-postgres, PGlite, better-sqlite3, node:sqlite or libSQL, or an object with
    /// `dialect`, `execute(sql)`, `query(sql)`, and where that is so `pinned: true` (everything goes through one session) and
    /// `transactions: true` (BEGIN can be executed), without which nothing is run. It is left open. Nothing is known of
    /// where it leads, so that it counts as protected.
    #[napi(ts_type = "object")]
    pub driver: Option<serde_json::Value>,
    /// These migrations, by name. Without any of `only`, `steps`, `to` and `batch`: the last that the database applied.
    pub only: Option<Vec<String>>,
    /// So many, the last first.
    pub steps: Option<u32>,
    /// All that came after this one, which itself stays.
    pub to: Option<String>,
    /// All of the last deploy.
    pub batch: Option<bool>,
    /// Where the tool keeps its table, where no config says so: a name, or a schema and a name with a dot between.
    pub table: Option<String>,
    /// Keep what is taken away in tables of ours; without it, on a protected database.
    pub archive: Option<bool>,
    /// Run rollbacks that are stale, and undo migrations that were edited after they were applied.
    pub force: Option<bool>,
    /// Report what would run, and run nothing.
    pub dry_run: Option<bool>,
    /// Write the plan to this file, and run nothing.
    pub out: Option<String>,
    /// Run the plan of this file, and just that.
    pub plan: Option<String>,
    /// Run the rest of a rollback that was cut off.
    #[napi(js_name = "continue")]
    pub go_on: Option<bool>,
    /// Take back a rollback that was cut off.
    pub abort: Option<bool>,
    /// The database's name, as `target.database` of a dry run has it: a yes. Without it nothing is run.
    pub confirm: Option<String>,
    /// How long a transaction waits for a lock that stops others, in milliseconds: at most 900, and 500 without it.
    pub lock_timeout: Option<u32>,
    /// For how long it is tried again, in seconds: 60 without it.
    pub retry: Option<u32>,
    /// A file for lines of JSON about what was done, beside the audit's table.
    pub audit: Option<String>,
}

/// Which histories are read, and which database is asked beside them: none without `db`, `url` and `driver`.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct StatusOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folders, where their layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folders are not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The server that the rollback is for, e.g. `mysql-8.0`, `mariadb-10.11`; without it, SQL that is valid on all.
    pub server: Option<String>,
    /// Migration folders, instead of looking for them.
    pub dirs: Option<Vec<String>>,
    /// Only histories of packages with one of these names, or below one of these paths.
    pub project: Option<Vec<String>>,
    /// Only these migrations, by name. The whole history is still read.
    pub only: Option<Vec<String>>,
    /// Ask the database that the tool's own config, `.env` or environment names. It is only read.
    pub db: Option<bool>,
    /// Ask this database.
    pub url: Option<String>,
    /// Ask on this session, as `rollback` takes it.
    #[napi(ts_type = "object")]
    pub driver: Option<serde_json::Value>,
    /// Where the tool keeps its table, where no config says so: a name, or a schema and a name with a dot between.
    pub table: Option<String>,
}

/// Which migrations are recorded, as what, in which database. One of `applied`, `all`, `baseline`, `baselineTo` and
/// `rolledBack` has to be given.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct ResolveOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folder, where its layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folder is not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The migration folder, instead of looking for it: one.
    pub dirs: Option<Vec<String>>,
    /// The history of the package with this name, or below this path, where there are several.
    pub project: Option<Vec<String>>,
    /// The database; without it, the one that the tool's own config, `.env` or environment names.
    pub url: Option<String>,
    /// A session instead of a URL, as `rollback` takes it.
    #[napi(ts_type = "object")]
    pub driver: Option<serde_json::Value>,
    /// Where the tool keeps its table, where no config says so: a name, or a schema and a name with a dot between.
    pub table: Option<String>,
    /// These are applied: names, or patterns in which `*` stands for anything.
    pub applied: Option<Vec<String>>,
    /// All that are not recorded are applied.
    pub all: Option<bool>,
    /// The database was made without the tool: all are applied.
    pub baseline: Option<bool>,
    /// The same, up to this one.
    pub baseline_to: Option<String>,
    /// These are not applied any more: names or patterns.
    pub rolled_back: Option<Vec<String>>,
    /// Write the rows on this session, and not through the project's own Prisma.
    pub direct: Option<bool>,
    /// A file of SQL that is run first, in one transaction with the record.
    pub run: Option<String>,
    /// Record what the database does not hold.
    pub force: Option<bool>,
    /// Why; needed with `force`.
    pub reason: Option<String>,
    /// Report what would be recorded, and record nothing.
    pub dry_run: Option<bool>,
    /// The database's name: a yes. Needed where it is protected, or nothing says that it is not.
    pub confirm: Option<String>,
    /// How long a transaction waits for a lock that stops others, in milliseconds: at most 900, and 500 without it.
    pub lock_timeout: Option<u32>,
    /// For how long it is tried again, in seconds: 60 without it.
    pub retry: Option<u32>,
    /// A file for lines of JSON about what was done, beside the audit's table.
    pub audit: Option<String>,
}

/// Which copies, of which database, and what is done with them.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct ArchiveOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folder, where its layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folder is not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The migration folder, instead of looking for it: one.
    pub dirs: Option<Vec<String>>,
    /// The history of the package with this name, or below this path, where there are several.
    pub project: Option<Vec<String>>,
    /// The database; without it, the one that the tool's own config, `.env` or environment names.
    pub url: Option<String>,
    /// A session instead of a URL, as `rollback` takes it.
    #[napi(ts_type = "object")]
    pub driver: Option<serde_json::Value>,
    /// `list`, without it.
    #[napi(ts_type = "'list' | 'restore' | 'drop'")]
    pub action: Option<String>,
    /// Copies by their names, or all that was kept for a migration by its name.
    pub only: Option<Vec<String>>,
    /// All of them.
    pub all: Option<bool>,
    /// Only what has been kept for so many days, or longer.
    pub older_than: Option<u32>,
    /// Report what would be done, and do nothing.
    pub dry_run: Option<bool>,
    /// The database's name: a yes. Without it nothing is put back or dropped.
    pub confirm: Option<String>,
    /// A file for lines of JSON about what was done, beside the audit's table.
    pub audit: Option<String>,
}

/// What `init` adds, and where.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct InitOptions {
    /// The package's folder; the process's working directory.
    pub cwd: Option<String>,
    /// The hook before each commit, instead of scripts and workflow.
    pub hook: Option<bool>,
    /// Report what would be written, and write nothing.
    pub dry_run: Option<bool>,
}

/// Which database is looked at, and what is mended. Nothing is ever asked: `confirm` is the answer.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct DoctorOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folder, where its layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folder is not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The migration folder, instead of looking for it: one.
    pub dirs: Option<Vec<String>>,
    /// The history of the package with this name, or below this path, where there are several.
    pub project: Option<Vec<String>>,
    /// The database; without it, the one that the tool's own config, `.env` or environment names.
    pub url: Option<String>,
    /// A session instead of a URL, as `rollback` takes it.
    #[napi(ts_type = "object")]
    pub driver: Option<serde_json::Value>,
    /// Where the tool keeps its table, where no config says so: a name, or a schema and a name with a dot between.
    pub table: Option<String>,
    /// What is mended; without it, it only looks.
    #[napi(ts_type = "'forward' | 'undo' | 'tracking' | 'orphans' | 'indexes' | 'files'")]
    pub fix: Option<String>,
    /// The migration that is mended, by name; without it, the first that is half applied.
    pub only: Option<Vec<String>>,
    /// So many of its statements have happened, where the database does not tell.
    pub done: Option<u32>,
    /// What to compare with, where the usual order is not to decide.
    #[napi(ts_type = "'pglite' | 'server'")]
    pub engine: Option<String>,
    /// An empty database that is given away for comparing, or a server to make one on.
    pub scratch_url: Option<String>,
    /// Keep what is taken away; without it, on a protected database.
    pub archive: Option<bool>,
    /// Report what would run, and run nothing.
    pub dry_run: Option<bool>,
    /// The database's name, as `target.database` has it: a yes. Without it nothing is run.
    pub confirm: Option<String>,
    /// How long a transaction waits for a lock that stops others, in milliseconds: at most 900, and 500 without it.
    pub lock_timeout: Option<u32>,
    /// For how long it is tried again, in seconds: 60 without it.
    pub retry: Option<u32>,
    /// A file for lines of JSON about what was done, beside the audit's table.
    pub audit: Option<String>,
}

/// Which migrations a new one takes back.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct RevertOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folder, where its layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folder is not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The migration folder, instead of looking for it: one.
    pub dirs: Option<Vec<String>>,
    /// The history of the package with this name, or below this path, where there are several.
    pub project: Option<Vec<String>>,
    /// These migrations, by name: the last of the folder. Without any of `only`, `steps` and `to`: the very last.
    pub only: Option<Vec<String>>,
    /// So many, the last of the folder.
    pub steps: Option<u32>,
    /// All that came after this one, which itself stays.
    pub to: Option<String>,
    /// What the new migration is called, behind its time or number.
    pub name: Option<String>,
    /// Take rollbacks that are stale or not verified.
    pub force: Option<bool>,
    /// Report what would be written, and write nothing.
    pub dry_run: Option<bool>,
}

/// Which database, and what deploys.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct DeployOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folder, where its layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folder is not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The migration folder, instead of looking for it: one.
    pub dirs: Option<Vec<String>>,
    /// The history of the package with this name, or below this path, where there are several.
    pub project: Option<Vec<String>>,
    /// The database; without it, the one that the tool's own config, `.env` or environment names.
    pub url: Option<String>,
    /// A session instead of a URL, as `rollback` takes it.
    #[napi(ts_type = "object")]
    pub driver: Option<serde_json::Value>,
    /// Where the tool keeps its table, where no config says so: a name, or a schema and a name with a dot between.
    pub table: Option<String>,
    /// The command that deploys and its arguments, run in `cwd`; without it, the tool's own. With `url`, it has that in
    /// DATABASE_URL.
    pub command: Option<Vec<String>>,
    /// Run the SQL on this session, and write the tool's own rows.
    pub direct: Option<bool>,
    /// Keep what the migrations destroy; done without it, too.
    pub archive: Option<bool>,
    /// Put back what earlier rollbacks of these migrations kept; done without it, too.
    pub restore: Option<bool>,
    /// Report what would be deployed, and do nothing.
    pub dry_run: Option<bool>,
    /// The database's name: a yes. Needed where it is protected, or nothing says that it is not.
    pub confirm: Option<String>,
    /// How long a transaction waits for a lock that stops others, in milliseconds: at most 900, and 500 without it.
    pub lock_timeout: Option<u32>,
    /// For how long it is tried again, in seconds: 60 without it.
    pub retry: Option<u32>,
    /// A file for lines of JSON about what was done, beside the audit's table.
    pub audit: Option<String>,
}

/// Which migration is expanded, and what is decided beforehand.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct ExpandOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folder, where its layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folder is not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The migration folder, instead of looking for it: one.
    pub dirs: Option<Vec<String>>,
    /// The history of the package with this name, or below this path, where there are several.
    pub project: Option<Vec<String>>,
    /// The migration, by name: one. Without it, the last.
    pub only: Option<Vec<String>>,
    /// `users.full_name=display_name`: a column that is dropped and the one that it becomes.
    pub rename: Option<Vec<String>>,
    /// `users.full_name`: a column (or table) that is dropped and becomes none.
    pub no_rename: Option<Vec<String>>,
    /// `users.bio='none'`: what stands there instead of NULL, as SQL over the row.
    pub fill: Option<Vec<String>>,
    /// `users.score=score::int`: what a value is in the column's new type, as SQL over the row.
    pub convert: Option<Vec<String>>,
    /// `users.score=score::text`: what a new value, under the same name, is in the old type.
    pub convert_back: Option<Vec<String>>,
    /// `role.guest=user`: a value of an enum that goes, and the one that new versions find in its place.
    pub value: Option<Vec<String>>,
    /// `role.owner=admin`: a value of an enum that comes, and the one that old versions find in its place.
    pub value_back: Option<Vec<String>>,
    /// `users.bio=profiles.bio`: a column whose values move to one of another table.
    pub r#move: Option<Vec<String>>,
    /// `profiles.user_id`: a column of the foreign key by which a row finds the one that its values move to.
    pub by: Option<Vec<String>>,
    /// `profiles=make` or `profiles=hold`: what becomes of values that have no row in the table that they move to.
    pub missing: Option<Vec<String>>,
    /// A file of such decisions, JSON.
    pub decisions: Option<String>,
    /// A database that says whether the migration has run.
    pub url: Option<String>,
    /// It has run nowhere.
    pub not_applied: Option<bool>,
    /// Edit the schema for the time of both shapes too, where it can be told how: schema.prisma, or what drizzle-kit reads and its
    /// config.
    pub write: Option<bool>,
    /// Of a migration that is expanded already: what its schema is with expand, with the code that has the new shape, or with the
    /// contract; with `write` it is edited.
    #[napi(ts_type = "'expand' | 'code' | 'contract'")]
    pub release: Option<String>,
    /// Put the migration back as the tool wrote it.
    pub abort: Option<bool>,
}

/// Which plan is filled, where, and how.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct BackfillOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folder, where its layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folder is not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The migration folder, instead of looking for it: one.
    pub dirs: Option<Vec<String>>,
    /// The history of the package with this name, or below this path, where there are several.
    pub project: Option<Vec<String>>,
    /// The migration that was expanded, by name: one. Without it, the only one that is open.
    pub only: Option<Vec<String>>,
    /// The database; without it, the one that the tool's own config, `.env` or environment names.
    pub url: Option<String>,
    /// Rows of a batch; 1000 without it.
    pub batch: Option<u32>,
    /// Sessions that work at the same time; 1 without it.
    pub workers: Option<u32>,
    /// How long it rests after a batch, in percent of the time that the batch took; 50 without it.
    pub rest: Option<u32>,
    /// While this file is there, no batch is begun.
    pub pause_file: Option<String>,
    /// While a replica of the PostgreSQL server is further behind than so many seconds, no batch is begun; 10 without it, and 0
    /// never waits.
    pub max_lag: Option<u32>,
    /// Make no indexes: on a database for development, `prisma migrate dev` would call them drift.
    pub no_indexes: Option<bool>,
    /// Count what is to be done, and fill nothing.
    pub status: Option<bool>,
    /// A file in TypeScript or JavaScript whose default export is a `BackfillModule`: it gets the batches of the table that it
    /// names, and no plan is needed.
    pub module: Option<String>,
}

/// The default export of a file for `backfill --module`: which table it goes over, and what becomes of the rows.
#[expect(dead_code, reason = "described here for TypeScript; `js/module.js` reads it")]
#[napi(object)]
pub struct BackfillModule {
    /// What its batches are remembered by: with another name all of them are done again. The file's path without it.
    pub name: Option<String>,
    /// The table, as the migrations write it: `posts`, or `sales.posts`. It needs a primary key.
    pub table: String,
    /// The columns that it reads beside the key.
    pub columns: Option<Vec<String>>,
    /// SQL that holds for a row that is to be done; all rows without it. What is done should make it false.
    pub r#where: Option<String>,
    /// Gets a batch, in a transaction that holds its rows until the next batch. Gives the rows that are to be written, each with its
    /// whole key and the new values; a row that is not given stays as it is. It may run again for a batch that was given back
    /// (a lock that others had, a lost connection), and then its transaction was rolled back.
    #[napi(
        ts_type = "(batch: BackfillBatch) => Record<string, unknown>[] | void | Promise<Record<string, unknown>[] | void>"
    )]
    pub run: String,
}

/// A batch of rows, as `run` of a `BackfillModule` gets it.
#[expect(dead_code, reason = "described here for TypeScript; `js/module.js` makes it")]
#[napi(object)]
pub struct BackfillBatch {
    /// The rows, by key: each value as the database prints it.
    #[napi(ts_type = "Record<string, string | null>[]")]
    pub rows: Vec<String>,
    /// The columns of the table's key.
    pub key: Vec<String>,
    /// Runs one statement in the batch's transaction, and gives its rows: a tag, whose values are quoted; an array is a list in
    /// parentheses. SELECT, INSERT, UPDATE, DELETE and what begins with WITH.
    #[napi(ts_type = "(text: TemplateStringsArray, ...values: unknown[]) => Promise<Record<string, string | null>[]>")]
    pub sql: String,
}

/// Which plan is ended, and which gates are asked.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct ContractOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folder, where its layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folder is not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The migration folder, instead of looking for it: one.
    pub dirs: Option<Vec<String>>,
    /// The history of the package with this name, or below this path, where there are several.
    pub project: Option<Vec<String>>,
    /// The migration that was expanded, by name: one. Without it, the only one that is open.
    pub only: Option<Vec<String>>,
    /// The database; without it, the one that the tool's own config, `.env` or environment names.
    pub url: Option<String>,
    /// Gates that are not asked.
    pub skip_gate: Option<Vec<String>>,
    /// Why.
    pub reason: Option<String>,
    /// The commit, branch or tag that is deployed, whose clients may need nothing that the contract takes away; without it,
    /// where this branch left the default branch.
    pub app: Option<String>,
    /// Edit the schema too, where it can be told how.
    pub write: Option<bool>,
}

/// Which plan.
#[expect(dead_code, reason = "described here for TypeScript; the app reads them as JSON")]
#[napi(object)]
pub struct PlanOptions {
    /// Where paths start and where migrations are looked for; the process's working directory.
    pub cwd: Option<String>,
    /// The tool that wrote the folder, where its layout is not to decide.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: Option<String>,
    /// The dialect of the SQL, where the folder is not to decide.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: Option<String>,
    /// The migration folder, instead of looking for it: one.
    pub dirs: Option<Vec<String>>,
    /// The history of the package with this name, or below this path, where there are several.
    pub project: Option<Vec<String>>,
    /// The migration that was expanded, by name: one. Without it, the only one that is open.
    pub only: Option<Vec<String>>,
}
