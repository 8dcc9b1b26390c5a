//! SQLite keeps the statements themselves.

use super::Made;
use crate::answer::Ask;
use crate::catalog::Name;
use crate::snapshot::Options;

const STATEMENTS: &str =
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite^_%' ESCAPE '^'
    AND name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow')
    ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, rowid";

pub(super) fn read<E>(ask: &mut Ask<E>, options: &Options) -> Result<Vec<Made>, E> {
    let rows = ask(STATEMENTS)?;
    let kept = rows.iter().filter(|row| !options.ignore.contains(&row.text("tbl_name")));
    Ok(kept
        .map(|row| Made { sql: row.text("sql").to_string(), name: Name::plain(row.text("name")), ..Made::default() })
        .collect())
}
