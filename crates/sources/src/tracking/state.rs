//! How a database stands to a folder of migrations.

use super::Moment;

/// Every migration of the folder, every row without one, and the order in which the database applied them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// As many as the folder has, in its order.
    pub migrations: Vec<Standing>,
    /// Rows that no migration of the folder answers to, in the order of the table.
    pub unknown: Vec<Unknown>,
    /// What is applied, in the order in which the *database* applied it, oldest first. Undo it from its end.
    pub order: Vec<Applied>,
    /// The tool's next deploy stops before it runs anything, and why, in a sentence without a full stop.
    pub blocked: Option<String>,
}

/// One of what is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Applied {
    /// By its place in [`State::migrations`].
    Migration(usize),
    /// By its place in [`State::unknown`].
    Unknown(usize),
}

/// How one migration stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The tool's name for it.
    pub name: String,
    /// What the table says of it.
    pub status: Status,
    /// The tool would run it at its next deploy (once nothing [blocks](State::blocked) that).
    pub runs_next: bool,
    /// The file is not the one that was applied. Line ends do not count.
    pub edited: bool,
    /// How many rows say that it is applied; more than one is a duplicate.
    pub applied_rows: usize,
    /// When the database began to apply it; none where it did not, or where the table does not tell.
    pub started: Option<Moment>,
    /// When it was done.
    pub finished: Option<Moment>,
}

/// What a tool's table says of a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Nothing.
    Pending,
    /// It is applied.
    Applied(How),
    /// It was begun and never finished: it failed, or it is running at this moment (then somebody holds the tool's lock).
    /// With what the tool noted of the error.
    Unfinished(Option<String>),
    /// It failed, and was marked as rolled back.
    RolledBack,
}

/// How a migration came to be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    /// The tool ran it.
    Run,
    /// Somebody said so (`prisma migrate resolve --applied`, a baseline): this database may hold nothing of it.
    Marked,
    /// The table does not tell (Drizzle).
    Untold,
}

impl Standing {
    /// Is it applied?
    pub fn is_applied(&self) -> bool {
        matches!(self.status, Status::Applied(_))
    }

    /// It is not applied, and the tool will never run it: its `when` lies below the highest that the table holds.
    pub fn is_skipped(&self) -> bool {
        self.status == Status::Pending && !self.runs_next
    }

    /// It is applied, and the tool would run it once more.
    pub fn is_replayed(&self) -> bool {
        self.is_applied() && self.runs_next
    }
}

/// A row, or rows of one name, without a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The name where the row has one, else what it has: `created_at 1795243661123, hash 2fd4e1c67a2d…`.
    pub what: String,
    /// It counts as applied. Otherwise it failed, or was rolled back.
    pub applied: bool,
    /// When the database applied it, where that is told.
    pub started: Option<Moment>,
    /// When it was done.
    pub finished: Option<Moment>,
}

impl State {
    /// Migrations that were begun and not finished.
    pub fn unfinished(&self) -> impl Iterator<Item = &Standing> {
        self.migrations.iter().filter(|m| matches!(m.status, Status::Unfinished(_)))
    }

    /// A migration by its name.
    pub fn named(&self, name: &str) -> Option<&Standing> {
        self.migrations.iter().find(|m| m.name == name)
    }

    /// What is applied, by name, oldest first.
    pub fn applied(&self) -> impl Iterator<Item = &str> {
        self.order.iter().map(|applied| self.name_of(*applied))
    }

    /// The name of one of what is applied.
    pub fn name_of(&self, applied: Applied) -> &str {
        match applied {
            Applied::Migration(at) => self.migrations.get(at).map_or("", |m| &m.name),
            Applied::Unknown(at) => self.unknown.get(at).map_or("", |u| &u.what),
        }
    }

    /// When one of what is applied was begun and done.
    pub(super) fn times(&self, applied: Applied) -> (Option<Moment>, Option<Moment>) {
        match applied {
            Applied::Migration(at) => self.migrations.get(at).map_or((None, None), |m| (m.started, m.finished)),
            Applied::Unknown(at) => self.unknown.get(at).map_or((None, None), |u| (u.started, u.finished)),
        }
    }
}
