//! The schema before a migration, where only a snapshot tells it.

mod common;

use common::{Project, journal};
use serde_json::{Value, json};
use unmigrate_sources::Found;

fn before(found: &Found) -> Vec<Option<&str>> {
    found.sources[0].history.migrations.iter().map(|m| m.snapshot_before.as_deref()).collect()
}

fn nested(id: &str, parent: &str, version: &str, dialect: &str, tables: Value) -> String {
    json!({ "id": id, "prevId": parent, "version": version, "dialect": dialect, "tables": tables }).to_string()
}

fn users() -> Value {
    json!({ "public.users": {
        "name": "users", "schema": "",
        "columns": {
            "id": { "name": "id", "type": "serial", "primaryKey": true, "notNull": true },
            "email": { "name": "email", "type": "varchar(255)", "primaryKey": false, "notNull": true, "default": "''" },
            "org": { "name": "org", "type": "integer", "primaryKey": false, "notNull": false },
        },
        "indexes": { "email_ix": {
            "name": "email_ix", "isUnique": true, "method": "btree", "with": {}, "where": "org > 1",
            "columns": [{ "expression": "lower(email)", "isExpression": true, "asc": false, "nulls": "last" }],
        } },
        "foreignKeys": { "org_fk": {
            "name": "org_fk", "tableFrom": "users", "tableTo": "orgs", "schemaTo": "app",
            "columnsFrom": ["org"], "columnsTo": ["id"], "onDelete": "cascade", "onUpdate": "no action",
        } },
        "compositePrimaryKeys": {}, "uniqueConstraints": {}, "checkConstraints": {},
    } })
}

const USERS: &str = "\
CREATE TABLE \"users\" (
  \"id\" serial NOT NULL,
  \"email\" varchar(255) NOT NULL DEFAULT '',
  \"org\" integer,
  PRIMARY KEY (\"id\")
);
CREATE UNIQUE INDEX \"email_ix\" ON \"users\" ((lower(email)) DESC NULLS LAST) WHERE org > 1;
ALTER TABLE \"users\" ADD CONSTRAINT \"org_fk\" FOREIGN KEY (\"org\") REFERENCES \"app\".\"orgs\" (\"id\") ON DELETE CASCADE;
";

#[test]
fn a_database_that_was_pulled() {
    let project = Project::new(&[
        ("m/meta/_journal.json", &journal("postgresql", &["0000_a", "0001_b", "0002_c"])),
        ("m/meta/0000_snapshot.json", &nested("0", "", "7", "postgresql", users())),
        ("m/meta/0001_snapshot.json", "not read"),
        (
            "m/0000_a.sql",
            "-- Current sql file was generated after introspecting the database\n/*\nCREATE TABLE x();\n*/",
        ),
        ("m/0001_b.sql", "ALTER TABLE users DROP COLUMN email;"),
        ("m/0002_c.sql", "SELECT 1;"),
    ]);
    assert_eq!(before(&project.dir("m")), [None, Some(USERS), None]);
}

#[test]
fn a_hole_in_the_middle() {
    let project = Project::new(&[
        ("m/meta/_journal.json", &journal("postgresql", &["0000_a", "0001_b", "0002_c", "0003_d"])),
        ("m/meta/0001_snapshot.json", &nested("1", "0", "7", "postgresql", users())),
        ("m/0000_a.sql", "SELECT 1;"),
        ("m/0002_c.sql", "SELECT 1;"),
        ("m/0003_d.sql", "SELECT 1;"),
    ]);
    assert_eq!(before(&project.dir("m")), [None, Some(USERS), None]);
    project.write("m/0001_b.sql", b"\xFF");
    assert_eq!(before(&project.dir("m")), [None, None, Some(USERS), None]);
}

#[test]
fn a_history_whose_beginning_is_gone() {
    let project = Project::new(&[
        ("m/meta/_journal.json", &journal("postgresql", &["0007_b"])),
        ("m/meta/0006_snapshot.json", &nested("six", "five", "7", "postgresql", users())),
        ("m/meta/0007_snapshot.json", &nested("seven", "six", "7", "postgresql", json!({}))),
        ("m/0007_b.sql", "ALTER TABLE users DROP COLUMN email;"),
    ]);
    assert_eq!(before(&project.dir("m")), [Some(USERS)]);
}

#[test]
fn mysql_and_sqlite() {
    let table = |more: Value| {
        let mut table = json!({
            "name": "t",
            "columns": {
                "id": { "name": "id", "type": "int", "primaryKey": false, "notNull": true, "autoincrement": true },
                "at": { "name": "at", "type": "timestamp", "notNull": false, "onUpdate": true, "default": "(now())" },
            },
            "indexes": { "ix": { "name": "ix", "columns": ["at", "id"], "isUnique": false } },
        });
        table.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "t": table })
    };
    let of = |dialect: &str, version: &str, tables: Value| {
        let project = Project::new(&[
            ("m/meta/_journal.json", &journal(dialect, &["0_a", "1_b"]) as &str),
            ("m/meta/0_snapshot.json", &nested("0", "", version, dialect, tables)),
            ("m/0_a.sql", "-- pulled"),
            ("m/1_b.sql", "SELECT 1;"),
        ]);
        before(&project.dir("m"))[1].unwrap().to_owned()
    };
    let mysql = json!({
        "compositePrimaryKeys": { "t_id": { "name": "t_id", "columns": ["id"] } },
        "checkConstraint": { "c": { "name": "c", "value": "`id` > 0" } },
    });
    assert_eq!(
        of("mysql", "5", table(mysql)),
        "CREATE TABLE `t` (\n  `id` int NOT NULL AUTO_INCREMENT,\n  `at` timestamp DEFAULT (now()) ON UPDATE CURRENT_TIMESTAMP,\n  \
         PRIMARY KEY (`id`),\n  CONSTRAINT `c` CHECK (`id` > 0)\n);\nCREATE INDEX `ix` ON `t` (`at`, `id`);\n"
    );
    let mut sqlite = table(json!({ "foreignKeys": { "f": {
        "name": "f", "tableTo": "o", "columnsFrom": ["id"], "columnsTo": ["id"], "onDelete": "set null", "onUpdate": "no action"
    } } }));
    sqlite["t"]["columns"]["id"]["primaryKey"] = true.into();
    sqlite["t"]["columns"].as_object_mut().unwrap().remove("at");
    assert_eq!(
        of("sqlite", "6", sqlite),
        "CREATE TABLE `t` (\n  `id` int PRIMARY KEY AUTOINCREMENT NOT NULL,\n  \
         FOREIGN KEY (`id`) REFERENCES `o` (`id`) ON DELETE SET NULL\n);\nCREATE INDEX `ix` ON `t` (`at`, `id`);\n"
    );
}

#[test]
fn differences_of_version_9() {
    let column = |name: &str| {
        json!({
            "entityType": "columns", "schema": "app", "table": "t", "name": name, "type": "mood", "typeSchema": "public", "dimensions": 1
        })
    };
    let head = |kind: &str, id: &str, parent: &str| {
        json!({
            "type": kind, "version": "9", "dialect": "postgres", "id": id, "prevIds": [parent]
        })
    };
    let mut base = head("base", "1", "00000000-0000-0000-0000-000000000000");
    base["ddl"] = json!([
        { "entityType": "schemas", "name": "app" },
        { "entityType": "enums", "schema": "public", "name": "mood", "values": ["it's", "ok"] },
        { "entityType": "tables", "schema": "app", "name": "t", "isRlsEnabled": true }, column("a"),
        { "entityType": "policies", "schema": "app", "table": "t", "name": "p", "as": "PERMISSIVE", "for": "SELECT",
          "roles": ["public", "me"], "using": "true", "withCheck": null },
    ]);
    let mut diff = head("diff", "2", "1");
    diff["deltas"] = json!([
        { "op": "create", "row": column("b") },
        { "op": "rename", "key": "tables\0[\"app\",\"t\"]", "set": { "name": "u" } },
    ]);
    let project = Project::new(&[
        ("m/20260101000000_a/migration.sql", "-- pulled"),
        ("m/20260101000000_a/snapshot.json", &base.to_string()),
        ("m/20260102000000_b/migration.sql", "-- converted"),
        ("m/20260102000000_b/snapshot.json", &diff.to_string()),
        ("m/20260103000000_c/migration.sql", "SELECT 1;"),
    ]);
    let expected = "\
CREATE SCHEMA \"app\";
CREATE TYPE \"mood\" AS ENUM ('it''s', 'ok');
CREATE TABLE \"app\".\"u\" (
  \"a\" \"mood\"[],
  \"b\" \"mood\"[]
);
ALTER TABLE \"app\".\"u\" ENABLE ROW LEVEL SECURITY;
CREATE POLICY \"p\" ON \"app\".\"u\" AS PERMISSIVE FOR SELECT TO public, \"me\" USING (true);
";
    assert_eq!(before(&project.dir("m")), [None, None, Some(expected)]);
}

#[test]
fn snapshots_that_say_nothing() {
    for text in
        ["", "[]", "7", "{ \"ddl\": [1, null, \"x\"] }", "{ \"type\": \"diff\", \"deltas\": 3 }", "{ \"tables\": [1] }"]
    {
        let project = Project::new(&[
            ("m/meta/_journal.json", &journal("pg", &["0_a", "1_b"])),
            ("m/meta/0_snapshot.json", text),
            ("m/0_a.sql", ""),
            ("m/1_b.sql", "SELECT 1;"),
        ]);
        assert_eq!(before(&project.dir("m")), [None, None], "{text}");
    }
}
