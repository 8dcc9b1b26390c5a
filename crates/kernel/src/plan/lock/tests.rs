use super::*;

fn shown(sql: &str, dialect: Dialect) -> Vec<(String, &'static str, &'static str)> {
    let locks = locks(sql, dialect).into_iter();
    locks.map(|l| (l.relation.unwrap_or_else(|| "*".into()), l.mode.words(), l.work.word())).collect()
}

#[test]
fn several_parts_take_the_strongest() {
    let sql = "ALTER TABLE ONLY \"s\".\"T\" ALTER COLUMN a SET STATISTICS 3, ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id), \
               ALTER b SET NOT NULL";
    let found = shown(sql, Dialect::Postgres);
    assert_eq!(found, [("s.T".into(), "ACCESS EXCLUSIVE", "scan"), ("o".into(), "SHARE ROW EXCLUSIVE", "quick")]);
}

#[test]
fn what_is_asked_for() {
    for (sql, mode) in [
        ("LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE", "SHARE ROW EXCLUSIVE"),
        ("LOCK t IN ACCESS SHARE MODE NOWAIT", "ACCESS SHARE"),
        ("LOCK TABLE t", "ACCESS EXCLUSIVE"),
    ] {
        assert_eq!(shown(sql, Dialect::Postgres), [("t".into(), mode, "quick")], "{sql}");
    }
}

#[test]
fn mysql_guesses_for_the_oldest() {
    for (sql, work) in [
        ("ALTER TABLE t DROP COLUMN a", "rewrite"),
        ("ALTER TABLE t ADD INDEX i (a), DROP INDEX j", "scan"),
        ("ALTER TABLE t ALTER COLUMN a SET DEFAULT 1", "quick"),
        ("ALTER TABLE t MODIFY a int NOT NULL", "rewrite"),
        ("CREATE UNIQUE INDEX i ON t (a)", "scan"),
        ("RENAME TABLE t TO u", "quick"),
    ] {
        assert_eq!(shown(sql, Dialect::Mysql), [("t".into(), "exclusive metadata", work)], "{sql}");
    }
    assert_eq!(shown("INSERT IGNORE INTO t VALUES (1)", Dialect::Mysql), [("t".into(), "shared metadata", "quick")]);
}

#[test]
fn sqlite_has_one_lock() {
    assert_eq!(shown("DROP TABLE t", Dialect::Sqlite), [("*".into(), "the database's write lock", "quick")]);
    assert_eq!(shown("PRAGMA foreign_keys=OFF", Dialect::Sqlite), []);
}

#[test]
fn what_the_text_does_not_tell() {
    assert_eq!(shown("DO $$ BEGIN END $$", Dialect::Postgres), [("*".into(), "unknown", "quick")]);
    for nonsense in [
        "",
        "ALTER TABLE",
        "CREATE INDEX",
        "COMMENT ON COLUMN",
        "DROP TABLE ,",
        "CREATE TABLE t (",
        "ALTER TABLE t ADD",
    ] {
        for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite] {
            locks(nonsense, dialect);
        }
    }
}
