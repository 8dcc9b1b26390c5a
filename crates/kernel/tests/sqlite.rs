//! SQLite: what migrations become when they are undone. What the SQL does is run elsewhere; here is how it is written.

use unmigrate_kernel::{Dialect, Grade, History, Migration, rollbacks};

/// The rollback of the last of several migrations: its grade, and its statements without comments.
fn undo(ups: &[&str]) -> (Grade, Vec<String>) {
    let migration = |(at, sql): (usize, &&str)| Migration {
        name: format!("m{at}"),
        file: String::new(),
        sql: sql.to_string(),
        breakpoints: sql.contains("statement-breakpoint"),
        snapshot_before: None,
        observed: Vec::new(),
    };
    let migrations = ups.iter().enumerate().map(migration).collect();
    let last = rollbacks(&History { dialect: Dialect::Sqlite, server: None, migrations }).pop().expect("a migration");
    let text: String = last.body.lines().filter(|l| !l.starts_with("--")).collect::<Vec<_>>().join("\n");
    let wrap = ["PRAGMA foreign_keys=OFF", "BEGIN", "PRAGMA foreign_key_check", "COMMIT", "PRAGMA foreign_keys=ON"];
    let squeeze = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
    let statements =
        text.split(";\n").map(squeeze).filter(|s| !s.is_empty() && !wrap.contains(&s.trim_end_matches(';')));
    (last.grade, statements.collect())
}

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, age INT);";

#[test]
fn what_alter_table_can_do_is_done_with_it() {
    let (grade, sql) = undo(&[USERS, "ALTER TABLE users ADD COLUMN email TEXT;"]);
    assert_eq!((grade, sql), (Grade::Lossless, vec![r#"ALTER TABLE "users" DROP COLUMN "email""#.to_string()]));
    let (_, sql) = undo(&[USERS, "ALTER TABLE users DROP COLUMN age;"]);
    assert_eq!(sql, [r#"ALTER TABLE "users" ADD COLUMN "age" INT"#]);
    let (grade, sql) = undo(&[USERS, "ALTER TABLE users RENAME COLUMN name TO title;"]);
    assert_eq!(
        (grade, sql),
        (Grade::Lossless, vec![r#"ALTER TABLE "users" RENAME COLUMN "title" TO "name""#.to_string()])
    );
}

#[test]
fn a_column_comes_back_in_its_place() {
    let (grade, sql) =
        undo(&["CREATE TABLE t (a INT, b TEXT, c INT); CREATE INDEX i ON t (a);", "ALTER TABLE t DROP COLUMN b;"]);
    assert_eq!(grade, Grade::Lossy);
    assert_eq!(
        sql,
        [
            r#"CREATE TABLE "new_t" ( "a" INT, "b" TEXT, "c" INT )"#,
            r#"INSERT INTO "new_t" ("a", "c") SELECT "a", "c" FROM "t""#,
            r#"DROP TABLE "t""#,
            r#"ALTER TABLE "new_t" RENAME TO "t""#,
            r#"CREATE INDEX "i" ON "t" ("a")"#,
        ]
    );
}

#[test]
fn a_star_fills_the_listed_columns_in_their_order() {
    let (grade, sql) = undo(&[
        "CREATE TABLE m (id INTEGER PRIMARY KEY, made TEXT, upd TEXT);",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, body TEXT, upd TEXT, made TEXT);\
         INSERT INTO n (id, made, upd) SELECT * FROM m; DROP TABLE m; ALTER TABLE n RENAME TO m;",
    ]);
    assert_eq!(grade, Grade::Lossless);
    assert_eq!(sql[1], r#"INSERT INTO "new_m" ("id", "made", "upd") SELECT "id", "made", "upd" FROM "m""#);
}

#[test]
fn a_copy_without_a_list_passes_over_generated_columns() {
    let (grade, sql) = undo(&[
        "CREATE TABLE m (id INTEGER PRIMARY KEY, a TEXT, b TEXT);",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, g TEXT AS (a), a TEXT, b TEXT);\
         INSERT INTO n SELECT * FROM m; DROP TABLE m; ALTER TABLE n RENAME TO m;",
    ]);
    assert_eq!((grade, sql), (Grade::Lossless, vec![r#"ALTER TABLE "m" DROP COLUMN "g""#.to_string()]));
}

#[test]
fn a_rebuild_is_undone_by_a_rebuild() {
    let (grade, sql) = undo(&[
        USERS,
        "PRAGMA foreign_keys=OFF;
         CREATE TABLE new_users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, age INT);
         INSERT INTO new_users (id, name, age) SELECT id, name, age FROM users;
         DROP TABLE users; ALTER TABLE new_users RENAME TO users; PRAGMA foreign_keys=ON;",
    ]);
    assert_eq!(grade, Grade::Lossless);
    assert_eq!(sql.len(), 5, "{sql:#?}");
    assert_eq!(
        sql[1],
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'new_users', seq FROM sqlite_sequence WHERE name = 'users'"
    );
}

#[test]
fn a_rebuild_that_changes_nothing_is_undone_by_nothing() {
    let (grade, sql) = undo(&[
        USERS,
        "ALTER TABLE users RENAME TO users_old;
         CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, age INT);
         INSERT INTO users SELECT * FROM users_old; DROP TABLE users_old;",
    ]);
    assert_eq!((grade, sql), (Grade::Lossless, vec![]));
}

#[test]
fn what_the_copy_leaves_out_is_lost() {
    let rebuild = |query: &str| {
        let copy = format!("INSERT INTO new_t (a, b) {query};");
        undo(&[
            "CREATE TABLE t (a INT, b TEXT);",
            &format!("CREATE TABLE new_t (a INT, b TEXT NOT NULL DEFAULT ''); {copy} DROP TABLE t; ALTER TABLE new_t RENAME TO t;"),
        ])
        .0
    };
    assert_eq!(rebuild("SELECT a, b FROM t"), Grade::Lossless);
    assert_eq!(rebuild("SELECT a, b FROM t WHERE b IS NOT NULL"), Grade::Lossy);
    assert_eq!(rebuild("SELECT a, coalesce(b, '') FROM t"), Grade::Lossy);
    // There is no column "c": SQLite takes it for a string.
    assert_eq!(rebuild("SELECT a, \"c\" FROM t"), Grade::Lossy);
}

#[test]
fn a_change_of_rows_in_the_new_table_is_one_in_the_old() {
    let (grade, _) = undo(&[
        "CREATE TABLE t (a INT, b TEXT);",
        "CREATE TABLE new_t (a INT, b TEXT, c INT); INSERT INTO new_t (a, b) SELECT a, b FROM t;
         UPDATE new_t SET b = upper(b); DROP TABLE t; ALTER TABLE new_t RENAME TO t;",
    ]);
    assert_eq!(grade, Grade::Lossy);
}

#[test]
fn a_table_filled_by_a_join_keeps_its_rows() {
    let (grade, sql) = undo(&[
        "CREATE TABLE s (id INT); CREATE TABLE t (a INT, b TEXT);",
        "CREATE TABLE new_t (a INT, c INT); INSERT INTO new_t (a, c) SELECT t.a, s.id FROM t LEFT JOIN s ON s.id = t.a;
         DROP TABLE t; ALTER TABLE new_t RENAME TO t;",
    ]);
    assert_eq!(grade, Grade::Lossy);
    assert_eq!(sql, [r#"ALTER TABLE "t" DROP COLUMN "c""#, r#"ALTER TABLE "t" ADD COLUMN "b" TEXT"#]);
}

#[test]
fn dropping_a_parent_with_foreign_keys_on_reaches_its_children() {
    let tables = "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
                  CREATE TABLE c (pid INT REFERENCES p (id) ON DELETE CASCADE);";
    let rebuild =
        "CREATE TABLE new_p (id INTEGER PRIMARY KEY, n TEXT, m TEXT); INSERT INTO new_p (id, n) SELECT id, n FROM p;
                   DROP TABLE p; ALTER TABLE new_p RENAME TO p;";
    assert_eq!(undo(&[tables, rebuild]).0, Grade::Lossy);
    assert_eq!(undo(&[tables, &format!("PRAGMA foreign_keys=OFF; {rebuild}")]).0, Grade::Lossless);
    let kept = format!(
        "CREATE TABLE kept AS SELECT * FROM c; {rebuild} DELETE FROM c; INSERT INTO c SELECT * FROM kept; DROP TABLE kept;"
    );
    assert_eq!(undo(&[tables, &kept]).0, Grade::Lossless);
}

#[test]
fn views_and_triggers_step_aside() {
    let (_, sql) = undo(&[
        "CREATE TABLE t (x INT, a INT, b INT); CREATE TABLE log (a INT); CREATE VIEW v AS SELECT a FROM t;
         CREATE TRIGGER tr AFTER INSERT ON log BEGIN INSERT INTO t (a) VALUES (NEW.a); END;",
        "ALTER TABLE t DROP COLUMN x;",
    ]);
    assert_eq!(sql[..2], [r#"DROP VIEW "v""#, r#"DROP TRIGGER "tr""#]);
    assert_eq!(
        sql[sql.len() - 2..],
        [
            r#"CREATE VIEW "v" AS SELECT a FROM t"#,
            r#"CREATE TRIGGER "tr" AFTER INSERT ON "log" BEGIN INSERT INTO t (a) VALUES (NEW.a); END"#,
        ]
    );
}

#[test]
fn a_renamed_column_is_found_where_it_stands() {
    let base = "CREATE TABLE t (a INT, k INT); CREATE TABLE log (a INT);
         CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log (a) VALUES (NEW.a); UPDATE t SET a = 1 WHERE t.a = 2; END;";
    let (_, sql) = undo(&[base, "ALTER TABLE t RENAME COLUMN a TO z;", "DROP TRIGGER tr;"]);
    let body = "BEGIN INSERT INTO log (a) VALUES (NEW.z); UPDATE t SET z = 1 WHERE t.z = 2; END";
    assert_eq!(sql, [format!(r#"CREATE TRIGGER "tr" AFTER INSERT ON "t" {body}"#)]);
}

#[test]
fn checks_name_the_table_as_it_is_called() {
    let (_, sql) = undo(&[
        "CREATE TABLE `users` (`age` integer, `n` text, CONSTRAINT \"c\" CHECK(\"users\".\"age\" > 21));",
        "ALTER TABLE users DROP COLUMN n;",
        "DROP TABLE users;",
    ]);
    assert!(sql[0].contains(r#"CHECK ("users"."age" > 21)"#), "{sql:#?}");
    let (_, sql) = undo(&[
        "CREATE TABLE `users` (`n` text, `age` integer, CONSTRAINT \"c\" CHECK(\"users\".\"age\" > 21));",
        "ALTER TABLE users DROP COLUMN n;",
    ]);
    assert!(sql[0].contains(r#"CHECK ("new_users"."age" > 21)"#), "{sql:#?}");
}

#[test]
fn a_table_made_by_a_query_comes_back_with_its_columns() {
    let (_, sql) = undo(&[
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b VARCHAR(10) NOT NULL);",
        "CREATE TABLE k AS SELECT a, b, CAST(a AS TEXT) AS c, a + 1 AS d FROM t;",
        "DROP TABLE k;",
    ]);
    assert_eq!(sql, [r#"CREATE TABLE "k" ( "a" INT, "b" TEXT, "c" TEXT, "d" )"#]);
}

#[test]
fn a_rename_alone_leaves_references() {
    let tables = "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (pid INT REFERENCES p (id));";
    let rename = "ALTER TABLE p RENAME TO p_old; CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
                  INSERT INTO p (id) SELECT id FROM p_old; DROP TABLE p_old;";
    let (_, sql) = undo(&[tables, &format!("PRAGMA foreign_keys=OFF; PRAGMA legacy_alter_table=ON; {rename}")]);
    assert!(!sql.iter().any(|s| s.contains("new_c")), "{sql:#?}");
    // Else the child goes on referring to a table that is gone, and is made anew to refer to the right one again.
    let (_, sql) = undo(&[tables, &format!("PRAGMA foreign_keys=OFF; {rename}")]);
    assert!(sql.iter().any(|s| s.contains("new_c")), "{sql:#?}");
}

#[test]
fn what_a_trigger_did_stays() {
    let tables = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT); CREATE TABLE log (id INT);
                  CREATE TRIGGER tr AFTER UPDATE OF b, c ON t BEGIN INSERT INTO log VALUES (NEW.id); END;";
    assert_eq!(undo(&[tables, "ALTER TABLE t ADD COLUMN c INT; UPDATE t SET c = 1;"]).0, Grade::Lossy);
    assert_eq!(undo(&[tables, "ALTER TABLE t ADD COLUMN d INT; UPDATE t SET d = 1;"]).0, Grade::Lossless);
}

#[test]
fn a_table_may_say_what_becomes_of_rows_that_meet() {
    let insert = "INSERT INTO t (id) VALUES (1);";
    assert_eq!(undo(&["CREATE TABLE t (id INTEGER PRIMARY KEY);", insert]).0, Grade::Lossless);
    assert_eq!(undo(&["CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT IGNORE);", insert]).0, Grade::Lossy);
}

#[test]
fn a_key_that_never_fitted_is_not_checked() {
    let before = "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT); CREATE TABLE c (n TEXT REFERENCES p (n)); \
                  CREATE TABLE d (p_id INT REFERENCES p);";
    let (_, sql) = undo(&[before, "ALTER TABLE d ADD COLUMN x INT;"]);
    assert_eq!(sql, [r#"ALTER TABLE "d" DROP COLUMN "x""#, r#"PRAGMA foreign_key_check("d")"#]);
    // One that the migration itself brought goes with it.
    let (_, sql) = undo(&["CREATE TABLE p (n TEXT);", "CREATE TABLE c (n TEXT REFERENCES p (n));"]);
    assert_eq!(sql, [r#"DROP TABLE "c""#]);
}

#[test]
fn names_are_quoted_as_the_history_quotes_them() {
    let (_, sql) = undo(&["CREATE TABLE `t` (`a` text DEFAULT '{\"x\":\"y\"}');", "ALTER TABLE t ADD b INT;"]);
    assert_eq!(sql, ["ALTER TABLE `t` DROP COLUMN `b`"]);
}

/// Full text search reads its content by the name that was given to it. It is no case file: who looks at the rows of `f` between
/// up and down is refused.
#[test]
fn a_table_that_full_text_search_reads_is_not_renamed_unseen() {
    let before = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE u (a TEXT); \
                  CREATE VIRTUAL TABLE f USING fts5(a, content = 't', content_rowid='id');";
    assert_eq!(undo(&[before, "ALTER TABLE t RENAME TO v;"]).0, Grade::Manual);
    assert_eq!(undo(&[before, "ALTER TABLE u RENAME TO v;"]).0, Grade::Lossless);
}
