//! MySQL and MariaDB: no check holds for new rows alone, so the triggers alone keep NULLs out. The contract has InnoDB write the
//! table anew while others go on writing (`LOCK=NONE`), which it does for NOT NULL in strict mode only (MySQL 8.0 manual,
//! 17.12.1; run on MariaDB 10.11).

use super::Required;
use crate::Dialect;
use crate::dialect::quote;
use crate::expand::recipe::truncate_to;
use crate::expand::sync::convert::mysql::written;
use crate::expand::sync::mysql::LONGEST;
use crate::render::{clause, mysql_column};

const MY: Dialect = Dialect::Mysql;

/// The statements of expand, and those of the contract.
pub(super) fn steps(of: &Required, value: &str) -> (Vec<String>, Vec<String>) {
    let (own, q) = (clause::name(&of.before.name, MY), quote(&of.was.name, MY));
    let name = truncate_to(LONGEST, &of.name());
    let trigger = |ending: &str| clause::name(&of.before.name.sibling(format!("{name}{ending}")), MY);
    let both = [("_ins", "INSERT"), ("_upd", "UPDATE")];
    let value = written(of.before, &[], value);
    let make = |(ending, event): (&str, &str)| {
        format!(
            "CREATE TRIGGER {} BEFORE {event} ON {own} FOR EACH ROW\nBEGIN\n  IF NEW.{q} IS NULL THEN\n    SET NEW.{q} = {value};\n  END IF;\nEND",
            trigger(ending)
        )
    };
    let required = mysql_column(of.is);
    let mut contract = vec![format!("ALTER TABLE {own} MODIFY COLUMN {required}, ALGORITHM=INPLACE, LOCK=NONE")];
    contract.extend(both.map(|(ending, _)| format!("DROP TRIGGER {}", trigger(ending))));
    (both.map(make).to_vec(), contract)
}
