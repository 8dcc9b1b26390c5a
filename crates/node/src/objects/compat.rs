//! What `compat` gives, field by field what `--json` prints.

use super::check::Since;
use super::{Problem, all, number};
use napi_derive::napi;
use unmigrate_app::compat as app;

/// Which clients break.
#[napi(object)]
pub struct CompatReport {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// The commit whose clients are meant.
    pub app: Since,
    /// One per folder of migrations.
    pub histories: Vec<CompatHistory>,
    /// What could not be handled while the rest went on.
    pub problems: Vec<Problem>,
}

/// One history, and how the clients of a commit fare on it.
#[napi(object)]
pub struct CompatHistory {
    /// The tool that wrote it.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: String,
    /// The dialect of its SQL.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: String,
    /// The folder, relative to the working directory.
    pub dir: String,
    /// What the declared columns were read from.
    #[napi(ts_type = "'schema' | 'snapshot' | 'migrations'")]
    pub declared: String,
    /// Tables and views that the clients name.
    pub tables: u32,
    /// The migrations that the commit does not have.
    pub migrations: u32,
    /// The worst of what is left after the last of them.
    #[napi(ts_type = "'works' | 'mayBreak' | 'breaks'")]
    pub verdict: String,
    /// What breaks, by the migration from which on it does.
    pub breaks: Vec<ClientBreak>,
    /// The oldest commit whose clients work on the schema after all migrations; not there where not even today's do.
    pub floor: Option<Floor>,
}

/// Statements of a client that break.
#[napi(object)]
pub struct ClientBreak {
    /// The migration from which on they do.
    pub migration: String,
    /// Its file, relative to the working directory.
    pub file: String,
    /// The table as the client calls it.
    pub table: String,
    /// The column; not there where the whole table is meant.
    pub column: Option<String>,
    /// Which statements.
    #[napi(ts_type = "Array<'select' | 'insert' | 'update' | 'delete'>")]
    pub operations: Vec<String>,
    /// `leftOut`: where the column is left out; `given`: where it gets a value; `values`: by what they are.
    #[napi(ts_type = "'always' | 'leftOut' | 'given' | 'values'")]
    pub when: String,
    /// Why; no full stop at the end.
    pub message: String,
    /// A later migration puts it right again.
    pub mended: bool,
}

/// A commit from which on clients work.
#[napi(object)]
pub struct Floor {
    /// Its hash.
    pub commit: String,
    /// Its day: `2026-11-26`.
    pub date: String,
    /// Tags and branches that point at it.
    pub names: Vec<String>,
    /// No commit that is older was found to break.
    pub first: bool,
}

impl From<app::CompatReport> for CompatReport {
    fn from(it: app::CompatReport) -> CompatReport {
        CompatReport {
            version: it.version,
            app: Since { reference: it.app.reference, commit: it.app.commit },
            histories: all(it.histories),
            problems: all(it.problems),
        }
    }
}

impl From<app::CompatHistory> for CompatHistory {
    fn from(it: app::CompatHistory) -> CompatHistory {
        let verdict = match it.verdict {
            app::Verdict::Works => "works",
            app::Verdict::MayBreak => "mayBreak",
            app::Verdict::Breaks => "breaks",
        };
        CompatHistory {
            tool: it.tool.into(),
            dialect: it.dialect.into(),
            dir: it.dir,
            declared: it.declared.into(),
            tables: number(it.tables),
            migrations: number(it.migrations),
            verdict: verdict.into(),
            breaks: all(it.breaks),
            floor: it.floor.map(|f| Floor { commit: f.commit, date: f.date, names: f.names, first: f.first }),
        }
    }
}

impl From<app::ClientBreak> for ClientBreak {
    fn from(it: app::ClientBreak) -> ClientBreak {
        ClientBreak {
            migration: it.migration,
            file: it.file,
            table: it.table,
            column: it.column,
            operations: it.operations.iter().map(|o| o.word().to_owned()).collect(),
            when: it.when.word().into(),
            message: it.message,
            mended: it.mended,
        }
    }
}
