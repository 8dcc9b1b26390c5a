//! Whoever can say yes.

use super::report::{PlanReport, TargetReport};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Which database.
    pub target: &'a TargetReport,
    /// What would run, and what it would take away.
    pub plan: &'a PlanReport,
    /// The database is protected, and its name has to be said: this one.
    pub name: Option<&'a str>,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Yes. Not enough where a name has to be said.
    Yes,
    /// The database's name, as it was typed.
    Name(String),
    /// No.
    No,
    /// There is nobody to ask.
    Nobody,
}

/// Asks somebody. The command line shows and reads; JavaScript calls a function.
pub trait Confirm {
    /// Asks once; the answer is final.
    fn confirm(&mut self, asked: &Asked) -> Answer;
}

/// Asks nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unasked;

impl Confirm for Unasked {
    fn confirm(&mut self, _: &Asked) -> Answer {
        Answer::Nobody
    }
}
