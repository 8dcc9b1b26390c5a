//! The row readers against another parser: both must find the same tables.

use sqlparser::ast::{ObjectName, ObjectNamePart, visit_relations};
use sqlparser::dialect::{Dialect as Grammar, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use unmigrate_kernel::{Dialect, rows};

/// Without WITH: what a WITH names is a table to `visit_relations`.
const STATEMENTS: &[&str] = &[
    "INSERT INTO a (x, y) VALUES (1, 'b; c'), (2, NULL)",
    "INSERT INTO a SELECT * FROM b",
    "INSERT INTO a (x) SELECT b.x FROM b JOIN c ON c.id = b.id WHERE EXISTS (SELECT 1 FROM d WHERE d.x = b.x)",
    "INSERT INTO a (x) SELECT x FROM b UNION ALL SELECT x FROM c",
    "UPDATE a SET x = 1",
    "UPDATE a SET x = (SELECT max(y) FROM b), z = 'from c' WHERE x IN (SELECT x FROM d)",
    "UPDATE a SET x = CASE WHEN y > 0 THEN 1 ELSE (SELECT 1 FROM e) END WHERE z IS NULL",
    "DELETE FROM a",
    "DELETE FROM a WHERE x NOT IN (SELECT x FROM b WHERE b.y = 'DELETE FROM c')",
    "DELETE FROM a WHERE NOT EXISTS (SELECT 1 FROM b LEFT JOIN c ON c.b = b.id WHERE c.id IS NULL)",
    "SELECT count(*) FROM a, b WHERE a.id = b.id",
];
const POSTGRES: &[&str] = &[
    r#"INSERT INTO "A b" ("x") VALUES (1) ON CONFLICT ("x") DO UPDATE SET "x" = 2"#,
    "UPDATE a SET x = b.x FROM b JOIN c ON c.id = b.id WHERE a.id = b.id",
    "DELETE FROM a USING b WHERE a.id = b.id",
    "INSERT INTO s.a (x) SELECT x FROM s.b ON CONFLICT DO NOTHING",
    "TRUNCATE a, b",
];
const MYSQL: &[&str] = &[
    "INSERT IGNORE INTO `a` (`x`) VALUES ('it\\'s')",
    "REPLACE INTO a (x) SELECT x FROM b",
    "UPDATE a JOIN b ON a.id = b.id SET a.x = b.x WHERE b.y = \"c\"",
];
const SQLITE: &[&str] = &[
    "INSERT OR IGNORE INTO a (x) SELECT x FROM b",
    r#"INSERT INTO "new_a" ("x", "y") SELECT "x", coalesce("y", 0) FROM "a""#,
];

fn last(name: &ObjectName) -> String {
    match name.0.last() {
        Some(ObjectNamePart::Identifier(ident)) => ident.value.clone(),
        other => panic!("{other:?} is no name"),
    }
}

fn theirs(sql: &str, grammar: &dyn Grammar) -> BTreeSet<String> {
    let parsed = Parser::parse_sql(grammar, sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    let mut found = BTreeSet::new();
    let _ = visit_relations(&parsed, |name| {
        found.insert(last(name));
        ControlFlow::<()>::Continue(())
    });
    found
}

fn ours(sql: &str, dialect: Dialect) -> BTreeSet<String> {
    let read = rows::read(sql, dialect).unwrap_or_else(|e| panic!("{sql}: {}", e.why));
    let mut found: BTreeSet<String> = BTreeSet::new();
    for change in read.changes {
        found.insert(change.table.name);
        found.extend(change.reads.into_iter().map(|n| n.name));
    }
    if found.is_empty() {
        found.extend(rows::references(sql, dialect).unwrap_or_default().tables.into_iter().map(|n| n.name));
    }
    found
}

#[test]
fn both_find_the_same_tables() {
    let dialects: [(Dialect, &dyn Grammar, &[&str]); 3] = [
        (Dialect::Postgres, &PostgreSqlDialect {}, POSTGRES),
        (Dialect::Mysql, &MySqlDialect {}, MYSQL),
        (Dialect::Sqlite, &SQLiteDialect {}, SQLITE),
    ];
    for (dialect, grammar, own) in dialects {
        for sql in STATEMENTS.iter().chain(own) {
            assert_eq!(ours(sql, dialect), theirs(sql, grammar), "{sql}");
        }
    }
}
