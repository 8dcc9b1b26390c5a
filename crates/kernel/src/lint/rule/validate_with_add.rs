//! # validate-with-add
//!
//! A constraint is added NOT VALID and validated in the same transaction: the lock of the first is held through the second.
//!
//! **Why.** ADD CONSTRAINT takes a strong lock for a moment, VALIDATE CONSTRAINT reads the whole table under a weak one.
//! In one transaction the strong lock stays until the table is read: nothing is won.
//!
//! **What to do.** Validate in a later migration. Prisma runs a file as one transaction, so two files are enough; Drizzle
//! runs all that is pending as one, so it takes two deployments.
//!
//! ```sql bad
//! CREATE TABLE users (id int PRIMARY KEY, age int);
//! -- next migration
//! ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18) NOT VALID;
//! ALTER TABLE users VALIDATE CONSTRAINT adult;
//! ```
//!
//! ```sql good
//! CREATE TABLE users (id int PRIMARY KEY, age int);
//! -- next migration
//! ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18) NOT VALID;
//! -- next migration
//! ALTER TABLE users VALIDATE CONSTRAINT adult;
//! ```

use super::prelude::*;

pub const RULE: Rule = Rule::hazard("validate-with-add", Severity::Warning, include_str!("validate_with_add.rs"), run);

fn run(step: &Step, found: &mut Vec<Found>) {
    if step.dialect != Dialect::Postgres {
        return;
    }
    for (statement, lowered) in step.changes() {
        let Change::Constraint { table, pair: Pair { before: Some(before), after: Some(after) } } = &lowered.change
        else {
            continue;
        };
        if !before.not_valid || after.not_valid || !step.has_rows(statement, table) {
            continue;
        }
        let added = super::added(step).find(|(_, t, c)| *t == table && c.name == after.name);
        let together = added.is_some_and(|(s, _, _)| s.transaction.is_some() && s.transaction == statement.transaction);
        if together {
            found.push(Found::new(
                step.action(statement, &after.name, "VALIDATE"),
                format!("`{}` is validated in the transaction that added it: its lock on `{table}` is held until every row is read", after.name),
                format!("validate it {}", step.runner.later()),
            ));
        }
    }
}
