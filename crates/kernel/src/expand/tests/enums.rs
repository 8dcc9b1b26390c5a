//! Values of an enum.

use super::*;

const ROLES: &str = r#"CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN', 'GUEST');
CREATE TABLE users (id int PRIMARY KEY, role "Role" NOT NULL DEFAULT 'USER'::"Role", CHECK (role <> 'ADMIN' OR id > 0));
CREATE TABLE logs (id int PRIMARY KEY, "by" "Role");
CREATE INDEX users_role_idx ON users (role, id);"#;

/// As Prisma writes it.
const WITHOUT_GUEST: &str = r#"-- AlterEnum
BEGIN;
CREATE TYPE "Role_new" AS ENUM ('USER', 'ADMIN');
ALTER TABLE "users" ALTER COLUMN "role" DROP DEFAULT;
ALTER TABLE "users" ALTER COLUMN "role" TYPE "Role_new" USING ("role"::text::"Role_new");
ALTER TABLE "logs" ALTER COLUMN "by" TYPE "Role_new" USING ("by"::text::"Role_new");
ALTER TYPE "Role" RENAME TO "Role_old";
ALTER TYPE "Role_new" RENAME TO "Role";
DROP TYPE "Role_old";
ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'USER'::"Role";
COMMIT;
"#;

#[test]
fn a_value_of_an_enum_goes_with_the_one_that_was_named_in_its_place() {
    let found = expanded(Dialect::Postgres, ROLES, WITHOUT_GUEST, &Decisions::default());
    assert_eq!(found.questions[0].answers[0].0, "--value Role.GUEST=<value>");
    let decided = Decisions { values: vec![("Role.GUEST".into(), "USER".into())], ..Decisions::default() };
    let (found, expand, contract) = grades(Dialect::Postgres, ROLES, WITHOUT_GUEST, &decided);
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossy));
    let titles: Vec<&str> = found.pieces.iter().map(|p| p.title.as_str()).collect();
    assert_eq!(titles, ["logs.by gets the new Role: GUEST is USER", "users.role gets the new Role: GUEST is USER"]);
    let up = r#"(CASE "role"::text WHEN 'GUEST' THEN 'USER' ELSE "role"::text END)::"Role_new""#;
    assert_eq!(found.pieces[1].backfill.set, format!("\"role_new\" = {up}"));
    assert!(!found.expand.contains("BEGIN;\n\nCOMMIT") && !found.expand.contains("Role_old"), "{}", found.expand);
    let at = |text: &str| found.contract.find(text).unwrap_or_else(|| panic!("no {text} in {}", found.contract));
    assert!(at(r#"DROP COLUMN "role""#) < at(r#"DROP TYPE "Role""#), "{}", found.contract);
    assert!(at(r#"DROP TYPE "Role""#) < at(r#"ALTER TYPE "Role_new" RENAME TO "Role""#), "{}", found.contract);
    let wrong = Decisions { values: vec![("Role.GUEST".into(), "NOBODY".into())], ..Decisions::default() };
    let found = expand_of(Dialect::Postgres, ROLES, WITHOUT_GUEST, &wrong);
    assert!(found.refusals[0].why.contains("Role has no value `NOBODY`"), "{:?}", found.refusals);
}

#[test]
fn a_value_of_an_enum_gets_another_name_and_loses_nothing() {
    let before = "CREATE TYPE role AS ENUM ('a', 'b'); CREATE TABLE t (id int PRIMARY KEY, r role DEFAULT 'a');";
    let up = "ALTER TYPE role RENAME VALUE 'a' TO 'c';";
    let found = ends_the_same(Dialect::Postgres, before, up, &Decisions::default());
    assert!(found.expand.contains(r#"CREATE TYPE "role_new" AS ENUM ('c', 'b')"#), "{}", found.expand);
    assert!(
        found.contract.contains(r#"-- unmigrate-restore "t"."r" = (CASE "r_new"::text WHEN 'c' THEN 'a'"#),
        "{}",
        found.contract
    );
    // drizzle-kit goes by way of text; what comes anew is refused where old versions have no value for it.
    let detour = "ALTER TABLE t ALTER COLUMN r SET DATA TYPE text; ALTER TABLE t ALTER COLUMN r SET DEFAULT 'b'::text;
DROP TYPE role; CREATE TYPE role AS ENUM ('b', 'd');
ALTER TABLE t ALTER COLUMN r SET DEFAULT 'b'::role; ALTER TABLE t ALTER COLUMN r SET DATA TYPE role USING r::role;";
    let decided = Decisions {
        values: vec![("role.a".into(), "d".into())],
        values_back: vec![("role.d".into(), "a".into())],
        ..Decisions::default()
    };
    let found = ends_the_same(Dialect::Postgres, before, detour, &decided);
    assert!(
        found.pieces[0].corners.iter().any(|c| c == "where r holds a, r_new holds d"),
        "{:?}",
        found.pieces[0].corners
    );
}

#[test]
fn a_new_value_that_stands_for_an_old_one_is_taken_and_does_not_come_back() {
    let before = "CREATE TYPE role AS ENUM ('a', 'b'); CREATE TABLE t (id int PRIMARY KEY, r role);";
    let up = "ALTER TYPE role RENAME VALUE 'a' TO 'c'; ALTER TYPE role ADD VALUE 'd';";
    // Unsaid, `d` is refused until the contract, and all that is there comes back.
    ends_the_same(Dialect::Postgres, before, up, &Decisions::default());
    let decided = Decisions { values_back: vec![("role.d".into(), "a".into())], ..Decisions::default() };
    let (found, _, contract) = grades(Dialect::Postgres, before, up, &decided);
    assert_eq!(contract, Grade::Lossy, "{}", found.contract);
    assert!(found.contract.contains("unmigrate-recompute"), "{}", found.contract);
    // What stands for `a` is no value that differs from it.
    assert!(found.pieces[0].backfill.todo.starts_with(r#""r_new" IS NULL AND"#), "{}", found.pieces[0].backfill.todo);
}

#[test]
fn an_enum_that_more_than_columns_are_made_of_is_refused() {
    let up = "ALTER TYPE role RENAME VALUE 'a' TO 'c';";
    let of = |more: &str| {
        expand_refusals(
            Dialect::Postgres,
            &format!("CREATE TYPE role AS ENUM ('a', 'b'); CREATE TABLE t (id int PRIMARY KEY, r role); {more}"),
            up,
        )
    };
    let function = "CREATE FUNCTION f(x role) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;";
    assert!(of(function).contains("the function f names it"), "{}", of(function));
    assert!(of("CREATE DOMAIN d AS role;").contains("the type d is made of it"));
    assert!(of("CREATE TABLE u (id int PRIMARY KEY, r role[]);").contains("it holds a list of role"));
    assert!(of("CREATE VIEW v AS SELECT r FROM t;").contains("the view v reads it"));
    // Where no column is of it nothing has to live with both.
    let alone = expand_of(Dialect::Postgres, "CREATE TYPE role AS ENUM ('a');", up, &Decisions::default());
    assert!(alone.refusals.is_empty() && alone.pieces.is_empty());
}

#[test]
fn an_enum_goes_with_the_last_column_of_it() {
    let init = "CREATE TYPE kind AS ENUM ('a', 'b');\nCREATE TYPE size AS ENUM ('s');\n\
                CREATE TABLE notes (id int PRIMARY KEY, kind kind NOT NULL, size size);\nCREATE TABLE logs (id int PRIMARY KEY, kind kind);";
    let up = "ALTER TABLE logs DROP COLUMN kind;\nDROP TABLE notes;\nDROP TYPE kind;\nDROP TYPE size;";
    let (found, expand, contract) = grades(Dialect::Postgres, init, up, &Decisions::default());
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossy));
    assert!(!found.expand.contains("DROP TYPE"), "{}", found.expand);
    let at = |text: &str| found.contract.find(text).unwrap_or_else(|| panic!("no {text} in {}", found.contract));
    assert!(
        at("DROP TABLE \"notes\"") < at("DROP TYPE \"kind\"") && at("DROP COLUMN \"kind\"") < at("DROP TYPE \"kind\"")
    );
    assert_eq!(found.contract.matches("DROP TYPE").count(), 2, "{}", found.contract);
    // One that no column is of goes at once.
    let alone = expanded(
        Dialect::Postgres,
        init,
        "ALTER TABLE notes DROP COLUMN size;\nDROP TYPE size;\nCREATE TYPE more AS ENUM ('x');\nDROP TYPE more;",
        &Decisions::default(),
    );
    assert!(!alone.expand.contains("DROP TYPE size") && alone.expand.contains("DROP TYPE more"), "{}", alone.expand);
}
