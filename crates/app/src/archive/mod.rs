//! Keeps what a rollback takes away, in tables of ours, so that it can be put back by key.
//!
//! [`keep`] writes the steps of a plan: they run with the rollback, and a dry run shows them. Each thing that is kept is a
//! table of its own with the primary key and the values, and a line in the catalog of what is kept. [`list`], [`restore`]
//! and [`drop_kept`] work on that.

mod copied;
mod home;
mod keep;
mod list;
mod live;
mod pages;
mod restore;
pub(crate) mod sql;
mod verb;

pub use copied::Copied;
pub use home::{Home, NAME};
pub use keep::{Kept, keep};
pub use list::{Entry, Kind, drop_kept, list};
pub(crate) use live::Live;
pub(crate) use pages::PAGES;
pub use restore::{NotRestored, Restored, restore};
pub use verb::{Action, ArchiveListing, ArchiveRequest, EntryReport, archive, archive_on};
