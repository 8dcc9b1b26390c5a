//! For people: calm, aligned, and naming what needs a look.

mod migrations;
mod pages;
mod problems;
mod style;
mod summary;

pub use migrations::{Detail, status};
pub use pages::{inspected, page, sql};
pub use problems::problem;
pub use summary::{after_generate, after_status, generated};
