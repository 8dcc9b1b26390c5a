//! MariaDB and MySQL.

use super::{Changes, Seen, seen};
use unmigrate_kernel::Dialect;

pub const CHANGES: Changes = Changes { dialect: Dialect::Mysql, schema: SCHEMA, seen: SEEN };

const SCHEMA: &str = r"
CREATE TABLE users (
    id int PRIMARY KEY AUTO_INCREMENT, email varchar(50) NOT NULL DEFAULT 'x', score int, note text, name varchar(20),
    twice int AS (score * 2) STORED, seen timestamp NULL, CONSTRAINT positive CHECK (score > 0), UNIQUE KEY users_email (email), KEY users_name (name)
);
CREATE TABLE posts (id int PRIMARY KEY, author int, CONSTRAINT posts_author FOREIGN KEY (author) REFERENCES users (id));
CREATE VIEW names AS SELECT id, email FROM users;
CREATE TRIGGER one BEFORE INSERT ON users FOR EACH ROW SET NEW.score = 1;
CREATE TRIGGER two BEFORE INSERT ON users FOR EACH ROW SET NEW.score = 2;
CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC RETURN 1;
CREATE PROCEDURE p(IN a int) SELECT 1;
CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01' DO SELECT 1;
CREATE TABLE parts (a int) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20));
";

const SEEN: &[Seen] = &[
    seen("ALTER TABLE posts ADD c int; ALTER TABLE posts DROP COLUMN c", &[]),
    seen("INSERT INTO users (email) VALUES ('a')", &[]),
    seen("CREATE OR REPLACE VIEW names AS SELECT `id`, `users`.`email` FROM `users`", &[]),
    seen("ALTER TABLE posts ADD c int COMMENT 'x'", &["column posts.c"]),
    seen(
        "ALTER TABLE users MODIFY email varchar(60) NOT NULL DEFAULT 'x'",
        &["column users.email", "column names.email"],
    ),
    seen("ALTER TABLE users ALTER email SET DEFAULT 'y'", &["column users.email", "column names.email"]),
    seen("ALTER TABLE users MODIFY note text COLLATE utf8mb4_bin", &["column users.note"]),
    seen("ALTER TABLE users MODIFY note text CHARACTER SET latin1", &["column users.note"]),
    seen("ALTER TABLE users MODIFY note text COMMENT 'said'", &["column users.note"]),
    seen("ALTER TABLE users MODIFY seen timestamp NULL ON UPDATE CURRENT_TIMESTAMP", &["column users.seen"]),
    seen("ALTER TABLE users MODIFY twice int AS (score * 3) STORED", &["column users.twice"]),
    seen("ALTER TABLE users MODIFY twice int", &["column users.twice"]),
    seen("ALTER TABLE users MODIFY id int", &["column users.id", "column names.id"]),
    seen("ALTER TABLE users COMMENT = 'all'", &["table users"]),
    seen(
        "ALTER TABLE posts DROP FOREIGN KEY posts_author; ALTER TABLE posts ENGINE = MyISAM",
        &["table posts", "constraint posts.posts_author"],
    ),
    seen("ALTER TABLE users ROW_FORMAT = COMPRESSED", &["table users"]),
    seen("ALTER TABLE users DEFAULT CHARACTER SET latin1", &["table users"]),
    seen("DROP INDEX users_name ON users", &["index users.users_name"]),
    seen("DROP INDEX users_name ON users; CREATE INDEX users_name ON users (name(5))", &["index users.users_name"]),
    seen("DROP INDEX users_name ON users; CREATE INDEX users_name ON users (name, score)", &["index users.users_name"]),
    seen("DROP INDEX users_name ON users; CREATE UNIQUE INDEX users_name ON users (name)", &["index users.users_name"]),
    seen(
        "DROP INDEX users_name ON users; CREATE INDEX users_name ON users (name) COMMENT 'x'",
        &["index users.users_name"],
    ),
    seen("CREATE FULLTEXT INDEX users_note ON users (note)", &["index users.users_note"]),
    seen("ALTER TABLE users RENAME INDEX users_name TO by_name", &["index users.users_name", "index users.by_name"]),
    seen(
        "ALTER TABLE posts DROP FOREIGN KEY posts_author, ADD CONSTRAINT posts_author2 FOREIGN KEY (author) REFERENCES users (id)",
        &[
            "constraint posts.posts_author",
            "constraint posts.posts_author2",
            "index posts.posts_author",
            "index posts.posts_author2",
        ],
    ),
    seen(
        "ALTER TABLE posts DROP FOREIGN KEY posts_author; ALTER TABLE posts ADD CONSTRAINT posts_author FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE",
        &["constraint posts.posts_author"],
    ),
    seen("ALTER TABLE users DROP CONSTRAINT positive", &["constraint users.positive"]),
    seen("ALTER TABLE posts DROP PRIMARY KEY", &["index posts.PRIMARY"]),
    seen("CREATE OR REPLACE SQL SECURITY INVOKER VIEW names AS SELECT id, email FROM users", &["view names"]),
    seen("CREATE OR REPLACE VIEW names AS SELECT id, email FROM users WHERE id > 0 WITH CHECK OPTION", &["view names"]),
    seen(
        "DROP TRIGGER one; CREATE TRIGGER one BEFORE INSERT ON users FOR EACH ROW SET NEW.score = 1",
        &["trigger users.one", "trigger users.two"],
    ),
    seen("DROP FUNCTION f; CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC RETURN 2", &["function f"]),
    seen("DROP FUNCTION f; CREATE FUNCTION f(a int, b int) RETURNS int DETERMINISTIC RETURN 1", &["function f"]),
    seen("ALTER PROCEDURE p SQL SECURITY INVOKER", &["procedure p"]),
    seen("ALTER EVENT e DISABLE", &["event e"]),
    seen("ALTER TABLE parts DROP PARTITION p1", &["partition parts.p1"]),
    seen("ALTER TABLE parts REMOVE PARTITIONING", &["table parts", "partition parts.p0", "partition parts.p1"]),
    seen("CREATE SEQUENCE s", &["sequence s"]),
    seen("DO 0; ALTER DATABASE CHARACTER SET latin1", &["setting of database"]),
];
