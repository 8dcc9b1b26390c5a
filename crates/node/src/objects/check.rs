//! What `check` gives, field by field what `--json` prints.

use super::{Problem, all, number};
use napi_derive::napi;
use unmigrate_app::check as app;

/// All that `check` found.
#[napi(object)]
pub struct CheckReport {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// In the order of the histories, their files and their lines.
    pub findings: Vec<Finding>,
    /// The histories that were looked at.
    pub histories: Vec<CheckedHistory>,
    /// What the changes were counted from; not there where every migration was looked at.
    pub since: Option<Since>,
    /// Findings that are left out.
    pub suppressed: Suppressed,
    /// What could not be handled while the rest went on.
    pub problems: Vec<Problem>,
    /// What was fixed, or would be; only where that was asked for.
    pub fixes: Option<Fixes>,
}

/// Everything about fixes in one run.
#[napi(object)]
pub struct Fixes {
    /// The files were written; else this is what would be.
    pub written: bool,
    /// One for each finding that can be fixed.
    pub fixes: Vec<Fixed>,
    /// The files that change.
    pub files: Vec<FixedFile>,
}

/// A finding and what is done about it.
#[napi(object)]
pub struct Fixed {
    /// The rule of the finding.
    pub rule: String,
    /// The file that the finding is in.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
    /// What is done, in a few words.
    pub title: String,
    /// Whether it is. `asks`: only a person can tell whether it is meant.
    #[napi(ts_type = "'planned' | 'written' | 'asks' | 'refused'")]
    pub state: String,
    /// Why it is not done; or, where it asks, the flag that says yes to it.
    pub why: Option<String>,
}

/// A file that changes.
#[napi(object)]
pub struct FixedFile {
    /// The file, relative to the working directory.
    pub file: String,
    /// What happens to it.
    #[napi(ts_type = "'edited' | 'created'")]
    pub change: String,
    /// A unified diff.
    pub diff: String,
}

/// One history, and how `check` looked at it.
#[napi(object)]
pub struct CheckedHistory {
    /// The tool that wrote it.
    #[napi(ts_type = "'prisma' | 'drizzle'")]
    pub tool: String,
    /// The dialect of its SQL.
    #[napi(ts_type = "'postgresql' | 'cockroachdb' | 'mysql' | 'sqlite'")]
    pub dialect: String,
    /// The folder, relative to the working directory.
    pub dir: String,
    /// What runs the migrations.
    #[napi(ts_type = "'prisma' | 'drizzle' | 'd1' | 'libsql' | 'autocommit' | 'transaction'")]
    pub runner: String,
    /// How many migrations it has.
    pub migrations: u32,
    /// How many of them were looked at.
    pub checked: u32,
}

/// The commit that changes were counted from.
#[napi(object)]
pub struct Since {
    /// The ref that was asked for or found: `origin/main`.
    pub reference: String,
    /// The commit where this branch left it.
    pub commit: String,
}

/// How many findings are left out.
#[napi(object)]
pub struct Suppressed {
    /// By a comment in the file.
    pub ignored: u32,
    /// Because they stand in the baseline.
    pub baseline: u32,
}

/// One thing that a rule found.
#[napi(object)]
pub struct Finding {
    /// The rule's name; `explain` has its page.
    pub rule: String,
    /// What the migration will do, what is wrong with the history, or with the rollback.
    #[napi(ts_type = "'hazard' | 'history' | 'rollback'")]
    pub group: String,
    /// `error`: it fails, loses data, or breaks code that still runs. `warning`: it can hurt, depending on what can't be
    /// seen here. `note`: good to know.
    #[napi(ts_type = "'error' | 'warning' | 'note'")]
    pub severity: String,
    /// The file, relative to the working directory.
    pub file: String,
    /// The line of the first character, from 1.
    pub line: u32,
    /// Its column, from 1, in characters (code points).
    pub column: u32,
    /// The line of the last character.
    pub end_line: u32,
    /// The column behind it.
    pub end_column: u32,
    /// What happens, and to which object; no full stop at the end.
    pub message: String,
    /// What to do.
    pub help: String,
    /// What could stand there instead.
    pub fix: Option<Fix>,
    /// The same for the same finding in the same statement, wherever that moves in its file.
    pub fingerprint: String,
}

/// A piece of text in place of another.
#[napi(object)]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// Where the old text begins.
    pub line: u32,
    /// Its column.
    pub column: u32,
    /// Where it ends; the same where nothing goes.
    pub end_line: u32,
    /// The column behind it.
    pub end_column: u32,
    /// The new text.
    pub text: String,
}

impl From<app::CheckReport> for CheckReport {
    fn from(it: app::CheckReport) -> CheckReport {
        let app::Suppressed { ignored, baseline } = it.suppressed;
        CheckReport {
            version: it.version,
            findings: all(it.findings),
            histories: all(it.histories),
            since: it.since.map(|s| Since { reference: s.reference, commit: s.commit }),
            suppressed: Suppressed { ignored: number(ignored), baseline: number(baseline) },
            problems: all(it.problems),
            fixes: it.fixes.map(Fixes::from),
        }
    }
}

impl From<app::Fixes> for Fixes {
    fn from(it: app::Fixes) -> Fixes {
        Fixes { written: it.written, fixes: all(it.fixes), files: all(it.files) }
    }
}

impl From<app::Fixed> for Fixed {
    fn from(it: app::Fixed) -> Fixed {
        Fixed {
            rule: it.rule.into(),
            file: it.file,
            line: number(it.line),
            title: it.title,
            state: it.state.word().into(),
            why: it.why,
        }
    }
}

impl From<app::FixedFile> for FixedFile {
    fn from(it: app::FixedFile) -> FixedFile {
        FixedFile { file: it.file, change: it.change.into(), diff: it.diff }
    }
}

impl From<app::CheckedHistory> for CheckedHistory {
    fn from(it: app::CheckedHistory) -> CheckedHistory {
        CheckedHistory {
            tool: it.tool.into(),
            dialect: it.dialect.into(),
            dir: it.dir,
            runner: it.runner.into(),
            migrations: number(it.migrations),
            checked: number(it.checked),
        }
    }
}

impl From<app::Finding> for Finding {
    fn from(it: app::Finding) -> Finding {
        Finding {
            rule: it.rule.into(),
            group: it.group.word().into(),
            severity: it.severity.word().into(),
            file: it.file,
            line: number(it.line),
            column: number(it.column),
            end_line: number(it.end_line),
            end_column: number(it.end_column),
            message: it.message,
            help: it.help,
            fix: it.fix.map(Fix::from),
            fingerprint: it.fingerprint,
        }
    }
}

impl From<app::Fix> for Fix {
    fn from(it: app::Fix) -> Fix {
        Fix {
            title: it.title,
            line: number(it.line),
            column: number(it.column),
            end_line: number(it.end_line),
            end_column: number(it.end_column),
            text: it.text,
        }
    }
}
