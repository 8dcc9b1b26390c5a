//! `verify` proves every rollback on a real engine, with rows in the tables.

mod report;

pub use report::{Change, Gap, MigrationVerdict, Refusal, Rows, Verdict, VerifiedHistory, VerifyReport};
