//! `archive` from a request: what is kept is listed, put back, or thrown away.

use super::{Entry, Home, NotRestored, Restored, drop_kept, list, restore};
use crate::audit::{Author, Record};
use crate::execute::{Patience, ToolLock, hold};
use crate::site::{Around, Audited, Here, Proposal, Scene, Sought, TargetReport, agreed, arrive, refusal};
use crate::verify::Secret;
use crate::{Error, Problem};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use unmigrate_engines::Database;
use unmigrate_sources::{pasted, tracking};

/// What is done with what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// It is listed; nothing is written.
    #[default]
    List,
    /// It is put back by key. The copy stays.
    Restore,
    /// The copies are deleted for good.
    Drop,
}

/// Which copies, of which database. In JSON every field but `cwd` may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ArchiveRequest {
    /// Where paths start and where discovery begins. Absolute.
    pub cwd: PathBuf,
    /// `prisma` or `drizzle`, where the folder's own layout is not to decide.
    pub tool: Option<String>,
    /// `postgresql`, `cockroachdb`, `mysql` or `sqlite`, where the folder's own word is not to decide.
    pub dialect: Option<String>,
    /// The folder of migrations; empty: look for it. There must be one.
    pub dirs: Vec<PathBuf>,
    /// Of the histories found, the one of the package with this name, or below this path.
    pub project: Vec<String>,
    /// The database; none: as the tool itself finds it.
    pub url: Option<Secret>,
    /// What is done.
    pub action: Action,
    /// Copies by their names, or all that was kept for a migration by its name.
    pub only: Vec<String>,
    /// All of them.
    pub all: bool,
    /// Only what was kept so many days ago, or longer.
    pub older_than: Option<u64>,
    /// Show what would be done, and do nothing.
    pub dry_run: bool,
    /// The database's name: a yes.
    pub confirm: Option<String>,
    /// A file for lines of JSON, beside the audit's table.
    pub audit: Option<PathBuf>,
}

/// What is kept, and what came of it: the JSON contract, version 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchiveListing {
    /// Of the contract: 1. Fields are only ever added within a version.
    pub version: u32,
    /// Which database.
    pub target: TargetReport,
    /// What was asked for.
    pub action: Action,
    /// Where the copies are: `schema _unmigrate`.
    pub place: String,
    /// The copies that it is about, oldest first.
    pub entries: Vec<EntryReport>,
    /// What is good to know, or stopped it.
    pub problems: Vec<Problem>,
}

/// A copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryReport {
    /// What it is.
    #[serde(flatten)]
    pub entry: Entry,
    /// How long it has been kept, in seconds, by the database's clock.
    pub age: u64,
    /// What putting it back did; none where it was not put back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub put_back: Option<Restored>,
    /// It is gone for good now.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dropped: bool,
}

/// Lists, restores or drops copies in the database that the request or the tool's own files name.
///
/// # Errors
/// Where nothing was done. What failed for one copy is in the report's problems.
pub fn archive(request: &ArchiveRequest, around: Around) -> Result<ArchiveListing, Error> {
    request.sought().visit(around, None, |here, around, db| on(request, here, around, db))
}

/// The same on a session that the caller opened.
///
/// # Errors
/// As [`archive`].
pub fn archive_on(request: &ArchiveRequest, around: Around, db: &mut dyn Database) -> Result<ArchiveListing, Error> {
    request.sought().visit(around, Some(db), |here, around, db| on(request, here, around, db))
}

fn on(request: &ArchiveRequest, here: &Here, around: Around, db: &mut dyn Database) -> Result<ArchiveListing, Error> {
    let (surroundings, cwd) = (here.surroundings(&around), here.cwd);
    arrive(&request.sought(), here, &surroundings, db, |db, scene| {
        let home = Home::find(db).map_err(|f| refusal::database(&f))?;
        let mut report = listed(db, scene, &home, request)?;
        if request.action == Action::List || request.dry_run || report.entries.is_empty() {
            return Ok(report);
        }
        agreed(scene, Proposal::Archive(&report), request.confirm.as_deref(), around.ask)?;
        let lock = ToolLock::of(here.source.tool, db.dialect());
        let patience = Patience { total: Duration::from_secs(10), ..Patience::default() };
        let held = hold(db, lock, patience, around.watch).map_err(|stopped| {
            let message = refusal::where_and_why(&stopped);
            refusal::halted(&stopped, format!("{message}. Nothing was changed"), "wait for it, and run it again".into())
        })?;
        let names: Vec<String> = report.entries.iter().map(|e| e.entry.id.clone()).collect();
        let verb = if request.action == Action::Drop { "archive drop" } else { "archive restore" };
        let author = Author::of(cwd, around.variable);
        let mut record = Record::begin(verb, &author, "", &scene.target.shown, &names);
        let file = request.audit.as_ref().map(|path| cwd.join(path));
        let mut audited = Audited::new(file.as_deref());
        audited.write(db, &home, &record, &mut report.problems);
        for entry in &mut report.entries {
            if let Some(problem) = done(db, &home, request.action, entry) {
                report.problems.push(problem);
            }
        }
        let failed = report.problems.iter().find(|p| p.severity == crate::Severity::Error);
        record.end(failed.map_or("done", |p| p.code), failed.map(|p| p.message.clone()));
        audited.write(db, &home, &record, &mut report.problems);
        held.release(db);
        Ok(report)
    })
}

/// Does it for one copy; what went wrong.
fn done(db: &mut dyn Database, home: &Home, action: Action, report: &mut EntryReport) -> Option<Problem> {
    let failed = match action {
        Action::List => None,
        Action::Restore => match restore(db, home, &report.entry) {
            Ok(restored) => {
                report.put_back = Some(restored);
                None
            }
            Err(why) => Some(why),
        },
        Action::Drop => match drop_kept(db, home, &report.entry.id) {
            Ok(dropped) => {
                report.dropped = dropped;
                None
            }
            Err(failure) => Some(NotRestored::Failed(failure)),
        },
    };
    failed.map(|why| {
        let (id, migration) = (&report.entry.id, &report.entry.migration);
        let help = match why {
            NotRestored::NoTable(_) | NotRestored::NoColumn(..) => format!("deploy `{migration}` again first"),
            NotRestored::NoKey(_) | NotRestored::OtherKey(_) => {
                "the copy is a table like any other: put back by hand what can be told apart".to_owned()
            }
            NotRestored::Failed(_) => "nothing of this copy was changed; see to the cause and run it again".to_owned(),
        };
        Problem::error("not-restored", format!("`{id}`: {why}"), help)
    })
}

fn listed(
    db: &mut dyn Database,
    scene: &Scene,
    home: &Home,
    request: &ArchiveRequest,
) -> Result<ArchiveListing, Problem> {
    let all = list(db, home).map_err(|f| refusal::database(&f))?;
    let now = db.query(tracking::clock(db.dialect())).map_err(|f| refusal::database(&f))?;
    let now: i64 = now.first().and_then(|ms| ms.parse().ok()).unwrap_or_default();
    if request.action != Action::List && request.only.is_empty() && !request.all && request.older_than.is_none() {
        return Err(Problem::error(
            "nothing-asked",
            "it is not said which copies are meant",
            "name them, or the migration that they were kept for; --all means all",
        ));
    }
    let is = |entry: &Entry, word: &String| entry.id == *word || entry.migration == *word;
    if let Some(word) = request.only.iter().find(|word| !all.iter().any(|entry| is(entry, word))) {
        return Err(Problem::error(
            "not-kept",
            format!("nothing is kept under the name `{}`", pasted(word)),
            "unmigrate archive list   shows what is kept",
        ));
    }
    let entries = all.into_iter().filter(|entry| request.only.is_empty() || request.only.iter().any(|w| is(entry, w)));
    let age = |entry: &Entry| {
        let kept = milliseconds(&entry.kept).unwrap_or(now);
        u64::try_from((now - kept) / 1000).unwrap_or_default()
    };
    let entries = entries.map(|entry| EntryReport { age: age(&entry), entry, put_back: None, dropped: false });
    let old = |entry: &EntryReport| request.older_than.is_none_or(|days| entry.age >= days * 86_400);
    let mut entries: Vec<EntryReport> = entries.filter(old).collect();
    if request.action == Action::Restore {
        // What was taken away last is put back first.
        entries.reverse();
    }
    let (target, place) = (scene.target.clone(), home.words());
    Ok(ArchiveListing { version: 1, target, action: request.action, place, entries, problems: vec![] })
}

/// Since 1970, of a time as the catalog has it: `2026-11-21T07:01:35.570Z`.
fn milliseconds(iso: &str) -> Option<i64> {
    let number = |from: usize, to: usize| iso.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    // Days since 1970 of a Gregorian date whose year begins in March (Howard Hinnant's days_from_civil).
    let year = if month <= 2 { year - 1 } else { year };
    let (era, month) = (year.div_euclid(400), (month + 9) % 12);
    let of_era = year.rem_euclid(400);
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + day - 1;
    let days = era * 146_097 + day_of_era - 719_468;
    let seconds = number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
    Some((days * 86_400 + seconds) * 1000 + number(20, 23).unwrap_or_default())
}

impl ArchiveRequest {
    fn sought(&self) -> Sought<'_> {
        Sought {
            cwd: &self.cwd,
            tool: self.tool.as_deref(),
            dialect: self.dialect.as_deref(),
            dirs: &self.dirs,
            project: &self.project,
            url: self.url.as_ref(),
            table: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn times_of_the_catalog() {
        assert_eq!(milliseconds("1970-01-01T00:00:00.000Z"), Some(0));
        assert_eq!(milliseconds("2026-11-21T07:01:35.570Z"), Some(1_795_244_495_570));
        assert_eq!(milliseconds("2024-02-29T00:00:00Z"), Some(1_709_164_800_000));
        assert_eq!(milliseconds("soon"), None);
    }
}
