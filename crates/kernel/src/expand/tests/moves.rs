//! Columns that move to another table, and tables that are split in two.

use super::*;

fn said(moves: &[(&str, &str)], fills: &[(&str, &str)], missing: &[(&str, &str)]) -> Decisions {
    let own = |all: &[(&str, &str)]| all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    Decisions { moves: own(moves), fills: own(fills), missing: own(missing), ..Decisions::default() }
}

const USERS: &str = "CREATE TABLE users (id serial PRIMARY KEY, email text, bio text NOT NULL, avatar varchar(80), score int DEFAULT 7);
CREATE INDEX users_avatar_idx ON users (avatar);";
const SPLIT: &str = r#"DROP INDEX users_avatar_idx;
ALTER TABLE "users" DROP COLUMN "avatar", DROP COLUMN "bio";
CREATE TABLE "profiles" ("id" SERIAL NOT NULL, "user_id" INTEGER NOT NULL, "bio" TEXT NOT NULL, "avatar" VARCHAR(80), CONSTRAINT "profiles_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "profiles_user_id_key" ON "profiles"("user_id");
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;"#;
const BOTH: &[(&str, &str)] = &[("users.bio", "profiles.bio"), ("users.avatar", "profiles.avatar")];

fn flags(found: &Expansion) -> Vec<&str> {
    found.questions.iter().flat_map(|q| &q.answers).map(|(flag, _)| flag.as_str()).collect()
}

#[test]
fn a_table_is_split() {
    let asked = expanded(Dialect::Postgres, USERS, SPLIT, &Decisions::default());
    assert_eq!(
        flags(&asked),
        [
            "--move users.bio=profiles.bio",
            "--no-rename users.bio",
            "--move users.avatar=profiles.avatar",
            "--no-rename users.avatar"
        ]
    );
    let asked = expanded(Dialect::Postgres, USERS, SPLIT, &said(BOTH, &[], &[]));
    assert_eq!(flags(&asked), ["--fill users.bio=<SQL constant>"]);
    let found = ends_the_same(Dialect::Postgres, USERS, SPLIT, &said(BOTH, &[("users.bio", "''")], &[]));
    let columns: Vec<(&str, &str, &str)> =
        found.pieces.iter().map(|p| (p.recipe, p.old.as_str(), p.new.as_str())).collect();
    assert_eq!(columns, [("split-table", "bio", "bio"), ("split-table", "avatar", "avatar")]);
    assert!(!found.expand.contains("DROP"), "{}", found.expand);
    let gates: Vec<&str> = found.pieces[0].gates.iter().map(|g| g.name).collect();
    assert_eq!(gates, ["backfilled"]);
    let back = rollbacks(&history(Dialect::Postgres, &[USERS, &found.expand, &found.contract]));
    let brought = r#"NEW."unmigrate_back_bio" := (SELECT coalesce((SELECT moved."bio" FROM "profiles" AS moved WHERE moved."user_id" = "users"."id"), ('')::text) FROM (SELECT NEW.*) AS "users");"#;
    assert!(back[2].body.contains(brought), "{}", back[2].body);
    assert!(back[2].body.contains("LOCK TABLE \"profiles\" IN SHARE ROW EXCLUSIVE MODE NOWAIT"), "{}", back[2].body);
    assert!(back[1].body.contains("LOCK TABLE \"profiles\" IN ACCESS EXCLUSIVE MODE NOWAIT"), "{}", back[1].body);
}

#[test]
fn a_copy_that_a_person_wrote_is_what_the_backfill_does() {
    let filled = said(BOTH, &[("users.bio", "''")], &[]);
    let tables = SPLIT.replacen(r#"ALTER TABLE "users" DROP COLUMN "avatar", DROP COLUMN "bio";"#, "", 1);
    let up = |copy: &str| format!("{tables}\n{copy};\nALTER TABLE users DROP COLUMN avatar, DROP COLUMN bio;");
    let plain = "INSERT INTO \"profiles\" (user_id, bio,\n  \"avatar\") SELECT \"id\", bio, avatar FROM users";
    let found = ends_the_same(Dialect::Postgres, USERS, &up(plain), &filled);
    assert!(!found.expand.contains("SELECT \"id\", bio"), "{}", found.expand);
    for other in [
        "INSERT INTO profiles (user_id, bio, avatar) SELECT id, bio, avatar FROM users WHERE bio <> ''",
        "INSERT INTO profiles (user_id, bio, avatar) SELECT id, upper(bio), avatar FROM users",
        "INSERT INTO profiles (user_id, bio, avatar) SELECT id, avatar, bio FROM users",
    ] {
        assert!(why(USERS, &up(other), &filled).contains("does more with `bio` or `avatar`"), "{other}");
    }
}

const PROFILES: &str = "CREATE TABLE users (id int PRIMARY KEY, bio text);
CREATE TABLE profiles (id serial PRIMARY KEY, user_id int NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE, theme text NOT NULL);";
const MOVE: &str = "ALTER TABLE users DROP COLUMN bio;
ALTER TABLE profiles ADD COLUMN bio text DEFAULT 'none';
CREATE INDEX profiles_bio_idx ON profiles (bio);";

#[test]
fn a_column_moves_to_a_table_that_is_there() {
    let moved = [("users.bio", "profiles.bio")];
    let asked = expanded(Dialect::Postgres, PROFILES, MOVE, &said(&moved, &[], &[]));
    assert_eq!(flags(&asked), ["--missing profiles=make", "--missing profiles=hold"]);
    let asked = expanded(Dialect::Postgres, PROFILES, MOVE, &said(&moved, &[], &[("profiles", "make")]));
    assert_eq!(flags(&asked), ["--fill profiles.theme=<SQL expression>"]);
    let held = ends_the_same(Dialect::Postgres, PROFILES, MOVE, &said(&moved, &[], &[("profiles", "hold")]));
    let gates: Vec<&str> = held.pieces.iter().flat_map(|p| &p.gates).map(|g| g.name).collect();
    assert_eq!(gates, ["backfilled", "missing", "indexed"]);
    let batch = held.pieces[0].backfill.batch.last().unwrap().clone();
    assert!(
        batch.tail.as_ref().unwrap().contains("FOR NO KEY UPDATE) UPDATE \"profiles\""),
        "{}",
        batch.tail.unwrap_or_default()
    );
    let made = said(&moved, &[("profiles.theme", "'dark'")], &[("profiles", "make")]);
    let made = ends_the_same(Dialect::Postgres, PROFILES, MOVE, &made);
    let batch = made.pieces[0].backfill.batch.last().unwrap().clone();
    assert!(
        batch.head.starts_with("INSERT INTO \"profiles\" AS there (\"user_id\", \"bio\", \"theme\")"),
        "{}",
        batch.head
    );
}

const ABOUT: &str = "CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE profiles (id serial PRIMARY KEY, user_id int NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE, bio text);";
const UP_AGAIN: &str = "ALTER TABLE profiles DROP COLUMN bio; ALTER TABLE users ADD COLUMN bio text;";

#[test]
fn a_column_moves_to_the_table_that_its_own_refers_to() {
    let asked = expanded(Dialect::Postgres, ABOUT, UP_AGAIN, &Decisions::default());
    assert_eq!(flags(&asked), ["--move profiles.bio=users.bio", "--no-rename profiles.bio"]);
    let turned = said(&[("profiles.bio", "users.bio")], &[], &[]);
    let found = ends_the_same(Dialect::Postgres, ABOUT, UP_AGAIN, &turned);
    let back = rollbacks(&history(Dialect::Postgres, &[ABOUT, &found.expand, &found.contract]));
    let brought = r#"(SELECT moved."bio" FROM "users" AS moved WHERE moved."id" = "profiles"."user_id")"#;
    assert!(back[2].body.contains(brought), "{}", back[2].body);
    let about = "CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE profiles (id int AUTO_INCREMENT PRIMARY KEY, user_id int NOT NULL, bio text, UNIQUE INDEX k (user_id), CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);";
    let my = ends_the_same(Dialect::Mysql, about, UP_AGAIN, &turned);
    assert!(
        my.pieces[0].corners.iter().any(|c| c.contains("keeps others from inserting the rows of profiles beside it"))
    );
    let back = rollbacks(&history(Dialect::Mysql, &[about, &my.expand, &my.contract]));
    assert!(
        back[2].body.contains("`profiles` SET `bio` = (SELECT moved.`bio` FROM `users` AS moved"),
        "{}",
        back[2].body
    );
}

#[test]
fn which_foreign_key_links_is_asked_where_there_are_several() {
    let before = PROFILES.replacen("theme text NOT NULL", "theme text, by_id int UNIQUE REFERENCES users (id)", 1);
    let mut held = said(&[("users.bio", "profiles.bio")], &[], &[("profiles", "hold")]);
    let asked = expanded(Dialect::Postgres, &before, MOVE, &held);
    assert_eq!(flags(&asked), ["--by profiles.user_id", "--by profiles.by_id"]);
    held.by.push("profiles.by_id".into());
    let found = ends_the_same(Dialect::Postgres, &before, MOVE, &held);
    assert!(found.contract.contains(r#"moved."by_id" = "users"."id""#), "{}", found.contract);
}

fn why(before: &str, up: &str, decisions: &Decisions) -> String {
    let found = expand(&history(Dialect::Postgres, &[before, up]), 1, &PLAIN, decisions);
    found.refusals.into_iter().map(|r| format!("{}: {}", r.object, r.why)).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_can_not_move_is_said() {
    let moved = |missing| said(&[("users.bio", "profiles.bio")], &[], missing);
    let held = moved(&[("profiles", "hold")]);
    for (old, new, reason) in [
        ("UNIQUE REFERENCES", "REFERENCES", "which is not unique"),
        ("NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE", "", "no foreign key is between it and profiles"),
        ("bio text)", "bio varchar(9))", "it is varchar(9), and profiles.bio is text"),
        ("bio text)", "bio text DEFAULT lower('A'))", "is computed anew for each row"),
        ("bio text)", "bio text DEFAULT CURRENT_USER)", "is computed anew for each row"),
        ("int PRIMARY KEY, bio", "int UNIQUE, bio", "no primary key"),
    ] {
        let before = PROFILES.replacen(old, new, 1);
        let found = why(&before, MOVE, &held);
        assert!(found.contains(reason), "{reason}: {found}");
    }
    let secured = format!("{PROFILES}\nALTER TABLE profiles ENABLE ROW LEVEL SECURITY;");
    assert!(why(&secured, MOVE, &held).contains("profiles: it has row security"));
    let granted = format!("{PROFILES}\nGRANT UPDATE ON users TO app;");
    assert!(why(&granted, MOVE, &held).contains("app may write users"));
    let required = MOVE.replacen("bio text", "bio text NOT NULL", 1);
    assert!(why(PROFILES, &required, &held).contains("profiles.bio is NOT NULL, and it may be NULL itself"));
    let nowhere = said(&[("users.bio", "profiles.biography")], &[], &[]);
    assert!(why(PROFILES, MOVE, &nowhere).contains("the migration adds no column `profiles.biography`"));
    let turned = said(&[("profiles.bio", "users.bio")], &[], &[]);
    let required = UP_AGAIN.replacen("bio text", "bio text NOT NULL DEFAULT 'x'", 1);
    let before = ABOUT.replacen("bio text", "bio text NOT NULL DEFAULT ''", 1);
    assert!(
        why(&before, &required, &turned)
            .contains("users.bio is NOT NULL, and a row of users may have none in profiles")
    );
    let comes = "CREATE TABLE people (id int PRIMARY KEY, bio text);
ALTER TABLE profiles DROP COLUMN bio, ADD COLUMN p int UNIQUE REFERENCES people (id);";
    let found = why(ABOUT, comes, &said(&[("profiles.bio", "people.bio")], &[], &[]));
    assert!(found.contains("which comes with the migration"), "{found}");
    for (old, new, reason) in [
        (
            "\"bio\" TEXT NOT NULL",
            "\"bio\" TEXT NOT NULL CHECK (bio <> 'x')",
            "the check profiles_bio_check is on the new one",
        ),
        ("\"bio\" TEXT NOT NULL", "\"bio\" TEXT NOT NULL UNIQUE", "profiles_bio_key makes profiles.bio unique"),
        ("\"bio\" TEXT NOT NULL", "\"bio\" TEXT NOT NULL DEFAULT now()::text", "computed anew for each row"),
    ] {
        let found = why(USERS, &SPLIT.replacen(old, new, 1), &said(BOTH, &[("users.bio", "''")], &[]));
        assert!(found.contains(reason), "{reason}: {found}");
    }
}

const MY_USERS: &str = "CREATE TABLE `users` (`id` int NOT NULL AUTO_INCREMENT, `email` varchar(191), `bio` text NOT NULL, `avatar` varchar(80), INDEX `users_avatar_idx`(`avatar`), PRIMARY KEY (`id`));";
const MY_SPLIT: &str = "DROP INDEX `users_avatar_idx` ON `users`;
ALTER TABLE `users` DROP COLUMN `avatar`, DROP COLUMN `bio`;
CREATE TABLE `profiles` (`id` int NOT NULL AUTO_INCREMENT, `user_id` int NOT NULL, `bio` text NOT NULL, `avatar` varchar(80), UNIQUE INDEX `profiles_user_id_key`(`user_id`), PRIMARY KEY (`id`));
ALTER TABLE `profiles` ADD CONSTRAINT `profiles_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;";

#[test]
fn mysql_splits_and_moves() {
    let filled = said(BOTH, &[("users.bio", "''")], &[]);
    let found = ends_the_same(Dialect::Mysql, MY_USERS, MY_SPLIT, &filled);
    assert!(found.expand.contains("ALTER COLUMN `bio` SET DEFAULT ('')"), "{}", found.expand);
    assert!(found.contract.contains("LOCK TABLES `users` WRITE, `profiles` WRITE"), "{}", found.contract);
    let restricted = MY_SPLIT.replacen("ON DELETE CASCADE", "ON DELETE RESTRICT", 1);
    let refused = expand(&history(Dialect::Mysql, &[MY_USERS, &restricted]), 1, &PLAIN, &filled);
    assert!(refused.refusals[0].why.contains("would stop old versions from deleting"), "{:?}", refused.refusals);
    let other = MY_SPLIT.replacen("PRIMARY KEY (`id`));", "PRIMARY KEY (`id`)) DEFAULT CHARSET=latin1;", 1);
    let refused = expand(&history(Dialect::Mysql, &[MY_USERS, &other]), 1, &PLAIN, &filled);
    assert!(refused.refusals[0].why.contains("the same character set"), "{:?}", refused.refusals);
    let before = "CREATE TABLE users (id int PRIMARY KEY, bio text, points decimal(8,2) NOT NULL DEFAULT 0);
CREATE TABLE profiles (id int AUTO_INCREMENT PRIMARY KEY, user_id int NOT NULL, UNIQUE INDEX k (user_id), CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id));";
    let up = "ALTER TABLE users DROP COLUMN bio, DROP COLUMN points;
ALTER TABLE profiles ADD COLUMN bio text, ADD COLUMN points decimal(8,2) NOT NULL DEFAULT 0;";
    let moves = [("users.bio", "profiles.bio"), ("users.points", "profiles.points")];
    let held = ends_the_same(Dialect::Mysql, before, up, &said(&moves, &[], &[("profiles", "hold")]));
    let back = rollbacks(&history(Dialect::Mysql, &[before, &held.expand, &held.contract]));
    let body = &back[2].body;
    let (last, fill) = (
        body.rfind("CREATE TRIGGER").unwrap(),
        body.find("UPDATE /* unmigrate-batched */ `users` SET `points` =").unwrap(),
    );
    assert!(last < fill, "what is written over there goes on being written here: {body}");
}

const ONE: &str = "CREATE TABLE images (id int PRIMARY KEY);
CREATE TABLE users (id serial PRIMARY KEY, email text);
CREATE TABLE profiles (id serial PRIMARY KEY, user_id int NOT NULL UNIQUE, bio text NOT NULL, points int, theme text NOT NULL, image_id int REFERENCES images (id));
ALTER TABLE profiles ADD CONSTRAINT profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE CASCADE;";
const MERGE: &str = "ALTER TABLE profiles DROP CONSTRAINT profiles_user_id_fkey;
ALTER TABLE users ADD COLUMN bio text, ADD COLUMN points int DEFAULT 0;
DROP TABLE profiles;
CREATE INDEX users_points_idx ON users (points);";
const MERGED: &[(&str, &str)] = &[("profiles.bio", "users.bio"), ("profiles.points", "users.points")];

#[test]
fn two_tables_become_one() {
    let asked = expanded(Dialect::Postgres, ONE, MERGE, &Decisions::default());
    assert_eq!(
        flags(&asked),
        [
            "--move profiles.bio=users.bio",
            "--no-rename profiles.bio",
            "--move profiles.points=users.points",
            "--no-rename profiles.points"
        ]
    );
    let asked = expanded(Dialect::Postgres, ONE, MERGE, &said(MERGED, &[], &[]));
    assert_eq!(flags(&asked), ["--fill profiles.bio=<SQL constant>", "--fill profiles.theme=<SQL expression>"]);
    let decided = said(MERGED, &[("profiles.bio", "''"), ("profiles.theme", "'light'")], &[]);
    let found = expanded(Dialect::Postgres, ONE, MERGE, &decided);
    assert_eq!(found.questions, []);
    let columns: Vec<(&str, &str, &str)> =
        found.pieces.iter().map(|p| (p.recipe, p.old.as_str(), p.new.as_str())).collect();
    assert_eq!(
        columns,
        [
            ("merge-tables", "bio", "bio"),
            ("merge-tables", "points", "points"),
            ("add-index", "users_points_idx", "users_points_idx")
        ]
    );
    assert!(!found.expand.contains("DROP TABLE"), "{}", found.expand);
    assert!(found.expand.contains("DROP CONSTRAINT \"profiles_image_id_fkey\""), "{}", found.expand);
    assert!(!found.expand.contains("DROP CONSTRAINT profiles_user_id_fkey"), "{}", found.expand);
    assert!(
        found.pieces[0].corners.iter().any(|c| c.contains("the contract drops id and theme and image_id of profiles"))
    );
    let once = replay(Dialect::Postgres, &[ONE, MERGE]);
    let phases = replay(Dialect::Postgres, &[ONE, &found.expand, &found.contract]);
    assert_eq!(lines(&phases), lines(&once), "expand:\n{}\ncontract:\n{}", found.expand, found.contract);
    let back = rollbacks(&history(Dialect::Postgres, &[ONE, &found.expand, &found.contract]));
    assert_eq!((back[1].grade, back[2].grade), (Grade::Lossless, Grade::Lossy), "{}", back[2].body);
    let body = &back[2].body;
    let rows = r#"INSERT INTO "profiles" ("user_id", "bio", "points", "theme") SELECT there."id", coalesce(there."bio", ('')::text), there."points", ('light') FROM "users" AS there WHERE there."bio" IS NOT NULL OR there."points" IS NOT NULL;"#;
    let at = body.find(rows).unwrap_or_else(|| panic!("{body}"));
    assert!(
        body.find("CREATE TABLE \"profiles\"").unwrap() < at && at < body.find("CREATE TRIGGER").unwrap(),
        "{body}"
    );
    assert!(
        body.contains("-- gone profiles: the migration dropped the table; a row comes back for each of users"),
        "{body}"
    );
}

#[test]
fn what_can_not_be_merged_is_said() {
    let decided = said(MERGED, &[("profiles.bio", "''"), ("profiles.theme", "'light'")], &[]);
    let refers = format!("{ONE}\nCREATE TABLE likes (profile_id int REFERENCES profiles (id));");
    let found = why(&refers, MERGE, &decided);
    assert!(found.contains("profiles: likes_profile_id_fkey of likes refers to it"), "{found}");
    let found = why(&ONE.replacen("bio text NOT NULL", "bio text NOT NULL UNIQUE", 1), MERGE, &decided);
    assert!(found.contains("profiles.bio: it is unique and NOT NULL"), "{found}");
    let found = why(&ONE.replacen("theme text NOT NULL", "theme text NOT NULL UNIQUE", 1), MERGE, &decided);
    assert!(found.contains("profiles.theme: it is unique, and would hold 'light' in every row"), "{found}");
    let required = MERGE.replacen("bio text", "bio text NOT NULL DEFAULT ''", 1);
    let found = why(ONE, &required, &decided);
    assert!(found.contains("users.bio is NOT NULL, and a row of users may have none in profiles"), "{found}");
    let turned = "CREATE TABLE profiles (id int PRIMARY KEY, bio text);
CREATE TABLE users (id int PRIMARY KEY, profile_id int UNIQUE REFERENCES profiles (id));";
    let up = "ALTER TABLE users DROP COLUMN profile_id, ADD COLUMN bio text; DROP TABLE profiles;";
    let found = why(turned, up, &said(&MERGED[..1], &[], &[]));
    assert!(found.contains("profiles.bio: no foreign key is between it and users"), "{found}");
    let up = "ALTER TABLE users ADD COLUMN bio text, DROP CONSTRAINT users_profile_id_fkey; DROP TABLE profiles;";
    let found = why(turned, up, &said(&MERGED[..1], &[], &[]));
    assert!(found.contains("profiles.bio: no foreign key is between it and users"), "{found}");
    let two = "ALTER TABLE users ADD COLUMN bio text; ALTER TABLE images ADD COLUMN points int; DROP TABLE profiles;";
    let found = why(ONE, two, &said(&[("profiles.bio", "users.bio"), ("profiles.points", "images.points")], &[], &[]));
    assert!(
        found.contains("profiles: it goes, and its columns move to more than one table, images among them"),
        "{found}"
    );
    let my = expand(
        &history(Dialect::Mysql, &[ABOUT, "ALTER TABLE users ADD COLUMN bio text; DROP TABLE profiles;"]),
        1,
        &PLAIN,
        &said(&MERGED[..1], &[], &[]),
    );
    assert_eq!(my.refusals.len(), 1, "{:?}", my.refusals);
}
