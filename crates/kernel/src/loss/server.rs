//! Where MySQL's versions and MariaDB part ways, and nobody said which of them it is.

use super::Judge;
use crate::Dialect;
use crate::catalog::{Column, Constraint, ConstraintKind, Name};
use crate::change::{Change, Pair};
use crate::diff::Step;
use crate::render::object;
use crate::rollback::NoteKind;

impl Judge<'_> {
    /// What of a step some servers refuse.
    pub(super) fn refused_by_some(&mut self, step: &Step) {
        if self.dialect != Dialect::Mysql || self.evidence.lowering.catalog.server.is_some() {
            return;
        }
        match &step.change {
            Change::Constraint { table, pair: Pair { before: Some(gone), after: None } } => {
                self.check_goes(table, gone);
            }
            Change::Column { table, pair: Pair { before: Some(is), after: Some(was) }, .. }
                if is.name != was.name && is.data_type.is_empty() =>
            {
                self.unknown_column_renamed(table, was);
            }
            _ => {}
        }
    }

    fn check_goes(&mut self, table: &Name, gone: &Constraint) {
        if !matches!(gone.kind, ConstraintKind::Check(_)) {
            return;
        }
        let detail = if gone.name.starts_with("CONSTRAINT_") {
            format!("{} is MariaDB's name for it, and MySQL has another: --server says which it is", gone.name)
        } else {
            "MySQL before 8.0.19 has no DROP CONSTRAINT: there, say which server it is (--server mysql-5.7)".to_string()
        };
        self.note(NoteKind::MayRefuse, object(table, &gone.name), detail, self.line(gone.lineage, false), None);
    }

    fn unknown_column_renamed(&mut self, table: &Name, was: &Column) {
        let detail = "MySQL before 8.0.3 and MariaDB before 10.5.2 have no RENAME COLUMN, and no file says its type";
        self.note(NoteKind::MayRefuse, object(table, &was.name), detail, self.line(was.lineage, true), None);
    }
}
