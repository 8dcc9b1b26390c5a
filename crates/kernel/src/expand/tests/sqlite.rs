//! SQLite: tables in phases.

use super::*;

const LITE: Dialect = Dialect::Sqlite;
const USERS: &str = r#"CREATE TABLE "users" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "full_name" TEXT NOT NULL, "email" TEXT NOT NULL);
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");
CREATE INDEX "users_full_name_idx" ON "users"("full_name");"#;
const RENAME: &str = r#"ALTER TABLE "users" RENAME COLUMN "full_name" TO "display_name";"#;

fn renamed() -> Decisions {
    renames(&[("users.full_name", Some("display_name"))])
}

fn said(convert: &[(&str, &str)], back: &[(&str, &str)]) -> Decisions {
    let own = |all: &[(&str, &str)]| all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    Decisions { converts: own(convert), converts_back: own(back), ..Decisions::default() }
}

/// How often a text stands in another.
fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

/// The statements stand in this order.
fn in_order(text: &str, parts: &[&str]) {
    let at = |part: &&str| text.find(part).unwrap_or_else(|| panic!("no {part} in\n{text}"));
    let places: Vec<usize> = parts.iter().map(at).collect();
    assert!(places.is_sorted(), "{parts:?} in\n{text}");
}

#[test]
fn a_column_that_is_required_makes_its_table_anew() {
    let found = ends_the_same(LITE, USERS, RENAME, &Decisions::default());
    in_order(
        &found.expand,
        &[
            "PRAGMA foreign_keys=OFF",
            "BEGIN IMMEDIATE",
            r#""full_name" TEXT NOT NULL DEFAULT x'756e6d696772617465'"#,
            r#"("id", "full_name", "email", "display_name") SELECT "id", "full_name", "email", "full_name" FROM "users""#,
            r#"DROP TABLE "users""#,
            r#"CREATE UNIQUE INDEX "users_email_key""#,
            "AFTER INSERT",
            r#"AFTER UPDATE OF "full_name", "display_name""#,
            "COMMIT",
            "PRAGMA foreign_keys=ON",
        ],
    );
    assert!(found.expand.contains("RAISE(ABORT, 'NOT NULL constraint failed: users.full_name')"), "{}", found.expand);
    in_order(
        &found.contract,
        &[
            "BEGIN IMMEDIATE",
            "DROP TRIGGER",
            r#"DROP INDEX IF EXISTS "unmigrate_display_name_users_full_name_idx""#,
            r#"-- unmigrate-restore "users"."display_name" = "full_name""#,
            r#"RENAME COLUMN "display_name" TO "unmigrate_display_name_goes""#,
            r#"RENAME COLUMN "full_name" TO "display_name""#,
            r#""display_name" TEXT NOT NULL"#,
            "COMMIT",
        ],
    );
    let back = rollbacks(&history(LITE, &[USERS, &found.expand, &found.contract]));
    let filled =
        r#"("id", "full_name", "email", "display_name") SELECT "id", "full_name", "email", "full_name" FROM "users""#;
    in_order(&back[2].body, &[r#"RENAME COLUMN "display_name" TO "full_name""#, filled, "CREATE TRIGGER"]);
    assert!(!back[2].body.contains("gone "), "{}", back[2].body);
}

#[test]
fn a_column_that_may_be_null_takes_no_new_table() {
    for column in ["TEXT", "TEXT NOT NULL DEFAULT 'nobody'"] {
        let before = format!("CREATE TABLE users (id INTEGER PRIMARY KEY, full_name {column}, email TEXT);");
        let found = ends_the_same(LITE, &before, RENAME, &Decisions::default());
        for text in [&found.expand, &found.contract] {
            assert!(!text.contains("CREATE TABLE") && !text.contains("PRAGMA"), "{text}");
        }
        assert!(found.expand.contains(r#"ALTER TABLE "users" ADD COLUMN "display_name" TEXT;"#), "{}", found.expand);
        assert!(found.contract.contains(r#"DROP COLUMN "unmigrate_display_name_goes""#), "{}", found.contract);
        let body = &rollbacks(&history(LITE, &[&before, &found.expand, &found.contract]))[2].body;
        in_order(
            body,
            &[r#"ADD COLUMN "display_name""#, r#"UPDATE "users" SET "display_name" = "full_name""#, "TRIGGER"],
        );
    }
}

/// As Prisma writes it: the whole table anew, what else changes in it too.
#[test]
fn a_table_that_the_orm_makes_anew_is_made_anew_once() {
    let up = r#"-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_users" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "display_name" TEXT NOT NULL, "email" TEXT NOT NULL, "age" INTEGER);
INSERT INTO "new_users" ("email", "id") SELECT "email", "id" FROM "users";
DROP TABLE "users";
ALTER TABLE "new_users" RENAME TO "users";
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");
CREATE INDEX "users_display_name_idx" ON "users"("display_name");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
CREATE TABLE "posts" ("id" INTEGER NOT NULL PRIMARY KEY);"#;
    let found = ends_the_same(LITE, USERS, up, &renamed());
    assert_eq!(count(&found.expand, "DROP TABLE"), 1, "{}", found.expand);
    assert_eq!(count(&found.expand, "PRAGMA"), 2, "{}", found.expand);
    in_order(&found.expand, &[r#""age" INTEGER"#, "COMMIT", r#"CREATE TABLE "posts""#]);
    assert_eq!(count(&found.contract, "DROP TABLE"), 1, "{}", found.contract);
    assert_eq!(found.pieces[0].indexes[0].name, "users_display_name_idx");
    let more = up.replace(r#""email" TEXT NOT NULL, "age""#, r#""email" TEXT, "age""#);
    let found = expand(&history(LITE, &[USERS, &more]), 1, &PLAIN, &renamed());
    assert!(found.refusals[0].why.contains("changes `email`"), "{:?}", found.refusals);
    let more = up.replace(r#""age" INTEGER"#, r#""age" INTEGER CHECK (length("email") > 3)"#);
    let found = expand(&history(LITE, &[USERS, &more]), 1, &PLAIN, &renamed());
    assert!(
        found.refusals.iter().any(|r| r.why.contains("makes the table anew for a constraint")),
        "{:?}",
        found.refusals
    );
}

#[test]
fn what_is_on_the_table_stays_on_it() {
    let before = format!(
        "{USERS}
CREATE TABLE notes (id INTEGER PRIMARY KEY, writer INTEGER REFERENCES users (id) ON DELETE CASCADE, said TEXT REFERENCES users (full_name));
CREATE VIEW named AS SELECT id, full_name FROM users;
CREATE TRIGGER counted AFTER UPDATE OF full_name ON users BEGIN UPDATE notes SET said = NEW.full_name WHERE writer = NEW.id; END;"
    );
    let found = ends_the_same(LITE, &before, RENAME, &Decisions::default());
    assert_eq!(
        count(&found.contract, "CREATE TRIGGER counted") + count(&found.contract, r#"CREATE TRIGGER "counted""#),
        1
    );
    for word in ["trigger counted", "view named"] {
        assert!(found.pieces[0].corners.iter().any(|c| c.contains(word)), "{:?}", found.pieces[0].corners);
    }
    let read = before.replace("AFTER UPDATE OF full_name", "AFTER INSERT");
    assert!(refused(LITE, &read, RENAME).contains("counted reads it on INSERT"));
}

#[test]
fn tables_of_all_kinds() {
    let strict = "CREATE TABLE users (a TEXT NOT NULL, b INTEGER NOT NULL, full_name TEXT NOT NULL, long ANY GENERATED ALWAYS AS (length(full_name)) VIRTUAL, PRIMARY KEY (a, b)) WITHOUT ROWID, STRICT;";
    let found = ends_the_same(LITE, strict, RENAME, &Decisions::default());
    assert!(found.expand.contains(r#"WHERE "a" = NEW."a" AND "b" = NEW."b" AND"#), "{}", found.expand);
    assert_eq!(found.pieces[0].backfill.key, ["a", "b"]);
    let shadowed = "CREATE TABLE users (rowid TEXT, full_name TEXT);";
    let found = ends_the_same(LITE, shadowed, RENAME, &Decisions::default());
    assert!(found.expand.contains("WHERE _rowid_ = NEW._rowid_"), "{}", found.expand);
    assert_eq!(found.pieces[0].backfill.key, ["_rowid_"]);
    let text = "CREATE TABLE users (full_name TEXT NOT NULL PRIMARY KEY);";
    let found = ends_the_same(LITE, text, RENAME, &Decisions::default());
    assert!(found.pieces[0].indexes[0].sql.starts_with("CREATE UNIQUE INDEX"), "{:?}", found.pieces[0].indexes);
}

/// Within a transaction foreign keys can't be turned off, and to drop a table would delete what refers to it.
#[test]
fn a_runner_that_keeps_foreign_keys_on_has_rows_put_aside() {
    let child = format!(
        "{USERS}
CREATE TABLE tags (id INTEGER PRIMARY KEY, note INTEGER REFERENCES notes (id) ON DELETE SET NULL, up GENERATED ALWAYS AS (id + 1));
CREATE TABLE notes (id INTEGER PRIMARY KEY, writer INTEGER REFERENCES users (id) ON DELETE CASCADE);"
    );
    let by = |before: &str, runner: &Runner| {
        let found = expand(&history(LITE, &[before, RENAME]), 1, runner, &Decisions::default());
        (found.expand, found.contract, found.refusals)
    };
    let drizzle = Runner::plain("Drizzle", Scope::All);
    let (alone, ..) = by(USERS, &drizzle);
    assert!(!alone.contains("BEGIN IMMEDIATE") && !alone.contains("aside") && !alone.contains("PRAGMA"), "{alone}");
    let (expand, contract, _) = by(&child, &drizzle);
    for text in [&expand, &contract] {
        in_order(
            text,
            &[
                "PRAGMA defer_foreign_keys=ON",
                r#"CREATE TABLE "unmigrate_aside_notes" AS SELECT "id", "writer" FROM "notes""#,
                r#"CREATE TABLE "unmigrate_aside_tags" AS SELECT "id", "note" FROM "tags""#,
                r#"DELETE FROM "tags""#,
                r#"DELETE FROM "notes""#,
                r#"DROP TABLE "users""#,
                r#"INSERT INTO "notes" ("id", "writer") SELECT "id", "writer" FROM "unmigrate_aside_notes""#,
                r#"INSERT INTO "tags""#,
                r#"DROP TABLE "unmigrate_aside_tags""#,
            ],
        );
    }
    let back = rollbacks(&history(LITE, &[&child, &expand, &contract]));
    assert_eq!((back[1].grade, back[2].grade), (Grade::Lossless, Grade::Lossless), "{}", back[1].body);
    let (free, ..) = by(&child, &Runner { foreign_keys_off: true, ..drizzle });
    assert!(
        !free.contains("aside") && free.starts_with("-- Expand") && free.contains("PRAGMA foreign_keys=OFF"),
        "{free}"
    );
    let both = format!("{RENAME} ALTER TABLE notes RENAME COLUMN writer TO author;");
    let found = super::expand(&history(LITE, &[&child, &both]), 1, &drizzle, &Decisions::default());
    assert!(found.refusals[0].why.contains("users and notes, which refers to it, change both"), "{:?}", found.refusals);
    let fired = format!("{child}\nCREATE TRIGGER kept BEFORE DELETE ON notes BEGIN SELECT RAISE(ABORT, 'kept'); END;");
    let (_, _, refused) = by(&fired, &drizzle);
    assert!(refused[0].why.contains("can't be put aside: its trigger kept would fire"), "{refused:?}");
}

#[test]
fn a_column_gets_another_type() {
    let before = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, m TEXT);\nCREATE INDEX t_n ON t (n);";
    let up = "PRAGMA foreign_keys=OFF;
CREATE TABLE `__new_t` (id INTEGER PRIMARY KEY, n TEXT NOT NULL, m TEXT);
INSERT INTO `__new_t` (id, n, m) SELECT id, n, m FROM t;
DROP TABLE t;
ALTER TABLE `__new_t` RENAME TO t;
PRAGMA foreign_keys=ON;
CREATE INDEX t_n ON t (n);";
    let found = ends_the_same(LITE, before, up, &Decisions::default());
    assert!(found.expand.contains(r#"SELECT "id", "n", "m", CAST("n" AS TEXT) FROM "t""#), "{}", found.expand);
    // What an old version can't read is refused, whatever SQLite would keep.
    assert!(found.expand.contains(r#"typeof("n") NOT IN ('integer', 'null')"#), "{}", found.expand);
    assert!(found.expand.contains("NOT NULL constraint failed: t.n_new"), "{}", found.expand);
    let body = &rollbacks(&history(LITE, &[before, &found.expand, &found.contract]))[2].body;
    in_order(
        body,
        &[r#"RENAME COLUMN "n" TO "n_new""#, r#"("id", "m", "n_new", "n") SELECT "id", "m", "n_new", "n_new""#],
    );
    let text = "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT);";
    let up =
        up.replace("n TEXT NOT NULL", "n INTEGER").replace(", m TEXT", "").replace(", m)", ")").replace(", m ", " ");
    let up = up.split("CREATE INDEX").next().unwrap_or_default();
    let asked = expanded(LITE, text, up, &Decisions::default());
    assert!(asked.questions[0].text.contains("how are its values converted"), "{:?}", asked.questions);
}

#[test]
fn columns_are_taken_apart_and_put_together() {
    let names = "CREATE TABLE users (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL);";
    let up = "ALTER TABLE users ADD COLUMN first TEXT; ALTER TABLE users ADD COLUMN last TEXT; ALTER TABLE users DROP COLUMN full_name;";
    let both = said(
        &[
            ("users.first", "substr(full_name, 1, instr(full_name || ' ', ' ') - 1)"),
            ("users.last", "nullif(substr(full_name, instr(full_name || ' ', ' ') + 1), '')"),
        ],
        &[("users.full_name", "first || coalesce(' ' || last, '')")],
    );
    let (found, expand, contract) = grades(LITE, names, up, &both);
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossy));
    assert!(!found.contract.contains("TRIGGER \"unmigrate_users_first_ins\" AFTER"), "{}", found.contract);
    let body = &rollbacks(&history(LITE, &[names, &found.expand, &found.contract]))[2].body;
    assert!(body.contains("first || coalesce(' ' || last, '') FROM \"users\""), "{body}");
    let parts = "CREATE TABLE users (id INTEGER PRIMARY KEY, first TEXT NOT NULL, last TEXT);";
    let up = "ALTER TABLE users ADD COLUMN name TEXT; ALTER TABLE users DROP COLUMN first; ALTER TABLE users DROP COLUMN last;";
    let both = said(
        &[("users.name", "first || coalesce(' ' || last, '')")],
        &[
            ("users.first", "substr(name, 1, instr(name || ' ', ' ') - 1)"),
            ("users.last", "nullif(substr(name, instr(name || ' ', ' ') + 1), '')"),
        ],
    );
    let (found, expand, contract) = grades(LITE, parts, up, &both);
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossy));
    assert!(found.expand.contains("NOT NULL constraint failed: users.first"), "{}", found.expand);
}

#[test]
fn a_column_becomes_required() {
    let before = "CREATE TABLE users (id INTEGER PRIMARY KEY, bio TEXT);";
    let up = r#"PRAGMA foreign_keys=OFF;
CREATE TABLE "new_users" (id INTEGER PRIMARY KEY, bio TEXT NOT NULL);
INSERT INTO "new_users" (id, bio) SELECT id, bio FROM users;
DROP TABLE users;
ALTER TABLE "new_users" RENAME TO users;
PRAGMA foreign_keys=ON;"#;
    let mut decided = Decisions::default();
    decided.fills.push(("users.bio".into(), "'none'".into()));
    let found = ends_the_same(LITE, before, up, &decided);
    assert!(!found.expand.contains("CREATE TABLE"), "{}", found.expand);
    assert!(found.expand.contains(r#"UPDATE "users" SET "bio" = 'none' WHERE rowid = NEW.rowid AND "bio" IS NULL"#));
    assert!(
        found.contract.contains(r#"-- unmigrate-filled "users"."bio" = coalesce("bio", 'none')"#),
        "{}",
        found.contract
    );
    assert_eq!(found.pieces[0].backfill.todo, r#""bio" IS NULL"#);
}

#[test]
fn two_changes_of_one_table_make_it_anew_once() {
    let before = "CREATE TABLE users (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL, c TEXT);";
    let up = "ALTER TABLE users RENAME COLUMN a TO x; ALTER TABLE users RENAME COLUMN b TO y; ALTER TABLE users DROP COLUMN c;";
    let (found, expand, contract) = grades(LITE, before, up, &Decisions::default());
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossy));
    assert_eq!((count(&found.expand, "DROP TABLE"), count(&found.contract, "DROP TABLE")), (1, 1));
    assert_eq!(found.pieces.len(), 3);
}

#[test]
fn a_column_that_is_required_goes() {
    let before = "CREATE TABLE users (id INTEGER PRIMARY KEY, bio TEXT NOT NULL, name TEXT NOT NULL);";
    let up = r#"PRAGMA foreign_keys=OFF;
CREATE TABLE "new_users" (id INTEGER PRIMARY KEY, title TEXT NOT NULL);
INSERT INTO "new_users" (id) SELECT id FROM users;
DROP TABLE users;
ALTER TABLE "new_users" RENAME TO users;
PRAGMA foreign_keys=ON;"#;
    let mut decided = renames(&[("users.bio", None), ("users.name", Some("title"))]);
    decided.fills.push(("users.bio".into(), "''".into()));
    let (found, expand, contract) = grades(LITE, before, up, &decided);
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossy));
    assert!(found.expand.contains(r#""bio" TEXT NOT NULL DEFAULT ''"#), "{}", found.expand);
    assert_eq!((count(&found.expand, "DROP TABLE"), count(&found.contract, "DROP TABLE")), (1, 1));
    let back = rollbacks(&history(LITE, &[before, &found.expand, &found.contract]));
    assert!(back[2].body.contains("-- gone users.bio"), "{}", back[2].body);
    let alone = "ALTER TABLE users DROP COLUMN bio;";
    let (found, ..) = grades(LITE, before, alone, &decided);
    assert!(found.contract.contains(r#"DROP COLUMN "bio""#) && found.contract.contains("BEGIN"), "{}", found.contract);
    // New versions delete what it refers to.
    let keyed = "CREATE TABLE teams (id INTEGER PRIMARY KEY); CREATE TABLE users (id INTEGER PRIMARY KEY, team INTEGER REFERENCES teams (id), x TEXT);";
    let up = "ALTER TABLE users DROP COLUMN team;";
    let (found, expand, contract) = grades(LITE, keyed, up, &Decisions::default());
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossy));
    assert!(!found.expand.split("CREATE TABLE").nth(1).is_some_and(|t| t.contains("REFERENCES")), "{}", found.expand);
}

#[test]
fn what_else_changes_in_the_table_comes_once() {
    let before = "CREATE TABLE users (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT, c TEXT, d TEXT);
CREATE INDEX users_b ON users (b);
CREATE UNIQUE INDEX users_a ON users (a);";
    let up = "ALTER TABLE users RENAME COLUMN a TO x; DROP INDEX users_b; ALTER TABLE users DROP COLUMN b; CREATE UNIQUE INDEX users_c ON users (c);
CREATE INDEX users_d ON users (d); ALTER TABLE users ADD COLUMN e INTEGER;";
    let (found, expand, contract) = grades(LITE, before, up, &Decisions::default());
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossy));
    let recipes: Vec<&str> = found.pieces.iter().map(|p| p.recipe).collect();
    assert_eq!(recipes, ["rename-column", "drop-column", "add-unique"]);
    assert!(
        found.expand.contains("ADD COLUMN e INTEGER") && found.expand.contains("CREATE INDEX users_d"),
        "{}",
        found.expand
    );
    assert_eq!(count(&found.contract, r#"INDEX "users_c""#), 1, "{}", found.contract);
    assert!(
        !found.expand.contains("DROP INDEX") && count(&found.contract, r#"DROP INDEX "users_b""#) <= 1,
        "{}",
        found.contract
    );
}

#[test]
fn another_type_under_another_name() {
    let before = "CREATE TABLE users (id INTEGER PRIMARY KEY, age TEXT NOT NULL);";
    let up = "ALTER TABLE users ADD COLUMN age_years INTEGER; ALTER TABLE users DROP COLUMN age;";
    let mut decided = said(&[("users.age", "CAST(age AS INTEGER)")], &[("users.age", "CAST(age_years AS TEXT)")]);
    decided.renames.push(("users.age".into(), Some("age_years".into())));
    let (found, expand, contract) = grades(LITE, before, up, &decided);
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossy));
    assert_eq!(found.pieces[0].recipe, "change-type");
    // What becomes free to be NULL is so for both from expand on.
    assert!(found.expand.contains(r#""age" TEXT,"#), "{}", found.expand);
}
