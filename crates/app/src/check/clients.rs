//! Which clients a migration breaks: those that were built from the schema of an older commit.

use super::placed::{About, Placed};
use super::report::{Group, Since};
use crate::compat::of_source;
use std::path::Path;
use unmigrate_kernel::compat::{Certainty, Operation};
use unmigrate_kernel::lint::Severity;
use unmigrate_sources::Source;

/// Every statement that breaks from a migration on and is not put right by a later one.
pub fn findings(cwd: &Path, app: &Since, source: &Source, judged: &[bool], placed: &mut Placed) {
    let (breaks, ..) = of_source(cwd, &app.commit, source);
    let is_judged = |name: &str| {
        let at = source.history.migrations.iter().position(|m| m.name == name);
        at.is_some_and(|at| judged[at])
    };
    for one in breaks.into_iter().filter(|b| !b.mended && is_judged(&b.migration)) {
        let certain = one.when != Certainty::Values;
        let severity = if certain { Severity::Error } else { Severity::Note };
        let operations: Vec<&str> = one.operations.iter().map(|o: &Operation| o.word()).collect();
        let verb = if certain { "breaks" } else { "may break" };
        placed.push(about(
            "breaks-clients",
            severity,
            &one.file,
            format!(
                "clients built from {}: {} of `{}` {verb} ({})",
                app.reference,
                operations.join(", "),
                one.table,
                one.message
            ),
            "deploy code that does not need the old first, and take the old away when no other is running",
        ));
    }
}

fn about(rule: &'static str, severity: Severity, file: &str, message: String, help: &str) -> About {
    About { rule, group: Group::Hazard, severity, file: file.to_owned(), line: 1, message, help: help.to_owned() }
}
