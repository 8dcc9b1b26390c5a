//! What the phases come to, without a database: the contract leads to the schema that the one migration led to.

mod enums;
mod keys;
mod moves;
mod parts;
mod sqlite;
mod undone;

use super::{Decisions, Expansion, expand};
use crate::Dialect;
use crate::catalog::Catalog;
use crate::history::{History, Migration};
use crate::lint::{Runner, Scope};
use crate::lower::Lowering;
use crate::rollback::{Grade, rollbacks};
use crate::split::split;

const PLAIN: Runner = Runner::plain("plain", Scope::Message);

fn migration(name: &str, sql: &str) -> Migration {
    Migration {
        name: name.into(),
        file: format!("{name}.sql"),
        sql: sql.into(),
        breakpoints: false,
        snapshot_before: None,
        observed: vec![],
    }
}

fn history(dialect: Dialect, files: &[&str]) -> History {
    let migrations = files.iter().enumerate().map(|(at, sql)| migration(&format!("{at}"), sql)).collect();
    History { dialect, server: None, migrations }
}

fn renames(decisions: &[(&str, Option<&str>)]) -> Decisions {
    let one = |(old, new): &(&str, Option<&str>)| ((*old).to_owned(), new.map(str::to_owned));
    Decisions { renames: decisions.iter().map(one).collect(), ..Decisions::default() }
}

/// The catalog after a history, and what could not be read.
fn replay(dialect: Dialect, files: &[&str]) -> Catalog {
    let mut catalog = Catalog::new(dialect);
    for file in files {
        let mut lowering = Lowering::new(&mut catalog, file);
        split(file, dialect, false).iter().for_each(|s| lowering.statement(s));
        let unread: Vec<_> =
            lowering.changes.iter().filter(|c| matches!(c.change, crate::change::Change::Opaque { .. })).collect();
        assert!(unread.is_empty(), "{unread:?} in {file}");
        lowering.adopt();
    }
    catalog
}

/// Every line that describes a catalog, without regard to the order of columns.
fn lines(catalog: &Catalog) -> Vec<String> {
    let mut lines: Vec<String> = catalog.describe().lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

fn expanded(dialect: Dialect, before: &str, up: &str, decisions: &Decisions) -> Expansion {
    let found = expand(&history(dialect, &[before, up]), 1, &PLAIN, decisions);
    assert_eq!(found.refusals, [], "{up}");
    found
}

/// Why nothing is written.
fn refused(dialect: Dialect, before: &str, up: &str) -> String {
    let found = expand(&history(dialect, &[before, up]), 1, &PLAIN, &Decisions::default());
    found.refusals.into_iter().map(|r| r.why).collect::<Vec<_>>().join("\n")
}

/// The phases end where the migration ended, and each has a way back.
fn ends_the_same(dialect: Dialect, before: &str, up: &str, decisions: &Decisions) -> Expansion {
    let found = expanded(dialect, before, up, decisions);
    assert_eq!(found.questions, [], "{up}");
    let once = replay(dialect, &[before, up]);
    let phases = replay(dialect, &[before, &found.expand, &found.contract]);
    assert_eq!(lines(&phases), lines(&once), "expand:\n{}\ncontract:\n{}", found.expand, found.contract);
    let back = rollbacks(&history(dialect, &[before, &found.expand, &found.contract]));
    assert_eq!(back[1].grade, Grade::Lossless, "{}", back[1].body);
    assert_eq!(back[2].grade, Grade::Lossless, "{}", back[2].body);
    found
}

const USERS: &str = "CREATE TABLE users (id serial PRIMARY KEY, full_name text NOT NULL, email text);
CREATE UNIQUE INDEX users_full_name_key ON users (full_name);
CREATE INDEX users_email_full_name_idx ON users (email, full_name);";

#[test]
fn a_rename_that_a_generator_wrote_as_drop_and_add_is_asked_for() {
    let up = "ALTER TABLE users DROP COLUMN full_name, ADD COLUMN display_name text NOT NULL;";
    let before = "CREATE TABLE users (id serial PRIMARY KEY, full_name text NOT NULL);";
    let found = expanded(Dialect::Postgres, before, up, &Decisions::default());
    let flags: Vec<&str> = found.questions[0].answers.iter().map(|(flag, _)| flag.as_str()).collect();
    assert_eq!(flags, ["--rename users.full_name=display_name", "--no-rename users.full_name"]);
    ends_the_same(Dialect::Postgres, before, up, &renames(&[("users.full_name", Some("display_name"))]));
    let none = expanded(Dialect::Postgres, before, up, &renames(&[("users.full_name", None)]));
    // It goes for good, and has to hold something for old versions until then.
    assert!(none.questions[0].text.contains("full_name` goes"), "{:?}", none.questions);
    let mut decided = renames(&[("users.full_name", None)]);
    decided.fills.push(("users.full_name".into(), "''".into()));
    let gone = expanded(Dialect::Postgres, before, up, &decided);
    assert!(gone.expand.contains(r#"ALTER TABLE "users" ALTER COLUMN "full_name" SET DEFAULT ''"#), "{}", gone.expand);
    assert!(
        gone.contract.contains("DROP COLUMN \"full_name\"") && !gone.expand.contains("DROP COLUMN"),
        "{}",
        gone.expand
    );
}

#[test]
fn indexes_take_the_names_that_the_orm_knows_them_by() {
    let up = "-- DropIndex
DROP INDEX users_full_name_key;
-- DropIndex
DROP INDEX users_email_full_name_idx;
-- AlterTable
ALTER TABLE users DROP COLUMN full_name,
ADD COLUMN     display_name text NOT NULL;
-- CreateIndex
CREATE UNIQUE INDEX users_display_name_key ON users (display_name);
-- CreateIndex
CREATE INDEX users_email_display_name_idx ON users (email, display_name);";
    let found = ends_the_same(Dialect::Postgres, USERS, up, &renames(&[("users.full_name", Some("display_name"))]));
    let indexes: Vec<&str> = found.pieces[0].indexes.iter().map(|i| i.sql.as_str()).collect();
    assert_eq!(
        indexes,
        [
            r#"CREATE UNIQUE INDEX CONCURRENTLY "users_display_name_key" ON "users" ("display_name")"#,
            r#"CREATE INDEX CONCURRENTLY "users_email_display_name_idx" ON "users" ("email", "display_name")"#,
        ]
    );
    assert!(found.contract.contains(r#"ALTER INDEX "users_full_name_key" RENAME TO "users_display_name_key""#));
}

#[test]
fn a_rename_leaves_the_names_of_what_is_on_the_column() {
    let before = "CREATE TABLE teams (id int PRIMARY KEY);
CREATE TABLE users (id int PRIMARY KEY, team int REFERENCES teams (id) ON DELETE CASCADE CHECK (team > 0), n int UNIQUE);
COMMENT ON COLUMN users.team IS 'where';
GRANT SELECT (team) ON users TO reader;
CREATE VIEW v AS SELECT team FROM users;";
    let up = "ALTER TABLE users RENAME COLUMN team TO team_id;";
    let found = ends_the_same(Dialect::Postgres, before, up, &Decisions::default());
    assert!(found.expand.contains(r#"GRANT SELECT ("team_id") ON "users" TO reader"#), "{}", found.expand);
    let up = "ALTER TABLE users RENAME COLUMN n TO m;";
    let found = ends_the_same(Dialect::Postgres, before, up, &Decisions::default());
    assert_eq!(found.pieces[0].indexes[0].name, "unmigrate_m_users_n_key");
    ends_the_same(Dialect::Postgres, before, "ALTER TABLE users RENAME COLUMN id TO key;", &Decisions::default());
}

#[test]
fn what_else_the_migration_does_stays() {
    let up = "CREATE TABLE logs (id int);
ALTER TABLE users ADD COLUMN age int, DROP COLUMN full_name, ADD COLUMN display_name text NOT NULL, ADD COLUMN b int;
UPDATE users SET display_name = full_name;
INSERT INTO logs VALUES (1);";
    let before = "CREATE TABLE users (id serial PRIMARY KEY, full_name text NOT NULL);";
    let decisions = renames(&[("users.full_name", Some("display_name"))]);
    let found = expanded(Dialect::Postgres, before, up, &decisions);
    let stays = "CREATE TABLE logs (id int);\n\nALTER TABLE users ADD COLUMN age int,\nADD COLUMN b int;\n\nINSERT INTO logs VALUES (1);\n";
    assert!(found.expand.ends_with(stays), "{}", found.expand);
    let phases = replay(Dialect::Postgres, &[before, &found.expand, &found.contract]);
    assert_eq!(lines(&phases), lines(&replay(Dialect::Postgres, &[before, up])));
}

#[test]
fn the_way_back_of_a_contract_brings_the_values() {
    let up = "ALTER TABLE users RENAME COLUMN full_name TO display_name;";
    let before = "CREATE TABLE users (id int PRIMARY KEY, full_name text, at timestamptz);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := now(); RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();";
    let found = ends_the_same(Dialect::Postgres, before, up, &Decisions::default());
    let back = rollbacks(&history(Dialect::Postgres, &[before, &found.expand, &found.contract]));
    let body = &back[2].body;
    let at = |text: &str| body.find(text).unwrap_or_else(|| panic!("no {text} in\n{body}"));
    assert!(at("RENAME COLUMN") < at("ADD COLUMN"));
    assert!(at("ADD COLUMN") < at(r#"DISABLE TRIGGER "touched""#));
    assert!(at("DISABLE TRIGGER") < at(r#"UPDATE "users" SET "display_name" = "full_name""#));
    assert!(at(r#"UPDATE "users" SET"#) < at(r#"ENABLE TRIGGER "touched""#));
    assert!(at("ENABLE TRIGGER") < at("CREATE TRIGGER"));
    assert!(back[2].notes.iter().all(|n| n.object != "users.display_name"), "{:?}", back[2].notes);
}

#[test]
fn mysql_renames_in_one_statement_while_nobody_writes() {
    let before = "CREATE TABLE users (id int AUTO_INCREMENT PRIMARY KEY, full_name varchar(50) NOT NULL, KEY fn (full_name), KEY two (id, full_name), \
                  at timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);";
    let up = "ALTER TABLE users RENAME COLUMN full_name TO display_name;";
    let found = ends_the_same(Dialect::Mysql, before, up, &Decisions::default());
    assert_eq!(found.pieces[0].backfill.set, "`display_name` = `full_name`, `at` = `at`");
    // One over several columns would be left behind, with the columns that stay, when the copy goes (run on MariaDB 10.11).
    assert_eq!(
        found.pieces[0].indexes.iter().map(|i| i.name.as_str()).collect::<Vec<_>>(),
        ["unmigrate_display_name_fn"]
    );
    assert!(
        found.pieces[0].corners.iter().any(|c| c.contains("what two is for full_name")),
        "{:?}",
        found.pieces[0].corners
    );
    let back = rollbacks(&history(Dialect::Mysql, &[before, &found.expand, &found.contract]));
    let body = &back[2].body;
    let at = |text: &str| body.find(text).unwrap_or_else(|| panic!("no {text} in\n{body}"));
    // No transaction holds it together: both names stand for what is filled at every moment, and the triggers are there before.
    let order = [
        "ADD COLUMN `full_name` varchar(50) NULL",
        "CREATE TRIGGER `unmigrate_users_display_name_upd`",
        "UPDATE /* unmigrate-batched */ `users` SET `full_name` = `display_name`, `at` = `at` WHERE NOT (",
        "CHANGE COLUMN `display_name` `full_name` varchar(50) NOT NULL,\n    CHANGE COLUMN `full_name` `display_name` varchar(50) NULL",
    ];
    assert!(order.map(at).is_sorted(), "{body}");
}

#[test]
fn what_can_not_be_done_is_said() {
    let up = "ALTER TABLE t RENAME COLUMN a TO b;";
    let plain = "CREATE TABLE t (id int PRIMARY KEY, a int);";
    let number = "CREATE TABLE t (a INTEGER PRIMARY KEY, b text);";
    assert!(refused(Dialect::Sqlite, number, "ALTER TABLE t RENAME COLUMN a TO c;").contains("the number by which"));
    let parted = "CREATE TABLE t (id int, a int) PARTITION BY RANGE (a);";
    assert!(refused(Dialect::Postgres, parted, up).contains("partitioned by it"));
    let more = "ALTER TABLE t RENAME COLUMN a TO b; ALTER TABLE t ALTER COLUMN b TYPE bigint;";
    assert!(refused(Dialect::Postgres, plain, more).contains("its type changes too"));
    let rows = "ALTER TABLE t RENAME COLUMN a TO b; UPDATE t SET b = b + 1;";
    assert!(refused(Dialect::Postgres, plain, rows).contains("line 1 of 1.sql does more"));
    let indexed = "ALTER TABLE t RENAME COLUMN a TO b; CREATE INDEX i ON t (b);";
    assert!(refused(Dialect::Postgres, plain, indexed).contains("nothing like"));
    let viewed = "ALTER TABLE t RENAME COLUMN a TO b; CREATE VIEW v AS SELECT b FROM t;";
    assert!(refused(Dialect::Postgres, plain, viewed).contains("line 1 of 1.sql does more"));
}

#[test]
fn triggers_that_are_there_fire_between_ours() {
    let before = "CREATE TABLE t (id int PRIMARY KEY, a text);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := trim(NEW.a); RETURN NEW; END $$;
CREATE TRIGGER trimmed BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();";
    let up = "ALTER TABLE t RENAME COLUMN a TO b;";
    let found = ends_the_same(Dialect::Postgres, before, up, &Decisions::default());
    for name in ["\"0_unmigrate_t_b\"", "\"zz_unmigrate_t_b_last\""] {
        assert!(found.expand.contains(&format!("CREATE TRIGGER {name} ")), "{}", found.expand);
    }
}

#[test]
fn a_column_becomes_required_while_old_versions_write_null() {
    let before = "CREATE TABLE users (id int PRIMARY KEY, bio text, n int);";
    let up = "ALTER TABLE users ALTER COLUMN bio SET NOT NULL, ADD COLUMN m int;";
    let found = expanded(Dialect::Postgres, before, up, &Decisions::default());
    assert_eq!(found.questions[0].answers[0].0, "--fill users.bio=<SQL expression>");
    let decided = Decisions { fills: vec![("users.bio".into(), "'none'".into())], ..Decisions::default() };
    let found = ends_the_same(Dialect::Postgres, before, up, &decided);
    assert!(found.expand.contains(r#"CHECK ("bio" IS NOT NULL) NOT VALID"#), "{}", found.expand);
    assert!(found.expand.contains("ADD COLUMN m int"), "{}", found.expand);
    let at = |text: &str| found.contract.find(text).unwrap_or_else(|| panic!("no {text} in {}", found.contract));
    assert!(at("VALIDATE CONSTRAINT") < at("SET NOT NULL") && at("SET NOT NULL") < at("DROP CONSTRAINT"));
    // A default is an answer.
    let up = "ALTER TABLE users ALTER COLUMN n SET DEFAULT 7, ALTER COLUMN n SET NOT NULL;";
    let found = ends_the_same(Dialect::Postgres, before, up, &Decisions::default());
    assert_eq!(
        (found.pieces[0].backfill.set.as_str(), found.pieces[0].backfill.todo.as_str()),
        (r#""n" = 7"#, r#""n" IS NULL"#)
    );
}

#[test]
fn a_partition_follows_its_table() {
    let before = "CREATE TABLE t (id int NOT NULL, a text) PARTITION BY RANGE (id);
        CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (10);";
    let found = ends_the_same(Dialect::Postgres, before, "ALTER TABLE t RENAME COLUMN a TO b;", &Decisions::default());
    assert_eq!(found.pieces.len(), 1);
    let indexed = format!("{before} CREATE INDEX t_a ON t (a);");
    assert!(refused(Dialect::Postgres, &indexed, "ALTER TABLE t RENAME COLUMN a TO b;").contains("CONCURRENTLY"));
}

#[test]
fn mysql_keeps_nulls_out_by_triggers_alone() {
    let before = "CREATE TABLE users (id int NOT NULL AUTO_INCREMENT, bio varchar(191) NULL, name varchar(40) NOT NULL,
        at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, PRIMARY KEY (id));";
    let up = "ALTER TABLE users MODIFY bio varchar(191) NOT NULL DEFAULT '';";
    let mut found = ends_the_same(Dialect::Mysql, before, up, &Decisions::default());
    assert!(found.expand.contains("SET NEW.`bio` = ('');"), "{}", found.expand);
    let decided = Decisions { fills: vec![("users.bio".into(), "upper(name)".into())], ..Decisions::default() };
    found = ends_the_same(Dialect::Mysql, before, up, &decided);
    assert!(found.expand.contains("SET NEW.`bio` = (SELECT upper(name) FROM (SELECT"), "{}", found.expand);
    assert_eq!(found.pieces[0].backfill.set, "`bio` = upper(name), `at` = `at`");
    let contract = &found.contract;
    let made = contract.find("MODIFY COLUMN `bio` varchar(191) NOT NULL").unwrap_or_else(|| panic!("{contract}"));
    assert!(contract.contains(", ALGORITHM=INPLACE, LOCK=NONE"), "{contract}");
    assert!(made < contract.find("DROP TRIGGER").unwrap(), "{contract}");
}

/// The phases end where the migration ended; the grades of both ways back.
fn grades(dialect: Dialect, before: &str, up: &str, decisions: &Decisions) -> (Expansion, Grade, Grade) {
    let found = expanded(dialect, before, up, decisions);
    assert_eq!(found.questions, [], "{up}");
    let phases = replay(dialect, &[before, &found.expand, &found.contract]);
    let once = replay(dialect, &[before, up]);
    assert_eq!(lines(&phases), lines(&once), "expand:\n{}\ncontract:\n{}", found.expand, found.contract);
    let back = rollbacks(&history(dialect, &[before, &found.expand, &found.contract]));
    (found, back[1].grade, back[2].grade)
}

const SCORES: &str =
    "CREATE TABLE users (id serial PRIMARY KEY, score int NOT NULL DEFAULT 0 CHECK (score >= 0), n text UNIQUE);
CREATE INDEX users_score_idx ON users (score, id);
COMMENT ON COLUMN users.score IS 'points';";

#[test]
fn a_wider_type_asks_nothing_and_loses_nothing() {
    let up = "ALTER TABLE users ALTER COLUMN score SET DATA TYPE bigint;";
    let found = ends_the_same(Dialect::Postgres, SCORES, up, &Decisions::default());
    let piece = &found.pieces[0];
    assert_eq!((piece.new.as_str(), piece.last.as_str()), ("score_new", "score"));
    assert_eq!(piece.backfill.set, r#""score_new" = "score"::bigint"#);
    assert_eq!(piece.indexes.len(), 1);
    assert!(found.expand.contains(r#"CHECK ("score_new" IS NOT NULL) NOT VALID"#), "{}", found.expand);
    let back = rollbacks(&history(Dialect::Postgres, &[SCORES, &found.expand, &found.contract]));
    let body = &back[2].body;
    let at = |text: &str| body.find(text).unwrap_or_else(|| panic!("no {text} in\n{body}"));
    let ours = "\"unmigrate_back_score\"";
    assert!(at(&format!("ADD COLUMN {ours} ")) < at(&format!("SET {ours} = \"score\"")), "{body}");
    assert!(at(&format!("SET {ours} = ")) < at("RENAME COLUMN \"score\" TO \"score_new\""), "{body}");
    assert!(at("TO \"score_new\"") < at(&format!("RENAME COLUMN {ours} TO \"score\"")), "{body}");
    // A moment, whatever the size of the table: it stays as it is.
    let free = expanded(
        Dialect::Postgres,
        "CREATE TABLE t (a varchar(20));",
        "ALTER TABLE t ALTER COLUMN a TYPE text;",
        &Decisions::default(),
    );
    assert!(free.pieces.is_empty());
}

#[test]
fn a_required_column_without_a_default_comes_back_filled() {
    let before = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL);";
    let found =
        ends_the_same(Dialect::Postgres, before, "ALTER TABLE t ALTER COLUMN a TYPE bigint;", &Decisions::default());
    let back = rollbacks(&history(Dialect::Postgres, &[before, &found.expand, &found.contract]));
    let body = &back[2].body;
    let at = |text: &str| body.find(text).unwrap_or_else(|| panic!("no {text} in\n{body}"));
    assert!(at("ADD COLUMN \"unmigrate_back_a\" int;") < at("SET \"unmigrate_back_a\" = \"a\""), "{body}");
    assert!(at("SET \"unmigrate_back_a\" = \"a\"") < at("ALTER COLUMN \"a\" SET NOT NULL"), "{body}");
}

#[test]
fn a_conversion_that_may_lose_is_asked_for_both_ways() {
    let before = "CREATE TABLE t (id int PRIMARY KEY, a text);";
    let up = "ALTER TABLE t DROP COLUMN a, ADD COLUMN a int;";
    let found = expanded(Dialect::Postgres, before, up, &Decisions::default());
    let flags: Vec<&str> = found.questions[0].answers.iter().map(|(flag, _)| flag.as_str()).collect();
    assert_eq!(flags, ["--convert t.a=<SQL expression>", "--convert-back t.a=<SQL expression>", "--no-rename t.a"]);
    let decided = Decisions {
        converts: vec![("t.a".into(), "CASE WHEN a ~ '^[0-9]+$' THEN a::int ELSE -1 END".into())],
        converts_back: vec![("t.a".into(), "a::text".into())],
        ..Decisions::default()
    };
    let (found, expand, contract) = grades(Dialect::Postgres, before, up, &decided);
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossy));
    assert!(
        found.expand.contains(r#"(SELECT "a_new"::text FROM (SELECT NEW.*) AS written)"#)
            || found.expand.contains("(SELECT a_new::text FROM (SELECT NEW.*) AS written)"),
        "{}",
        found.expand
    );
    // Under a name of its own nobody has to change at one moment.
    let up = "ALTER TABLE t DROP COLUMN a, ADD COLUMN b int;";
    let decided = Decisions {
        renames: vec![("t.a".into(), Some("b".into()))],
        converts_back: vec![("t.a".into(), "b::text".into())],
        ..decided
    };
    let (found, ..) = grades(Dialect::Postgres, before, up, &decided);
    assert_eq!((found.pieces[0].new.as_str(), found.pieces[0].last.as_str()), ("b", "b"));
    assert!(!found.contract.contains("RENAME COLUMN"), "{}", found.contract);
}

#[test]
fn what_is_said_of_indexes_and_constraints_stays_said() {
    let before = "CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL CONSTRAINT a_ok CHECK (a > 0), b int CONSTRAINT b_fkey REFERENCES p (id));
CREATE INDEX t_a ON t (a); ALTER TABLE t ADD CONSTRAINT t_a_key UNIQUE (a, id);
COMMENT ON COLUMN t.a IS 'column'; COMMENT ON INDEX t_a IS 'it''s an index'; COMMENT ON CONSTRAINT a_ok ON t IS 'check';
COMMENT ON CONSTRAINT t_a_key ON t IS 'key'; COMMENT ON INDEX t_a_key IS 'index of the key'; COMMENT ON CONSTRAINT b_fkey ON t IS 'reference';";
    for up in ["ALTER TABLE t ALTER COLUMN a TYPE bigint;", "ALTER TABLE t ALTER COLUMN b TYPE bigint;"] {
        ends_the_same(Dialect::Postgres, before, up, &Decisions::default());
    }
}

#[test]
fn a_type_that_can_not_be_changed_in_phases_is_refused_by_name() {
    let up = "ALTER TABLE t ALTER COLUMN a TYPE bigint;";
    let of = |columns: &str| {
        refused(Dialect::Postgres, &format!("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t ({columns});"), up)
    };
    let text = "ALTER TABLE t ALTER COLUMN a TYPE text;";
    let keyed = |column: &str| {
        refused(Dialect::Postgres, &format!("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a {column});"), text)
    };
    assert!(keyed("serial PRIMARY KEY").contains("it is a key, or counted"));
    assert!(keyed("int REFERENCES p (id)").contains("the foreign key t_a_fkey is on it"));
    assert!(of("id int, a int, b int GENERATED ALWAYS AS (a + 1) STORED").contains("generated column b"));
    let viewed = "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;";
    assert!(refused(Dialect::Postgres, viewed, up).contains("the view v reads it"));
    // What takes a moment stays as it is, there too.
    let roles = "CREATE TABLE t (id int PRIMARY KEY, a enum('x','y'), b varchar(10));";
    let more = "ALTER TABLE t MODIFY a enum('x','y','z'), MODIFY b varchar(20);";
    assert_eq!(refused(Dialect::Mysql, roles, more), "");
}

#[test]
fn constraints_come_in_two_steps() {
    let before = "CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (id int PRIMARY KEY, email text, p int, n int);";
    let up = "CREATE UNIQUE INDEX t_email_key ON t (email);
CREATE INDEX t_n_idx ON t (n);
ALTER TABLE t ADD CONSTRAINT t_p_fkey FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE, ADD CONSTRAINT n_ok CHECK (n > 0);
ALTER TABLE t ADD CONSTRAINT t_n_key UNIQUE (n, p);";
    let (found, expand, contract) = grades(Dialect::Postgres, before, up, &Decisions::default());
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossless));
    let recipes: Vec<&str> = found.pieces.iter().map(|p| p.recipe).collect();
    assert_eq!(recipes, ["add-unique", "add-index", "add-foreign-key", "add-check", "add-unique"]);
    for text in ["FOREIGN KEY (\"p\") REFERENCES \"p\"(\"id\") ON DELETE CASCADE NOT VALID", "CHECK (n > 0) NOT VALID"]
    {
        assert!(found.expand.contains(text), "{}", found.expand);
    }
    assert!(!found.expand.contains("INDEX"), "{}", found.expand);
    for text in [
        "VALIDATE CONSTRAINT \"t_p_fkey\"",
        "UNIQUE USING INDEX \"unmigrate_t_n_key\"",
        "CREATE INDEX IF NOT EXISTS \"t_n_idx\"",
    ] {
        assert!(found.contract.contains(text), "{}", found.contract);
    }
    let gates: Vec<&str> = found.pieces.iter().flat_map(|p| &p.gates).map(|g| g.name).collect();
    assert_eq!(gates, ["duplicates", "indexed", "indexed", "orphans", "violations", "duplicates", "indexed"]);
    // A table that the migration makes has no rows.
    let new = expanded(
        Dialect::Postgres,
        before,
        "CREATE TABLE u (id int PRIMARY KEY, p int REFERENCES p (id)); CREATE INDEX i ON u (p);",
        &Decisions::default(),
    );
    assert!(new.pieces.is_empty());
    let my = "CREATE TABLE t (id int PRIMARY KEY, email varchar(50), n int);";
    let (found, ..) =
        grades(Dialect::Mysql, my, "ALTER TABLE t ADD UNIQUE INDEX t_email_key (email);", &Decisions::default());
    assert!(found.contract.contains("ALGORITHM=INPLACE LOCK=NONE"), "{}", found.contract);
    assert!(found.expand.contains("SELECT 1;"), "{}", found.expand);
    let (found, ..) = grades(
        Dialect::Sqlite,
        "CREATE TABLE t (id integer PRIMARY KEY, email text);",
        "CREATE UNIQUE INDEX k ON t (email);",
        &Decisions::default(),
    );
    assert_eq!(found.pieces[0].gates[0].name, "duplicates");
    // Nothing is left of it, and a text without a statement is refused by some clients.
    assert!(found.expand.contains("DROP VIEW IF EXISTS unmigrate_nothing;"), "{}", found.expand);
    let (found, expand, _) = grades(Dialect::Postgres, before, "CREATE INDEX i ON t (n);", &Decisions::default());
    assert!(found.expand.ends_with("SELECT 1;\n") && expand == Grade::Lossless, "{}", found.expand);
}

#[test]
fn mysql_adds_a_foreign_key_without_a_look_at_the_rows() {
    let before = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, p int, n int);";
    let up =
        "ALTER TABLE t ADD CONSTRAINT t_p_fkey FOREIGN KEY (p) REFERENCES p (id) ON DELETE SET NULL ON UPDATE CASCADE;";
    let (found, expand, contract) = grades(Dialect::Mysql, before, up, &Decisions::default());
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossless));
    let added = "ON DELETE SET NULL ON UPDATE CASCADE, ALGORITHM=INPLACE, LOCK=NONE;";
    let (off, at) = (found.expand.find("SET foreign_key_checks = 0;").unwrap(), found.expand.find(added).unwrap());
    let on = found.expand.find("SET foreign_key_checks = @unmigrate_checks;").unwrap();
    assert!(off < at && at < on, "{}", found.expand);
    assert!(found.contract.ends_with("SELECT 1;\n"), "{}", found.contract);
    let gate = &found.pieces[0].gates[0];
    assert_eq!(gate.name, "orphans");
    assert!(gate.question.contains("child.`p` IS NOT NULL AND NOT EXISTS"), "{}", gate.question);
    for more in [
        "ALTER TABLE t ADD COLUMN q int NULL, ADD CONSTRAINT q_fkey FOREIGN KEY (q) REFERENCES p (id);",
        "CREATE TABLE r (id int PRIMARY KEY); ALTER TABLE t ADD INDEX p_idx (p), ADD CONSTRAINT r_fkey FOREIGN KEY (p) REFERENCES r (id);",
        "ALTER TABLE t ADD CONSTRAINT own FOREIGN KEY (p) REFERENCES t (id);",
    ] {
        assert_eq!(grades(Dialect::Mysql, before, more, &Decisions::default()).1, Grade::Lossless, "{more}");
    }
    // The engine would take it, and refuse every write then.
    let nobody = "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES nobody (id);";
    assert!(refused(Dialect::Mysql, before, nobody).contains("no migration makes nobody"));
    let check = "ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0);";
    assert!(refused(Dialect::Mysql, before, check).contains("copy the table for a check"));
}

#[test]
fn what_looks_at_rows_comes_before_what_stops_others() {
    let before = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, n int);";
    let up = "ALTER TABLE t ALTER COLUMN a TYPE bigint; ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0);";
    let (found, ..) = grades(Dialect::Postgres, before, up, &Decisions::default());
    let last = found.contract.rfind("VALIDATE CONSTRAINT").unwrap();
    assert!(found.contract.find("DROP TRIGGER").is_some_and(|stops| last < stops), "{}", found.contract);
}

#[test]
fn what_goes_goes_with_the_contract() {
    let before = "CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE logs (id int PRIMARY KEY, p int NOT NULL REFERENCES p (id));
CREATE TABLE t (id int PRIMARY KEY, a text, p int REFERENCES p (id), b int NOT NULL DEFAULT 1);
CREATE INDEX t_a_idx ON t (a);";
    let up = "DROP INDEX t_a_idx;
ALTER TABLE t DROP COLUMN a, DROP COLUMN p, DROP COLUMN b, ADD COLUMN c date;
DROP TABLE logs;";
    let (found, expand, contract) = grades(Dialect::Postgres, before, up, &Decisions::default());
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossy));
    let titles: Vec<&str> = found.pieces.iter().map(|p| p.title.as_str()).collect();
    assert_eq!(titles, ["t.a goes", "t.p goes", "t.b goes", "logs goes"]);
    // Who does not know of them may delete what they refer to.
    assert!(
        found.expand.contains("DROP CONSTRAINT \"t_p_fkey\"")
            && found.expand.contains("DROP CONSTRAINT \"logs_p_fkey\""),
        "{}",
        found.expand
    );
    assert!(found.expand.contains("ADD COLUMN c date") && !found.expand.contains("DROP INDEX"), "{}", found.expand);
    let alike = expanded(
        Dialect::Postgres,
        before,
        "DROP TABLE p CASCADE; CREATE TABLE q (id int PRIMARY KEY);",
        &Decisions::default(),
    );
    assert!(alike.questions.iter().any(|q| q.text.contains("is that a rename?")), "{:?}", alike.questions);
    let my = "CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, b int, KEY two (a(10), b));";
    let decided = Decisions { fills: vec![("t.a".into(), "''".into())], ..Decisions::default() };
    let (found, ..) = grades(Dialect::Mysql, my, "ALTER TABLE t DROP INDEX two, DROP COLUMN a;", &decided);
    assert!(found.expand.contains("SET DEFAULT ('')"), "{}", found.expand);
}

#[test]
fn a_table_is_renamed_at_once_and_keeps_a_view_of_its_old_name() {
    let before = "CREATE TABLE posts (id int PRIMARY KEY, a text); GRANT SELECT ON posts TO reader;";
    let up = "ALTER TABLE posts RENAME TO articles;";
    let (found, expand, contract) = grades(Dialect::Postgres, before, up, &Decisions::default());
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossless));
    let at = |text: &str| found.expand.find(text).unwrap_or_else(|| panic!("no {text} in {}", found.expand));
    assert!(at("RENAME TO articles") < at(r#"CREATE VIEW "posts" AS SELECT * FROM "articles""#));
    assert!(found.expand.contains(r#"GRANT SELECT ON "posts" TO reader"#), "{}", found.expand);
    let more = "ALTER TABLE posts RENAME TO articles; CREATE TABLE posts (id int);";
    let refused = expand_refusals(Dialect::Postgres, before, more);
    assert!(refused.contains("its old name is given to something else"), "{refused}");
    let my =
        expand_refusals(Dialect::Mysql, "CREATE TABLE posts (id int PRIMARY KEY);", "RENAME TABLE posts TO articles;");
    assert!(my.contains("the old name leads nowhere"), "{my}");
}

fn expand_of(dialect: Dialect, before: &str, up: &str, decisions: &Decisions) -> Expansion {
    expand(&history(dialect, &[before, up]), 1, &PLAIN, decisions)
}

fn expand_refusals(dialect: Dialect, before: &str, up: &str) -> String {
    let found = expand(&history(dialect, &[before, up]), 1, &PLAIN, &Decisions::default());
    found.refusals.into_iter().map(|r| r.why).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_default_changes_with_the_contract() {
    let before = "CREATE TABLE t (id int PRIMARY KEY, a int DEFAULT 1);";
    let (found, ..) =
        grades(Dialect::Postgres, before, "ALTER TABLE t ALTER COLUMN a SET DEFAULT 2;", &Decisions::default());
    assert!(!found.expand.contains("DEFAULT") && found.contract.contains("SET DEFAULT 2"), "{}", found.expand);
    let (found, ..) = grades(Dialect::Mysql, before, "ALTER TABLE t MODIFY a int DEFAULT 2;", &Decisions::default());
    assert!(found.contract.contains("ALTER COLUMN `a` SET DEFAULT 2"), "{}", found.contract);
}
