use super::Session;
use crate::block::{Condition, Probe};

/// There is a table `t` with a column `a`, an index `i`, a constraint `c`, and nothing else.
fn there(condition: &Condition) -> Option<bool> {
    let Condition::Exists(probe) = condition else { return None };
    let of_t = |table: &crate::rows::Name| table.name == "t";
    Some(match probe {
        Probe::Table(table) => of_t(table),
        Probe::Column(table, column) => of_t(table) && column == "a",
        Probe::Index { table: Some(table), name } => of_t(table) && name == "i",
        Probe::Constraint { table: Some(table), name } => of_t(table) && name == "c",
        _ => return None,
    })
}

/// What EXECUTE runs after these statements.
fn executed(statements: &[&str]) -> Option<String> {
    let mut session = Session::default();
    for statement in statements {
        match statement.split(' ').next() {
            Some("SET") => session.set(statement, &there),
            Some("PREPARE") => session.prepare(statement, &there),
            _ => assert!(session.select_into(statement, &there), "{statement}"),
        }
    }
    session.executed("EXECUTE s", &there)
}

fn column(name: &str) -> String {
    format!(
        "(SELECT COUNT(*) FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = @db AND TABLE_NAME = @t AND COLUMN_NAME = '{name}')"
    )
}

#[test]
fn what_is_asked_first_and_put_into_a_variable() {
    let run = |asked: &str| {
        executed(&[
            "SET @db = DATABASE(), @t := 't'",
            &format!(
                "SET @sql = (SELECT IF({asked}, 'SELECT 1', CONCAT(\"ALTER TABLE \", @t, ' ADD b INT DEFAULT ''x''')))"
            ),
            "PREPARE s FROM @sql",
        ])
    };
    let alter = Some("ALTER TABLE t ADD b INT DEFAULT 'x'".to_string());
    let nothing = Some("SELECT 1".to_string());
    assert_eq!(run(&format!("{} > 0", column("a"))), nothing);
    assert_eq!(run(&format!("{} > 0", column("b"))), alter);
    assert_eq!(run(&format!("EXISTS {} AND 1 = 1", column("b").replace("COUNT(*)", "1"))), alter);
    assert_eq!(run(&format!("NOT ({} = 0)", column("a"))), nothing);
    assert_eq!(run("@t = 'T'"), nothing);
}

#[test]
fn a_count_is_kept_and_asked_later() {
    let index =
        "FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 't' AND index_name =";
    let run = |name: &str| {
        executed(&[
            &format!("SELECT COUNT(*) INTO @n {index} '{name}'"),
            "SET @sql = IF(@n = 0, 'CREATE INDEX j ON t (a)', 'DO 0')",
            "PREPARE s FROM @sql",
        ])
    };
    assert_eq!(run("i").as_deref(), Some("DO 0"));
    assert_eq!(run("j").as_deref(), Some("CREATE INDEX j ON t (a)"));
    let within = format!("SELECT IF(COUNT(*) > 0, 'DROP INDEX i ON t', 'DO 0') INTO @sql {index} 'i'");
    assert_eq!(executed(&[&within, "PREPARE s FROM @sql"]).as_deref(), Some("DROP INDEX i ON t"));
    let behind = format!(
        "SELECT constraint_name {} 'c' INTO @c",
        index.replace("statistics", "table_constraints").replace("index_name", "constraint_name")
    );
    let found = ["SET @sql = IF(@c IS NOT NULL, 'a', 'b')", "PREPARE s FROM @sql"];
    assert_eq!(executed(&[&behind, found[0], found[1]]).as_deref(), Some("a"));
}

#[test]
fn what_only_the_database_can_tell_stays_unknown() {
    let run = |set: &str| executed(&[set, "PREPARE s FROM @sql"]);
    assert_eq!(run("SET @sql = CONCAT('DROP TABLE ', @unset)"), None);
    assert_eq!(run("SET @sql = IF((SELECT COUNT(*) FROM users) > 0, 'a', 'b')"), None);
    assert_eq!(
        run(
            "SET @sql = IF((SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 't') > 0, 'a', 'b')"
        ),
        None
    );
    assert_eq!(
        run(
            "SET @sql = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_name = 't' AND column_name = 'a' AND data_type = 'int') > 0, 'a', 'b')"
        ),
        None
    );
    assert_eq!(
        run(
            "SET @sql = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_name = 't' AND column_name LIKE 'a%') = 1, 'a', 'b')"
        ),
        None
    );
    assert_eq!(executed(&["SET @sql = 'a'", "SET @sql = UUID()", "PREPARE s FROM @sql"]), None);
    assert_eq!(executed(&["SET @sql = 'a'", "PREPARE s FROM @sql", "PREPARE s FROM @other"]), None);
}
