//! The laws of changes, over random schemas and random migrations of every dialect.

mod grammar;
mod same;

use grammar::{Choice, Script, choices};
use proptest::prelude::*;
use same::differences;
use std::collections::BTreeSet;
use unmigrate_kernel::catalog::Catalog;
use unmigrate_kernel::change::{Change, Pair};
use unmigrate_kernel::diff::diff;
use unmigrate_kernel::lower::{Lowered, Lowering};
use unmigrate_kernel::render::{Context, render};
use unmigrate_kernel::rollback::rollback;
use unmigrate_kernel::split::split;
use unmigrate_kernel::{Dialect, Grade, Migration};

const DIALECTS: [Dialect; 3] = [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite];

/// Replays a text over a catalog.
fn lower(catalog: &mut Catalog, sql: &str) -> Vec<Lowered> {
    let dialect = catalog.dialect;
    let mut lowering = Lowering::new(catalog, sql);
    split(sql, dialect, false).iter().for_each(|s| lowering.statement(s));
    let changes = lowering.changes;
    for lowered in &changes {
        if let Change::Opaque { why } = &lowered.change {
            panic!("{why}: {}", &sql[lowered.span.clone()]);
        }
    }
    changes
}

/// A random schema, and a random migration of it as text.
fn schema_and_migration(dialect: Dialect, before: &[Choice], up: &[Choice]) -> (Catalog, String, String) {
    let mut script = Script::new(dialect);
    let (schema, migration) = (script.write(before), script.write(up));
    let mut catalog = Catalog::new(dialect);
    lower(&mut catalog, &schema);
    (catalog, schema, migration)
}

fn assert_same(a: &Catalog, b: &Catalog, what: &str, text: &str) {
    // PostgreSQL can't put a column back in its place.
    assert_no_difference(a, b, a.dialect.is_postgres(), what, text);
}

fn assert_no_difference(a: &Catalog, b: &Catalog, any_order: bool, what: &str, text: &str) {
    let found = differences(a, b, any_order);
    assert!(found.is_empty(), "{what}: {}\n\n{text}", found.join("\n"));
}

/// `USING` belongs to one direction.
fn without_using(change: Change) -> Change {
    match change {
        Change::Column { table, pair, places, using: _ } => Change::Column { table, pair, places, using: None },
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// The changes that a text is read into are all that it does; each, and then its inverse, changes nothing.
    #[test]
    fn a_change_and_its_inverse_cancel_out(before in choices(12), up in choices(12)) {
        for dialect in DIALECTS {
            let (start, schema, migration) = schema_and_migration(dialect, &before, &up);
            let mut end = start.clone();
            let changes = lower(&mut end, &migration);
            let mut now = start.clone();
            for Lowered { change, .. } in changes {
                let inverse = change.clone().inverse().expect("all of the grammar can be inverted");
                let back = inverse.clone().inverse().expect("an inverse can be inverted");
                prop_assert_eq!(back, without_using(change.clone()));
                let mut there = now.clone();
                there.apply(&change);
                let mut back = there.clone();
                back.apply(&inverse);
                assert_same(&now, &back, &format!("{change:?}"), &format!("{schema}--\n{migration}"));
                now = there;
            }
            assert_same(&now, &end, "the changes and the catalog", &format!("{schema}--\n{migration}"));
        }
    }

    /// The difference between two catalogs leads from one to the other, and between equal ones there is none.
    #[test]
    fn a_difference_leads_there(before in choices(12), up in choices(12)) {
        for dialect in DIALECTS {
            let (start, schema, migration) = schema_and_migration(dialect, &before, &up);
            let mut end = start.clone();
            lower(&mut end, &migration);
            let text = format!("{schema}--\n{migration}");
            prop_assert_eq!(diff(&start, &start), vec![]);
            prop_assert_eq!(diff(&end, &end), vec![]);
            let empty = Catalog::new(dialect);
            for (from, to) in [(&start, &end), (&end, &start), (&empty, &end), (&end, &empty)] {
                let mut there = from.clone();
                diff(from, to).iter().for_each(|s| there.apply(&s.change));
                assert_no_difference(to, &there, true, "the difference", &text);
            }
        }
    }

    /// What is rendered of a difference, read again, leads there too.
    #[test]
    fn what_is_rendered_lowers_back(before in choices(12), up in choices(12)) {
        for dialect in DIALECTS {
            let (start, schema, migration) = schema_and_migration(dialect, &before, &up);
            let mut end = start.clone();
            lower(&mut end, &migration);
            for (from, to) in [(&start, &end), (&end, &start)] {
                let context = Context {
                    filled: vec![],
                    keys_on: false,
                    now: from,
                    target: to,
                    concurrent: BTreeSet::new(),
                    using: Vec::new(),
                    guarded_roles: Default::default(),
                };
                let statements = render(&diff(from, to), &context).expect("all of the grammar can be rendered");
                let sql: String = statements.into_iter().map(|s| s.sql + ";\n").collect();
                let mut there = from.clone();
                lower(&mut there, &sql);
                assert_same(to, &there, "what is rendered", &format!("{schema}--\n{migration}--\n{sql}"));
            }
        }
    }

    /// The rollback of a migration, as it stands in its file, leads from the catalog after it to the one before it.
    #[test]
    fn a_rollback_leads_back(before in choices(12), up in choices(12)) {
        for dialect in DIALECTS {
            let (start, schema, sql) = schema_and_migration(dialect, &before, &up);
            let migration = Migration {
                name: "up".to_string(),
                file: "up.sql".to_string(),
                sql,
                breakpoints: false,
                snapshot_before: None,
                observed: Vec::new(),
            };
            let mut now = start.clone();
            let undo = rollback(&mut now, &migration);
            let text = format!("{schema}--\n{}--\n{}", migration.sql, undo.body);
            prop_assert!(undo.grade != Grade::Manual, "{}", text);
            lower(&mut now, &undo.body);
            assert_same(&start, &now, "the rollback", &text);
        }
    }
}

#[test]
fn the_comparison_sees_a_difference() {
    let mut a = Catalog::new(Dialect::Postgres);
    lower(&mut a, "CREATE TABLE t (a int, b text DEFAULT 'x'); CREATE INDEX i ON t (a);");
    for change in ["ALTER TABLE t DROP COLUMN b", "DROP INDEX i", "ALTER TABLE t ALTER b DROP DEFAULT", "DROP TABLE t"]
    {
        let mut b = a.clone();
        lower(&mut b, change);
        assert!(!differences(&a, &b, true).is_empty(), "{change}");
        assert!(!differences(&b, &a, true).is_empty(), "{change}");
    }
    let pair = Pair::<()>::create(());
    assert_eq!(pair.clone().inverse().inverse(), pair);
}
