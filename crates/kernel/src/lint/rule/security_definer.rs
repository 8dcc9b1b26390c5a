//! # security-definer
//!
//! A function runs with its owner's rights and looks up names in the caller's search_path.
//!
//! **Why.** The caller can put a schema of their own in front, with a table or operator of the same name, and the function
//! uses that with its owner's rights.
//!
//! **What to do.** `SET search_path = ''` (and qualified names) in the function's definition.
//!
//! ```sql bad
//! CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$;
//! ```
//!
//! ```sql good
//! CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT 1 $$;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("security-definer", Severity::Warning, include_str!("security_definer.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (statement, lowered) in step.changes().filter(|_| step.dialect == Dialect::Postgres) {
        let Change::Routine(Pair { after: Some(routine), .. }) = &lowered.change else { continue };
        let words = routine.rest.text.to_ascii_lowercase();
        let definer = words.split_whitespace().collect::<Vec<_>>().windows(2).any(|w| w == ["security", "definer"]);
        if definer && !words.contains("search_path") && step.begins(statement, "CREATE") {
            found.push(Found::new(
                statement.span.clone(),
                format!(
                    "`{}` runs with its owner's rights and looks up names in its caller's search_path",
                    routine.name
                ),
                "add SET search_path = '' to its definition and qualify the names in it",
            ));
        }
    }
}
