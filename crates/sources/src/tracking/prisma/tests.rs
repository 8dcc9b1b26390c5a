use super::super::{Reading, Tracking, read};
use super::*;
use crate::tracking::How;
use crate::{Layout, Place, Source, Tool};
use std::convert::Infallible;
use unmigrate_kernel::answer::Rows;
use unmigrate_kernel::{History, Migration};

pub fn source(dialect: Dialect, names: &[&str]) -> Source {
    let migration = |name: &&str| Migration {
        name: (*name).into(),
        file: format!("{name}/migration.sql"),
        sql: format!("-- {name}\n"),
        breakpoints: false,
        snapshot_before: None,
        observed: vec![],
    };
    let place = |_| Place { up: "".into(), down: "".into(), misplaced: None, refused: false, stamp: None };
    Source {
        tool: Tool::Prisma,
        layout: Layout::Folders,
        dir: "".into(),
        shown: "m".into(),
        history: History { dialect, server: None, migrations: names.iter().map(migration).collect() },
        places: names.iter().map(place).collect(),
        problems: vec![],
    }
}

/// Rows: name, checksum (none: the file's), started, finished, rolled back, steps.
type Given<'a> = (&'a str, Option<&'a str>, i64, Option<i64>, Option<i64>, i64);

fn table(dialect: Dialect, given: &[Given], style: &str) -> Tracking {
    let rows = given.iter().enumerate().map(|(at, (name, sum, started, finished, rolled_back, steps))| {
        let time = |t: &Option<i64>| t.map(|t| t.to_string());
        let sum = sum.map_or_else(|| crate::tracking::checksum(&format!("-- {name}\n")), str::to_owned);
        vec![
            Some(format!("id{at}")),
            Some((*name).to_owned()),
            Some(sum),
            Some(started.to_string()),
            time(finished),
            time(rolled_back),
            Some(steps.to_string()),
            (finished.is_none()).then(|| "it broke".to_owned()),
            Some(style.to_owned()),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let columns = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let mut ask = |query: &str| -> Result<Rows, Infallible> {
        Ok(if query.contains("FROM pragma_table_info") || query.contains("attname") || query.contains("COLUMN_NAME") {
            let names = COLUMNS.iter().chain(&["logs"]).map(|c| vec![Some((*c).to_owned())]).collect();
            Rows { columns: columns(&["name"]), rows: names }
        } else {
            let names = ["id", "name", "checksum", "started", "finished", "rolled_back", "steps", "logs", "style"];
            Rows { columns: columns(&names), rows: rows.clone() }
        })
    };
    match read(Tool::Prisma, dialect, &Location::prisma(dialect, None), &mut ask) {
        Ok(Reading::Table(tracking)) => tracking,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_status() {
    let source = source(Dialect::Postgres, &["a", "b", "c", "d", "e"]);
    let given = [
        ("a", None, 1, Some(2), None, 1),
        ("gone", None, 2, Some(3), None, 1),
        ("b", Some("0"), 3, Some(3), None, 0),
        ("c", None, 4, None, Some(9), 0),
        ("d", None, 5, None, Some(6), 0),
        ("d", None, 7, Some(8), None, 1),
    ];
    let state = table(Dialect::Postgres, &given, "").state(&source, None);
    let found: Vec<_> = state.migrations.iter().map(|m| (m.status.clone(), m.runs_next, m.edited)).collect();
    assert_eq!(
        found,
        [
            (Status::Applied(How::Run), false, false),
            (Status::Applied(How::Marked), false, true),
            (Status::RolledBack, true, false),
            (Status::Applied(How::Run), false, false),
            (Status::Pending, true, false),
        ]
    );
    assert_eq!(state.applied().collect::<Vec<_>>(), ["a", "gone", "b", "d"]);
    assert_eq!((state.unknown.len(), state.blocked), (1, None));
}

#[test]
fn what_failed_blocks_even_without_a_file() {
    let source = source(Dialect::Postgres, &["a"]);
    let state = table(Dialect::Postgres, &[("a", None, 1, None, None, 0)], "").state(&source, None);
    assert_eq!(state.migrations[0].status, Status::Unfinished(Some("it broke".into())));
    assert!(!state.migrations[0].runs_next && state.blocked.is_some_and(|why| why.contains("P3009")));
    let state = table(Dialect::Postgres, &[("z", None, 1, None, None, 0)], "").state(&source, None);
    assert!(state.blocked.is_some() && !state.unknown[0].applied && state.order.is_empty());
}

#[test]
fn the_order_is_the_database_s() {
    let source = source(Dialect::Postgres, &["a", "b", "c"]);
    let given = [("c", None, 1, Some(2), None, 1), ("a", None, 5, Some(6), None, 1), ("b", None, 3, Some(4), None, 1)];
    let state = table(Dialect::Postgres, &given, "").state(&source, None);
    assert_eq!(state.applied().collect::<Vec<_>>(), ["c", "b", "a"]);
}

#[test]
fn every_row_of_a_name_is_deleted() {
    let source = source(Dialect::Postgres, &["a", "it's"]);
    let given = [("it's", None, 1, None, Some(2), 0), ("it's", None, 3, Some(4), None, 1)];
    let tracking = table(Dialect::Postgres, &given, "");
    let unmarked = tracking.unmark(&source, None, &["it's"]).unwrap();
    assert_eq!(
        unmarked.writes[0][0].sql,
        "DELETE FROM \"public\".\"_prisma_migrations\" WHERE migration_name = 'it''s'"
    );
    assert_eq!((unmarked.writes[0][0].changes, unmarked.together), (Some(2), false));
    assert_eq!(tracking.unmark(&source, None, &["a"]), Err(Refusal::NotApplied("a".into())));
    assert_eq!(tracking.unmark(&source, None, &["x"]), Err(Refusal::NoSuchMigration("x".into())));
}

#[test]
fn marking_is_idempotent_and_comes_after_what_is_there() {
    let source = source(Dialect::Sqlite, &["a", "b", "c"]);
    let given = [("a", None, 100, Some(900), None, 1), ("b", None, 800, None, None, 0)];
    let mark = |style: &str, now: i64| {
        let mut ids = ["i", "j", "k"].into_iter().map(str::to_owned);
        let mut id = || ids.next().unwrap_or_default();
        let writes = table(Dialect::Sqlite, &given, style).mark(&source, None, &["a", "b", "c"], Moment(now), &mut id);
        writes.unwrap().into_iter().map(|w| w.sql).collect::<Vec<_>>()
    };
    let written = mark("integer", 5);
    assert_eq!(written.len(), 3, "{written:?}");
    assert_eq!(
        written[0],
        "UPDATE \"_prisma_migrations\" SET rolled_back_at = 801 WHERE migration_name = 'b' AND finished_at IS NULL \
         AND rolled_back_at IS NULL"
    );
    assert!(
        written[1].contains("'i'") && written[1].contains(", 801, 'b', '', 801, 0 WHERE NOT EXISTS"),
        "{}",
        written[1]
    );
    assert!(written[2].contains(", 802, 'c', '', 802, 0 "), "{}", written[2]);
    assert!(mark("text", 0)[1].contains("'1970-01-01T00:00:00.801+00:00'"));
}

#[test]
fn only_what_failed_is_marked_as_rolled_back() {
    let given = [("a", None, 1, Some(2), None, 1), ("b", None, 3, None, None, 0), ("c", None, 3, None, Some(4), 0)];
    let tracking = table(Dialect::Mysql, &given, "");
    let mark = |name: &str| tracking.mark_rolled_back(&[name], Moment(1_795_243_661_123));
    assert!(mark("b").unwrap()[0].sql.contains("SET rolled_back_at = '2026-11-21 06:47:41.123' WHERE"));
    assert_eq!(mark("c").unwrap(), []);
    assert_eq!(mark("a"), Err(Refusal::NotFailed("a".into())));
    assert_eq!(mark("x"), Err(Refusal::NotApplied("x".into())));
}

#[test]
fn a_table_of_that_name_that_is_not_prisma_s() {
    let mut ask = |_: &str| -> Result<Rows, Infallible> {
        Ok(Rows { columns: vec!["name".into()], rows: vec![vec![Some("id".into())]] })
    };
    let at = Location::prisma(Dialect::Sqlite, None);
    assert_eq!(read(Tool::Prisma, Dialect::Sqlite, &at, &mut ask), Ok(Reading::Foreign(vec!["id".into()])));
    let mut nothing = |_: &str| -> Result<Rows, Infallible> { Ok(Rows::default()) };
    assert_eq!(read(Tool::Prisma, Dialect::Sqlite, &at, &mut nothing), Ok(Reading::Missing));
}
