//! SQLite.

use super::{Changes, Seen, seen};
use unmigrate_kernel::Dialect;

pub const CHANGES: Changes = Changes { dialect: Dialect::Sqlite, schema: SCHEMA, seen: SEEN };

const SCHEMA: &str = r#"
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT DEFAULT 'x', score INT CHECK (score > 0));
CREATE TABLE posts (id INTEGER PRIMARY KEY AUTOINCREMENT, author INT REFERENCES users (id), title TEXT);
CREATE TABLE tags (a TEXT, b TEXT, PRIMARY KEY (a, b));
CREATE INDEX posts_title ON posts (title);
CREATE VIEW names AS SELECT id, name FROM users;
CREATE TRIGGER touch AFTER UPDATE ON posts BEGIN SELECT 1; END;
"#;

const SEEN: &[Seen] = &[
    // The same in other words, after a rebuild.
    seen(
        "PRAGMA foreign_keys=OFF; DROP VIEW names; ALTER TABLE users RENAME TO old;
         CREATE TABLE \"users\" (`id` integer NOT NULL CONSTRAINT k PRIMARY KEY, email text not null, name text default ('x'), score int, unique(email), check ((score > 0)));
         DROP TABLE old; ALTER TABLE posts RENAME TO p; CREATE TABLE posts (id INTEGER PRIMARY KEY AUTOINCREMENT, author INT, title TEXT,
         FOREIGN KEY (author) REFERENCES users(id)); DROP TABLE p; CREATE INDEX \"posts_title\" on posts(\"title\" ASC);
         CREATE TRIGGER IF NOT EXISTS touch after update on \"posts\" for each row begin select 1; end; create view names as select \"id\", name from users; PRAGMA foreign_keys=ON",
        &["column users.id", "constraint users PRIMARY KEY (id)", "constraint users.k"],
    ),
    seen("ALTER TABLE posts ADD c INT; ALTER TABLE posts DROP COLUMN c", &[]),
    seen("INSERT INTO users (email) VALUES ('a')", &[]),
    seen("ALTER TABLE posts ADD c INT", &["column posts.c"]),
    seen("ALTER TABLE posts RENAME title TO heading", &["column posts.title", "column posts.heading", "index posts_title"]),
    seen("ALTER TABLE posts ADD c INT AS (id + 1)", &["column posts.c"]),
    seen("ALTER TABLE posts ADD c TEXT COLLATE NOCASE DEFAULT 'a'", &["column posts.c"]),
    seen("DROP INDEX posts_title", &["index posts_title"]),
    seen("DROP INDEX posts_title; CREATE UNIQUE INDEX posts_title ON posts (title)", &["index posts_title"]),
    seen("DROP INDEX posts_title; CREATE INDEX posts_title ON posts (title DESC)", &["index posts_title"]),
    seen("DROP INDEX posts_title; CREATE INDEX posts_title ON posts (title COLLATE NOCASE)", &["index posts_title"]),
    seen("DROP INDEX posts_title; CREATE INDEX posts_title ON posts (title) WHERE id > 1", &["index posts_title"]),
    seen("DROP INDEX posts_title; CREATE INDEX posts_title ON posts (lower(title))", &["index posts_title"]),
    seen("DROP TABLE tags; CREATE TABLE tags (a TEXT, b TEXT, PRIMARY KEY (b, a))", &["constraint tags PRIMARY KEY (a , b)", "constraint tags PRIMARY KEY (b , a)"]),
    seen("DROP TABLE tags; CREATE TABLE tags (a TEXT, b TEXT, PRIMARY KEY (a, b)) STRICT", &["table tags", "column tags.a", "column tags.b"]),
    seen("DROP TABLE tags; CREATE TABLE tags (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID", &["table tags", "column tags.a", "column tags.b"]),
    seen("DROP TABLE tags; CREATE TABLE tags (a TEXT, b TEXT, PRIMARY KEY (a, b) ON CONFLICT REPLACE)", &["constraint tags PRIMARY KEY (a , b)"]),
    seen("DROP TABLE tags; CREATE TABLE tags (a TEXT, b TEXT, PRIMARY KEY (a, b), CHECK (a <> 'A'))", &["constraint tags CHECK (a < > 'A')"]),
    seen("DROP TABLE tags; CREATE TABLE tags (a TEXT, b TEXT REFERENCES users(email), PRIMARY KEY (a, b))", &["constraint tags FOREIGN KEY (b)"]),
    seen("DROP TABLE tags; CREATE TABLE tags (a TEXT, b VARCHAR, PRIMARY KEY (a, b))", &["column tags.b"]),
    seen("DROP TABLE tags; CREATE TABLE tags (a TEXT, b TEXT NOT NULL, PRIMARY KEY (a, b))", &["column tags.b"]),
    seen(
        "DROP TABLE posts; CREATE TABLE posts (id INTEGER PRIMARY KEY, author INT REFERENCES users (id) ON DELETE CASCADE, title TEXT)",
        &["constraint posts FOREIGN KEY (author)", "constraint posts PRIMARY KEY (id)", "index posts_title", "trigger posts.touch"],
    ),
    seen("DROP TRIGGER touch; CREATE TRIGGER touch BEFORE UPDATE ON posts BEGIN SELECT 1; END", &["trigger posts.touch"]),
    seen("DROP TRIGGER touch; CREATE TRIGGER touch AFTER UPDATE ON posts BEGIN SELECT 'A'; END", &["trigger posts.touch"]),
    seen("DROP VIEW names; CREATE VIEW names AS SELECT id FROM users", &["view names"]),
    seen("CREATE VIRTUAL TABLE words USING fts5(a)", &["table words"]),
];
