//! What has happened of a plan whose steps no transaction holds together, noted in the database itself.
//!
//! One table: a line for the run, with its plan, and a line for each step that was begun. Its lines go when the run is
//! over, so that it is empty but while something runs, or was cut off.

mod print;
mod seen;

pub use print::{print, snapshot};
pub use seen::Seen;

use crate::archive::Home;
use crate::archive::sql::{literal, long_text, now};
use crate::clock::since_1970;
use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;

/// The table's name in its home.
const TABLE: &str = "journal";

/// The lines of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    home: Home,
    run: String,
    dialect: Dialect,
}

/// What was noted of a step before it began.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// A hash of what the catalogs held.
    pub print: String,
    /// The step's own probe held already, so that it tells nothing.
    pub held: bool,
    /// PostgreSQL's indexes that were not valid then.
    pub invalid: Vec<String>,
}

/// A step's line, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Phase and step, from 0.
    pub place: (usize, usize),
    /// How far it came.
    pub state: State,
    /// What was noted before.
    pub line: Line,
}

/// How far a step came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It was begun.
    Begun,
    /// It was done.
    Done,
}

impl Journal {
    /// Begins a run: makes the table where it is not there, and writes the line of the run. `replaces` names a run that is
    /// over with this.
    ///
    /// # Errors
    /// Those of the database: what can't be noted is not begun.
    pub fn begin(db: &mut dyn Database, home: Home, plan: &str, replaces: Option<&str>) -> Result<Journal, Failure> {
        let dialect = db.dialect();
        let home = place(home, dialect).make(db)?;
        let table = home.table(TABLE, dialect);
        let (text, key) = (long_text(dialect), if dialect == Dialect::Mysql { "VARCHAR(64)" } else { "TEXT" });
        db.execute(&format!(
            "CREATE TABLE IF NOT EXISTS {table} (run {key} NOT NULL, phase INT NOT NULL, step INT NOT NULL, \
             state {key} NOT NULL, detail {text} NOT NULL, noted {key} NOT NULL, PRIMARY KEY (run, phase, step))"
        ))?;
        let journal = Journal { home, run: name(), dialect };
        let plan = literal(plan, dialect);
        let begun = format!(
            "INSERT INTO {table} (run, phase, step, state, detail, noted) VALUES ({}, -1, -1, 'open', {plan}, {})",
            literal(&journal.run, dialect),
            now(dialect)
        );
        db.execute(if dialect == Dialect::Mysql { "START TRANSACTION" } else { "BEGIN" })?;
        let replaced = replaces.map(|run| format!("DELETE FROM {table} WHERE run = {}", literal(run, dialect)));
        let wrote = replaced.into_iter().chain([begun]).try_for_each(|sql| db.execute(&sql).map(drop));
        if let Err(failure) = wrote.and_then(|()| db.execute("COMMIT").map(drop)) {
            let _ = db.execute("ROLLBACK");
            return Err(failure);
        }
        Ok(journal)
    }

    /// A run that was begun earlier.
    pub fn again(home: Home, run: String, dialect: Dialect) -> Journal {
        Journal { home: place(home, dialect), run, dialect }
    }

    /// The run that is open: its name, its plan and its lines in the order of the steps. None where none is.
    ///
    /// # Errors
    /// Those of the database.
    pub fn open(db: &mut dyn Database, home: &Home) -> Result<Option<(String, String, Vec<Entry>)>, Failure> {
        let dialect = db.dialect();
        let home = place(home.clone(), dialect);
        if !home.has(db, TABLE)? {
            return Ok(None);
        }
        let table = home.table(TABLE, dialect);
        let runs = db.query(&format!(
            "SELECT run, detail FROM {table} WHERE phase = -1 AND state = 'open' ORDER BY noted, run"
        ))?;
        let Some((run, plan)) =
            runs.iter().next().map(|row| (row.text("run").to_owned(), row.text("detail").to_owned()))
        else {
            return Ok(None);
        };
        let lines = db.query(&format!(
            "SELECT phase, step, state, detail FROM {table} WHERE run = {} AND phase >= 0 ORDER BY phase, step",
            literal(&run, dialect)
        ))?;
        let number = |text: &str| {
            text.parse().map_err(|_| Failure::new(FailureKind::Unsupported, "a line of the journal has no number"))
        };
        let entry = |row: unmigrate_engines::Row| {
            let state = if row.text("state") == "done" { State::Done } else { State::Begun };
            let mut detail = row.text("detail").lines();
            let print = detail.next().unwrap_or_default().to_owned();
            let held = detail.next() == Some("held");
            let line = Line { print, held, invalid: detail.map(str::to_owned).collect() };
            Ok(Entry { place: (number(row.text("phase"))?, number(row.text("step"))?), state, line })
        };
        let entries = lines.iter().map(entry).collect::<Result<_, Failure>>()?;
        Ok(Some((run, plan, entries)))
    }

    /// The run's name.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// Notes that a step begins.
    ///
    /// # Errors
    /// Those of the database.
    pub fn begun(&self, db: &mut dyn Database, place: (usize, usize), line: &Line) -> Result<(), Failure> {
        let held = if line.held { "held" } else { "-" };
        let lines = [line.print.as_str(), held].into_iter().chain(line.invalid.iter().map(String::as_str));
        let detail = lines.collect::<Vec<_>>().join("\n");
        self.write(db, &[place], "begun", &detail)
    }

    /// Notes that it was not, after all.
    ///
    /// # Errors
    /// Those of the database.
    pub fn not_begun(&self, db: &mut dyn Database, place: (usize, usize)) -> Result<(), Failure> {
        let sql = format!("DELETE FROM {} WHERE {}", self.table(), self.is(place));
        db.execute(&sql).map(drop)
    }

    /// Notes that a step is done, in the transaction that does it or right after it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn done(&self, db: &mut dyn Database, place: (usize, usize)) -> Result<(), Failure> {
        self.write(db, &[place], "done", "")
    }

    /// Notes that all of these are done, in the transaction that does them: who waits for its locks waits for one line.
    ///
    /// # Errors
    /// Those of the database.
    pub fn all_done(&self, db: &mut dyn Database, places: &[(usize, usize)]) -> Result<(), Failure> {
        if places.is_empty() { Ok(()) } else { self.write(db, places, "done", "") }
    }

    /// Takes the run's lines away: it is over. Where the table lies among the user's own, it goes too.
    ///
    /// # Errors
    /// Those of the database.
    pub fn close(self, db: &mut dyn Database) -> Result<(), Failure> {
        db.execute(&format!("DELETE FROM {} WHERE run = {}", self.table(), literal(&self.run, self.dialect)))?;
        if self.home == Home::Inside {
            let left = db.query(&format!("SELECT count(*) FROM {}", self.table()))?;
            if left.first() == Some("0") {
                db.execute(&format!("DROP TABLE {}", self.table()))?;
            }
        }
        Ok(())
    }

    fn table(&self) -> String {
        self.home.table(TABLE, self.dialect)
    }

    fn is(&self, place: (usize, usize)) -> String {
        format!("run = {} AND phase = {} AND step = {}", literal(&self.run, self.dialect), place.0, place.1)
    }

    /// In one statement: a line that is taken away before the next is written is a step that nobody knows of, if the process
    /// dies in between.
    fn write(
        &self,
        db: &mut dyn Database,
        places: &[(usize, usize)],
        state: &str,
        detail: &str,
    ) -> Result<(), Failure> {
        let (run, detail) = (literal(&self.run, self.dialect), literal(detail, self.dialect));
        let meets = match self.dialect {
            Dialect::Mysql => format!("ON DUPLICATE KEY UPDATE state = '{state}', detail = {detail}"),
            _ => format!("ON CONFLICT (run, phase, step) DO UPDATE SET state = '{state}', detail = {detail}"),
        };
        let now = now(self.dialect);
        let one = |(phase, step): &(usize, usize)| format!("({run}, {phase}, {step}, '{state}', {detail}, {now})");
        let sql = format!(
            "INSERT INTO {} (run, phase, step, state, detail, noted) VALUES {} {meets}",
            self.table(),
            places.iter().map(one).collect::<Vec<_>>().join(", ")
        );
        db.execute(&sql).map(drop)
    }
}

/// SQLite's journal lies in the database itself: two files take part in a transaction one after the other (in WAL mode),
/// and a crash in between would leave a line without its statement.
fn place(home: Home, dialect: Dialect) -> Home {
    if dialect == Dialect::Sqlite { Home::Inside } else { home }
}

/// A run's name: when it began and which process ran it. Our lock keeps two from running at once.
fn name() -> String {
    format!("{}-{}", since_1970().as_millis(), std::process::id())
}
