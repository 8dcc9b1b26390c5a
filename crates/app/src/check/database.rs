//! How one database stands to the history: what it ran in another form, what its next deploy will silently pass over, run
//! late, run again or stop at. It is only read, in a transaction that could not write.

use super::placed::{About, Placed};
use super::report::Group;
use crate::Problem;
use crate::site::{place, refusal};
use crate::target::{self, Surroundings, Versions};
use unmigrate_engines::{Database, Failure, connect};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::lint::Severity;
use unmigrate_sources::tracking::{self, Reading, Standing, State, Status};
use unmigrate_sources::{Layout, Source, Tool};

/// A database's answer.
pub struct Standings {
    state: State,
    /// As messages name it; no password is in it.
    database: String,
}

/// Asks the database, which an empty URL leaves to the tool's own files to name.
///
/// # Errors
/// It can't be found or reached, or the table there is not the tool's.
pub fn ask(source: &Source, url: &str, around: &Surroundings) -> Result<Standings, Problem> {
    let found = target::find(source, Some(url).filter(|url| !url.is_empty()), around)?;
    let to = found.target(source.history.dialect)?;
    let folder = source.history.dialect;
    if to.dialect() != folder && !(to.dialect().is_postgres() && folder.is_postgres()) {
        return Err(refusal::wrong_dialect(folder, to.dialect()));
    }
    let shown = to.to_string();
    let mut db = connect(&to).map_err(|failure| refusal::unreachable(&shown, &found.from, &failure))?;
    let project = target::project_of(&source.dir, around.cwd);
    let config = place::drizzle_config(source, &project, around.loader);
    let at = place::location(source, Some(&to), config.as_ref(), None);
    let read =
        read_only(db.as_mut(), |db| tracking::read(source.tool, db.dialect(), &at, &mut |sql: &str| db.query(sql)));
    let database = to.database().map_or(shown, str::to_owned);
    match read.map_err(|failure| refusal::database(&failure))? {
        Reading::Table(table) => {
            Ok(Standings { state: table.state(source, Versions::of(&project).orm.as_deref()), database })
        }
        Reading::Missing => Err(refusal::no_table(&at)),
        Reading::Foreign(columns) => Err(refusal::foreign_table(&at, &columns)),
    }
}

/// Asks inside a transaction that can't write. Nothing of the session outlives it, so that a pooler's next client gets a
/// connection as it was.
fn read_only<T>(
    db: &mut dyn Database,
    ask: impl FnOnce(&mut dyn Database) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let (begin, end) = match db.dialect() {
        Dialect::Postgres | Dialect::Cockroach => ("BEGIN READ ONLY", "ROLLBACK"),
        Dialect::Mysql => ("START TRANSACTION READ ONLY", "ROLLBACK"),
        Dialect::Sqlite => ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
    };
    db.execute(begin)?;
    let answer = ask(db);
    db.execute(end)?;
    answer
}

impl Standings {
    /// Which migrations the database has run.
    pub fn applied(&self) -> Vec<bool> {
        self.state.migrations.iter().map(Standing::is_applied).collect()
    }

    /// As messages name it.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The database has run it, or begun to, or would run it once more.
    pub fn has_seen(&self, at: usize) -> bool {
        self.state.migrations.get(at).is_none_or(|s| s.status != Status::Pending)
    }

    /// What is to be said of it.
    pub fn findings(&self, source: &Source, placed: &mut Placed) {
        let index = index(source);
        if let Some(why) = &self.state.blocked {
            let help = match source.tool {
                Tool::Prisma => "prisma migrate resolve --rolled-back <migration>, once what it left is taken away",
                Tool::Drizzle => "bring the files of those migrations back, or take the rows out",
            };
            placed.push(about("deploy-blocked", Severity::Error, &index, format!("`{}`: {why}", self.database), help));
        }
        let last = self.state.migrations.iter().rposition(Standing::is_applied);
        for (at, (standing, migration)) in self.state.migrations.iter().zip(&source.history.migrations).enumerate() {
            let later = last.filter(|last| *last > at).map(|last| self.state.migrations[last].name.as_str());
            if let Some(found) = self.of(standing, &migration.file, later, source) {
                placed.push(found);
            }
        }
        for row in self.state.unknown.iter().filter(|row| row.applied) {
            placed.push(self.without_file(&row.what, source, &index));
        }
    }

    fn of(&self, standing: &Standing, file: &str, later: Option<&str>, source: &Source) -> Option<About> {
        let (name, database) = (&standing.name, &self.database);
        if standing.is_replayed() {
            return Some(about(
                "applied-again",
                Severity::Error,
                file,
                format!(
                    "`{database}` has run `{name}`, and the next deploy runs it once more: its row says too little"
                ),
                "give the row what the tool goes by (created_at in drizzle-orm 0.x, name in 1.0)",
            ));
        }
        if standing.is_applied() && standing.edited {
            let tool = match source.tool {
                Tool::Prisma => "`prisma migrate dev` will say so and want to reset, `deploy` says nothing",
                Tool::Drizzle => "Drizzle does not notice",
            };
            return Some(about(
                "edited-since-applied",
                Severity::Error,
                file,
                format!("`{database}` ran another text of `{name}` than lies here: {tool}"),
                "set the file back, and put what is new into a new migration",
            ));
        }
        if standing.is_skipped() {
            return Some(about(
                "skipped-for-ever",
                Severity::Error,
                file,
                format!("`{database}` has not run `{name}`, and never will: it has run one with a later time"),
                "give it a `when` later than all others in meta/_journal.json, or repeat what it does in a new migration",
            ));
        }
        let late = later.filter(|_| standing.status == Status::Pending && standing.runs_next)?;
        Some(about(
            "back-dated",
            Severity::Warning,
            file,
            format!("`{database}` has run `{late}`, and will run `{name}` after it; new databases run it before"),
            "see that both orders end in the same schema, or rename its folder to a later time",
        ))
    }

    fn without_file(&self, what: &str, source: &Source, index: &str) -> About {
        let then = match (source.tool, source.layout) {
            (Tool::Prisma, _) => "`prisma migrate dev` will want to reset, `deploy` and `status` say nothing",
            (Tool::Drizzle, Layout::Journal) => "what has an earlier time than it is skipped for ever",
            (Tool::Drizzle, Layout::Folders) => "nothing here can undo it",
        };
        about(
            "row-without-file",
            Severity::Warning,
            index,
            format!("`{}` has run `{what}`, and there is no such migration here: {then}", self.database),
            "bring its folder back from the branch that has it, or undo it there before it is forgotten",
        )
    }
}

/// The file that stands for the history as a whole: it is there in every layout, and stays.
fn index(source: &Source) -> String {
    let lock = || {
        Some(format!("{}/migration_lock.toml", source.shown))
            .filter(|_| source.dir.join("migration_lock.toml").is_file())
    };
    let journal = || (source.layout == Layout::Journal).then(|| format!("{}/meta/_journal.json", source.shown));
    let first = || source.history.migrations.first().map(|m| m.file.clone());
    journal().or_else(lock).or_else(first).unwrap_or_else(|| source.shown.clone())
}

fn about(rule: &'static str, severity: Severity, file: &str, message: String, help: &str) -> About {
    About { rule, group: Group::History, severity, file: file.to_owned(), line: 1, message, help: help.to_owned() }
}
