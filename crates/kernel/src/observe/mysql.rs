//! MySQL and MariaDB print the statements.

use super::Made;
use crate::Dialect;
use crate::answer::Ask;
use crate::catalog::Name;
use crate::dialect::quote;
use crate::snapshot::Options;

/// In the order in which they can be made.
const OBJECTS: &str = "SELECT 'TABLE' AS kind, TABLE_NAME AS name, 0 AS place, DATABASE() AS own, 0 AS turn FROM information_schema.TABLES
        WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE NOT LIKE '%VIEW' AND TABLE_TYPE <> 'SEQUENCE'
    UNION ALL SELECT 'VIEW', TABLE_NAME, 2, DATABASE(), 0 FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()
    UNION ALL SELECT ROUTINE_TYPE, ROUTINE_NAME, 1, DATABASE(), 0 FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()
    UNION ALL SELECT 'TRIGGER', TRIGGER_NAME, 3, DATABASE(), ACTION_ORDER FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()
    UNION ALL SELECT 'EVENT', EVENT_NAME, 4, DATABASE(), 0 FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()
    ORDER BY place, turn, name";

pub(super) fn read<E>(ask: &mut Ask<E>, options: &Options) -> Result<Vec<Made>, E> {
    let objects = ask(OBJECTS)?;
    let mut out = Vec::new();
    for object in objects.iter().filter(|o| !options.ignore.contains(&o.text("name"))) {
        let (kind, name) = (object.text("kind"), object.text("name"));
        let shown = ask(&format!("SHOW CREATE {kind} {}", quote(name, Dialect::Mysql)))?;
        // `Create Table`, `Create View` ..; of a trigger `SQL Original Statement`.
        let is_statement = |c: &String| {
            c.to_ascii_lowercase().starts_with("create ") || c.eq_ignore_ascii_case("SQL Original Statement")
        };
        let at = shown.columns.iter().position(is_statement).unwrap_or(1);
        let sql = shown.rows.first().and_then(|row| row.get(at)?.clone()).unwrap_or_default();
        // Its own name in front of names is nobody's business.
        let sql = sql.replace(&format!("{}.", quote(object.text("own"), Dialect::Mysql)), "");
        out.push(Made { sql: without_counter(&sql), name: Name::plain(name), ..Made::default() });
    }
    Ok(out)
}

/// `AUTO_INCREMENT=7` follows the rows.
fn without_counter(sql: &str) -> String {
    let Some((head, tail)) = sql.rsplit_once("\n)") else { return sql.to_string() };
    let kept: Vec<&str> = tail.split(' ').filter(|word| !word.starts_with("AUTO_INCREMENT=")).collect();
    format!("{head}\n){}", kept.join(" "))
}
