//! Whoever can say yes.

use super::{Scene, TargetReport, refusal};
use crate::Problem;
use crate::archive::ArchiveListing;
use crate::deploy::DeployPlan;
use crate::resolve::MarkPlan;
use crate::rollback::PlanReport;

/// What somebody is to say yes to.
#[derive(Debug, Clone, Copy)]
pub enum Proposal<'a> {
    /// Migrations are undone.
    Rollback(&'a PlanReport),
    /// Migrations are applied.
    Deploy(&'a DeployPlan),
    /// What a deploy left half done, or wrong rows of the tool's table, are mended.
    Doctor(&'a PlanReport),
    /// Copies are put back or thrown away.
    Archive(&'a ArchiveListing),
    /// Migrations are recorded as applied, or as not applied any more.
    Resolve(&'a MarkPlan),
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Which database.
    pub target: &'a TargetReport,
    /// What would run, and what it would take away.
    pub proposal: Proposal<'a>,
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

/// Somebody said yes to a proposal, and the name where that is needed. `said` is the name that was given beforehand:
/// `--confirm <database>`.
///
/// # Errors
/// Nobody did, or it is another database than the one that was named.
pub fn agreed(scene: &Scene, proposal: Proposal, said: Option<&str>, ask: &mut dyn Confirm) -> Result<(), Problem> {
    let database = scene.target.database.as_str();
    if let Some(said) = said {
        return if said == database { Ok(()) } else { Err(refusal::other_name(said, database)) };
    }
    let asked = Asked { target: &scene.target, proposal, name: scene.protected.then_some(database) };
    match ask.confirm(&asked) {
        Answer::Yes if !scene.protected => Ok(()),
        Answer::Name(name) if name == database => Ok(()),
        Answer::Name(name) => Err(refusal::other_name(&name, database)),
        Answer::No => Err(refusal::declined()),
        Answer::Yes | Answer::Nobody => Err(refusal::unconfirmed(scene.protected, database)),
    }
}
