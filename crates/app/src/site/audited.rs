//! What was done, written down while it is done.

use super::refusal;
use crate::Problem;
use crate::archive::Home;
use crate::audit::{self, Record};
use std::path::Path;
use unmigrate_engines::Database;

/// Writes records to the audit's table and to a file. A run goes on where that fails; it is said, once for the table.
pub struct Audited<'a> {
    file: Option<&'a Path>,
    /// It was said once that the table has it not.
    said: bool,
}

impl<'a> Audited<'a> {
    /// With a file for lines of JSON beside the table.
    pub fn new(file: Option<&'a Path>) -> Audited<'a> {
        Audited { file, said: false }
    }

    /// The table has it all.
    pub fn has_all(&self) -> bool {
        !self.said
    }

    /// Writes a record as it is now. Gives the transaction of a new row, as [`audit::write`].
    pub fn write(
        &mut self,
        db: &mut dyn Database,
        home: &Home,
        record: &Record,
        problems: &mut Vec<Problem>,
    ) -> Option<u32> {
        let wrote = if self.said { Ok(None) } else { audit::write(db, home, record) };
        let transaction = wrote.unwrap_or_else(|failure| {
            self.not(&failure.to_string(), problems);
            None
        });
        if let Some(path) = self.file
            && let Err(why) = audit::append(path, record)
        {
            problems.push(refusal::not_audited(&format!("{}: {why}", path.display())));
        }
        transaction
    }

    /// The table can't be written, and why.
    pub fn not(&mut self, why: &str, problems: &mut Vec<Problem>) {
        self.said = true;
        problems.push(refusal::not_audited(why));
    }
}
