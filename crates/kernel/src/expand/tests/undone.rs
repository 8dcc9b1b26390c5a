//! The way back of a contract on PostgreSQL: no transaction looks at rows, and all of it ends where the contract began.

use super::*;
use crate::rollback::Rollback;
use crate::script::blocks;

const PG: Dialect = Dialect::Postgres;

fn undone(before: &str, up: &str, decisions: &Decisions) -> Rollback {
    let found = expanded(PG, before, up, decisions);
    assert_eq!(found.questions, [], "{up}");
    rollbacks(&history(PG, &[before, &found.expand, &found.contract])).remove(2)
}

/// The statements of each transaction, and those that stand outside.
fn parts(body: &str) -> (Vec<Vec<String>>, Vec<String>) {
    let (mut inside, mut outside) = (vec![], vec![]);
    for block in blocks(body, PG, false) {
        let pieces = block.pieces.into_iter().map(|p| p.sql);
        match block.transaction {
            true => inside.push(pieces.collect::<Vec<_>>()),
            false => outside.extend(pieces),
        }
    }
    (inside, outside)
}

/// What looks at every row, under whatever lock its transaction holds.
fn looks(transaction: &[String]) -> Vec<&String> {
    let at = |sql: &str| transaction.iter().position(|s| s.contains(sql));
    let looks = |s: &&String| {
        let check = s.contains(" ADD CONSTRAINT ") && !s.contains("NOT VALID") && !s.contains("USING INDEX");
        // NOT NULL is free where a check that stands for it was validated.
        let required = s.contains(" SET NOT NULL") && at("_filled\"").is_none();
        s.starts_with("UPDATE ") || s.contains("CREATE INDEX") || s.contains("CREATE UNIQUE INDEX") || check || required
    };
    transaction.iter().filter(looks).collect()
}

/// The way back in steps.
fn in_steps(before: &str, up: &str, decisions: &Decisions) -> Rollback {
    let back = undone(before, up, decisions);
    let (inside, outside) = parts(&back.body);
    assert!(inside.len() >= 2, "{}", back.body);
    for transaction in &inside {
        assert!(looks(transaction).is_empty(), "{:?} in\n{}", looks(transaction), back.body);
    }
    let filled = outside.iter().filter(|s| s.starts_with("UPDATE /* unmigrate-batched */ ")).count();
    assert!(filled > 0, "{}", back.body);
    // Whatever stood in between is gone.
    for name in ["FUNCTION", "TRIGGER"] {
        let made =
            inside.iter().flatten().filter(|s| s.starts_with(&format!("CREATE {name} \"unmigrate_back_"))).count();
        let gone = inside.iter().flatten().filter(|s| s.starts_with(&format!("DROP {name} \"unmigrate_back_"))).count();
        assert_eq!(made, gone, "{}", back.body);
    }
    back
}

fn in_one(before: &str, up: &str, decisions: &Decisions) {
    let back = undone(before, up, decisions);
    let (inside, outside) = parts(&back.body);
    assert_eq!((inside.len(), outside.len()), (1, 0), "{}", back.body);
    assert!(inside[0].iter().any(|s| s.starts_with("UPDATE ")), "{}", back.body);
}

fn no() -> Decisions {
    Decisions::default()
}

fn renamed() -> Decisions {
    renames(&[("users.full_name", Some("display_name"))])
}

const RENAME: &str = "ALTER TABLE users DROP COLUMN full_name, ADD COLUMN display_name text NOT NULL;";

#[test]
fn of_a_rename() {
    let before = "CREATE TABLE users (id serial PRIMARY KEY, full_name text NOT NULL);";
    let body = in_steps(before, RENAME, &renamed()).body;
    // The name that is there is the one that is read until the end.
    assert!(body.contains(r#"SET "unmigrate_back_display_name" = "display_name" WHERE "unmigrate_back_display_name" IS DISTINCT FROM "display_name";"#), "{body}");
    assert!(
        body.contains(
            r#"NEW."unmigrate_back_display_name" := (SELECT "display_name" FROM (SELECT NEW.*) AS "users");"#
        ),
        "{body}"
    );
    assert!(body.contains("psql -v ON_ERROR_STOP=1"), "{body}");
}

#[test]
fn of_a_type_with_all_that_is_on_it() {
    let before = "CREATE TABLE users (id serial PRIMARY KEY, score int NOT NULL DEFAULT 0 CHECK (score >= 0), n text, CONSTRAINT u UNIQUE (score, n));
CREATE INDEX i ON users (score) WHERE score > 5;";
    let back = in_steps(before, "ALTER TABLE users ALTER COLUMN score SET DATA TYPE bigint;", &no());
    let (_, outside) = parts(&back.body);
    let first: Vec<String> =
        outside.iter().map(|s| s.split_whitespace().take(3).collect::<Vec<_>>().join(" ")).collect();
    let looked = "ALTER TABLE \"users\"";
    assert_eq!(
        first,
        [
            "DO $unmigrate$ BEGIN",
            "UPDATE /* unmigrate-batched",
            looked,
            "CREATE INDEX CONCURRENTLY",
            "CREATE UNIQUE INDEX",
            looked
        ],
        "{}",
        back.body
    );
    let predicate = r#"CREATE INDEX CONCURRENTLY "unmigrate_back_i" ON "users" ("unmigrate_back_score") WHERE unmigrate_back_score > 5;"#;
    assert!(back.body.contains(predicate), "{}", back.body);
    assert!(back.body.contains(r#"ADD CONSTRAINT "u" UNIQUE USING INDEX "unmigrate_back_u";"#), "{}", back.body);
    // What a note says stands where it may come true.
    let note = back.body.find("-- may refuse users.u:").unwrap();
    assert!(back.body[note..].contains(r#"CREATE UNIQUE INDEX CONCURRENTLY "unmigrate_back_u""#), "{}", back.body);
}

#[test]
fn of_columns_that_are_put_together() {
    let before = "CREATE TABLE users (id serial PRIMARY KEY, first text NOT NULL, last text);";
    let up = "ALTER TABLE users DROP COLUMN first, DROP COLUMN last, ADD COLUMN name text NOT NULL;";
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let both = Decisions {
        converts: vec![pair("users.name", "concat_ws(' ', first, last)")],
        converts_back: vec![
            pair("users.first", "split_part(name, ' ', 1)"),
            pair("users.last", "nullif(split_part(name, ' ', 2), '')"),
        ],
        ..no()
    };
    let body = in_steps(before, up, &both).body;
    // Both in one UPDATE, and a value that is none is not written for ever.
    let todo = r#"("unmigrate_back_first" IS NULL AND (split_part(name, ' ', 1)) IS NOT NULL) OR ("unmigrate_back_last" IS NULL AND (nullif(split_part(name, ' ', 2), '')) IS NOT NULL);"#;
    assert!(body.contains(todo), "{body}");
    assert!(body.contains("count((nullif(split_part(name, ' ', 2), ''))::text)"), "{body}");
}

#[test]
fn of_a_value_that_keeps_what_is_there() {
    let before = "CREATE TABLE users (id serial PRIMARY KEY, settings jsonb);";
    let up = "ALTER TABLE users DROP COLUMN settings, ADD COLUMN theme text;";
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let both = Decisions {
        converts: vec![pair("users.theme", "settings->>'theme'")],
        converts_back: vec![pair("users.settings", "coalesce(settings, '{}') || jsonb_build_object('theme', theme)")],
        fills: vec![pair("users.theme", "NULL")],
        ..no()
    };
    let body = in_steps(before, up, &both).body;
    let at = |text: &str| body.find(text).unwrap_or_else(|| panic!("no {text} in\n{body}"));
    let kept = at(r#"NEW."unmigrate_back_settings" := NULL;"#);
    let value = "coalesce(unmigrate_back_settings, '{}') || jsonb_build_object('theme', theme)";
    assert!(kept < at(&format!(r#"NEW."unmigrate_back_settings" := (SELECT {value} FROM"#)), "{body}");
    assert!(
        at(r#"FROM (SELECT *, NULL::jsonb AS "unmigrate_back_settings" FROM "users") AS "users""#) < kept,
        "{body}"
    );
}

#[test]
fn of_a_key_with_what_refers_to_it() {
    for id in ["serial PRIMARY KEY", "int GENERATED ALWAYS AS IDENTITY PRIMARY KEY"] {
        let before = format!(
            "CREATE TABLE teams (id {id}); CREATE TABLE users (id {id}, team_id int NOT NULL REFERENCES teams (id));"
        );
        let up = "ALTER TABLE teams ALTER COLUMN id TYPE bigint; ALTER TABLE users ALTER COLUMN id TYPE bigint, ALTER COLUMN team_id TYPE bigint;";
        let body = in_steps(&before, up, &no()).body;
        let at = |text: &str| body.find(text).unwrap_or_else(|| panic!("no {text} in\n{body}"));
        let key = r#"FOREIGN KEY ("unmigrate_back_team_id") REFERENCES "teams"("unmigrate_back_id")"#;
        assert!(at(r#"UNIQUE INDEX CONCURRENTLY "unmigrate_back_teams_pkey""#) < at(key), "{body}");
        assert!(at(key) < at(r#"VALIDATE CONSTRAINT "unmigrate_back_users_team_id_fkey""#), "{body}");
        assert!(at(r#"LOCK TABLE "teams" IN ACCESS EXCLUSIVE MODE NOWAIT"#) < at("ADD COLUMN"), "{body}");
    }
}

#[test]
fn of_an_enum() {
    let before = "CREATE TYPE role AS ENUM ('a', 'b', 'c'); CREATE TABLE users (id serial PRIMARY KEY, role role NOT NULL DEFAULT 'a', roles role[]);";
    let up = r#"CREATE TYPE role_new AS ENUM ('a', 'b'); ALTER TABLE users ALTER COLUMN role DROP DEFAULT;
ALTER TABLE users ALTER COLUMN role TYPE role_new USING (role::text::role_new);
ALTER TYPE role RENAME TO role_old; ALTER TYPE role_new RENAME TO role; DROP TYPE role_old; ALTER TABLE users ALTER COLUMN role SET DEFAULT 'a';"#;
    let before = before.replace(", roles role[]", "");
    let decided = Decisions { values: vec![("role.c".into(), "b".into())], ..no() };
    let body = in_steps(&before, up, &decided).body;
    let at = |text: &str| body.find(text).unwrap_or_else(|| panic!("no {text} in\n{body}"));
    assert!(at(r#"CREATE TYPE "unmigrate_back_role" AS ENUM"#) < at(r#"ADD COLUMN "unmigrate_back_role" "#), "{body}");
    assert!(
        at(r#"ALTER TYPE "role" RENAME TO"#) < at(r#"ALTER TYPE "unmigrate_back_role" RENAME TO "role""#),
        "{body}"
    );
}

#[test]
fn of_a_column_that_moved() {
    let moves = |d: &str| Decisions {
        moves: vec![("users.bio".into(), d.into())],
        missing: vec![("profiles".into(), "hold".into())],
        ..no()
    };
    let before = "CREATE TABLE users (id int PRIMARY KEY, bio text);
CREATE TABLE profiles (id serial PRIMARY KEY, user_id int NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE, theme text);";
    let up = "ALTER TABLE users DROP COLUMN bio; ALTER TABLE profiles ADD COLUMN bio text;";
    let body = in_steps(before, up, &moves("profiles.bio")).body;
    // Who inserts waits for who writes the row over there at this moment.
    assert!(body.contains(r#"FROM "profiles" AS moved WHERE moved."user_id" = NEW."id" FOR SHARE;"#), "{body}");
    assert!(body.contains(r#"BEFORE TRUNCATE ON "profiles" FOR EACH STATEMENT"#), "{body}");
    let touched = r#"UPDATE "users" SET "unmigrate_back_bio" = "unmigrate_back_bio" WHERE "id" = OLD."user_id";"#;
    assert!(body.contains(touched), "{body}");
    assert!(body.contains(r#"OLD."user_id"::text COLLATE "C" IS DISTINCT FROM NEW."user_id"::text"#), "{body}");
    assert!(!body.contains(r#"OLD."theme""#), "{body}");
    let schemas = before.replace("users", "app.users").replace("profiles", "app.profiles");
    let up = up.replace("users", "app.users").replace("profiles", "app.profiles");
    let decided = Decisions {
        moves: vec![("app.users.bio".into(), "app.profiles.bio".into())],
        missing: vec![("app.profiles".into(), "hold".into())],
        ..no()
    };
    let body = in_steps(&format!("CREATE SCHEMA app; {schemas}"), &up, &decided).body;
    assert!(body.contains(r#"WHERE moved."user_id" = "users"."id") FROM (SELECT NEW.*) AS "users");"#), "{body}");
}

#[test]
fn what_would_fire_for_every_row_stays_out_of_it() {
    let before = "CREATE TABLE users (id serial PRIMARY KEY, full_name text NOT NULL, at timestamptz);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := now(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();";
    in_one(before, RENAME, &renamed());
    let inserted = before.replace("BEFORE UPDATE", "BEFORE INSERT");
    let body = in_steps(&inserted, RENAME, &renamed()).body;
    assert!(body.contains(r#"CREATE TRIGGER "zz_unmigrate_back_users" BEFORE"#), "{body}");
}

#[test]
fn a_name_that_is_taken_is_not_taken_twice() {
    let before =
        "CREATE TABLE users (id serial PRIMARY KEY, full_name text NOT NULL, unmigrate_back_display_name text);";
    let body = in_steps(before, RENAME, &renamed()).body;
    assert!(
        body.contains(r#"ADD COLUMN "unmigrate_back_2_display_name" TEXT"#)
            || body.contains(r#"ADD COLUMN "unmigrate_back_2_display_name" text"#),
        "{body}"
    );
}
