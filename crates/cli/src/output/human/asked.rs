//! What somebody is asked to say yes to.

use super::doctor;
use super::rollback::{self, Statements};
use super::style::{BAD, BOLD, count, in_style, name};
use super::{archive, deploy, resolve};
use unmigrate_app::archive::Action;
use unmigrate_app::site::{Asked, Proposal, TargetReport};

/// Which database, and what would be done to it.
pub fn proposal(asked: &Asked) -> String {
    match asked.proposal {
        Proposal::Rollback(plan) => rollback::plan(asked.target, plan, Statements::Counted),
        Proposal::Doctor(plan) => doctor::plan(asked.target, plan, Statements::Counted),
        Proposal::Resolve(plan) => resolve::plan(asked.target, plan),
        Proposal::Archive(listing) => archive::listing(listing),
        Proposal::Deploy(plan) => deploy::plan(asked.target, plan),
    }
}

/// What is asked; the answer is typed behind it.
pub fn question(asked: &Asked) -> String {
    match asked.name {
        Some(database) => format!(
            "\n{} Type the database's name to do it ({}): ",
            in_style(BAD, format!("This database is {}.", why_named(asked.target))),
            in_style(BOLD, name(database))
        ),
        None => format!("\n{} on {}? [y/N] ", what(asked.proposal), in_style(BOLD, name(&asked.target.database))),
    }
}

fn why_named(target: &TargetReport) -> &'static str {
    if target.class == "unknown" { "not known to be disposable" } else { "protected" }
}

/// `Undo 2 migrations`
fn what(proposal: Proposal) -> String {
    match proposal {
        Proposal::Rollback(plan) => format!("Undo {}", count(plan.migrations.len(), "migration")),
        Proposal::Doctor(plan) => format!("Run {}", count(plan.steps.len(), "statement")),
        Proposal::Resolve(plan) => {
            let due = plan.migrations.iter().filter(|mark| !mark.already).count();
            format!("Record {}", count(due, "migration"))
        }
        Proposal::Deploy(plan) => format!("Deploy {}", count(plan.migrations.len(), "migration")),
        Proposal::Archive(listing) => {
            let copies = if listing.entries.len() == 1 { "copy" } else { "copies" };
            match listing.action {
                Action::Drop => format!("Delete {} {copies} for good", listing.entries.len()),
                _ => format!("Put {} {copies} back", listing.entries.len()),
            }
        }
    }
}
