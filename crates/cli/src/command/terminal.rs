//! What a verb that touches a real database has of the terminal: it shows what it is about to do, asks, and says on what
//! it waits.

use super::Session;
use crate::args::Format;
use crate::output::{human, painted};
use std::cell::{Cell, RefCell};
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};
use unmigrate_app::Error;
use unmigrate_app::execute::{Holder, Watch};
use unmigrate_app::site::{Answer, Around, Asked, Confirm};
use unmigrate_kernel::plan::{Phase, Step};

/// No name of a database is longer, and whoever types more is no person.
const LONGEST_ANSWER: usize = 1024;

/// What was told while the streams were lent to the app.
#[derive(Default)]
pub struct Told {
    /// The plan is on the screen.
    pub plan: Cell<bool>,
    /// There was nobody to ask, about this database.
    pub unanswered: RefCell<Option<String>>,
}

/// Runs a verb. On a terminal it asks there, and says on what it waits; beside JSON there is nobody to ask.
pub fn at_terminal<T>(
    format: Format,
    session: &mut Session<'_, '_>,
    told: &Told,
    verb: impl FnOnce(Around) -> Result<T, Error>,
) -> Result<T, Error> {
    let (env, loader) = (session.env, session.loader);
    let talks = format == Format::Human;
    let err = RefCell::new(&mut *session.streams.err);
    let talk = Talk { err: &err, colors: env.colors_err() };
    let mut ask = AtTerminal {
        // A question that nobody sees is none that somebody answers.
        open: talks && env.stdin_is_tty && env.stderr_is_tty,
        input: &mut *session.streams.input,
        out: &mut *session.streams.out,
        colors: env.colors_out(),
        talk: &talk,
        told,
    };
    let mut watch = Telling { talk: &talk, talks, phase: String::new(), sql: None, told: Instant::now() };
    let variable = |name: &str| env.variables.get(name);
    verb(Around { loader, variable: &variable, ask: &mut ask, watch: &mut watch })
}

/// Talk while the streams are lent to the app: the question and the waiting go to the same place.
struct Talk<'a, 's> {
    err: &'a RefCell<&'a mut (dyn Write + Send + 's)>,
    colors: bool,
}

impl Talk<'_, '_> {
    fn say(&self, text: &str) -> io::Result<()> {
        let mut err = self.err.borrow_mut();
        err.write_all(painted(text, self.colors).as_bytes())?;
        err.flush()
    }
}

/// Shows the plan as data, asks as talk, and reads a line.
struct AtTerminal<'a, 's> {
    open: bool,
    input: &'a mut (dyn Read + 's),
    out: &'a mut (dyn Write + 's),
    colors: bool,
    talk: &'a Talk<'a, 's>,
    told: &'a Told,
}

impl Confirm for AtTerminal<'_, '_> {
    fn confirm(&mut self, asked: &Asked) -> Answer {
        // Who has not seen the plan and the question has not said yes to them.
        let line = if self.open { self.asked(asked).unwrap_or_default() } else { None };
        match line {
            Some(line) => answer(&line, asked.name),
            None => {
                *self.told.unanswered.borrow_mut() = Some(asked.target.database.clone());
                Answer::Nobody
            }
        }
    }
}

impl AtTerminal<'_, '_> {
    /// The line that was typed; none where there is none.
    fn asked(&mut self, asked: &Asked) -> io::Result<Option<String>> {
        let plan = human::proposal(asked);
        self.out.write_all(painted(&plan, self.colors).as_bytes())?;
        self.out.flush()?;
        self.told.plan.set(true);
        self.talk.say(&human::question(asked))?;
        line(self.input)
    }
}

/// A line without its end. None where the input ends before anything is typed, or the line is no person's.
pub fn line(input: &mut dyn Read) -> io::Result<Option<String>> {
    let mut bytes = vec![];
    let mut byte = [0];
    // Byte by byte: what comes after the line is not ours.
    while input.read(&mut byte)? == 1 && byte[0] != b'\n' {
        bytes.push(byte[0]);
        if bytes.len() > LONGEST_ANSWER {
            return Ok(None);
        }
    }
    if bytes.is_empty() && byte[0] != b'\n' {
        return Ok(None);
    }
    Ok(String::from_utf8(bytes).ok().map(|text| text.trim().to_owned()))
}

/// Enter alone is a no.
fn answer(line: &str, name: Option<&str>) -> Answer {
    match name {
        _ if line.is_empty() => Answer::No,
        Some(_) => Answer::Name(line.to_owned()),
        None if line.eq_ignore_ascii_case("y") || line.eq_ignore_ascii_case("yes") => Answer::Yes,
        None => Answer::No,
    }
}

/// A line for each migration, and for each wait.
struct Telling<'a, 's> {
    talk: &'a Talk<'a, 's>,
    talks: bool,
    /// Of the step that began last.
    phase: String,
    sql: Option<String>,
    /// When its rows were told last.
    told: Instant,
}

/// How often it is told how many rows are done.
const ROWS_EVERY: Duration = Duration::from_secs(2);

impl Watch for Telling<'_, '_> {
    fn step(&mut self, phase: &Phase, step: &Step, at: usize, of: usize) {
        self.sql = Some(step.sql.clone());
        self.told = Instant::now();
        if self.phase != phase.name {
            self.phase.clone_from(&phase.name);
            self.say(&human::rollback::begins(&phase.name, at, of));
        }
    }

    fn batch(&mut self, step: &Step, rows: u64) {
        if self.told.elapsed() >= ROWS_EVERY {
            self.told = Instant::now();
            self.say(&human::rollback::rows(&step.sql, rows));
        }
    }

    fn waits(&mut self, step: Option<&Step>, holders: &[Holder], pause: Duration) {
        // Before the first step it is the lock that keeps runs apart.
        let sql = step.map(|step| step.sql.as_str()).or(self.sql.as_deref());
        self.say(&human::rollback::waits(sql, holders, pause));
    }
}

impl Telling<'_, '_> {
    fn say(&self, text: &str) {
        if self.talks {
            // A stream that is closed has no one to be told about it; the run goes on.
            let _ = self.talk.say(text);
        }
    }
}
