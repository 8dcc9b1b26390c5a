//! `doctor` looks at a database that a deploy left in a ditch, and says what is wrong, and with which command it is
//! mended. By itself it only looks; [`Fix`] says what it mends.
//!
//! The heart of it is the migration that stopped halfway: it is run on a scratch database statement by statement
//! ([`trace`]), and what the catalogs held after each is held against what the database holds ([`effect`]). Then there are
//! two ways out, forward and back, and the tool's row.

mod downs;
mod effect;
mod examine;
mod finding;
mod fix;
mod half;
mod indexes;
mod pages;
mod report;
mod text;
mod trace;
mod verb;

pub use effect::Effect;
pub(crate) use pages::PAGES;
pub use report::{DoctorReport, Finding, HalfReport, StatementEffect};
pub use verb::{DoctorRequest, Fix, doctor, doctor_on, treat};
