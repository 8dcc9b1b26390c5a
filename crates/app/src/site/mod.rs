//! Where the verbs work that touch a real database: what is the same for all of them before the first statement and after
//! the last.
//!
//! [`Sought`] finds the folder and opens the database ([`Sought::visit`]); [`arrive`] looks who it is and what kind, which gives the [`Scene`];
//! [`agreed`] has somebody say yes to what is [proposed](Proposal); [`Audited`] writes down what was done.

mod audited;
mod confirm;
mod open;
pub(crate) mod place;
pub(crate) mod refusal;
mod table;

pub use audited::Audited;
pub use confirm::{Answer, Asked, Confirm, Proposal, Unasked, agreed};
pub(crate) use open::only_source;
pub use open::{Around, Here, Sought, arrive};
pub(crate) use place::verified;
pub use place::{Scene, TargetReport};
pub(crate) use table::{bound, fingerprint, read_table, reading};

/// A random UUID (version 4), as Prisma gives to its rows and drizzle-kit to its snapshots.
pub(crate) fn uuid() -> String {
    ::uuid::Uuid::new_v4().to_string()
}
