//! For people: calm, aligned, and naming what needs a look.

mod advice;
mod asked;
pub mod doctor;
pub mod expand;
mod history;
pub mod init;
mod migrations;
mod pages;
mod problems;
pub mod rollback;
#[cfg(test)]
mod rollback_tests;
pub mod snippet;
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
pub use problems::problem;
pub use style::name;
