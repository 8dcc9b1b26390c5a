//! Where the notes of a rollback stand: above the statement that does what they say.

use unmigrate_kernel::{Dialect, History, Migration, rollbacks};

/// The lines of the last migration's rollback that are no blank ones, questions or parts of a transaction.
fn lines(ups: &[&str]) -> Vec<String> {
    let migration = |sql: &&str| Migration {
        name: "m".into(),
        file: String::new(),
        sql: sql.to_string(),
        breakpoints: false,
        snapshot_before: None,
        observed: Vec::new(),
    };
    let history = History { dialect: Dialect::Postgres, server: None, migrations: ups.iter().map(migration).collect() };
    let last = rollbacks(&history).pop().expect("a migration");
    let kept = |line: &&str| !["", "BEGIN;", "COMMIT;"].contains(line) && !line.contains("how many:");
    last.body.lines().skip(1).filter(kept).map(str::to_string).collect()
}

#[test]
fn of_an_index_that_is_made_anew_unique_stands_above_what_makes_it() {
    let made = "CREATE TABLE t (id int PRIMARY KEY, e text); CREATE UNIQUE INDEX i ON t (e) WHERE id > 18;";
    let found = lines(&[made, "DROP INDEX i; CREATE UNIQUE INDEX i ON t (e) WHERE id > 21;"]);
    assert_eq!(
        found,
        [
            r#"DROP INDEX "i";"#,
            "-- may refuse t.i: unique again: refused while rows hold the same values (line 1)",
            r#"CREATE UNIQUE INDEX "i" ON "t" ("e") WHERE id > 18;"#,
        ]
    );
}

#[test]
fn of_a_column_that_goes_and_comes_back_each_note_stands_where_it_happens() {
    let found =
        lines(&["CREATE TABLE t (id int PRIMARY KEY, c text);", "ALTER TABLE t DROP COLUMN c, ADD COLUMN c int;"]);
    let at = |start: &str| found.iter().position(|line| line.starts_with(start));
    let (discards, drop, gone, add) =
        (at("-- discards t.c"), at(r#"ALTER TABLE "t" DROP"#), at("-- gone t.c"), at(r#"ALTER TABLE "t" ADD"#));
    assert!(discards.is_some() && discards < drop && drop < gone && gone < add, "{found:#?}");
}
