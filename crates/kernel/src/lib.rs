//! The kernel: everything that decides.
//!
//! `History` goes in, a `Rollback` per migration comes out. There is no IO here, no clock, no environment and no
//! async, and no migration tool is known by name: what differs between tools is data in [`history::Migration`].

pub mod answer;
pub mod block;
pub mod catalog;
pub mod change;
pub mod compat;
pub mod confined;
pub mod conversion;
pub mod dialect;
pub mod diff;
pub mod discard;
pub mod executable;
pub mod expand;
pub mod held;
pub mod history;
pub mod kept;
pub mod lex;
pub mod lint;
mod lookup;
pub mod loss;
pub mod lower;
pub mod names;
pub mod observe;
mod one_line;
#[allow(dead_code)] // the readers of statements come through this door
mod parse;
pub mod plan;
mod prepared;
pub mod reader;
mod rebuild;
pub mod render;
pub mod rollback;
pub mod rows;
pub mod rowset;
pub mod sample;
pub mod script;
pub mod seed;
pub mod snapshot;
pub mod split;
mod summary;
pub mod touch;
pub mod types;

pub use dialect::{Dialect, Server};
pub use history::{History, Migration, Observed};
pub use one_line::one_line;
pub use rollback::{Grade, Note, NoteKind, Rollback, changes, opaque_statements, rollbacks};
pub use summary::Summary;
