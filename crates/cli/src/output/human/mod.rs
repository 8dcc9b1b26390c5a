//! For people: calm, aligned, and naming what needs a look.

mod advice;
pub mod archive;
mod asked;
pub mod compat;
pub mod deploy;
pub mod doctor;
pub mod expand;
mod history;
pub mod init;
mod migrations;
mod pages;
mod problems;
pub mod resolve;
pub mod revert;
pub mod rollback;
#[cfg(test)]
mod rollback_tests;
pub mod snippet;
mod standing;
pub mod style;
#[cfg(test)]
mod tests;
pub mod verify;
pub mod verify_finding;
#[cfg(test)]
mod verify_tests;

pub use advice::{after_generate, after_status};
pub use asked::{proposal, question};
pub use history::{Detail, generated, status};
pub use pages::{inspected, page, sql};
pub use problems::{problem, problems};
pub use style::name;
