//! Two columns that are one: what is written to either is written to both.

pub mod across;
pub mod convert;
pub mod mysql;
pub mod postgres;

use super::recipe::truncate_to;
use crate::catalog::{Column, Table};

/// Two columns of a table.
pub struct Pair<'a> {
    /// The table, as it is before.
    pub table: &'a Table,
    /// The one that is there.
    pub old: &'a Column,
    /// The name of the copy.
    pub new: &'a str,
}

impl Pair<'_> {
    /// A name for what belongs to the pair, at most `longest` long.
    pub fn name(&self, longest: usize) -> String {
        truncate_to(longest, &format!("unmigrate_{}_{}", self.table.name.name, self.new))
    }

    /// The words that are raised where both are given, and differ.
    pub fn different(&self) -> String {
        let (table, old) = (&self.table.name, &self.old.name);
        format!("{table}: {old} and {} are one column until the contract, and were given different values", self.new)
    }
}
