//! Where the time of a walk goes.

use std::time::Duration;

/// What a walk waited for, part by part. What is left of the whole is our own: comparing, judging, planning rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// The files themselves, on the engine.
    pub files: Duration,
    /// Asking what the tables are like, putting rows in, reading them, and where keys stand.
    pub rows: Duration,
    /// Reading the catalogs.
    pub catalogs: Duration,
    /// Building the database anew.
    pub anew: Duration,
    /// How often that was.
    pub times: usize,
}

/// A part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Migrations and rollbacks.
    Files,
    /// What is done for the sake of rows.
    Rows,
    /// What is done for the sake of the schema.
    Catalogs,
}

impl Spent {
    /// That of two walks together. Where they went side by side it is more than the clock.
    pub fn and(self, other: Spent) -> Spent {
        Spent {
            files: self.files + other.files,
            rows: self.rows + other.rows,
            catalogs: self.catalogs + other.catalogs,
            anew: self.anew + other.anew,
            times: self.times + other.times,
        }
    }

    /// Adds to a part.
    pub fn add(&mut self, part: Part, time: Duration) {
        let sum = match part {
            Part::Files => &mut self.files,
            Part::Rows => &mut self.rows,
            Part::Catalogs => &mut self.catalogs,
        };
        *sum += time;
    }
}
