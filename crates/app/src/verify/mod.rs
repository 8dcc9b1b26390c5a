//! `verify` proves every rollback on a real engine, with rows in the tables.

mod progress;
mod report;
mod request;

pub use progress::{Progress, Silent};
pub use report::{Change, Gap, MigrationVerdict, Refusal, Rows, Verdict, VerifiedHistory, VerifyReport};
pub use request::{SecretUrl, VerifyRequest};
