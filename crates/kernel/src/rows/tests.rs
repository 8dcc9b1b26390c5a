use super::*;
use crate::Dialect::{Mysql, Postgres, Sqlite};

fn one(text: &str, dialect: Dialect) -> RowChange {
    let effects = read(text, dialect).unwrap_or_else(|e| panic!("{text}: {e:?}"));
    assert_eq!(effects.changes.len(), 1, "{text}: {effects:#?}");
    effects.changes.into_iter().next().unwrap()
}

fn name(text: &str) -> Name {
    match text.split_once('.') {
        Some((schema, name)) => Name { schema: Some(schema.into()), name: name.into() },
        None => Name { schema: None, name: text.into() },
    }
}

fn names(texts: &[&str]) -> Vec<Name> {
    texts.iter().map(|t| name(t)).collect()
}

fn column(to: &str, from: &str) -> (String, CopySource) {
    (to.into(), CopySource::Column(from.into()))
}

#[test]
fn names_are_folded_as_the_dialect_folds() {
    assert_eq!(one("DELETE FROM Public.Users", Postgres).table, name("users"));
    assert_eq!(one(r#"DELETE FROM "App"."Us""er""#, Postgres).table, name("App.Us\"er"));
    assert_eq!(one("DELETE FROM `Shop`.`Users`", Mysql).table, name("Shop.Users"));
    assert_eq!(one("DELETE FROM main.[My Users]", Sqlite).table, name("My Users"));
}

#[test]
fn insert_of_constants() {
    let change = one(
        r#"INSERT INTO "plan" ("id", "tags", "made", "on") VALUES
           ('free', '{}'::text[], now(), DATE '2024-01-01'), ('it''s; pro', ARRAY['a', 'b']::"tag"[], $1, NULL)"#,
        Postgres,
    );
    assert_eq!(change.kind, RowKind::Insert);
    assert_eq!(change.columns, ["id", "tags", "made", "on"]);
    let values = change.values.unwrap();
    assert_eq!(values[0], [Some("'free'".into()), Some("'{}'::text[]".into()), None, Some("DATE '2024-01-01'".into())]);
    assert_eq!(values[1][0].as_deref(), Some("'it''s; pro'"));
    assert_eq!(values[1][1].as_deref(), Some(r#"ARRAY['a', 'b']::"tag"[]"#));
    assert_eq!(values[1][2], None);
    assert!(!change.meets_existing && !change.overwrites);
}

#[test]
fn what_is_constant() {
    for (text, yes) in [
        ("-1.5e3", true),
        ("CAST('1' AS numeric(10, 2))", true),
        ("'2024-01-01'::timestamp with time zone", true),
        ("'now'::timestamp", false),
        ("('a' || 'b')", true),
        ("CURRENT_TIMESTAMP", false),
        ("DEFAULT", false),
        ("gen_random_uuid()", false),
        ("(SELECT 1)", false),
        ("?", false),
        ("other_column", false),
        ("TRUE", true),
    ] {
        let change = one(&format!("INSERT INTO t VALUES ('k', {text})"), Postgres);
        assert_eq!(change.values.unwrap()[0][1].is_some(), yes, "{text}");
    }
    assert_eq!(one("INSERT INTO t VALUES (\"x\", _utf8mb4'y', X'00')", Mysql).values.unwrap()[0].len(), 3);
    assert_eq!(one("INSERT INTO t (a) VALUES (now())", Postgres).values, None);
    assert_eq!(one("INSERT INTO t DEFAULT VALUES", Sqlite).values, None);
}

#[test]
fn insert_that_meets_what_is_there() {
    let meets = |text: &str, dialect| {
        let change = one(text, dialect);
        (change.meets_existing, change.overwrites)
    };
    assert_eq!(meets("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO NOTHING RETURNING a", Postgres), (true, false));
    assert_eq!(
        meets("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE t.c", Postgres),
        (true, true)
    );
    assert_eq!(meets("INSERT IGNORE INTO t (a) VALUES (1)", Mysql), (true, false));
    assert_eq!(meets("INSERT INTO t (a) VALUES (1) AS n ON DUPLICATE KEY UPDATE b = n.a", Mysql), (true, true));
    assert_eq!(meets("REPLACE INTO t (a) VALUES (1)", Mysql), (true, true));
    assert_eq!(meets("INSERT OR IGNORE INTO t (a) VALUES (1)", Sqlite), (true, false));
    assert_eq!(meets("INSERT OR REPLACE INTO t (a) VALUES (1)", Sqlite), (true, true));
    assert_eq!(
        meets("INSERT INTO t (a) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM t WHERE a = 1)", Postgres),
        (true, false)
    );
    assert_eq!(meets("INSERT INTO t (a) SELECT id FROM u WHERE id NOT IN (SELECT a FROM t)", Postgres), (true, false));
    assert_eq!(
        meets("INSERT INTO t (a) SELECT u.id FROM u LEFT JOIN t ON t.a = u.id WHERE t.a IS NULL", Postgres),
        (true, false)
    );
    assert_eq!(meets("INSERT INTO t (a) SELECT id FROM u", Postgres), (false, false));
}

#[test]
fn upsert_says_what_it_assigns() {
    let change = one(
        "INSERT INTO t (a, b) VALUES (1, 2) ON CONFLICT (a) DO UPDATE SET b = t.b + excluded.b, c = now() WHERE t.d",
        Postgres,
    );
    assert_eq!(change.assignments, [("b".into(), "t.b + excluded.b".into()), ("c".to_string(), "now()".to_string())]);
    assert_eq!(change.columns, ["a", "b"]);
}

#[test]
fn a_selected_row_of_constants() {
    let change = one(
        "INSERT INTO kinds (n, name, at) SELECT 3, 'big'::kind AS name, now() WHERE NOT EXISTS (SELECT 1 FROM kinds)",
        Postgres,
    );
    assert_eq!(change.values.unwrap(), [[Some("3".into()), Some("'big'::kind".into()), None]]);
    assert_eq!(change.reads, names(&["kinds"]));
    assert_eq!(change.copy, None);
}

#[test]
fn copy_of_a_table() {
    let change = one(
        r#"INSERT INTO "__new_t"("id", "a", "b") SELECT "id", "old"."a" AS "x", coalesce("b", 'x') FROM "t" AS "old";"#,
        Sqlite,
    );
    let copy = change.copy.unwrap();
    assert_eq!(copy.from, name("t"));
    assert!(copy.whole);
    assert_eq!(copy.columns[..2], [column("id", "id"), column("a", "a")]);
    assert_eq!(
        copy.columns[2],
        ("b".into(), CopySource::Expression { text: "coalesce(\"b\", 'x')".into(), columns: vec!["b".into()] })
    );
    assert_eq!(change.reads, names(&["t"]));
}

#[test]
fn copy_that_is_not_whole() {
    let whole = |text: &str| one(text, Postgres).copy.map(|c| c.whole);
    assert_eq!(whole("INSERT INTO a (x) SELECT y FROM b WHERE y > 0"), Some(false));
    assert_eq!(whole("INSERT INTO a (x) SELECT DISTINCT y FROM b"), Some(false));
    assert_eq!(whole("INSERT INTO a (x) SELECT max(y) FROM b"), Some(false));
    assert_eq!(whole("INSERT INTO a (x) SELECT max(y) OVER (PARTITION BY z) FROM b"), Some(true));
    assert_eq!(whole("INSERT INTO a (x) SELECT unnest(y) FROM b"), Some(false));
    assert_eq!(whole("INSERT INTO a (x) SELECT parts_of(y) FROM b"), Some(false));
    assert_eq!(whole("INSERT INTO a (x) SELECT now()::numeric(3, 1) FROM b"), Some(true));
    assert_eq!(whole("INSERT INTO a (x) SELECT (SELECT max(z) FROM c) FROM b"), Some(true));
    assert_eq!(whole("INSERT INTO a (x) SELECT y FROM b ORDER BY y"), Some(true));
    assert_eq!(whole("INSERT INTO a (x) (SELECT y FROM ONLY b)"), Some(true));
    assert_eq!(whole("INSERT INTO a (x) SELECT y FROM b JOIN c ON true"), None);
    assert_eq!(whole("INSERT INTO a (x) SELECT y FROM b, c"), None);
    assert_eq!(whole("INSERT INTO a (x) SELECT y FROM b UNION SELECT y FROM c"), None);
    assert_eq!(whole("INSERT INTO a (x, y) SELECT y FROM b"), None);
    assert_eq!(
        one("INSERT INTO a SELECT * FROM b", Sqlite).copy,
        Some(Copy { from: name("b"), columns: vec![], whole: true })
    );
    assert_eq!(
        one("INSERT INTO a SELECT x, y FROM b", Sqlite).copy.unwrap().columns,
        [column("", "x"), column("", "y")]
    );
}

#[test]
fn a_bare_alias_is_not_part_of_the_expression() {
    let change =
        one("INSERT INTO a (x, y, z) SELECT gen_random_uuid() id, b.q, b.w::double precision FROM b", Postgres);
    let texts: Vec<_> = change.copy.unwrap().columns.into_iter().map(|(_, s)| s).collect();
    assert_eq!(texts[0], CopySource::Expression { text: "gen_random_uuid()".into(), columns: vec![] });
    assert_eq!(texts[1], CopySource::Column("q".into()));
    assert_eq!(texts[2], CopySource::Expression { text: "b.w::double precision".into(), columns: vec!["w".into()] });
}

#[test]
fn update_of_one_table() {
    let change = one(
        r#"UPDATE "User" AS u SET "name" = concat(u."first", ' ', u."last"), (a, b) = (1, now()) WHERE u."name" IS NULL AND EXISTS (SELECT 1 FROM "Team" t WHERE t."owner" = u."id") RETURNING *"#,
        Postgres,
    );
    assert_eq!((change.table, change.alias.as_deref()), (name("User"), Some("u")));
    assert_eq!(change.columns, ["name", "a", "b"]);
    assert_eq!(change.assignments[0].1, r#"concat(u."first", ' ', u."last")"#);
    assert_eq!(change.assignments[2], ("b".into(), "now()".into()));
    assert_eq!(
        change.filter.unwrap(),
        r#"u."name" IS NULL AND EXISTS (SELECT 1 FROM "Team" t WHERE t."owner" = u."id")"#
    );
    assert_eq!(change.reads, names(&["Team"]));
    assert_eq!(change.names, ["first", "last", "name", "id"]);
}

#[test]
fn update_from_others() {
    let change = one("UPDATE a SET x = b.y FROM b JOIN app.c ON c.id = b.c_id WHERE b.a_id = a.id", Postgres);
    assert_eq!(change.reads, names(&["b", "app.c"]));
    assert_eq!(change.others.as_deref(), Some("b JOIN app.c ON c.id = b.c_id"));
    assert_eq!(change.names, ["id"]);
    let change = one("UPDATE a SET x = extract(year FROM made), y = z IS DISTINCT FROM w", Postgres);
    assert_eq!((change.reads, change.filter, change.others), (vec![], None, None));
    let change = one("UPDATE `a` x JOIN `b` y ON y.id = x.b_id SET x.n = y.n, x.m = 1 WHERE y.n > 2 LIMIT 5", Mysql);
    assert_eq!((change.table, change.columns), (name("a"), vec!["n".to_string(), "m".to_string()]));
    assert_eq!(change.filter.as_deref(), Some("y.n > 2"));
    assert_eq!(change.reads, names(&["b"]));
    let both = read("UPDATE a, b SET a.x = 1, b.y = 2 WHERE a.id = b.id", Mysql).unwrap();
    assert_eq!(both.changes.iter().map(|c| c.table.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert!(one("UPDATE OR REPLACE t SET a = 1", Sqlite).overwrites);
}

#[test]
fn delete_in_its_forms() {
    let change = one("DELETE FROM a x USING b, c WHERE b.id = x.b_id RETURNING x.id", Postgres);
    assert_eq!((change.table, change.alias.as_deref()), (name("a"), Some("x")));
    assert_eq!(change.reads, names(&["b", "c"]));
    assert_eq!(change.others.as_deref(), Some("b, c"));
    assert_eq!(change.filter.as_deref(), Some("b.id = x.b_id"));
    let change = one("DELETE x FROM a x LEFT JOIN b ON b.id = x.b_id WHERE b.id IS NULL", Mysql);
    assert_eq!((change.table, change.reads), (name("a"), names(&["b"])));
    let both = read("DELETE FROM a, b USING a JOIN b USING (id)", Mysql).unwrap();
    assert_eq!(both.changes.len(), 2);
    assert_eq!(both.changes[1].table, name("b"));
    assert_eq!(one("DELETE FROM `a`", Sqlite).filter, None);
}

#[test]
fn truncate_and_merge() {
    let effects = read(r#"TRUNCATE TABLE ONLY a, "B".c RESTART IDENTITY CASCADE"#, Postgres).unwrap();
    assert_eq!(effects.changes.iter().map(|c| c.table.clone()).collect::<Vec<_>>(), names(&["a", "B.c"]));
    assert!(effects.changes[1].cascade);
    let change = one(
        "MERGE INTO stock s USING (SELECT * FROM deliveries) d ON d.id = s.id WHEN MATCHED AND d.n > 0 THEN UPDATE SET n = s.n + d.n
         WHEN NOT MATCHED THEN INSERT (id, n) VALUES (d.id, d.n)",
        Postgres,
    );
    assert_eq!((change.kind, change.table, change.overwrites), (RowKind::Merge, name("stock"), true));
    assert_eq!(change.columns, ["n", "id"]);
    assert_eq!(change.reads, names(&["deliveries"]));
}

#[test]
fn with_changes_of_its_own() {
    let effects = read(
        "WITH gone AS (DELETE FROM a WHERE old RETURNING id), kept (id) AS NOT MATERIALIZED (SELECT id FROM b)
         INSERT INTO c (id) SELECT gone.id FROM gone JOIN kept ON kept.id = gone.id",
        Postgres,
    )
    .unwrap();
    assert_eq!(
        effects.changes.iter().map(|c| (c.kind, c.table.name.as_str())).collect::<Vec<_>>(),
        [(RowKind::Delete, "a"), (RowKind::Insert, "c")]
    );
    assert_eq!(effects.changes[1].reads, names(&["b"]));
    assert_eq!(effects.calls, Vec::<String>::new());
    let change = one(
        "WITH ranked AS (SELECT id, row_number() OVER (ORDER BY at) AS n FROM t) UPDATE t SET n = ranked.n FROM ranked WHERE ranked.id = t.id",
        Postgres,
    );
    assert_eq!((change.table, change.reads), (name("t"), names(&["t"])));
    let change = one("INSERT INTO f (id) WITH x AS (SELECT id FROM y) SELECT id FROM x", Postgres);
    assert_eq!((change.reads, change.copy), (names(&["y"]), None));
}

#[test]
fn calls_that_may_do_something() {
    let calls = |text: &str| {
        let effects = read(text, Postgres).unwrap();
        assert!(effects.changes.is_empty());
        effects.calls
    };
    assert_eq!(calls("SELECT pg_catalog.setval('s', (SELECT max(id) FROM t))"), ["setval"]);
    assert_eq!(calls("SELECT set_config('search_path', '', false)"), ["set_config"]);
    assert_eq!(calls("SELECT FROM queue.create ('jobs')"), ["queue.create"]);
    assert_eq!(calls(r#"CALL "app".Refill(1, lower('A'))"#), ["app.refill"]);
    assert!(calls("SELECT 1, count(*) FROM t WHERE a IN (1, 2)").is_empty());
    assert_eq!(read("INSERT INTO t (id) VALUES (make_id('x'))", Postgres).unwrap().calls, ["make_id"]);
}

#[test]
fn select_into_makes_a_table() {
    let effects =
        read("WITH x AS (DELETE FROM t RETURNING id) SELECT id INTO TEMP TABLE gone FROM x", Postgres).unwrap();
    assert_eq!(effects.makes, Some(name("gone")));
    assert_eq!(effects.changes.len(), 1);
    assert_eq!(effects.changes[0].reads, names(&[]));
}

#[test]
fn what_is_not_read_names_its_table() {
    let unread = |text: &str, dialect| read(text, dialect).unwrap_err().table;
    assert_eq!(unread("COPY public.t (a, b) FROM stdin", Postgres), Some((RowKind::Insert, name("t"))));
    assert_eq!(unread("INSERT INTO t (a) VALUES ('x", Postgres), Some((RowKind::Insert, name("t"))));
    assert_eq!(unread("DELETE FROM t WHERE (a = 1", Mysql), Some((RowKind::Delete, name("t"))));
    assert_eq!(unread("UPDATE t FORGET a", Sqlite), Some((RowKind::Update, name("t"))));
    assert_eq!(unread("SELECT a INTO b FROM t", Postgres), None);
    assert_eq!(unread("SELECT a INTO OUTFILE 'x' FROM t", Mysql), None);
    assert_eq!(unread("", Postgres), None);
}

#[test]
fn references_of_a_query() {
    let found = references(
        r#"SELECT u.id, o.*, "Date"::date AS day, CAST(n AS bigint) AS m, count(*) FILTER (WHERE open) FROM "User" u
           LEFT JOIN app.orders o ON o.user_id = u.id, (SELECT x FROM z) s, LATERAL jsonb_each(u.meta) e(k, v)
           WHERE date_trunc('day', at AT TIME ZONE 'UTC') > INTERVAL '1 day' AND u.kind = 'a' GROUP BY 1"#,
        Postgres,
    )
    .unwrap();
    assert_eq!(found.tables, names(&["User", "app.orders", "z"]));
    assert!(found.has_star);
    assert_eq!(found.columns, ["id", "Date", "n", "open", "user_id", "x", "meta", "kind"]);
    assert_eq!(found.functions, ["count", "jsonb_each", "date_trunc"]);
    let found = references("WITH RECURSIVE tree(id) AS (SELECT id FROM node UNION ALL SELECT n.id FROM node n JOIN tree ON tree.id = n.parent) SELECT id FROM tree", Sqlite).unwrap();
    assert_eq!(found.tables, names(&["node"]));
    assert!(!found.has_star);
    let own = references("WITH t AS (SELECT a FROM t) SELECT a FROM t", Postgres).unwrap();
    assert_eq!(own.tables, names(&["t"]));
    assert_eq!(references("SELECT (a", Postgres), None);
}

#[test]
fn tables_made_of_queries() {
    let made =
        create_table_as(r#"CREATE TEMP TABLE IF NOT EXISTS keep AS SELECT id, "a" AS b FROM t WITH NO DATA"#, Postgres)
            .unwrap();
    assert_eq!((made.name, made.temporary, made.if_not_exists), (name("keep"), true, true));
    assert_eq!(made.query, r#"SELECT id, "a" AS b FROM t"#);
    assert_eq!(made.columns.unwrap(), ["id", "b"]);
    assert_eq!(made.copy.unwrap().columns, [column("id", "id"), column("b", "a")]);
    let made = create_table_as("CREATE TABLE `b` AS SELECT * FROM `t`", Sqlite).unwrap();
    assert!(made.references.has_star && made.copy.unwrap().whole);
    assert!(made.columns.is_none());
    assert!(create_table_as("CREATE TABLE b SELECT a FROM c", Mysql).is_some());
    assert!(create_table_as("CREATE TABLE b (a int GENERATED ALWAYS AS (1) STORED)", Postgres).is_none());
}
