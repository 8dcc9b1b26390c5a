//! Days that went wrong for others: what is refused, with its numbers, and the way out.

use crate::common::project::{Project, Says, picture};
use crate::common::{Own, first, run};
use serde_json::{Value, json};
use unmigrate_app::execute::Unwatched;
use unmigrate_app::rollback::{Answer, Around, OutcomeState, RollbackReport, RollbackRequest, rollback};
use unmigrate_app::{NoConfig, Problem};

fn undone(project: &Project, own: &Own, change: Value) -> Result<RollbackReport, Problem> {
    let mut options = json!({ "cwd": project.dir(), "url": own.url, "retry": 5 });
    if let (Some(options), Value::Object(change)) = (options.as_object_mut(), change) {
        options.extend(change);
    }
    let request: RollbackRequest = serde_json::from_value(options).unwrap();
    let mut yes = Says(Answer::Yes);
    let around = Around { loader: &NoConfig, variable: &|_| None, ask: &mut yes, watch: &mut Unwatched };
    rollback(&request, around)
}

/// S13: a value that was added to an enum is in use, in a column, in an array and in a default: counted, refused, and done
/// once no row has it any more.
#[test]
fn an_enum_that_grew_and_is_in_use() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let one = "CREATE TYPE role AS ENUM ('A', 'B');\n\
               CREATE TABLE r (id int PRIMARY KEY, role role NOT NULL DEFAULT 'A', roles role[]);\n\
               CREATE INDEX r_b ON r (id) WHERE role = 'B';\nCREATE VIEW bs AS SELECT id FROM r WHERE role = 'B';\n";
    let project = Project::prisma("postgres", &[("1_role", one), ("2_grow", "ALTER TYPE role ADD VALUE 'C';\n")]);
    project.deploy_all(db);
    run(db, &["INSERT INTO r VALUES (1, 'A', '{A}'), (2, 'C', '{B}'), (3, 'C', NULL), (4, 'B', '{A,C}')"]);
    let before = picture(db);
    let refused = undone(&project, &own, json!({})).unwrap_err();
    assert_eq!(refused.code, "rows-forbid", "{refused:?}");
    assert!(refused.message.contains(": 2 in ") || refused.message.contains(": 3 in "), "{}", refused.message);
    assert_eq!((picture(db), project.applied(db).len()), (before, 2), "nothing was changed");
    run(db, &["UPDATE r SET role = 'A' WHERE role = 'C'", "UPDATE r SET roles = array_replace(roles, 'C', 'A')"]);
    let report = undone(&project, &own, json!({})).unwrap();
    assert_eq!(report.outcome.state, OutcomeState::Done, "{:?}", report.problems);
    assert_eq!(first(db, "SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum"), "A,B");
    assert_eq!(first(db, "SELECT count(*) FROM r WHERE role = 'A' AND roles IS NOT NULL"), "2");
    assert_eq!(first(db, "SELECT id FROM bs"), "4", "what reads it is there again");
    assert_eq!(first(db, "SELECT count(*) FROM pg_indexes WHERE indexname = 'r_b'"), "1");
}

/// S15: three days of traffic after a migration: the rollback that is right on an empty table is judged by today's rows.
#[test]
fn after_three_days_of_traffic() {
    let own = Own::postgres();
    let db = &mut *own.open();
    let one = "CREATE TABLE orders (id int PRIMARY KEY, amount int NOT NULL, legacy_code text NOT NULL);\n";
    let two = "ALTER TABLE orders ALTER COLUMN amount TYPE bigint;\n\
               ALTER TABLE orders ADD COLUMN currency text NOT NULL DEFAULT 'USD';\n\
               ALTER TABLE orders DROP COLUMN legacy_code;\n";
    let project = Project::prisma("postgres", &[("1_orders", one), ("2_money", two)]);
    project.deploy(db, &["1_orders"]);
    run(db, &["INSERT INTO orders SELECT n, n, 'old' FROM generate_series(1, 1000) AS n"]);
    project.deploy(db, &["2_money"]);
    run(
        db,
        &[
            "INSERT INTO orders SELECT n, 3000000000 + n, 'EUR' FROM generate_series(2001, 2200) AS n",
            "INSERT INTO orders SELECT n, n, 'EUR' FROM generate_series(3001, 3700) AS n",
        ],
    );
    let (before, sum) = (picture(db), first(db, "SELECT sum(amount) FROM orders"));
    let refused = undone(&project, &own, json!({ "dryRun": true })).unwrap_err();
    assert_eq!(refused.code, "rows-forbid", "{refused:?}");
    assert!(
        refused.message.contains("200 in orders.amount") || refused.message.contains("1900 in orders"),
        "{}",
        refused.message
    );
    assert_eq!(undone(&project, &own, json!({})).unwrap_err().code, "rows-forbid");
    assert_eq!((picture(db), first(db, "SELECT sum(amount) FROM orders")), (before, sum), "nothing was changed");
    assert_eq!(project.applied(db).len(), 2);
}
