//! Keys that become wider, with what refers to them.

use super::*;

const BEFORE: &str = "CREATE TABLE users (id serial PRIMARY KEY, boss int);
ALTER TABLE users ADD CONSTRAINT users_boss_fkey FOREIGN KEY (boss) REFERENCES users (id) ON DELETE SET NULL;
CREATE TABLE posts (id int PRIMARY KEY, author_id int NOT NULL, n int);
CREATE INDEX posts_author_idx ON posts (author_id, n);
ALTER TABLE posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE;
CREATE TABLE likes (user_id int NOT NULL, post_id int NOT NULL, CONSTRAINT likes_pkey PRIMARY KEY (user_id, post_id));
ALTER TABLE likes ADD CONSTRAINT likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);
ALTER TABLE likes ADD CONSTRAINT likes_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id);";

/// As Prisma writes it: keys and references go first, and come back last.
const WIDER: &str = r#"ALTER TABLE "likes" DROP CONSTRAINT "likes_user_id_fkey";
ALTER TABLE "posts" DROP CONSTRAINT "posts_author_id_fkey";
ALTER TABLE "users" DROP CONSTRAINT "users_boss_fkey";
ALTER TABLE "likes" DROP CONSTRAINT "likes_pkey",
ALTER COLUMN "user_id" SET DATA TYPE BIGINT,
ADD CONSTRAINT "likes_pkey" PRIMARY KEY ("user_id", "post_id");
ALTER TABLE "posts" ALTER COLUMN "author_id" SET DATA TYPE BIGINT;
ALTER TABLE "users" DROP CONSTRAINT "users_pkey",
ALTER COLUMN "id" SET DATA TYPE BIGINT,
ALTER COLUMN "boss" SET DATA TYPE BIGINT,
ADD CONSTRAINT "users_pkey" PRIMARY KEY ("id");
ALTER TABLE "likes" ADD CONSTRAINT "likes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id");
ALTER TABLE "posts" ADD CONSTRAINT "posts_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "users" ADD CONSTRAINT "users_boss_fkey" FOREIGN KEY ("boss") REFERENCES "users"("id") ON DELETE SET NULL;
"#;

/// What a catalog is like, but for the range of the sequence, which the migration alone leaves narrow.
fn like(dialect: Dialect, files: &[&str]) -> Vec<String> {
    lines(&replay(dialect, files)).into_iter().filter(|l| !l.contains("users_id_seq")).collect()
}

#[test]
fn a_key_gets_wider_with_all_that_refers_to_it() {
    let found = expanded(Dialect::Postgres, BEFORE, WIDER, &Decisions::default());
    assert_eq!(found.questions, []);
    let (expand, contract) = (&found.expand, &found.contract);
    let phases = like(Dialect::Postgres, &[BEFORE, expand, contract]);
    assert_eq!(phases, like(Dialect::Postgres, &[BEFORE, WIDER]), "expand:\n{expand}\ncontract:\n{contract}");
    let keys: Vec<&str> = found.pieces.iter().flat_map(|p| &p.keys).map(|k| k.name.as_str()).collect();
    assert_eq!(keys, ["unmigrate_likes_user_id_fkey", "unmigrate_posts_author_id_fkey", "unmigrate_users_boss_fkey"]);
    let adds: Vec<&str> = found.pieces.iter().flat_map(|p| &p.keys).map(|k| k.add.as_str()).collect();
    assert!(adds[1].contains(r#"FOREIGN KEY ("author_id_new") REFERENCES "users"("id_new") ON DELETE CASCADE ON UPDATE CASCADE NOT VALID"#), "{adds:?}");
    // Not one index is made twice, and each with the last of its columns.
    let indexes: Vec<&str> = found.pieces.iter().flat_map(|p| &p.indexes).map(|i| i.name.as_str()).collect();
    assert_eq!(
        indexes,
        ["unmigrate_user_id_new_likes_pkey", "unmigrate_author_id_new_posts_author_idx", "unmigrate_id_new_users_pkey"]
    );
    let at = |text: &str| contract.find(text).unwrap_or_else(|| panic!("no {text} in {contract}"));
    assert!(at(r#"DROP CONSTRAINT "posts_author_id_fkey""#) < at(r#"DROP COLUMN "id""#), "{contract}");
    assert!(at(r#"OWNED BY "users"."id_new""#) < at(r#"DROP COLUMN "id""#), "{contract}");
    assert!(contract.contains(r#"ALTER SEQUENCE "users_id_seq" AS bigint"#), "{contract}");
}

#[test]
fn the_way_back_of_a_wider_key() {
    let found = expanded(Dialect::Postgres, BEFORE, WIDER, &Decisions::default());
    let back = rollbacks(&history(Dialect::Postgres, &[BEFORE, &found.expand, &found.contract]));
    assert_eq!((back[1].grade, back[2].grade), (Grade::Lossless, Grade::Lossless), "{}", back[2].body);
    // Another table holds what `backfill` has made: it goes before the column does.
    let body = &back[1].body;
    let at = |text: &str| body.find(text).unwrap_or_else(|| panic!("no {text} in\n{body}"));
    assert!(
        at(r#"DROP CONSTRAINT IF EXISTS "unmigrate_posts_author_id_fkey""#) < at(r#"DROP COLUMN "id_new""#),
        "{body}"
    );
    let body = &back[2].body;
    let at = |text: &str| body.find(text).unwrap_or_else(|| panic!("no {text} in\n{body}"));
    assert!(at(r#"DROP CONSTRAINT "posts_author_id_fkey""#) < at(r#"RENAME COLUMN "id" TO "id_new""#), "{body}");
    assert!(
        at(r#"SET "unmigrate_back_id" = "id""#) < at(r#"PRIMARY KEY USING INDEX "unmigrate_back_users_pkey""#),
        "{body}"
    );
    // Nothing is owned by a column that is not there yet, and no row draws a number.
    assert!(at(r#"RENAME COLUMN "unmigrate_back_id" TO "id""#) < at(r#"OWNED BY "users"."id""#), "{body}");
    assert!(at(r#"SET "unmigrate_back_id" = "id""#) < at(r#"ALTER COLUMN "id" SET DEFAULT nextval"#), "{body}");
    assert!(body.contains(r#"ADD COLUMN "unmigrate_back_id" integer;"#), "{body}");
    // One that has counted further is refused before anything changes.
    assert!(at(r#"IF (SELECT last_value FROM "users_id_seq") > 2147483647"#) < at("BEGIN;"), "{body}");
}

#[test]
fn two_columns_of_one_index_get_wider() {
    let before = "CREATE TABLE t (id int PRIMARY KEY, a int, b int NOT NULL, CONSTRAINT k UNIQUE (a, b)); CREATE INDEX i ON t (b, a);";
    let up = "ALTER TABLE t ALTER COLUMN a TYPE bigint, ALTER COLUMN b TYPE bigint;";
    let found = ends_the_same(Dialect::Postgres, before, up, &Decisions::default());
    let made: Vec<&str> = found.pieces.iter().flat_map(|p| &p.indexes).map(|i| i.sql.as_str()).collect();
    assert_eq!(made.len(), 2, "{made:?}");
    assert!(made.iter().all(|sql| sql.contains("\"a_new\"") && sql.contains("\"b_new\"")), "{made:?}");
}

#[test]
fn a_key_that_only_its_own_table_changes_keeps_those_that_refer_to_it() {
    let before = "CREATE TABLE p (id serial PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p);";
    let up = "ALTER TABLE p ALTER COLUMN id TYPE bigint;";
    let found = expanded(Dialect::Postgres, before, up, &Decisions::default());
    let phases = replay(Dialect::Postgres, &[before, &found.expand, &found.contract]);
    let key = &phases.table(&crate::catalog::Name::plain("c")).unwrap().constraints;
    assert!(key.iter().any(|c| c.name == "c_p_fkey" && !c.not_valid), "{key:?}");
    assert!(
        found.expand.starts_with("-- Expand") && found.expand.contains(r#"-- unmigrate-made "c"."unmigrate_c_p_fkey""#),
        "{}",
        found.expand
    );
    let sets = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int DEFAULT 1 REFERENCES p ON DELETE SET DEFAULT);";
    let refused = expand_refusals(Dialect::Postgres, sets, "ALTER TABLE c ALTER COLUMN p TYPE bigint;");
    assert!(refused.contains("c_p_fkey sets a default"), "{refused}");
}

#[test]
fn an_identity_column_gets_wider() {
    for (kind, options) in [("BY DEFAULT", ""), ("ALWAYS", r#" (SEQUENCE NAME "counts" INCREMENT BY 2 START WITH 5)"#)]
    {
        let before = format!(
            "CREATE TABLE users (id integer GENERATED {kind} AS IDENTITY{options} PRIMARY KEY);
CREATE TABLE posts (id int PRIMARY KEY, author_id int REFERENCES users (id));"
        );
        let up = "ALTER TABLE users ALTER COLUMN id SET DATA TYPE bigint;\nALTER TABLE posts ALTER COLUMN author_id SET DATA TYPE bigint;";
        let found = ends_the_same(Dialect::Postgres, &before, up, &Decisions::default());
        let contract = &found.contract;
        let at = |text: &str| contract.find(text).unwrap_or_else(|| panic!("no {text} in {contract}"));
        let name = if options.is_empty() { "users_id_seq" } else { "counts" };
        assert!(at(&format!(r#"last_value, is_called) FROM "{name}""#)) < at(r#"DROP COLUMN "id""#), "{contract}");
        assert!(at(r#"DROP COLUMN "id""#) < at(&format!(r#"RENAME TO "{name}""#)), "{contract}");
        let back = rollbacks(&history(Dialect::Postgres, &[&before, &found.expand, contract]));
        let body = &back[2].body;
        let kept = |text: &str| body.find(text).unwrap_or_else(|| panic!("no {text} in {body}"));
        assert!(kept("set_config('unmigrate.counted_users_2eid'") < kept("DROP IDENTITY"), "{body}");
        let filled = kept(r#"SET "unmigrate_back_id" = "id""#);
        assert!(filled < kept(&format!(r#"ADD GENERATED {kind} AS IDENTITY"#)), "{body}");
        assert!(body.contains(r#"ADD COLUMN "unmigrate_back_id" integer;"#), "{body}");
        assert!(kept("> 2147483647") < kept("BEGIN;"), "{body}");
    }
    let loses = "ALTER TABLE users ALTER COLUMN id DROP IDENTITY, ALTER COLUMN id SET DATA TYPE bigint;";
    let before = "CREATE TABLE users (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);";
    assert!(refused(Dialect::Postgres, before, loses).contains("or is none any more"));
}
