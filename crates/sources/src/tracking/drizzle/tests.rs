use super::*;
use crate::Layout;

/// Migrations: name and `when`; the text of each is its name.
fn local<'a>(given: &[(&'a str, i64)]) -> Vec<Local<'a>> {
    given.iter().map(|(name, stamp)| Local { name, sql: name, stamp: Some(*stamp) }).collect()
}

fn row(sql: &str, created_at: Option<i64>) -> Row {
    Row { hash: crate::tracking::checksum(sql), created_at, name: None, applied_at: None }
}

fn named(sql: &str, created_at: i64) -> Row {
    Row { name: Some(sql.into()), ..row(sql, Some(created_at)) }
}

fn table(shape: Shape, rows: Vec<Row>) -> Table {
    Table { shape, rows, absent: false }
}

/// Name, applied, run next.
fn states(table: &Table, local: &[Local], rule: Rule, dialect: Dialect) -> Vec<(String, bool, bool)> {
    let state = table.state(local, rule, dialect);
    state.migrations.iter().map(|m| (m.name.clone(), m.is_applied(), m.runs_next)).collect()
}

fn is(name: &str, applied: bool, runs: bool) -> (String, bool, bool) {
    (name.into(), applied, runs)
}

const AT: fn() -> Location = || Location { schema: None, table: "m".into() };

fn unmark(table: &Table, local: &[Local], rule: Rule, chosen: &[usize]) -> Result<Unmarked, Refusal> {
    table.unmark(local, rule, chosen, &Target { dialect: Dialect::Sqlite, at: &AT() })
}

fn mark(table: &Table, local: &[Local], rule: Rule, chosen: &[usize]) -> Result<Vec<String>, Refusal> {
    let writes = table.mark(local, rule, chosen, Moment(0), &Target { dialect: Dialect::Sqlite, at: &AT() })?;
    Ok(writes.into_iter().map(|w| w.sql).collect())
}

#[test]
fn rules_of_versions() {
    for (version, rule) in [
        ("0.45.4", Rule::Watermark),
        ("^0.30.0", Rule::Watermark),
        ("1.0.0-beta.1", Rule::Watermark),
        ("1.0.0-beta.13-f728631", Rule::Watermark),
        ("~1.0.0-beta.14", Rule::Stamps),
        ("1.0.0-beta.15", Rule::Stamps),
        ("1.0.0-beta.16", Rule::Names),
        ("1.0.0-rc.5", Rule::Names),
        ("1.2.0", Rule::Names),
    ] {
        assert_eq!(Rule::of(Some(version), Some(Shape::V0), Layout::Journal), rule, "{version}");
    }
    assert_eq!(Rule::of(None, Some(Shape::V0), Layout::Journal), Rule::Watermark);
    assert_eq!(Rule::of(Some("workspace:*"), Some(Shape::V0), Layout::Folders), Rule::Names);
    assert_eq!(Rule::of(None, Some(Shape::V1), Layout::Journal), Rule::Names);
}

#[test]
fn what_lies_below_the_watermark_is_skipped() {
    let local = local(&[("base", 10), ("b", 200), ("a", 100), ("c", 300)]);
    let table = table(Shape::V0, vec![row("base", Some(10)), row("b", Some(200))]);
    let expected = [is("base", true, false), is("b", true, false), is("a", false, false), is("c", false, true)];
    assert_eq!(states(&table, &local, Rule::Watermark, Dialect::Sqlite), expected);
    let state = table.state(&local, Rule::Watermark, Dialect::Sqlite);
    assert!(state.migrations[2].is_skipped() && !state.migrations[3].is_skipped());
    // Once b is gone, the skipped one runs too: said, not hidden.
    let unmarked = unmark(&table, &local, Rule::Watermark, &[1]).unwrap();
    assert_eq!(unmarked.also_run, ["a"]);
    let hash = crate::tracking::checksum("b");
    assert_eq!(unmarked.writes[0][0].sql, format!("DELETE FROM \"m\" WHERE created_at = 200 AND hash = '{hash}'"));
}

#[test]
fn only_the_end_can_be_forgotten() {
    let local = local(&[("a", 1), ("b", 2), ("c", 3)]);
    let all = table(Shape::V0, ["a", "b", "c"].iter().zip(1..).map(|(sql, at)| row(sql, Some(at))).collect());
    for chosen in [vec![2], vec![2, 1], vec![2, 1, 0]] {
        let unmarked = unmark(&all, &local, Rule::Watermark, &chosen).unwrap();
        assert_eq!((unmarked.writes.len(), unmarked.together), (chosen.len(), false));
    }
    let refused = Refusal::NotLast { name: "b".into(), above: vec!["c".into()] };
    assert_eq!(unmark(&all, &local, Rule::Watermark, &[1]), Err(refused));
    assert!(unmark(&all, &local, Rule::Stamps, &[1]).is_ok());
    let future = table(Shape::V0, vec![row("a", Some(1)), row("?", Some(99))]);
    let Err(Refusal::NotLast { above, .. }) = unmark(&future, &local, Rule::Watermark, &[0]) else { panic!() };
    assert!(above[0].starts_with("created_at 99, hash "), "{above:?}");
}

#[test]
fn stamps_out_of_order_go_together() {
    let local = local(&[("b", 200), ("a", 100)]);
    let both = table(Shape::V0, vec![row("b", Some(200)), row("a", Some(100))]);
    let state = both.state(&local, Rule::Watermark, Dialect::Postgres);
    assert_eq!(state.applied().collect::<Vec<_>>(), ["b", "a"]);
    assert!(unmark(&both, &local, Rule::Watermark, &[1]).is_err());
    assert!(unmark(&both, &local, Rule::Watermark, &[1, 0]).unwrap().together);
}

#[test]
fn a_row_without_a_time_replays_everything_on_postgresql() {
    let local = local(&[("a", 1), ("b", 2)]);
    let table = table(Shape::V0, vec![row("a", Some(1)), row("b", None)]);
    let replayed = [is("a", true, true), is("b", true, true)];
    assert_eq!(states(&table, &local, Rule::Watermark, Dialect::Postgres), replayed);
    let fine = [is("a", true, false), is("b", true, true)];
    assert_eq!(states(&table, &local, Rule::Watermark, Dialect::Mysql), fine);
    let to = Target { dialect: Dialect::Postgres, at: &AT() };
    let refused = table.mark(&local, Rule::Watermark, &[1], Moment(0), &to);
    assert_eq!(refused, Err(Refusal::WouldNotCount("b".into())));
}

#[test]
fn a_mark_may_not_hide_others() {
    let local = local(&[("a", 1), ("b", 2), ("c", 3)]);
    let none = table(Shape::V0, vec![]);
    let refused = Refusal::WouldSkip { name: "c".into(), skipped: vec!["a".into()] };
    assert_eq!(mark(&none, &local, Rule::Watermark, &[1, 2]), Err(refused));
    assert_eq!(mark(&none, &local, Rule::Watermark, &[0, 1]).unwrap().len(), 2);
    assert_eq!(mark(&none, &local, Rule::Names, &[2]).unwrap().len(), 1);
    let all = table(Shape::V0, vec![row("a", Some(1)), row("b", Some(2))]);
    assert_eq!(mark(&all, &local, Rule::Watermark, &[0, 1]), Ok(vec![]));
}

#[test]
fn names_count_and_nothing_else() {
    let local = local(&[("20260101000000_a", 1_767_225_600_000), ("20260102000000_b", 1_767_312_000_000)]);
    let (a, b) = (local[0].name, local[1].name);
    let rows = vec![named(a, 5), row(b, Some(1_767_312_000_000))];
    let table = table(Shape::V1, rows);
    let expected = [is(a, true, false), is(b, true, true)];
    assert_eq!(states(&table, &local, Rule::Names, Dialect::Sqlite), expected, "a row without a name is run again");
    let named = mark(&table, &local, Rule::Names, &[1]).unwrap();
    assert!(named[0].starts_with(&format!("UPDATE \"m\" SET name = '{b}' WHERE created_at = 1767312000000 AND")));
    let unmarked = unmark(&table, &local, Rule::Names, &[0]).unwrap();
    assert_eq!(unmarked.writes[0][0].sql, format!("DELETE FROM \"m\" WHERE name = '{a}'"));
}

#[test]
fn an_old_table_under_the_new_rule_is_read_as_its_upgrade_does() {
    let local = local(&[("20260101000000_a", 1_767_225_600_000), ("20260101000000_b", 1_767_225_600_000)]);
    let (a, b) = (local[0].name, local[1].name);
    let rows = vec![row(b, Some(1_767_225_600_123)), row(a, Some(1_767_225_600_777))];
    let table = Table { rows, ..table(Shape::V0, vec![]) };
    let state = table.state(&local, Rule::Names, Dialect::Postgres);
    assert_eq!((state.applied().collect::<Vec<_>>(), state.blocked.clone()), (vec![b, a], None));
    let orphan = Table { rows: vec![row("?", Some(7))], ..table };
    assert!(orphan.state(&local, Rule::Names, Dialect::Postgres).blocked.is_some_and(|why| why.contains("1 row ")));
}

#[test]
fn edited_duplicated_and_without_a_hash() {
    let local = local(&[("a", 1), ("b", 2), ("c", 3)]);
    let rows = vec![
        row("a", Some(1)),
        row("old b", Some(2)),
        Row { hash: String::new(), ..row("", Some(3)) },
        row("a", Some(1)),
    ];
    let table = table(Shape::V0, rows);
    let state = table.state(&local, Rule::Watermark, Dialect::Sqlite);
    assert_eq!(state.migrations.iter().map(|m| m.edited).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(state.migrations.iter().map(|m| m.applied_rows).collect::<Vec<_>>(), [2, 1, 1]);
    assert_eq!(state.applied().collect::<Vec<_>>(), ["b", "c", "a"]);
    let unmarked = unmark(&table, &local, Rule::Watermark, &[2, 1, 0]).unwrap();
    assert_eq!(unmarked.writes.concat().iter().map(|w| w.changes).collect::<Vec<_>>(), [Some(1), Some(1), Some(2)]);
}

#[test]
fn a_table_that_is_not_there_is_made_first() {
    let local = local(&[("a", 1)]);
    let at = Location { schema: Some("drizzle".into()), table: "m".into() };
    let to = Target { dialect: Dialect::Postgres, at: &at };
    let writes = Table::absent(Rule::Watermark).mark(&local, Rule::Watermark, &[0], Moment(0), &to).unwrap();
    assert_eq!(writes[0].sql, "CREATE SCHEMA IF NOT EXISTS \"drizzle\"");
    assert!(writes[1].sql.starts_with("CREATE TABLE IF NOT EXISTS \"drizzle\".\"m\" (id SERIAL") && writes.len() == 3);
}

fn repaired(table: &Table, local: &[Local], rule: Rule, forget: bool) -> (Vec<String>, Vec<String>) {
    let repair = table.repair(local, rule, forget, &Target { dialect: Dialect::Sqlite, at: &AT() });
    (repair.writes.into_iter().map(|w| w.sql).collect(), repair.orphans)
}

#[test]
fn rows_that_lack_what_the_migrator_goes_by() {
    let local = local(&[("a", 1000), ("b", 2000)]);
    let (a, b) = (crate::tracking::checksum("a"), crate::tracking::checksum("b"));
    let whole = table(Shape::V0, vec![row("a", Some(1000)), row("b", Some(2000))]);
    assert_eq!(repaired(&whole, &local, Rule::Watermark, false), (vec![], vec![]));
    // A NULL makes drizzle-orm run everything again on PostgreSQL; a time of nobody's makes it skip what comes.
    let null = table(Shape::V0, vec![row("a", None), row("b", Some(9000))]);
    let wanted = vec![
        format!("UPDATE \"m\" SET created_at = 1000 WHERE created_at IS NULL AND hash = '{a}'"),
        format!("UPDATE \"m\" SET created_at = 2000 WHERE created_at = 9000 AND hash = '{b}'"),
    ];
    assert_eq!(repaired(&null, &local, Rule::Watermark, false), (wanted, vec![]));
    // drizzle-orm 0.x on a table that 1.0 has upgraded writes no name.
    let unnamed = table(Shape::V1, vec![named("a", 1000), row("b", Some(2000))]);
    let (writes, _) = repaired(&unnamed, &local, Rule::Names, false);
    assert!(writes.len() == 1 && writes[0].starts_with("UPDATE \"m\" SET name = 'b' WHERE"), "{writes:?}");
}

#[test]
fn rows_that_are_too_many() {
    let local = local(&[("a", 1000)]);
    let a = crate::tracking::checksum("a");
    let twice = table(Shape::V0, vec![row("a", Some(1000)), row("a", Some(1000)), row("a", Some(1000))]);
    let (writes, _) = repaired(&twice, &local, Rule::Watermark, false);
    let condition = format!("created_at = 1000 AND hash = '{a}'");
    assert_eq!(
        writes,
        [format!("DELETE FROM \"m\" WHERE {condition} AND rowid <> (SELECT min(rowid) FROM \"m\" WHERE {condition})")]
    );
    let orphan = table(Shape::V0, vec![row("a", Some(1000)), row("x", Some(5000))]);
    let (writes, orphans) = repaired(&orphan, &local, Rule::Names, false);
    assert!(writes.is_empty() && orphans.len() == 1 && orphans[0].contains("5000"), "{writes:?} {orphans:?}");
    let (writes, orphans) = repaired(&orphan, &local, Rule::Names, true);
    assert!(orphans.is_empty() && writes.len() == 1 && writes[0].contains("created_at = 5000"), "{writes:?}");
}
