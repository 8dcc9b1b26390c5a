//! What is read of rows shows the smallest change, and nothing where there is none.

use crate::session::Session;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::rowset::{Forgiven, GapKind, RowSet, compare, read, settings, tables};

/// A table, a change that is hard to see, and the column that it is in.
struct Change {
    table: &'static str,
    sql: &'static str,
    column: &'static str,
}

fn shows(dialect: Dialect, schema: &str, changes: &[Change]) {
    let Some(mut session) = Session::open(dialect).unwrap() else { return };
    session.script(schema).unwrap();
    for setting in settings(dialect) {
        session.execute(setting).unwrap();
    }
    let mut now = all(&mut session);
    assert_eq!(now, all(&mut session));
    assert!(now.tables.values().all(|t| t.rows.len() == 2), "{now:#?}");
    for change in changes {
        session.execute(change.sql).unwrap_or_else(|e| panic!("{}: {e}", change.sql));
        let then = std::mem::replace(&mut now, all(&mut session));
        let gaps = compare(&then, &now, &Forgiven::default());
        let [gap] = &gaps[..] else { panic!("{}: {gaps:?}", change.sql) };
        assert_eq!(gap.table.to_string(), change.table, "{}", change.sql);
        assert_eq!(gap.column.as_deref(), Some(change.column), "{}", change.sql);
        assert_eq!((gap.kind, gap.count), (GapKind::Changed, 1), "{}", change.sql);
    }
}

fn all(session: &mut Session) -> RowSet {
    let dialect = session.dialect;
    let names: Vec<Name> = tables(dialect, &mut |sql| session.query(sql)).unwrap();
    read(dialect, &names, &mut |sql| session.query(sql)).unwrap()
}

const fn change(table: &'static str, sql: &'static str, column: &'static str) -> Change {
    Change { table, sql, column }
}

#[test]
fn postgres() {
    let schema = "
        CREATE SCHEMA other;
        CREATE TABLE t (id int PRIMARY KEY, a numeric, b double precision, c timestamptz, d json, e bytea, f text, g text[], h interval);
        INSERT INTO t SELECT n, 1.0, 0.1, '2024-01-01 00:00:00.000001+02', '{\"a\": 1}', '\\x00', 'x', '{a,NULL}', '1 mon' FROM generate_series(1, 2) n;
        CREATE TABLE other.\"T.x\" (a int, b text);
        INSERT INTO other.\"T.x\" VALUES (1, 'x'), (1, 'x');
        CREATE TABLE parts (id int PRIMARY KEY, a text) PARTITION BY RANGE (id);
        CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
        INSERT INTO parts VALUES (1, 'a'), (2, NULL);
        CREATE TABLE above (id int PRIMARY KEY, a int);
        CREATE TABLE below () INHERITS (above);
        INSERT INTO above VALUES (1, 1), (2, 2); INSERT INTO below VALUES (3, 3), (4, 4);";
    let changes = [
        change("t", "UPDATE t SET a = 1.00 WHERE id = 1", "a"),
        change("t", "UPDATE t SET b = 0.10000000000000002 WHERE id = 1", "b"),
        change("t", "UPDATE t SET c = c + interval '1 microsecond' WHERE id = 1", "c"),
        change("t", "UPDATE t SET d = '{\"a\":1}' WHERE id = 1", "d"),
        change("t", "UPDATE t SET e = '\\x0000' WHERE id = 1", "e"),
        change("t", "UPDATE t SET f = 'x ' WHERE id = 1", "f"),
        change("t", "UPDATE t SET f = NULL WHERE id = 2", "f"),
        change("t", "UPDATE t SET f = '' WHERE id = 2", "f"),
        change("t", "UPDATE t SET g = '{a,\"NULL\"}' WHERE id = 1", "g"),
        change("t", "UPDATE t SET h = '30 days' WHERE id = 1", "h"),
        change("other.T.x", "UPDATE other.\"T.x\" SET b = 'X' WHERE ctid = (SELECT max(ctid) FROM other.\"T.x\")", "b"),
        change("parts", "UPDATE parts SET a = 'b' WHERE id = 1", "a"),
        change("below", "UPDATE below SET a = 5 WHERE id = 3", "a"),
    ];
    shows(Dialect::Postgres, schema, &changes);
}

#[test]
fn mysql() {
    let schema = "
        CREATE TABLE t (id int PRIMARY KEY, a float, b double, c datetime(6), d varbinary(8), e text CHARACTER SET latin1, f json, g bit(8), h varchar(9) COLLATE utf8mb4_unicode_ci, i point, j time(3));
        INSERT INTO t VALUES (1, 0.1, 0.1, '2024-01-01 00:00:00.000001', X'00ff', 'é', '{\"a\": 1}', b'1', 'x', ST_GeomFromText('POINT(1 2)'), '838:59:58.999'),
            (2, 16777216, 1e300, '2024-01-01', NULL, '', '[]', NULL, '', NULL, NULL);
        CREATE TABLE bare (a int, b text);
        INSERT INTO bare VALUES (1, 'x'), (2, 'x');";
    let changes = [
        change("t", "UPDATE t SET a = 0.10000001 WHERE id = 1", "a"),
        change("t", "UPDATE t SET a = 16777215 WHERE id = 2", "a"),
        change("t", "UPDATE t SET b = 0.10000000000000002 WHERE id = 1", "b"),
        change("t", "UPDATE t SET c = c + INTERVAL 1 MICROSECOND WHERE id = 1", "c"),
        change("t", "UPDATE t SET d = X'00fe' WHERE id = 1", "d"),
        change("t", "UPDATE t SET e = 'e' WHERE id = 1", "e"),
        change("t", "UPDATE t SET e = NULL WHERE id = 2", "e"),
        change("t", "UPDATE t SET f = '{\"a\":  1, \"b\": 2}' WHERE id = 1", "f"),
        change("t", "UPDATE t SET g = b'11' WHERE id = 1", "g"),
        change("t", "UPDATE t SET h = 'X' WHERE id = 1", "h"),
        change("t", "UPDATE t SET i = ST_GeomFromText('POINT(1 2.5)') WHERE id = 1", "i"),
        change("t", "UPDATE t SET j = '838:59:58.998' WHERE id = 1", "j"),
        change("bare", "UPDATE bare SET b = 'X ' WHERE a = 1", "b"),
    ];
    shows(Dialect::Mysql, schema, &changes);
}

#[test]
fn sqlite() {
    let schema = "
        CREATE TABLE t (id integer PRIMARY KEY, a, b text, c real);
        INSERT INTO t VALUES (1, 1, 'x', 0.1), (2, X'00', NULL, 1e300);
        CREATE TABLE \"or\" (a text PRIMARY KEY, b) WITHOUT ROWID;
        INSERT INTO \"or\" VALUES ('a', 1), ('b', 2);";
    let changes = [
        change("t", "UPDATE t SET a = '1' WHERE id = 1", "a"),
        change("t", "UPDATE t SET a = 1.0 WHERE id = 1", "a"),
        change("t", "UPDATE t SET a = X'' WHERE id = 2", "a"),
        change("t", "UPDATE t SET a = NULL WHERE id = 2", "a"),
        change("t", "UPDATE t SET b = 'NULL' WHERE id = 2", "b"),
        change("t", "UPDATE t SET b = 'x ' WHERE id = 1", "b"),
        change("t", "UPDATE t SET c = 0.10000000000000002 WHERE id = 1", "c"),
        change("or", "UPDATE \"or\" SET b = '1' WHERE a = 'a'", "b"),
    ];
    shows(Dialect::Sqlite, schema, &changes);
}
