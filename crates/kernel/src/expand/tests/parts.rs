//! Columns that are taken apart or put together, a primary key that comes, and types on MySQL.

use super::*;

fn said(convert: &[(&str, &str)], back: &[(&str, &str)]) -> Decisions {
    let own = |all: &[(&str, &str)]| all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    Decisions { converts: own(convert), converts_back: own(back), ..Decisions::default() }
}

const NAMES: &str = "CREATE TABLE users (id int PRIMARY KEY, full_name text NOT NULL);";
const SPLIT: &str = "ALTER TABLE users DROP COLUMN full_name, ADD COLUMN first text NOT NULL, ADD COLUMN last text;
CREATE INDEX users_last_idx ON users (last, first);";

#[test]
fn a_column_is_taken_apart() {
    let asked = expanded(Dialect::Postgres, NAMES, SPLIT, &Decisions::default());
    let flags: Vec<&str> = asked.questions[0].answers.iter().map(|(flag, _)| flag.as_str()).collect();
    assert!(flags.contains(&"--convert-back users.full_name=<SQL expression>"), "{flags:?}");
    let half = said(&[("users.first", "split_part(full_name, ' ', 1)")], &[]);
    let asked = expanded(Dialect::Postgres, NAMES, SPLIT, &half);
    assert!(
        asked.questions.iter().any(|q| q.answers[0].0 == "--convert-back users.full_name=<SQL expression>"),
        "{:?}",
        asked.questions
    );
    let both = said(
        &[("users.first", "split_part(full_name, ' ', 1)"), ("users.last", "split_part(full_name, ' ', 2)")],
        &[("users.full_name", "concat_ws(' ', first, last)")],
    );
    let (found, expand, contract) = grades(Dialect::Postgres, NAMES, SPLIT, &both);
    assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossy));
    let columns: Vec<(&str, &str)> = found.pieces.iter().map(|p| (p.old.as_str(), p.new.as_str())).collect();
    assert_eq!(columns, [("full_name", "first"), ("full_name", "last")]);
    assert_eq!(found.pieces[0].recipe, "split-column");
    assert_eq!(
        found.pieces[0].backfill.set,
        r#""first" = split_part(full_name, ' ', 1), "last" = split_part(full_name, ' ', 2)"#
    );
    assert_eq!(found.pieces[0].indexes.len(), 1);
    let back = rollbacks(&history(Dialect::Postgres, &[NAMES, &found.expand, &found.contract]));
    assert!(
        back[2].body.contains(r#"SET "unmigrate_back_full_name" = concat_ws(' ', first, last) WHERE"#),
        "{}",
        back[2].body
    );
}

#[test]
fn nothing_is_null_unless_it_is_asked_for() {
    let before = "CREATE TABLE t (id int PRIMARY KEY, j jsonb);";
    let up = "ALTER TABLE t DROP COLUMN j, ADD COLUMN a text, ADD COLUMN b text;";
    let mut both = said(&[("t.a", "j->>'a'"), ("t.b", "j->>'b'")], &[("t.j", "jsonb_build_object('a', a, 'b', b)")]);
    let strict = expanded(Dialect::Postgres, before, up, &both);
    assert!(strict.expand.contains("a value of j gives none for a and b"), "{}", strict.expand);
    assert!(strict.pieces[0].backfill.todo.contains(r#""j" IS NOT NULL"#), "{}", strict.pieces[0].backfill.todo);
    both.fills = ["t.a", "t.b"].map(|place| (place.to_owned(), "NULL".to_owned())).to_vec();
    let free = expanded(Dialect::Postgres, before, up, &both);
    assert!(!free.expand.contains("a value of j gives none for a and b"), "{}", free.expand);
    let todo = r#""a" IS NULL AND "b" IS NULL AND ((j->>'a') IS NOT NULL OR (j->>'b') IS NOT NULL)"#;
    assert_eq!(free.pieces[0].backfill.todo, todo);
}

#[test]
fn columns_are_put_together() {
    let before = "CREATE TABLE users (id int PRIMARY KEY, first varchar(50) NOT NULL, last varchar(50));";
    let up = "ALTER TABLE users DROP COLUMN first, DROP COLUMN last, ADD COLUMN full_name varchar(101) NOT NULL;";
    for (dialect, first, last) in [
        (Dialect::Postgres, "split_part(full_name, ' ', 1)", "nullif(split_part(full_name, ' ', 2), '')"),
        (
            Dialect::Mysql,
            "substring_index(full_name, ' ', 1)",
            "if(locate(' ', full_name), substr(full_name, locate(' ', full_name) + 1), NULL)",
        ),
    ] {
        let both = said(
            &[("users.full_name", "concat_ws(' ', first, last)")],
            &[("users.first", first), ("users.last", last)],
        );
        let (found, expand, contract) = grades(dialect, before, up, &both);
        assert_eq!((expand, contract), (Grade::Lossless, Grade::Lossy));
        let columns: Vec<(&str, &str)> = found.pieces.iter().map(|p| (p.old.as_str(), p.new.as_str())).collect();
        assert_eq!(columns, [("first", "full_name"), ("last", "full_name")]);
        assert_eq!(found.pieces[0].recipe, "merge-columns");
    }
}

#[test]
fn a_table_gets_a_primary_key() {
    let before = "CREATE TABLE t (a int, b int NOT NULL);";
    let up = "ALTER TABLE t ALTER COLUMN a SET NOT NULL, ADD CONSTRAINT t_pkey PRIMARY KEY (a, b);";
    let found = ends_the_same(Dialect::Postgres, before, up, &Decisions::default());
    assert!(found.expand.contains(r#"CHECK ("a" IS NOT NULL) NOT VALID"#), "{}", found.expand);
    assert!(!found.expand.contains("PRIMARY KEY") && !found.expand.contains("SET NOT NULL"), "{}", found.expand);
    let gates: Vec<&str> = found.pieces[0].gates.iter().map(|g| g.name).collect();
    assert_eq!(gates, ["duplicates", "indexed", "violations"]);
    ends_the_same(Dialect::Postgres, before, "ALTER TABLE t ADD PRIMARY KEY (b);", &Decisions::default());
    let with = "ALTER TABLE t ADD COLUMN id serial PRIMARY KEY;";
    assert!(expand_refusals(Dialect::Postgres, before, with).contains("its column id comes with it"));
    let other = "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (b);";
    let keyed = "CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL);";
    assert!(expand_refusals(Dialect::Postgres, keyed, other).contains("has another primary key"));
}

#[test]
fn mysql_makes_a_primary_key_while_others_write() {
    let before = "CREATE TABLE t (a int, b varchar(191) NOT NULL);";
    let up = "ALTER TABLE t MODIFY a int NOT NULL, ADD PRIMARY KEY (a, b);";
    let found = ends_the_same(Dialect::Mysql, before, up, &Decisions::default());
    assert!(!found.expand.contains("ALTER TABLE"), "{}", found.expand);
    let made =
        "ALTER TABLE `t` MODIFY COLUMN `a` int NOT NULL, ADD PRIMARY KEY (`a`, `b`), ALGORITHM=INPLACE, LOCK=NONE";
    assert!(found.contract.contains(made), "{}", found.contract);
    let gates: Vec<&str> = found.pieces[0].gates.iter().map(|g| g.name).collect();
    assert_eq!(gates, ["duplicates", "violations"]);
    ends_the_same(Dialect::Mysql, before, "ALTER TABLE t ADD PRIMARY KEY (b(20));", &Decisions::default());
    let counted = "ALTER TABLE t MODIFY a int NOT NULL AUTO_INCREMENT, ADD PRIMARY KEY (a);";
    assert!(expand_refusals(Dialect::Mysql, before, counted).contains("its column a begins to count"));
}

#[test]
fn mysql_changes_a_type_beside_the_old_column() {
    let before = "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, score int NOT NULL DEFAULT 3, n int, UNIQUE KEY k (score, n), KEY i (score));";
    let up = "ALTER TABLE t MODIFY score bigint NOT NULL DEFAULT 3;";
    let found = ends_the_same(Dialect::Mysql, before, up, &Decisions::default());
    assert_eq!(found.pieces[0].backfill.set, "`score_new` = `score`");
    assert_eq!(found.pieces[0].backfill.todo, "NOT (`score_new` <=> `score`)");
    let at = |text: &str| found.contract.find(text).unwrap_or_else(|| panic!("no {text} in {}", found.contract));
    assert!(at("MODIFY COLUMN `score_new` bigint NOT NULL, ALGORITHM=INPLACE, LOCK=NONE") < at("LOCK TABLES"));
    assert!(at("CREATE UNIQUE INDEX `unmigrate_score_new_k`") < at("LOCK TABLES"));
    let back = rollbacks(&history(Dialect::Mysql, &[before, &found.expand, &found.contract]));
    let body = &back[2].body;
    // The name stands for the one that is filled at every moment.
    let order = [
        "ADD COLUMN `score_new` int NULL",
        "CREATE TRIGGER",
        "SET @unmigrate_filling = 1",
        "UPDATE /* unmigrate-batched */ `t` SET `score_new` = `score` WHERE NOT (",
        "SET @unmigrate_filling = NULL",
        "CHANGE COLUMN `score_new` `score` int NOT NULL DEFAULT 3",
        "CHANGE COLUMN `score` `score_new` bigint NULL",
    ];
    let places: Vec<usize> =
        order.iter().map(|t| body.find(t).unwrap_or_else(|| panic!("no {t} in\n{body}"))).collect();
    assert!(places.is_sorted(), "{body}");
    let enums = "CREATE TABLE t (id int PRIMARY KEY, r enum('x','y') NOT NULL);";
    let fewer = "ALTER TABLE t MODIFY r enum('x') NOT NULL;";
    let asked = expanded(Dialect::Mysql, enums, fewer, &Decisions::default());
    assert_eq!(asked.questions[0].answers[0].0, "--convert t.r=<SQL expression>");
    let (found, ..) = grades(Dialect::Mysql, enums, fewer, &said(&[("t.r", "IF(r = 'y', 'x', r)")], &[("t.r", "r")]));
    assert_eq!(found.pieces[0].backfill.set, "`r_new` = IF(r = 'y', 'x', r)");
    let back = rollbacks(&history(Dialect::Mysql, &[enums, &found.expand, &found.contract]));
    assert!(
        back[2].body.contains("UPDATE /* unmigrate-batched */ `t` SET `r_new` = `r` WHERE NOT ("),
        "{}",
        back[2].body
    );
    assert!(back[2].body.contains("CHANGE COLUMN `r_new` `r` enum('x','y') NOT NULL"), "{}", back[2].body);
    let checked = "CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT c CHECK (a > 0));";
    assert!(
        expand_refusals(Dialect::Mysql, checked, "ALTER TABLE t MODIFY a bigint;").contains("the check c is on it")
    );
    let keyed = expand_refusals(Dialect::Mysql, before, "ALTER TABLE t MODIFY id bigint AUTO_INCREMENT;");
    assert!(keyed.contains("it is a key, or counted"), "{keyed}");
}

#[test]
fn an_index_over_what_two_recipes_change_is_refused() {
    let before = "CREATE TABLE t (id int PRIMARY KEY, a int, b int); CREATE INDEX i ON t (a, b);";
    let up = "ALTER TABLE t RENAME COLUMN b TO c; ALTER TABLE t ALTER COLUMN a TYPE bigint;";
    let refused = expand_refusals(Dialect::Postgres, before, up);
    assert!(refused.contains("i is over it and over c, which changes in the same migration too"), "{refused}");
    let apart = "CREATE TABLE t (id int PRIMARY KEY, a int, b int); CREATE INDEX i ON t (a); CREATE INDEX j ON t (b);";
    ends_the_same(Dialect::Postgres, apart, up, &Decisions::default());
}

#[test]
fn an_index_on_a_column_that_stays_is_made_beside_others() {
    let before = "CREATE TABLE t (id int PRIMARY KEY, a int DEFAULT 1, b int);";
    for up in [
        "ALTER TABLE t ALTER COLUMN a SET DEFAULT 2; CREATE INDEX i ON t (a);",
        "ALTER TABLE t ALTER COLUMN b SET NOT NULL; CREATE INDEX i ON t (b);",
    ] {
        let decisions = Decisions { fills: vec![("t.b".to_owned(), "0".to_owned())], ..Decisions::default() };
        let found = ends_the_same(Dialect::Postgres, before, up, &decisions);
        assert!(!found.expand.contains("CREATE INDEX"), "{}", found.expand);
        let made: Vec<&str> = found.pieces.iter().flat_map(|p| &p.indexes).map(|i| i.name.as_str()).collect();
        assert_eq!(made, ["i"], "{up}");
    }
}
