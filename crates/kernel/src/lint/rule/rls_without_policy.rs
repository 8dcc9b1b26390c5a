//! # rls-without-policy
//!
//! Taste: row security is on and no policy allows anything: only the owner and those who bypass it see rows.
//!
//! ```sql bad
//! CREATE TABLE t (id int PRIMARY KEY);
//! ALTER TABLE t ENABLE ROW LEVEL SECURITY;
//! ```
//!
//! ```sql good
//! CREATE TABLE t (id int PRIMARY KEY);
//! ALTER TABLE t ENABLE ROW LEVEL SECURITY;
//! CREATE POLICY p ON t USING (true);
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::style("rls-without-policy", include_str!("rls_without_policy.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    for (name, table) in step.touched_after.tables.iter() {
        let was = step.touched_before.tables.get(name).is_some_and(|t| t.row_security);
        let turns = |c: &Change| match c {
            Change::Table(Pair { after: Some(t), .. }) => t.name == *name && t.row_security,
            _ => false,
        };
        if table.row_security
            && !was
            && !table.policies.iter().any(|p| !p.restrictive)
            && let Some(at) = step.statement_of(turns)
        {
            found.push(Found::new(
                at.span.clone(),
                format!("no policy of `{name}` allows anything"),
                "CREATE POLICY in the same migration",
            ));
        }
    }
}
