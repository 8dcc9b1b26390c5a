//! MySQL's and MariaDB's rollbacks: what a migration does, and the statements that undo it.

use unmigrate_kernel::{Dialect, Grade, History, Migration, rollbacks};

fn migration(name: &str, sql: &str) -> Migration {
    Migration {
        name: name.into(),
        file: format!("{name}/migration.sql"),
        sql: sql.into(),
        breakpoints: false,
        snapshot_before: None,
        observed: Vec::new(),
    }
}

/// The statements of the rollback of `up` after `before`, without comments, and its grade.
fn down(before: &str, up: &str) -> (Vec<String>, Grade) {
    down_on(None, before, up)
}

/// The same, for a server that is known.
fn down_on(server: Option<&str>, before: &str, up: &str) -> (Vec<String>, Grade) {
    let migrations = vec![migration("1_before", before), migration("2_up", up)];
    let history = History { dialect: Dialect::Mysql, server: server.map(str::to_string), migrations };
    let made = rollbacks(&history).pop().expect("a rollback for each migration");
    let lines: Vec<&str> = made.body.lines().filter(|l| !l.starts_with("--")).collect();
    let text = lines.join("\n");
    let statements = text.split(';').map(|s| s.split_whitespace().collect::<Vec<_>>().join(" "));
    (statements.filter(|s| !s.is_empty()).collect(), made.grade)
}

fn check(before: &str, up: &str, wanted: &[&str], grade: Grade) {
    let (statements, is) = down(before, up);
    assert_eq!(statements, wanted, "{up}");
    assert_eq!(is, grade, "{up}");
}

const TABLE: &str = "CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, \
                     PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4;";
const PAIR: &str = "CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE c (id INT PRIMARY KEY, p_id INT, x INT); \
                    ALTER TABLE c ADD CONSTRAINT c_p FOREIGN KEY (p_id) REFERENCES p (id);";

#[test]
fn a_dropped_column_returns_whole_and_in_its_place_with_its_index() {
    let wanted = ["ALTER TABLE `t` ADD COLUMN `b` INT NULL, ADD INDEX `b_idx` (`b`)"];
    check(TABLE, "ALTER TABLE t DROP COLUMN b", &wanted, Grade::Lossy);
    let wanted = ["ALTER TABLE `t` ADD COLUMN `a` VARCHAR(20) NOT NULL DEFAULT 'x' AFTER `id`"];
    check(TABLE, "ALTER TABLE t DROP a", &wanted, Grade::Lossy);
}

#[test]
fn a_redefined_column_gets_its_old_definition_and_place() {
    let wanted = ["ALTER TABLE `t` MODIFY COLUMN `a` VARCHAR(20) NOT NULL DEFAULT 'x' AFTER `id`"];
    check(TABLE, "ALTER TABLE t MODIFY a VARCHAR(50) NULL FIRST", &wanted, Grade::Lossless);
    let wanted = ["ALTER TABLE `t` MODIFY COLUMN `a` VARCHAR(20) NOT NULL DEFAULT 'x'"];
    check(TABLE, "ALTER TABLE t ALTER a DROP DEFAULT", &wanted, Grade::Lossless);
    check(TABLE, "ALTER TABLE t MODIFY a varchar(20) NOT NULL DEFAULT 'x'", &[], Grade::Lossless);
}

#[test]
fn renames_and_swaps_are_changes_that_every_server_knows() {
    let wanted = ["ALTER TABLE `t` CHANGE COLUMN `c` `a` VARCHAR(20) NOT NULL DEFAULT 'x'"];
    check(TABLE, "ALTER TABLE t RENAME COLUMN a TO c", &wanted, Grade::Lossless);
    let wanted =
        ["ALTER TABLE `t` CHANGE COLUMN `b` `a` VARCHAR(20) NOT NULL DEFAULT 'x', CHANGE COLUMN `a` `b` INT NULL"];
    let up = "ALTER TABLE t CHANGE a b VARCHAR(20) NOT NULL DEFAULT 'x', CHANGE b a INT NULL";
    check(TABLE, up, &wanted, Grade::Lossless);
}

#[test]
fn a_key_and_its_auto_increment_are_never_apart() {
    let up = "ALTER TABLE t MODIFY id INT NOT NULL, DROP PRIMARY KEY, ADD PRIMARY KEY (id, a)";
    let wanted = [
        "SET @sql_mode_before = @@SESSION.sql_mode, SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_AUTO_VALUE_ON_ZERO')",
        "ALTER TABLE `t` DROP PRIMARY KEY, MODIFY COLUMN `id` INT NOT NULL AUTO_INCREMENT, ADD PRIMARY KEY (`id`)",
        "SET SESSION sql_mode = @sql_mode_before",
    ];
    check(TABLE, up, &wanted, Grade::Lossless);
}

#[test]
fn a_foreign_key_steps_aside_while_its_column_changes() {
    let up = "SET FOREIGN_KEY_CHECKS=0; ALTER TABLE c MODIFY p_id BIGINT NULL; ALTER TABLE p MODIFY id BIGINT NOT NULL";
    let wanted = [
        "ALTER TABLE `c` DROP FOREIGN KEY `c_p`",
        "ALTER TABLE `c` MODIFY COLUMN `p_id` INT NULL",
        "ALTER TABLE `p` MODIFY COLUMN `id` INT NOT NULL",
        "ALTER TABLE `c` ADD CONSTRAINT `c_p` FOREIGN KEY (`p_id`) REFERENCES `p`(`id`)",
    ];
    check(PAIR, up, &wanted, Grade::Lossless);
}

#[test]
fn the_index_of_a_foreign_key_comes_back_with_it_or_by_itself() {
    let again = "ALTER TABLE `c` ADD CONSTRAINT `c_p` FOREIGN KEY (`p_id`) REFERENCES `p`(`id`)";
    // The server took its own index back when another served.
    let wanted = ["ALTER TABLE `c` DROP FOREIGN KEY `c_p`", "DROP INDEX `mine` ON `c`", again];
    check(PAIR, "CREATE INDEX mine ON c (p_id, x)", &wanted, Grade::Lossless);
    check(PAIR, "ALTER TABLE c DROP FOREIGN KEY c_p, DROP INDEX c_p", &[again], Grade::Lossless);
    let gone = format!("{PAIR} ALTER TABLE c DROP FOREIGN KEY c_p;");
    check(&gone, "DROP INDEX c_p ON c", &["CREATE INDEX `c_p` ON `c` (`p_id`)"], Grade::Lossless);
}

#[test]
fn names_that_the_server_gave_follow_a_renamed_table() {
    let before = "CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE c (a INT, FOREIGN KEY (a) REFERENCES p (id));";
    check(before, "RENAME TABLE c TO d", &["RENAME TABLE `d` TO `c`"], Grade::Lossless);
    let (statements, _) = down(before, "ALTER TABLE c DROP FOREIGN KEY c_ibfk_1, DROP INDEX a");
    assert_eq!(statements[0], "CREATE INDEX `a` ON `c` (`a`)");
}

#[test]
fn a_character_set_returns_column_by_column() {
    let wanted = ["ALTER TABLE `t` MODIFY COLUMN `a` VARCHAR(20) NOT NULL DEFAULT 'x', DEFAULT CHARACTER SET utf8mb4"];
    check(TABLE, "ALTER TABLE t CONVERT TO CHARACTER SET latin1", &wanted, Grade::Lossy);
    let (_, grade) = down("CREATE TABLE t (a TEXT)", "ALTER TABLE t CONVERT TO CHARACTER SET latin1");
    assert_eq!(grade, Grade::Manual);
}

#[test]
fn a_stamp_that_an_update_sets_is_a_loss() {
    let before = "CREATE TABLE t (id INT PRIMARY KEY, u TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);";
    let (_, grade) = down(before, "ALTER TABLE t ADD COLUMN n INT; UPDATE t SET n = id");
    assert_eq!(grade, Grade::Lossy);
    let (_, grade) = down(before, "ALTER TABLE t ADD COLUMN n INT; UPDATE t SET n = id, u = u");
    assert_eq!(grade, Grade::Lossy);
}

#[test]
fn serial_brings_its_key() {
    let (statements, _) = down("CREATE TABLE s (id SERIAL, x INT);", "DROP TABLE s");
    assert!(statements[0].contains("UNIQUE INDEX `id` (`id`)"), "{statements:?}");
    let (statements, _) = down("CREATE TABLE s (id SERIAL PRIMARY KEY);", "DROP TABLE s");
    assert!(!statements[0].contains("UNIQUE"), "{statements:?}");
}

#[test]
fn what_a_server_lacks_is_not_asked_of_it() {
    let before = "CREATE TABLE t (a INT, b INT, INDEX i (a));";
    let on = |server: &str, up: &str| down_on(Some(server), before, up).0;
    let up = "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)";
    assert_eq!(on("mysql-8.0", up), ["ALTER TABLE `t` DROP CONSTRAINT `c`"]);
    assert_eq!(on("mysql-8.0.16", up), ["ALTER TABLE `t` DROP CHECK `c`"]);
    assert!(on("mysql-5.7", up).is_empty());
    let up = "ALTER TABLE t ADD CHECK (a > 0)";
    assert_eq!(on("mysql-8.0", up), ["ALTER TABLE `t` DROP CONSTRAINT `t_chk_1`"]);
    assert_eq!(on("mariadb-10.11", up), ["ALTER TABLE `t` DROP CONSTRAINT `CONSTRAINT_1`"]);
    let up = "ALTER TABLE t RENAME INDEX i TO j";
    assert_eq!(on("mysql-5.7", up), ["ALTER TABLE `t` RENAME INDEX `j` TO `i`"]);
    assert_eq!(on("mariadb-10.4", up), ["ALTER TABLE `t` DROP INDEX `j`, ADD INDEX `i` (`a`)"]);
    let unknown = |server| down_on(server, "SELECT 1", "ALTER TABLE u RENAME COLUMN a TO b");
    assert_eq!(unknown(Some("mysql-8.0")).0, ["ALTER TABLE `u` RENAME COLUMN `b` TO `a`"]);
    assert_eq!(unknown(Some("mysql-5.7")).1, Grade::Manual);
}

#[test]
fn where_no_server_is_named_what_some_refuse_is_said() {
    let up = "ALTER TABLE t ADD CHECK (a > 0), ADD CONSTRAINT c CHECK (a > 1)";
    let migrations = vec![migration("1", "CREATE TABLE t (a INT);"), migration("2", up)];
    let made = rollbacks(&History { dialect: Dialect::Mysql, server: None, migrations }).pop().expect("a rollback");
    let said: Vec<&str> = made.notes.iter().map(|n| n.object.as_str()).collect();
    assert_eq!(said, ["t.CONSTRAINT_1", "t.c"]);
    assert_eq!(made.grade, Grade::Lossless);
}

#[test]
fn what_the_server_executes_in_comments_is_read() {
    let up = "/*!50503 ALTER TABLE t ADD COLUMN c INT /* STORAGE DISK */ */";
    check(TABLE, up, &["ALTER TABLE `t` DROP COLUMN `c`"], Grade::Lossless);
    check(TABLE, "/*!50001 DROP TABLE */ /* not u */ t;", &[&down(TABLE, "DROP TABLE t").0[0]], Grade::Lossy);
    let (statements, grade) = down(TABLE, "/*M!100100 ALTER TABLE t ADD COLUMN c INT */;");
    assert_eq!(grade, Grade::Manual, "{statements:?}");
    let up = "/*!80016 ALTER TABLE t ADD COLUMN c INT */; ALTER TABLE t ADD COLUMN d INT";
    let (statements, _) = down_on(Some("mysql-8.0"), TABLE, up);
    assert_eq!(statements, ["ALTER TABLE `t` DROP COLUMN `c`, DROP COLUMN `d`"]);
    let (statements, _) = down_on(Some("mariadb-10.11"), TABLE, up);
    assert_eq!(statements, ["ALTER TABLE `t` DROP COLUMN `d`"]);
}

#[test]
fn a_table_that_was_changed_by_what_was_not_read_is_not_brought_back_as_it_was_before() {
    let made = "CREATE TABLE h (id INT NOT NULL, y INT NOT NULL, PRIMARY KEY (id, y)) PARTITION BY RANGE (y) \
                (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN (2022));";
    assert_eq!(down(made, "DROP TABLE h;").1, Grade::Lossy);
    assert_eq!(down(&format!("{made} ALTER TABLE h DROP PARTITION p0;"), "DROP TABLE h;").1, Grade::Manual);
}

#[test]
fn a_view_over_what_is_gone_can_not_be_made_again() {
    let view = "CREATE TABLE t (id INT PRIMARY KEY, a INT); CREATE VIEW v AS SELECT id, a FROM `t`;";
    let drop = "DROP VIEW v";
    for broken in ["RENAME TABLE t TO u", "ALTER TABLE t RENAME COLUMN a TO b", "DROP TABLE t"] {
        let (_, grade) = down(&format!("{view} {broken};"), drop);
        assert_eq!(grade, Grade::Manual, "{broken}");
    }
    let mended = "RENAME TABLE t TO u, u TO t; ALTER TABLE t ADD COLUMN c INT";
    check(&format!("{view} {mended};"), drop, &["CREATE VIEW `v` AS SELECT id, a FROM `t`"], Grade::Lossless);
    let both = "RENAME TABLE t TO u; CREATE OR REPLACE VIEW v AS SELECT id FROM u";
    let wanted = ["DROP VIEW `v`", "RENAME TABLE `u` TO `t`", "CREATE VIEW `v` AS SELECT id, a FROM `t`"];
    check(view, both, &wanted, Grade::Lossless);
}

#[test]
fn procedures_are_followed_as_far_as_the_history_tells() {
    let table = "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(8) NOT NULL, INDEX t_a (a));";
    let run = |parameters: &str, body: &str, call: &str| {
        down(table, &format!("CREATE PROCEDURE p({parameters}) {body}; CALL p{call}; DROP PROCEDURE p"))
    };
    let asked = "SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 't' AND index_name";
    let drops = "ALTER TABLE `t` DROP COLUMN `b`".to_string();
    let add = "ALTER TABLE t ADD COLUMN b INT";
    let adds = [
        format!("BEGIN IF EXISTS ({asked} = 't_a') THEN {add}; END IF; END"),
        format!(
            "BEGIN IF EXISTS ({asked} = 'x') THEN DROP TABLE t; ELSEIF 1 = 1 THEN {add}; ELSE DROP TABLE t; END IF; END"
        ),
        format!("out_of: BEGIN {add}; IF NOT EXISTS ({asked} = 'x') THEN LEAVE out_of; END IF; DROP TABLE t; END"),
        format!(
            "COMMENT 'c' NOT DETERMINISTIC SQL SECURITY INVOKER BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END; START TRANSACTION; {add}; COMMIT; END"
        ),
        format!(
            "BEGIN DECLARE CONTINUE HANDLER FOR 1060, 1061 BEGIN END; {add}; ALTER TABLE t ADD COLUMN b INT; CREATE INDEX t_a ON t (a); END"
        ),
        format!(
            "BEGIN DECLARE n INT DEFAULT 1; BEGIN DECLARE n INT DEFAULT 0; SET n = 0; END; IF n = 1 THEN {add}; END IF; END"
        ),
        format!("BEGIN SET @n = CASE WHEN 1 = 2 THEN 'x' ELSE 'y' END; IF @n = 'y' THEN {add}; END IF; END"),
        add.to_string(),
    ];
    for body in adds {
        assert_eq!(run("", &body, "()"), (vec![drops.clone()], Grade::Lossless), "{body}");
    }
    let unknown = [
        format!("BEGIN IF EXISTS (SELECT 1 FROM t) THEN {add}; END IF; END"),
        format!(
            "BEGIN DECLARE n INT; SELECT COUNT(*) INTO n FROM t; IF n > 0 THEN SET n = 1; ELSE SET n = 1; END IF; IF n = 1 THEN {add}; END IF; END"
        ),
        format!("BEGIN DECLARE i INT DEFAULT 0; WHILE i < 2 DO SET i = i + 1; {add}; END WHILE; END"),
        format!("BEGIN {add}; CALL p(); END"),
    ];
    for body in unknown {
        assert_eq!(run("", &body, "()").1, Grade::Manual, "{body}");
    }
    // A parameter goes before the column of its name.
    let own = "BEGIN IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = table_name AND column_name = 'a') THEN ALTER TABLE t DROP COLUMN a; END IF; END";
    assert_eq!(run("table_name VARCHAR(64)", own, "('u')").1, Grade::Manual);
    // Rows that may change are said to.
    let rows = "BEGIN IF (SELECT COUNT(*) FROM t) = 0 THEN INSERT INTO t (id, a) VALUES (1, 'x'); END IF; END";
    assert_eq!(run("", rows, "()").1, Grade::Lossy);
    let of_argument = "BEGIN UPDATE t SET a = w WHERE id = 1; END";
    assert_eq!(run("IN w VARCHAR(8)", of_argument, "('y')").1, Grade::Lossy);
}

#[test]
fn what_was_not_read_leaves_what_it_names_in_doubt() {
    let table = "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(8), b INT, INDEX t_a (a), INDEX t_b (b));";
    let unread = |statement: &str| {
        format!("SET @s := IF((SELECT COUNT(*) FROM t) = 0, '{statement}', 'DO 0'); PREPARE x FROM @s; EXECUTE x;")
    };
    let grade = |statement: &str, up: &str| {
        let migrations = vec![migration("1", table), migration("2", &unread(statement)), migration("3", up)];
        let history = History { dialect: Dialect::Mysql, server: None, migrations };
        rollbacks(&history).pop().expect("a rollback").grade
    };
    let modify = "ALTER TABLE t MODIFY a VARCHAR(20)";
    assert_eq!(grade("ALTER TABLE t MODIFY a TEXT, ADD c INT", modify), Grade::Manual);
    assert_eq!(grade("ALTER TABLE t MODIFY b TEXT", modify), Grade::Lossless);
    assert_eq!(grade("ALTER TABLE t DROP INDEX t_a", "DROP INDEX t_a ON t"), Grade::Manual);
    assert_eq!(grade("DROP INDEX t_b ON t", "DROP INDEX t_a ON t"), Grade::Lossless);
    assert_eq!(grade("ALTER TABLE t ADD c INT", "DROP TABLE t"), Grade::Lossy);
    assert_eq!(grade("ALTER TABLE t MODIFY a TEXT", "DROP TABLE t"), Grade::Manual);
    let called =
        "CREATE PROCEDURE p() BEGIN IF (SELECT COUNT(*) FROM t) = 0 THEN ALTER TABLE t MODIFY a TEXT; END IF; END;
                  CALL p(); DROP PROCEDURE p;";
    let migrations = vec![migration("1", table), migration("2", called), migration("3", modify)];
    let history = History { dialect: Dialect::Mysql, server: None, migrations };
    assert_eq!(rollbacks(&history).pop().expect("a rollback").grade, Grade::Manual);
}

#[test]
fn the_servers_own_functions_do_nothing() {
    let up = "UPDATE t SET b = YEAR(a) + JSON_LENGTH(a) + CRC32(BIN_TO_UUID(UUID_TO_BIN(UUID())))";
    assert_eq!(down(TABLE, up).1, Grade::Lossy);
    assert_eq!(down(TABLE, "UPDATE t SET b = shop.YEAR(a)").1, Grade::Manual);
    assert_eq!(down(TABLE, "CALL year()").1, Grade::Manual);
}

#[test]
fn keys_that_are_there_already_are_not_added() {
    let table = "CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE t (id INT PRIMARY KEY, a INT, INDEX t_a (a), \
                 UNIQUE INDEX t_u (a, id), CONSTRAINT t_p FOREIGN KEY (a) REFERENCES p (id));";
    for there in [
        "ADD INDEX IF NOT EXISTS T_A (a)",
        "ADD UNIQUE INDEX IF NOT EXISTS t_u (a, id)",
        "ADD CONSTRAINT UNIQUE KEY IF NOT EXISTS t_u (a, id)",
        "ADD CONSTRAINT t_p FOREIGN KEY IF NOT EXISTS t_p (a) REFERENCES p (id)",
        "ADD CONSTRAINT IF NOT EXISTS t_p FOREIGN KEY (a) REFERENCES p (id)",
    ] {
        check(table, &format!("ALTER TABLE t {there}"), &[], Grade::Lossless);
    }
    check(table, "ALTER TABLE t ADD INDEX IF NOT EXISTS t_b (a)", &["DROP INDEX `t_b` ON `t`"], Grade::Lossless);
}
