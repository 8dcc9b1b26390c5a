//! The text of a plan, a question, a wait and an outcome.

use super::question;
use super::rollback::*;
use crate::output::{painted, rollback_example as example};
use std::time::Duration;
use unmigrate_app::execute::Holder;
use unmigrate_app::rollback::OutcomeState;
use unmigrate_app::site::{Asked, Proposal};

fn plain(text: &str) -> String {
    painted(text, false).into_owned()
}

const HEAD: &str = "\
rollback on shop  PostgreSQL 15.20 · protected
  postgresql://app@db.example.com:5432/shop

  lossless  20260103_index    verified
  lossy     20260102_add_bio  not verified  stale
    discards     users.bio (40)  the values in it
    gone         users.nick  the migration dropped the column
                 prisma/migrations/20260102_add_bio/migration.sql:4
  keeps     users.bio: 40 rows, at most 8 kB, in the schema _unmigrate
            not by key: logs: it has no key

";

#[test]
fn a_plan_in_numbers() {
    let text = plain(&plan(&example::target("protected"), &example::plan(), Statements::Counted));
    let expected = "  20260103_index  2 statements, outside of any transaction: each stays when the next fails
    locks SHARE UPDATE EXCLUSIVE on users
    locks ROW EXCLUSIVE on _prisma_migrations
     also make Prisma forget that `20260103_index` was applied
  20260102_add_bio  3 statements, in one transaction
    locks ACCESS EXCLUSIVE on users
    locks ROW EXCLUSIVE on _prisma_migrations
     also make Prisma forget that `20260102_add_bio` was applied
";
    assert_eq!(text, HEAD.to_owned() + expected);
}

#[test]
fn a_plan_with_every_statement() {
    let text = plain(&plan(&example::target("protected"), &example::plan(), Statements::All));
    let expected = "\
20260103_index
  outside of any transaction
    DROP INDEX CONCURRENTLY \"users_email\"
      prisma/migrations/20260103_index/down.sql:3  locks SHARE UPDATE EXCLUSIVE on users
    DELETE FROM \"_prisma_migrations\"
      make Prisma forget that `20260103_index` was applied  locks ROW EXCLUSIVE on _prisma_migrations

20260102_add_bio
  in a transaction
    ALTER TABLE \"users\"
      DROP COLUMN \"bio\"
      prisma/migrations/20260102_add_bio/down.sql:3  locks ACCESS EXCLUSIVE on users
    ALTER TABLE \"users\" ADD COLUMN \"nick\" TEXT
      prisma/migrations/20260102_add_bio/down.sql:3  locks ACCESS EXCLUSIVE on users
    DELETE FROM \"_prisma_migrations\"
      make Prisma forget that `20260102_add_bio` was applied  locks ROW EXCLUSIVE on _prisma_migrations

";
    assert_eq!(text, HEAD.to_owned() + expected);
}

#[test]
fn statements_in_and_outside_of_transactions() {
    let mut mixed = example::plan();
    mixed.steps.iter_mut().for_each(|step| step.migration = "m".into());
    let text = plain(&plan(&example::target("unknown"), &mixed, Statements::Counted));
    let expected = "m  5 statements, 3 in a transaction, 2 outside of any, which stay when the next fails\n";
    assert!(text.contains(expected), "{text}");
    assert!(text.starts_with("rollback on shop  PostgreSQL 15.20 · unknown, so it counts as protected\n"), "{text}");
    mixed.steps.iter_mut().filter(|step| step.transaction.is_none()).for_each(|step| step.sql = "Pragma x=OFF".into());
    let text = plain(&plan(&example::target("local"), &mixed, Statements::Counted));
    assert!(text.contains("m  3 statements, in one transaction\n"), "a setting is none: {text}");
    mixed.steps.retain(|step| step.transaction.is_some());
    mixed.steps[0].transaction = Some(1);
    let text = plain(&plan(&example::target("local"), &mixed, Statements::Counted));
    assert!(text.contains("m  3 statements, in 2 transactions\n"), "{text}");
}

#[test]
fn a_copy_before_a_migration() {
    let mut copied = example::plan();
    copied.archive.as_mut().unwrap().objects.push("users.bio".into());
    let mut copy = copied.steps[4].clone();
    copy.migration = "archive of 20260102_add_bio".into();
    copy.why = "keep what goes of \"users\"".into();
    copied.steps.insert(2, copy);
    let mut same = copied.steps[5].clone();
    same.why = "see that all of it is kept".into();
    copied.steps.extend([same.clone(), same]);
    let text = plain(&plan(&example::target("local"), &copied, Statements::Counted));
    assert!(text.contains("  keeps     users.bio: 40 rows"), "each object once: {text}");
    let expected = "
  archive of 20260102_add_bio  1 statement, in one transaction
    locks ROW EXCLUSIVE on _prisma_migrations
  20260102_add_bio  5 statements, in one transaction
    locks ACCESS EXCLUSIVE on users
    locks ROW EXCLUSIVE on _prisma_migrations
     also make Prisma forget that `20260102_add_bio` was applied
     also see that all of it is kept
";
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn what_is_asked() {
    let plan = example::plan();
    let ask = |class: &str, name| {
        let proposal = Proposal::Rollback(&plan);
        plain(&question(&Asked { target: &example::target(class), proposal, name }))
    };
    assert_eq!(ask("local", None), "\nUndo 2 migrations on shop? [y/N] ");
    let named = "Type the database's name to do it (shop): ";
    assert_eq!(ask("protected", Some("shop")), format!("\nThis database is protected. {named}"));
    assert_eq!(ask("unknown", Some("shop")), format!("\nThis database is not known to be disposable. {named}"));
}

#[test]
fn on_whom_it_waits() {
    let holder = Holder {
        pid: "4711".into(),
        application: "pg_dump\u{1b}[2J".into(),
        client: Some("10.0.0.9".into()),
        state: "idle in transaction".into(),
        age: Some(732),
        query: Some("COPY public.users\n TO stdout".into()),
    };
    let bare = Holder { client: None, age: None, query: None, state: "active".into(), ..holder.clone() };
    let text = plain(&waits(Some("ALTER TABLE users\n DROP COLUMN bio"), &[holder, bare], Duration::from_millis(420)));
    let expected = "\
waiting for the lock of ALTER TABLE users DROP COLUMN bio  next try in 0.4 s
     held by pg_dump\\u{1b}[2J (pid 4711, from 10.0.0.9, idle in transaction, for 732 s): COPY public.users TO stdout
     held by pg_dump\\u{1b}[2J (pid 4711, active)
";
    assert_eq!(text, expected);
    let text = plain(&waits(Some(&"ä".repeat(100)), &[], Duration::ZERO));
    assert_eq!(text, format!("waiting for the lock of {} ..  next try in 0.0 s\n", "ä".repeat(60)));
    assert!(
        plain(&waits(None, &[], Duration::ZERO)).starts_with("waiting for the lock of another run or deploy  next")
    );
    assert_eq!(plain(&begins("0001_a", 2, 5)), "statement 3 of 5: 0001_a\n");
}

#[test]
fn what_came_of_it() {
    for (state, saved, expected) in [
        (OutcomeState::Planned, None, "dry run: nothing was run\n"),
        (OutcomeState::Planned, Some("plan.json"), "written the plan, in plan.json\n"),
        (OutcomeState::Done, None, "\nundone 20260103_index, 20260102_add_bio\n     kept bio_20261126\n"),
        (OutcomeState::Unchanged, None, "\nunchanged: everything is as it was\n"),
        (OutcomeState::Partly, None, "\nundone 20260103_index; the rest is as it was\n"),
        (OutcomeState::Continuable, None, "\nunfinished: it stopped in the middle\n"),
        (OutcomeState::Unknown, None, "\nunknown: the connection was lost while it committed\n"),
    ] {
        let text = plain(&outcome(&example::report("local", state), saved));
        assert_eq!(text, format!("{expected}    locks waited for 2 s\n"));
    }
}

#[test]
fn what_to_do_next() {
    let after = |state| plain(&after_rollback(&example::report("local", state), "unmigrate rollback --confirm shop"));
    let expected = "\
unmigrate verify 20260102_add_bio  proves what is not verified, on a scratch database
unmigrate rollback --confirm shop  does it
";
    assert_eq!(after(OutcomeState::Planned), expected);
    assert_eq!(after(OutcomeState::Done), "");
}

#[test]
fn sizes() {
    for (bytes, words) in [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 kB"), (5 << 20, "5 MB")] {
        let mut plan = example::plan();
        plan.archive.as_mut().unwrap().bytes = Some(bytes);
        let text = plain(&super::rollback::plan(&example::target("local"), &plan, Statements::Counted));
        assert!(text.contains(&format!("40 rows, at most {words}, in")), "{text}");
    }
    let mut none = example::plan();
    none.archive.as_mut().unwrap().objects.clear();
    let text = plain(&plan(&example::target("local"), &none, Statements::Counted));
    assert!(text.contains("  keeps     nothing: no rows are taken away\n"), "{text}");
}
