//! Rows for tables that a migration is about to change, so that what a rollback loses can be seen.
//!
//! [`facts`] asks the engine's catalogs what the tables are like, [`plan`] writes INSERT statements. Nothing here is
//! random: the same schema, options and rows give the same statements.
//!
//! What a CHECK or a trigger accepts can't be known for sure, so that each planned row is a list of variants, from the
//! one that shows most to the plainest. The caller executes them one after the other until one is accepted, each in a
//! savepoint of its own where the engine has them (a refused statement ends a transaction on PostgreSQL). A row whose
//! variants are all refused is to be reported, never passed over.

mod check;
mod facts;
mod kind;
mod make;
mod parent;
mod plan;
mod row;
mod value;

pub(crate) use facts::references;
pub use facts::{Clearing, Column, Facts, Filled, Key, Reference, Table, clear, clearing, facts, facts_by};
pub use kind::{Charset, Fixed, Kind, Zone};
pub use make::Spice;
pub use plan::{Options, Planned, Purpose, Texts, plan};
