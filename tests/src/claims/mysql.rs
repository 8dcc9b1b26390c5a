//! MySQL and MariaDB: what can't be done beside the writes, what is refused, and what goes without a word.

use super::servers::{Server, given_up};
use super::{Outcome, findings_on, finds};
use ::mysql::prelude::Queryable;
use ::mysql::{Conn, Opts, OptsBuilder};
use std::sync::atomic::{AtomicU32, Ordering};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::lint::Scope;

/// A database of its own, which goes with this.
struct Mysql {
    connection: Conn,
    name: String,
}

impl Drop for Mysql {
    fn drop(&mut self) {
        let _ = self.connection.query_drop(format!("DROP DATABASE IF EXISTS {}", self.name));
    }
}

impl Mysql {
    fn open() -> Outcome<Mysql> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("unmigrate_claims_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let options = Opts::from_url(&Server::MYSQL.url()?).map_err(|e| e.to_string())?;
        let mut connection = Conn::new(options.clone()).map_err(|e| e.to_string())?;
        let create = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4");
        connection.query_drop(create).map_err(|e| e.to_string())?;
        let connection = Conn::new(OptsBuilder::from_opts(options).db_name(Some(&name))).map_err(|e| e.to_string())?;
        Ok(Mysql { connection, name })
    }

    fn begin(&mut self, before: &str) {
        let empty =
            format!("DROP DATABASE {0}; CREATE DATABASE {0} CHARACTER SET utf8mb4; USE {0}; {before}", self.name);
        for statement in empty.split(';').filter(|s| !s.trim().is_empty()) {
            self.connection.query_drop(statement).unwrap_or_else(|e| panic!("{statement}: {e}"));
        }
    }

    /// The number of the error with which a statement fails; none: it runs.
    fn refuses(&mut self, before: &str, up: &str) -> Option<u16> {
        self.begin(before);
        match self.connection.query_drop(up) {
            Ok(()) => None,
            Err(::mysql::Error::MySqlError(e)) => Some(e.code),
            Err(other) => panic!("{up}: {other}"),
        }
    }

    /// It can't be done while others write.
    fn blocks(&mut self, before: &str, up: &str) -> bool {
        let refused = self.refuses(before, &format!("{up}, ALGORITHM=INPLACE, LOCK=NONE"));
        assert!(matches!(refused, None | Some(1845 | 1846)), "{up}: {refused:?}");
        refused.is_some()
    }

    /// The table is built anew, beside the writes or not.
    fn rebuilds(&mut self, before: &str, up: &str) -> bool {
        let refused = self.refuses(before, &format!("{up}, ALGORITHM=NOCOPY"));
        assert!(matches!(refused, None | Some(1845 | 1846)), "{up}: {refused:?}");
        refused.is_some()
    }
}

fn server() -> Option<Mysql> {
    if given_up(Server::MYSQL) {
        eprintln!("left out: {}=none", Server::MYSQL.variable);
        return None;
    }
    Some(Mysql::open().unwrap())
}

fn rule(before: &str, up: &str, name: &str) -> bool {
    finds(Dialect::Mysql, Scope::Statement, before, up, name)
}

const ROWS: &str = "CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE t (id int NOT NULL, a int, b varchar(20), c text, \
                    e enum('x','y')); INSERT INTO o VALUES (1); INSERT INTO t VALUES (1, 1, 'a', 'a', 'x')";

#[test]
fn nobody_can_write_meanwhile() {
    let Some(mut server) = server() else { return };
    for (name, action, blocks) in [
        ("add-foreign-key", "ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id)", true),
        ("change-column-type", "MODIFY a bigint", true),
        ("change-column-type", "MODIFY b varchar(40)", false),
        ("change-column-type", "MODIFY b varchar(10)", true),
        ("enum-value-inserted", "MODIFY e enum('w','x','y')", true),
        ("enum-value-inserted", "MODIFY e enum('x','y','z')", false),
        ("special-index", "ADD FULLTEXT INDEX i (c)", true),
        ("special-index", "ADD INDEX i (a)", false),
        ("convert-charset", "CONVERT TO CHARACTER SET latin1", true),
        ("add-auto-increment", "ADD COLUMN n int AUTO_INCREMENT PRIMARY KEY", true),
        ("add-stored-generated", "ADD COLUMN n int AS (a + 1) STORED", true),
        ("add-stored-generated", "ADD COLUMN n int AS (a + 1) VIRTUAL", false),
        ("add-check", "ADD CONSTRAINT c CHECK (a > 0)", true),
        ("volatile-default", "ADD COLUMN n varchar(36) DEFAULT (uuid())", true),
    ] {
        let up = format!("ALTER TABLE t {action}");
        assert_eq!(server.blocks(ROWS, &up), blocks, "{up}");
        assert_eq!(rule(ROWS, &up, name), blocks, "{name}: {up}");
    }
}

/// Where the server takes it so, it looks at no row: the session has its checks off.
#[test]
fn a_foreign_key_in_place() {
    let Some(mut server) = server() else { return };
    let up = "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id), ALGORITHM=INPLACE, LOCK=NONE";
    let orphan = format!("{ROWS}; INSERT INTO t VALUES (2, 9, 'b', 'b', 'y')");
    assert_eq!(server.refuses(&orphan, up), Some(1846));
    assert_eq!(server.refuses(&format!("{orphan}; SET foreign_key_checks = 0"), up), None);
    server.connection.query_drop("SET foreign_key_checks = 1").unwrap();
    let later = server.connection.query_drop("INSERT INTO t VALUES (3, 8, 'c', 'c', 'y')");
    assert!(matches!(later, Err(::mysql::Error::MySqlError(e)) if e.code == 1452));
    assert!(!rule(ROWS, up, "add-foreign-key"));
}

#[test]
fn the_table_is_built_anew() {
    let Some(mut server) = server() else { return };
    for (name, action) in [("set-not-null", "MODIFY a int NOT NULL"), ("add-primary-key", "ADD PRIMARY KEY (id)")] {
        let up = format!("ALTER TABLE t {action}");
        assert!(server.rebuilds(ROWS, &up), "{up}");
        assert!(rule(ROWS, &up, name), "{name}: {up}");
    }
}

/// A varchar that grows: the rule is silent exactly where the server can do it in place.
#[test]
fn a_longer_varchar() {
    let Some(mut server) = server() else { return };
    let version: String = server.connection.query_first("SELECT VERSION()").unwrap().unwrap();
    let word = if version.contains("MariaDB") { "mariadb-10.11" } else { "mysql-8.0" };
    for (from, to) in
        [(10, 20), (20, 63), (63, 64), (20, 64), (64, 100), (100, 255), (255, 256), (300, 400), (40, 20), (100, 63)]
    {
        let before = format!("CREATE TABLE t (id int PRIMARY KEY, a varchar({from}))");
        let up = format!("ALTER TABLE t MODIFY a varchar({to})");
        let blocks = server.blocks(&before, &up);
        let said = findings_on(Some(word), Dialect::Mysql, Scope::Statement, &before, &up);
        let found = said.iter().any(|f| f.rule == "change-column-type" && f.found.message.contains("written anew"));
        assert_eq!(found, blocks, "varchar({from}) to varchar({to}) on {version}");
    }
}

#[test]
fn what_is_refused() {
    let Some(mut server) = server() else { return };
    let null = "CREATE TABLE t (a int); INSERT INTO t VALUES (NULL)";
    let key = "CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, a int, KEY k (a), CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id))";
    let mood = "CREATE TABLE t (e enum('x','y')); INSERT INTO t VALUES ('y')";
    let same = "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)";
    for (name, before, up, code) in [
        ("drop-index-of-key", key, "DROP INDEX k ON t", 1553),
        ("set-not-null", null, "ALTER TABLE t MODIFY a int NOT NULL", 1265),
        ("drop-enum-value", mood, "ALTER TABLE t MODIFY e enum('x')", 1265),
        ("add-unique", same, "CREATE UNIQUE INDEX i ON t (a)", 1062),
    ] {
        assert_eq!(server.refuses(before, up), Some(code), "{up}");
        assert!(rule(before, up, name), "{name}: {up}");
    }
    let other = format!("{key}; CREATE INDEX k2 ON t (a, id)");
    assert_eq!(server.refuses(&other, "DROP INDEX k ON t"), None);
    assert!(!rule(&other, "DROP INDEX k ON t", "drop-index-of-key"));
}

#[test]
fn what_goes_without_a_word() {
    let Some(mut server) = server() else { return };
    let before =
        "CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a varchar(20) NOT NULL DEFAULT 'x' COMMENT 'shown')";
    let up = "ALTER TABLE t MODIFY a varchar(40)";
    assert_eq!(server.refuses(before, up), None);
    let (_, text): (String, String) = server.connection.query_first("SHOW CREATE TABLE t").unwrap().unwrap();
    assert!(text.contains("`a` varchar(40) DEFAULT NULL"), "{text}");
    assert!(rule(before, up, "modify-drops"));
    let up = "ALTER TABLE t MODIFY id int";
    assert_eq!(server.refuses(before, up), None);
    let (_, text): (String, String) = server.connection.query_first("SHOW CREATE TABLE t").unwrap().unwrap();
    assert!(!text.contains("AUTO_INCREMENT NOT") && text.contains("`id` int(11) NOT NULL,"), "{text}");
    assert!(rule(before, up, "modify-drops"));

    let before = "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)";
    let up = "ALTER TABLE t ADD COLUMN a varchar(9) NOT NULL";
    assert_eq!(server.refuses(before, up), None);
    let value: String = server.connection.query_first("SELECT a FROM t").unwrap().unwrap();
    assert_eq!(value, "");
    assert!(rule(before, up, "add-required-column"));
}
